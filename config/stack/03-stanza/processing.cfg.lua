-- What the server itself says to people, and what must not wait for them.
-- XEP-0352 (client state indication), XEP-0133 (announcements, the feature messaging/announcements).
-- XEP-0079 (advanced message processing) does not exist in Prosody; XEP-0334 (hints) is obeyed without an option.
-- Change it, or set PROSODY_MOTD and PROSODY_WELCOME, to greet people; the feature sends what is set.

motd_text = stack.env.string "PROSODY_MOTD"           -- to everybody who logs in, once a session
welcome_message = stack.env.string "PROSODY_WELCOME"  -- to new accounts; $username and $host are filled in

-- What wakes a dark screen beside messages and calls that Prosody knows itself, as {namespace}name: calls of rooms.
csi_important_payloads = { "{urn:xmpp:call-invites:0}invite" }
