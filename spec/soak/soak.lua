--- A server under load whose layers change, break and are mended, and that reloads after each change.
--
--   local figures = soak(prosody, clients, reloads[, say])
--
-- prosody is one of support.prosodies(). The figures: what the clients said and heard, reloads that were taken over and refused, and of the
-- server's process descriptors, memory and Lua's count after a full collection, at a tenth of the reloads and at the end. say(line) hears of
-- the progress.
local lfs = require "lfs";
local processes = require "spec.processes";
local running = require "spec.running";
local socket = require "socket";
local support = require "spec.support";

local eventually, run = processes.eventually, processes.run;
local quote = support.quote;

local function account(server, number)
	support.write(("%s/data/%s/accounts/client%d.dat"):format(server.folder, running.domain:gsub("%.", "%%2e"), number),
		'return { ["password"] = "secret" }\n');
end

local function prepare(prosody, clients)
	local tree = running.small_tree();
	tree["core/server.cfg.lua"] = tree["core/server.cfg.lua"]:gsub('"internal_hashed"', '"internal_plain"').."limits_resolution = 1\n";
	local server = running.prepare(prosody, {}, nil, tree);
	for number = 1, clients do
		account(server, number);
	end
	if server.as_prosody then
		run("chown -R prosody: "..quote(server.folder.."/data"));
	end
	return server;
end

-- Changes of the tree; each makes the one before undone. What is refused says so.

local function list(count)
	local words = {};
	for i = 1, count do
		words[i] = ("%q"):format("word"..i);
	end
	return "{ "..table.concat(words, ", ").." }";
end

local changes = {
	{ "local/data.cfg.lua", function (i) return ("round = %d\nmotd_text = \"Round %d\"\n"):format(i, i); end };
	{ "local/code.cfg.lua", function (i)
		return ("round = stack.replace(%d + 0)\nlocal t = {}\nfor n = 1, 100 do t[n] = n * %d end\nnumbers = t\n"):format(i, i);
	end };
	{ "local/broken.cfg.lua", function () return "half = \"applied\"\nbroken = {\n"; end, refused = "broken.cfg.lua:3:" };
	{ "domains/more.cfg.lua", function (i) return ("VirtualHost %q\nround = %d\n"):format(running.domain, i); end };
	{ "local/raises.cfg.lua", function () return "half = \"applied\"\nlocal none = none.field\n"; end, refused = "raises.cfg.lua:2:" };
	{ "local/list.cfg.lua", function (i) return ("words = %s\n"):format(list(500 + i % 100)); end };
	{ "policies/security/baseline.cfg.lua", function (i) return ("round = stack.force(%d)\n"):format(i); end };
	{ "local/deep.cfg.lua", function () return "local t = {}\nt.own = t\nround_table = t\n"; end, refused = "deep.cfg.lua:3:" };
	{ ".env", function (i) return ("PROSODY_OPTION_ROUND=%d\n"):format(i); end };
	{ "local/fifo.cfg.lua", "mkfifo", refused = "fifo.cfg.lua: is a FIFO" };
	{ "core/more/one.cfg.lua", function (i) return ("first = %d\nmodules_disabled = { \"motd\" }\n"):format(i); end };
	{ "local/hidden.cfg.lua", "install -m 000 /dev/null", refused = "hidden.cfg.lua", unprivileged = true };
};

local function apply(server, change, i)
	local path = server.folder.."/config/"..change[1];
	if type(change[2]) == "function" then
		server:write(change[1], change[2](i));
	else
		assert(select(2, run(change[2].." "..quote(path))) == 0);
	end
	if change[1] == "local/hidden.cfg.lua" then
		-- an empty file would only switch a layer off
		support.write(path, "secret = 1\n");
	end
	return path;
end

--- What the log has from `position` on, once a reload is told of there.
local function outcome(server, position)
	local log = assert(io.open(server.folder.."/prosody.log", "rb"));
	local told = eventually(function ()
		log:seek("set", position);
		local text = log:read "a";
		return (text:find(" ms; ", 1, true) or text:find("error parsing the configuration", 1, true)) and text;
	end);
	log:close();
	return told or error "no reload is told of in the log";
