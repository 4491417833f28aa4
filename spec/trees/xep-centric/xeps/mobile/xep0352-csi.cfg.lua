-- Client State Indication
modules_enabled = { "csi_simple" }
