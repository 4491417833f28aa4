/* Fuzzes the reader of modules' sources: whatever the bytes are, it must not read outside them, loop, or hand out half an answer.
 *
 *   clang -g -O1 -fsanitize=fuzzer,address,undefined -D_DEFAULT_SOURCE -iquote src -o build/fuzz-source \
 *       spec/fuzz/source.c src/source.c src/known.c src/scan.c src/literal.c src/chunk.c src/lexer.c src/map.c src/memory.c
 *   build/fuzz-source -max_total_time=60 -max_len=4096 FOLDER-OF-SEEDS
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "source.h"

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

static void check_read(const sl_source_read *read, const input *in) {
	require(read->kind != NULL && read->line > 0 && read->line <= in->length + 1);
	require((read->name != NULL) != (read->prefix != NULL) && (read->prefix != NULL) == (read->suffix != NULL));
	require((read->name == NULL) == (read->expression != NULL));
	require(!read->value || read->text);
	for(size_t i = 0; i < read->value_count; i++) {
		require(read->values[i] != NULL);
	}
}

static void check_names(const sl_source_names *names) {
	for(size_t i = 0; i < names->count; i++) {
		require(names->items[i].name != NULL && names->items[i].line > 0);
	}
}

static void check_item(const sl_source_item *item) {
	require(item->kind != NULL && item->line > 0);
	for(size_t i = 0; i < item->field_count; i++) {
		require(strlen(item->fields[i].name) > 0 && item->fields[i].value != NULL);
	}
}

static void read_all(void *context) {
	const input *in = context;
	sl_chunk_source source;
	sl_source_read_text(in->arena, in->text, in->length, "fuzz", &source);
	for(size_t i = 0; i < source.read_count; i++) {
		check_read(&source.reads[i], in);
	}
	for(size_t i = 0; i < source.item_count; i++) {
		check_item(&source.items[i]);
	}
	check_names(&source.depends);
	check_names(&source.requires);
	check_names(&source.features);
	check_names(&source.tasks);
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
	/* An exact copy, so that one byte too far is seen. */
	char *text = malloc(size ? size : 1);
	sl_arena arena;
	if(!text) {
		return 0;
	}
	if(size) {
		memcpy(text, data, size);
	}
	sl_arena_init(&arena, allocate, NULL);
	input in = { &arena, text, size };
	require(sl_protect(&arena, read_all, &in) == SL_OK);
	sl_arena_free(&arena);
	free(text);
	return 0;
}
