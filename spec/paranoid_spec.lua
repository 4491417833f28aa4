local socket = require "socket";
local support = require "spec.support";
local tree = require "spec.tree";

--- What openssl's client says of a connection, ended at once.
local function handshake(port, words)
	return tree.run("timeout 10 openssl s_client -connect 127.0.0.1:"..port.." "..words.." </dev/null");
end

local function agreed(output)
	local cipher = output:match "Cipher is ([^\n]+)" or "(NONE)";
	return cipher ~= "(NONE)" and output:match "Protocol%s*:%s*(%S+)" or output:match "New, (TLSv[%d.]+), Cipher is [^(]";
end

--- What the server answers to the beginning of a stream without encryption.
local function greeting(port, xmlns)
	local connection = socket.connect("127.0.0.1", port);
	if not connection then
		return nil;
	end
	connection:settimeout(5);
	connection:send("<?xml version='1.0'?><stream:stream xmlns='"..xmlns.."' xmlns:stream='http://etherx.jabber.org/streams'"
		.." version='1.0' to='example.org'>");
	local answer = "";
	repeat
		local piece, _, rest = connection:receive(1);
		answer = answer..(piece or rest or "");
	until not piece or answer:find("</stream:features>", 1, true) or answer:find("</stream:error>", 1, true);
	connection:close();
	return answer;
end

--- The features of the stream that a client sees inside TLS: openssl speaks STARTTLS, then sends what it is given.
local function features_inside(port)
	local opening = "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'"
		.." version='1.0' to='example.org'>";
	return tree.run("(printf %s "..support.quote(opening).."; sleep 1) | timeout 10 openssl s_client -quiet -no_ign_eof -connect 127.0.0.1:"..port
		.." -starttls xmpp -xmpphost example.org -servername example.org");
end

-- What a site may have written into its own layer, meaning well.
local weaker = [[
tls_profile = "old"
ssl = { protocol = "tlsv1+", options = { no_tlsv1_2 = false } }
c2s_ssl = { protocol = "tlsv1_2", options = { no_tlsv1_2 = false } }
c2s_direct_tls_ssl = { protocol = "tlsv1+" }
https_ssl = { protocol = "tlsv1+" }
http_ports = { 5280 }
s2s_ports = { 5269 }
disable_sasl_mechanisms = {}
allow_registration = true
modules_enabled = { "s2s", "register" }
VirtualHost "example.org"
c2s_ssl = { protocol = "tlsv1+", options = { no_tlsv1_2 = false } }
modules_enabled = { "s2s", "register" }
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
			end);
			teardown(function ()
				server.stop();
				support.clean();
			end);

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

			it("offers no login before there is TLS, and none that shows the password after", function ()
				local before = greeting(ports.PROSODY_C2S_LISTEN, "jabber:client");
				support.has(before, "<required/>");
				support.lacks(before, "<mechanism>");
				local inside = features_inside(ports.PROSODY_C2S_LISTEN);
				support.lacks(inside, "<mechanism>PLAIN</mechanism>");
				if site.text == "" then
					support.has(inside, "SCRAM-SHA-256");
				end
				support.lacks(inside, "http://jabber.org/features/iq-register");
			end);

			it("has no port for other servers, nor for the web without TLS", function ()
				assert.is_nil(greeting(ports.PROSODY_S2S_LISTEN, "jabber:server"));
				assert.is_nil(socket.connect("127.0.0.1", tonumber(ports.PROSODY_S2S_TLS_LISTEN)));
				assert.is_nil(socket.connect("127.0.0.1", tonumber(ports.PROSODY_HTTP_LISTEN)));
			end);
		end);
	end
end
