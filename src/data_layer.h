/* data_layer.h: layer files that are nothing but data go into the journal without Lua running them. */
#ifndef SL_DATA_LAYER_H
#define SL_DATA_LAYER_H

#include "kept.h"

/* Reads the layer's text: keeps, pushes and returns what is in it; pushes nothing and returns NULL where it is no data file. */
sl_kept *sl_read_data(lua_State *L, int ud, const sl_layer *layer, const sl_identity *identity, const struct timespec *read_at, const char *text,
	size_t length);

/* Journals the data of the file (an index into the stack's files) as the running layer's, sealed at once. False, with nothing journaled, where
 * Lua's evaluation would refuse it or word a finding about it. Nothing may be pending. */
bool sl_run_data(lua_State *L, int ud, uint32_t file, sl_kept *kept);

/* Does the journal know the host of the name at the top of the stack (popped) as what the statement would not have it: a component for
 * VirtualHost, a host for Component? Gives the statement its scope. */
bool sl_find_clash(lua_State *L, int ud, sl_datum *statement);

/* Journals the data of the file, whose statements all have their scopes. */
void sl_play_data(lua_State *L, int ud, uint32_t file, sl_kept *kept);

/* Pushes a new Lua value for the datum. */
void sl_push_datum(lua_State *L, const sl_datum *datum);

#endif
