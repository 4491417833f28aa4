--- Is a secret a placeholder that somebody forgot to replace, or one that everybody tries first?
local words = require "stackloader.words";

local common = words.set [[
	secret password passwd pass passphrase changeme change-me change_me changeit changethis prosody component jabber xmpp 123456 1234567 12345678
	123456789 1234567890 example test testing admin root letmein qwerty abc123 default none todo fixme xxx xxxx supersecret topsecret verysecret
	mysecret mypassword secretpassword yourpassword yoursecret turnsecret
]];

-- In lower case, with everything but letters and digits taken out of the first kind.
local placeholders = { "^change.*me", "^change.*this", "^replace", "^your", "^my.*secret$", "^my.*password$", "^insert", "^enter", "^put.*here",
	"placeholder", "^this.*secret", "^some.*secret", "^some.*password", "^x+$", "^use.*strong", "^generate" };

return function (secret)
	local text = secret:lower();
	if common[text] or text:find("^<.*>$") or text:find("^%[.*%]$") or text:find("^%${.*}$") or text:find("^[%.%*%-_x]+$") then
		return true;
	end
	local bare = text:gsub("[^%w]", "");
	for _, pattern in ipairs(placeholders) do
		if bare:find(pattern) and #bare < 40 then
			return true;
		end
	end
	return common[bare] or false;
end;
