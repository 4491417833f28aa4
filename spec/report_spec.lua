local lfs = require "lfs";
local lom = require "lxp.lom";
local support = require "spec.support";

local quote = support.quote;

local layered = support.main_file;

local function sample()
	return support.tree {
		["certs/README"] = "";
		["secret"] = "hush-hush\n";
		["prosody.cfg.lua"] = layered.."c2s_timeout = 60\n";
		["core/server.cfg.lua"] = [[
modules_enabled = { "roster", "tls" }
c2s_timeout = 10
archive_expires_after = "90d"
limits = { c2s = { rate = "10kb/s", burst = "2s" } }
storage_key = stack.env.secret("STORAGE_KEY", "none")
external_services = { { type = "turn", secret = "literal-turn-secret" } }
sql = { driver = "PostgreSQL", password = "literal-password" }
database = "postgres://me:address-password@db.example.org/x"
forgotten = 1
]];
		["stack/01-transport/ports.cfg.lua"] = 'c2s_ports = { 5222 }\nmodules_enabled = { "mam" }\n';
		["domains/main.cfg.lua"] = [[
VirtualHost "example.org"
	c2s_ports = { 5322 }
VirtualHost "empty.example.org"
Component "rooms.example.org" "muc"
	name = "Rooms"
Component "gateway.example.org"
	component_secret = "literal-component-secret"
]];
		["local/site.cfg.lua"] = 'archive_expires_after = "2y"\nforgotten = stack.unset()\nmodules_enabled = stack.remove { "tls" }\n';
		["policies/security/baseline.cfg.lua"] = 'archive_expires_after = stack.at_most "1y"\nc2s_ports = stack.force { 5222 }\n';
	};
end

-- Names and values that would be markup, end an attribute, or are no text at all.
local function hostile()
	return support.tree {
		["certs/README"] = "";
		["prosody.cfg.lua"] = layered;
		["core/a&b<i>\"c'.cfg.lua"] = [==[
harmless = "</code><script>alert(1)</script>"
bytes = "\0\1\27[31m\255\254 ok"
turned = "abc\u{202E}def\u{2066}\u{FEFF}\u{FFFF}\u{85}"
quoted = { ["\"><img src=x onerror=alert(2)>"] = "']]>&amp;<!--" }
VirtualHost "example.org" { ["<script>alert(3)</script>"] = "&lt;", ["a\"b'c"] = 1, [17] = "seventeen", ["\255\n\t"] = "x" }
]==];
	};
end

