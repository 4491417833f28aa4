--- prosodyctl mod_pasted FIRST SECOND: loads both configurations with Prosody's own configmanager and prints every option in which they
-- differ. commands_spec.lua puts it beside mod_stackloader.
module:set_global();

local configmanager = package.loaded["prosody.core.configmanager"] or require "core.configmanager";

local function load_configuration(path)
	local ok, _, problem = configmanager.load(path, "lua");
	assert(ok, problem);
	return configmanager.getconfig();
end

local function compare(first, second, name)
	if type(first) == "table" and type(second) == "table" then
		for key in pairs(first) do
			compare(rawget(first, key), rawget(second, key), name.." "..tostring(key));
		end
		for key in pairs(second) do
			if rawget(first, key) == nil then
				print(("different:%s %s is only in the second"):format(name, tostring(key)));
			end
		end
	elseif first ~= second or math.type(first) ~= math.type(second) then
		print(("different:%s is %s, then %s"):format(name, tostring(first), tostring(second)));
	end
end

function module.command(arg)
	local first = load_configuration(arg[1]);
	compare(first, load_configuration(arg[2]), "");
	print("compared");
	return 0;
end
