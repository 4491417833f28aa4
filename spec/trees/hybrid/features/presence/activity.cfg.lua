-- User Activity (XEP-0108)
modules_enabled = { "lastactivity" }
