-- Administration in a browser. admin_web of prosody-modules, where it is installed with the files that its script
-- get_deps.sh fetches; Debian's packages hold it incomplete, so there the commands of a chat client remain (admin/adhoc).
-- Change it (switch it on) where it is installed, and let only administrators' machines reach /admin.

feature_info = {
	description = "Administration in a browser, where admin_web is installed",
	depends = { "admin/adhoc", "web/bosh" },
	extra = true,
}

if stack.available "admin_web" then
	modules_enabled = { "admin_web" }
end
