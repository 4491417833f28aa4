-- Feature negotiation
modules_enabled = { "dialback", "s2s_bidi" }
