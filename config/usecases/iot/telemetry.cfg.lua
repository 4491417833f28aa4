-- Series of figures: devices publish to nodes, programs subscribe. For devices that know no XMPP, PROSODY_MQTT_LISTEN=1883
-- opens a port for MQTT, without login or encryption and so to this machine alone, where a gateway stands in front of it.
-- Change the number to how many figures a newcomer should see.

usecase_info = {
	name = "Telemetry",
	description = "Series of figures that devices publish and programs read",
	features = { "collaboration/pubsub", "mobile/smacks" },
}

c2s_stanza_size_limit = 65536  -- bytes
stack.each("pubsub", {
	autocreate_on_publish = true;  -- a new device begins by publishing
	pubsub_max_items = 1000;       -- per node
})

local port = stack.env.integer "PROSODY_MQTT_LISTEN"
if port and stack.feature "collaboration/pubsub" and stack.available "pubsub_mqtt" then
	stack.each("pubsub", { modules_enabled = { "pubsub_mqtt" } })  -- from prosody-modules
	pubsub_mqtt_ports = { port }
	pubsub_mqtt_interfaces = { "127.0.0.1" }
end
