/* assumed.h: another Prosody than the one around us, for which layers are to load: its version, its modules and what its components take over.
 * prosodyctl's commands judge the tree for it; a running server never assumes one. */
#ifndef SL_ASSUMED_H
#define SL_ASSUMED_H

#include "stack.h"

/* (nil or { version = "13.0.7", available = function (module) -> boolean, takes_over = function (component, module) -> boolean }): from now on */
int sl_api_assume(lua_State *L);

/* Pushes the version that is assumed and returns it, or pushes nil and returns NULL. */
const char *sl_push_assumed_version(lua_State *L);

/* Has the assumed Prosody this module? False where none is assumed. */
bool sl_assumed_has(lua_State *L, const char *module);

/* Is a Prosody assumed? Then *answer says whether a component of that module (NULL: an external one) takes over the global module there. */
bool sl_assumed_takes_over(lua_State *L, const char *component, const char *module, bool *answer);

#endif
