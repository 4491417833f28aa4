-- Client State Indication (XEP-0352)
modules_enabled = { "csi_simple" }
