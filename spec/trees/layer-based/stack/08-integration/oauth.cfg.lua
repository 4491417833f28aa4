-- OAuth providers
oauth2_access_token_ttl = 900
