-- Visitors of a website write without an account: a host of its own, guest.<domain>, where everybody is let in and
-- forgotten on leaving. Their web client connects by WebSocket or BOSH. XEP-0175 (anonymous login).
-- PROSODY_GUEST_DOMAIN gives it another address; paranoid and most compliance policies refuse it.
-- Change the rate where visitors send pictures.

usecase_info = {
	name = "Live chat",
	description = "Visitors of a website write without an account",
	features = { "web/websocket", "web/bosh", "groupchat/muc" },
}

VirtualHost(stack.env.string("PROSODY_GUEST_DOMAIN", "guest." .. stack.domain))
authentication = "anonymous"
allow_anonymous_s2s = false      -- guests reach this server alone
allow_registration = false
modules_disabled = { "mam", "offline", "cloud_notify", "user_account_management" }  -- nothing of a guest stays
