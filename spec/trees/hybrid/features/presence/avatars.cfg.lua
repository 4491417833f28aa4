-- Avatar support (XEP-0084, XEP-0153)
modules_enabled = { "vcard4", "vcard_legacy" }
