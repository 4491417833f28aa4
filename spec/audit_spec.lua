-- prosodyctl mod_stackloader audit: every kind of mistake, planted and found at its line.
local asking = require "spec.asking";
local support = require "spec.support";

local layers = { ["prosody.cfg.lua"] = asking.layered };

-- A server without any of them.
local sound = {
	["certs/example.org.crt"] = "the certificate", ["certs/example.org.key"] = "the key";
	["core/server.cfg.lua"] = [[
modules_enabled = { "roster", "saslauth", "tls", "disco", "limits", "register", "invites_register", "http_openmetrics", "admin_shell", "bosh",
	"stackloader" }
authentication = "internal_hashed"
s2s_secure_auth = true
admins = { "root@example.org" }
tls_profile = "intermediate"
openmetrics_allow_cidr = "10.0.0.0/8"
log = { info = "/var/log/prosody/prosody.log" }
umask = "027"
]];
	["domains/a.cfg.lua"] = [[
VirtualHost "example.org"
VirtualHost "guests.example.org"
	authentication = "anonymous"
Component "rooms.example.org" "muc"
	restrict_room_creation = "local"
Component "upload.example.org" "http_file_share"
	http_file_share_global_quota = 10737418240
Component "proxy.example.org" "proxy65"
Component "gateway.example.org"
	component_secret = os.getenv "SPEC_GATEWAY"
]];
};

-- Mistakes of a whole server, a layer each, on its second line: name = { code, severity, the line }.
local server_mistakes = {
	{ "SL403", "high", "allow_unencrypted_plain_auth = true" };
	{ "SL404", "high", "c2s_require_encryption = false" };
	{ "SL405", "medium", 'modules_disabled = { "tls" }' };
	{ "SL406", "high", "s2s_require_encryption = false" };
	{ "SL407", "medium", "s2s_secure_auth = false" };
	{ "SL409", "high", 'modules_enabled = { "legacyauth" }' };
	{ "SL411", "medium", 'tls_profile = "old"' };
	{ "SL412", "medium", 'https_ssl = { protocol = "tlsv1+" }' };
	{ "SL412", "high", 'c2s_ssl = { protocol = "sslv3" }' };
	{ "SL412", "medium", 's2s_ssl = { options = { "no_tlsv1_2", "no_tlsv1_3" } }', count = 2 };
	{ "SL413", "high", 'ssl = { ciphers = "HIGH:!3DES:RC4-SHA" }' };
	{ "SL414", "medium", "ssl_compression = true" };
	{ "SL421", "high", 'modules_enabled = { "register_ibr" } ; registration_invite_only = false' };
	{ "SL422", "medium", 'modules_enabled = { "register_web" }' };
	{ "SL431", "high", 'console_interfaces = { "127.0.0.1", "*" } ; modules_enabled = { "admin_telnet" }' };
	{ "SL432", "medium", 'component_interfaces = { "0.0.0.0" }' };
	{ "SL434", "high", "consider_bosh_secure = true" };
	{ "SL435", "medium", 'openmetrics_allow_cidr = "0.0.0.0/0"' };
	{ "SL436", "medium", 'modules_enabled = { "pubsub_mqtt" }' };
	{ "SL437", "high", 'dovecotauth_interfaces = { "::" } ; modules_enabled = { "net_dovecotauth" }' };
	{ "SL438", "medium", 'trusted_proxies = { "127.0.0.1", "::/0" }' };
	{ "SL439", "medium", 'admin_socket = "/tmp/prosody.sock"' };
	{ "SL441", "high", "turn_external_secret = 'Dz8VXyK3f0Sxq2kf'", mode = "644" };
	{ "SL442", "medium", 'umask = "022"' };
	{ "SL451", "medium", 'admins = { "me@elsewhere.example" }' };
	{ "SL451", "medium", 'admins = { "me@rooms.example.org" }' };
	{ "SL452", "medium", 'admins = { "a@b@example.org" }' };
	{ "SL452", "medium", 'admins = { "example.org" }' };
	{ "SL472", "low", "c2s_stanza_size_limit = 100000000" };
	{ "SL481", "high", "run_as_root = true" };
	{ "SL491", "medium", 'modules_enabled = { "stanza_debug" }' };
	{ "SL492", "low", 'log = { { levels = { min = "debug" }, to = "console" } }' };
};

