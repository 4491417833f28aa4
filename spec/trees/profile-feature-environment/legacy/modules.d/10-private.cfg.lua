modules_enabled = { "private" }
