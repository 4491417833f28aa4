-- Secrets are mounted as files. Each PROSODY_…_SECRET, _PASSWORD or _KEY can be given as PROSODY_…_FILE=/run/secrets/name, so
-- that none stands in the manifest. A Secret of type kubernetes.io/tls, as cert-manager writes it, is a folder with tls.crt
-- and tls.key: PROSODY_TLS_SECRET names where it is mounted. It must hold the domain and every component's name.
-- Change it where there is one Secret a name: mount them below one folder, PROSODY_CERTIFICATES.

local mounted = stack.env.string "PROSODY_TLS_SECRET"
if mounted then
	certificates = mounted
end
