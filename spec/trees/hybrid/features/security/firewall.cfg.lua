-- Advanced firewall (prosody-filer)
modules_enabled = { "limits" }
