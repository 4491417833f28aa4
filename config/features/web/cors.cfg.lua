-- Which web pages may speak to the web server from a visitor's browser. Prosody lets all in, as most servers want it.
-- PROSODY_WEB_ORIGINS names those that may; this feature makes the variable a duty, so that a server which means to
-- restrict them does not run open because a line is missing. stack/07-interfaces/http does the work.
-- Change it (switch it on) where only your own pages should.

feature_info = {
	description = "Only the named web pages may connect",
	depends = { "web/http" },
	extra = true,
}

if #stack.env.list("PROSODY_WEB_ORIGINS", {}) == 0 then
	error("The feature web/cors is on, but PROSODY_WEB_ORIGINS is not set: name the pages, as in https://chat.example.org", 0)
end
