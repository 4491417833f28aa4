--- Watches the files that the configuration comes from, and reloads it once after each burst of changes.
-- What changed is decided by looking at the files. inotify (through luv, libuv's binding to Lua) only says when to look; where luv is not
-- installed, or the files are on a share of another machine, they are looked at every few seconds.
local file_text = require "stackloader.file_text";
local hashes = require "util.hashes";
local lfs = require "lfs";
local net_server = package.loaded["prosody.net.server"] or require "net.server";
local tree = require "stackloader.server_tree";

local watch = {};
watch.__index = watch;

-- So long nothing may have changed before the configuration is reloaded: editors and git write several files, and some of them twice.
local quiet = 0.5;
-- inotify tells of each step of a burst; they are looked at together.
local soon = 0.05;

-- ======== looking at files ========

local function content_hash(path)
	local content = file_text(path);
	return content and hashes.sha256(content, true) or "unreadable";
end

-- Times have whole seconds here: a file changed within the last two could change again without a trace in them.
local function identity(path, attributes)
	local text = ("%d:%d:%d:%d:%d"):format(attributes.dev, attributes.ino, attributes.size, attributes.modification, attributes.change);
	local young = os.time() - math.max(attributes.modification, attributes.change) < 2;
	return { text = text, hash = young and content_hash(path) or nil };
end

-- All files that the configuration comes from, or would come from if it were loaded now.
local function look(loaded)
	local seen = {};
	tree.each_file(loaded, function (path, attributes)
		seen[path] = identity(path, attributes);
	end);
	return seen;
end

local function is_same(path, before, now)
	return now and before.text == now.text and (not before.hash or before.hash == (now.hash or content_hash(path)));
end

-- The paths that differ between two looks, sorted; nil where none does.
local function difference(before, now)
	local paths = {};
	for path, file in next, before do
		if not is_same(path, file, now[path]) then
			paths[#paths + 1] = path;
		end
	end
	for path in next, now do
		if not before[path] then
			paths[#paths + 1] = path;
		end
	end
	table.sort(paths);
	return #paths > 0 and paths or nil;
end

-- ======== inotify ========

-- libuv keeps inotify behind one descriptor of its own, which Prosody's loop waits for.
-- luv asks for a global of its own while it loads, which a running Prosody answers with a traceback in its log: its globals are locked.
local function event_loop()
	local lock = getmetatable(_G);
	setmetatable(_G, nil);
	local found, uv = pcall(require, "luv");
	setmetatable(_G, lock);
	return found and uv or nil;
end

local function exists(path)
	return lfs.symlinkattributes(path, "mode") ~= nil;
end

-- What a note of inotify is about, where that can matter: a file that is looked at, a folder, a link; else nil. A note about what is watched
-- itself has its own name.
function watch:subject(folder, name)
	local path = name and folder.."/"..name or folder;
	if name == folder:match "[^/]*$" and not exists(path) then
		return folder;
	elseif not name or tree.is_part(name) or self.loaded[path] or self.handles[path] then
		return path;
	end
	local mode = lfs.symlinkattributes(path, "mode");
	return (mode == "directory" or mode == "link") and path or nil;
end

function watch:watch_path(path)
	local handle = self.uv.new_fs_event();
	-- An error in here would end the whole process, so it only takes a note.
	local ok, problem = handle:start(path, {}, function (_, name)
		self.noted[#self.noted + 1] = { path, name };
	end);
	if not ok then
		handle:close();
		return nil, problem;
	end
	self.handles[path] = handle;
	return true;
end

-- Watches the folders of now, and what the links in them lead to. Those of before that are still there may have been replaced by others
-- of their name, which inotify does not follow, so all are watched anew.
function watch:watch_paths()
	for _, handle in next, self.handles do
		handle:close();
	end
	self.handles = {};
	local problem;
	tree.each_watched(self.loaded, function (path)
		local mode = not self.handles[path] and not problem and lfs.attributes(path, "mode");
		if mode then
			local ok, why = self:watch_path(path);
			problem = not ok and lfs.attributes(path, "mode") and path..": "..tostring(why) or problem;
		end
	end);
	self:take_notes();
	return problem;
end

-- On Prosody 0.12 a signal may begin a reload between any two lines: notes of before it are no news then, only a reason to look.
function watch:take_notes()
	local loads = self.loads;
	self.uv.run("nowait");
	local notes = self.noted;
	self.noted = {};
	for _, note in ipairs(notes) do
		local path = self:subject(note[1], note[2]);
		if path then
			self.touched[path] = self.touched[path] or self.loads == loads or nil;
			self.dirty = true;
		end
	end
	if self.dirty then
		self:look_in(soon);
	end
end

function watch:start_inotify()
	self.uv = event_loop();
	if not self.uv then
		return nil, "the Lua library luv is not installed";
	end
	local problem = self:watch_paths();
	if problem then
		self:stop_inotify();
		return nil, problem;
	end
	self.descriptor = net_server.watchfd(self.uv.backend_fd(), function ()
		self:take_notes();
	end);
	return true;
end

function watch:stop_inotify()
	for _, handle in next, self.handles do
		handle:close();
	end
	self.handles = {};
	if self.uv then
		self.uv.run("nowait");
	end
	if self.descriptor then
		(self.descriptor.close or self.descriptor.setflags)(self.descriptor, false, false);
	end
	self.uv, self.descriptor = nil, nil;
end

-- ======== one burst ========

function watch:look_in(seconds)
	self.timer = self.timer or self.module:add_timer(seconds, function ()
		self.timer = nil;
		if not self.stopped then
			self:step();
		end
	end);
end

-- A file that inotify told of counts as changed even where its times do not show it.
function watch:forget_touched()
	for path in next, self.touched do
		if self.seen[path] then
			self.seen[path] = { text = "touched" };
		end
	end
	self.touched = {};
end

-- Folders come and go with what was changed. Watched first, looked at then: so nothing falls between.
function watch:renew()
	self:take_notes();
	local problem = self:watch_paths();
	if problem then
		self:stop_inotify();
		self.log("warn", "inotify fails (%s), looking at the files every %g s from now on", problem, self.interval);
		self:look_often();
	end
end

-- Reloads once two looks half a second apart found the same, and something else than when the configuration was loaded.
function watch:step()
	self.timer = true; -- notes taken in here are of before the look
	if self.uv then
		self:renew();
	end
	local now = look(self.loaded);
	self:forget_touched();
	local changed = difference(self.seen, now);
	local settled = self.pending and not self.dirty and not difference(self.pending, now);
	self.timer, self.dirty, self.pending = nil, false, nil;
	if not changed then
		self.seen = now; -- the same, only older
	elseif settled then
		self:reload(changed);
	else
		self.pending = now;
		self:look_in(quiet);
	end
end

function watch:reload(changed)
	local named = table.concat(changed, ", ", 1, math.min(#changed, 3)):gsub("%c", "?");
	self.log("info", "changed: %s%s; reloading the configuration", named, #changed > 3 and (" and %d more"):format(#changed - 3) or "");
	local prosody = _G.prosody;
	-- As for a signal: what answers a reload may wait for something.
	prosody.main_thread:run(function ()
		prosody.reload_config();
	end);
end

-- ======== start and end ========

function watch:look_often()
	self.module:add_timer(self.interval, function ()
		if self.stopped then
			return;
		elseif not self.timer then
			self:step();
		end
		return self.interval;
	end);
end

--- Watches from now on. how is true, or "stat" for looking every `interval` seconds only; log takes a level, a format and what is in it.
function watch.start(module, how, interval, log)
	local self = setmetatable({ module = module, interval = interval, log = log, handles = {}, noted = {}, touched = {}, loads = 0 }, watch);
	self.loaded = tree.loaded();
	local ok, problem;
	if how ~= "stat" then
		ok, problem = self:start_inotify();
	end
	self.seen = look(self.loaded);
	if ok then
		module:log("info", "watching the files of the configuration by inotify");
	else
		self.log("info", "watching the files of the configuration, looking every %g s%s", interval, problem and (" (%s)"):format(problem) or "");
		self:look_often();
	end
	return self;
end

--- A load begins, whoever asked for it: what changes from now on is news.
function watch:reloading()
	if self.uv then
		self:take_notes();
	end
	self.loads = self.loads + 1;
	self.touched, self.dirty, self.pending = {}, false, nil;
	self.seen = look(self.loaded);
end

--- The load was good. Files that it was the first to read are no news.
function watch:reloaded()
	self.loaded = tree.loaded();
	for path in next, self.loaded do
		local attributes = not self.seen[path] and lfs.attributes(path);
		if attributes then
			self.seen[path] = identity(path, attributes);
		end
	end
	-- What changed while it loaded, in folders that were not watched so far too.
	if self.uv then
		self:look_in(soon);
	end
end

--- Ends it.
function watch:stop()
	self.stopped = true;
	self:stop_inotify();
end

return watch;
