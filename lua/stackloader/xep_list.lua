--- What Prosody's DOAP file does not say of the XEPs in it: their names, and where its notes name no module, the modules; also some that
-- community modules serve.
-- A row: number = { name, module, module … }. Any of the modules serves the XEP; without one it is part of Prosody itself.
local names = {
	["0004"] = { "Data Forms" };
	["0009"] = { "Jabber-RPC" };
	["0012"] = { "Last Activity" };
	["0016"] = { "Privacy Lists" };
	["0030"] = { "Service Discovery", "disco" };
	["0044"] = { "Full Namespace Support for XML Streams" };
	["0045"] = { "Multi-User Chat", "muc" };
	["0048"] = { "Bookmarks" };
	["0049"] = { "Private XML Storage" };
	["0050"] = { "Ad-Hoc Commands" };
	["0054"] = { "vcard-temp" };
	["0059"] = { "Result Set Management", "mam", "muc_mam", "pep", "pubsub" };
	["0060"] = { "Publish-Subscribe" };
	["0065"] = { "SOCKS5 Bytestreams" };
	["0068"] = { "Field Standardization for Data Forms" };
	["0077"] = { "In-Band Registration", "register_ibr", "user_account_management" };
	["0078"] = { "Non-SASL Authentication" };
	["0080"] = { "User Location" };
	["0082"] = { "XMPP Date and Time Profiles" };
	["0084"] = { "User Avatar" };
	["0090"] = { "Legacy Entity Time" };
	["0091"] = { "Legacy Delayed Delivery" };
	["0092"] = { "Software Version", "version" };
	["0106"] = { "JID Escaping" };
	["0107"] = { "User Mood" };
	["0108"] = { "User Activity" };
	["0114"] = { "Jabber Component Protocol", "component" };
	["0115"] = { "Entity Capabilities", "disco" };
	["0118"] = { "User Tune" };
	["0122"] = { "Data Forms Validation" };
	["0124"] = { "Bidirectional-streams Over Synchronous HTTP (BOSH)" };
	["0126"] = { "Invisibility" };
	["0128"] = { "Service Discovery Extensions", "disco" };
	["0133"] = { "Service Administration" };
	["0138"] = { "Stream Compression" };
	["0153"] = { "vCard-Based Avatars" };
	["0156"] = { "Discovering Alternative XMPP Connection Methods", "http_altconnect" };
	["0157"] = { "Contact Addresses for XMPP Services", "server_contact_info" };
	["0160"] = { "Best Practices for Handling Offline Messages", "offline" };
	["0163"] = { "Personal Eventing Protocol", "pep" };
	["0170"] = { "Recommended Order of Stream Feature Negotiation" };
	["0172"] = { "User Nickname" };
	["0175"] = { "Best Practices for Use of SASL ANONYMOUS", "auth_anonymous" };
	["0178"] = { "Best Practices for Use of SASL EXTERNAL with Certificates", "s2s_auth_certs" };
	["0182"] = { "Application-Specific Error Conditions" };
	["0184"] = { "Message Delivery Receipts" };
	["0185"] = { "Dialback Key Generation and Validation", "dialback" };
	["0189"] = { "Public Key Publishing" };
	["0191"] = { "Blocking Command" };
	["0194"] = { "User Chatting" };
	["0195"] = { "User Browsing" };
	["0196"] = { "User Gaming" };
	["0197"] = { "User Viewing" };
	["0198"] = { "Stream Management" };
	["0199"] = { "XMPP Ping", "ping" };
	["0202"] = { "Entity Time" };
	["0203"] = { "Delayed Delivery" };
	["0205"] = { "Best Practices to Discourage Denial of Service Attacks", "limits" };
	["0206"] = { "XMPP Over BOSH", "bosh" };
	["0212"] = { "XMPP Basic Server 2008" };
	["0215"] = { "External Service Discovery" };
	["0220"] = { "Server Dialback", "dialback" };
	["0222"] = { "Persistent Storage of Public Data via PubSub" };
	["0223"] = { "Persistent Storage of Private Data via PubSub" };
	["0227"] = { "Portable Import/Export Format for XMPP-IM Servers", "storage_xep0227" };
	["0237"] = { "Roster Versioning", "roster" };
	["0249"] = { "Direct MUC Invitations" };
	["0257"] = { "Client Certificate Management for SASL EXTERNAL", "client_certs" };
	["0279"] = { "Server IP Check", "ipcheck" };
	["0280"] = { "Message Carbons", "carbons" };
	["0286"] = { "Mobile Considerations on LTE Networks" };
	["0288"] = { "Bidirectional Server-to-Server Connections", "s2s_bidi" };
	["0292"] = { "vCard4 Over XMPP" };
	["0297"] = { "Stanza Forwarding", "carbons", "mam" };
	["0302"] = { "XMPP Compliance Suites 2012" };
	["0307"] = { "Unique Room Names for Multi-User Chat" };
	["0313"] = { "Message Archive Management" };
	["0317"] = { "Hats", "muc" };
	["0318"] = { "Best Practices for Client Initiated Presence Probes", "presence" };
	["0333"] = { "Displayed Markers", "mam", "muc" };
	["0334"] = { "Message Processing Hints", "carbons", "mam", "muc" };
	["0352"] = { "Client State Indication" };
	["0353"] = { "Jingle Message Initiation" };
	["0355"] = { "Namespace Delegation", "delegation" };
	["0356"] = { "Privileged Entity", "privilege" };
	["0357"] = { "Push Notifications", "cloud_notify" };
	["0359"] = { "Unique and Stable Stanza IDs" };
	["0363"] = { "HTTP File Upload" };
	["0368"] = { "SRV Records for XMPP over TLS" };
	["0377"] = { "Spam Reporting", "spam_reporting" };
	["0379"] = { "Pre-Authenticated Roster Subscription", "invites_register" };
	["0380"] = { "Explicit Message Encryption", "csi_simple" };
	["0384"] = { "OMEMO Encryption" };
	["0388"] = { "Extensible SASL Profile", "sasl2" };
	["0398"] = { "User Avatar to vCard-Based Avatars Conversion" };
	["0401"] = { "Ad-hoc Account Invitation Generation", "invites_adhoc" };
	["0402"] = { "PEP Native Bookmarks" };
	["0410"] = { "MUC Self-Ping (Schrödinger's Chat)", "muc" };
	["0411"] = { "Bookmarks Conversion" };
	["0421"] = { "Occupant Identifiers for Semi-Anonymous MUCs" };
	["0425"] = { "Moderated Message Retraction", "muc_moderation" };
	["0438"] = { "Best Practices for Password Hashing and Storage", "auth_internal_hashed" };
	["0440"] = { "SASL Channel-Binding Type Capability", "saslauth" };
	["0441"] = { "Message Archive Management Preferences", "mam" };
	["0445"] = { "Pre-Authenticated In-Band Registration", "invites_register" };
	["0478"] = { "Stream Limits Advertisement", "c2s", "s2s" };
};

