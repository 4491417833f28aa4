-- Compares our reading of .env with that of docker-compose 2.26 and 2.40, on random files. Not a part of CI: the two programs come from later
-- releases of Debian (scripts/compose-2).
-- usage: lua5.4 spec/fuzz/compose.lua COMPOSE_226 COMPOSE_240 COUNT [SEED]
package.path = "./?.lua;"..package.path;
local stackloader = require "stackloader";

local programs = { arg[1], arg[2] };
local count, seed = tonumber(arg[3]), tonumber(arg[4] or os.time());
local folder = io.popen "mktemp -d":read "l";
math.randomseed(seed);

local names = { "A", "B", "C", "D" };
local pieces = {
	"a", "b1", "x y", "é", "#", " #", "#x", " # c", "\t# c", "\t#", "$", "$$", "$A", "$B", "${A}", "${B}", "${A:-d}", "${B-d}", "${C:+e}", "${C+e}",
	"${A:-${B}}", "${C:-a b}", "\\", "\\\\", "\\n", "\\t", "\\r", "\\\"", "\\'", "\\$", "\\a", "\\x", "\\101", "\\0", "\\012", "'", "\"", "=", ":", ",",
	" ", "  ", "\t", "\r", "\194\160", "!", "@", "%", "*", "(", ")", "{", "}", "~", "`", ";", "&", "|", "/", ".", "-", "_", "[", "]", "<", ">", "?", "0",
};

local function some(most)
	local list = {};
	for i = 1, math.random(0, most) do
		list[i] = pieces[math.random(#pieces)];
	end
	return table.concat(list);
end

local function chance(one_in)
	return math.random(one_in) == 1;
end

local function value()
	local kind = math.random(8);
	if kind <= 4 then
		return some(4);
	elseif kind <= 6 then
		return '"'..some(4):gsub('"', "")..(chance(6) and "\n" or "")..some(2):gsub('"', "")..'"'..(chance(5) and some(2) or "");
	elseif kind == 7 then
		return "'"..some(4):gsub("'", "").."'"..(chance(5) and some(2) or "");
	end
	return "";
end

local function line()
	local name = names[math.random(#names)];
	local kind = math.random(20);
	if kind == 1 then
		return "# "..some(3):gsub("[\r\n]", "");
	elseif kind == 2 then
		return name;
	elseif kind == 3 then
		return some(3);
	elseif kind == 4 then
		return "";
	end
	return (chance(8) and "export " or "")..(chance(15) and " " or "")..name..(chance(10) and " " or "")..(chance(15) and ":" or "=")
		..(chance(8) and " " or "")..(chance(40) and "\194\160" or "")..value()..(chance(20) and " " or "")..(chance(30) and "\194\160" or "");
end

local function write(path, text)
	local file = assert(io.open(path, "wb"));
	file:write(text);
	file:close();
end

local function quote(text)
	return "'"..text:gsub("'", "'\\''").."'";
end

local compose = { "services:\n  s:\n    image: x\n    environment:\n" };
for _, name in ipairs(names) do
	compose[#compose + 1] = ('      X%s: "=${%s-}"\n      Y%s: "${%s+set}"\n'):format(name, name, name, name);
end
write(folder.."/compose.yaml", table.concat(compose));

local decode = dofile(arg[0]:match "^(.*)/".."/compose_json.lua");

-- name -> value as the program reads the file, or nil and what it says.
local function ask(program)
	local pipe = io.popen(("cd %s && env -i PATH=/usr/bin:/bin HOME=%s %s -f compose.yaml --project-name p config --format json 2>err"):format(
		quote(folder), quote(folder), quote(program)));
	local text = pipe:read "a";
	if not pipe:close() then
		local file = io.open(folder.."/err");
		local said = file:read "a";
		file:close();
		return nil, said;
	end
	local environment, answer = decode(text).services.s.environment, {};
	for _, name in ipairs(names) do
		-- What the program prints is a compose file again, in which a dollar sign is written as two.
		answer[name] = environment["Y"..name] == "set" and environment["X"..name]:sub(2):gsub("%$%$", "$") or nil;
	end
	return answer;
end

local function ask_us()
	local good, stack = pcall(stackloader.load, nil, { root = folder, variables = {}, sysroot = "/nowhere" });
	if not good then
		return nil, stack;
	end
	local answer = {};
	for _, variable in ipairs(stack:variables()) do
		answer[variable.name] = variable.value;
	end
	return answer;
end

local function same(one, other)
	for _, name in ipairs(names) do
		-- An empty value counts as unset here.
		if (one[name] or "") ~= (other[name] or "") then
			return false;
		end
	end
	return true;
end

local function show(answer, problem)
	if not answer then
		return "error: "..tostring(problem):gsub("%s+$", ""):sub(1, 200);
	end
	local list = {};
	for _, name in ipairs(names) do
		list[#list + 1] = answer[name] and ("%s=%q"):format(name, answer[name]) or nil;
	end
	return table.concat(list, " ");
end

-- What we refuse although both programs read it alike: nobody who writes these means what they make of it.
local unclear = {
	"has a # behind a tab", "begins with a #: Docker Compose", "has a space at an end of it that is no blank", "has a backslash before a digit",
	"text follows the closing quote", "this is no assignment; expected NAME=value", "with text after it; expected a closing quote",
};

-- Is it the first thing that is wrong? What comes behind it may only follow from it.
local function is_unclear(problem)
	local first = problem:gsub("^stackloader: %d+ problems[^\n]*\n", ""):match "[^\n]*";
	for _, text in ipairs(unclear) do
		if first:find(text, 1, true) then
			return true;
		end
	end
	return false;
end

local wrong, refused, equal, strict = 0, 0, 0, 0;
for number = 1, count do
	local lines = {};
	for i = 1, math.random(1, 3) do
		lines[i] = line();
	end
	local text = table.concat(lines, "\n")..(chance(4) and "" or "\n");
	write(folder.."/.env", text);
	local first, first_problem = ask(programs[1]);
	local second, second_problem = ask(programs[2]);
	local ours, our_problem = ask_us();
	local agree = first and second and same(first, second);
	if (agree and ours and same(first, ours)) then
		equal = equal + 1;
	elseif not agree and not ours then
		refused = refused + 1;
	elseif agree and not ours and is_unclear(our_problem) then
		strict = strict + 1;
	else
		wrong = wrong + 1;
		print(("file %d: %q\n  2.26: %s\n  2.40: %s\n  ours: %s"):format(number, text, show(first, first_problem), show(second, second_problem),
			show(ours, our_problem)));
	end
end
os.execute("rm -r "..quote(folder));
print(("%d files, seed %d: %d read alike, %d refused where the two disagree or refuse, %d refused as unclear, %d differ"):format(count, seed, equal,
	refused, strict, wrong));
os.exit(wrong == 0 and 0 or 1);
