-- Which certificate Prosody takes, and what the check says where that is another one than an option names.
local asking = require "spec.asking";
local support = require "spec.support";

-- A certificate for the names and its key, as texts; `from`: valid from so many days on for a day, so -10 is one that has expired.
local function certificate(names, from)
	local folder = support.folder();
	local key, path = folder.."/key", folder.."/crt";
	if not from then
		support.certificate(path, key, names);
	else
		-- Only a certificate authority can set both dates.
		support.write(folder.."/ca.cnf", ("[ca]\ndefault_ca = d\n[d]\ndatabase = %s/index\nnew_certs_dir = %s\nserial = %s/serial\ndefault_md = sha256\n"
			.."policy = p\nx509_extensions = e\n[p]\ncommonName = supplied\n[e]\nsubjectAltName = %s\n"):format(folder, folder, folder,
			table.concat(names, ",")));
		support.write(folder.."/index", "");
		support.write(folder.."/serial", "01\n");
		local function date(days)
			return os.date("!%Y%m%d%H%M%SZ", os.time() + 86400 * days);
		end
		local script = ("cd %s && openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=%s -keyout key -out csr && openssl ca"
			.." -batch -notext -config ca.cnf -selfsign -keyfile key -in csr -out crt -startdate %s -enddate %s"):format(support.quote(folder),
			names[1]:match ":(.*)", date(from), date(from + 1));
		local output, code = support.run(support.plain("sh -c "..support.quote(script)));
		assert(code == 0, output);
	end
	return { support.read(path), support.read(key) };
end

local function put(root, path, pair)
	support.write(root.."/"..path..".crt", pair[1]);
	support.write(root.."/"..path..".key", pair[2]);
end

