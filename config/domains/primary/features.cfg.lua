-- What this domain has more or less of than others on the server. Features (PROSODY_FEATURES_…) switch for all of them.
-- PROSODY_DOMAIN_MODULES and PROSODY_DOMAIN_MODULES_DISABLED are lists of modules; one that is not installed is an error.
-- What a security policy forces on stays on.
-- Change it to list them here instead.

local more = stack.env.list("PROSODY_DOMAIN_MODULES", {})
for _, name in ipairs(more) do
	if not stack.available(name) then
		error(("PROSODY_DOMAIN_MODULES names %q, and no module of that name is installed"):format(name))
	end
end

VirtualHost(stack.domain)

modules_enabled = more
modules_disabled = stack.env.list "PROSODY_DOMAIN_MODULES_DISABLED"
