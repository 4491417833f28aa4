/* modules.h: module lists reach from one scope into another, since Prosody unites a host's with the global one. */
#ifndef SL_MODULES_H
#define SL_MODULES_H

#include "stack.h"

/* Disables in a host the modules that it removes from the global list, takes those that are forced into modules_disabled out of its
 * modules_enabled, and reports a component whose module two layers name differently. The host must be resolved. */
void sl_settle_modules(lua_State *L, int ud, uint32_t scope, uint32_t each);

#endif
