-- What a trial must not do: write to people elsewhere, and ring their phones. Copied data holds their addresses.
-- PROSODY_STAGING_OUTSIDE=true lets it, to try federation and push with accounts made for that.
-- Change it to take further modules away.

if not stack.env.boolean("PROSODY_STAGING_OUTSIDE", false) then
	modules_disabled = {
		"s2s", "s2s_auth_certs", "s2s_bidi", "dialback";  -- no other server; the modules that belong to it go with it
		"cloud_notify", "unified_push";                   -- no phone
	}
end