-- Some hosts that say the same but for their names, more that say something else each.
local function many_hosts(alike, different)
	local lines = {};
	for i = 1, alike do
		lines[#lines + 1] = ('VirtualHost "alike%d.example.org"\n\tadmins = { "me@alike%d.example.org" }\n'):format(i, i);
	end
	for i = 1, different do
		lines[#lines + 1] = ('VirtualHost "other%d.example.org"\n\tmotd_text = "This is %d"\n'):format(i, i);
	end
	lines[#lines + 1] = 'Component "rooms.example.org" "muc"\n';
	return support.tree { ["certs/README"] = "", ["prosody.cfg.lua"] = layered, ["domains/all.cfg.lua"] = table.concat(lines) };
end

local function each_element(element, visit)
	visit(element);
	for _, child in ipairs(element) do
		if type(child) == "table" then
			each_element(child, visit);
		end
	end
end

local function text_of(element)
	local parts = {};
	for _, child in ipairs(element) do
		parts[#parts + 1] = type(child) == "string" and child or text_of(child);
	end
	return table.concat(parts);
end

-- What a page is made of: its ids, the links in it, the names of its elements and attributes, its text.
local function take_apart(page)
	local root = assert(lom.parse((page:gsub("^<!DOCTYPE html>\n", ""))));
	local found = { ids = {}, links = {}, attributes = {}, elements = {}, text = text_of(root), twice = {} };
	each_element(root, function (element)
		found.elements[element.tag] = (found.elements[element.tag] or 0) + 1;
		for name, value in pairs(element.attr) do
			found.attributes[name] = value;
		end
		if element.attr.id then
			table.insert(found.ids[element.attr.id] and found.twice or {}, element.attr.id);
			found.ids[element.attr.id] = element;
		end
		found.links[#found.links + 1] = element.attr.href;
	end);
	return found;
end

-- Links that lead nowhere, ids that are there twice.
local function loose_ends(found)
	local loose = table.move(found.twice, 1, #found.twice, 1, {});
	for _, link in ipairs(found.links) do
		if link:sub(1, 1) ~= "#" or not found.ids[link:sub(2)] then
			loose[#loose + 1] = link;
		end
	end
	return loose;
end

describe("prosodyctl mod_stackloader report", function()
	local prefix, environment, tree;
	setup(function()
		prefix, environment = support.install();
		tree = sample();
	end);
	teardown(support.clean);

	-- A folder that Prosody's user can write to as well.
	local function open_folder()
		local folder = support.folder();
		support.run("chmod 777 "..quote(folder));
		return folder;
	end

	for _, prosody in ipairs(support.prosodies()) do
		describe("on Prosody "..prosody.name, function()
			local function report(words, config, variables)
				return support.run(("%s %s %s --quiet --config %s mod_stackloader report %s"):format(variables or "", environment,
					quote(prosody.prosodyctl), quote(config or tree.."/prosody.cfg.lua"), words));
			end

			local function page_of(folder, variables, flags)
				local output, code = report((flags or "").." -", folder.."/prosody.cfg.lua", variables);
				assert.equal(0, code, output);
				return output;
			end

			it("writes a page with every layer, option, host and finding, whose links all lead somewhere", function()
				local file = open_folder().."/report.html";
				local output, code = report(quote(file));
				assert.equal(0, code, output);
				support.has(output, file..": 5 layers, ");
				local page = support.read(file);
				assert.equal("<!DOCTYPE html>\n<html lang=\"en\">", page:sub(1, 32));
				local found = take_apart(page);
				assert.same({}, loose_ends(found));
				for _, id in ipairs { "layer/core/server", "layer/stack/01-transport/ports", "layer/domains/main", "layer/policies/security/baseline",
					"layer/local/site", "option/modules_enabled", "option/limits", "option/forgotten", "host/example.org", "host/example.org/c2s_ports",
					"host/empty.example.org", "host/rooms.example.org/name" } do
					assert.truthy(found.ids[id], id);
				end
				support.has(text_of(found.ids["layer/local/site"]), "archive_expires_after");
				support.has(text_of(found.ids["findings"]), "archive_expires_after");
				support.has(text_of(found.ids["findings"]), "warning SL101: "); -- nobody reads `database`: the validator's findings are among them
			end);

			it("tells of an option who set what where, what it made of it, and who set each element", function()
				local found = take_apart(page_of(tree));
				local text = text_of(found.ids["option/archive_expires_after"]);
				for _, piece in ipairs { 'archive_expires_after = "1y"', tree.."/core/server.cfg.lua:3", 'set "90d"', tree.."/local/site.cfg.lua:1",
					'at_most "1y"', 'moves "2y" to "1y"' } do
					support.has(text, piece);
				end
				text = text_of(found.ids["option/modules_enabled"]);
				support.has(text, 'remove { "tls" }makes it { "roster", "mam" }');
				support.has(text, '"mam"stack/01-transport/ports '..tree.."/stack/01-transport/ports.cfg.lua:2");
				support.has(text_of(found.ids["option/limits"]), 'c2s.rate = "10kb/s"core/server ');
				support.has(text_of(found.ids["option/c2s_ports"]), "force");
				text = text_of(found.ids["option/c2s_timeout"]);
				support.has(text, "c2s_timeout = 60");
				support.has(text, "the layers made it 10.");
			end);

			it("leaves out what layers read as secrets, and what is one by its name", function()
				local variables = "STORAGE_KEY_FILE="..quote(tree.."/secret");
				for _, flags in ipairs { "", "--format=json" } do
					local page = page_of(tree, variables, flags);
					for _, secret in ipairs { "hush", "literal-turn-secret", "literal-password", "address-password", "literal-component-secret" } do
						support.lacks(page, secret);
					end
					support.has(page, "(secret)");
					support.has(page, "PostgreSQL");
				end
			end);

			it("needs nothing from elsewhere, and allows no script and style but its own", function()
				local page = page_of(tree);
				support.lacks(page:lower(), "http://");
				support.lacks(page:lower(), "https://");
				support.lacks(page, "url(");
				support.lacks(page, "@import");
				local found = take_apart(page);
				assert.is_nil(found.attributes.src);
				assert.is_nil(found.attributes.style);
				assert.equal(1, found.elements.script);
				support.has(page, "content=\"default-src &apos;none&apos;; base-uri &apos;none&apos;; form-action &apos;none&apos;; style-src &apos;sha256-");
				assert.equal("hidden", found.ids.find.attr.hidden);
				for _, name in ipairs { "header", "nav", "main", "footer", "h1", "label" } do
					assert.equal(1, found.elements[name], name);
				end
			end);

			it("shows names and values that look like markup, or are no text, as they are", function()
				local page = page_of(hostile());
				local found = take_apart(page);
				assert.same({}, loose_ends(found));
				assert.equal(1, found.elements.script);
				assert.is_nil(found.elements.img);
				assert.is_nil(found.elements.i);
				assert.is_nil(found.attributes.onerror);
				for _, piece in ipairs { "</code><script>alert(1)</script>", "<script>alert(3)</script>", "core/a&b<i>\"c'", "']]>&amp;<!--",
					"\\u{202E}def\\u{2066}\\u{FEFF}", "seventeen" } do
					support.has(found.text, piece);
				end
				assert.falsy(page:find("[%z\1-\8\11-\31\127]"));
				assert.truthy(utf8.len(page));
			end);

			it("gives the same as JSON, which a script can tell from any other", function()
				local output = page_of(tree, nil, "--format=json");
				support.has(output:sub(1, 24), '{"stackloader_report":1,');
				local file = open_folder().."/report.json";
				local said, code = report(quote(file).." --format=json");
				assert.equal(0, code, said);
				support.has(support.read(file), '"option":"archive_expires_after"');
			end);

			it("replaces a report in one go, readable by its owner alone", function()
				local folder = open_folder();
				local file = folder.."/report.html";
				for _, flags in ipairs { "", "--format=json", "" } do
					local output, code = report(flags.." "..quote(file));
					assert.equal(0, code, output);
					assert.equal("rw-------", lfs.attributes(file, "permissions"));
				end
				local entries = {};
				for entry in lfs.dir(folder) do
					entries[#entries + 1] = not entry:find("^%.%.?$") and entry or nil;
				end
				assert.same({ "report.html" }, entries);
			end);

			it("leaves alone what is no report", function()
				local folder = open_folder();
				support.write(folder.."/site.cfg.lua", "c2s_ports = { 5222 }\n");
				assert(lfs.link(folder.."/site.cfg.lua", folder.."/link.html", true));
				assert(lfs.mkdir(folder.."/folder"));
				support.write(folder.."/empty.cfg.lua", "");
				support.write(folder.."/saved", '{"stackloader_snapshot":1,');
				assert(lfs.link(folder.."/nowhere", folder.."/dangling.html", true));
				assert.equal(0, select(2, support.run("mkfifo "..quote(folder.."/fifo"))));
				for name, message in pairs {
					["site.cfg.lua"] = "/site.cfg.lua: this is there and is not a report, so it is left alone; remove it, or take another name";
					["link.html"] = "/link.html: this is a link";
					["dangling.html"] = "/dangling.html: this is a link";
					["empty.cfg.lua"] = "/empty.cfg.lua: this is there and is not a report";
					["saved"] = "/saved: this is there and is not a report";
					["fifo"] = "/fifo: this is no ordinary file";
					["folder"] = "/folder: this is a folder; name a file in it";
					["missing/report.html"] = "/missing/report.html: there is no folder "..folder.."/missing; make it first";
					["site.cfg.lua/report.html"] = "/site.cfg.lua is no folder";
				} do
					local output, code = report(quote(folder.."/"..name));
					assert.equal(2, code, output);
					support.has(output, message);
				end
				assert.equal("c2s_ports = { 5222 }\n", support.read(folder.."/site.cfg.lua"));
				assert.is_nil(lfs.attributes(folder.."/nowhere"));
				support.has(report "/dev/null", "/dev/null: this is no ordinary file");
			end);

			it("says why it cannot write", function()
				local folder = support.folder();
				support.run("chmod 555 "..quote(folder));
				local output, code = report(quote(folder.."/report.html"));
				assert.equal(2, code, output);
				support.has(output, folder.."/report.html: ");
				support.has(output, "Permission denied");
			end);

			it("takes a relative path from where it was called", function()
				local folder = open_folder();
				local output, code = report("sub/../report.html", nil, ("cd %s && mkdir sub && chmod 755 sub && env"):format(quote(folder)));
				assert.equal(0, code, output);
				assert.truthy(lfs.attributes(folder.."/report.html"));
			end);

			it("shows as much as can be known of a configuration that does not load, and of one without layers", function()
				local broken = support.tree { ["certs/README"] = "", ["prosody.cfg.lua"] = layered, ["core/a.cfg.lua"] = "admins = {}\n",
					["core/b.cfg.lua"] = "c2s_ports = = 1\n" };
				local file = open_folder().."/report.html";
				local output, code = report(quote(file), broken.."/prosody.cfg.lua");
				assert.equal(0, code, output);
				local found = take_apart(support.read(file));
				support.has(found.text, "This configuration does not load.");
				assert.truthy(found.ids["option/admins"]);
				assert.truthy(found.ids["layer/core/b"]);
				support.has(text_of(found.ids.findings), "b.cfg.lua:1");
				local plain = support.tree {
					["certs/README"] = "";
					["prosody.cfg.lua"] = ('plugin_paths = { %q }\nVirtualHost "localhost"\n'):format(prefix.."/lib/prosody/modules");
				};
				found = take_apart(page_of(plain));
				assert.truthy(found.ids["option/plugin_paths"]);
				assert.truthy(found.ids["host/localhost"]);
			end);

			it("tells hosts that say the same once where there are many, names what is left over, and says how to see the rest", function()
				local folder = many_hosts(40, 230);
				local found = take_apart(page_of(folder));
				assert.same({}, loose_ends(found));
				assert.truthy(found.ids["host/alike1.example.org"]);
				assert.is_nil(found.ids["host/alike2.example.org"]);
				support.has(text_of(found.ids["host/alike1.example.org"]), "39 hosts, with the same values but for their own names");
				assert.truthy(found.ids["host/rooms.example.org"]);
				support.has(text_of(found.ids["more-hosts"]), "other230.example.org");
				support.has(found.text, "report --hosts='*.example.org,example.com' FILE.html");
				for _, name in ipairs { "alike40", "other1" } do
					support.has(found.text, name..".example.org");
				end
				found = take_apart(page_of(folder, nil, "--hosts='other23?.example.org,ALIKE2.*'"));
				assert.truthy(found.ids["host/other230.example.org"]);
				assert.truthy(found.ids["host/alike2.example.org"]);
				assert.is_nil(found.ids["host/alike1.example.org"]);
				local output, code = report("--hosts='*.org.example' -", folder.."/prosody.cfg.lua");
				assert.equal(2, code, output);
				support.has(output, "--hosts=*.org.example means none of the hosts: alike1.example.org, ");
			end);
		end);
	end
end);
