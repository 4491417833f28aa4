--- A path as Prosody resolves it against the folder of its configuration, for options that name certificates and keys.
local paths = require "util.paths";

return function (path)
	local folder = _G.prosody and _G.prosody.paths and _G.prosody.paths.config or ".";
	return paths.resolve_relative_path(folder, path);
end;
