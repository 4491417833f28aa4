--- Comments by which a layer accepts a finding: `-- stackloader: accept SL101 the reason`, on the line that the finding points at.
local codes = require "stackloader.codes";
local effective = require "stackloader.effective";
local values = require "stackloader.values";

local accept = {};

local mark = "stackloader:%s*accept%f[%W]";

-- Findings of the audit are accepted by the same comments, and known to the audit alone.
local function is_audit(code)
	return code:find("^SL4") ~= nil;
end

local function parse(comment, path, line)
	local words = comment:match(mark.."(.*)");
	if not words then
		return nil;
	end
	local entry = { path = path, line = line, codes = {}, used = {} };
	while words:find("^[%s,]*SL%d+") do
		local code, rest = words:match("^[%s,]*(SL%d+)(.*)");
		entry.codes[#entry.codes + 1] = code;
		words = rest;
	end
	entry.reason = words:match("^[%s:,]*(.-)%s*$");
	return entry;
end

--- All such comments in the files of the texts: { path, line, codes, reason }.
function accept.comments(texts)
	local list = {};
	for _, path in ipairs(texts.paths) do
		if texts:content(path):find("stackloader:", 1, true) then
			local _, comments = texts:tokens(path);
			for _, comment in ipairs(comments) do
				list[#list + 1] = parse(comment.text, path, comment.line);
			end
		end
	end
	return list;
end

-- A finding about a whole layer is accepted anywhere in its file.
local whole_layer = { SL311 = true };

local function accepts(entry, finding)
	if entry.path ~= finding.path then
		return false;
	end
	for i, code in ipairs(entry.codes) do
		if code == finding.code and (entry.line == finding.line or entry.line == finding.name_line or whole_layer[code]) then
			entry.used[i] = true;
			return true;
		end
	end
	return false;
end

-- What the configuration is refused for cannot be accepted: there is nothing to go on with.
local function is_acceptable(finding)
	return not (finding.severity == "error" and (finding.code or "SL0"):find("^SL0"));
end

local function is_accepted(entries, finding)
	local accepted = false;
	for _, entry in ipairs(entries[finding.path] or {}) do
		accepted = accepts(entry, finding) or accepted;
	end
	return accepted and is_acceptable(finding);
end

-- Found once the main file has run to its end.
local found_later = { SL050 = true };

local function problem_with(entry, unfinished)
	if #entry.codes == 0 then
		return "SL122", "this comment accepts nothing: it names no code; write -- stackloader: accept SL101 and the reason";
	end
	for i, code in ipairs(entry.codes) do
		if not codes[code] and not is_audit(code) then
			return "SL122", ("there is no finding %s to accept%s"):format(code, effective.suggestion(code, values.keys(codes)));
		elseif not entry.used[i] and not is_audit(code) and not (unfinished and found_later[code]) then
			return "SL122", ("no finding %s is on this line; take the comment out, or put it where the finding is"):format(code);
		end
	end
	if entry.reason == "" then
		return "SL121", ("why is %s accepted? write the reason behind the code"):format(table.concat(entry.codes, ", "));
	end
end

--- The findings that no comment accepts, and one for each comment without a reason or without a finding. `unfinished`: the main file still runs.
function accept.apply(findings, texts, unfinished)
	local list = accept.comments(texts);
	local by_path, kept = {}, {};
	for _, entry in ipairs(list) do
		by_path[entry.path] = by_path[entry.path] or {};
		table.insert(by_path[entry.path], entry);
	end
	for _, finding in ipairs(findings) do
		if not is_accepted(by_path, finding) then
			kept[#kept + 1] = finding;
		end
	end
	for _, entry in ipairs(list) do
		local code, text = problem_with(entry, unfinished);
		if code then
			kept[#kept + 1] = { severity = codes[code].severity, code = code, path = entry.path, line = entry.line, text = text };
		end
	end
	return kept;
end

return accept;
