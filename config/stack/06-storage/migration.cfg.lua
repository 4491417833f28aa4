-- A server that is being moved: PROSODY_MIGRATION_MODE=true opens it to this machine alone, so that what came over can be
-- looked at (log in on 127.0.0.1) before people and other servers come back. Unset it, and everybody is in again.
-- The moving itself is done while Prosody stands still: `prosody-migrator` between storages, `ejabberd2prosody` from
-- ejabberd, `prosodyctl mod_storage_sql upgrade` for the tables of an old version, `prosodyctl mod_migrate_http_upload`
-- for the files of the old upload module. Back up first.
-- Change it to let another machine in while you look.

if stack.env.boolean("PROSODY_MIGRATION_MODE", false) then
	local here = { "127.0.0.1", stack.env.boolean("PROSODY_IPV6", true) and "::1" or nil }
	c2s_interfaces = here
	c2s_direct_tls_interfaces = here
	s2s_interfaces = here
	s2s_direct_tls_interfaces = here
	https_interfaces = here
	proxy65_interfaces = here
	modules_disabled = { "s2s", "s2s_auth_certs", "s2s_bidi", "dialback", "cloud_notify" }  -- and it calls nobody itself
end
