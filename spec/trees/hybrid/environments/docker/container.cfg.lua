-- Container-specific settings
log = { info = "*console" }
