#define _GNU_SOURCE /* memmem */
#include "plugin_needs.h"

#include <string.h>

#include "search.h"

static const char call[] = "module:depends";

static const char *skip_blanks(const char *at, const char *end) {
	while(at < end && (*at == ' ' || *at == '\t')) {
		at++;
	}
	return at;
}

/* Does the line that `at` is in begin with code? */
static bool is_unconditional(const char *text, const char *at) {
	const char *line = memrchr(text, '\n', (size_t)(at - text));
	line = line ? line + 1 : text;
	return *line != ' ' && *line != '\t' && *line != '-' && !memmem(line, (size_t)(at - line), "function", strlen("function"));
}

/* The string behind the call, `"name"` or `("name")`; NULL where there is another expression or a second argument. */
static const char *read_name(sl_arena *arena, const char *at, const char *end) {
	at = skip_blanks(at, end);
	bool bracket = at < end && *at == '(';
	at = skip_blanks(at + bracket, end);
	if(at >= end || (*at != '"' && *at != '\'')) {
		return NULL;
	}
	const char *close = memchr(at + 1, *at, (size_t)(end - at - 1));
	if(!close || (bracket && *skip_blanks(close + 1, end) != ')')) {
		return NULL;
	}
	return sl_strndup(arena, at + 1, (size_t)(close - at - 1));
}

void sl_find_needs(sl_arena *arena, const char *text, size_t length, sl_list *names) {
	const char *end = text + length;
	for(const char *at = text; (at = memmem(at, (size_t)(end - at), call, strlen(call)));) {
		const char *from = at;
		at += strlen(call);
		const char *name = is_unconditional(text, from) ? read_name(arena, at, end) : NULL;
		if(name && sl_is_plain_path(name)) {
			sl_list_add(names, arena, name);
		}
	}
}
