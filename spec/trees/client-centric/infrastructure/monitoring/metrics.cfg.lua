-- Observability
modules_enabled = { "http_openmetrics" }
