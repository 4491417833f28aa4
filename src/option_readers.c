#include "option_readers.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* spec/option_readers_spec.lua compares each row with the source of the installed versions of Prosody and of prosody-modules. */

#define NOTHING { SL_READ_NOTHING, 0, 0 }
#define ANY(kind) { SL_READ_##kind, -INFINITY, INFINITY }
#define NUMBER ANY(NUMBER)
#define NUMBER_FROM(least) { SL_READ_NUMBER, least, INFINITY }
#define INTEGER(least, most) { SL_READ_INTEGER, least, most }
#define PERIOD ANY(PERIOD)
#define PERIOD_WITHIN(least, most) { SL_READ_PERIOD, least, most }
#define RETENTION ANY(RETENTION)
#define INTERVAL ANY(INTERVAL)
#define RATE ANY(RATE)
#define BURST ANY(BURST)
#define RAW ANY(RAW)
#define COUNT SL_UNIT_COUNT
#define SECONDS SL_UNIT_SECONDS
#define BYTES SL_UNIT_BYTES

/* option, unit, readers of Prosody 0.12, readers of Prosody 13: of all its releases where they differ, so that a bound holds on each.
 * 0.12's get_option_number() ignores the limits that modules give it. */
static const sl_option_row rows[] = {
	{ "access_control_max_age", SECONDS, { { NUMBER }, { PERIOD } } },
	{ "archive_cleanup_date_cache_size", COUNT, { { NUMBER }, { INTEGER(1, INFINITY) } } },
	{ "archive_expires_after", SECONDS, { { RETENTION }, { PERIOD } } },
	{ "blocklist_cache_size", COUNT, { { NUMBER }, { INTEGER(1, INFINITY) } } },
	{ "bosh_max_inactivity", SECONDS, { { NUMBER }, { PERIOD } } },
	{ "bosh_max_polling", SECONDS, { { NUMBER }, { PERIOD } } },
	{ "bosh_max_wait", SECONDS, { { NUMBER }, { PERIOD } } },
	{ "c2s_close_timeout", SECONDS, { { NUMBER }, { PERIOD } } },
	{ "c2s_max_child_elements", COUNT, { { NUMBER }, { INTEGER(0, INFINITY) } } },
	{ "c2s_stanza_size_limit", BYTES, { { NUMBER }, { INTEGER(10000, INFINITY), INTEGER(1000, INFINITY) } } },
	{ "c2s_timeout", SECONDS, { { NUMBER }, { PERIOD } } },
	{ "c2s_unauthed_stanza_size_limit", BYTES, { { NUMBER }, { INTEGER(1000, INFINITY) } } },
	{ "component_stanza_size_limit", BYTES, { { NUMBER }, { INTEGER(10000, INFINITY) } } },
	{ "cron_check_delay", SECONDS, { { NOTHING }, { NUMBER } } },
	{ "cron_initial_delay", SECONDS, { { NOTHING }, { NUMBER } } },
	{ "cron_spread_factor", COUNT, { { NOTHING }, { NUMBER } } },
	{ "csi_battery_saver_queue_size", COUNT, { { NUMBER }, { NUMBER } } },
	{ "csi_queue_size", COUNT, { { NUMBER }, { INTEGER(1, INFINITY) } } },
	{ "csi_resume_inactive_delay", SECONDS, { { NUMBER }, { PERIOD } } },
	{ "cthrottler_logins_count", COUNT, { { NUMBER }, { NUMBER } } },
	{ "cthrottler_time", SECONDS, { { NUMBER }, { NUMBER } } },
	{ "default_iteration_count", COUNT, { { NUMBER }, { INTEGER(4096, INFINITY) } } },
	{ "external_service_port", COUNT, { { NUMBER }, { INTEGER(1, 65535) } } },
	{ "external_service_ttl", SECONDS, { { NUMBER }, { PERIOD } } },
	{ "feed_lease_length", SECONDS, { { NUMBER }, { NUMBER } } },
	{ "feed_pull_interval", COUNT, { { NUMBER }, { NUMBER } } },
	{ "feed_pull_interval_seconds", SECONDS, { { NOTHING }, { NUMBER } } },
	{ "firewall_multirate_cache_limit", COUNT, { { NUMBER }, { NUMBER } } },
	{ "http_file_share_calculate_total_storage_usage_period", SECONDS, { { NOTHING }, { PERIOD_WITHIN(60, 32054400) } } },
	{ "http_file_share_daily_quota", BYTES, { { NUMBER }, { INTEGER(0, INFINITY) } } },
	{ "http_file_share_expires_after", SECONDS, { { NUMBER }, { PERIOD } } },
	{ "http_file_share_global_quota", BYTES, { { NUMBER }, { INTEGER(0, INFINITY) } } },
	{ "http_file_share_remove_expired_files_period", SECONDS, { { NOTHING }, { PERIOD_WITHIN(60, 32054400) } } },
	{ "http_file_share_size_limit", BYTES, { { NUMBER }, { INTEGER(0, INFINITY) } } },
	{ "http_files_cache_max_file_size", BYTES, { { NUMBER }, { INTEGER(1, INFINITY) } } },
	{ "http_files_cache_size", COUNT, { { NUMBER }, { INTEGER(1, INFINITY) } } },
	{ "http_max_buffer_size", BYTES, { { NUMBER }, { NUMBER_FROM(0) } } },
	{ "http_max_content_size", BYTES, { { NUMBER }, { NUMBER_FROM(0) } } },
	{ "http_oauth2_clear_expired_authorization_codes_period", SECONDS, { { NOTHING }, { PERIOD_WITHIN(60, 32054400) } } },
	{ "http_upload_expire_after", SECONDS, { { NUMBER }, { NOTHING } } },
	{ "http_upload_external_file_size_limit", BYTES, { { NUMBER }, { NUMBER } } },
	{ "http_upload_file_size_limit", BYTES, { { NUMBER }, { NOTHING } } },
	{ "http_upload_quota", BYTES, { { NUMBER }, { NOTHING } } },
	{ "invite_expiry", SECONDS, { { NUMBER }, { PERIOD } } },
	{ "limits.*.burst", SECONDS, { { BURST }, { BURST } } },
	{ "limits.*.rate", BYTES, { { RATE }, { RATE } } },
	{ "limits_resolution", SECONDS, { { NUMBER }, { PERIOD } } },
	{ "mam_remove_expired_messages_period", SECONDS, { { NOTHING }, { PERIOD_WITHIN(60, 32054400) } } },
	{ "max_archive_query_results", COUNT, { { NUMBER }, { INTEGER(0, INFINITY) } } },
	{ "max_history_messages", COUNT, { { NUMBER }, { INTEGER(0, INFINITY) } } },
	{ "measure_active_users_hourly_period", SECONDS, { { NOTHING }, { PERIOD_WITHIN(60, 32054400) } } },
	{ "min_seconds_between_registrations", SECONDS, { { NUMBER }, { PERIOD } } },
	{ "muc_activity_muc_activity_shift_period", SECONDS, { { NOTHING }, { PERIOD_WITHIN(60, 32054400) } } },
	{ "muc_burst_factor", COUNT, { { NOTHING }, { NUMBER } } },
	{ "muc_event_rate", COUNT, { { NOTHING }, { NUMBER } } },
	{ "muc_limit_base_cost", COUNT, { { NOTHING }, { NUMBER } } },
	{ "muc_line_count_multiplier", COUNT, { { NOTHING }, { NUMBER } } },
	{ "muc_log_cleanup_date_cache_size", COUNT, { { NUMBER }, { INTEGER(1, INFINITY) } } },
	{ "muc_log_expires_after", SECONDS, { { RETENTION }, { PERIOD } } },
	{ "muc_mam_remove_expired_messages_period", SECONDS, { { NOTHING }, { PERIOD_WITHIN(60, 32054400) } } },
	{ "muc_max_char_count", COUNT, { { NOTHING }, { NUMBER } } },
	{ "muc_max_line_count", COUNT, { { NOTHING }, { NUMBER } } },
	{ "muc_max_nick_length", COUNT, { { NOTHING }, { NUMBER } } },
	{ "muc_max_rooms", COUNT, { { NUMBER }, { INTEGER(0, INFINITY) } } },
	{ "muc_media_max_size", BYTES, { { NOTHING }, { NUMBER } } },
	{ "muc_room_cache_size", COUNT, { { NUMBER }, { INTEGER(1, INFINITY) } } },
	{ "muc_room_default_history_length", COUNT, { { NUMBER }, { INTEGER(0, INFINITY) } } },
	{ "muc_room_lock_timeout", SECONDS, { { NUMBER }, { PERIOD } } },
	{ "muc_tombstone_expiry", SECONDS, { { NUMBER }, { PERIOD } } },
	{ "multiplex_buffer_size", BYTES, { { NUMBER }, { INTEGER(1, INFINITY) } } },
	{ "network_default_read_size", BYTES, { { NUMBER, RAW }, { INTEGER(0, INFINITY), RAW } } },
	{ "oauth2_access_token_ttl", SECONDS, { { NOTHING }, { NUMBER } } },
	{ "oauth2_refresh_token_ttl", SECONDS, { { NOTHING }, { NUMBER } } },
	{ "onions_socks5_port", COUNT, { { NUMBER }, { NUMBER } } },
	{ "password_policy.length", COUNT, { { NOTHING }, { RAW } } },
	{ "password_reset_validity", SECONDS, { { NOTHING }, { NUMBER } } },
	{ "pastebin_expire_after", COUNT, { { NUMBER }, { NUMBER } } },
	{ "pastebin_line_threshold", COUNT, { { NUMBER }, { NUMBER } } },
	{ "pastebin_summary_length", COUNT, { { NUMBER }, { NUMBER } } },
	{ "pastebin_threshold", COUNT, { { NUMBER }, { NUMBER } } },
	{ "pep_info_cache_size", COUNT, { { NUMBER }, { INTEGER(1, INFINITY) } } },
	{ "pep_max_items", COUNT, { { NUMBER }, { NUMBER, NUMBER_FROM(0) } } },
	{ "pep_service_cache_size", COUNT, { { NUMBER }, { INTEGER(1, INFINITY) } } },
	{ "ping_muc_delay", SECONDS, { { NOTHING }, { NUMBER_FROM(1) } } },
	{ "proxy65_port", COUNT, { { NUMBER }, { NUMBER } } },
	{ "pubsub_max_items", COUNT, { { NUMBER }, { INTEGER(1, INFINITY) } } },
	{ "pubsub_serverinfo_cache_ttl", SECONDS, { { NOTHING }, { NUMBER } } },
	{ "pubsub_serverinfo_publication_interval", SECONDS, { { NOTHING }, { NUMBER } } },
	{ "pubsub_serverinfo_update_public_provider_list_period", SECONDS, { { NOTHING }, { PERIOD_WITHIN(60, 32054400) } } },
	{ "push_max_devices", COUNT, { { NUMBER }, { NUMBER } } },
	{ "push_max_errors", COUNT, { { NUMBER }, { NUMBER } } },
	{ "push_max_hibernation_timeout", SECONDS, { { NUMBER }, { NUMBER } } },
	{ "reg_servlet_ttime", SECONDS, { { NUMBER }, { NUMBER } } },
	{ "registration_delete_grace_period", SECONDS, { { NOTHING }, { PERIOD } } },
	{ "registration_throttle_cache_size", COUNT, { { NUMBER }, { INTEGER(1, INFINITY) } } },
	{ "registration_throttle_max", COUNT, { { NUMBER }, { NUMBER_FROM(0) } } },
	{ "registration_throttle_period", SECONDS, { { NUMBER }, { PERIOD } } },
	{ "report_forward_contact_cache_size", COUNT, { { NOTHING }, { NUMBER } } },
	{ "report_forward_contact_lookup_timeout", SECONDS, { { NOTHING }, { NUMBER } } },
	{ "rest_iq_max_timeout", SECONDS, { { NOTHING }, { NUMBER } } },
	{ "rest_iq_timeout", SECONDS, { { NOTHING }, { NUMBER } } },
	{ "rest_stanza_size_limit", BYTES, { { NOTHING }, { NUMBER } } },
	{ "s2s_close_timeout", SECONDS, { { NUMBER }, { PERIOD } } },
	{ "s2s_idle_timeout", SECONDS, { { RAW }, { RAW } } },
	{ "s2s_max_child_elements", COUNT, { { NUMBER }, { INTEGER(0, INFINITY) } } },
	{ "s2s_send_queue_size", BYTES, { { NOTHING }, { INTEGER(1, INFINITY) } } },
	{ "s2s_stanza_size_limit", BYTES, { { NUMBER }, { INTEGER(10000, INFINITY) } } },
	{ "s2s_timeout", SECONDS, { { NUMBER }, { PERIOD } } },
	{ "s2s_unauthed_stanza_size_limit", BYTES, { { NUMBER }, { INTEGER(1000, INFINITY) } } },
	{ "sasl2_fast_token_min_ttl", SECONDS, { { NUMBER }, { NUMBER } } },
	{ "sasl2_fast_token_ttl", SECONDS, { { NUMBER }, { NUMBER } } },
	{ "smacks_hibernation_time", SECONDS, { { NUMBER }, { PERIOD } } },
	{ "smacks_max_ack_delay", SECONDS, { { NUMBER }, { PERIOD } } },
	{ "smacks_max_inactive_unacked_stanzas", COUNT, { { NUMBER }, { INTEGER(0, INFINITY) } } },
	{ "smacks_max_old_sessions", COUNT, { { NUMBER }, { INTEGER(0, INFINITY) } } },
	{ "smacks_max_queue_size", COUNT, { { NUMBER }, { INTEGER(1, INFINITY) } } },
	{ "smacks_max_unacked_stanzas", COUNT, { { NUMBER }, { INTEGER(0, INFINITY) } } },
	{ "sqlite_busy_timeout_ms", COUNT, { { NOTHING }, { INTEGER(0, INFINITY) } } },
	{ "statistics_interval", SECONDS, { { INTERVAL }, { INTERVAL } } },
	{ "storage_archive_item_limit", COUNT, { { NUMBER }, { INTEGER(0, INFINITY) } } },
	{ "storage_archive_item_limit_cache_size", COUNT, { { RAW }, { INTEGER(1, INFINITY) } } },
	{ "token_auth_access_time_granularity", SECONDS, { { NOTHING }, { PERIOD } } },
	{ "tokenauth_clear_expired_grants_period", SECONDS, { { NOTHING }, { PERIOD_WITHIN(60, 32054400) } } },
	{ "tokenless_grant_ttl", SECONDS, { { NOTHING }, { PERIOD } } },
	{ "tombstone_cache_size", COUNT, { { NUMBER }, { INTEGER(1, INFINITY) } } },
	{ "turn_external_port", COUNT, { { NUMBER }, { INTEGER(1, 65535) } } },
	{ "turn_external_tls_port", COUNT, { { NUMBER }, { INTEGER(1, 65535) } } },
	{ "turn_external_ttl", SECONDS, { { NUMBER }, { PERIOD } } },
	{ "turncredentials_port", COUNT, { { NUMBER }, { NUMBER } } },
	{ "turncredentials_ttl", SECONDS, { { NUMBER }, { NUMBER } } },
	{ "unified_push_registration_ttl", SECONDS, { { NUMBER }, { NUMBER } } },
	{ "user_account_management_remove_deleted_accounts_period", SECONDS, { { NOTHING }, { PERIOD_WITHIN(60, 32054400) } } },
	{ "user_tombstone_expiry", SECONDS, { { NUMBER }, { PERIOD } } },
	{ "websocket_frame_buffer_limit", BYTES, { { NUMBER }, { INTEGER(0, INFINITY) } } },
	{ "websocket_frame_fragment_limit", COUNT, { { NUMBER }, { INTEGER(0, INFINITY) } } },
};

