-- What a stream offers before it is used, and who may get an account by it.
-- XEP-0077 (registration), XEP-0401 and XEP-0445 (invitations), XEP-0220 (dialback), XEP-0288 (bidirectional streams).
-- Registration is closed: accounts come from `prosodyctl adduser`, or by an invitation
-- (`prosodyctl mod_invites generate HOST`, or the command in an administrator's client).
-- Change it when you really want to run a public server: the feature authentication/registration opens it, and no
-- security policy but minimal lets it.

allow_registration = false
registration_invite_only = true  -- the registration form opens only to an invitation
allow_user_invites = false       -- administrators invite new people
invite_expiry = 604800           -- seconds, a week: an invitation that was lost is worthless soon

-- A public server's brake, for the module register_limits:
registration_throttle_max = 3         -- accounts that one address may make …
registration_throttle_period = 86400  -- … in so many seconds, a day