-- Mistakes of one host or component, each on the second line of its own file.
local host_mistakes = {
	{ "SL401", "high", 'authentication = "insecure"' };
	{ "SL402", "medium", 'authentication = "internal_plain"' };
	{ "SL403", "medium", "insecure_sasl_mechanisms = {}" };
	{ "SL404", "high", "c2s_require_encryption = false" };
	{ "SL405", "medium", 'modules_disabled = { "tls" }' };
	{ "SL410", "high", 'allow_anonymous_s2s = true ; authentication = "anonymous"' };
	{ "SL412", "medium", 'ssl = { protocol = "tlsv1_1+", certificate = "certs/example.org.crt", key = "certs/example.org.key" }' };
	{ "SL415", "medium", 'ssl = { certificate = "certs/gone.crt", key = "certs/gone.key" }' };
	{ "SL421", "high", "allow_registration = true ; registration_invite_only = false" };
	{ "SL421", "high", 'allow_registration = true ; modules_disabled = { "invites_register" }' };
	{ "SL441", "high", 'sql = { driver = "PostgreSQL", password = "R7tq-very-own" }', mode = "644" };
	{ "SL451", "medium", 'admins = { "x@elsewhere.example" }' };
	{ "SL452", "medium", 'admins = { "x@example.org/phone" }' };
	{ "SL462", "medium", 'component_secret = "short"', component = "" };
	{ "SL462", "medium", 'component_secret = "prosody"', component = "" };
	{ "SL463", "medium", 'http_file_share_global_quota = 1/0', component = ' "http_file_share"' };
	{ "SL464", "low", "restrict_room_creation = false", component = ' "muc"' };
	{ "SL465", "medium", "proxy65_open_access = true", component = ' "proxy65"' };
};

local function with(...)
	local files = {};
	for _, more in ipairs { layers, sound, ... } do
		for path, text in pairs(more) do
			files[path] = text or nil;
		end
	end
	local root = support.tree(files);
	-- What only the server should read, only it reads.
	support.run("chmod -R o-r "..support.quote(root));
	return root;
end

local function plant(list, folder, text)
	local files = {};
	for number, mistake in ipairs(list) do
		mistake.path = ("%s/m%02d.cfg.lua"):format(folder, number);
		files[mistake.path] = text(number, mistake);
	end
	return files;
end

local function open_files(root, list)
	for _, mistake in ipairs(list) do
		if mistake.mode then
			support.run(("chmod %s %s"):format(mistake.mode, support.quote(root.."/"..mistake.path)));
		end
	end
end