enum { ROW_COUNT = sizeof(rows) / sizeof(rows[0]) };

static int compare_name(const void *name, const void *row) {
	return strcmp(name, ((const sl_option_row *)row)->option);
}

/* Does the dotted name fit the pattern, in which * stands for one key? */
static bool fits(const char *pattern, const char *name) {
	while(*pattern && *name) {
		if(*pattern == '*') {
			pattern++;
			name += strcspn(name, ".");
		} else if(*pattern++ != *name++) {
			return false;
		}
	}
	return *pattern == *name;
}

const sl_option_row *sl_find_option_row(const char *name) {
	const sl_option_row *row = bsearch(name, rows, ROW_COUNT, sizeof(rows[0]), compare_name);
	for(size_t i = 0; !row && strchr(name, '.') && i < ROW_COUNT; i++) {
		row = fits(rows[i].option, name) ? &rows[i] : NULL;
	}
	return row;
}

const sl_option_row *sl_option_rows(size_t *count) {
	*count = ROW_COUNT;
	return rows;
}

const char *sl_version_name(sl_prosody version) {
	return version == SL_VERSION_0_12 ? "0.12" : "13";
}

const sl_option_reader *sl_plain_reader(sl_read_kind kind) {
	static const sl_option_reader number = ANY(PLAIN_NUMBER), period = ANY(PLAIN_PERIOD), size = ANY(PLAIN_SIZE);
	return kind == SL_READ_PLAIN_PERIOD ? &period : kind == SL_READ_PLAIN_SIZE ? &size : &number;
}

const char *sl_reader_words(sl_read_kind kind) {
	static const char *const words[] = {
		"nothing", "a plain number", "a whole number", "a period such as \"30d\" or a number of seconds",
		"days, weeks, months or years such as \"30d\", or a number of seconds", "a number of seconds", "a rate such as \"10kb/s\"",
		"seconds such as \"2s\" or a number of seconds", "a number without quotes", "a plain number",
		"a plain number, or a period such as \"30d\"", "a plain number, or a size such as \"10 MB\""
	};
	return words[kind];
}
