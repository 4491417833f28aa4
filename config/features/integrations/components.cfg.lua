-- Gateways and bots that connect from outside. XEP-0114. PROSODY_COMPONENTS names them (stack/07-interfaces/components);
-- this feature makes the variable a duty.
-- Change it (switch it on) when the gateway is part of the service.

feature_info = { description = "Gateways and bots connect from outside", extra = true }

if not stack.env.string "PROSODY_COMPONENTS" then
	error("The feature integrations/components is on, but PROSODY_COMPONENTS is not set: name them", 0)
end
