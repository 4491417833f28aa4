--- prosodyctl mod_stackloader usecases: what each use case needs, and whether this configuration serves it.
local effective = require "stackloader.effective";
local presets = require "stackloader.presets";

local kind = { axis = "usecases", table = "usecase_info", one = "use case", many = "use cases", variable = "PROSODY_USECASE" };

local function run(stack, opts, out)
	return presets.run(kind, stack, opts, out);
end

return {
	usage = "usecases [NAME]";
	summary = "what each use case needs, and whether this configuration serves it";
	details = [[
A use case is a layer below usecases/, such as team-collaboration/slack-like; its table usecase_info says which features it rests on, and choosing it
(PROSODY_USECASE) brings them. Shown is what is missing and how to get it, with NAME (a use case, or a class of them) also where the rest comes
from.]];
	arguments = { least = 0, most = 1, missing = "NAME" };
	run = effective.with_stack(run);
};
