-- Stanza validation
c2s_stanza_size_limit = 262144
