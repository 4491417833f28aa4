--- Asks the commands of `prosodyctl mod_stackloader` in specs.
local busted = require "busted";
local support = require "spec.support";

local quote = support.quote;

local asking = {};

--- The main file of a layered configuration.
asking.layered = support.main_file;

-- Reads JSON with the Prosody's own library and writes it as a Lua table.
local function parse(prosody, text)
	local file = support.folder().."/json";
	support.write(file, text);
	local script = ("package.path = %q..package.path; local _ = pcall(require, 'prosody.loader') or pcall(require, 'loader'); "
		.."io.write(require 'util.serialization'.serialize((assert(require 'util.json'.decode(io.read('a'))))))"):format(prosody.source.."/?.lua;");
	local written = support.run(("LUA_CPATH=%s lua5.4 -e %s < %s"):format(quote(prosody.source.."/?.so;;"), quote(script), quote(file)));
	return assert(load("return "..written), text.."\n"..written)();
end

--- For one Prosody and the variables that support.install gave: a function that asks (words, main file, more variables) and returns what
-- was printed and the exit code, and one that returns the JSON as a table.
-- Every finding that a command prints has its place.
local function with_places(answer)
	local list = type(answer) == "table" and (answer.findings or answer) or {};
	for _, finding in ipairs(list) do
		if type(finding) == "table" and finding.code and finding.text and finding.severity then
			support.has_place(finding);
		end
	end
	return answer;
end

function asking.with(prosody, environment)
	local function line(words, config, variables)
		return ("%s %s %s --root --quiet --config %s mod_stackloader %s"):format(variables or "", environment, quote(prosody.prosodyctl),
			quote(config), words);
	end
	local function ask(words, config, variables)
		return support.run(line(words, config, variables));
	end
	local function ask_json(words, config, variables)
		local output, code = support.run("("..line(words.." --format=json", config, variables).." 2>"..quote(support.folder().."/errors")..")");
		return with_places(parse(prosody, output)), code;
	end
	return ask, ask_json;
end

--- Describes a command on each Prosody, installed once before: specs(prosody, environment, prefix), the latter two as support.install gave them.
function asking.on_each(title, specs)
	busted.describe(title, function ()
		local environment, prefix;
		busted.setup(function ()
			prefix, environment = support.install();
		end);
		busted.teardown(support.clean);
		for _, prosody in ipairs(support.prosodies()) do
			busted.describe("on Prosody "..prosody.name, function ()
				specs(prosody, environment, prefix);
			end);
		end
	end);
end

--- The text holds each of the pieces, one behind the other.
function asking.in_order(text, ...)
	local from = 1;
	for _, piece in ipairs { ... } do
		local _, last = text:find(piece, from, true);
		assert(last, ("expected %q in order in: %s"):format(piece, text));
		from = last + 1;
	end
end

return asking;
