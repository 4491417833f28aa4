/* Feeds random text to the reader of modules' sources: whatever it is, it must not read outside the text, loop, or hand out half an answer.
 */
#include <string.h>

#include "common.h"
#include "source.h"

static void check_read(const sl_source_read *read, const sl_fuzz_input *in) {
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
	const sl_fuzz_input *in = context;
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	require(sl_fuzz_in_arena(data, size, SIZE_MAX, read_all) == SL_OK);
	return 0;
}
