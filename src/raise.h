/* raise.h: Lua's errors, for code that cannot go on behind them. */
#ifndef SL_RAISE_H
#define SL_RAISE_H

#include "stackloader.h"

/* luaL_error that the compiler knows not to return. */
void sl_raise(lua_State *L, const char *format, ...) __attribute__((noreturn));

#endif
