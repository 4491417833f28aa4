-- Caching strategies
pep_service_cache_size = 1000
