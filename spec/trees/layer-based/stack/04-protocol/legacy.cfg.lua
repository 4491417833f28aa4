-- Legacy protocol support
modules_enabled = { "private" }
