local support = require "spec.support";
local tree = require "spec.tree";

local people = { { "alice", "correct-horse-1" }, { "bob", "battery-staple-2" } };

--- What becomes of so many messages that one person sends another at once: two numbers, arrived and returned, and all
--- that was said of them.
local function flood(prosody, level, count)
	local server = tree.start(prosody, { PROSODY_SECURITY_LEVEL = level });
	local words = { "PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 -W ignore", support.quote(support.project.."/spec/clients/flood.py"), "127.0.0.1",
		server.variables.PROSODY_C2S_LISTEN, support.quote(server.folder.."/certs/example.org.crt") };
	for _, person in ipairs(people) do
		server.prosodyctl("register "..person[1].." example.org "..person[2]);
		words[#words + 1] = person[1].."@example.org "..person[2];
	end
	words[#words + 1] = count;
	local output = tree.run("timeout 60 env "..table.concat(words, " "));
	server.stop();
	local returned = 0;
	for times in output:gmatch "(%d+) returned" do
		returned = returned + tonumber(times);
	end
	return tonumber(output:match "(%d+) arrived" or 0), returned, output, server.log();
end

for _, prosody in ipairs(support.prosodies()) do
	describe("The firewall's scripts on Prosody "..prosody.name, function ()
		teardown(support.clean);

		it("let a person write, and slow down who writes too much", function ()
			local arrived, returned, output, log = flood(prosody, "baseline", 90);
			assert.is_true(arrived >= 50, output);
			assert.is_true(returned >= 10, output);
			support.has(output, "returned: You are sending too fast");
			support.lacks(log, "traceback");
		end);

		it("let nobody hear from strangers under the policy paranoid", function ()
			local arrived, returned, output, log = flood(prosody, "paranoid", 3);
			assert.equal(0, arrived, output);
			assert.equal(3, returned, output);
			support.has(output, "returned: Only contacts may write");
			support.lacks(log, "traceback");
		end);

		it("are missed under the policy paranoid, which refuses the configuration then, and under no other", function ()
			local folder = tree.copy();
			support.run("rm -r "..support.quote(folder.."/firewall"));
			local output = tree.check(prosody, { PROSODY_SECURITY_LEVEL = "paranoid", PROSODY_DOMAIN = "example.org" }, folder);
			support.has(output, "policies/security/paranoid.cfg.lua:63: stack.require refuses what is set globally: without "..folder
				.."/firewall/strangers.pfw strangers reach everybody");
			output = tree.check(prosody, { PROSODY_SECURITY_LEVEL = "enhanced", PROSODY_DOMAIN = "example.org" }, folder);
			support.lacks(output, "firewall/");
		end);
	end);
end
