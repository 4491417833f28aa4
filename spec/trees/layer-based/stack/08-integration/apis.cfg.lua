-- REST API endpoints
modules_enabled = { "http_openmetrics" }
statistics = "internal"
