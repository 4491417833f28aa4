-- BOSH connections (XEP-0124/0206)
modules_enabled = { "bosh" }
