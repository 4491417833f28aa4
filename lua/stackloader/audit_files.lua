--- The audit of files: secrets and keys that others than the server can read, certificates that are missing.
local effective = require "stackloader.effective";
local guessable = require "stackloader.guessable";
local lfs = require "lfs";
local values = require "stackloader.values";

local paths = require "util.paths";

local audit_files = {};

local function others_may(path, place, letter)
	local permissions = lfs.attributes(path, "permissions");
	return permissions ~= nil and permissions:sub(place, place):find(letter) ~= nil;
end

-- A file is only as open as the folders on the way to it.
local function folders_open(path, known)
	local folder = path:match("^(.*)/[^/]*$");
	if not folder or folder == "" then
		return true;
	elseif known[folder] == nil then
		known[folder] = others_may(folder, 9, "[xt]") and folders_open(folder, known);
	end
	return known[folder];
end

local function is_open(a, path)
	return others_may(path, 7, "r") and folders_open(path, a.folders);
end

-- Ten thousand hosts set the same few options.
local known_names = {};

-- What the stack hides by its name alone is a secret; no layer reads this text as one.
local function secret_name(a, name)
	if type(name) ~= "string" then
		return false;
	elseif known_names[name] == nil then
		known_names[name] = a.inv.stack:redact("\1", name) ~= "\1";
	end
	return known_names[name];
end

-- Calls f(key, value) with each secret in an option, and the first key on the way to it; a table's secrets may be some levels down.
local function each_secret(a, name, value, f, first, depth)
	if type(value) == "string" then
		if secret_name(a, name) and value ~= "" then
			f(first, value);
		end
	elseif type(value) == "table" and depth < 4 and not getmetatable(value) then
		for key, inner in pairs(value) do
			each_secret(a, type(key) == "string" and key or name, inner, f, first == nil and key or first, depth + 1);
		end
	end
end

local function content(a, path)
	if a.contents[path] == nil then
		local file = io.open(path, "r");
		a.contents[path] = file and file:read("a") or false;
		if file then
			file:close();
		end
	end
	return a.contents[path] or "";
end

local by_hand = "chmod o-r it, and leave it to the user that Prosody runs as (chown, or chgrp and mode 640)";
-- Nobody can chmod a file there: its mode is set where it comes from.
local at_its_source = "it is on a read-only mount, so set its mode where it comes from: with Kubernetes defaultMode: 0440 of the "
	.."volume and fsGroup of the pod, with Docker or Compose chmod on the host, with systemd LoadCredential=";

local function add_open_file(a, path, what, line, layer)
	if not a.open[path] then
		a.open[path] = true;
		a:add({ code = "SL441", severity = "high", text = ("every user of this machine can read %s in this file"):format(what);
			advice = (a.inv.stack:is_read_only(path) and at_its_source or by_hand).."; then change the secret" },
			{ path = path, line = line, layer = layer });
	end
end

-- The file that holds it: that of the layer, unless the layer took it from a variable.
local function check_secret(a, scope, option, key, secret)
	local place = a.inv:place(option, scope, key) or {};
	if place.path and not a.open[place.path] and is_open(a, place.path) and content(a, place.path):find(secret, 1, true) then
		add_open_file(a, place.path, "the secret "..option..(scope ~= "*" and " of "..scope or ""), place.line, place.layer);
	end
end

-- component_secret has a finding of its own, SL462.
local function check_placeholder(a, scope, option, key, secret)
	if option ~= "component_secret" and guessable(secret) then
		local host = scope ~= "*" and scope or nil;
		local name = type(key) == "string" and option.."."..key or option;
		a:add({ code = "SL466", severity = "medium", option = option, host = host, hosts = host and { host };
			text = name.." is a placeholder, or one of the secrets that everybody tries first";
			advice = "take a random one, for instance from `openssl rand -hex 24`, and set it on the other side too" }, a.inv:place(option, scope, key));
	end
end

local function check_options(a, scope)
	for option, value in pairs(effective.data(scope) or {}) do
		if type(option) == "string" and (type(value) == "table" or secret_name(a, option)) and option ~= "modules_enabled" then
			each_secret(a, option, value, function (key, secret)
				check_secret(a, scope, option, key, secret);
				check_placeholder(a, scope, option, key, secret);
			end, nil, 0);
		end
	end
end

local function check_variables(a)
	local secrets, list = {}, a.inv.stack:variables() or {};
	for _, variable in ipairs(list) do
		secrets[variable.name] = variable.secret or nil;
	end
	for _, variable in ipairs(list) do
		local is_secret = variable.secret or secret_name(a, variable.name);
		if is_secret and variable.path and variable.value ~= nil and variable.value ~= "" and is_open(a, variable.path) then
			add_open_file(a, variable.path, "the secret "..variable.name, variable.line);
		end
		local of = variable.name:match("^(.*)_FILE$");
		if of and (secrets[of] or secret_name(a, of)) and type(variable.value) == "string" and is_open(a, variable.value) then
			add_open_file(a, variable.value, "the secret "..of);
		end
	end
