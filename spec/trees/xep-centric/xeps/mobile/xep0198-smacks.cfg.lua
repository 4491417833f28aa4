-- Stream Management
modules_enabled = { "smacks" }
