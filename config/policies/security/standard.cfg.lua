-- Another name for baseline, what must hold on every server on the Internet.
-- Change nothing here; what it does is in policies/security/baseline.

Include "baseline.cfg.lua"
