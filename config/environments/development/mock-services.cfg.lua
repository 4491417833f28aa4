-- Addresses for services that are being written: PROSODY_MOCK_COMPONENTS=bot,gateway lets programs on this machine be
-- bot.<domain> and gateway.<domain>, on port 5347 with the secret "mock" (PROSODY_MOCK_SECRET).
-- Change it, or set stack/07-interfaces/components' variables, for those that outlive the desk.

for _, name in ipairs(stack.env.list("PROSODY_MOCK_COMPONENTS", {})) do
	Component(name .. "." .. stack.domain)
	component_secret = stack.env.secret("PROSODY_MOCK_SECRET", "mock")
end
