-- Encryption on the way, and how strong: stack/02-stream/encryption and the security policies decide it, always.
-- This adds DANE: certificates are compared with what the DNS says, signed with DNSSEC. RFC 7712, XEP-0220.
-- It needs a resolver that checks DNSSEC and lua-unbound; complete since Prosody 13.
-- Change it (switch it on) where both are there.

feature_info = { description = "Certificates of other servers are compared with the signed DNS (DANE)", extra = true }

use_dane = true
