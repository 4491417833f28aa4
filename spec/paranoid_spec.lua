local socket = require "socket";
local ssl = require "ssl";
local support = require "spec.support";
local tree = require "spec.tree";
local people = require "spec.people";

--- What openssl's client says of a connection, ended at once.
local function handshake(port, words)
	return tree.run("timeout 10 openssl s_client -connect 127.0.0.1:"..port.." "..words.." </dev/null");
end

local function agreed(output)
	local cipher = output:match "Cipher is ([^\n]+)" or "(NONE)";
	return cipher ~= "(NONE)" and output:match "Protocol%s*:%s*(%S+)" or output:match "New, (TLSv[%d.]+), Cipher is [^(]";
end

--- Begins a stream on the port: an object whose ask(text, ending) sends the text and gives what comes back, up to and with one of the
-- endings, and whose encrypt() goes on inside TLS, false where the server lets nobody do that. Nil where nobody listens.
local function stream(port, xmlns)
	local connection = socket.connect("127.0.0.1", port);
	if not connection then
		return nil;
	end
	local self = {};

	function self.ask(text, ...)
		connection:settimeout(5);
		connection:send(text);
		local answer = "";
		while true do
			local piece = connection:receive(1);
			answer = answer..(piece or "");
			if not piece then
				return answer;
			end
			for _, ending in ipairs { "</stream:error>", ... } do
				if answer:sub(-#ending) == ending then
					return answer;
				end
			end
		end
	end

	function self.open()
		return self.ask("<?xml version='1.0'?><stream:stream xmlns='"..xmlns.."' xmlns:stream='http://etherx.jabber.org/streams'"
			.." version='1.0' to='example.org'>", "</stream:features>");
	end

	function self.encrypt()
		self.ask("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", "/>");
		connection = assert(ssl.wrap(connection, { mode = "client", protocol = "any", verify = "none" }));
		connection:sni "example.org";
		return connection:dohandshake();
	end

	function self.close()
		connection:close();
	end

	return self;
end

-- What a client may try, whatever it was offered: alice's own password as it is, by the older and the newer way, and an account for carol.
local attempts = {
	{ "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGFsaWNlAHdvbmRlcmxhbmQ=</auth>", "</failure>", "/>" };
	{ "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'><initial-response>AGFsaWNlAHdvbmRlcmxhbmQ=</initial-response></authenticate>",
		"</failure>", "</success>" };
	{ "<iq type='set' id='r' to='example.org'><query xmlns='jabber:iq:register'>"
		.."<username>carol</username><password>off-with-their-heads</password></query></iq>", "</iq>" };
};

--- Tries each on a stream of its own. Returns the features that such a stream has, and what came back: empty where TLS fails.
local function try(port, encrypted)
	local features, answers = "", {};
	for i, attempt in ipairs(attempts) do
		local client = stream(port, "jabber:client");
		features, answers[i] = client.open(), "";
		if not encrypted or client.encrypt() then
			features = encrypted and client.open() or features;
			answers[i] = client.ask(table.unpack(attempt));
		end
		client.close();
	end
	return features, answers;
end

-- What a site may have written into its own layer, meaning well.
local weaker = [[
tls_profile = "old"
ssl = { protocol = "tlsv1_2+", options = { no_tlsv1_2 = false } }
c2s_ssl = { protocol = "tlsv1_2", options = { no_tlsv1_2 = false } }
c2s_direct_tls_ssl = { protocol = "tlsv1_2+", options = { "no_tlsv1_3" } }
https_ssl = { protocol = "tlsv1_2+" }
http_ports = { 5280 }
s2s_ports = { 5269 }
disable_sasl_mechanisms = {}
allow_registration = true
modules_enabled = { "s2s", "register", "sasl2" }
VirtualHost "example.org"
c2s_ssl = { protocol = "tlsv1_2+", options = { no_tlsv1_2 = false } }
modules_enabled = { "s2s", "register", "sasl2_sm" }
allow_registration = true
]];

for _, prosody in ipairs(support.prosodies()) do
	for _, site in ipairs { { name = "as shipped", text = "" }, { name = "against a site's own layer", text = weaker } } do
		describe("The policy paranoid on Prosody "..prosody.name.." "..site.name, function ()
			local server, ports;

			setup(function ()
				local folder = tree.copy();
				support.write(folder.."/local/weaker.cfg.lua", site.text);
				server = tree.start(prosody, { PROSODY_SECURITY_LEVEL = "paranoid", PROSODY_PROFILE = "enterprise" }, folder);
				ports = server.variables;
				people.register(server);
			end);

			teardown(tree.clean);

			it("refuses TLS 1.2 wherever there is TLS, and speaks 1.3", function ()
				for _, words in ipairs {
					{ ports.PROSODY_C2S_LISTEN, "-starttls xmpp -xmpphost example.org -servername example.org" };
					{ ports.PROSODY_C2S_TLS_LISTEN, "-servername example.org" };
					{ ports.PROSODY_HTTPS_LISTEN, "-servername example.org" };
				} do
					assert.is_nil(agreed(handshake(words[1], words[2].." -tls1_2")), words[1]);
					-- a site that names one old version alone closes the door altogether
					local modern = handshake(words[1], words[2]);
					assert.is_true(agreed(modern) == "TLSv1.3" or site.text ~= "" and agreed(modern) == nil, modern);
				end
			end);

			it("lets nobody log in or register before there is TLS", function ()
				local features, answers = try(ports.PROSODY_C2S_LISTEN, false);
				support.has(features, "<required/>");
				support.lacks(features, "<mechanism>");
				support.has(answers[1], "<encryption-required/>");
				support.lacks(answers[2], "<success");
				support.has(answers[3], "<service-unavailable ");
			end);

			it("lets nobody show a password or register after", function ()
				local features, answers = try(ports.PROSODY_C2S_LISTEN, true);
				support.lacks(features, "<mechanism>PLAIN</mechanism>");
				support.lacks(features, "http://jabber.org/features/iq-register");
				if site.text == "" or answers[1] ~= "" then
					support.has(answers[1], "<invalid-mechanism/>");
					support.lacks(answers[2], "<success");
					support.has(answers[3], "<service-unavailable ");
				end
			end);

			it("has no port for other servers, nor for the web without TLS", function ()
				assert.is_nil(stream(ports.PROSODY_S2S_LISTEN, "jabber:server"));
				assert.is_nil(socket.connect("127.0.0.1", tonumber(ports.PROSODY_S2S_TLS_LISTEN)));
				assert.is_nil(socket.connect("127.0.0.1", tonumber(ports.PROSODY_HTTP_LISTEN)));
			end);

			if site.text == "" then
				it("is there for its people, and for nobody elsewhere", function ()
					local output, code = people.client(server, "elsewhere", people.alice, "someone@elsewhere.invalid");
					assert.equal(0, code, output);
					support.has(output, "logged in alice@example.org TLSv1.3 SCRAM-SHA-256");
					support.has(output, "returned not-allowed\n");
				end);
			end
		end);
	end
end
