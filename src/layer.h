/* layer.h: evaluates layers: reads, compiles and runs their files and journals what they say. */
#ifndef SL_LAYER_H
#define SL_LAYER_H

#include "stack.h"

/* Runs one layer to its end; an error in it becomes a finding and leaves nothing of it in the journal. */
void sl_run_layer(lua_State *L, int ud, const sl_layer *layer);

/* Runs a file of the running layer in an environment of its own and pushes what it returned first (nil: nothing). */
void sl_run_file(lua_State *L, int ud, const char *path);

/* Adds a layer without a file of its own (the main file's place, the variables') and makes it the running one. */
uint32_t sl_begin_layer(lua_State *L, int ud, const char *id, const char *path, sl_origin origin);

/* Seals the running layer, or forgets it and reports the error message at the top of the stack (popped) where `failed`. */
void sl_end_layer(lua_State *L, int ud, bool failed);

/* Makes room for so many layers. */
void sl_expect_layers(lua_State *L, int ud, size_t count);

/* Adds a file of the running layer and returns its index. */
uint32_t sl_add_file(lua_State *L, int ud, const char *path);

/* Notes who may do what with the file, in place of what was noted before. */
void sl_set_rights(lua_State *L, int ud, uint32_t file, sl_rights rights);

#endif
