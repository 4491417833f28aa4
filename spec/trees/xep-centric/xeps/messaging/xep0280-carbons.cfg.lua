-- Message Carbons
modules_enabled = { "carbons" }
