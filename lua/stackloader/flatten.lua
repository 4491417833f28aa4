--- prosodyctl mod_stackloader flatten: the configuration in force as one plain file, proved to be equal.
local again = require "stackloader.again";
local catalogue = require "stackloader.catalogue";
local dump = require "stackloader.dump";
local effective = require "stackloader.effective";
local flat_references = require "stackloader.flat_references";
local flat_text = require "stackloader.flat_text";
local full_path = require "stackloader.full_path";
local output = require "stackloader.output";
local proof = require "stackloader.proof";
local save_file = require "stackloader.save_file";
local side = require "stackloader.side";
local telling = require "stackloader.telling";
local values = require "stackloader.values";

local mark = "-- Written by prosodyctl mod_stackloader flatten.";

local function is_flattened(head)
	return head:find(mark, 1, true) == 1;
end

local function place_text(place)
	local name = place and (place.layer or place.path);
	return name and telling.printable(name)..(place.line and ":"..place.line or "") or nil;
end

-- Everything that is asked of while the text is written.
local job = {};
job.__index = job;

function job:history(scope, option)
	local histories = self.histories[scope] or {};
	self.histories[scope] = histories;
	histories[option] = histories[option] or self.side.history(scope, option);
	return histories[option];
end

function job:redacted(scope, option)
	local kept = self.redactions[scope] or {};
	self.redactions[scope] = kept;
	if kept[option] == nil then
		kept[option] = self.stack:redact(self.scopes[scope][option], option, scope);
	end
	return kept[option];
end

local function at_path(value, path)
	for _, key in ipairs(path) do
		value = type(value) == "table" and value[key];
	end
	return value;
end

function job:where(scope, option)
	local place = place_text(self:history(scope, option).place);
	return ("%s%s%s"):format(tostring(option), scope ~= "*" and " of "..scope or "", place and " ("..place..")" or "");
end

-- Is the leaf a secret, or does it hold one?
function job:is_secret(scope, option, path, value)
	return not proof.same(at_path(self:redacted(scope, option), path), value);
end

