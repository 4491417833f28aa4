/* measure_api.h: the table of options' readers and their measures, for Lua. */
#ifndef SL_MEASURE_API_H
#define SL_MEASURE_API_H

#include <lua.h>

/* () -> table: stackloader.option_readers */
int sl_api_option_readers(lua_State *L);

/* (option, value, version?) -> number | nil: stackloader.measure */
int sl_api_measure(lua_State *L);

#endif
