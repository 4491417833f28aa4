-- Connection limits and timeouts
modules_enabled = { "limits" }
limits = { c2s = { rate = "10kb/s" }; s2sin = { rate = "30kb/s" } }
