--- What Prosody's own loader makes of a configuration file, for specs that compare two.
local support = require "spec.support";

local quote = support.quote;

local loaded_by = {};

--- The options of every scope as text; `variables` stand before the command.
function loaded_by.text(prosody, path, variables)
	local output = support.run(("%s LUA_PATH=%s lua5.4 %s %s %s %s %s"):format(variables or "", quote(support.project.."/lua/?.lua;;"),
		quote(support.project.."/spec/loaded.lua"), prosody.name, quote(prosody.source), quote(support.build), quote(path)));
	local text = output:match "^= [^\n]*\n(.*)$";
	assert(text, output);
	return text;
end

--- Both files give the same values, and there are some.
function loaded_by.assert_same(prosody, first, second, variables)
	local text = loaded_by.text(prosody, first, variables);
	assert(not text:find "^refused", text);
	require "busted".assert.equal(text, loaded_by.text(prosody, second, variables));
end

return loaded_by;
