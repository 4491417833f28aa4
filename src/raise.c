#include "raise.h"

#include <stdarg.h>

void sl_raise(lua_State *L, const char *format, ...) {
	va_list list;
	va_start(list, format);
	luaL_where(L, 1);
	lua_pushvfstring(L, format, list);
	va_end(list);
	lua_concat(L, 2);
	lua_error(L);
	__builtin_unreachable();
}
