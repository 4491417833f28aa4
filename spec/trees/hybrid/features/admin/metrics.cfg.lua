-- Prometheus metrics
modules_enabled = { "http_openmetrics" }
