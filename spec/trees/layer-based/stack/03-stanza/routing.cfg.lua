-- Stanza routing and delivery
modules_enabled = { "carbons" }