end

local function reload(server)
	local position = lfs.attributes(server.folder.."/prosody.log", "size");
	run("kill -HUP "..server.pid);
	return outcome(server, position);
end

--- How many descriptors the process has open, once what it need not keep is closed: a client of the shell that left, say. Some of that waits
-- for the collector, which the measuring before has run.
local function count_files(pid, most)
	local count;
	eventually(function ()
		count = tonumber((run("ls /proc/"..pid.."/fd | wc -l")));
		return most and count <= most;
	end);
	return count;
end

--- Kilobytes of a line of /proc/PID/status, and those of the module's own mappings.
local function resident(pid)
	local process = tonumber(support.read("/proc/"..pid.."/status"):match "VmRSS:%s*(%d+)");
	local module, inside = 0, false;
	for line in support.read("/proc/"..pid.."/smaps"):gmatch "[^\n]+" do
		if line:find "^%x+%-%x+ " then
			inside = line:find("stackloader.so", 1, true);
		elseif inside then
			module = module + tonumber(line:match "^Rss:%s*(%d+)" or 0);
		end
	end
	return process, module;
end

local function measure(server, most)
	local answer = server:shell "> collectgarbage() collectgarbage() return collectgarbage('count')";
	local process, module = resident(server.pid);
	local files = count_files(server.pid, most);
	return { files = files; lua = assert(tonumber(answer:match "Result: ([%d.]+)"), answer); process = process; module = module };
end

local function start_clients(server, count)
	local output = server.folder.."/clients-output";
	local line = server:client_command("../soak/clients", running.domain, count, server.folder.."/stop");
	local pid = processes.start(line, output);
	server.clients_pid = pid;
	local function said(word)
		local text;
		repeat
			text = eventually(function ()
				local now = support.read(output);
				return (now:find(word, 1, true) or not processes.alive(pid)) and now;
			end);
		until text;
		assert(text:find(word, 1, true), text);
		return text;
	end
	said "ready";
	return { said = said; pid = pid };
end

local function stop_clients(server, clients)
	support.write(server.folder.."/stop", "");
	local figures = {};
	local said = clients.said "done";
	eventually(function () return not processes.alive(clients.pid); end);
	for name, number in said:gmatch "(%l+) (%d+)" do
		figures[name] = tonumber(number);
	end
	return figures;
end

local function turn(server, i, figures)
	local change = changes[i % #changes + 1];
	if change.unprivileged and not server.as_prosody then
		change = changes[1];
	end
	local path = apply(server, change, i);
	local told = reload(server);
	if change.refused then
		support.has(told, change.refused);
		support.lacks(told, " ms; ");
		figures.refused = figures.refused + 1;
		os.remove(path);
	else
		support.lacks(told, "error parsing the configuration");
		figures.taken = figures.taken + 1;
		if i // #changes % 2 == 0 or change[1] == ".env" then
			os.remove(path);
		end
	end
end

--- The tree as it was before all changes, in force.
local function restore(server)
	for _, change in ipairs(changes) do
		server:remove(change[1]);
	end
	support.has(reload(server), " ms; ");
end

local function go(server, clients, reloads, say)
	server:start();
	local talkers = start_clients(server, clients);
	say "the clients are there";
	local figures = { taken = 0; refused = 0 };
	local start = socket.gettime();
	for i = 1, reloads do
		turn(server, i, figures);
		if i == reloads // 10 then
			restore(server);
			figures.early = measure(server);
		end
		if i % 100 == 0 then
			say(("%d reloads"):format(i));
		end
	end
	figures.seconds = socket.gettime() - start;
	restore(server);
	figures.late = measure(server, figures.early.files);
	for name, number in pairs(stop_clients(server, talkers)) do
		figures[name] = number;
	end
	return figures;
end

return function (prosody, clients, reloads, say)
	local server = prepare(prosody, clients);
	local good, result = pcall(go, server, clients, reloads, say or function () end);
	if server.clients_pid then
		processes.stop(server.clients_pid);
	end
	server:stop();
	return good and result or error(result, 0);
end
