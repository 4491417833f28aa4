-- The server wakes other apps of Android, too: UnifiedPush, with Conversations as the distributor on the phone.
-- From prosody-modules; apps reach it at /push of the web server, which must be reachable from the Internet.
-- Change it (switch it on) where people avoid Google's services.

feature_info = { description = "Push for other apps of a phone", depends = { "web/http" }, extra = true }

if stack.available "unified_push" then
	modules_enabled = { "unified_push" }
end
