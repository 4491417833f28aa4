/* measure.h: what a reader of Prosody's makes of a value, exactly. */
#ifndef SL_MEASURE_H
#define SL_MEASURE_H

#include <lua.h>
#include <stdbool.h>

#include "option_readers.h"

enum { SL_MOST_MEASURING = SL_VERSION_COUNT * SL_MOST_READERS };

/* All that reads an option: the readers of the installed version, or of every version where it is not known or nothing reads the option in it. */
typedef struct sl_measuring {
	const sl_option_row *row;   /* NULL: the option has none, and `readers` is the plain number's */
	const sl_option_reader *readers[SL_MOST_MEASURING];
	sl_prosody versions[SL_MOST_MEASURING];   /* whose reader it is */
	size_t count;
} sl_measuring;

/* Finds the readers of an option, by its name at the index `option`, or of a key in its map: `path` is the index of an array of keys, 0 or that of
 * nil for the option itself. `version` is "0.12.3", or NULL where it is not known. */
void sl_find_measuring(lua_State *L, int option, int path, const char *version, sl_measuring *measuring);

/* Pushes the number that the reader makes of the value at the index: seconds, bytes or a count; infinite for a period that never ends. Pushes
 * nothing and returns false where the reader would not take the whole value as it stands: part of a text, what it replaces by a default or by a
 * limit of its own, and negative periods, which mean "never". */
bool sl_measure(lua_State *L, const sl_option_reader *reader, int index);

/* Do all readers take the value? */
bool sl_is_measured(lua_State *L, const sl_measuring *measuring, int index);

/* Pushes the number that all readers make of the value; pushes nothing and returns false where one does not take it, or two differ. */
bool sl_measure_all(lua_State *L, const sl_measuring *measuring, int index);

#endif
