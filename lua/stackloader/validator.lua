--- What is wrong with the options, modules, hosts and layers of a stack, judged by the sources of the installed Prosody.
-- Each finding is { severity, code, path, line, text, layer, option, host }; codes.lua says what the codes mean. Of one mistake there is
-- one finding: rules run in an order in which the cause comes first, and what it explains is left out.
local accept = require "stackloader.accept";
local catalogues = require "stackloader.catalogue";
local codes = require "stackloader.codes";
local scopes = require "stackloader.scopes";
local texts = require "stackloader.texts";
local stackloader = require "stackloader";
local values = require "stackloader.values";

-- Prosody 13 gives both names, as two modules; the one with the prefix is in use there.
local configmanager = package.loaded["prosody.core.configmanager"] or require "core.configmanager";

local validator = {};

local rules = { "source", "files", "names", "handles", "main_text", "modules", "hosts", "options", "ports", "certificates", "readable",
	"layers", "removals" };

local context = {};
context.__index = context;

-- The files that a stack may have come from, each once.
local function paths_of(stack)
	local paths, known = {}, {};
	local function add(path)
		if path and not known[path] then
			known[path] = true;
			paths[#paths + 1] = path;
		end
	end
	for _, layer in ipairs(stack:layers()) do
		add(layer.path);
	end
	add(stack:about().main_file);
	-- What a layer includes; Prosody keeps the list.
	for _, path in ipairs(configmanager.files()) do
		add(path);
	end
	return paths;
end

-- The files that the stack itself read: others that Prosody once read may be of another configuration.
local function files_of(stack)
	local list = {};
	for _, layer in ipairs(stack:layers()) do
		list[#list + 1] = layer.path;
	end
	list[#list + 1] = stack:about().main_file;
	return list;
end

local function new_context(stack, catalogue)
	local layers, is_plain = {}, true;
	for i, layer in ipairs(stack:layers()) do
		layer.order = i;
		layers[layer.id] = layer;
		is_plain = is_plain and layer.axis == "main";
	end
	return setmetatable({
		-- A plain configuration has no tree, and nobody to whom `stack` could be advised.
		is_plain = is_plain, files = files_of(stack);
		stack = stack, layers = layers, catalogue = catalogue, version = catalogue:generation(), lists = catalogue:check_lists();
		texts = texts.new(paths_of(stack)),
		scopes = scopes.new(stack, catalogue), found = {}, known = {}, blamed = {}, answers = {}, explained = {},
	}, context);
end

--- The history of the option in the scope, as stack:explain gives it.
function context:explain(scope, option)
	local key = scope.."\0"..option;
	if not self.answers[key] then
		self.answers[key] = self.stack:explain(option, scope ~= "*" and scope or nil) or { assignments = {}, parts = {} };
	end
	return self.answers[key];
end

local function same_key(part, key)
	local own = type(part.key) == "table" and part.key or { part.key };
	for i, wanted in ipairs(type(key) == "table" and key or { key }) do
		if own[i] ~= wanted then
			return false;
		end
	end
	return true;
end

local function part_of(answer, element, key)
	for _, part in ipairs(answer.parts or {}) do
		if key ~= nil and same_key(part, key) or key == nil and (element == nil or values.line(part.value) == values.line(element)) then
			return part;
		end
	end
end

-- The last assignment that made a difference.
local function deciding(answer)
	local last, before;
	for _, entry in ipairs(answer.assignments) do
		local result = entry.result == nil and "" or values.line(entry.result);
		if result ~= before or not last then
			last, before = entry, result;
		end
	end
	return last;
end

--- Where the option, or the element or key of it, gets its value in the scope: path, line, layer, and the line of the option's name.
function context:place(scope, option, element, key)
	local answer = self:explain(scope, option);
	local from = part_of(answer, element, key) or deciding(answer);
	if not from or not from.path then
		return nil, nil, from and from.layer;
	end
	local line = from.line;
	if line and (element ~= nil or key ~= nil) then
		line = self.texts:line_within(from.path, line, option, element, key);
	end
	return from.path, line, from.layer, from.line;
end

--- Adds a finding. `at` says of what: scope, option, element or key of its value; or path, line and layer themselves.
-- The same thing said of many hosts by one line is one finding.
function context:add(code, at, text)
	local path, line, layer, name_line = at.path, at.line, at.layer, nil;
	if not path and at.scope then
		path, line, layer, name_line = self:place(at.scope, at.option, at.element, at.key);
	end
	local key = table.concat({ code, path or layer or "", line or 0, at.option or "", values.line(at.element), values.line(at.key) }, "\0");
	if not self.known[key] then
		self.known[key] = true;
		self.found[#self.found + 1] = { severity = at.severity or codes[code].severity, code = code, path = path, line = line, layer = layer,
			name_line = name_line, text = self.stack:redact_text(text, at.scope or path), option = at.option, host = at.scope ~= "*" and at.scope or nil };
	end
	if at.scope and at.option and at.element == nil then
		self:blame(at.scope, at.option);
	end
end

--- The option has a finding in this scope: whatever else may be said of it follows from that.
function context:blame(scope, option)
	self.blamed[scope.."\0"..option] = true;
end

function context:is_blamed(scope, option)
	return self.blamed[scope.."\0"..option] == true;
end

--- Does the stack itself say something about this line?
function context:is_found_by_stack(path, line)
	if not self.own then
		self.own = {};
		for _, finding in ipairs(self.stack:findings()) do
			if finding.path then
				self.own[finding.path] = true;
				self.own[finding.path..":"..(finding.line or 0)] = true;
			end
		end
	end
	return self.own[line and path..":"..line or path] == true;
end

-- By path, line, code and text; what has no place comes first.
local function sort(list)
	local keys = {};
	for _, finding in ipairs(list) do
		keys[finding] = ("%s\0%010d\0%s\0%s"):format(finding.path or "", finding.line or 0, finding.code or "", finding.text);
	end
	table.sort(list, function (a, b)
		return keys[a] < keys[b];
	end);
end

-- A plain file has no `stack`: what the stack itself would advise of it is left out.
local function without_stack(finding)
	local text = finding.text:gsub(", or [^,;]*stack%.%a+%b()[^,;]*", "");
	if text == finding.text then
		return finding;
	end
	local copy = {};
	for key, value in pairs(finding) do
		copy[key] = value;
	end
	copy.text = text;
	return copy;
end

-- Kept from one call to the next: a check asks for the findings of one stack more than once. While the stack is not in force, the main file has not
-- yet run to its end.
local last = setmetatable({}, { __mode = "k" });

local function judge(stack, catalogue)
	local self = new_context(stack, catalogue or catalogues.new(stack));
	for _, name in ipairs(rules) do
		require("stackloader.rules_"..name)(self);
	end
	local all = table.move(self.found, 1, #self.found, 1, {});
	for _, finding in ipairs(stack:findings()) do
		if self.explained[(finding.path or "")..":"..(finding.line or 0)] ~= finding.code then
			all[#all + 1] = self.is_plain and without_stack(finding) or finding;
		end
	end
	local kept = accept.apply(all, self.texts, stackloader.current() ~= stack and not stack:about().broken);
	sort(kept);
	return kept;
end

--- All findings of the stack: its own and the validator's, sorted by path and line, without those that a layer accepts.
function validator.all(stack, catalogue)
	local in_force = stackloader.current() == stack;
	if not last[stack] or last[stack].in_force ~= in_force then
		last[stack] = { in_force = in_force, list = judge(stack, catalogue) };
	end
	return last[stack].list;
end

--- The validator's findings alone.
function validator.findings(stack, catalogue)
	local list = {};
	for _, finding in ipairs(validator.all(stack, catalogue)) do
		if codes[finding.code or ""] and not finding.code:find("^SL0") then
			list[#list + 1] = finding;
		end
	end
	return list;
end

return validator;
