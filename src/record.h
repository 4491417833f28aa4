/* record.h: what the server chose, left beside its data, so that prosodyctl, which runs without the service's environment, can tell where it would
 * choose otherwise. */
#ifndef SL_RECORD_H
#define SL_RECORD_H

#include "stack.h"

/* The name of the file in Prosody's data folder: NAME=value lines, the grammar of .env. It holds choices alone, never a secret. */
#define SL_RECORD_FILE "stackloader.choices"

/* Pushes the path of the record, in the data folder that the configuration or Prosody's installation names, and returns it; or pushes nil. */
const char *sl_push_record_path(lua_State *L, int ud);

/* In the server: writes the record. A folder that cannot be written is a note. Only after sl_resolve. */
void sl_write_record(lua_State *L, int ud);

/* In prosodyctl: reports every choice that differs from the record and was not made by a flag. Only after sl_resolve. */
void sl_compare_record(lua_State *L, int ud);

#endif
