--- The shipped tree with many sets of variables: each is checked by `prosodyctl check config`, then started by `prosody`, in processes of
--- their own as on any machine. Two are under way at a time.
local uv = require "luv";
local lfs = require "lfs";
local socket = require "socket";
local support = require "spec.support";
local tree = require "spec.tree";

local boots = {};

local abreast = 2;
local interval = 10; -- milliseconds from one try to connect to the next
local patience = 300000; -- milliseconds that one process may take: a machine with other work may stand still for a minute
local domain = "example.org";

-- Prosody 13 says so of hosts that leave features out, which small profiles and switched off features mean to do; it is no warning of
-- the check.
local hint = [[

    Some of your hosts may be missing features due to a lack of configuration.
    For more details, use the 'prosodyctl check features' command.
]];

local function without_hint(output)
	local first, last = output:find(hint, 1, true);
	return first and output:sub(1, first - 1)..output:sub(last + 1) or output;
end

--- Calls start with a function and waits until that is called. Returns what it was called with. An error behind the waiting would end this
--- process where libuv calls, so it is kept for boots.all.
local failure;
local function await(start)
	local thread = coroutine.running();
	start(function (...)
		local ok, message = coroutine.resume(thread, ...);
		failure = failure or not ok and message or nil;
	end);
	return coroutine.yield();
end

local function close(handle)
	if not handle:is_closing() then
		handle:close();
	end
end

local function pause(milliseconds)
	local timer = uv.new_timer();
	await(function (resume) timer:start(milliseconds, 0, resume); end);
	close(timer);
end

