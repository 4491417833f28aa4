-- How TLS is spoken. RFC 7590 (TLS in XMPP), XEP-0368 (direct TLS), RFC 6698 (DANE).
-- That it must be spoken is decided in stack/02-stream/encryption and by the security policy; where the certificates
-- are, in core/certificates.
-- Change it when all clients and peers of yours know TLS 1.3 ("modern"), or one of them is stuck in the past ("old").

modules_enabled = {
	"tls";  -- STARTTLS for clients and servers
}

tls_profile = "intermediate"  -- Mozilla's: TLS 1.2 and 1.3 with forward secrecy, what nearly everybody speaks
use_dane = false              -- certificates from the DNS need lua-unbound, a resolver with DNSSEC, and Prosody 13
