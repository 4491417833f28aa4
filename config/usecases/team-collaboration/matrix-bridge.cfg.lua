-- Bridge to Matrix: a program such as matrix-appservice-bifrost or Slidge's matridge connects as a component and makes
-- rooms there look like rooms here. PROSODY_COMPONENTS=matrix and PROSODY_COMPONENT_SECRET name it
-- (stack/07-interfaces/components); the feature integrations/components makes that a duty.
-- Change the size where long messages get lost.

usecase_info = {
	name = "Bridge to Matrix",
	description = "Rooms of Matrix look like rooms here, through a program that connects",
	features = { "groupchat/muc", "collaboration/bookmarks" },
}

component_stanza_size_limit = 1048576   -- bytes: the lists of large rooms come in one piece
muc_room_default_history_length = 50    -- lines on joining a room
