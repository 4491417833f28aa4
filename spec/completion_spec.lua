local support = require "spec.support";

local quote = support.quote;

describe("bash completion", function ()
	local environment, prefix, config;
	setup(function ()
		prefix, environment = support.install();
		local tree = support.tree {
			["certs/README"] = "";
			["prosody.cfg.lua"] = 'local stackloader = (Lua or _G).require "stackloader"\nstackloader.load(_ENV)\n';
			["core/server.cfg.lua"] = 'c2s_ports = { 5222 }\nVirtualHost "example.org"\n\tname = "Home"\n';
			["environments/production.cfg.lua"] = "a = 1\n", ["profiles/standard.cfg.lua"] = "profile_info = { features = {} }\n";
			["environments/staging.cfg.lua"] = "a = 2\n";
			["usecases/team/chat.cfg.lua"] = "a = 3\n", ["clients/mobile/one.cfg.lua"] = "a = 4\n";
		};
		config = tree.."/prosody.cfg.lua";
	end);
	teardown(support.clean);

	-- What bash offers for the line, with a prosodyctl that has the configuration.
	local function offered(prosody, line)
		local folder = support.folder();
		support.write(folder.."/prosodyctl", ("#!/bin/sh\nexec %s --config %s \"$@\"\n"):format(quote(prosody.prosodyctl), quote(config)));
		support.write(folder.."/ask", ([[
. %s
compopt() { :; }
COMP_LINE=$1
COMP_POINT=${#1}
read -ra COMP_WORDS <<<"$1"
COMP_WORDS[0]=%s/prosodyctl
_prosodyctl_stackloader
printf '%%s\n' "${COMPREPLY[@]}"
]]):format(quote(prefix.."/share/bash-completion/completions/prosodyctl"), folder));
		support.run("chmod +x "..folder.."/prosodyctl");
		return support.run(("%s bash %s/ask %s"):format(environment, folder, quote(line)));
	end

	local function sorted(text)
		local lines = {};
		for line in text:gmatch "[^\n]*\n" do
			lines[#lines + 1] = line;
		end
		table.sort(lines);
		return lines;
	end

	for _, prosody in ipairs(support.prosodies()) do
		it("offers commands, options, hosts and flags on Prosody "..prosody.name, function ()
			local commands = offered(prosody, "prosodyctl mod_stackloader ");
			for _, command in ipairs { "layers", "explain", "show", "help" } do
				support.has("\n"..commands, "\n"..command.."\n");
			end
			support.lacks("\n"..commands, "\ncomplete\n");
			assert.equal("explain\n", offered(prosody, "prosodyctl mod_stackloader exp"));
			assert.equal("c2s_ports\n", offered(prosody, "prosodyctl mod_stackloader explain c2"));
			assert.equal("example.org\n", offered(prosody, "prosodyctl mod_stackloader explain c2s_ports e"));
			assert.equal("team/chat\n", offered(prosody, "prosodyctl mod_stackloader usecases t"));
			assert.equal("standard\n", offered(prosody, "prosodyctl mod_stackloader profiles s"));
			assert.equal("mobile/one\n", offered(prosody, "prosodyctl mod_stackloader clients m"));
			-- bash splits words at "=", so only what stands behind it is offered.
			assert.equal("staging\n", offered(prosody, "prosodyctl mod_stackloader layers --environment=s"));
			assert.equal("13.0.1\n13.0.1~bpo12\n", table.concat(sorted(offered(prosody, "prosodyctl mod_stackloader check --prosody=13.0.1"))));
			support.has(offered(prosody, "prosodyctl check config --"), "--environment=production");
			assert.equal("--with-secrets\n", offered(prosody, "prosodyctl mod_stackloader flatten --wi"));
			assert.equal("--output=\n", offered(prosody, "prosodyctl mod_stackloader flatten --out"));
			assert.equal("\n", offered(prosody, "prosodyctl adduser "));
		end);
	end
end);
