/* load.h: stackloader.load and stackloader.current. */
#ifndef SL_LOAD_H
#define SL_LOAD_H

#include "stackloader.h"

/* (env?, options?) -> stack */
int sl_api_load(lua_State *L);

/* () -> stack?: the one behind the configuration that Prosody has in force */
int sl_api_current(lua_State *L);

#endif
