--- Random changes of options, certificates and tenants: after each, a server whose reload makes anew only what changed serves the same TLS as a twin
-- with the same files whose reload makes everything anew. STACKLOADER_RELOADS=300 makes more rounds.
local handshakes = require "spec.handshakes";
local running = require "spec.running";
local support = require "spec.support";

local rounds = tonumber(os.getenv "STACKLOADER_RELOADS") or 12;
local SEED = 20261201;

local main = [[
plugin_paths = { %q }
c2s_direct_tls_ports = { %d }
c2s_direct_tls_interfaces = { "127.0.0.1" }
certificates = %q
tls_profile = "old"
stackloader_apply_modules = true
stackloader_reload_tls = %q
]];

local function host_name(number)
	return ("h%d.example"):format(number);
end

for _, prosody in ipairs(support.prosodies()) do
	describe("Reloads of a running Prosody "..prosody.version, function ()
		local up, twin, certs, present, random;

		local function both(f, ...)
			f(up, ...);
			f(twin, ...);
		end

		local function certify(number, names)
			local path = certs.."/"..host_name(number);
			support.certificate(path..".crt.new", path..".key.new", names or { "DNS:"..host_name(number) });
			support.run(("cd %s && chmod a+r *.new && mv %s.crt.new %s.crt && mv %s.key.new %s.key"):format(certs, host_name(number), host_name(number),
				host_name(number), host_name(number)));
		end

		local function write_host(number, text)
			both(function (server)
				server:write("domains/"..host_name(number)..".cfg.lua", ("VirtualHost %q\n%s"):format(host_name(number), text or ""));
			end);
			present[number] = true;
		end

		-- Each changes something, and says what.
		local steps = {
			function (number) certify(number); return "renewed "..number; end;
			function (number)
				os.remove(certs.."/"..host_name(number)..".crt");
				return "no certificate of "..number;
			end;
			function (number) certify(number, { "DNS:*.example" }); return "wildcard "..number; end;
			function (number)
				write_host(number, ('ssl = { protocol = "%s" }\n'):format(random(2) == 1 and "tlsv1_3" or "tlsv1_2+"));
				return "protocol of "..number;
			end;
			function (number) write_host(number, 'c2s_ssl = { ciphers = "HIGH" }\n'); return "ciphers of "..number; end;
			function (number) write_host(number); return "plain "..number; end;
			function (number)
				both(function (server) server:remove("domains/"..host_name(number)..".cfg.lua"); end);
				present[number] = nil;
				return "gone "..number;
			end;
			function ()
				local protocol = random(2) == 1 and "tlsv1_3" or "tlsv1_2+";
				both(function (server) server:write("local/ssl.cfg.lua", ("c2s_direct_tls_ssl = { protocol = %q }\n"):format(protocol)); end);
				return "ports "..protocol;
			end;
			function () return "nothing"; end;
		};

		setup(function ()
			math.randomseed(SEED);
			random = math.random;
			present, certs = {}, support.folder().."/certs";
			support.run("mkdir "..certs.." && chmod a+rx "..certs.." "..certs:match "^(.*)/");
			up = running.prepare(prosody, nil, nil, running.small_tree());
			twin = running.prepare(prosody, nil, nil, running.small_tree());
			for _, server in ipairs { up, twin } do
				server:write("stack/a.cfg.lua", main:format(server.folder.."/lua", server.ports.C2S_TLS, certs, server == up and "changed" or "all"));
			end
			for number = 1, 20 do
				certify(number);
				write_host(number);
			end
			both(function (server) server:start(); end);
		end);
		teardown(running.clean);

		local function reload(server)
			local position = #server:log();
			server:reload " ms; ";
			server:told(position);
		end

		local function seen_of(server, number, way, port, flags)
			local seen = handshakes[way](server.ports[port], host_name(number), flags);
			return ("%s %s"):format(seen.certificate or "none", seen.suite or "none");
		end

		-- Where a host has no certificate of its own, Prosody takes any that fits, another one in each process: these are not compared.
		local function has_own(number)
			local file = io.open(certs.."/"..host_name(number)..".crt");
			return file and file:close();
		end

		it("serve what a server serves that makes everything anew", function ()
			local story = {};
			for round = 1, rounds do
				local number = random(20);
				story[#story + 1] = steps[random(#steps)](number);
				support.run "sleep 0.05";
				reload(up);
				reload(twin);
				reload(twin);
				for _, host in ipairs { number, random(20), random(20) } do
					if present[host] and has_own(host) then
						for way, port in pairs { starttls = "C2S", direct = "C2S_TLS" } do
							for _, flags in ipairs { "", "-tls1_2" } do
								assert.equal(seen_of(twin, host, way, port, flags), seen_of(up, host, way, port, flags),
									("round %d, %s of %d %s: %s"):format(round, way, host, flags, table.concat(story, "; ")));
							end
						end
					end
				end
			end
		end);
	end);
end
