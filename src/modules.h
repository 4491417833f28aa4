/* modules.h: module lists reach from one scope into another, since Prosody unites a host's with the global one. */
#ifndef SL_MODULES_H
#define SL_MODULES_H

#include "forced_modules.h"

/* Takes forced modules out of a host's lists (forced_modules.h), disables in it the modules that it removes from the global list, and reports a
 * component whose module two layers name differently. The host must be resolved. */
void sl_settle_modules(lua_State *L, int ud, uint32_t scope, uint32_t each, const sl_forced_modules *global);

#endif