local function at(findings, path, code)
	local found = {};
	for _, finding in ipairs(findings) do
		if finding.path == path and (not code or finding.code == code) then
			found[#found + 1] = finding;
		end
	end
	return found;
end

local function listed(findings)
	local list = {};
	for i, finding in ipairs(findings) do
		list[i] = ("%s %s %s:%s %s"):format(finding.severity, finding.code, finding.path or "-", finding.line or "-", finding.text);
	end
	return table.concat(list, "\n");
end

local function assert_found(answer, root, list)
	for _, mistake in ipairs(list) do
		local found = at(answer.findings, root.."/"..mistake.path, mistake[1]);
		assert.equal(mistake.count or 1, #found, mistake[3].." in\n"..listed(answer.findings));
		assert.equal(2, found[1].line, mistake[3]);
		assert.equal(mistake[2], found[1].severity, mistake[3]);
		assert.truthy(#found[1].advice > 0);
	end
end

asking.on_each("prosodyctl mod_stackloader audit", function (prosody, environment, prefix)
	local text, json = asking.with(prosody, environment);
	local secret = "SPEC_GATEWAY=q4Rr0vKx81GvW2sLkq4Rr0vKx81GvW2s";

	it("finds nothing in a sound configuration", function ()
		local root = with();
		local answer, code = json("audit", root.."/prosody.cfg.lua", secret);
		assert.equal("", listed(answer.findings));
		assert.equal(0, code);
		local output = text("audit", root.."/prosody.cfg.lua", secret);
		support.has(output, "0 high, 0 medium, 0 low\n");
	end);

	it("finds every mistake of the server, each at its line", function ()
		local root = with(plant(server_mistakes, "local", function (_, mistake)
			return "-- a mistake\n"..mistake[3]:gsub(" ; ", "; ").."\n";
		end), { ["local/http.cfg.lua"] = 'http_interfaces = { "*" }\n' });
		open_files(root, server_mistakes);
		local answer, code = json("audit", root.."/prosody.cfg.lua", secret);
		assert.equal(2, code);
		assert_found(answer, root, server_mistakes);
		-- No mistake is told twice in its file, but for what one line says of two things.
		for _, mistake in ipairs(server_mistakes) do
			local found = at(answer.findings, root.."/"..mistake.path);
			assert.equal(mistake.count or 1, #found, listed(found));
		end
	end);

	it("finds every mistake of one host or component, each at its line, and names the host", function ()
		local root = with(plant(host_mistakes, "domains", function (number, mistake)
			local opening = mistake.component and ('Component "c%d.example.org"%s'):format(number, mistake.component)
				or ('VirtualHost "h%d.example.org"'):format(number);
			return opening.."\n"..mistake[3]:gsub(" ; ", "; ").."\n";
		end));
		open_files(root, host_mistakes);
		local answer, code = json("audit", root.."/prosody.cfg.lua", secret);
		assert.equal(2, code);
		assert_found(answer, root, host_mistakes);
		for number, mistake in ipairs(host_mistakes) do
			local found = at(answer.findings, root.."/"..mistake.path);
			assert.equal(mistake.count or 1, #found, listed(found));
			if mistake[1] ~= "SL441" then
				assert.equal((mistake.component and "c" or "h")..number..".example.org", found[1].host);
			end
		end
		assert.equal("", listed(at(answer.findings, root.."/core/server.cfg.lua")));
	end);

	it("judges what other servers may do by the global section, which alone is read for that", function ()
		local root = with { ["domains/b.cfg.lua"] = 'VirtualHost "b.example.org"\n\ts2s_secure_auth = false\n\ts2s_require_encryption = false\n'
			..'\ts2s_insecure_domains = { "old.example" }\n' };
		assert.equal("", listed((json("audit", root.."/prosody.cfg.lua", secret)).findings));
		support.write(root.."/local/s2s.cfg.lua", "s2s_secure_auth = true\n\ns2s_insecure_domains = { 'old.example' }\n");
		support.run("chmod o-r "..support.quote(root.."/local/s2s.cfg.lua"));
		local findings = json("audit", root.."/prosody.cfg.lua", secret).findings;
		assert.equal(1, #findings, listed(findings));
		assert.equal(3, at(findings, root.."/local/s2s.cfg.lua", "SL408")[1].line);
	end);

	it("finds that a proxy's servers count as authenticated, where the installed net_proxy reads the options", function ()
		local module = io.open(prosody.source.."/modules/mod_net_proxy/mod_net_proxy.lua");
		local source = module and module:read "a" or "";
		if module then
			module:close();
		end
		for _, option in ipairs { "proxy_secure", "proxy_secure_in" } do
			local root = with { ["domains/b.cfg.lua"] = 'VirtualHost "b.example.org"\n\t'..option..' = true\n\tmodules_enabled = { "net_proxy" }\n' };
			local found = at(json("audit", root.."/prosody.cfg.lua", secret).findings, root.."/domains/b.cfg.lua", "SL440");
			assert.equal(source:find(option, 1, true) and 1 or 0, #found);
			assert.equal(found[1] and 2, found[1] and found[1].line);
		end
	end);

	it("finds placeholders among the secrets, and nothing in random ones", function ()
		local root = with { ["local/secrets.cfg.lua"] = [[
sql = { driver = "PostgreSQL", database = "prosody", username = "prosody",
	password = "changeme" }
turn_external_secret = "your-turn-secret"
ldap_password = "<password>"
http_upload_external_secret = "yE3XqWc0vJ8sR4tZ"
]] };
		local findings = json("audit", root.."/prosody.cfg.lua", secret).findings;
		assert.equal(3, #findings, listed(findings));
		for i, line in ipairs { 4, 1, 3 } do
			assert.equal("SL466", findings[i].code);
			assert.equal(line, findings[i].line, listed(findings));
		end
		support.lacks(listed(findings), "changeme");
	end);

	-- Parameters whose prime has that many bytes of ones behind a first one: SEQUENCE { INTEGER, INTEGER 2 }.
	local function write_parameters(path, bytes)
		local function sized(tag, content)
			return tag.."\x82"..string.pack(">I2", #content)..content;
		end
		local der = sized("\x30", sized("\x02", "\0"..("\xff"):rep(bytes)).."\x02\x01\x02");
		support.write(path, "-----BEGIN DH PARAMETERS-----\n"..require "mime".b64(der).."\n-----END DH PARAMETERS-----\n");
	end

	it("finds Diffie-Hellman parameters that are too short", function ()
		local root = with { ["local/dh.cfg.lua"] = '\nssl = { dhparam = "short.pem" }\n', ["domains/dh.cfg.lua"] = 'VirtualHost "example.org"\n'
			..'\tc2s_ssl = { dhparam = "good.pem" }\n' };
		write_parameters(root.."/short.pem", 128);
		write_parameters(root.."/good.pem", 256);
		local findings = json("audit", root.."/prosody.cfg.lua", secret).findings;
		assert.equal(1, #findings, listed(findings));
		assert.equal(2, at(findings, root.."/local/dh.cfg.lua", "SL416")[1].line);
		support.has(findings[1].text, "1024 bits");
	end);

	it("says of a server without mod_stackloader that a new certificate may need two reloads", function ()
		local root = with { ["local/modules.cfg.lua"] = '\nmodules_enabled = stack.remove { "stackloader" }\n' };
		local findings = json("audit", root.."/prosody.cfg.lua", secret).findings;
		assert.equal(1, #findings, listed(findings));
		assert.equal(2, at(findings, root.."/local/modules.cfg.lua", "SL417")[1].line);
		support.has(findings[1].advice, 'add "stackloader" to modules_enabled');
	end);

	it("knows that a sink of the log without a level gets everything", function ()
		for _, log in ipairs { '"*syslog"', '{ "*syslog" }' } do
			local root = with { ["local/log.cfg.lua"] = "\nlog = "..log.."\n" };
			local findings = json("audit", root.."/prosody.cfg.lua", secret).findings;
			assert.equal(1, #findings, listed(findings));
			assert.equal(2, at(findings, root.."/local/log.cfg.lua", "SL492")[1].line);
		end
	end);

	it("speaks of quotas only of services that this version has, and of what they limit", function ()
		local root = with { ["domains/b.cfg.lua"] = 'Component "old.example.org" "http_upload"\nComponent "rooms2.example.org" "muc"\n'
			..'\trestrict_room_creation = true\nComponent "files.example.org" "http_file_share"\n' };
		local findings = json("audit", root.."/prosody.cfg.lua", secret).findings;
		local found = at(findings, root.."/domains/b.cfg.lua", "SL463");
		if prosody.name == "13" then
			assert.equal(1, #found, listed(found));
		else
			assert.equal(2, #found, listed(found));
			support.has(listed(found), "b.cfg.lua:1 what one user uploads has no limit (http_upload_quota)");
		end
		support.has(listed(found), "b.cfg.lua:4 the uploads of all users together have no limit (http_file_share_global_quota)");
	end);

	it("finds what is left out: limits, a file share's quota, secrets, certificates", function ()
		local root = with {
			["certs/example.org.crt"] = false;
			["local/site.cfg.lua"] = '\n\nmodules_enabled = stack.remove { "limits" }\nmodules_disabled = { "limits" }\n';
			["domains/b.cfg.lua"] = 'Component "files.example.org" "http_file_share"\n\nComponent "bridge.example.org"\n';
		};
		local answer = json("audit", root.."/prosody.cfg.lua", secret);
		local quota = at(answer.findings, root.."/domains/b.cfg.lua", "SL463")[1];
		assert.equal(1, quota.line);
		assert.equal("files.example.org", quota.host);
		assert.equal(3, at(answer.findings, root.."/domains/b.cfg.lua", "SL461")[1].line);
		assert.equal(4, at(answer.findings, root.."/local/site.cfg.lua", "SL471")[1].line);
		support.has(listed(answer.findings), "medium SL415 "..root.."/prosody.cfg.lua:- there is no certificate in");
	end);

	it("finds files with secrets and keys that others can read", function ()
		local root = with { [".env"] = "\nSPEC_TOKEN=abc\n", ["secret.txt"] = "hush-hush\n";
			["core/secret.cfg.lua"] = 'api_token = stack.env.secret "SPEC_TOKEN"\nldap_password = stack.env.secret "SPEC_LDAP"\n' };
		local variables = secret.." SPEC_LDAP_FILE="..root.."/secret.txt";
		assert.equal("", listed((json("audit", root.."/prosody.cfg.lua", variables)).findings));
		support.run(("cd %s && chmod o+r .env secret.txt certs/example.org.key core/secret.cfg.lua"):format(support.quote(root)));
		local findings = json("audit", root.."/prosody.cfg.lua", variables).findings;
		assert.equal(2, at(findings, root.."/.env", "SL441")[1].line);
		assert.equal(1, #at(findings, root.."/secret.txt", "SL441"));
		assert.equal(1, #at(findings, root.."/certs/example.org.key", "SL441"));
		assert.equal(3, #findings, listed(findings));
		support.run("chmod o-x "..support.quote(root));
		assert.equal("", listed((json("audit", root.."/prosody.cfg.lua", variables)).findings));
	end);

	it("names what can be done about a file on a read-only mount #install", function ()
		local root = with { ["secret.txt"] = "hush-hush\n", ["core/secret.cfg.lua"] = 'ldap_password = stack.env.secret "SPEC_LDAP"\n' };
		support.run("chmod o+r "..support.quote(root.."/secret.txt"));
		local line = ("mount --bind %s %s && mount -o remount,bind,ro %s && SPEC_LDAP_FILE=%s/secret.txt %s %s %s --root --quiet "
			.."--config %s/prosody.cfg.lua mod_stackloader audit"):format(root, root, root, root, secret, environment, prosody.prosodyctl, root);
		local output = support.run(support.plain("unshare -m sh -c "..support.quote(line)));
		-- Where the machine does not let us mount, there is nothing to see.
		local told = output:find("defaultMode: 0440", 1, true) and not output:find("chmod o-r it", 1, true);
		assert(told or output:find "unshare" or output:find "mount:", output);
	end);

	it("counts what only this machine can reach as less, and what loopback serves as nothing", function ()
		local root = with { ["local/site.cfg.lua"] = [[
interfaces = { "127.0.0.1", "::1" }
c2s_require_encryption = false
s2s_require_encryption = false
http_interfaces = { "127.0.0.1" }
modules_enabled = { "pubsub_mqtt" }
]] };
		local answer, code = json("audit", root.."/prosody.cfg.lua", secret);
		assert.equal(0, code);
		assert.equal("low", at(answer.findings, root.."/local/site.cfg.lua", "SL404")[1].severity);
		assert.equal(0, answer.counts.high);
		support.lacks(listed(answer.findings), "SL436");
		support.write(root.."/local/site.cfg.lua", 'http_interfaces = { "192.168.1.5" }\npubsub_mqtt_interfaces = "0.0.0.0"\n'
			..'modules_enabled = { "pubsub_mqtt" }\n');
		local findings = json("audit", root.."/prosody.cfg.lua", secret).findings;
		assert.equal("low", at(findings, root.."/local/site.cfg.lua", "SL433")[1].severity);
		assert.equal(1, at(findings, root.."/local/site.cfg.lua", "SL433")[1].line);
		assert.equal(2, at(findings, root.."/local/site.cfg.lua", "SL436")[1].line);
	end);

	it("leaves out what a policy mends and what a comment accepts", function ()
		local root = with {
			["local/site.cfg.lua"] = "c2s_require_encryption = false\nrun_as_root = true -- stackloader: accept SL481 a container of its own\n"
				.."umask = '022' -- stackloader: accept SL481 of something else\n";
			["policies/security/baseline.cfg.lua"] = "c2s_require_encryption = stack.force(true)\n";
		};
		local answer, code = json("audit", root.."/prosody.cfg.lua", secret);
		assert.equal(0, code);
		assert.equal(1, answer.accepted);
		assert.equal(1, #answer.findings, listed(answer.findings));
		assert.equal("SL442", answer.findings[1].code);
	end);

	it("prints the worst first, and a mistake of many hosts once", function ()
		local root = with { ["domains/many.cfg.lua"] = [[
for i = 1, 30 do
	VirtualHost("h" .. i .. ".example.org")
	c2s_require_encryption = false
end
]], ["local/site.cfg.lua"] = "umask = '022'\n" };
		local output, code = text("audit", root.."/prosody.cfg.lua", secret);
		assert.equal(2, code);
		asking.in_order(output, "high    SL404  c2s_require_encryption = false lets people", root.."/domains/many.cfg.lua:3 (h1.example.org)\n",
			"and 20 more places", "medium  SL442  ", root.."/local/site.cfg.lua:1", "30 high, 1 medium, 0 low");
		assert.equal(1, select(2, output:gsub("SL404", "")));
		support.lacks(output, "\27[");
	end);

	it("never prints a secret", function ()
		local root = with { ["core/secret.cfg.lua"] = 'component_secret = stack.env.secret "SPEC_SHORT"\n';
			["domains/b.cfg.lua"] = 'Component "bridge.example.org"\n' };
		local output = text("audit", root.."/prosody.cfg.lua", secret.." SPEC_SHORT=tiny-one");
		support.has(output, "SL462");
		support.lacks(output, "tiny-one");
	end);

	it("works on a configuration that does not load, and on one without layers", function ()
		local root = with { ["local/site.cfg.lua"] = "\nrun_as_root = true\n", ["core/broken.cfg.lua"] = "x = = 1\n" };
		local broken, code = json("audit", root.."/prosody.cfg.lua", secret);
		assert.equal(2, code);
		assert.equal(2, at(broken.findings, root.."/local/site.cfg.lua", "SL481")[1].line);
		local plain = support.tree { ["certs/README"] = "";
			["prosody.cfg.lua"] = ("plugin_paths = { %q }\nrun_as_root = true\nVirtualHost 'example.org'\n"):format(
				prefix.."/lib/prosody/modules") };
		local findings = json("audit", plain.."/prosody.cfg.lua").findings;
		assert.equal(2, at(findings, plain.."/prosody.cfg.lua", "SL481")[1].line);
	end);

	it("finds nothing of severity high in the tree of config/ as it is shipped", function ()
		local answer, code = json("audit", support.project.."/config/prosody.cfg.lua");
		assert.equal(0, answer.counts.high, listed(answer.findings));
		assert.equal(0, code);
	end);

	it("tells ten thousand domains in under two seconds", function ()
		local files = {};
		for i = 1, 100 do
			local hosts = {};
			for k = 1, 100 do
				hosts[k] = ('VirtualHost "h%d-%d.example.org"\n\tc2s_require_encryption = false\n\tadmins = { "me@h%d-%d.example.org" }\n'):format(i, k, i, k);
			end
			files[("domains/h%d.cfg.lua"):format(i)] = table.concat(hosts);
		end
		local root = with(files);
		local output = support.run(("bash -c %s"):format(support.quote(("TIMEFORMAT='seconds %%U'; export %s; time %s %s --root --quiet --config %s"
			.." mod_stackloader audit"):format(secret, environment, support.quote(prosody.prosodyctl), support.quote(root.."/prosody.cfg.lua")))));
		support.has(output, "10000 high, 0 medium, 0 low");
		-- The sanitized build takes its time.
		assert.truthy(os.getenv "LD_PRELOAD" or tonumber(output:match "seconds ([%d.]+)") < 2, output:match "seconds.*");
	end);
end);
