--- What our own tables say of values (structured.lua, option_kinds.lua), each with the text in Prosody's source that it was made from. Where the text
-- is no longer found, the values of the option are not judged, and `check` says so (SL501). Read in 0.12.3, 13.0.1, 13.0.6 and 13.0.7.
local file_text = require "stackloader.file_text";

local own_tables = {};

-- A row is { the option, the file, one of these texts must be there, … }; `where`: the row counts only for a file with this text.
local rows = {
	{ "disco_items", "modules/mod_disco.lua", 'elseif type(item[1]) ~= "string" then' };
	{ "gc", "util/gc.lua", 'incremental = set.new { "mode", "threshold", "speed", "step_size" }' };
	{ "gc", "util/gc.lua", 'generational = set.new { "mode", "minor_threshold", "major_threshold" }' };
	{ "limits", "modules/mod_limits.lua", "parse_rate(sess_limits.rate, sess_type)" };
	{ "limits", "modules/mod_limits.lua", "parse_burst(sess_limits.burst, sess_type)" };
	{ "log", "core/loggingmanager.lua", 'logging_levels = { "debug", "info", "warn", "error" }' };
	{ "log", "core/loggingmanager.lua", 'add_rule({ levels = { min = "debug" }, to = sink_type })' };
	{ "network_backend", "net/server.lua", 'if server_type == "event" then' };
	{ "network_backend", "net/server.lua", 'elseif server_type == "select" then' };
	{ "ssl", "util/sslconfig.lua", "finalisers.curveslist = finalisers.ciphers" };
	{ "statistics_interval", "core/statsmanager.lua", 'stats_interval_config ~= "manual"' };
	-- mozilla_ssl_configs has them up to 13.0.6, util/tlsref.lua from 13.0.7 on
	{ "tls_profile", "core/certmanager.lua", "mozilla_ssl_configs[profile]", "tlsref.get_profile(profile_version, profile_name)" };
	{ "archive_expires_after", "modules/mod_mam/mod_mam.lua", 'cleanup_after:lower():match("(%d+)%s*([dwmy]?)")';
		where = 'get_option_string("archive_expires_after"' };
	{ "muc_log_expires_after", "modules/mod_muc_mam.lua", 'cleanup_after:lower():match("(%d+)%s*([dwmy]?)")';
		where = 'get_option_string("muc_log_expires_after"' };
};

local function has_one(text, row)
	for i = 3, #row do
		if text:find(row[i], 1, true) then
			return true;
		end
	end
	return false;
end

-- The text with single blanks for all white space. Core files that cannot be read count as empty, absent modules as nothing to judge.
local function read(folder, file)
	local text = file_text(folder.."/"..file) or not file:find "^modules/" and "" or nil;
	return text and text:gsub("%s+", " ");
end

--- The key by which rules ask whether to judge the values of an option.
function own_tables.key(option)
	return "values of "..option;
end

--- Notes of each text whether it stands in Prosody's source below the folder. `facts` are those of learned.lua.
function own_tables.note(folder, facts)
	for _, row in ipairs(rows) do
		local option, file = row[1], row[2];
		local text = read(folder, file);
		if text and (not row.where or text:find(row.where, 1, true)) then
			facts:note(own_tables.key(option), has_one(text, row), file, row[3], ("SL103 to SL106 and SL114 for the option %s"):format(option));
		end
	end
end

--- Does mod_limits below the folder know s2s for both directions, and limits for each address (Prosody 13.0.6 does)?
function own_tables.limits_addresses(folder)
	local text = read(folder, "modules/mod_limits.lua");
	return text ~= nil and text:find("max_connections_per_ip", 1, true) ~= nil;
end

return own_tables;
