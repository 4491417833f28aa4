--- prosodyctl mod_stackloader snapshot: saves what is in force, for diff to compare with later.
local effective = require "stackloader.effective";
local full_path = require "stackloader.full_path";
local lfs = require "lfs";
local save_file = require "stackloader.save_file";
local side = require "stackloader.side";
local telling = require "stackloader.telling";

local function is_snapshot(text)
	return text:find('{"stackloader_snapshot":', 1, true) == 1;
end

local function run(stack, opts, out)
	local path = full_path(opts[1]);
	if lfs.attributes(path, "mode") == "directory" then
		return effective.refuse(out, path.." is a folder; name the file to save to");
	end
	local problem = save_file.problem_with(path, "snapshot", is_snapshot);
	if problem then
		return effective.refuse(out, path..": "..problem);
	end
	local from = side.in_force(stack);
	local about = { taken = os.date("!%Y-%m-%dT%H:%M:%SZ"), main_file = _G.prosody.config_file, prosody_version = _G.prosody.version };
	local saved;
	-- A password that the stack does not know for one stands in the file as it does in the configuration, so only its owner can read it.
	saved, problem = save_file.write(path, stack:mask(side.save(from, about)));
	if not saved then
		return effective.refuse(out, ("The snapshot cannot be saved: %s: %s"):format(path, problem));
	elseif opts.format == "json" then
		out.json { path = path, scopes = #from.scopes, taken = about.taken };
	else
		out.print(("Saved %s to %s"):format(telling.count(#from.scopes - 1, "host"), telling.printable(path)));
	end
	return 0;
end

return {
	usage = "snapshot FILE";
	summary = "saves what is in force, with who set it, for diff to compare with later";
	details = [[
The file is JSON that only its owner can read. Secrets are not in it, so that diff cannot tell whether they have changed. FILE is replaced in one go
where it is a snapshot already, and left alone where it is anything else.]];
	arguments = { least = 1, most = 1, missing = "FILE" };
	run = effective.with_stack(run);
};
