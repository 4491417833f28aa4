--- Findings about certificates: which of them Prosody takes is decided by core/certmanager, and not always by the option that names one.
local lfs = require "lfs";
local config_path = require "stackloader.config_path";
local file_text = require "stackloader.file_text";
local values = require "stackloader.values";
local x509_dates = require "stackloader.x509_dates";

local function same_content(one, other)
	return one == other or file_text(one) ~= nil and file_text(one) == file_text(other);
end

-- What Prosody knows of the folder of certificates: name → file → services; nil where it cannot be told.
local function read_index(context, manager)
	local option = context.scopes.global.certificates;
	local folder = config_path(type(option) == "string" and option or "certs");
	if lfs.attributes(folder, "mode") ~= "directory" or not pcall(lfs.dir, folder) then
		return nil;
	end
	local ok, index = pcall(manager.index_certs, folder);
	return ok and index or nil;
end

local function own_certificate(context, scope)
	for _, options in ipairs { scope.options, context.scopes.global } do
		if type(options.ssl) == "table" and type(options.ssl.certificate) == "string" then
			return options.ssl.certificate;
		end
	end
end

-- The option that names a certificate for the host, and the scope that sets it.
local function named_certificate(context, scope)
	for name, options in pairs { [scope.name] = scope.options, ["*"] = scope.options.certificate == nil and context.scopes.global or {} } do
		if type(options.certificate) == "string" then
			return options.certificate, name;
		end
	end
end

local function check_ignored(context, manager, scope, entry)
	local option, from = named_certificate(context, scope);
	local named = option and manager.find_cert(option, scope.name);
	if option and not (named and same_content(named.certificate, entry.certificate)) then
		context:add("SL118", { scope = from, option = "certificate" },
			("certificate: Prosody ignores it for %s, because the folder of certificates has %s, which names that host; take one of the two out, or write "
				.."ssl = { certificate = …, key = … }"):format(scope.name, entry.certificate));
	end
end

local function check_several(context, scope, certificates)
	local files = {};
	for _, path in ipairs(values.keys(certificates or {})) do
		if not files[1] or not same_content(files[1], path) then
			files[#files + 1] = path;
		end
	end
	if #files > 1 then
		context:add("SL119", { path = scope.host.path, line = scope.host.line, layer = scope.host.layer, scope = scope.name, element = files[1] },
			("%s: the folder of certificates has %s for it, and Prosody takes one of them, not always the same; take all but one out"):format(scope.name,
				table.concat(files, " and ")));
	end
end

local function loader()
	local ok, ssl = pcall(require, "ssl");
	return ok and ssl.loadcertificate or nil;
end

-- "has expired on …" or "is not valid before …"; nil of a certificate that is valid or cannot be read.
local function invalidity(path)
	local load_certificate = loader();
	local text = load_certificate and file_text(path);
	local ok, certificate = pcall(load_certificate or error, text or "");
	if not ok or not certificate or certificate:validat(os.time()) then
		return nil;
	end
	local starts = x509_dates.ordered(certificate:notbefore()) > os.date("!%Y%m%d%H%M%S");
	return starts and "is not valid before "..certificate:notbefore() or "has expired on "..certificate:notafter();
end

local function check_validity(context, scope, path, option)
	local problem = invalidity(path);
	if problem then
		local at = option and { scope = scope.options[option] ~= nil and scope.name or "*", option = option }
			or { path = scope.host.path, line = scope.host.line, layer = scope.host.layer, scope = scope.name };
		at.element = not option and path or nil;
		context:add("SL120", at, ("%s: Prosody takes the certificate %s, which %s; put a new one there"):format(scope.name, path, problem));
	end
end

-- Without a certificate that names the host Prosody goes by the names of files, of the host and of the domains above it.
local function taken_by_name(context, manager, index, scope)
	local host, option = scope.name, named_certificate(context, scope);
	while host do
		local entry = manager.find_cert_in_index(index, host);
		local named = not entry and manager.find_cert(host == scope.name and option or nil, host);
		if entry or named then
			return named and named.certificate, host == scope.name and option and "certificate" or nil;
		end
		host = host:match("%.(.+)$");
	end
end

local function check_host(context, manager, index, scope)
	local own = own_certificate(context, scope);
	if own then
		return check_validity(context, scope, config_path(own), "ssl");
	end
	local entry = manager.find_cert_in_index(index, scope.name);
	if entry then
		check_ignored(context, manager, scope, entry);
		return check_several(context, scope, index[scope.name] or index[scope.name:gsub("^[^.]+%.", "*.")]);
	end
	local path, option = taken_by_name(context, manager, index, scope);
	if path then
		check_validity(context, scope, path, option);
	end
end

-- A certificate of the folder that Prosody may take for the service, and that is none of those that the option names.
local function other_certificate(manager, index, service, value)
	local named = {};
	for _, path in pairs(type(value) == "table" and value or { value }) do
		local entry = type(path) == "string" and manager.find_cert(path, service);
		named[#named + 1] = entry and entry.certificate or nil;
	end
	for _, name in ipairs(values.keys(index)) do
		for path, services in pairs(index[name]) do
			local is_named = false;
			for _, own in ipairs(named) do
				is_named = is_named or same_content(own, path);
			end
			if not is_named and (services[service] or services["*"]) then
				return path;
			end
		end
	end
end

-- https_certificate and the like count only where the folder has no certificate that is good for the service.
local function check_service(context, manager, index, option)
	local reader = option:find("_certificate$") and context.catalogue:option(option)[1];
	local service = reader and reader.family;
	local other = service and other_certificate(manager, index, service, context.scopes.global[option]);
	if other then
		context:add("SL118", { scope = "*", option = option },
			("%s: Prosody ignores it, because the folder of certificates has a certificate that it can take (%s); write %s_ssl = { certificate = …, "
				.."key = … }"):format(option, other, service));
	end
end

return function (context)
	local manager = package.loaded["prosody.core.certmanager"] or package.loaded["core.certmanager"];
	if not manager or not manager.index_certs or not manager.find_cert_in_index then
		return;
	end
	local index = read_index(context, manager) or {};
	for _, scope in ipairs(context.scopes.list) do
		if scope.host and scope.enabled then
			check_host(context, manager, index, scope);
		end
	end
	for _, option in ipairs(values.keys(context.scopes.global)) do
		if type(option) == "string" then
			check_service(context, manager, index, option);
		end
	end
end;
