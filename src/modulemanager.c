#include "modulemanager.h"

#include "scan.h"

/* `local NAME = {` */
static bool is_table(const sl_scan *scan, uint32_t at, const char *name) {
	return sl_scan_kind(scan, at) == SL_TOKEN_LOCAL && sl_scan_is(scan, at + 1, name) && sl_scan_is(scan, at + 2, "=")
		&& sl_scan_kind(scan, at + 3) == '{';
}

/* The strings in the braces that open at an index. */
static void read_list(sl_arena *arena, const sl_scan *scan, uint32_t open, sl_list *list) {
	sl_list_init(list, arena);
	for(uint32_t at = open + 1; at < scan->items[open].match; at++) {
		size_t length;
		const char *wrong;
		unsigned line;
		if(sl_scan_kind(scan, at) == SL_TOKEN_STRING) {
			const char *word = sl_token_string(arena, &scan->items[at].token, &length, &wrong, &line);
			if(word) {
				sl_list_add(list, arena, word);
			}
		}
	}
}

static bool names_platform(const sl_scan *scan, uint32_t open) {
	for(uint32_t at = open + 1; at < scan->items[open].match; at++) {
		if(sl_scan_is(scan, at, "platform")) {
			return true;
		}
	}
	return false;
}

/* `metadata.conflicts`, each key once. */
static void read_header_key(sl_arena *arena, const sl_scan *scan, uint32_t at, sl_list *list) {
	if(!sl_scan_is(scan, at, "metadata") || sl_scan_kind(scan, at + 1) != '.' || sl_scan_kind(scan, at + 2) != SL_TOKEN_NAME) {
		return;
	}
	const sl_token *key = &scan->items[at + 2].token;
	const char *name = sl_strndup(arena, key->start, key->length);
	if(!list->names) {
		sl_list_init(list, arena);
	}
	if(!sl_list_has(list, name)) {
		sl_list_add(list, arena, name);
	}
}

void sl_modulemanager_read(sl_arena *arena, const char *text, size_t length, sl_modulemanager *found) {
	sl_scan scan;
	*found = (sl_modulemanager) { .platform = false };
	sl_scan_text(arena, text, length, 1, &scan);
	for(uint32_t at = 0; at < scan.count; at++) {
		if(is_table(&scan, at, "autoload_modules")) {
			read_list(arena, &scan, at + 3, &found->automatic);
			found->platform = names_platform(&scan, at + 3);
		} else if(is_table(&scan, at, "component_inheritable_modules") || is_table(&scan, at, "default_component_inheritable_modules")) {
			if(!found->inheritable.names) {
				read_list(arena, &scan, at + 3, &found->inheritable);
			}
		}
		read_header_key(arena, &scan, at, &found->headers);
	}
}
