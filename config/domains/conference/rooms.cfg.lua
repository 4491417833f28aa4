-- What a new room of these is like until its owner says otherwise. XEP-0045, XEP-0421.
-- PROSODY_CONFERENCE_LANGUAGE is the language that rooms announce (en, de …), PROSODY_CONFERENCE_MAX_ROOMS how many there
-- may be.
-- Change it for these rooms alone: members only, moderated, and the like.

if not stack.feature "groupchat/muc" then return end

Component(stack.env.string("PROSODY_CONFERENCE_DOMAIN", "conference." .. stack.domain))

muc_room_default_language = stack.env.string "PROSODY_CONFERENCE_LANGUAGE"
muc_max_rooms = stack.env.integer "PROSODY_CONFERENCE_MAX_ROOMS"  -- no bound unless set
