--- Collects the findings of the audit. A global mistake is one finding, whatever number of hosts it bears on; a host's own is one a host.
local values = require "stackloader.values";

local audit_findings = {};
local methods = {};
local mt = { __index = methods };

--- A collection for what the inventory tells of.
function audit_findings.new(inv)
	return setmetatable({ inv = inv, list = {}, shared = {} }, mt);
end

-- What no line sets is a finding of the main file as a whole, and says so.
local function with_place(inv, finding, place)
	if not place or not (place.path or place.layer) then
		place = inv:main_file();
		finding.why = (finding.why and finding.why..", " or "").."no line of this file or of a layer sets it";
	end
	finding.why = finding.why or place.why;
	finding.layer, finding.path, finding.line = place.layer, place.path, place.line;
	return finding;
end

local function copy(finding)
	local new = {};
	for key, value in pairs(finding) do
		new[key] = value;
	end
	new.element = nil;
	return new;
end

--- Adds { code, severity, text, advice, option, element }: the place is where the option, or that element of it, was decided globally.
-- `place`, if given, is the place instead.
function methods:add(finding, place)
	if not place and finding.option then
		place = self.inv:place(finding.option, "*", finding.element);
	end
	finding.element = nil;
	self.list[#self.list + 1] = with_place(self.inv, finding, place);
	return finding;
end

--- Adds a finding that bears on a group of hosts, once for all groups that it bears on at this place (nil: the option's, if it has one).
function methods:add_shared(group, finding, place)
	if not place and finding.option then
		place = self.inv:place(finding.option, "*", finding.element);
	end
	place = place or {};
	local key = table.concat({ finding.code, finding.severity, finding.text, place.path or "", place.line or "" }, "\0");
	local known = self.shared[key];
	if not known then
		known = copy(finding);
		known.hosts = {};
		self.shared[key] = known;
		self:add(known, place);
	end
	table.move(group.hosts, 1, #group.hosts, #known.hosts + 1, known.hosts);
end

--- Adds a finding about a group of hosts that comes from an option of theirs: for each host where the host decided it, else once, with
-- the hosts that it bears on. What is decided nowhere counts as decided globally.
function methods:add_for(group, finding)
	local _, scope = self.inv:value(group, finding.option);
	if scope ~= "host" then
		return self:add_shared(group, finding);
	end
	for _, host in ipairs(group.hosts) do
		local own = copy(finding);
		own.host, own.hosts = host, { host };
		self.list[#self.list + 1] = with_place(self.inv, own, self.inv:place(finding.option, host, finding.element));
	end
end

--- The same of a module that the group has: the place is where it was enabled.
function methods:add_for_module(group, name, finding)
	local reason = group.modules[name];
	local why, place = self.inv:why(group, name);
	finding.option, finding.module = "modules_enabled", name;
	finding.why = reason.how == "needed" and why or nil;
	self:add_shared(group, finding, place or {});
end

--- The same of a component itself: the place is where it was opened.
function methods:add_for_component(group, finding)
	for _, host in ipairs(group.hosts) do
		local own = copy(finding);
		own.host, own.hosts = host, { host };
		self.list[#self.list + 1] = with_place(self.inv, own, self.inv:opened(host));
	end
end

local ranks = { high = 1, medium = 2, low = 3 };

local function place_text(finding)
	return finding.path or finding.layer or "";
end

local function before(a, b)
	if ranks[a.severity] ~= ranks[b.severity] then
		return ranks[a.severity] < ranks[b.severity];
	elseif a.code ~= b.code then
		return a.code < b.code;
	elseif a.text ~= b.text then
		return a.text < b.text;
	elseif place_text(a) ~= place_text(b) then
		return place_text(a) < place_text(b);
	elseif (a.line or 0) ~= (b.line or 0) then
		return (a.line or 0) < (b.line or 0);
	end
	return (a.host or "") < (b.host or "");
end

-- The line of a file, each file read once; only the last file is kept, since the findings come sorted.
local function line_reader()
	local last, lines;
	return function (path, number)
		if path ~= last then
			last, lines = path, {};
			local file = io.open(path, "r");
			for line in file and file:lines() or function () end do
				lines[#lines + 1] = line;
			end
			if file then
				file:close();
			end
		end
		return lines[number] or "";
	end;
end

local function is_accepted(line, code)
	local codes = line:match("%-%-.*stackloader:%s*accept%s+([SL%d%s,]+)");
	return codes ~= nil and codes:find(code.."%f[%D]") ~= nil;
end

-- The files under restrict: what is insecure in them is not for those to accept who write them.
local function restricted_paths(stack)
	local paths = {};
	for _, layer in ipairs(stack:layers()) do
		paths[layer.path or ""] = layer.restricted;
	end
	return paths;
end

--- The findings, the worst first, without those that a comment on their line accepts (-- stackloader: accept SL404 reason); and the number of
-- those.
function methods:sorted()
	table.sort(self.list, before);
	local restricted = restricted_paths(self.inv.stack);
	local read, kept, accepted = line_reader(), {}, 0;
	for _, finding in ipairs(self.list) do
		if finding.path and finding.line and not restricted[finding.path] and is_accepted(read(finding.path, finding.line), finding.code) then
			accepted = accepted + 1;
		else
			kept[#kept + 1] = finding;
		end
	end
	return kept, accepted;
end

--- The value as it may be shown: short, and without secrets.
function methods:shown(value)
	local text = values.line(self.inv.stack:redact(value));
	return #text > 60 and text:sub(1, 57):gsub("[\128-\255]*$", "").."…" or text;
end

return audit_findings;
