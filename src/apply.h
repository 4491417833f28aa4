/* apply.h: hands the finished configuration to Prosody. */
#ifndef SL_APPLY_H
#define SL_APPLY_H

#include "stack.h"

/* Pushes Prosody's table of options (host -> option -> value) behind the environment of a configuration file at `env`,
 * or nil where it cannot be reached: it is an internal of Prosody's parser, used where it is found. */
void sl_push_config(lua_State *L, int env);

/* Writes every value in force. `config` is the index of that table, or 0: then through the environment's own statements. */
void sl_apply(lua_State *L, int ud, int env, int config);

/* From now on the stack is known to be what Prosody's table of options, at the index, was filled from. */
void sl_note_applied(lua_State *L, int ud, int config);

/* Pushes that table and returns its type; false where Prosody has dropped it since, nil where there was none. */
int sl_push_applied(lua_State *L, int ud);

/* Findings become Prosody's own configuration warnings. */
void sl_apply_warnings(lua_State *L, int ud, int env);

/* Layer files appear in Prosody's list of loaded files, each once, and leave it when they leave the tree. */
void sl_apply_files(lua_State *L, int ud);

/* Writes the global option plugin_paths alone: of a configuration that does not load, so that its plugins are found. */
void sl_apply_plugin_paths(lua_State *L, int ud, int config);

/* Makes the plugin mod_stackloader known to Prosody where it was installed beside this module. */
void sl_offer_plugin(lua_State *L);

#endif
