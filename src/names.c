#include "literal.h"

#include "chunk.h"

typedef struct name_list {
	sl_arena *arena;
	sl_name_line *items;
	size_t count;
	size_t capacity;
} name_list;

static void add(name_list *list, const sl_chunk *chunk, const sl_token *at, const char *name) {
	const sl_open *open = sl_chunk_open(chunk);
	list->items = sl_grow(list->arena, list->items, list->count, &list->capacity, sizeof(*list->items));
	list->items[list->count++] = (sl_name_line) { .name = name, .line = at->line, .statement = open->statement, .depth = open->depth };
}

/* The statement's own name: `NAME =`, `NAME {`, `NAME "..."`, `NAME(`, `NAME:method`. */
static bool is_own_name(const sl_chunk *chunk) {
	if(sl_chunk_is_target(chunk)) {
		return true;
	}
	int next = chunk->next.kind;
	return chunk->begins && (next == '{' || next == '(' || next == ':' || next == SL_TOKEN_STRING);
}

static bool is_field_name(const sl_chunk *chunk) {
	return chunk->next.kind == '=' && sl_chunk_begins_field(chunk);
}

/* The walk is at the `]` of `["NAME"] =`; the bracket is shut, but still known. */
static bool is_quoted_field(const sl_chunk *chunk) {
	return chunk->token.kind == ']' && chunk->previous.kind == SL_TOKEN_STRING && chunk->before.kind == '[' && chunk->next.kind == '='
		&& chunk->open[chunk->count + 1].key;
}

static void add_quoted(name_list *list, const sl_chunk *chunk) {
	size_t length;
	const char *wrong;
	unsigned line;
	const char *name = sl_token_string(list->arena, &chunk->previous, &length, &wrong, &line);
	if(name) {
		add(list, chunk, &chunk->previous, name);
	}
}

void sl_name_lines(sl_arena *arena, const char *text, size_t length, sl_name_line **names, size_t *count) {
	name_list list = { .arena = arena };
	sl_chunk chunk;
	sl_chunk_init(&chunk, text, length);
	while(sl_chunk_next(&chunk)) {
		if(chunk.token.kind == SL_TOKEN_NAME) {
			if(is_own_name(&chunk) || is_field_name(&chunk)) {
				add(&list, &chunk, &chunk.token, sl_strndup(arena, chunk.token.start, chunk.token.length));
			}
		} else if(is_quoted_field(&chunk)) {
			add_quoted(&list, &chunk);
		}
	}
	*names = list.items;
	*count = list.count;
}