--- Starts a command with these variables (NAME=value) and no others, what it prints in a file. Returns the process: ended() is whether it has,
--- finish() tells it to end, and wait() waits for its exit code, or the signal that ended it.
local function spawn(command, variables, output)
	local words = {};
	for word in command:gmatch "%S+" do
		words[#words + 1] = word;
	end
	local file = assert(uv.fs_open(output, "w", tonumber("644", 8)));
	local result, waiting;
	local timer = uv.new_timer();
	local handle = assert(uv.spawn(table.remove(words, 1), { args = words, env = variables, cwd = "/", stdio = { nil, file, file } },
		function (code, signal)
			result = signal ~= 0 and "signal "..signal or code;
			close(timer);
			if waiting then
				waiting();
			end
		end));
	uv.fs_close(file);
	timer:start(patience, 0, function ()
		handle:kill "sigkill";
	end);

	local process = {};

	function process.ended()
		return result ~= nil;
	end

	-- Prosody 0.12 does not see a signal that comes just before it waits for events, until one comes or it is continued.
	function process.finish()
		handle:kill "sigterm";
		local told = uv.now();
		while result == nil do
			pause(interval);
			if result == nil and uv.now() - told > 500 then
				handle:kill "sigstop";
				handle:kill "sigcont";
				told = uv.now();
			end
		end
	end

	function process.wait()
		if result == nil then
			await(function (resume) waiting = resume; end);
		end
		close(handle);
		return result;
	end

	return process;
end

--- Ends the client's stream and waits until the server has closed the connection, so that it does not meet a session that is about to end when it is
-- told to stop.
local function leave(connection)
	connection:write "</stream:stream>";
	await(function (resume)
		local timer = uv.new_timer();
		local function done()
			if not timer:is_closing() then
				connection:read_stop();
				close(timer);
				resume();
			end
		end
		timer:start(2000, 0, done);
		connection:read_start(function (broken, answer)
			if broken or not answer then
				done();
			end
		end);
	end);
end

--- Waits until the server answers a client, as it does once everything is loaded, or has ended. Returns whether it answered.
local function answers(process, port)
	while not process.ended() do
		local connection = uv.new_tcp();
		local refused = await(function (resume) connection:connect("127.0.0.1", port, resume); end);
		local broken, answer;
		if not refused then
			connection:write(tree.greeting(domain));
			broken, answer = await(function (resume)
				connection:read_start(function (...)
					connection:read_stop();
					resume(...);
				end);
			end);
		end
		if answer and not broken then
			leave(connection);
			close(connection);
			return true;
		end
		close(connection);
		pause(interval);
	end
	return false;
end

--- Ports of a server each: all bound at once so that they differ, then released. They are below those that the kernel gives to whoever asks
--- for any, so that nobody takes them between two servers, and others than those of another process that runs this.
local function free_ports()
	local held, sets = {}, {};
	local port = 10000 + math.tointeger(uv.os_getpid()) % 1000 * abreast * #tree.ports;
	for i = 1, abreast do
		sets[i] = {};
		for _, name in ipairs(tree.ports) do
			local listener;
			repeat
				port = port + 1;
				assert(port < 32768, "no port is free");
				listener = socket.bind("127.0.0.1", port);
			until listener;
			held[#held + 1] = listener;
			sets[i]["PROSODY_"..name.."_LISTEN"] = tostring(port);
		end
	end
	for _, listener in ipairs(held) do
		listener:close();
	end
	return sets;
end

local function with(...)
	local all = {};
	for _, variables in ipairs { ... } do
		for name, value in pairs(variables) do
			all[name] = value;
		end
	end
	return all;
end

--- Checks and starts the shipped tree with each set of variables on that version. Returns a list of all that was said or went wrong, each with
--- the set's name, but for lines of a server's log that hold one of the texts in `harmless`; and how many sets went through both.
function boots.all(prosody, sets, harmless)
	local folder = tree.copy();
	lfs.mkdir(folder.."/data");
	for i = 1, #sets do
		lfs.mkdir(folder.."/data/"..i); -- none that a server has used, or the check compares what that chose
	end
	local own, before = tree.prepare(prosody, folder, domain);
	local config = " --config "..folder.."/prosody.cfg.lua";
	local wrong, through, last = {}, 0, 0;

	local function complain(set, ...)
		for _, text in ipairs { ... } do
			wrong[#wrong + 1] = set.name..": "..text;
		end
	end

	local function check(set, data)
		local process = spawn(prosody.prosodyctl..config.." check config",
			tree.variables(with({ PROSODY_DOMAIN = domain, PROSODY_DATA_PATH = data }, set.variables)), data.."/check");
		local code = process.wait();
		local output = without_hint((tree.said(support.read(data.."/check"), folder)));
		if code ~= 0 or output ~= tree.silence then
			complain(set, "check config ends with "..code..": "..output);
		end
	end

	local function start(set, data, ports)
		local variables = tree.variables(with(own, ports, {
			PROSODY_DATA_PATH = data;
			PROSODY_PIDFILE = data.."/prosody.pid";
			PROSODY_OPTION_LOG = "{ info = \""..data.."/prosody.log\" }";
		}, set.variables), folder);
		local process = spawn(before..prosody.prosody.." -F"..config, variables, data.."/output");
		local answered = answers(process, ports.PROSODY_C2S_LISTEN);
		if answered then
			process.finish();
		end
		local code = process.wait();
		if not answered or code ~= 0 then
			complain(set, "prosody "..(answered and "answers, then" or "never answers and").." ends with "..code);
		end
		local log = io.open(data.."/prosody.log");
		complain(set, table.unpack(tree.warnings(log and log:read "a" or "\terror\tno log")));
		if log then
			log:close();
		end
		complain(set, support.read(data.."/output"):match ".+");
	end

	local function work(ports)
		while last < #sets do
			last = last + 1;
			local set, data = sets[last], folder.."/data/"..last;
			check(set, data);
			start(set, data, ports);
			through = through + 1;
		end
	end

	failure = nil;
	for _, ports in ipairs(free_ports()) do
		local ok, message = coroutine.resume(coroutine.create(work), ports);
		failure = failure or not ok and message or nil;
	end
	uv.run();
	assert(not failure, failure);

	local serious = {};
	for _, text in ipairs(wrong) do
		local ignored = false;
		for _, piece in ipairs(harmless or {}) do
			ignored = ignored or text:find(piece, 1, true);
		end
		serious[#serious + 1] = not ignored and text or nil;
	end
	return serious, through;
end

return boots;
