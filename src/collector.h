/* collector.h: how often Lua collects garbage while a load runs. */
#ifndef SL_COLLECTOR_H
#define SL_COLLECTOR_H

#include <lua.h>

/* Makes the collector wait until memory has doubled, Lua's own measure, in place of Prosody's twentieth part: a load only adds, and there is
 * little to find. Pushes a to-be-closed value that ends this. Nothing is stopped: memory stays within twice. */
void sl_push_patience(lua_State *L);

#endif
