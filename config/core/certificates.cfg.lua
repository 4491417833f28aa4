-- Where the certificates are. RFC 6120 section 13.7, XEP-0368 (direct TLS).
-- Prosody finds the one for each host by itself, by the names inside the certificates. They come into this folder with
-- `prosodyctl --root cert import HOST /etc/letsencrypt/live`; `prosodyctl cert generate HOST` makes one for trying out.
-- Change it where the certificates live elsewhere. How TLS is spoken is stack/01-transport/tls.

certificates = stack.env.string("PROSODY_CERTIFICATES", "certs")  -- relative to the folder of prosody.cfg.lua

-- HTTPS on one certificate for all hosts, where the web server behind a name has one of its own; unset: found as above.
https_certificate = stack.env.string "PROSODY_HTTPS_CERTIFICATE"
