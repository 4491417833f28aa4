/* Feeds random text to the .env reader. Whatever comes in, it must end with assignments that are proper strings, in order, and with
 * findings that name a line of the text. */
#include <string.h>

#include "common.h"
#include "dotenv.h"

static const char *look_up(void *context, const char *name) {
	(void)context;
	return strcmp(name, "A") == 0 ? "from the environment" : NULL;
}

static unsigned lines_of(const sl_fuzz_input *input) {
	unsigned lines = 1;
	for(size_t i = 0; i < input->length; i++) {
		lines += input->text[i] == '\n';
	}
	return lines;
}

static void check_assignments(const sl_fuzz_input *input, const sl_assignment *assignments, size_t count, unsigned lines) {
	unsigned last = 1;
	for(size_t i = 0; i < count; i++) {
		require(strlen(assignments[i].name) > 0);
		require(strlen(assignments[i].value) <= input->length + SL_MAX_EXPANSION);
		require(assignments[i].line >= last && assignments[i].line <= lines);
		last = assignments[i].line;
	}
}

static void parse(void *context) {
	const sl_fuzz_input *input = context;
	sl_findings findings;
	sl_assignment *assignments;
	size_t count;
	unsigned lines = lines_of(input);
	sl_findings_init(&findings, input->arena);
	sl_dotenv_parse(input->arena, &findings, "fuzz.env", input->text, input->length, look_up, NULL, &assignments, &count);
	check_assignments(input, assignments, count, lines);
	for(const sl_finding *finding = findings.first; finding; finding = finding->next) {
		require(finding->line <= lines && strlen(finding->text) > 0);
	}
}

/* The first byte says how soon memory runs out; 0: never. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	if(size) {
		sl_fuzz_in_arena(data + 1, size - 1, data[0] < '0' && data[0] ? data[0] : SIZE_MAX, parse);
	}
	return 0;
}
