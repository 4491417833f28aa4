/* collector.h: how often Lua collects garbage while a load runs. */
#ifndef SL_COLLECTOR_H
#define SL_COLLECTOR_H

#include <stdbool.h>

#include <lua.h>

/* Makes the collector wait until memory has doubled, Lua's own measure, in place of Prosody's twentieth part: a load only adds, and there is little to
 * find. The `first` load leaves nothing behind, and may take four times what there was; reloads leave what was in force. Pushes a to-be-closed value
 * that ends this. Nothing is stopped. */
void sl_push_patience(lua_State *L, bool first);

#endif
