-- E2EE support modules
dont_archive_namespaces = { "http://jabber.org/protocol/chatstates" }
