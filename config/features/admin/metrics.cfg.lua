-- Figures for a monitoring system, at /metrics of the web server, in the format that Prometheus and others collect.
-- Who may ask is in stack/08-integration/apis: this machine alone, unless PROSODY_METRICS_CIDR says otherwise.
-- Change it (switch it off) where nobody collects.

feature_info = { description = "Figures for a monitoring system", depends = { "web/http" } }

modules_enabled = { "http_openmetrics" }
statistics = "internal"   -- Prosody counts by itself, no service needed
statistics_interval = 60  -- seconds; a collector rarely asks more often
