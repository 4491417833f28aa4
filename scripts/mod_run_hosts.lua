-- prosodyctl mod_run_hosts, for make run: whom the assembled configuration serves, virtual hosts first.
module:set_global();

local config = require "core.configmanager";
local stackloader = require "stackloader";

function module.command()
	local stack = stackloader.current();
	for _, kind in ipairs { "host", "component" } do
		for _, host in ipairs(stack and stack:hosts() or {}) do
			if (config.get(host.name, "component_module") ~= nil) == (kind == "component") then
				print(kind.." "..host.name);
			end
		end
	end
end
