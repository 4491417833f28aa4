--- Processes beside the specs, and the ports of loopback that they listen on.
local socket = require "socket";
local support = require "spec.support";

local processes = {};

--- How long to wait for something, in seconds.
processes.patience = 60;

--- Runs a command line as support.run does. A build with sanitizers needs their library in the processes that load it, and in no other.
function processes.run(command)
	return support.run("unset LD_PRELOAD; "..command);
end

--- Do the specs run as root?
function processes.is_root()
	return (processes.run "id -u"):match "%d+" == "0";
end

--- The words before a command by which it runs as Debian's user for Prosody; nil where nobody but root could do that, or that user cannot
-- reach this build of Prosody.
function processes.as_prosody(prosody)
	local words = "setpriv --reuid=prosody --regid=prosody --init-groups ";
	local reaches = processes.is_root() and select(2, processes.run(words.."test -r "..support.quote(prosody.prosody))) == 0;
	return reaches and words or nil;
end

--- The variables, as NAME=value, by which a process may load such a build. What Prosody and the libraries below it still hold when they end
-- is not looked at.
function processes.sanitizers()
	local preload = os.getenv "LD_PRELOAD";
	return preload and { "LD_PRELOAD="..preload, "ASAN_OPTIONS=detect_leaks=0" } or {};
end

--- Ports that nobody uses, one a name: bound all at once so that they differ, then released.
function processes.free_ports(names)
	local held, ports = {}, {};
	for _, name in ipairs(names) do
		local listener = assert(socket.bind("127.0.0.1", 0));
		held[#held + 1] = listener;
		ports[name] = select(2, listener:getsockname());
	end
	for _, listener in ipairs(held) do
		listener:close();
	end
	return ports;
end

--- Does somebody listen on this port?
function processes.listens(port)
	local connection = socket.connect("127.0.0.1", port);
	if connection then
		connection:close();
	end
	return connection ~= nil;
end

--- Tries until it gives something true; nil when patience runs out.
function processes.eventually(try)
	local deadline = socket.gettime() + processes.patience;
	repeat
		local result = try();
		if result then
			return result;
		end
		socket.sleep(0.05);
	until socket.gettime() > deadline;
end

--- Starts a command, what it prints in the file `output`. Returns its process id.
function processes.start(command, output)
	return processes.run("cd / && { "..command.." >"..support.quote(output).." 2>&1 </dev/null & } && echo $!"):match "%d+";
end

--- Is there still a process of this id?
function processes.alive(pid)
	local status = io.open("/proc/"..pid.."/stat");
	if not status then
		return false;
	end
	local state = status:read("a"):match "^.*%) (%a)";
	status:close();
	return state ~= "Z";
end

-- Prosody 0.12 does not see a signal that comes just before it waits for events, until one comes or it is continued.
local function has_ended(pid)
	processes.run("kill -STOP "..pid.." && kill -CONT "..pid);
	return not processes.alive(pid);
end

--- Ends a process that start() began, by SIGTERM or another signal; by SIGKILL where it does not end.
function processes.stop(pid, signal)
	if processes.alive(pid) then
		processes.run("kill -"..(signal or "TERM").." "..pid);
		socket.sleep(0.1);
		if not processes.eventually(function () return has_ended(pid); end) then
			processes.run("kill -KILL "..pid);
		end
	end
end

return processes;
