--- Periods of time, read by our own code as Prosody 13 reads them.
local support = require "spec.support";
local periods = require "stackloader.periods";

-- What the newest Prosody's own code makes of each text: { strict, lax }.
local function of_prosody(prosody, texts)
	local script = ([[package.path = %q.."/?.lua;"..package.path; package.cpath = %q.."/?.so;"..package.cpath;
		table.insert(package.searchers, 2, function (name)
			local bare = name:match "^prosody%%.(.+)";
			return bare and function () return require(bare); end or nil;
		end);
		local io_of_humans = require "util.human.io";
		for _, text in ipairs(arg) do
			print(tostring(io_of_humans.parse_duration(text)).." "..tostring(io_of_humans.parse_duration_lax(text)));
		end]]):format(prosody.source, prosody.source);
	local words = {};
	for i, text in ipairs(texts) do
		words[i] = support.quote(text);
	end
	local file = support.folder().."/ask.lua";
	support.write(file, script);
	local output, code = support.run("lua5.4 "..file.." "..table.concat(words, " "));
	assert(code == 0, output);
	return output;
end

describe("Periods", function ()
	teardown(support.clean);

	local prosody = support.prosody_named "13";
	local it_with_13 = prosody and it or function () end;

	it_with_13("are what Prosody 13 reads from the same texts", function ()
		local texts = { "", "never", "x" };
		for _, unit in ipairs { "", "s", "m", "mi", "min", "minutes", "mo", "mon", "month", "h", "ho", "hours", "d", "days", "w", "y", "i", "o", "in" } do
			for _, form in ipairs { "2%s", "10 %s", " 7%s ago", "1.5%s" } do
				texts[#texts + 1] = form:format(unit);
				texts[#texts + 1] = form:format(unit:upper());
			end
		end
		local own = {};
		for i, text in ipairs(texts) do
			own[i] = tostring(periods.parse(text)).." "..tostring(periods.parse_lax(text));
		end
		assert.equal(of_prosody(prosody, texts), table.concat(own, "\n").."\n");
	end);
end);
