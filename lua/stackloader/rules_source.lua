--- Notes about what was not found in Prosody's source, and what is therefore not judged.
local not_found = require "stackloader.not_found";

return function (context)
	local folder = context.catalogue.source_folder;
	for _, missing in ipairs(not_found.list(context.catalogue)) do
		context:add("SL501", { path = folder.."/"..missing.file, key = missing.pattern },
			("`%s` is not found in this file of Prosody; left out for that: %s"):format(missing.pattern, missing.findings));
	end
end;
