-- Posts for those who follow: nodes of each account that keep what was published. XEP-0277, XEP-0472.
-- Clients for it are Movim and Libervia (clients/web-clients). With the web server on, posts are a feed as well (atom).
-- Change the number where people write more than that.

usecase_info = {
	name = "Microblog",
	description = "Posts for those who follow",
	features = { "collaboration/pep", "presence/avatars", "web/http", "web/upload" },
}

pep_max_items = 10000  -- posts of one account that are kept

if stack.feature "web/http" and stack.feature "collaboration/pep" and stack.available "atom" then
	modules_enabled = { "atom" }  -- /atom/NAME of the web server; prosody-modules
end
