/* Feeds random text to the .env reader. Whatever comes in, it must end with assignments that are proper strings, in order, and with
 * findings that name a line of the text.
 *
 *     clang -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -D_DEFAULT_SOURCE -Isrc \
 *         spec/fuzz/dotenv.c src/dotenv.c src/map.c src/finding.c src/memory.c -o build/fuzz-dotenv
 *     build/fuzz-dotenv -max_total_time=60
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dotenv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct fuzz_input {
	sl_arena arena;
	sl_findings findings;
	const char *text;
	size_t length;
	size_t left; /* requests that the allocator still grants */
	sl_assignment *assignments;
	size_t count;
} fuzz_input;

/* Lua's kind of allocator, which may run dry. */
static void *allocate(void *ud, void *block, size_t old_size, size_t new_size) {
	fuzz_input *input = ud;
	(void)old_size;
	if(new_size == 0) {
		free(block);
		return NULL;
	}
	if(input->left == 0) {
		return NULL;
	}
	input->left--;
	return realloc(block, new_size);
}

static const char *look_up(void *context, const char *name) {
	(void)context;
	return strcmp(name, "A") == 0 ? "from the environment" : NULL;
}

static void parse(void *context) {
	fuzz_input *input = context;
	sl_dotenv_parse(
		&input->arena, &input->findings, "fuzz.env", input->text, input->length, look_up, NULL, &input->assignments, &input->count);
}

static unsigned lines_of(const fuzz_input *input) {
	unsigned lines = 1;
	for(size_t index = 0; index < input->length; index++) {
		lines += input->text[index] == '\n';
	}
	return lines;
}

static void check(const fuzz_input *input) {
	unsigned lines = lines_of(input);
	unsigned last = 1;
	for(size_t index = 0; index < input->count; index++) {
		const sl_assignment *assignment = &input->assignments[index];
		if(strlen(assignment->name) == 0 || strlen(assignment->value) > input->length + SL_MAX_EXPANSION) {
			abort();
		}
		if(assignment->line < last || assignment->line > lines) {
			abort();
		}
		last = assignment->line;
	}
	for(const sl_finding *finding = input->findings.first; finding; finding = finding->next) {
		if(finding->line > lines || strlen(finding->text) == 0) {
			abort();
		}
	}
}

/* The first byte says how soon memory runs out; 0: never. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	if(size == 0) {
		return 0;
	}
	fuzz_input input = { .text = (const char *)data + 1, .length = size - 1, .left = data[0] ? data[0] % 8 : SIZE_MAX };
	sl_arena_init(&input.arena, allocate, &input);
	sl_findings_init(&input.findings, &input.arena);
	if(sl_protect(&input.arena, parse, &input) == SL_OK) {
		check(&input);
	}
	sl_arena_free(&input.arena);
	return 0;
}
