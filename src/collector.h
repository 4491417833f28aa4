/* collector.h: how often Lua collects garbage while a load runs. */
#ifndef SL_COLLECTOR_H
#define SL_COLLECTOR_H

#include <lua.h>

/* Makes the collector wait until memory is four times what it was, in place of Lua's twice and Prosody's twentieth part: a load only adds, and there is
 * little to find. Pushes a to-be-closed value that ends this. Nothing is stopped. */
void sl_push_patience(lua_State *L);

#endif
