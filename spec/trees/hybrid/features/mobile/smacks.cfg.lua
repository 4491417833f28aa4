-- Stream Management (XEP-0198)
modules_enabled = { "smacks" }