end

-- Keys and certificates

local function config_folder()
	return _G.prosody.paths.config or ".";
end

local function certificates_folder(a)
	local option = rawget(a.inv.global, "certificates");
	return paths.resolve_relative_path(config_folder(), type(option) == "string" and option or "certs");
end

local function check_key(a, path)
	if is_open(a, path) then
		add_open_file(a, path, "the private key");
	end
end

local function check_keys(a, folder, depth)
	local ok, names, state = pcall(lfs.dir, folder);
	for name in ok and names or function () end, state do
		local path = folder.."/"..name;
		if name:find("%.key$") or name == "privkey.pem" then
			check_key(a, path);
		elseif depth > 0 and name:sub(1, 1) ~= "." and lfs.attributes(path, "mode") == "directory" then
			check_keys(a, path, depth - 1);
		end
	end
end

-- A folder that only others may look into tells nothing; one that is not there says that there are no certificates.
local function can_tell(folder)
	local mode, _, errno = lfs.attributes(folder, "mode");
	return mode == nil and errno == 2 or mode ~= nil and pcall(lfs.dir, folder);
end

local function check_named_keys(a)
	for _, scope in ipairs(table.move(a.hosts, 1, #a.hosts, 2, { "*" })) do
		local ssl = rawget(effective.data(scope) or {}, "ssl");
		if type(ssl) == "table" and type(ssl.key) == "string" then
			check_key(a, paths.resolve_relative_path(config_folder(), ssl.key));
		end
	end
end

local function own_certificate(options)
	local ssl = rawget(options, "ssl");
	return type(ssl) == "table" and type(ssl.certificate) == "string" and ssl.certificate or nil;
end

local function check_named(a, host, file)
	local path = paths.resolve_relative_path(config_folder(), file);
	if not lfs.attributes(path, "mode") then
		a:add({ code = "SL415", severity = "medium", option = "ssl", host = host, hosts = { host }, advice = "correct the path, or put the file there";
			text = "the certificate "..values.line(path).." is not there" }, a.inv:place("ssl", host, "certificate"));
	end
end

-- Prosody's own search: by the names in the certificates, then by the names of files, then those of the domain above.
local function find_certificate(manager, host, known)
	if known[host] == nil then
		known[host] = manager.find_host_cert(host) ~= nil;
	end
	return known[host];
end

-- Does the folder hold anything that could be a certificate?
local function is_empty(folder, depth)
	local ok, names, state = pcall(lfs.dir, folder);
	for name in ok and names or function () end, state do
		if name:find("%.crt$") or name:find("%.pem$") or name:sub(1, 1) ~= "." and depth > 0 and not is_empty(folder.."/"..name, depth - 1) then
			return false;
		end
	end
	return true;
end

local nothing = { find_host_cert = function () end };

local function check_certificates(a)
	local manager = package.loaded["prosody.core.certmanager"] or package.loaded["core.certmanager"];
	if is_empty(certificates_folder(a), 2) then
		manager = nothing;
	end
	local global = own_certificate(a.inv.global);
	local without, known = {}, {};
	for _, host in ipairs(a.hosts) do
		local own = own_certificate(effective.data(host) or {});
		if own then
			check_named(a, host, own);
		elseif not global and manager and manager.find_host_cert and not find_certificate(manager, host, known) then
			without[#without + 1] = host;
		end
	end
	if #without > 0 then
		a:add({ code = "SL415", severity = a.c2s == "loopback" and "low" or "medium", option = "certificates", hosts = without;
			text = ("there is no certificate in %s that fits %s"):format(values.line(certificates_folder(a)), effective.some(without));
			advice = "put certificate and key there (`prosodyctl cert import`), or name them in the host's ssl" });
	end
end

--- Checks files; `a` collects the findings.
function audit_files.check(a)
	a.folders, a.contents, a.open, a.hosts = {}, {}, {}, {};
	for _, group in ipairs(a.inv.groups) do
		if not group.component then
			table.move(group.hosts, 1, #group.hosts, #a.hosts + 1, a.hosts);
		end
	end
	check_variables(a);
	check_options(a, "*");
	for host in pairs(a.inv.group_of) do
		check_options(a, host);
	end
	check_named_keys(a);
	local folder = certificates_folder(a);
	check_keys(a, folder, 1);
	-- Prosody knows certificates of configurations that load.
	if can_tell(folder) and not a.inv.stack:about().broken then
		check_certificates(a);
	end
end

return audit_files;
