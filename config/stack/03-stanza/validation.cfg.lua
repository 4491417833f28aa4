-- How large a stanza may be, and who may say whose name stands on it. XEP-0205 (denial of service),
-- RFC 6120 section 4.9.3.14 (policy-violation). Prosody checks the form of XML and addresses by itself, against no
-- schema; size is what configuration can decide.
-- Change it where a client or gateway is cut off with "policy-violation" for something legitimate: a huge avatar.

c2s_stanza_size_limit = 262144        -- bytes: an avatar with room to spare
s2s_stanza_size_limit = 524288        -- peers pass on what their own limits allow
component_stanza_size_limit = 524288  -- so do gateways
validate_from_addresses = true        -- a gateway speaks for its own addresses alone
