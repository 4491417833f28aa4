-- XEP implementations
modules_enabled = { "pep", "bookmarks", "vcard4", "vcard_legacy" }
