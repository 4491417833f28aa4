-- An invitation is a web page that explains which client to install. Comes from prosody-modules.
-- On Prosody 13 the account can be created on that page as well; 0.12 lacks a module for that (password_policy).
-- Change it (switch it on) where many of those invited have never heard of XMPP.

feature_info = {
	description = "Invitations are web pages that lead to a client",
	depends = { "authentication/invites", "web/http" },
	extra = true,
}

if stack.available "invites_page" and stack.available "register_apps" then
	modules_enabled = {
		"register_apps";  -- the clients that the page offers
		"invites_page";
		stack.available "password_policy" and "invites_register_web" or nil;
	}
end
