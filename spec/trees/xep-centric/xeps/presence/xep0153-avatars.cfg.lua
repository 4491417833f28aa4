-- vCard-Based Avatars
modules_enabled = { "vcard_legacy" }
