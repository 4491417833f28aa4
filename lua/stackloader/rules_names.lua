--- Findings about names without a value that stand where a value belongs: most often the quotes of a text are missing. Lua reads such a name as nil,
-- so the option is not set, or its list has a hole. Prosody warns of it from 13.0.6 on, in the main file alone.
local effective = require "stackloader.effective";
local tokens = require "stackloader.tokens";
local words = require "stackloader.words";

-- What Prosody and the layer language put into the environment of a configuration file.
local given = words.set([[VirtualHost Component Host Include RunScript FileContents FileLine FileLines Credential Lua _G stack prosody
	include host component runscript]]);

local is_symbol = tokens.is_symbol;
local opening, closing = words.set "( { [", words.set ") } ]";
-- What people write for a boolean, and what a slip makes of one.
local booleans = {};
for boolean, list in pairs { ["true"] = "true ture treu tru yes on enabled", ["false"] = "false flase fasle fales no off disabled" } do
	for word in list:gmatch "%S+" do
		booleans[word] = boolean;
	end
end

-- The names that the file declares, as locals, parameters or loop variables, anywhere; and those that it assigns.
local function names_of(list)
	local declared, assigned = {}, {};
	for at, token in ipairs(list) do
		local behind = list[at + 1];
		if token.kind == "name" and (token.text == "local" or token.text == "for" or token.text == "function") then
			local i = at + 1;
			while list[i] and list[i].text ~= "in" and list[i].text ~= ")" and (list[i].kind == "name" or list[i].text:find "^[,(.:<>]$") do
				declared[list[i].text] = true;
				i = i + 1;
			end
		elseif tokens.is_identifier(token) and behind and behind.kind == "symbol" and behind.text == "=" then
			assigned[token.text] = true;
		end
	end
	return declared, assigned;
end

-- Is the whole field or element of a table this one name?
local function is_field(list, at)
	local before, behind = list[at - 1], list[at + 1];
	local begins = is_symbol(before, "{") or is_symbol(before, ",") or is_symbol(before, ";") or is_symbol(before, "=");
	return begins and (is_symbol(behind, "}") or is_symbol(behind, ",") or is_symbol(behind, ";"));
end

-- Is the whole value of an assignment `option = name` this one name?
local function is_value(list, at)
	return is_symbol(list[at - 1], "=") and tokens.is_identifier(list[at - 2]) and tokens.last_of(list, at - 2) == at
		and tokens.begins_statement(list, at - 2) and not (list[at - 3] and list[at - 3].text == "local");
end

--- Calls found(token) for each name that stands alone as a value of an option, or in a table of one.
local function each_value(list, found)
	local brackets, statement = {}, nil;
	for at, token in ipairs(list) do
		if token.kind == "symbol" and opening[token.text] then
			brackets[#brackets + 1] = token.text;
		elseif token.kind == "symbol" and closing[token.text] then
			brackets[#brackets] = nil;
		elseif token.kind == "name" then
			if #brackets == 0 and tokens.begins_statement(list, at) then
				statement = token.text;
			end
			local inside = brackets[#brackets];
			local is_alone = inside == "{" and statement ~= "local" and is_field(list, at) or not inside and is_value(list, at);
			if is_alone and tokens.is_identifier(token) then
				found(token);
			end
		end
	end
end

-- What it was probably meant to be.
local function meaning(context, name)
	local boolean = booleans[name:lower()];
	if boolean then
		return ("write %s"):format(boolean);
	elseif context.catalogue:module(name) then
		return ("write \"%s\", in quotes, for the module"):format(name);
	end
	local near = effective.suggestion(name, { "true", "false" });
	return ("write \"%s\", in quotes, if it is a text%s"):format(name, near);
end

-- The options that any scope has, however they came.
local function is_set(context, name)
	for _, scope in ipairs(context.scopes.list) do
		if scope.options[name] ~= nil then
			return true;
		end
	end
	return false;
end

-- The files of the stack but for those of variables, which are no Lua.
local function lua_files(stack)
	local list = {};
	for _, path in ipairs(stack:files()) do
		list[#list + 1] = not path:find "%.env$" and path or nil;
	end
	return list;
end

return function (context)
	local files, assigned = {}, {};
	for _, path in ipairs(lua_files(context.stack)) do
		local list = context.texts:tokens(path);
		local own, sets = names_of(list);
		files[#files + 1] = { path = path, list = list, own = own };
		for name in pairs(sets) do
			assigned[name] = true;
		end
	end
	local function has_value(name, own)
		return own[name] or assigned[name] or given[name] or name:find "^ENV_" or rawget(_G, name) ~= nil or is_set(context, name);
	end
	for _, file in ipairs(files) do
		each_value(file.list, function (token)
			if not has_value(token.text, file.own) then
				context:add("SL123", { path = file.path, line = token.line, element = token.text },
					("the name %s has no value, so the option is not set or its list has a hole; %s"):format(token.text, meaning(context, token.text)));
			end
		end);
	end
end;
