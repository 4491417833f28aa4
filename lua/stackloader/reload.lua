--- prosodyctl mod_stackloader reload: has the running server load its configuration again, and says what came of it.
local effective = require "stackloader.effective";
local lfs = require "lfs";
local paths = require "util.paths";
local pposix = require "util.pposix";
local reload_result = require "stackloader.reload_result";
local signal = require "util.signal";
local sleep = require "socket".sleep;
local time = require "util.time";

local configmanager = package.loaded["prosody.core.configmanager"] or require "core.configmanager";

-- In seconds: how long a start-up and a reload may take, and how often to look.
local PATIENCE, INTERVAL = 300, 0.02;
-- Prosody 0.12 misses a signal that comes just before it waits for events, until another one comes.
local AGAIN = 1;

-- An option of the configuration on disk. Where that does not load, Prosody knows none; the layers that are whole may say it.
local function option(name)
	local value = configmanager.get("*", name);
	if value == nil then
		local stack = effective.known_stack();
		value = stack and (stack:options() or {})[name];
	end
	return type(value) == "string" and value or nil;
end

-- The server keeps its pidfile locked.
local function locked_pid(path)
	local file = io.open(path, "r+");
	if not file then
		return nil;
	end
	local is_free = lfs.lock(file, "w");
	local pid = not is_free and tonumber(file:read "a");
	file:close();
	return pid or nil;
end

-- The running server: { pid, data (its folder) }; nil and why there is none.
local function running()
	local pidfile = option "pidfile";
	if not pidfile then
		return nil, "the option pidfile is not set, so the server cannot be found; set it, or use `prosodyctl reload`";
	end
	local data = option "data_path" or _G.prosody.paths.data;
	local pid = locked_pid(paths.resolve_relative_path(data, pidfile));
	if not pid then
		return nil, "Prosody is not running, or its pidfile is for another user; start it, or run this as root or as Prosody's user";
	end
	return { pid = pid, data = data };
end

-- Asks until f gives something, at most `patience` seconds; meanwhile() is called each second.
local function wait_for(f, patience, meanwhile)
	local ends, next_call = time.monotonic() + patience, time.monotonic() + AGAIN;
	repeat
		local found = f();
		if found then
			return found;
		elseif meanwhile and time.monotonic() >= next_call then
			next_call = time.monotonic() + AGAIN;
			meanwhile();
		end
		sleep(INTERVAL);
	until time.monotonic() > ends;
end

-- Before the start-up has ended, a signal would end the server.
local function started(server)
	return wait_for(function ()
		return reload_result.read(server.pid, server.data);
	end, 10);
end

local function reload(server, before)
	signal.kill(server.pid, signal.SIGHUP);
	return wait_for(function ()
		local now = reload_result.read(server.pid, server.data);
		return now and now.number > before.number and now;
	end, PATIENCE, function ()
		signal.kill(server.pid, signal.SIGCONT);
	end);
end

local function tell(result, opts, out)
	if opts.format == "json" then
		out.json { taken = result.taken, text = result.text, problem = result.problem };
	elseif result.taken then
		out.print("The configuration was taken: "..result.text);
	else
		out.print("The configuration was refused, and the earlier one stays in force:");
		out.print(result.problem);
	end
	return result.taken and 0 or 1;
end

-- In the shell of the server itself.
local function reload_here(opts, out)
	local prosody = _G.prosody;
	local ok, problem = prosody.reload_config();
	local result = ok and reload_result.read(pposix.getpid(), prosody.paths.data);
	return tell(result or { taken = ok or false, text = "nothing is known of the pause", problem = problem }, opts, out);
end

local function run(opts, out)
	if _G.prosody.process_type == "prosody" then
		return reload_here(opts, out);
	end
	local server, problem = running();
	if not server then
		return effective.refuse(out, problem);
	end
	local before = started(server);
	if not before then
		return effective.refuse(out, "The server has not ended its start-up, or mod_stackloader is not in its modules_enabled. "
			.."Try again, or use `prosodyctl reload`");
	end
	local after = reload(server, before);
	if not after then
		return effective.refuse(out, ("The server has not answered for %d seconds; its log may say why"):format(PATIENCE));
	end
	return tell(after, opts, out);
end

return {
	usage = "reload";
	summary = "has the running server load its configuration again, and says what came of it";
	details = [[
The server needs mod_stackloader in modules_enabled. Exit code 0: the configuration was taken; 1: it was refused, with every reason; 2: no server
answered. Run it as root or as Prosody's user.]];
	arguments = { least = 0, most = 0 };
	run = run;
};
