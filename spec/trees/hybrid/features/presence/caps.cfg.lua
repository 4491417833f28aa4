-- Entity Capabilities (XEP-0115)
modules_enabled = { "disco" }
