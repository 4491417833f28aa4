-- Docker-specific settings
log = { info = "*console" }
