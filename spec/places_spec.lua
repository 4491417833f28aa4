--- Where a finding is: a file and a line; a file or folder as a whole, which the text says; or a variable, a flag or an option of load.
local lfs = require "lfs";
local support = require "spec.support";
local stackloader = require "stackloader";
local codes = require "stackloader.codes";

local quote = support.quote;

local function shell(root, line)
	local output, code = support.run(support.plain("sh -c "..quote("cd "..quote(root).." && "..line)));
	assert.equal(0, code, output);
end

-- Each case: files of a tree, further options of load, and where the finding stands: `at` "path:line" or "path" below the root, or `says`, the
-- beginning of a text about a variable or an option. `make` prepares the folder; `env`: the table that stands for the main file's environment.
local cases = {};

local function case(code, at, files, details)
	local about = details or {};
	about.code, about.at, about.files = code, at, files;
	cases[#cases + 1] = about;
end

local layer = "x = 1\n";
local later = os.time() + 3600;
local tenants = { ["domains/tenants"] = { hosts = "<domain>" } };
local function tenant(text)
	return { ["core/a.cfg.lua"] = layer, ["domains/tenants/a.example.cfg.lua"] = text };
end

case("SL001", "nowhere", { ["core/a.cfg.lua"] = layer }, { options = function (root) return { root = root.."/nowhere" }; end });
case("SL002", "gone.cfg.lua", { ["core/a.cfg.lua"] = layer },
	{ options = function () return { axes = { { name = "only", files = { "gone.cfg.lua" } } } }; end });
case("SL003", "core/a.cfg.lua", { ["core/b.cfg.lua"] = layer }, { make = function (root) shell(root, "mkfifo core/a.cfg.lua"); end });
case("SL004", "core/b.cfg.lua", { ["core/a.cfg.lua"] = layer },
	{ make = function (root) assert(lfs.link("a.cfg.lua", root.."/core/b.cfg.lua", true)); end });
case("SL005", "extra", { ["core/a.cfg.lua"] = layer, ["extra/b.cfg.lua"] = layer });
case("SL006", ".env:2", { ["environments/staging.cfg.lua"] = "", [".env"] = "# first\nPROSODY_ENVIRONMENT=staging\n" });
case("SL006", nil, { ["environments/staging.cfg.lua"] = "" },
	{ says = "PROSODY_ENVIRONMENT=staging: ", options = function () return { variables = { PROSODY_ENVIRONMENT = "staging" } }; end });
case("SL006", nil, { ["environments/staging.cfg.lua"] = "" },
	{ says = "load's option environment=staging: ", options = function () return { environment = "staging" }; end });
case("SL008", "core/a.cfg.lua", { ["core/a.cfg.lua"] = layer }, { make = function (root) shell(root, "chmod o+w core/a.cfg.lua"); end });
case("SL008", "core", { ["core/a.cfg.lua"] = layer }, { make = function (root) shell(root, "chmod o+w core"); end });
case("SL009", ".env", { ["core/a.cfg.lua"] = "x = stack.env.secret 'DB_PASSWORD'\n", [".env"] = "DB_PASSWORD=hush\n" });
case("SL010", ".env:1", { ["environments/staging.cfg.lua"] = layer, [".env"] = "PROSODY_ENVIRONMENT=stagin\n" });
case("SL010", ".env:1", { ["policies/performance/small.cfg.lua"] = layer, [".env"] = "PROSODY_PERFORMANCE_TIER=auto\n" },
	{ options = function (root) return { sysroot = root.."/machine" }; end, make = function (root)
		support.write(root.."/machine/proc/meminfo", "MemTotal: 268435456 kB\n");
	end });
case("SL010", ".env:1", { ["core/a.cfg.lua"] = layer, [".env"] = "PROSODY_SHARD=1/2\n" });
case("SL011", ".env:2", { ["core/a.cfg.lua"] = layer, [".env"] = "PROSODY_ENVIRONMENT=production\nPROSODY_ENV=staging\n",
	["environments/production.cfg.lua"] = layer, ["environments/staging.cfg.lua"] = layer });
case("SL012", ".env:2", { ["core/a.cfg.lua"] = layer, [".env"] = "A=1\n= 2\n" });
case("SL013", ".env:1", { ["core/a.cfg.lua"] = layer, [".env"] = "PROSODY_STACK_PATH=/other\n" });
case("SL013", ".env", { ["core/a.cfg.lua"] = layer }, { make = function (root) shell(root, "mkdir .env"); end });
case("SL014", ".env:1", { ["features/web/http.cfg.lua"] = layer, [".env"] = "PROSODY_ENABLE_HTPP=true\n" });
case("SL015", ".env:1", { ["features/web/http.cfg.lua"] = layer, [".env"] = "PROSODY_ENABLE_HTTP=perhaps\n" });
case("SL016", ".env:1", { ["core/a.cfg.lua"] = layer, [".env"] = "PROSODY_OPTION_LIMITS={ c2s = \n" });
case("SL017", "core/a.cfg.lua:3", { ["core/a.cfg.lua"] = "\n\nx = stack.env.secret 'DB_PASSWORD'\n" }, { prosodyctl = true });
case("SL017", "core/part.lua:2", { ["core/a.cfg.lua"] = "\n\n\nInclude 'part.lua'\n", ["core/part.lua"] = "\ny = stack.env.secret 'DB_PASSWORD'\n" },
	{ prosodyctl = true });
case("SL017", "core/a.cfg.lua:2", { ["core/a.cfg.lua"] = "\nx = Credential 'db'\n" }, { prosodyctl = true });
case("SL019", nil, { ["core/a.cfg.lua"] = layer },
	{ says = "PROSODY_DOMAIN_NAME begins", options = function () return { variables = { PROSODY_DOMAIN_NAME = '"x"' } }; end });
case("SL020", "profiles/standard/profile.cfg.lua:2", { ["profiles/standard/profile.cfg.lua"] = "\nprofile_info = { features = os.time() }\n",
	["core/a.cfg.lua"] = layer });
case("SL021", "features/web/http.cfg.lua:2", { ["features/web/http.cfg.lua"] = "\nfeature_info = { depends = { 'gone' } }\n",
	["profiles/standard/profile.cfg.lua"] = "profile_info = { features = { 'web/http' } }\n" });
case("SL021", nil, { ["features/web/http.cfg.lua"] = layer, ["profiles/other/profile.cfg.lua"] = "profile_info = { features = { 'web/http' } }\n" },
	{ says = "PROSODY_PROFILE: the tree has profiles" });
case("SL022", ".env:1", { ["core/a.cfg.lua"] = layer, [".env"] = "PROSODY_DOMIAN=a\n" });
case("SL022", nil, { ["core/a.cfg.lua"] = layer },
	{ says = "PROSODY_DOMIAN: ", options = function () return { variables = { PROSODY_DOMIAN = "a" } }; end });
case("SL030", "core/a.cfg.lua:2", { ["core/a.cfg.lua"] = "\nerror 'no'\n" });
case("SL030", "core/a.cfg.lua:2", { ["core/a.cfg.lua"] = "\nreturn { modules = 5 }\n" });
case("SL031", "core/a.cfg.lua:2", { ["core/a.cfg.lua"] = "\n_G.places_spec_global = 1\n" },
	{ after = function () _G.places_spec_global = nil; end });
case("SL032", "core/a.cfg.lua:2", { ["core/a.cfg.lua"] = "\nreturn { utilities = { validate_it = function () return false, 'bad' end } }" });
case("SL033", "core/a.cfg.lua:2", { ["core/a.cfg.lua"] = "x = 1\nx = 2\n" });
case("SL034", "domains/tenants", { ["core/a.cfg.lua"] = layer }, { options = function () return { restrict = tenants }; end });
case("SL035", "domains/tenants/a.example.cfg.lua:2", tenant "\nx = os.time()\n", { options = function () return { restrict = tenants }; end });
case("SL036", "domains/tenants/a.example.cfg.lua:2", tenant '\nVirtualHost "b.example"\n',
	{ options = function () return { restrict = tenants }; end });
case("SL037", "domains/tenants/a.example.cfg.lua:2", tenant '\nlog = "*syslog"\n', { options = function () return { restrict = tenants }; end });
case("SL038", "domains/tenants/a.example.cfg.lua:3", tenant 'VirtualHost "a.example"\n\nmodules_enabled = { "admin_shell" }\n',
	{ options = function () return { restrict = tenants }; end });
case("SL039", "domains/tenants/a.example.cfg.lua", { ["core/a.cfg.lua"] = layer,
	["domains/tenants/b.example.cfg.lua"] = 'VirtualHost "b.example"\n' },
	{ options = function () return { restrict = tenants }; end, make = function (root)
		assert(lfs.link(root.."/core/a.cfg.lua", root.."/domains/tenants/a.example.cfg.lua", true));
	end });
case("SL040", "core/b.cfg.lua:2", { ["core/a.cfg.lua"] = "x = stack.force(1)\n", ["core/b.cfg.lua"] = "\nx = 2\n" });
case("SL041", "core/b.cfg.lua:2", { ["core/a.cfg.lua"] = "x = stack.force(1)\n", ["core/b.cfg.lua"] = "\nx = stack.force(2)\n" });
case("SL042", "core/b.cfg.lua:2", { ["core/a.cfg.lua"] = "x = { a = 1 }\n", ["core/b.cfg.lua"] = "\nx = 2\n" });
case("SL043", "core/b.cfg.lua:2", { ["core/a.cfg.lua"] = "x = stack.at_most(5)\n", ["core/b.cfg.lua"] = "\nx = 7\n" });
case("SL044", "local/z.cfg.lua:2", { ["domains/a.cfg.lua"] = 'VirtualHost "a.example"\nx = 1\n', ["local/z.cfg.lua"] = "\nx = 2\n" });
case("SL045", "core/b.cfg.lua:2", { ["core/a.cfg.lua"] = 'Component "a.example" "muc"\n',
	["core/b.cfg.lua"] = '\nComponent "a.example" "pubsub"\n' });
case("SL046", "core/b.cfg.lua:2", { ["core/a.cfg.lua"] = 'VirtualHost "a.example"\n', ["core/b.cfg.lua"] = '\nComponent "a.example" "muc"\n' });
case("SL047", "core/a.cfg.lua:2", { ["core/a.cfg.lua"] = '\nVirtualHost "a b"\n' });
case("SL048", "core/a.cfg.lua:2", { ["core/a.cfg.lua"] = "\nstack.require('x', function () return false, 'no' end)\n" });
case("SL049", "domains/tenants/a.example.cfg.lua", tenant 'VirtualHost "a.example"\nmodules_enabled = { "admin_shell" }\n',
	{ options = function () return { restrict = { ["domains/tenants"] = { hosts = "<domain>", modules = "any" } } }; end });

-- What other specs provoke with its place, because it needs prosodyctl, its main file or certificates: a piece of that assertion.
local elsewhere = {
	SL007 = { "certificates", "own/net.key: " }, SL018 = { "record", "PROSODY_ENVIRONMENT: the server chose" };
	SL050 = { "later_commands", "/prosody.cfg.lua:3: motd_text was set after stackloader.load" };
	SL051 = { "later", "SL051 prosody.cfg.lua:%d" }, SL052 = { "main_file", "conf.d/00-mam.cfg.lua:2 SL052" };
	SL118 = { "certificates", "SL118 domains/main.cfg.lua:2" }, SL119 = { "certificates", "SL119 domains/main.cfg.lua:2" };
	SL120 = { "certificates", "SL120 domains/main.cfg.lua:1" };
	SL408 = { "audit", '/local/s2s.cfg.lua", "SL408")[1].line' }, SL416 = { "audit", '/local/dh.cfg.lua", "SL416")[1].line' };
	SL417 = { "audit", '/local/modules.cfg.lua", "SL417")[1].line' };
	SL433 = { "audit", 'assert.equal(1, at(findings, root.."/local/site.cfg.lua", "SL433")[1].line)' };
	SL440 = { "audit", "assert.equal(found[1] and 2, found[1] and found[1].line)" };
	SL461 = { "audit", '/domains/b.cfg.lua", "SL461")[1].line' };
	SL466 = { "audit", "assert.equal(line, findings[i].line" }, SL471 = { "audit", '/local/site.cfg.lua", "SL471")[1].line' };
	SL124 = { "prosodies", "/prosody.cfg.lua:%d: Prosody 0.12 does not know %s" };
	SL501 = { "not_found", "is not found in this file of Prosody" };
};

-- The tables of mistakes of the validator and of the audit, each asserted at its line.
local tables = { validator = 'mistake%%("%s"', truth = "%%-%%-! [^\n]*%s", audit = '{ "%s", "' };

local function is_in_a_table(code)
	for name, pattern in pairs(tables) do
		if support.read("spec/"..name.."_spec.lua"):find(pattern:format(code)) then
			return true;
		end
	end
	return false;
end

-- What a load that was refused says has no codes: the code is that of the case.
local function findings_in(message, root, code)
	local list = {};
	for line in tostring(message):gmatch "[^\n]+" do
		local path, at, text = line:match("^%s*("..root:gsub("%W", "%%%0").."[^:]*):(%d*):? ?(.*)");
		if path then
			list[#list + 1] = { code = code, path = path, line = tonumber(at), text = text };
		end
	end
	return list;
end

local function findings(about, root)
	local options = about.options and about.options(root) or {};
	options.root, options.sysroot, options.clock = options.root or root, options.sysroot or "/nowhere", later;
	options.variables = options.variables or {};
	local globals = about.prosodyctl and { prosody = { process_type = "prosodyctl" }, arg = { "check", "config" } } or {};
	return support.with_globals(globals, {}, function ()
		local ok, stack = pcall(stackloader.load, nil, options);
		return ok and stack:findings() or findings_in(stack, root, about.code);
	end);
end

describe("The place of", function ()
	teardown(support.clean);

	for i, about in ipairs(cases) do
		it(("%s (case %d)"):format(about.code, i), function ()
			local root = support.tree(about.files);
			if about.make then
				about.make(root);
			end
			local told = {};
			for _, finding in ipairs(findings(about, root)) do
				support.has_place(finding);
				if finding.code == about.code then
					told[#told + 1] = (finding.path or ""):sub(#root + 2)..(finding.line and ":"..finding.line or "");
					if about.says then
						assert.equal(about.says, finding.text:sub(1, #about.says));
					end
				end
			end
			assert.same({ about.at or "" }, told);
		end);
	end

	it("every code has a case", function ()
		local known = {};
		for _, about in ipairs(cases) do
			known[about.code] = true;
		end
		for code in pairs(codes) do
			local other = elsewhere[code];
			if other then
				support.has(support.read("spec/"..other[1].."_spec.lua"), other[2]);
			else
				assert(known[code] or code > "SL100" and is_in_a_table(code), code);
			end
		end
	end);
end);
