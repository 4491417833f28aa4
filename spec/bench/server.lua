--- The reload of a running server, `make bench-reload`: how long it holds the server, beside plain Prosody's reload of the same hosts in the same
-- run.
--
--   server.lua HOSTS RELOADS RESULTS      HOSTS: "100 300 1000"; RELOADS of each case; RESULTS: the folder to write reload.json into
--
-- Each host has a data file and a certificate; STARTTLS, direct TLS and HTTPS are open on loopback. The pause is that of prosody.reload_config, by
-- the wall clock and by the processor. Plain Prosody reads the same files by Include.
local lfs = require "lfs";
local running = require "spec.running";
local support = require "spec.support";

local sizes, reloads, results = {}, assert(math.tointeger(arg[2])), arg[3];
for size in arg[1]:gmatch "%d+" do
	sizes[#sizes + 1] = math.tointeger(size);
end

-- Times each reload, whoever answers it.
local timer = [[
module:set_global();
local time = require "util.time";
local original = prosody.reload_config;
function prosody.reload_config()
	local wall, processor = time.monotonic(), os.clock();
	local ok, problem = original();
	module:log("info", "reloaded in %.3f ms, %.3f ms of the processor, %d kB", (time.monotonic() - wall) * 1000, (os.clock() - processor) * 1000,
		math.floor(collectgarbage "count"));
	return ok, problem;
end
]];

local settings = [[
modules_enabled = { "roster", "saslauth", "tls", "disco", "admin_shell", "http", %s"timer" }
modules_disabled = { "s2s", "offline" }
authentication = "internal_hashed"
certificates = "certs"
interfaces = { "127.0.0.1" }
c2s_ports = { %d }
c2s_direct_tls_ports = { %d }
http_ports = { %d }
https_ports = { %d }
plugin_paths = { %q, %q }
data_path = %q
pidfile = %q
log = { info = %q }
]];

local function host_name(number)
	return ("h%d.example"):format(number);
end

local function host_text(number, extra)
	return ("VirtualHost %q\nname = %q\n%s"):format(host_name(number), "Host "..number, extra or "");
end

local function median(list, part)
	table.sort(list);
	return list[math.max(1, math.ceil(#list * (part or 0.5)))];
end

-- A server in a folder of its own, with that many hosts. what: "plain" or "stackloader".
local function prepare(prosody, what, size, certificates)
	local server = running.prepare(prosody, nil, nil, { ["prosody.cfg.lua"] = "" });
	local folder = server.folder;
	support.write(folder.."/plugins/mod_timer.lua", timer);
	local text = settings:format(what == "plain" and "" or '"stackloader", ', server.ports.C2S, server.ports.C2S_TLS, server.ports.HTTP,
		server.ports.HTTPS, folder.."/plugins", folder.."/lua", folder.."/data", folder.."/prosody.pid", folder.."/prosody.log");
	local load = what == "plain" and 'Include "domains/*.cfg.lua"\n'
		or 'stackloader_apply_modules = true\n(Lua or _G).require "stackloader".load(_ENV)\n';
	server:write("prosody.cfg.lua", text..'Include "extra.cfg.lua"\n'..load);
	server:write("extra.cfg.lua", "");
	for number = 1, size do
		support.write(("%s/config/domains/%s.cfg.lua"):format(folder, host_name(number)), host_text(number));
	end
	support.run(("cp -p %s/* %s/config/certs/ && chmod -R a+rX %s"):format(certificates, folder, folder));
	if server.as_prosody then
		support.run("chown -R prosody: "..folder);
	end
	return server;
end

local function certify(folder, number)
	local path = folder.."/"..host_name(number);
	support.certificate(path..".crt", path..".key", { "DNS:"..host_name(number) });
	support.run("chmod a+r "..path..".*");
end

local function reload(server)
	support.run "sleep 0.1";
	local log = server:reload " of the processor";
	local wall, processor, memory = log:match "reloaded in ([%d.]+) ms, ([%d.]+) ms of the processor, (%d+) kB";
	return tonumber(wall), tonumber(processor), tonumber(memory);
end

local function measure(server, times, change)
	local walls, processors, memory = {}, {}, nil;
	for round = 1, times do
		if change then
			change(round);
		end
		walls[round], processors[round], memory = reload(server);
	end
	return { median = median(walls), p95 = median(walls, 0.95), maximum = walls[#walls], processor = median(processors), memory = memory };
end

-- What changes between two reloads.
local function cases(server, size)
	local function file(number)
		return "domains/"..host_name(number)..".cfg.lua";
	end
	return {
		{ "nothing changed" };
		{ "one tenant changed", function (round) server:write(file(1), host_text(1, ("motd_text = \"%d\"\n"):format(round))); end };
		{ "one tenant added", function (round)
			certify(server.folder.."/config/certs", size + round);
			server:write(file(size + round), host_text(size + round));
		end };
		{ "one certificate renewed", function () certify(server.folder.."/config/certs", 2); end };
		{ "a global TLS option changed", function (round)
			server:write("extra.cfg.lua", ("ssl = { options = { \"no_ticket\", %s } }\n"):format(round % 2 == 0 and '"no_compression"' or ""));
		end, 5 };
	};
end

local function show(version, size, name, figures, plain)
	print(("%-8s %5d  %-28s %9.1f %9.1f %9.1f %9.1f %8d  1/%.1f"):format(version, size, name, figures.median, figures.p95, figures.maximum,
		figures.processor, figures.memory, plain.median / figures.median));
end

local all = {};
print(("%-8s %5s  %-28s %9s %9s %9s %9s %8s  %s"):format("Prosody", "hosts", "", "median ms", "95 %", "maximum", "processor", "kB", "to plain"));
for _, prosody in ipairs(support.prosodies()) do
	for _, size in ipairs(sizes) do
		local certificates = support.folder();
		for number = 1, size do
			certify(certificates, number);
		end
		local plain_server = prepare(prosody, "plain", size, certificates);
		plain_server:start();
		reload(plain_server);
		local plain = measure(plain_server, size >= 3000 and 5 or reloads);
		plain_server:stop();
		show(prosody.version, size, "plain Prosody", plain, plain);
		local server = prepare(prosody, "stackloader", size, certificates);
		server:start();
		reload(server);
		local row = { version = prosody.version, hosts = size, plain = plain };
		for _, case in ipairs(cases(server, size)) do
			row[case[1]] = measure(server, case[3] or reloads, case[2]);
			show(prosody.version, size, case[1], row[case[1]], plain);
		end
		server:stop();
		all[#all + 1] = row;
	end
end
running.clean();
lfs.mkdir(results);
pcall(require, "loader");   -- Prosody 13's libraries find each other by it
support.write(results.."/reload.json", require "util.json".encode(all));
