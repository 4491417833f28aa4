--- XEP-0479, the XMPP Compliance Suites 2023: what they ask of a server, and what gives it in Prosody 0.12 and 13.
-- A category has requirements, in the suite's order and words; `level` is the lowest that asks for it: "core" (Server) or "advanced"
-- (Advanced Server). What the suite marks N/A for servers, or asks of clients alone, is left out. Every category asks for the core
-- category's requirements of the same level too.
--
-- `needs` is met when each of its rows is: { modules = any of these in force on the host; on = "muc": on its chat rooms' component instead },
-- { component = any of these modules as a component that belongs to the host }, { ports = service that listens on some port },
-- { option = any of these set }. `hint` says how to get it, where that is more than enabling a module.
return {
	{ name = "Core", requirements = {
		{ feature = "Core features", level = "core", providers = { "RFC 6120" }, needs = {
			{ modules = { "c2s" } }, { modules = { "s2s" } }, { modules = { "saslauth" } }, { modules = { "iq" } },
		} };
		{ feature = "TLS", level = "core", providers = { "RFC 7590" }, needs = { { modules = { "tls" } } } };
		{ feature = "Direct TLS", level = "advanced", providers = { "XEP-0368" }, needs = {
			{ ports = "c2s_direct_tls", or_ports = "legacy_ssl" }, { ports = "s2s_direct_tls" },
		} };
		{ feature = "Feature discovery", level = "core", providers = { "XEP-0030" }, needs = { { modules = { "disco" } } } };
		{ feature = "Feature broadcasts", level = "advanced", providers = { "XEP-0115" }, needs = { { modules = { "disco" } } } };
		-- Prosody loads mod_component with the first Component "…" that names no module.
		{ feature = "Server Extensibility", level = "core", providers = { "XEP-0114" }, needs = { { ports = "component", default = true } } };
		{ feature = "Event publishing", level = "advanced", providers = { "XEP-0163" }, needs = { { modules = { "pep" } } } };
	} };
	{ name = "Web", requirements = {
		{ feature = "Web Connection Mechanisms", level = "core", providers = { "RFC 7395", "XEP-0206" }, needs = {
			{ modules = { "websocket" } }, { modules = { "bosh" } },
		} };
	} };
	{ name = "IM", requirements = {
		{ feature = "Core features", level = "core", providers = { "RFC 6121" }, needs = {
			{ modules = { "roster" } }, { modules = { "presence" } }, { modules = { "message" } },
		} };
		{ feature = "User Avatar Compatibility", level = "advanced", providers = { "XEP-0398", "XEP-0153" }, needs = {
			{ modules = { "vcard_legacy" } }, { modules = { "pep" } },
		} };
		{ feature = "vcard-temp", level = "core", providers = { "XEP-0054" }, needs = { { modules = { "vcard_legacy", "vcard" } } } };
		{ feature = "Outbound Message Synchronization", level = "core", providers = { "XEP-0280" }, needs = { { modules = { "carbons" } } } };
		{ feature = "User Blocking", level = "advanced", providers = { "XEP-0191" }, needs = { { modules = { "blocklist", "blocking" } } } };
		-- XEP-0249 is a message between clients that the server passes on.
		{ feature = "Group Chat", level = "core", providers = { "XEP-0045", "XEP-0249" }, needs = { { component = { "muc" } } } };
		-- mod_bookmarks serves XEP-0402 and, from the same data, XEP-0048. XEP-0410 is part of mod_muc.
		{ feature = "Advanced Group Chat", level = "advanced", providers = { "XEP-0048", "XEP-0313", "XEP-0402", "XEP-0410" }, needs = {
			{ component = { "muc" } }, { modules = { "muc_mam" }, on = "muc" }, { modules = { "bookmarks" } },
		} };
		{ feature = "Persistent Storage of Private Data via PubSub", level = "advanced", providers = { "XEP-0223" }, needs = {
			{ modules = { "pep" } },
		} };
		{ feature = "Private XML Storage", level = "advanced", providers = { "XEP-0049" }, needs = { { modules = { "private" } } } };
		{ feature = "Stream Management", level = "advanced", providers = { "XEP-0198" }, needs = { { modules = { "smacks" } } } };
		{ feature = "History Storage / Retrieval", level = "advanced", providers = { "XEP-0313" }, needs = { { modules = { "mam" } } } };
		{ feature = "File Upload", level = "core", providers = { "XEP-0363" }, needs = {
			{ component = { "http_file_share", "http_upload", "http_upload_external" },
				modules = { "http_file_share", "http_upload", "http_upload_external" } },
		} };
	} };
	{ name = "Mobile", requirements = {
		{ feature = "Stream Management", level = "core", providers = { "XEP-0198" }, needs = { { modules = { "smacks" } } } };
		{ feature = "Client State Indication", level = "core", providers = { "XEP-0352" }, needs = {
			{ modules = { "csi_simple", "csi_battery_saver" } },
		} };
		{ feature = "Third Party Push Notifications", level = "advanced", providers = { "XEP-0357" }, needs = { { modules = { "cloud_notify" } } } };
	} };
	{ name = "A/V Calling", requirements = {
		-- Without a service to tell of, the answer to clients stays empty: mod_turn_external or external_services gives it one.
		{ feature = "STUN/TURN server discovery", level = "core", providers = { "XEP-0215" }, needs = {
			{ modules = { "external_services", "turncredentials" } },
			{ option = { "external_services", "turn_external_secret", "turncredentials_secret" },
				hint = "name a service: enable turn_external with turn_external_secret, or set external_services" },
		} };
	} };
};