local function add_once(list, text)
	if not list[text] then
		list[text] = true;
		list[#list + 1] = text;
	end
end

function job:leaf(scope, option, path, value)
	local expression = self.reference(scope, option, path, value);
	if not expression and self:is_secret(scope, option, path, value) then
		add_once(self.secrets, self:where(scope, option));
	end
	return expression;
end

-- Do the parts of the value come from more than one place?
local function is_mixed(history)
	local whole = place_text(history.place);
	for _, place in pairs(history.parts) do
		if place_text(place) ~= whole then
			return true;
		end
	end
	return false;
end

-- Where the whole option comes from; nothing where its parts say more.
function job:place(scope, option, value)
	local history = self:history(scope, option);
	local told = self.with_origins and not (type(value) == "table" and is_mixed(history));
	return told and place_text(history.place) or nil;
end

function job:part(scope, option, path, value)
	local history = self:history(scope, option);
	if not self.with_origins or not is_mixed(history) then
		return nil;
	end
	local keys = table.move(path, 1, #path, 1, {});
	if math.type(keys[#keys]) == "integer" then
		keys[#keys] = nil;
	end
	return place_text(history.parts[side.part_text(#keys > 0 and keys or nil, value)] or history.place);
end

-- What a text cannot hold: nil where the option is plain data, else what it is.
local function foreign_in(value)
	if type(value) ~= "table" then
		return nil;
	elseif dump.foreign(value) then
		return dump.foreign(value);
	end
	for key, inner in next, value do
		local kind = foreign_in(inner) or foreign_in(key);
		if kind then
			return kind;
		end
	end
end

-- Options that are no data: left out where nothing installed reads them, else an error.
function job:sort_out_foreign()
	local known = catalogue.new(self.stack);
	for scope, options in pairs(self.scopes) do
		for option, value in pairs(options) do
			local kind = foreign_in(value);
			local read = kind and (type(option) ~= "string" or #known:option(option) > 0 or option == "modules_enabled");
			if read then
				add_once(self.refused, ("%s is a %s, which a plain file cannot hold"):format(self:where(scope, option), kind));
			elseif kind then
				self.left_out[scope] = self.left_out[scope] or {};
				self.left_out[scope][option] = ("a %s that nothing reads%s"):format(kind,
					self.with_origins and place_text(self:history(scope, option).place) and ", "..place_text(self:history(scope, option).place) or "");
			end
		end
	end
	for _, name in ipairs(flat_text.impossible(self.scopes["*"])) do
		add_once(self.refused, name.." cannot be set in a plain file, where the name means something else");
	end
	table.sort(self.refused);
end

function job:source()
	return {
		leaf = function (...) return self:leaf(...); end;
		part = function (...) return self:part(...); end;
		place = function (...) return self:place(...); end;
		opened = function (scope)
			return self.with_origins and place_text(self.side.host(scope)) or nil;
		end;
		skipped = function (scope, option)
			return self.left_out[scope] and self.left_out[scope][option];
		end;
	};
end

local function header(used)
	local lines = { mark, "-- Its values were those in force; what they come from stands behind them." };
	for i, name in ipairs(values.keys(used)) do
		lines[#lines + 1] = i == 1 and "-- Variables that have to be set wherever this file is read:" or nil;
		lines[#lines + 1] = "--   "..name;
	end
	return table.concat(lines, "\n").."\n\n";
end

-- What differs between the text, read by Prosody, and the configuration; nil and why where it cannot be read.
function job:prove(text)
	local path = os.tmpname();
	local file = assert(io.open(path, "wb"));
	file:write(text);
	file:close();
	local results, problem = proof.load { { file = path, variables = self.used } };
	os.remove(path);
	problem = problem or results[1].problem;
	if problem then
		return nil, problem;
	end
	return proof.differences(self.scopes, results[1].scopes, self.left_out);
end

local function refuse_all(out, title, list)
	out.warn(title);
	for _, line in ipairs(list) do
		out.warn("  "..line);
	end
	return 2;
end

local function start(stack, opts)
	local words = table.move(_G.arg, 1, #_G.arg, 2, { "mod_stackloader" });
	local main = again.main_file();
	local results, problem = proof.load { { file = main, words = words } };
	problem = problem or results[1].problem;
	if problem then
		return nil, problem;
	end
	local self = setmetatable({ stack = stack, side = side.in_force(stack), scopes = results[1].scopes, with_origins = not opts.no_origins,
		histories = {}, redactions = {}, secrets = {}, refused = {}, left_out = {} }, job);
	self.reference, self.used = flat_references.new(stack, main, words, opts.keep_variables);
	return self;
end

-- The proved text, or nil and the exit code.
local function make(self, opts, out)
	self:sort_out_foreign();
	if #self.refused > 0 then
		return nil, refuse_all(out, "This configuration cannot be one plain file; nothing was written:", self.refused);
	end
	local text = flat_text.write(self.scopes, self.side.scopes, self:source());
	if #self.secrets > 0 and not opts.with_secrets then
		table.sort(self.secrets);
		return nil, refuse_all(out, "These values are secrets, or hold one, and nothing was written; take them from variables or files with "
			.."stack.env.secret, or write them out with --with-secrets:", self.secrets);
	end
	text = header(self.used)..text;
	local differences, problem = self:prove(text);
	if not differences then
		return nil, effective.refuse(out, "The flat file was not proved equal, and nothing was written: "..problem);
	elseif #differences > 0 then
		local lines = {};
		for i, difference in ipairs(differences) do
			lines[i] = proof.difference_text(difference);
		end
		return nil, refuse_all(out, "The flat file is not equal to what is in force, and nothing was written. They differ in:", lines);
	end
	return text;
end

local function report(self, path, opts, out)
	local used = values.keys(self.used);
	if opts.format == "json" then
		out.json { output = path, hosts = #self.side.scopes - 1, variables = used, secrets = #self.secrets, equal = true };
		return;
	end
	out.print(("Wrote %s to %s; Prosody %s reads the same values from it as from the tree."):format(telling.count(#self.side.scopes - 1, "host"),
		telling.printable(path), _G.prosody.version or ""));
	if #used > 0 then
		out.print("It needs these variables, which an .env file no longer gives: "..table.concat(used, ", "));
	end
end

local function save(self, text, opts, out)
	local path = full_path(opts.output);
	local problem = save_file.problem_with(path, "flattened configuration", is_flattened);
	local saved;
	if not problem then
		saved, problem = save_file.write(path, text, #self.secrets == 0 and "022" or nil);
	end
	if not saved then
		return effective.refuse(out, ("The file cannot be written: %s: %s"):format(path, problem));
	end
	report(self, path, opts, out);
	return 0;
end

local function run(opts, plain_out)
	local stack, code = effective.stack(plain_out);
	if not stack then
		return code;
	end
	local out = output.without_secrets(plain_out, stack);
	if _G.prosody.process_type ~= "prosodyctl" then
		return effective.refuse(out, "flatten loads the configuration anew, so it works in prosodyctl alone");
	elseif opts.with_secrets and not opts.output then
		return effective.refuse(out, "--with-secrets needs --output=FILE, which only its owner can read then");
	end
	local self, problem = start(stack, opts);
	if not self then
		return effective.refuse(out, "The configuration does not load: "..problem);
	end
	local text;
	text, code = make(self, opts, out);
	if not text then
		return code;
	elseif opts.output then
		return save(self, text, opts, out);
	elseif opts.format == "json" then
		out.json { text = text, hosts = #self.side.scopes - 1, variables = values.keys(self.used), secrets = 0, equal = true };
	else
		plain_out.print((text:gsub("\n$", "")));
	end
	return 0;
end

return {
	usage = "flatten [--output=FILE]";
	summary = "the configuration in force as one plain file, proved to be equal";
	details = [[
The file needs no stackloader. Prosody's own loader reads it and the tree, in a process of its own, and nothing is written where their values
differ (modules_enabled is compared as a set). Secrets stay references: ENV_NAME for a variable, and for a file an expression that reads it. Where
a secret is a literal the command refuses, names it, and the exit code is 2.]];
	arguments = { least = 0, most = 0 };
	flags = {
		output = { value = "FILE", text = "writes to FILE in place of the terminal; replaces only a file that it wrote itself" };
		["no-origins"] = "leaves out the comments that say where each value comes from";
		["keep-variables"] = "keeps ENV_NAME where a whole text comes from a variable";
		["with-secrets"] = "writes secrets out; only the file's owner can read it then (mode 0600)";
	};
	run = run;
};
