/* Fuzzes the reader of Lua data: whatever the bytes are, no step may read outside them, loop, or hand out half a value.
 *
 *   clang -g -O1 -fsanitize=fuzzer,address,undefined -D_DEFAULT_SOURCE -Isrc -o build/fuzz-literal \
 *       spec/fuzz/literal.c src/literal.c src/names.c src/chunk.c src/lexer.c src/memory.c
 *   build/fuzz-literal -max_total_time=60 -max_len=4096
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "literal.h"

typedef struct input {
	sl_arena *arena;
	const char *text;
	size_t length;
} input;

static void require(bool condition) {
	if(!condition) {
		abort();
	}
}

/* Reads every byte of a value, so that the sanitizer sees each of them. */
static void walk(const sl_literal *literal) {
	require(literal->line > 0);
	if(literal->kind == SL_LIT_STRING) {
		require(memchr(literal->string + literal->length, '\0', 1) != NULL);
	}
	for(size_t i = 0; i < literal->count; i++) {
		const sl_field *field = &literal->fields[i];
		if(field->key) {
			require(field->key->kind != SL_LIT_NIL && field->key->kind != SL_LIT_TABLE);
			walk(field->key);
		}
		walk(field->value);
	}
}

static void read_all(void *context) {
	const input *in = context;
	sl_literal_error error;
	sl_literal *literal = sl_literal_read(in->arena, in->text, in->length, &error);
	require((literal != NULL) == (error.message == NULL));
	if(literal) {
		walk(literal);
		sl_literal_field(literal, "a");
	}
	literal = sl_literal_find(in->arena, in->text, in->length, "a", &error);
	require(!literal || !error.message);
	if(literal) {
		walk(literal);
	}
	sl_name_line *names;
	size_t count;
	sl_name_lines(in->arena, in->text, in->length, &names, &count);
	for(size_t i = 0; i < count; i++) {
		require(strlen(names[i].name) <= in->length && names[i].statement <= names[i].line);
		require(i == 0 || names[i - 1].line <= names[i].line);
	}
}

static void *allocate(void *ud, void *block, size_t old_size, size_t new_size) {
	(void)ud;
	(void)old_size;
	if(new_size == 0) {
		free(block);
		return NULL;
	}
	return realloc(block, new_size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	sl_arena arena;
	sl_arena_init(&arena, allocate, NULL);
	/* A copy of exactly this size, so that reading behind its end is seen. */
	char *text = malloc(size ? size : 1);
	if(text) {
		memcpy(text, data, size);
		input in = { &arena, text, size };
		sl_protect(&arena, read_all, &in);
	}
	free(text);
	sl_arena_free(&arena);
	return 0;
}
