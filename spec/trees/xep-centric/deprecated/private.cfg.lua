-- Private XML storage (XEP-0049)
modules_enabled = { "private" }
