-- What other programs on this machine can ask: figures for a monitoring system, at /metrics of the web server.
-- The format is OpenMetrics, which Prometheus and others collect.
-- Change it to let a collector on another machine in: `openmetrics_allow_cidr = "192.0.2.0/28"` in local/.

modules_enabled = {
	"http_openmetrics";  -- answers, to the addresses below alone
}

statistics = "internal"   -- Prosody counts by itself, no service needed
statistics_interval = 60  -- seconds; a collector rarely asks more often
openmetrics_allow_ips = { "127.0.0.1", "::1" }
