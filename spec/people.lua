--- Accounts of a server that spec.tree started, and the clients of spec/clients that use them.
local support = require "spec.support";
local tree = require "spec.tree";

local quote = support.quote;
local people = { domain = "example.org" };

--- Two accounts: alice with the password wonderland, bob with builder.
function people.register(server)
	for name, password in pairs { alice = "wonderland", bob = "builder" } do
		local output, code = server.prosodyctl("register "..name.." "..people.domain.." "..password);
		assert(code == 0, output);
	end
end

people.alice = { "alice@"..people.domain, "wonderland" };
people.bob = { "bob@"..people.domain, "builder" };

local function run(server, name, port, words)
	local line = { "PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3", quote(support.project.."/spec/clients/"..name..".py"),
		"127.0.0.1", port, quote(server.folder.."/certs/"..people.domain..".crt") };
	for _, word in ipairs(words) do
		for _, part in ipairs(type(word) == "table" and word or { word }) do
			line[#line + 1] = quote(part);
		end
	end
	-- the library has its own remarks on standard error
	local errors = server.folder.."/client-errors";
	local output, code = tree.run("{ "..table.concat(line, " ").." 2>"..quote(errors).."; }");
	return code == 0 and output or output..support.read(errors), code;
end

--- Runs a client against the server's port for clients; people stand for their address and password. Returns what it
-- printed and its exit code.
function people.client(server, name, ...)
	return run(server, name, server.variables.PROSODY_C2S_LISTEN, { ... });
end

--- The same with a client that comes over HTTPS.
function people.web_client(server, name, ...)
	return run(server, name, server.variables.PROSODY_HTTPS_LISTEN, { ... });
end

return people;
