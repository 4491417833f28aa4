/* data_text.h: the way back from data.h: a Lua value as the text of a data file. */
#ifndef SL_DATA_TEXT_H
#define SL_DATA_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "data.h"
#include "stackloader.h"

enum { SL_MOST_WRITTEN = 256, SL_MOST_NOTED = 160 };

typedef struct sl_written {
	const void *tables[2 * SL_MOST_WRITTEN];   /* by their addresses: a hash */
	unsigned count;
	/* What data.c would read from the text. Where that is more than there is room for, `noted` goes on counting. */
	sl_datum row[SL_MOST_NOTED];
	size_t noted;
} sl_written;

void sl_begin_writing(sl_written *written);

/* Adds a datum to what was noted. */
sl_datum *sl_note_datum(sl_written *written, sl_datum_kind kind);

/* Writes the value at the index into the buffer, as text without a zero byte, from which sl_data_read_value() makes the same again. Returns its
 * length; 0 where there is no room, or more to the value than such a text can say: functions, metatables, gaps, a table that was written already
 * … */
size_t sl_write_data(lua_State *L, int index, sl_written *written, char *buffer, size_t size);

#endif
