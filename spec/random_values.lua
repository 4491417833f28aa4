--- Random values of options: numbers and texts near to what Prosody's readers know.
local random_values = {};

local spaces = { "", "", "", " ", "  ", "\t", "\n", "\v", "\194\160" };
local signs = { "", "", "", "", "-", "+", "--", "~" };
local words = { "", "", "s", "sec", "seconds", "m", "mi", "min", "minutes", "mo", "mon", "months", "h", "ho", "hours", "d", "day", "days",
	"w", "weeks",
	"y", "years", "yr", "D", "Days", "MIN", "Y", "dn", "so", "dogs", "b", "B", "k", "kb", "kB", "KB", "MB", "MiB", "GiB", "Ki", "TB", "kb/s",
	"b/s", "Mb/s",
	"mb/s/s", "ms", "us", "never", "x10", "e3", "e-2", ".5", ",5", "_000", "d12h", "w 2d", "\0", "d\0", "\255" };
local whole = { "never", "Never", " never", "never ", "manual", "false", "true", "", " ", "nan", "inf", "-inf", "0x10", "0x1p4", "0x",
	"1e3", "1E+3", "-1",
	"-1d", "1e999", "9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "0xffffffffffffffff", "١d" };
local rates = { "b", "kb", "kB", "Kb", "mb", "MB", "gb", "tb", "pb", "k", "kib", "kilobytes", "bb", "", "k/b" };
local numbers = { 0, -1, 1, -0.0, 0.5, -0.5, 1.5, 2592000, 2592000.5, 86400, 86401, 31556952, 1e14, 1e15, 1e16, 1e100, -1e100, 2^53, 2^53 + 1,
	9007199254740993, math.maxinteger, math.mininteger, 2^63, -2^63, 1/0, -1/0 };

-- A whole number with about as many small as large ones.
local function count(random)
	return random(0, 10 ^ random(0, 9) // 1 | 0);
end

local function digits(random)
	local how = random(40);
	if how == 1 then
		return ("%d"):format(random(0));
	elseif how == 2 then
		return ("0"):rep(random(20))..count(random);
	elseif how == 3 then
		return ("9"):rep(random(40));
	end
	return tostring(count(random));
end

local function text(random)
	local function pick(list)
		return list[random(#list)];
	end
	local how = random(14);
	if how == 1 then
		return pick(whole);
	elseif how == 2 then
		local bytes = {};
		for i = 1, random(0, 8) do
			bytes[i] = string.char(random(0, 255));
		end
		return table.concat(bytes);
	elseif how == 3 then
		return pick(signs)..digits(random).."."..digits(random)..pick(spaces)..pick(words);
	elseif how == 4 then
		return digits(random)..pick(words)..pick(spaces)..digits(random)..pick(words);
	elseif how == 5 then
		return digits(random)..pick(spaces)..pick(rates)..pick { "/s", "/s", "/s", "/m", "/s " };
	elseif how == 6 then
		return digits(random)..pick { "s", " s", "s ", "S" };
	end
	return pick(spaces)..pick(signs)..digits(random)..pick(spaces)..pick(words)..pick(spaces);
end

local function number(random)
	local how = random(10);
	if how == 1 then
		return numbers[random(#numbers)];
	elseif how == 2 then
		return -count(random);
	elseif how == 3 then
		return count(random) + random();
	elseif how == 4 then
		return count(random) + 0.0;
	elseif how == 5 then
		return random(0);
	end
	return count(random);
end

--- A value; random: as math.random.
function random_values.any(random)
	local how = random(40);
	if how == 1 then
		return random(2) == 1;
	elseif how == 2 then
		return { number(random) };
	end
	return how > 16 and text(random) or number(random);
end

return random_values;
