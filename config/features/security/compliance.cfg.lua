-- What most regimes ask for on top of the rest: a record of failed logins and of last use, and a length for passwords.
-- What a regime forces is a policy: PROSODY_COMPLIANCE=gdpr,audit.
-- Change it by switching the features below one by one.

feature_info = {
	description = "Records and passwords as most regimes ask for them",
	depends = { "security/monitoring", "presence/last-activity", "authentication/password-policy" },
	extra = true,
}
