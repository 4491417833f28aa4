--- Findings about certificates and keys that the server's user cannot read: prosodyctl as root can, the server fails with them.
local lfs = require "lfs";
local config_path = require "stackloader.config_path";
local values = require "stackloader.values";

-- What the stack itself says of folders on the way to layers and secrets.
local function known_folders(stack)
	local known = {};
	for _, finding in ipairs(stack:findings()) do
		known[finding.code == "SL007" and finding.path or ""] = true;
	end
	return known;
end

-- One finding for each file, or for each folder that hides files.
local function check(context, path, what)
	local user, folder = context.stack:unreadable(path);
	if folder and context.unreadable_folders[folder] then
		return;
	elseif folder then
		context:add("SL007", { path = folder, severity = "warning" },
			("the server's user %s cannot enter this folder, on the way to %s, %s; chown or chmod it"):format(user, path, what));
	elseif user then
		context:add("SL007", { path = path, severity = "warning" },
			("the server's user %s cannot read this %s, %s; chown or chmod it"):format(user,
				lfs.attributes(path, "mode") == "directory" and "folder" or "file", what));
	end
end

local kinds = { certificate = "a certificate", key = "a private key", cafile = "certificates of authorities", dhparam = "Diffie-Hellman parameters" };

-- ssl, https_ssl and the like, also below a port or an address.
local function check_table(context, settings)
	for _, key in ipairs(values.keys(settings)) do
		local value = settings[key];
		if type(value) == "table" then
			check_table(context, value);
		elseif kinds[key] and type(value) == "string" then
			check(context, config_path(value), kinds[key]);
		end
	end
end

local function check_options(context, options)
	for _, name in ipairs(values.keys(options)) do
		local value = options[name];
		if type(name) == "string" and (name == "ssl" or name:find "_ssl$") and type(value) == "table" then
			check_table(context, value);
		end
	end
end

-- `manager.find_cert` goes by names and never opens the files.
local function check_found(context, found)
	if found then
		check(context, found.certificate, kinds.certificate);
		check(context, found.key, kinds.key);
	end
end

local function check_named(context, manager, value, name)
	for _, path in pairs(type(value) == "table" and value or { value }) do
		if type(path) == "string" then
			check_found(context, manager.find_cert(path, name));
		end
	end
end

-- The file of a host, or of a domain above it, that the folder of certificates has by its name.
local function check_host(context, manager, name)
	local at = name;
	while at do
		check_found(context, manager.find_cert(nil, at));
		at = at:match "%.(.+)$";
	end
end

-- Certificates of any name: Prosody opens all that the folder has.
local function check_folder(context, folder, depth)
	if depth == 0 or lfs.attributes(folder, "mode") ~= "directory" then
		return;
	end
	check(context, folder, "a folder of certificates");
	if not pcall(lfs.dir, folder) then
		return;
	end
	local names = {};
	for name in lfs.dir(folder) do
		names[#names + 1] = name;
	end
	table.sort(names);
	for _, name in ipairs(names) do
		local path = folder.."/"..name;
		if lfs.attributes(path, "mode") == "directory" then
			if name:sub(1, 1) ~= "." then
				check_folder(context, path, depth - 1);
			end
		elseif name:find "%.crt$" or name:find "fullchain" then
			check(context, path, kinds.certificate);
			local key = path:gsub("%.crt$", ".key"):gsub("fullchain", "privkey");
			check(context, key, kinds.key);
		end
	end
end

return function (context)
	local manager = package.loaded["prosody.core.certmanager"] or package.loaded["core.certmanager"];
	local global = context.scopes.global;
	context.unreadable_folders = known_folders(context.stack);
	check_options(context, global);
	if not manager or not manager.find_cert then
		return;
	end
	check_folder(context, config_path(type(global.certificates) == "string" and global.certificates or "certs"), 3);
	for _, name in ipairs(values.keys(global)) do
		if type(name) == "string" and name:find "_certificate$" then
			check_named(context, manager, global[name], name:match "^(.*)_certificate$");
		end
	end
	for _, scope in ipairs(context.scopes.list) do
		if scope.host and scope.enabled then
			check_options(context, scope.options);
			check_named(context, manager, scope.options.certificate or global.certificate, scope.name);
			check_host(context, manager, scope.name);
		end
	end
end;
