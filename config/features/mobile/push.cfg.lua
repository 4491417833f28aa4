-- Phones sleep until there is something to read. XEP-0357. Each client's maker runs the service that wakes it, so
-- there is nothing to set up. Part of Prosody 13, and of prosody-modules for 0.12.
-- What the push services of Apple and Google learn is decided in stack/05-services/messaging.
-- Change it (switch it off) where no message may leave a trace at a third party.

feature_info = { description = "Sleeping phones are woken", depends = { "mobile/smacks" } }

-- The last two are packaged for 13: muted rooms stay mute, and important things are marked as such for iPhones.
for _, name in ipairs { "cloud_notify", "cloud_notify_filters", "cloud_notify_priority_tag" } do
	if stack.available(name) then
		modules_enabled = stack.append { name }
	end
end
