-- How large a stanza may be. RFC 6120 section 4.9.3.14 (policy-violation), XEP-0205 (denial of service).
-- Prosody checks the form of XML and addresses by itself; size is what configuration can decide.
-- Change it where a client or gateway is cut off with "policy-violation" for something legitimate: a huge avatar.

c2s_stanza_size_limit = 262144  -- bytes: an avatar with room to spare
s2s_stanza_size_limit = 524288  -- peers pass on what their own limits allow
