-- What other programs can ask: figures for a monitoring system (OpenMetrics, which Prometheus and others collect, at
-- /metrics, the feature admin/metrics), a REST API (integrations/rest-api, Prosody 13), the number of connections at
-- /server-status/ (admin/monitoring).
-- Change it, or set PROSODY_METRICS_CIDR, to let a collector on another machine in.

openmetrics_allow_ips = { "127.0.0.1", "::1" }
openmetrics_allow_cidr = stack.env.string "PROSODY_METRICS_CIDR"  -- one network, such as 192.0.2.0/28

rest_auth_mechanisms = { "Basic", "Bearer" }  -- the password of an account, or a token of it
rest_stanza_size_limit = 196608               -- bytes of one request

server_status_basepath = "/server-status/"
server_status_json = true  -- machines read it
