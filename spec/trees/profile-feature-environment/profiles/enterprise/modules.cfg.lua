-- Full feature set
modules_enabled = { "announce" }
