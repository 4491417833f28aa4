-- Message carbons
modules_enabled = { "carbons" }
