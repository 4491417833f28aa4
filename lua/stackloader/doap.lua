--- Reads the DOAP file in which Prosody lists the XEPs that it implements, and since when.
local lfs = require "lfs";
local xml = require "util.xml";

local doap = {};

local xmpp = "https://linkmauve.fr/ns/xmpp-doap#";

-- Relative to the folder of Prosody's sources: as in the source package, and as Debian and `make install` lay them out.
local places = { "/doc", "/../../share/doc/prosody/doc", "/../../share/doc/prosody", "/../../doc/prosody" };

local function shell_word(text)
	return "'"..text:gsub("'", "'\\''").."'";
end

local function read_packed(path)
	local pipe = io.popen("gzip -dc -- "..shell_word(path).." 2>/dev/null", "r");
	if not pipe then
		return nil, "gzip cannot be run";
	end
	local text = pipe:read("a");
	if not pipe:close() or text == "" then
		return nil, "gzip cannot unpack it";
	end
	return text;
end

local function read_plain(path)
	local file, problem = io.open(path, "rb");
	if not file then
		return nil, (problem:gsub("^.*: ", ""));
	end
	local text, read_problem = file:read("a");
	file:close();
	return text, read_problem;
end

--- The installed Prosody's DOAP file, or nil and the places that were looked at.
function doap.find()
	local source = _G.prosody.paths.source or ".";
	local tried = {};
	for _, place in ipairs(places) do
		for _, name in ipairs { "/doap.xml", "/doap.xml.gz" } do
			local path = source..place..name;
			repeat
				local count;
				path, count = path:gsub("/[^/]+/%.%./", "/", 1);
			until count == 0;
			if lfs.attributes(path, "mode") == "file" then
				return path;
			end
			tried[#tried + 1] = path;
		end
	end
	return nil, tried;
end

local function field(entry, name)
	local tag = entry:get_child(name, xmpp);
	local text = tag and tag:get_text();
	return text and (text:gsub("%s+", " ")) or nil;
end

-- The modules that a note names: "mod_vcard and mod_vcard_legacy", "mod_csi+mod_csi_simple", "muc/hats". "Moved into mod_x" names it too.
local function modules_in(note)
	local list = {};
	for name in (note or ""):gmatch("mod_([%w_]+)") do
		list[#list + 1] = name;
	end
	return list;
end

local function via(note)
	local numbers = {};
	for number in (note or ""):gmatch("[Vv]ia XEP%-(%d%d%d%d)") do
		numbers[#numbers + 1] = number;
	end
	return numbers;
end

local function one_xep(entry)
	local tag = entry:get_child("xep", xmpp);
	local resource;
	for name, value in pairs(tag and tag.attr or {}) do  -- util.xml keeps the prefix of rdf:resource as a whole namespace
		resource = name:find("resource$") and value or resource;
	end
	local number = resource and resource:match("xep%-(%d%d%d%d)");
	if not number then
		return nil;
	end
	local note = field(entry, "note");
	return {
		xep = number; version = field(entry, "version"); status = field(entry, "status"); since = field(entry, "since");
		gone_since = field(entry, "until"); note = note; modules = modules_in(note); via = via(note);
	};
end

--- The XEPs in the text of a DOAP file, as a list of { xep = "0045", version, status, since, gone_since, note, modules, via }; else nil and why.
function doap.parse(text)
	local tree, problem = xml.parse(text, { allow_comments = true });
	if not tree then
		return nil, tostring(problem);
	end
	local project = tree:get_child("Project", "http://usefulinc.com/ns/doap#");
	if not project then
		return nil, "it holds no Project";
	end
	local list = {};
	for implements in project:childtags("implements") do
		local entry = implements:get_child("SupportedXep", xmpp);
		list[#list + 1] = entry and one_xep(entry);
	end
	return list;
end

--- What the DOAP file at `path` lists, or nil and why not.
function doap.read(path)
	local text, problem = (path:find("%.gz$") and read_packed or read_plain)(path);
	if not text then
		return nil, problem;
	end
	return doap.parse(text);
end

return doap;
