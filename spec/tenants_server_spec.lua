--- Tenants in a running server: whoever asks for a tenant's name by SNI gets that tenant's certificate, and no other tenant can change that.
local socket = require "socket";
local ssl = require "ssl";
local processes = require "spec.processes";
local running = require "spec.running";
local support = require "spec.support";

-- The port of direct TLS alone, and what a host needs for it.
local server_layer = [[
modules_enabled = { "saslauth", "tls", "stackloader" }
modules_disabled = { "s2s", "offline" }
certificates = "certs"
data_path = stack.env.string "PROSODY_DATA_PATH"
pidfile = stack.env.string "PROSODY_PIDFILE"
interfaces = { "127.0.0.1" }
c2s_ports = {}
c2s_direct_tls_ports = { stack.env.integer "PROSODY_C2S_TLS_LISTEN" }
https_ports = {}
http_ports = {}
]];

local main = [[
(Lua or _G).require "stackloader".load(_ENV, { restrict = { ["domains/tenants"] = {
	options = { "safe", "c2s_direct_tls_host", "http_host", "https_host", "http_external_url" };
} } })
]];

local good = 'VirtualHost "good.example"\n\tname = "Good"\n';
local calm = 'VirtualHost "evil.example"\n\tname = "Evil"\n';

-- Each tries to be good.example.
local attempts = {
	'VirtualHost "evil.example"\n\tc2s_direct_tls_host = "good.example"\n';
	'VirtualHost "evil.example"\n\thttp_host = "good.example"\n';
	'VirtualHost "evil.example"\n\thttps_host = "good.example"\n';
	'VirtualHost "evil.example"\n\thttp_external_url = "https://good.example/"\n';
	'VirtualHost "evil.example"\n\tc2s_direct_tls_ssl = { certificate = "certs/evil.example.crt", key = "certs/evil.example.key" }\n';
	'VirtualHost "evil.example"\n\tcertificate = "certs/good.example.crt"\n';
	'VirtualHost "good.example"\n';
	'Component "good.example" "muc"\n';
	'VirtualHost "evil.example"\n\tc2s_direct_tls_host = "GOOD.example"\n';
	'VirtualHost "evil.example"\n\tc2s_direct_tls_host = "good.example."\n';
};

local function prepare(prosody)
	local server = running.prepare(prosody, nil, nil, { ["prosody.cfg.lua"] = main, ["core/server.cfg.lua"] = server_layer,
		["domains/tenants/good.example.cfg.lua"] = good, ["domains/tenants/evil.example.cfg.lua"] = calm });
	for name, names in pairs { ["good.example"] = { "DNS:good.example" }, ["evil.example"] = { "DNS:evil.example" },
			["web.evil.example"] = { "DNS:web.evil.example" } } do
		local path = server.folder.."/config/certs/"..name;
		support.certificate(path..".crt", path..".key", names);
	end
	support.run("chmod -R go+rX "..support.quote(server.folder.."/config/certs"));
	return server;
end

-- Starts the server, calls visit, ends the server.
local function with_server(server, visit)
	local output = server.folder.."/output";
	local pid = processes.start((server.as_prosody or "")..server:environment().." "..server.prosody.prosody.." -F --config "
		..server.folder.."/config/prosody.cfg.lua", output);
	local up = processes.eventually(function ()
		return not processes.alive(pid) or processes.listens(server.ports.C2S_TLS);
	end);
	local ok, message = pcall(function ()
		assert(up and processes.alive(pid), support.read(output)..server:log());
		visit(pid);
	end);
	processes.stop(pid);
	assert(ok, message);
end

--- The name in the certificate that who asks for this host gets.
local function certified(server, host)
	local connection = assert(socket.connect("127.0.0.1", server.ports.C2S_TLS));
	connection:settimeout(30);
	connection = assert(ssl.wrap(connection, { mode = "client", protocol = "any", verify = "none" }));
	connection:sni(host);
	assert(connection:dohandshake());
	local subject = connection:getpeercertificate():subject();
	connection:close();
	return subject[1].value;
end

for _, prosody in ipairs(support.prosodies()) do
	describe("A tenant on a running Prosody "..prosody.name, function ()
		local server;
		setup(function () server = prepare(prosody); end);
		teardown(running.clean);

		it("has its own certificate in 20 of 20 starts, also under a name of its own that an option gives", function ()
			server:write("domains/tenants/evil.example.cfg.lua", calm..'\tc2s_direct_tls_host = "web.evil.example"\n\thttps_host = "web.evil.example"\n');
			for start = 1, 20 do
				with_server(server, function ()
					assert.same({ start, "good.example", "web.evil.example" }, { start, certified(server, "good.example"), certified(server, "web.evil.example") });
				end);
			end
		end);

		it("cannot take another's name: the load is refused, whatever the option", function ()
			for _, attempt in ipairs(attempts) do
				server:write("domains/tenants/evil.example.cfg.lua", attempt);
				local output, code = server:prosodyctl "check config";
				assert.not_equal(0, code);
				support.has(output, "/domains/tenants/evil.example.cfg.lua:");
				support.lacks(output, "/domains/tenants/good.example.cfg.lua:");
			end
		end);

		it("changes nothing by such a file in a server that runs: a reload is refused, and everybody keeps the certificate", function ()
			server:write("domains/tenants/evil.example.cfg.lua", calm);
			with_server(server, function (pid)
				assert.equal("good.example", certified(server, "good.example"));
				for number, attempt in ipairs(attempts) do
					server:write("domains/tenants/evil.example.cfg.lua", attempt);
					local position = #server:log();
					support.run("kill -HUP "..pid);
					assert(processes.eventually(function ()
						processes.listens(server.ports.C2S_TLS); -- a signal that comes just before Prosody 0.12 sleeps waits for the next event
						return server:log():find("/domains/tenants/evil.example.cfg.lua:", position + 1, true);
					end), attempt);
					assert.same({ number, "good.example", "evil.example" },
						{ number, certified(server, "good.example"), certified(server, "evil.example") });
				end
			end);
		end);
	end);
end