-- The XEPs behind the features that modules announce to clients, for where there is no DOAP file. A pattern each, tried in order.
local features = {
	{ "^http://jabber.org/protocol/commands$", "0050" }, { "^http://jabber.org/protocol/disco#", "0030" },
	{ "^http://jabber.org/protocol/muc$", "0045" }, { "^http://jabber.org/protocol/muc#unique$", "0307" },
	{ "^http://jabber.org/protocol/pubsub$", "0060" }, { "^http://jabber.org/protocol/bytestreams$", "0065" },
	{ "^jabber:iq:auth$", "0078" }, { "^jabber:iq:last$", "0012" }, { "^jabber:iq:privacy$", "0016" }, { "^jabber:iq:private$", "0049" },
	{ "^jabber:iq:register$", "0077" }, { "^jabber:iq:version$", "0092" }, { "^msgoffline$", "0160" }, { "^urn:xmpp:blocking$", "0191" },
	{ "^urn:xmpp:bookmarks:1", "0402" }, { "^urn:xmpp:carbons:", "0280" }, { "^urn:xmpp:extdisco:", "0215" }, { "^urn:xmpp:http:upload:", "0363" },
	{ "^urn:xmpp:mam:", "0313" }, { "^urn:xmpp:occupant%-id:", "0421" }, { "^urn:xmpp:ping$", "0199" }, { "^urn:xmpp:push:", "0357" },
	{ "^urn:xmpp:pep%-vcard%-conversion:", "0398" }, { "^urn:xmpp:reporting:", "0377" }, { "^urn:xmpp:sic:", "0279" }, { "^urn:xmpp:time$", "0202" },
	{ "^vcard%-temp$", "0054" },
};

local xep_list = {};

--- The name of an XEP, by its four digits; nil for one that is not known here.
function xep_list.name(number)
	local row = names[number];
	return row and row[1];
end

--- The numbers of all XEPs that are known here.
function xep_list.numbers()
	local list = {};
	for number in pairs(names) do
		list[#list + 1] = number;
	end
	return list;
end

--- The modules that serve an XEP, where it is known here.
function xep_list.modules(number)
	local row = names[number];
	return row and table.move(row, 2, #row, 1, {}) or {};
end

--- The XEP that a feature announced to clients belongs to, or nil.
function xep_list.of_feature(feature)
	for _, row in ipairs(features) do
		if feature:find(row[1]) then
			return row[2];
		end
	end
end

return xep_list;
