/* data_text.h: the way back from data.h: a Lua value as the text of a data file. */
#ifndef SL_DATA_TEXT_H
#define SL_DATA_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "stackloader.h"

/* Tables that were written, by their addresses: a hash. */
enum { SL_MOST_WRITTEN = 256 };

typedef struct sl_written {
	const void *tables[2 * SL_MOST_WRITTEN];
	unsigned count;
} sl_written;

/* Writes the value at the index into the buffer, as text without a zero byte, from which sl_data_read_value() makes the same again. Returns its
 * length; 0 where there is no room, or more to the value than such a text can say: functions, metatables, gaps, a table that was written already
 * … */
size_t sl_write_data(lua_State *L, int index, sl_written *written, char *buffer, size_t size);

#endif
