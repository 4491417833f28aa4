-- The server calls a program when a message comes for an address of its own, bot.<domain>: PROSODY_WEBHOOK_URL names the
-- program, PROSODY_WEBHOOK_DOMAIN another address, stack/08-integration/webhooks what is sent. mod_rest is packaged for
-- Prosody 13; nothing on 0.12 does it: an external component (integrations/components) is the way there.
-- Change it (switch it on) for bots that live behind a web server.

feature_info = { description = "The server calls a program", depends = { "web/http" }, extra = true }

if not stack.env.string "PROSODY_WEBHOOK_URL" then
	error("The feature integrations/webhooks is on, but PROSODY_WEBHOOK_URL is not set: name the program to call", 0)
end

if stack.available "rest" then
	Component(stack.env.string("PROSODY_WEBHOOK_DOMAIN", "bot." .. stack.domain)) "rest"
	name = "Bot"  -- what clients call it
end
