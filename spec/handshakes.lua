--- What a client of a running server gets of TLS: real handshakes by openssl, for specs that change certificates and settings.
local processes = require "spec.processes";
local support = require "spec.support";

local handshakes = {};

local function connect(words)
	local output = processes.run("timeout 20 openssl s_client -connect 127.0.0.1:"..words.." </dev/null 2>&1");
	local pem = output:match "%-%-%-%-%-BEGIN CERTIFICATE%-%-%-%-%-.-%-%-%-%-%-END CERTIFICATE%-%-%-%-%-\n";
	return { certificate = pem and pem:gsub("%s", "") or nil, suite = output:match "New, ([^\n]+)", output = output };
end

--- By STARTTLS, for a host: { certificate (its text), suite ("TLSv1.3, Cipher is …"), output }. flags: more words for s_client, such as "-tls1_2".
function handshakes.starttls(port, host, flags)
	return connect(("%d -starttls xmpp -xmpphost %s -noservername %s"):format(port, host, flags or ""));
end

--- On a port of direct TLS, with the host as SNI.
function handshakes.direct(port, host, flags)
	return connect(("%d -servername %s %s"):format(port, host, flags or ""));
end

--- The text of a certificate's file as the above have it.
function handshakes.of_file(path)
	return (support.read(path):gsub("%s", ""));
end

return handshakes;
