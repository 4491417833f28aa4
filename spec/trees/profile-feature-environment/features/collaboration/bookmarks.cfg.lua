-- Bookmark synchronization
modules_enabled = { "bookmarks" }
