#define _GNU_SOURCE /* memmem */
#include "includes.h"

#include <string.h>

#include "discover.h"
#include "files.h"
#include "scan.h"

typedef struct finder {
	sl_arena *arena;
	const char *path; /* of the file */
	sl_list *files;
} finder;

static void add_matching(const finder *f, const char *path) {
	const char *slash = strrchr(path, '/');
	const char *folder = sl_strndup(f->arena, path, (size_t)(slash - path));
	const char **names;
	size_t count;
	if(sl_match_folder(f->arena, *folder ? folder : "/", slash + 1, &names, &count) == 0) {
		for(size_t i = 0; i < count; i++) {
			sl_list_add(f->files, f->arena, sl_join_path(f->arena, folder, names[i], strlen(names[i])));
		}
	}
}

/* As Include itself takes a name (file_statements.c). */
static void add_name(const finder *f, const char *name) {
	const char *path = name;
	if(*name != '/') {
		const char *folder = sl_strndup(f->arena, f->path, sl_resolve_folder(f->path, &name));
		path = sl_join_path(f->arena, folder, name, strlen(name));
	}
	if(strpbrk(name, "*?")) {
		add_matching(f, path);
	} else {
		sl_list_add(f->files, f->arena, path);
	}
}

/* The string behind Include: Include "x" or Include("x"); SL_NOWHERE where another expression is there. */
static uint32_t string_behind(const sl_scan *scan, uint32_t index) {
	uint32_t at = index + 1;
	bool bracket = sl_scan_kind(scan, at) == '(';
	at += bracket;
	bool alone = !bracket || sl_scan_kind(scan, at + 1) == ')';
	return sl_scan_kind(scan, at) == SL_TOKEN_STRING && alone ? at : SL_NOWHERE;
}

static void visit(const finder *f, const sl_scan *scan, uint32_t index) {
	int before = index > 0 ? sl_scan_kind(scan, index - 1) : SL_TOKEN_END;
	uint32_t at = string_behind(scan, index);
	if(before != '.' && before != ':' && at != SL_NOWHERE) {
		size_t length;
		const char *wrong;
		unsigned line;
		const char *name = sl_token_string(f->arena, &scan->items[at].token, &length, &wrong, &line);
		if(name && *name && strlen(name) == length) {
			add_name(f, name);
		}
	}
}

void sl_find_includes(sl_arena *arena, const char *path, const char *text, size_t length, sl_list *files) {
	static const char word[] = "nclude";
	finder f = { .arena = arena, .path = path, .files = files };
	sl_scan scan;
	if(!length || !memmem(text, length, word, strlen(word))) {
		return;
	}
	sl_scan_text(arena, text, length, 1, &scan);
	for(uint32_t index = 0; index < scan.count; index++) {
		if(sl_scan_is(&scan, index, "Include") || sl_scan_is(&scan, index, "include")) {
			visit(&f, &scan, index);
		}
	}
}
