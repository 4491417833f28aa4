-- Stream management (XEP-0198)
modules_enabled = { "smacks", "csi_simple" }
smacks_hibernation_time = 600
