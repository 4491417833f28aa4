-- BOSH (HTTP binding)
modules_enabled = { "bosh" }
