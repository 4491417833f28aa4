-- Each account publishes to its contacts and to its own devices. XEP-0163.
-- Pictures, bookmarks, profiles and encryption keys rest on it; how much it keeps is in stack/05-services/pubsub.
-- Change it (switch it off) only with everything that rests on it.

feature_info = { description = "Personal eventing: the base of pictures, bookmarks, profiles and keys" }

modules_enabled = { "pep" }
