--- Random plain files with every kind of fault that still loads: the commands answer, and never end in a traceback.
local inside = require "spec.inside";
local support = require "spec.support";

local wanted = 200;

-- Pieces of a file, by chance of a seed.
local maker = {};
maker.__index = maker;

function maker:number(most)
	self.state = (self.state * 1103515245 + 12345) % 2147483648;
	return self.state // 65536 % most + 1;
end

function maker:one_of(list)
	return list[self:number(#list)];
end

local names = {
	"modules_enabled", "modules_disabled", "admins", "authentication", "storage", "default_storage", "sql", "limits", "log", "gc", "ssl", "c2s_ssl",
	"c2s_ports", "s2s_ports", "http_ports", "https_ports", "interfaces", "c2s_interfaces", "component_ports", "disco_items", "certificates",
	"certificate", "https_certificate", "plugin_paths", "c2s_require_encryption", "s2s_secure_auth", "s2s_insecure_domains", "archive_expires_after",
	"c2s_timeout", "c2s_stanza_size_limit", "allow_registration", "http_paths", "http_host", "umask", "pidfile", "data_path", "trusted_proxies",
	"openmetrics_allow_cidr", "turn_external_secret", "component_secret", "component_module", "load_global_modules", "enabled", "name",
	"network_settings", "tls_profile", "statistics_config", "unlimited_jids", "external_services", "proxy65_port", "legacy_ssl_ports", "bosh_ports",
	"use_libevent", "anonymous_login", "insecure_sasl_mechanisms", "http_file_share_global_quota", "restrict_room_creation", "muc_max_rooms",
	"smacks_max_queue_size", "network_backend", "statistics_interval", "contact_info", "c2s_timout", "defined", "debug", "our_own", "ldap_password",
};

local scalars = {
	"nil", "true", "false", "0", "1", "-1", "1.5", "1/0", "-1/0", "0/0", "1e300", "math.mininteger", "5222", "70000", '""', '"yes"', '"90"', '"1m"',
	'"12h"', '"never"', '"internal"', '"\\255\\0\\27[1m"', '"%s%n"', '"*syslog"', '"*"', '"::"', '"127.0.0.1"', '"example.org"', '"a@b@c"', '"@"',
	'"changeme"', '"10kb/s"', '"10.0.0.0/99"', '"certs"', '"/"', '"mod_tls"', '"mam"', '"carbon"', '"muc"', '"storage_sql"', "function () end",
	"print", "string", "setmetatable({}, { __index = function () error 'no' end })", "setmetatable({ 1 }, {})";
	"coroutine.create(print)", '("x"):rep(5000)',
};

local keys = { "c2s", "s2sin", "rate", "burst", "certificate", "key", "password", "driver", "dhparam", "ciphers", "options", "protocol", "to";
	"levels", "min", "mode", "info", "debug", "bosh", "archive", "host", "type", "[1]";
	"[0]", "[-1]", "[1.5]", "[true]", "[print]", '["odd key"]', "[2^53]" };

function maker:value(depth)
	if depth > 3 or self:number(3) > 1 then
		return self:one_of(scalars);
	end
	local parts = {};
	for i = 1, self:number(5) - 1 do
		local value = self:value(depth + 1);
		local key = self:one_of(keys);
		local can_be_key = value ~= "nil" and self:number(2) == 1;
		parts[i] = can_be_key and key.." = "..value or value;
	end
	return "{ "..table.concat(parts, ", ").." }";
end

local modules = { "roster", "saslauth", "tls", "disco", "mam", "muc", "muc_mam", "carbons", "http_file_share", "bosh", "alias", "mod_ping", "posix",
	"admin_telnet", "turncredentials", "rest", "register", "limits", "", "a b", "../x", "s2s", "auth_ldap", "http_openmetrics", "csi_simple", "vcard" };

function maker:modules()
	local list = {};
	for i = 1, self:number(8) do
		list[i] = ("%q"):format(self:one_of(modules));
	end
	return "{ "..table.concat(list, "; ").." }";
end

local hosts = { "example.org", "example.net", "rooms.example.org", "xn--bcher-kva.example", "bücher.example", "localhost", "a";
	"upload.example.org" };
local components = { "muc", "proxy65", "http_file_share", "http_upload", "pubsub", "component", "mucc", "", "../x", "vcard_muc" };

local statements = {
	function (self) return self:one_of(names).." = "..self:value(0); end;
	function (self) return "modules_enabled = "..self:modules(); end;
	function (self) return "modules_disabled = "..self:modules(); end;
	function (self) return ("VirtualHost %q"):format(self:one_of(hosts)); end;
	function (self) return ("Component(%q, %q)"):format("c"..self:number(9)..".example.org", self:one_of(components)); end;
	function (self) return ("Component %q %q"):format("c"..self:number(9)..".example.org", self:one_of(components)); end;
	function (self) return ("VirtualHost %q { %s = %s }"):format(self:one_of(hosts), self:one_of { "admins", "ssl", "name" }, self:value(1)); end;
	function (self) return ("local shared = %s; %s = shared; %s = shared"):format(self:value(0), self:one_of(names), self:one_of(names)); end;
	function (self) return ("do local t = {}; t[1] = { t }; %s = t end"):format(self:one_of { "our_own", "admins", "limits" }); end;
	function (self) return 'Include "more.cfg.lua" -- '..self:number(9); end;
	function (self) return ("%s = %s"):format(self:one_of(names), self:one_of(names)); end;
	function (self)
		local name = self:one_of { "modules_enabled", "admins", "disco_items" };
		return ("if type(%s) == 'table' and getmetatable(%s) then %s = %s:append { 'x' } end"):format(name, name, name, name);
	end;
	function (self) return ("%s = Credential and not ENV_CREDENTIALS_DIRECTORY and Credential 'x' or nil"):format(self:one_of(names)); end;
};

local function file_of(seed)
	local self = setmetatable({ state = seed }, maker);
	local lines = {};
	for i = 1, 4 + self:number(16) do
		-- Every second statement is the assignment of an option.
		lines[i] = (self:number(2) == 1 and statements[1] or self:one_of(statements))(self);
	end
	return table.concat(lines, "\n").."\n", self:one_of(names);
end

local drive = [[
package.path = project.."/lua/?.lua;"..package.path
local command_line = require "stackloader.command_line";
local output = require "stackloader.output";

-- Reading Prosody's modules anew for each of the files would take most of the time.
local catalogue = require "stackloader.catalogue";
local new_catalogue, kept = catalogue.new, nil;
function catalogue.new(stack)
	if stack:options().plugin_paths ~= nil then
		return new_catalogue(stack);
	end
	kept = kept or new_catalogue(stack);
	return kept;
end

local function run(words)
	local lines = {};
	local out = output.through(function (line) lines[#lines + 1] = line; end);
	local ok, code = xpcall(command_line.run, debug.traceback, words, out);
	return ok, code, table.concat(lines, "\n");
end

local done, failures, codes, loading = 0, {}, {}, {};

-- Each kind of finding without a line, once, for the spec to judge.
local without_line, noted = {}, {};
local function note_places(name, text)
	local answer = require "util.json".decode(text) or {};
	for _, finding in ipairs(answer.findings or answer) do
		local kind = finding.code..(finding.path and ":" or "-");
		if not finding.line and not noted[kind] then
			noted[kind] = true;
			without_line[#without_line + 1] = { code = finding.code, path = finding.path, text = finding.text, why = finding.why };
		end
	end
end

local function try(name, words)
	local ok, code, text = run(words);
	local kind = words[1].." "..tostring(code);
	codes[kind] = (codes[kind] or 0) + 1;
	if not ok or text:find("stack traceback", 1, true) then
		failures[#failures + 1] = ("%s: %s: %s"):format(name, table.concat(words, " "), ok and text or code);
	elseif words[2] == "--format=json" then
		note_places(name, text);
	end
end

local function try_all(name, option)
	for _, words in ipairs {
		{ "check" }, { "check", "--format=json" }, { "audit" }, { "audit", "--format=json" }, { "explain", option }, { "explain", "modules_enabled" };
		{ "explain", option, "example.org" }, { "report", root.."/"..name.."/report.html" }, { "show" }, { "xeps" };
	} do
		try(name, words);
	end
end

for _, name in ipairs(trees) do
	load(name.."/prosody.cfg.lua");
	try_all(name, "admins");
end

for seed = 1, #asked do
	-- A plain configuration is the first of the files that Prosody has read.
	local files = configmanager.files();
	for i = #files, 1, -1 do
		files[i] = nil;
	end
	local name = "file"..seed;
	if done < wanted and load(name.."/prosody.cfg.lua") then
		done = done + 1;
		loading[done] = seed;
		try_all(name, asked[seed]);
	end
end
return { done = done, loading = loading, failures = failures, codes = codes, without_line = without_line };
]]

-- Runs all commands over each file alone, then over the trees.
local function drive_all(prosody, root, asked, trees)
	local head = ("local project, wanted, asked, trees = %q, %d, { %s }, { %s }\n"):format(support.project, wanted, table.concat(asked, ", "),
		table.concat(trees, ", "));
	local result, message = inside(prosody, root, head..drive);
	return assert(result, message);
end

local function assert_answered(root, result)
	local first = result.failures[1] or "";
	local file = first:match("^file%d+");
	assert.equal(0, #result.failures, first..(file and "\n"..support.read(root.."/"..file.."/prosody.cfg.lua") or ""));
	for _, finding in ipairs(result.without_line) do
		support.has_place(finding);
	end
end

-- A tree whose layers are the files of these seeds.
local function write_tree(root, name, seeds)
	support.write(root.."/"..name.."/prosody.cfg.lua", support.main_file);
	support.write(root.."/"..name.."/stack/01-files/more.cfg.lua", "c2s_timeout = 5\n");
	for _, seed in ipairs(seeds) do
		support.write(("%s/%s/stack/01-files/f%d.cfg.lua"):format(root, name, seed), (file_of(seed)));
	end
end

describe("commands over random plain files", function ()
	teardown(support.clean);

	for _, prosody in ipairs(support.prosodies()) do
		it(("never end in a traceback, over each file and a tree of them all (Prosody %s)"):format(prosody.name), function ()
			local root, asked = support.folder(), {};
			for seed = 1, 3 * wanted do
				local text, name = file_of(seed);
				asked[seed] = ("%q"):format(name);
				support.write(("%s/file%d/prosody.cfg.lua"):format(root, seed), text);
				support.write(("%s/file%d/more.cfg.lua"):format(root, seed), "c2s_timeout = 5\nVirtualHost 'example.net'\n");
			end
			local result = drive_all(prosody, root, asked, {});
			assert.equal(wanted, result.done);
			assert_answered(root, result);
			-- The files are faulty, so the check finds errors in most of them.
			assert.is_true((result.codes["check 2"] or 0) > wanted / 2, "check found errors in "..(result.codes["check 2"] or 0));

			write_tree(root, "tree", result.loading);
			local few = table.move(result.loading, 1, 10, 1, {});
			write_tree(root, "few", few);
			assert_answered(root, drive_all(prosody, root, {}, { '"tree"', '"few"' }));
		end);
	end
end);
