-- Standard security (small teams)
tls_profile = "intermediate"
