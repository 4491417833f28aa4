--- Prosody's index of the certificates folder (core/certmanager.lua: index_certs), kept between reloads: only files that changed are read again.
local file_text = require "stackloader.file_text";
local lfs = require "lfs";
local stackloader = require "stackloader";
local time = require "util.time";
local x509_dates = require "stackloader.x509_dates";

local certificates = {};
certificates.__index = certificates;

-- As in index_certs: how deep it looks, and which first line a certificate has.
local DEPTH = 3;
-- The clock of file systems advances by the kernel's tick, a hundredth of a second at most; in seconds.
local TICK = 0.02;
local FIRST_LINE = "-----BEGIN CERTIFICATE-----";

--- The identity of a file: a text that changes with it. Nil for one that was changed after `since` (seconds since 1970, with fractions): what was
-- read of it may be older. `since` is nil where nothing was read of it before now; files that are younger than the file system's clock can tell have
-- no identity then. Also returns whether there is a file.
function certificates.identity(path, since)
	local identity = stackloader.identity(path);
	local changed = identity and tonumber(identity:match "([%d.]+)$");
	return changed and changed < (since or time.now() - TICK) and identity or nil, identity ~= nil;
end

local function key_of(path)
	return (path:gsub("%.crt$", ".key"):gsub("fullchain", "privkey"));
end

--- load(text) makes a certificate of PEM text, identities(certificate) gives name → services, as Prosody's own do.
function certificates.new(load, identities, log)
	return setmetatable({ load = load, identities = identities, log = log, files = {}, by_name = {} }, certificates);
end

-- What a file says: { names, from, to }, the last two as x509_dates orders them. Nil of one that index_certs does not take.
function certificates:read(path)
	local text = file_text(path);
	if not text or text:match "^[^\n]*" ~= FIRST_LINE then
		return nil;
	end
	local ok, certificate = pcall(self.load, text);
	if not ok or not certificate then   -- index_certs raises an error then, and reads no further file
		self.log("error", "%s: this is no certificate that can be read, perhaps half of one; it is left out", path);
		return nil;
	end
	return { names = self.identities(certificate), from = x509_dates.ordered(certificate:notbefore()), to = x509_dates.ordered(certificate:notafter()) };
end

local function is_valid(content, now)
	return content.from <= now and now <= content.to;
end

function certificates:forget(path)
	local names = self.files[path] and self.files[path].names;
	for name in pairs(names or {}) do
		self.by_name[name][path] = nil;
		self.by_name[name] = next(self.by_name[name]) and self.by_name[name] or nil;
	end
	self.files[path] = nil;
end

function certificates:add(path, file)
	self.files[path] = file;
	for name, services in pairs(file.names or {}) do
		self.by_name[name] = self.by_name[name] or {};
		self.by_name[name][path] = services;
	end
end

-- Takes a file up, unless it is as it was: the same file, with a key as before, and valid as before.
function certificates:look(path, now)
	local known, identity = self.files[path], certificates.identity(path);
	local has_key = stackloader.identity(key_of(path)) ~= nil;
	local content;
	if known and identity and known.identity == identity then
		content = known.content;
	else
		content = self:read(path) or false;
	end
	local names = content and has_key and is_valid(content, now) and content.names or nil;
	if not known or known.names ~= names then
		self:forget(path);
		self:add(path, { content = content, names = names });
	end
	self.files[path].identity, self.files[path].content = identity, content;
end

function certificates:walk(folder, depth, seen, now)
	local ok, iterate, state = pcall(lfs.dir, folder);
	if not ok then
		self.log("error", "Error indexing certificate directory %s: %s", folder, iterate);
		return;
	end
	for name in iterate, state do
		local path = folder.."/"..name;
		if (name:find "%.crt$" or name:find "fullchain") and stackloader.identity(path) then
			seen[path] = true;
			self:look(path, now);
		elseif name:sub(1, 1) ~= "." and depth > 1 and lfs.attributes(path, "mode") == "directory" then
			self:walk(path, depth - 1, seen, now);
		end
	end
end

--- What index_certs(folder) gives: name → path → services. It is the same table each time, brought up to date.
function certificates:refresh(folder)
	local seen = {};
	self:walk(folder, DEPTH, seen, os.date "!%Y%m%d%H%M%S");
	for path in pairs(self.files) do
		if not seen[path] then
			self:forget(path);
		end
	end
	return self.by_name;
end

return certificates;
