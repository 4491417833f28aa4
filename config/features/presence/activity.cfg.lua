-- What people are doing. XEP-0108: a small event that everybody's contacts may subscribe to.
-- It rests on personal eventing and needs nothing else from the server.
-- Change it (switch it off) together with the other features that need collaboration/pep.

feature_info = { description = "People publish what they are doing", depends = { "collaboration/pep" } }
