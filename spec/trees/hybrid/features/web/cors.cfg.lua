-- CORS and web security
http_default_cors_enabled = false
