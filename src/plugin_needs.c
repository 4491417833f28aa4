#define _GNU_SOURCE /* memmem */
#include "plugin_needs.h"

#include <string.h>

#include "header.h"
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

static void find_modules(sl_arena *arena, const char *text, size_t length, sl_list *names) {
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

/* The words between commas and spaces. */
static void split_words(sl_arena *arena, const char *at, size_t length, sl_list *words) {
	const char *end = at + length;
	sl_list_init(words, arena);
	while(at < end) {
		const char *from = at;
		while(at < end && *at != ',' && *at != ' ') {
			at++;
		}
		if(at > from) {
			sl_list_add(words, arena, sl_strndup(arena, from, (size_t)(at - from)));
		}
		at += at < end;
	}
}

static bool has_key(const sl_header *header, const char *key) {
	return header->key_length == strlen(key) && memcmp(header->key, key, header->key_length) == 0;
}

static void read_header(sl_arena *arena, const char *text, size_t length, sl_plugin_needs *needs) {
	const struct {
		const char *key;
		sl_list *words;
	} keys[] = { { "lua", &needs->lua }, { "conflicts", &needs->conflicts }, { "requires", &needs->requires } };
	sl_header header;
	for(const char *at = text; sl_next_header(&at, text + length, &header);) {
		for(size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
			if(has_key(&header, keys[i].key)) {
				split_words(arena, header.value, header.value_length, keys[i].words);
			}
		}
	}
}

void sl_find_needs(sl_arena *arena, const char *text, size_t length, sl_plugin_needs *needs) {
	*needs = (sl_plugin_needs){ 0 };
	sl_list_init(&needs->modules, arena);
	find_modules(arena, text, length, &needs->modules);
	if(memmem(text, length, "--%", 3)) {
		read_header(arena, text, length, needs);
	}
}
