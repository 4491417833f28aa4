/* data_layer.h: layer files that are nothing but data go into the journal without Lua running them. */
#ifndef SL_DATA_LAYER_H
#define SL_DATA_LAYER_H

#include "journal.h"

/* Journals the text of the file (an index into the stack's files) as the running layer's, sealed at once. False, with nothing journaled, where
 * it is no data file or says something that Lua's evaluation would refuse or word a finding about. Nothing may be pending. */
bool sl_run_data(lua_State *L, int ud, uint32_t file, const char *text, size_t length);

/* Pushes a new Lua value for the node. */
void sl_push_datum(lua_State *L, const sl_datum *node);

#endif
