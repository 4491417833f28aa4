-- Anti-spam measures
modules_enabled = { "mimicking" }
