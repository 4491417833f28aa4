-- Directory services
ldap_server = "localhost"