asking.on_each("check of certificates", function (prosody, environment)
	local ask, json = asking.with(prosody, environment);

	local function tree(text)
		return support.tree { ["certs/README"] = "", ["prosody.cfg.lua"] = asking.layered,
			["core/server.cfg.lua"] = 'modules_enabled = { "roster", "saslauth", "tls", "disco", "http" }\n', ["domains/main.cfg.lua"] = text };
	end

	local function found(root)
		local list, texts = {}, {};
		for _, finding in ipairs((json("check", root.."/prosody.cfg.lua"))) do
			if finding.code:find "^SL1[12]" then
				list[#list + 1] = ("%s %s:%d"):format(finding.code, finding.path:sub(#root + 2), finding.line or 0);
				texts[#texts + 1] = finding.text;
			end
		end
		return table.concat(list, " "), table.concat(texts, "\n");
	end

	it("says that a host's certificate is ignored where the folder has one that names the host", function ()
		local root = tree 'VirtualHost "example.org"\n\tcertificate = "own/example.org.crt"\nVirtualHost "example.net"\n\tcertificate = "own/net.crt"\n';
		put(root, "certs/first", certificate { "DNS:example.org" });
		put(root, "own/example.org", certificate { "DNS:example.org" });
		put(root, "own/net", certificate { "DNS:example.net" });
		local list, text = found(root);
		assert.equal("SL118 domains/main.cfg.lua:2", list, text);
		support.has(text, root.."/certs/first.crt");
	end);

	it("accepts a certificate that is the very one the folder has", function ()
		local root = tree 'VirtualHost "example.org"\n\tcertificate = "own/example.org.crt"\n';
		local pair = certificate { "DNS:example.org" };
		put(root, "certs/first", pair);
		put(root, "own/example.org", pair);
		assert.equal("", (found(root)));
	end);

	it("says that a service's certificate is ignored where the folder has any that fits", function ()
		local root = tree 'https_certificate = "own/web.crt"\nVirtualHost "example.org"\n';
		put(root, "own/web", certificate { "DNS:web.example.org" });
		assert.equal("", (found(root)));
		put(root, "certs/other", certificate { "DNS:other.example.org" });
		local list, text = found(root);
		assert.equal("SL118 domains/main.cfg.lua:1", list, text);
		support.has(text, "https_ssl = {");
	end);

	it("accepts a service's certificate that is the only one of the folder", function ()
		local root = tree 'https_certificate = "certs/example.org.crt"\nVirtualHost "example.org"\n';
		put(root, "certs/example.org", certificate { "DNS:example.org" });
		assert.equal("", (found(root)));
	end);

	it("says that two certificates for one name make the choice one of chance", function ()
		local root = tree '\nVirtualHost "example.org"\n';
		local pair = certificate { "DNS:example.org" };
		put(root, "certs/a", pair);
		put(root, "certs/copy/fullchain", pair);
		os.rename(root.."/certs/copy/fullchain.key", root.."/certs/copy/privkey.key");
		assert.equal("", (found(root)));
		put(root, "certs/b", certificate { "DNS:example.org" });
		local list, text = found(root);
		assert.equal("SL119 domains/main.cfg.lua:2", list, text);
		support.has(text, root.."/certs/a.crt and "..root.."/certs/b.crt");
	end);

	it("finds certificates that have expired or are not valid yet, and are taken by their names", function ()
		local root = tree('VirtualHost "example.org"\nVirtualHost "example.net"\nVirtualHost "example.com"\n'
			..'\tssl = { certificate = "own/old.crt"; key = "own/old.key" }\n');
		put(root, "certs/example.org", certificate({ "DNS:example.org" }, -10));
		put(root, "certs/example.net", certificate({ "DNS:example.net" }, 10));
		put(root, "own/old", certificate({ "DNS:example.com" }, -10));
		local list, text = found(root);
		assert.equal("SL120 domains/main.cfg.lua:1 SL120 domains/main.cfg.lua:2 SL120 domains/main.cfg.lua:4", list, text);
		support.has(text, root.."/certs/example.org.crt, which has expired on ");
		support.has(text, root.."/certs/example.net.crt, which is not valid before ");
	end);

	it("leaves an expired certificate alone where another one is taken", function ()
		local root = tree 'VirtualHost "example.org"\n';
		put(root, "certs/example.org", certificate({ "DNS:example.org" }, -10));
		put(root, "certs/new", certificate { "DNS:example.org" });
		assert.equal("", (found(root)));
	end);

	local function unreadable(root)
		local list = {};
		for _, finding in ipairs((json("check", root.."/prosody.cfg.lua"))) do
			if finding.code == "SL007" then
				list[#list + 1] = finding.path:sub(#root + 2)..": "..finding.text;
			end
		end
		return list;
	end

	it("says which keys and certificates the server's user cannot read, and which folder hides them", function ()
		if not require "spec.processes".is_root() then
			return pending "only root can give files to other users";
		end
		local root = tree('VirtualHost "example.org"\nVirtualHost "example.net"\n\tssl = { certificate = "own/net.crt"; key = "own/net.key" }\n'
			..'VirtualHost "example.com"\n\tcertificate = "hidden/com.crt"\nComponent "rooms.example.org" "muc"\n');
		for path, name in pairs { ["certs/example.org"] = "example.org", ["own/net"] = "example.net", ["hidden/com"] = "example.com" } do
			put(root, path, certificate { "DNS:"..name });
		end
		local function change(line)
			assert.equal(0, select(2, support.run(support.plain("sh -c "..support.quote("cd "..root.." && "..line)))));
		end
		change "chmod -R a+rX .";
		assert.same({}, unreadable(root));
		change "chmod 600 certs/example.org.key own/net.key && chmod 640 own/net.crt && chmod 700 hidden";
		local cannot = "the server's user prosody cannot ";
		assert.same({
			"certs/example.org.key: "..cannot.."read this file, a private key; chown or chmod it";
			"hidden: "..cannot.."enter this folder, on the way to "..root.."/hidden/com.crt, a certificate; chown or chmod it";
			"own/net.crt: "..cannot.."read this file, a certificate; chown or chmod it";
			"own/net.key: "..cannot.."read this file, a private key; chown or chmod it";
		}, unreadable(root));
		change "chgrp prosody certs/example.org.key own/* hidden && chmod g+rX certs/example.org.key own/* hidden";
		assert.same({}, unreadable(root));
		change "chmod 700 certs && chgrp root certs";
		local list = unreadable(root);
		assert.equal(1, #list);
		support.has(list[1], "certs: "..cannot.."enter this folder");
		-- The stack says it of the layers.
		change "chmod 700 .";
		list = unreadable(root);
		assert.equal(1, #list, table.concat(list, "\n"));
		support.has(list[1], cannot.."enter this folder, on the way to "..root.."/core/server.cfg.lua");
	end);

	it("says nothing where the folder of certificates is not there", function ()
		local root = tree 'certificates = "nowhere"\nVirtualHost "example.org"\n';
		-- Prosody itself complains of the folder in between.
		local output, code = ask("check", root.."/prosody.cfg.lua");
		assert.equal(0, code, output);
		support.lacks(output, "[SL1");
	end);
end);
