-- Telling a web application what happens: PROSODY_WEBHOOK_URL, to which the feature integrations/webhooks posts what comes
-- to a component of the module rest. Prosody 13 with prosody-modules; 0.12 has nothing for it but external components
-- (stack/07-interfaces/components).
-- Change what is posted where the application does not answer presence or queries.

rest_callback_url = stack.env.string "PROSODY_WEBHOOK_URL"
rest_callback_content_type = "application/json"  -- or application/xmpp+xml, the stanza as it is
rest_callback_stanzas = { "message" }            -- presence and iq are for applications that speak XMPP
