--- Options by which a host names a server: what a tenant may have in them, and that the table of them is complete.
local support = require "spec.support";
local stackloader = require "stackloader";

local any = { ["domains/tenants"] = { options = "any", modules = "any" } };

-- The rows of the table in the module: { option, field, source, naming, serves }.
local function read_rows()
	local rows = {};
	for option, field, source, naming, serves in support.read(support.project.."/src/server_names.c")
			:gmatch '\n\t{ "([^"]*)", ([^,]*), "([^"]*)", SL_NAMES_(%u+), (%a+) },' do
		rows[#rows + 1] = { option = option, naming = naming, field = field ~= "NULL" and field:sub(2, -2) or nil, serves = serves == "true",
			source = source };
	end
	assert(#rows > 20);
	return rows;
end

local rows = read_rows();

-- Names that the two rows which are ends of names stand for.
local generic = {
	["*_host"] = { "http_host", "https_host", "c2s_direct_tls_host", "s2s_direct_tls_host", "c2s_host", "s2s_host", "component_host", "legacy_ssl_host",
		"multiplex_ssl_host", "proxy65_host", "console_host", "pubsub_mqtt_tls_host", "http_default_host", "dovecotauth_host", "my_service_host" };
	["*_base_url"] = { "http_upload_base_url", "my_share_base_url" };
};

local function each_option(visit)
	for _, row in ipairs(rows) do
		for _, option in ipairs(generic[row.option] or { row.option }) do
			visit(option, row);
		end
	end
end

-- The assignment that gives the row's option this text.
local function assign(option, row, text)
	local value = ("%q"):format(text);
	if row.field == "*" then
		value = "{ "..value.." }";
	elseif row.field then
		value = ("{ { type = \"x\", %s = %s } }"):format(row.field, value);
	end
	return ("\t%s = %s\n"):format(option, value);
end

-- The text that names the host in the row's way.
local patterns = { HOST = "%s", PEER = "%s", ADDRESS = "news@%s", URL = "https://%s/path/" };

-- Hosts that are none of evil.example's, in every spelling that something might take for one.
local foreign = {
	"good.example", "sub.good.example", "server.example", "example", "GOOD.example", "good.example.", ".evil.example", "evil.example.", "evil.example..",
	"EVIL.example", "x..evil.example", "xn--bcher-kva.evil.example", "xn--gd-fka.example", "ｇood.example", "good。example", "go\xC2\xADod.example",
	"evil.example.good.example", "notevil.example", "192.0.2.1", "[2001:db8::1]", "::1", "localhost", "*", "*.evil.example", "..", "../good.example",
	"evil.example good.example", "", " evil.example", "evil.example ", "evil.example,good.example", "evil.example@good.example", "shop.evil.example",
	"x.shop.evil.example", "evil_example",
};

local foreign_urls = {
	"good.example", "//good.example/", "/upload", "", "https:good.example", "https:/good.example/", "https:///good.example/", "https:\\\\good.example\\",
	"https://good.example@evil.example/", "https://evil.example@good.example/", "https://evil.example:x@good.example:5281/", "HTTPS://good.example/",
	"HTTPS://evil.example/", "https://evil.example:5281@good.example/", "https://evil.example\\@good.example/", "https://evil.example#@good.example/",
	"https://evil.example?@good.example/", "https://evil.example:/", "https://evil.example:port/", "https://evil.example:123456/",
	"https://evil.example%2Egood.example/", "https://evil.example%00.good.example/", "https://evil.example;x/", "javascript:alert(1)", "https://",
		"://evil.example/",
	"https:// good.example/", "https://[::1]/", "ht tps://evil.example/", "https://good.example:443/", "https://good.example?evil.example",
};

local own_urls = { "https://evil.example", "https://evil.example/", "http://web.evil.example:5280/a/b?c@d#e",
	"https://evil.example:443/@good.example/" };

local foreign_addresses = { "me@good.example", "good.example/evil.example", "me@good.example/me@evil.example", "a@b@evil.example", "@", "me@",
	"/evil.example",
	"evil.example@good.example", "me@evil.example@good.example" };
local own_addresses = { "evil.example", "me@evil.example", "me@web.evil.example/good.example", "evil.example/a@good.example" };

local function values_of(row, own)
	local values = {};
	for _, host in ipairs(own and { "evil.example", "web.evil.example" } or foreign) do
		values[#values + 1] = patterns[row.naming]:format(host);
	end
	local more = row.naming == "URL" and (own and own_urls or foreign_urls) or row.naming == "ADDRESS" and (own and own_addresses or foreign_addresses)
		or row.naming == "PEER" and (own and { "evil.example:389" } or { "good.example:389", "evil.example:", "evil.example:1:2", "evil.example:x",
			"ldap://evil.example", "evil.example:389 good.example:389" }) or {};
	return table.move(more, 1, #more, #values + 1, values);
end

local function tree(text, more)
	local files = { ["core/server.cfg.lua"] = 'VirtualHost "server.example"\n', ["domains/tenants/evil.example.cfg.lua"] = text,
		["domains/tenants/good.example.cfg.lua"] = 'VirtualHost "good.example"\n', ["domains/tenants/shop.evil.example.cfg.lua"] = "" };
	for path, content in pairs(more or {}) do
		files[path] = content;
	end
	return support.tree(files);
end

local function load(root, restrict)
	return stackloader.load(nil, { root = root, variables = {}, sysroot = "/nowhere", restrict = restrict or any });
end

local function refusal(root, restrict)
	local ok, message = pcall(load, root, restrict);
	assert(not ok, "it was not refused");
	return message;
end

describe("An option that names a server", function ()
	teardown(support.clean);

	it("has no other's host in a tenant's file, whatever option and however it is written", function ()
		local text, expected = {}, {};
		each_option(function (option, row)
			for _, value in ipairs(values_of(row)) do
				-- Strings of data files hold no backslash and no line end.
				if not value:find "[\\\n]" then
					local host = ("h%d.evil.example"):format(#expected + 1);
					text[#text + 1] = ("VirtualHost %q\n%s"):format(host, assign(option, row, value));
					expected[#expected + 1] = option.." = "..value;
				end
			end
		end);
		local message = refusal(tree(table.concat(text)), { ["domains/tenants"] = { options = "any", modules = "any", size = 10000000 } });
		local refused = {};
		for line in message:gmatch "/evil%.example%.cfg%.lua:(%d+): " do
			refused[math.tointeger(tonumber(line)) // 2] = true;
		end
		for number, what in ipairs(expected) do
			assert(refused[number], what.." was not refused");
		end
		assert.is_true(#expected > 1000);
	end);

	it("has a tenant's own hosts, and Prosody gets them", function ()
		local text, expected = {}, {};
		each_option(function (option, row)
			for _, value in ipairs(values_of(row, true)) do
				expected[#expected + 1] = { option, value, row.field };
				text[#text + 1] = ('VirtualHost "h%d.evil.example"\n%s'):format(#expected, assign(option, row, value));
			end
		end);
		local stack = load(tree(table.concat(text)), { ["domains/tenants"] = { options = "any", modules = "any", size = 10000000 } });
		for number, one in ipairs(expected) do
			local value = stack:options(("h%d.evil.example"):format(number))[one[1]];
			assert.equal(one[2], one[3] == "*" and value[1] or one[3] and value[1][one[3]] or value, one[1]);
		end
	end);

	it("leaves a tenant its name while its file is empty, on the first load and on later ones", function ()
		local root = tree 'VirtualHost "shop.evil.example"\n';
		for _ = 1, 2 do
			local ok, message = pcall(stackloader.load, {}, { root = root, variables = {}, sysroot = "/nowhere", restrict = any, clock = os.time() + 3600 });
			assert.is_false(ok);
			support.has(message, 'evil.example.cfg.lua:1: the host "shop.evil.example" is the tenant shop.evil.example\'s');
			support.write(root.."/core/more.cfg.lua", "-- nothing\n");
		end
	end);

	it("is held to that under every list that allows it", function ()
		local root = tree 'VirtualHost "evil.example"\n\thttps_host = "good.example"\n\tproxy65_address = "server.example"\n';
		for _, options in ipairs { "any", { "safe", "https_host", "proxy65_address" }, { "https_host", "proxy65_address" } } do
			local message = refusal(root, { ["domains/tenants"] = { options = options } });
			support.has(message,
				'evil.example.cfg.lua:2: https_host: the host "good.example" is the tenant good.example\'s, whose files alone may speak of it');
			support.has(message, 'evil.example.cfg.lua:3: proxy65_address: the host "server.example" is not among those that this file may speak of '
				..'(evil.example, *.evil.example)');
		end
		support.has(refusal(root, "domains/tenants"), "the option https_host is not among those");
	end);

	it("is text: no number, boolean or table stands in for a name", function ()
		for _, value in ipairs { "5", "true", "false", "{}", '{ "evil.example" }', '{ host = "evil.example" }' } do
			for _, option in ipairs { "https_host", "http_external_url", "motd_jid" } do
				local message = refusal(tree(('VirtualHost "evil.example"\n\t%s = %s\n'):format(option, value)));
				support.has(message, "evil.example.cfg.lua:2: "..option..": expected ");
			end
		end
		for _, option in ipairs { "auth_append_host", "validate_append_host" } do
			assert.is_true(load(tree(('VirtualHost "evil.example"\n\t%s = true\n'):format(option))):options "evil.example"[option]);
		end
	end);

	it("is found in tables in tables, under a quoted key and beside other keys", function ()
		for _, value in ipairs { '{ { host = "evil.example" }, { host = "good.example" } }', '{ { ["host"] = "good.example" } }',
			'{ a = { b = { host = "good.example" } } }',
				'{ host = "good.example" }', '{ { host = { "evil.example" } } }', '{ { port = 1, host = 5 } }' } do
			assert.truthy(refusal(tree('VirtualHost "evil.example"\n\texternal_services = '..value
				.."\n")):find "/evil%.example%.cfg%.lua:2: external_services: ");
		end
		support.has(refusal(tree 'VirtualHost "evil.example"\n\tserver_status_show_hosts = { "evil.example", "good.example" }\n'),
			"server_status_show_hosts: ");
	end);
end);

describe("Hosts of which two tenants may speak", function ()
	teardown(support.clean);

	local shared = { ["domains/tenants"] = { hosts = { "<domain>", "*.<domain>", "*.shared.example" }, options = "any", modules = "any" } };

	-- Loads the files of the tenants a.example and b.example, both ways round; returns what is refused of each.
	local function refused(one, other)
		local results = {};
		for turn = 1, 2 do
			local root = support.tree {
				["domains/tenants/a.example.cfg.lua"] = turn == 1 and one or other, ["domains/tenants/b.example.cfg.lua"] = turn == 1 and other or one;
			};
			local ok, message = pcall(load, root, shared);
			results[turn] = ok and "" or message;
		end
		return results[1], results[2];
	end

	it("are one tenant's for every option, whoever is read first", function ()
		for _, statement in ipairs { 'https_host = "x.shared.example"', 'http_external_url = "https://x.shared.example/"',
			'motd_jid = "a@x.shared.example"',
				'external_services = { { host = "x.shared.example" } }', 'https_host = "y.x.shared.example"' } do
			local first, second = refused('VirtualHost "x.shared.example"\n', 'VirtualHost "y.shared.example"\n\t'..statement.."\n");
			for _, message in ipairs { first, second } do
				support.has(message, ".example.cfg.lua:2: "..statement:match "^%S+"..": the host ");
				support.has(message, "another tenant's already, by ");
				support.lacks(message, ".cfg.lua:1: ");
			end
		end
	end);

	it("and hosts below them, as hosts and components", function ()
		for _, statement in ipairs { 'VirtualHost "rooms.x.shared.example"', 'Component "a.b.x.shared.example" "muc"' } do
			local first, second = refused('VirtualHost "x.shared.example"\n', statement.."\n");
			support.has(first, 'b.example.cfg.lua:1: the host "');
			support.has(first, '" is below "x.shared.example", which is another tenant\'s already, by ');
			support.has(second, 'a.example.cfg.lua:1: the host "');
		end
		-- The tenant itself may, and so may a tenant whose name is below another's.
		assert.equal("", (refused('VirtualHost "x.shared.example"\nComponent "rooms.x.shared.example" "muc"\n', 'VirtualHost "y.shared.example"\n')));
		local root = support.tree { ["domains/tenants/a.example.cfg.lua"] = 'VirtualHost "a.example"\n',
			["domains/tenants/shop.a.example.cfg.lua"] = 'VirtualHost "shop.a.example"\n\thttps_host = "web.shop.a.example"\n' };
		assert.truthy(load(root, shared):options "shop.a.example".https_host);
	end);

	it("cannot be the name of two tenants' services", function ()
		local text = 'VirtualHost "%s.shared.example"\n\thttps_host = "web.shared.example"\n';
		local message = refused(text:format "x", text:format "y");
		support.has(message, 'b.example.cfg.lua:2: https_host: "web.shared.example" is served for another tenant already, by ');
		support.has(message, "a.example.cfg.lua:2; choose another name");
		support.lacks(message, "a.example.cfg.lua:2: ");
		-- One tenant's hosts may share a name, and a name that is only pointed to is nobody's.
		assert.equal("", (refused(text:format "x"..text:format "z", 'VirtualHost "y.shared.example"\n')));
		local turn = 'VirtualHost "%s.shared.example"\n\tturn_external_host = "turn.shared.example"\n';
		assert.equal("", (refused(turn:format "x", turn:format "y")));
	end);

	it("are found on every load, also where the files are not read again", function ()
		local root = support.tree { ["domains/tenants/a.example.cfg.lua"] = 'VirtualHost "a.example"\n\thttps_host = "x.shared.example"\n',
			["domains/tenants/b.example.cfg.lua"] = 'VirtualHost "b.example"\n' };
		local options = { root = root, variables = {}, sysroot = "/nowhere", restrict = shared, clock = os.time() + 3600 };
		stackloader.load({}, options);
		local stack = stackloader.load({}, options);
		assert.is_true(stack:layers()[1].kept);
		support.write(root.."/domains/tenants/b.example.cfg.lua", 'VirtualHost "x.shared.example"\n');
		local ok, message = pcall(stackloader.load, {}, options);
		assert.is_false(ok);
		support.has(message, 'a.example.cfg.lua:2: https_host: the host "x.shared.example" is another tenant\'s already, by ');
	end);
end);

describe("The table of options that name servers", function ()
	-- Names of options that sound as if they named a server, and do not name one of this server or for its hosts.
	local others = {
		-- Lists of who may, or of whom something is believed
		"access_control_allow_origins", "anti_spam_services", "host_guard_blacklist", "host_guard_blockall", "host_guard_blockall_exceptions",
			"host_guard_selective",
		"muc_room_default_public_jids", "proxy65_acl", "proxy65_open_access", "s2s_insecure_domains", "s2s_secure_domains", "unlimited_jids",
		"proxy_trusted_proxies", "external_service_access", "cross_domain_bosh", "cross_domain_websocket", "allow_remote_searches",
		-- Services of others that are asked, and links to pages
		"muc_rtbl_jid", "oauth_url", "oauth2_policy_url", "oauth2_terms_url", "oauth2_service_documentation", "registration_url", "rest_callback_url",
			"webchat_url",
		"report_forward_to", "report_forward_to_origin", "report_forward_to_origin_fallback",
		-- Booleans, numbers, words, paths, roles and texts
		"auth_append_host", "validate_append_host", "component_admins_as_room_owners", "component_conflict_resolve", "component_module", "component_secret",
		"component_stanza_size_limit", "component_tcp_keepalives", "dont_archive_namespaces", "enforce_registered_nickname", "external_service_port",
		"external_service_secret", "external_service_ttl", "host_user_role", "lastlog_ip_address", "muc_limit_base_cost", "pep_service_cache_size",
			"proxy65_port",
		"reg_servlet_base", "security_catalog_name", "security_labels", "server_info", "server_info_extensions", "server_status_basepath",
			"server_status_json",
		"server_user_role", "site_name", "stanza_counter_basepath", "tls_server_end_point_hash", "validate_from_addresses", "vcard_store_name",
			"http_upload_path",
		"oauth2_expect_username_jid",
		"oauth2_security_policy", "service_name", "cyrus_application_name", "cyrus_service_name", "ldap_base", "name", "security_catalog_desc",
		-- Of the whole server only
		"external_addresses", "proxy_out", "proxy_port_mappings", "proxy_ports", "proxy_secure", "proxy_secure_in", "proxy_secure_out",
	};

	local function is_known(name)
		for _, row in ipairs(rows) do
			local ending = row.option:match "^%*(.*)$";
			if row.option == name or ending and name:sub(-#ending) == ending then
				return true;
			end
		end
		return support.contains(others, name);
	end

	for _, prosody in ipairs(support.prosodies()) do
		local folder = prosody.prosodyctl:gsub("bin/prosodyctl$", "lib/prosody");

		it("has every option of Prosody "..prosody.name.." and its modules that sounds as if it named one", function ()
			local text = support.run("grep -rohE '(get_option[a-z_]*|config[a-z]*\\.(raw)?get|rawgetopt)\\(([^\"]*, *)?\"[A-Za-z0-9_]+\"' "
				..support.quote(folder));
			local count, unknown = 0, {};
			for name in text:gmatch '"([%w_]+)"' do
				if name:find "host" or name:find "server" or name:find "_url" or name:find "_uri" or name:find "domain" or name:find "address" or name:find "jid"
						or name:find "service" or name:find "name$" or name:find "_from$" or name:find "realm" or name:find "fqdn" or name:find "origin"
						or name:find "base" or name:find "component_" or name:find "proxy" then
					count = count + 1;
					unknown[#unknown + 1] = not is_known(name) and name or nil;
				end
			end
			assert.same({}, unknown);
			assert.is_true(count > 50);
		end);
	end

	it("says who reads each option", function ()
		local everywhere = "";
		for _, prosody in ipairs(support.prosodies()) do
			everywhere = everywhere.." "..support.quote((prosody.prosodyctl:gsub("bin/prosodyctl$", "lib/prosody")));
		end
		for _, row in ipairs(rows) do
			local file = row.source:gsub("^.*/", "");
			local code = support.run(("find %s -name %s -exec cat {} +"):format(everywhere, support.quote(file..".lua")));
			local word = row.option:gsub("^%*", "");
			local ending = word:match "_base_url$" or word;
			-- prosody-modules has the first since 2026-07, Prosody 13 reads the parent of a host in the second
			local later = row.source == "mod_muc_cache_media" or row.source == "mod_authz_internal" and not support.prosody_named "13";
			local here = code ~= "" and not (later and not code:find(word, 1, true)) or not later;
			assert(not here or code:find('["\']'..word..'["\']') or code:find('["\']'..ending..'["\']'), row.source.." does not read "..row.option);
		end
	end);
end);
