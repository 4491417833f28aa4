--- Findings about the main file where the configuration is judged for another Prosody than the installed one, which runs that file: what the other
-- one would make of it, read from its text and that of the files that it includes.
local handles = require "stackloader.handles";
local tokens = require "stackloader.tokens";
local words = require "stackloader.words";

local configmanager = package.loaded["prosody.core.configmanager"] or require "core.configmanager";

-- What Prosody 13 gives to the file, and 0.12 does not.
local new_names = words.set "FileContents FileLine FileLines Credential";
local new_methods = words.set "append value values";
local opens_scope = words.set "VirtualHost Component Host host component";

local is_symbol = tokens.is_symbol;

-- Files ------------------------------------------------------------------------------------------------------------------------

-- The pattern of an Include as a pattern of Lua, for full paths.
local function pattern_of(word, path)
	local full = word:sub(1, 1) == "/" and word or (path:match "^(.*/)" or "./")..word;
	return "^"..full:gsub("%p", "%%%0"):gsub("%%%*", "[^/]*"):gsub("%%%?", "[^/]").."$";
end

-- The main file and those of the files that Prosody has read which it includes, directly or not.
local function main_files(context)
	local files, known = { context.stack:about().main_file }, {};
	for _, layer in pairs(context.layers) do
		if layer.axis == "main" and #files == 0 then
			files[1] = layer.path;
		end
	end
	known[files[1] or ""] = true;
	for _, path in ipairs(files) do
		local list = context.texts:tokens(path);
		for at, token in ipairs(list) do
			local behind = list[at + 1];
			local word = (token.text == "Include" or token.text == "include") and token.kind == "name" and behind
				and (behind.kind == "string" and behind or is_symbol(behind, "(") and list[at + 2]);
			for _, other in ipairs(word and word.kind == "string" and configmanager.files() or {}) do
				if not known[other] and other:find(pattern_of(word.text, path)) then
					known[other] = true;
					files[#files + 1] = other;
				end
			end
		end
	end
	return files;
end

-- Calls f(at, depth, lists) for each token; `lists` has the options that the file has given a table in this section so far.
local steps = { ["{"] = 1, ["("] = 1, ["["] = 1, ["}"] = -1, [")"] = -1, ["]"] = -1 };

local function each_token(list, f)
	local depth, lists = 0, {};
	for at, token in ipairs(list) do
		depth = depth + (token.kind == "symbol" and steps[token.text] or 0);
		if depth == 0 and token.kind == "name" and opens_scope[token.text] and tokens.begins_statement(list, at) then
			lists = {};
		end
		f(at, depth, lists);
		local is_table = is_symbol(list[at + 1], "=") and is_symbol(list[at + 2], "{");
		if depth == 0 and is_table and tokens.is_identifier(token) and tokens.begins_statement(list, at) then
			lists[token.text] = true;
		end
	end
end

-- For 13 --------------------------------------------------------------------------------------------------------------------------

-- The scope, as findings name it, in which the option has the value.
local function add_handle(context, path, token, of)
	context:add("SL115", { path = path, line = token.line, layer = "main", option = token.text }, handles.text(token.text, of));
	for _, scope in ipairs(context.scopes.list) do
		if scope.options[token.text] ~= nil then
			context:blame(scope.name, token.text);
		end
	end
end

-- `option = other_option`, where the other one has a table.
local function find_handles(context, path, list)
	each_token(list, function (at, depth, lists)
		local token, value = list[at], list[at + 2];
		if depth == 0 and tokens.is_identifier(token) and tokens.begins_statement(list, at) and is_symbol(list[at + 1], "=")
				and value and value.kind == "name" and lists[value.text] and tokens.last_of(list, at) == at + 2 then
			add_handle(context, path, token, value.text);
		end
	end);
end

-- For 0.12 ------------------------------------------------------------------------------------------------------------------------

local function what_is_new(list, at, lists)
	local token, behind, last = list[at], list[at + 1], list[at + 2];
	if token.kind ~= "name" or is_symbol(list[at - 1], ".") or is_symbol(list[at - 1], ":") then
		return nil;
	elseif new_names[token.text] and (is_symbol(behind, "(") or behind and behind.kind == "string") then
		return token.text;
	elseif token.text == "Lua" and is_symbol(behind, ".") then
		return "Lua; write (Lua or _G)."..(last and last.text or "");
	elseif is_symbol(behind, ":") and last and new_methods[last.text] and (lists[token.text] or last.text == "append") then
		return ("%s:%s"):format(token.text, last.text);
	elseif lists[token.text] and is_symbol(behind, "{") and tokens.begins_statement(list, at) then
		return ("%s { … } without \"=\""):format(token.text);
	end
end

local function find_new(context, path, list)
	each_token(list, function (at, _, lists)
		local new = what_is_new(list, at, lists);
		if new then
			context:add("SL124", { path = path, line = list[at].line, layer = "main" },
				("Prosody 0.12 does not know %s, so this file does not load there; write the value itself%s"):format(new,
				context.is_plain and "" or ", or move it to a layer"));
		end
	end);
end

return function (context)
	local other = context.catalogue:generation();
	local installed = context.catalogue.installed;
	if not installed or installed:generation() == other then
		return;
	end
	for _, path in ipairs(main_files(context)) do
		(other == "13" and find_handles or find_new)(context, path, context.texts:tokens(path));
	end
end;
