/* plugins.h: where a module is that Prosody would load. */
#ifndef SL_PLUGINS_H
#define SL_PLUGINS_H

#include "stack.h"

/* Pushes the path of the module's file, the first that Prosody would find in the folders of plugin_paths, as the layers so far have it, and its own;
 * returns it, or pushes nil and returns NULL. Outside Prosody only plugin_paths is known. */
const char *sl_push_plugin(lua_State *L, int ud, const char *name);

/* Will Prosody find the module, or the one that is assumed in its place (assumed.h)? */
bool sl_has_plugin(lua_State *L, int ud, const char *name);

#endif
