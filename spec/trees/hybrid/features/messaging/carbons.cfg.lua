-- Message Carbons (XEP-0280)
modules_enabled = { "carbons" }
