-- More than a password. Prosody has no second factor: no module asks for a code after the password.
-- What comes nearest is a certificate on the device, registered by its owner from a client and revoked when the
-- device is lost, in place of the password. XEP-0257, XEP-0178 (SASL EXTERNAL). Prosody 13; on 0.12 the module does not
-- load. Real second factors belong to the service behind integrations/external-auth.
-- Change it (switch it on) where people's clients can show certificates.

feature_info = { description = "Devices log in with certificates that their owners registered", extra = true }

if stack.available "client_certs" and not (stack.prosody_version or ""):match "^0%.12" then
	modules_enabled = { "client_certs" }  -- from prosody-modules
end
