--- prosodyctl mod_stackloader snapshot: saves what is in force, for diff to compare with later.
local again = require "stackloader.again";
local effective = require "stackloader.effective";
local lfs = require "lfs";
local pposix = require "util.pposix";
local side = require "stackloader.side";
local telling = require "stackloader.telling";

-- A password that the stack does not know for one stands in the file as it does in the configuration, so only its owner can read it.
local function write(path, text)
	local mask = pposix.umask("077");
	local file, problem = io.open(path..".new", "wb");
	pposix.umask(mask);
	if not file then
		return problem;
	end
	local written;
	written, problem = file:write(text);
	local closed, close_problem = file:close();
	if not written or not closed then
		os.remove(path..".new");
		return problem or close_problem;
	end
	return select(2, os.rename(path..".new", path));
end

local function run(stack, opts, out)
	local path = again.full_path(opts[1]);
	if lfs.attributes(path, "mode") == "directory" then
		return effective.refuse(out, path.." is a folder; name the file to save to");
	end
	local from = side.in_force(stack);
	local about = { taken = os.date("!%Y-%m-%dT%H:%M:%SZ"), main_file = _G.prosody.config_file, prosody_version = _G.prosody.version };
	local problem = write(path, stack:mask(side.save(from, about)));
	if problem then
		return effective.refuse(out, ("The snapshot cannot be saved: %s"):format(problem));
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
The file is JSON that only its owner can read. Secrets are not in it, so that diff cannot tell whether they have changed.]];
	arguments = { least = 1, most = 1, missing = "FILE" };
	run = effective.with_stack(run);
};
