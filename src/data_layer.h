/* data_layer.h: layer files that are nothing but data go into the journal without Lua running them. */
#ifndef SL_DATA_LAYER_H
#define SL_DATA_LAYER_H

#include "kept.h"
#include "waiting.h"

/* Reads the layer's text: keeps, pushes and returns what is in it, and lends the stack's row, which sl_return_data() gives back; pushes nothing and
 * returns NULL where it is no data file. */
sl_kept *sl_read_data(lua_State *L, int ud, const sl_layer *layer, const sl_identity *identity, bool settled, const char *text, size_t length,
	sl_data *data);

/* The same of a data file that an earlier load kept. */
void sl_reread_data(lua_State *L, int ud, sl_kept *kept, sl_data *data);

void sl_return_data(sl_stack *stack, const sl_data *data);

/* Takes in the data of the file (an index into the stack's files), whose text this is, as the running layer's, sealed at once. `own`: each statement
 * has its value among what was drafted (draft.h), and Prosody may have that very value. False, with nothing taken in, where Lua's evaluation would
 * refuse it or word a finding about it. Nothing may be pending. */
bool sl_run_data(lua_State *L, int ud, uint32_t file, const char *text, const sl_data *data, bool own);

/* The same of statements as text, which lives as long as the stack, the first of them in that line of the file. */
bool sl_run_statements(lua_State *L, int ud, uint32_t file, const char *text, size_t length, uint32_t line, bool own);

/* Does the journal know the host of the name at the top of the stack (popped) as what the statement would not have it: a component for
 * VirtualHost, a host for Component? Gives the statement its scope. */
bool sl_find_clash(lua_State *L, int ud, sl_datum *statement);

/* Takes in the data of the file, whose statements all have their scopes: into the journal, or among what waits. */
void sl_play_data(lua_State *L, int ud, uint32_t file, const char *text, const sl_data *data);

/* Journals what is not yet journaled of a section. */
void sl_play_section(lua_State *L, int ud, const sl_section *section);

/* Pushes a new table of all that a section says, what it implies included. Calls `seen`, which may be NULL, for each option that it sets. */
void sl_push_data_options(lua_State *L, int ud, const sl_section *section,
	void (*seen)(void *context, uint32_t option, const sl_datum *value, const sl_datum *end), void *context);

/* Has the table at the top of the stack all that the section says, as it says it? */
bool sl_has_data_options(lua_State *L, int ud, const sl_section *section);

/* Pushes a new Lua value for the text of a value in a data file. */
void sl_push_data_text(lua_State *L, int ud, const char *text, size_t length);

#endif
