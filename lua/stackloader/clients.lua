--- prosodyctl mod_stackloader clients: what each client preset needs, and whether this configuration serves it.
local effective = require "stackloader.effective";
local presets = require "stackloader.presets";

local kind = { axis = "clients", table = "client_info", one = "client preset", many = "client presets" };

local function run(stack, opts, out)
	return presets.run(kind, stack, opts, out);
end

return {
	usage = "clients [NAME]";
	summary = "what each client preset needs, and whether this configuration serves it";
	details = [[
A preset is a layer below clients/, such as mobile-apps/conversations; its table client_info says which features, modules and XEPs that
client needs. Shown is what is missing and how to get it, with NAME (a preset, or a class of them) also where the rest comes from.]];
	arguments = { least = 0, most = 1, missing = "NAME" };
	run = effective.with_stack(run);
};
