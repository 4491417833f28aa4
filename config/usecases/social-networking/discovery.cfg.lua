-- People find each other: a directory of those who want to be found. XEP-0055, vjud of prosody-modules.
-- Change `vjud_mode` to "all" where everybody is in it, as in a company; strangers then cannot search.

usecase_info = {
	name = "Finding people",
	description = "A directory of those who want to be found",
	features = { "presence/avatars", "admin/adhoc" },
}

if stack.available "vjud" then
	modules_enabled = { "vjud" }
	vjud_mode = "opt-in"  -- a command in the client puts its owner in
end
