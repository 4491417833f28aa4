-- User Mood (XEP-0107)
modules_enabled = { "pep" }
