/* header.h: the lines `--% key: value` by which a module's file speaks to Prosody's modulemanager. No Lua in here. */
#ifndef SL_HEADER_H
#define SL_HEADER_H

#include <stdbool.h>
#include <stddef.h>

typedef struct sl_header {
	const char *key, *value; /* in the text, without a NUL behind them */
	size_t key_length, value_length;
} sl_header;

/* Finds the next such line from *at on, and moves *at behind it; false where there is none before `end`. As Prosody reads them: a last line without
 * its line break does not count. */
bool sl_next_header(const char **at, const char *end, sl_header *header);

/* Is the word among those that the value lists, between commas and spaces? */
bool sl_value_lists(const char *value, size_t length, const char *word);

#endif
