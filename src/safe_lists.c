#include "safe_lists.h"

#include <stddef.h>

const char *const sl_safe_options[] = {
	"admins", "name", "modules_enabled", "modules_disabled", "disco_items", "motd_text", "welcome_message",
	"archive_expires_after", "default_archive_policy", "muc_log_expires_after", "muc_log_by_default", "restrict_room_creation",
	"muc_max_rooms", "max_history_messages", "muc_room_default_public", "muc_room_default_members_only", "muc_room_default_persistent",
	"http_file_share_size_limit", "http_file_share_expires_after", "http_file_share_global_quota", NULL
};

const char *const sl_safe_modules[] = { "muc", "muc_mam", "mam", "http_file_share", "motd", "welcome", NULL };
