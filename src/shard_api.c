#include "stackloader.h"

#include "shard.h"

/* (name: string, count: integer) -> integer: which of so many servers, counted from 0, the entry of that name belongs to */
int sl_api_shard(lua_State *L) {
	size_t length;
	const char *name = luaL_checklstring(L, 1, &length);
	lua_Integer count = luaL_checkinteger(L, 2);
	if(count < 1 || count > SL_MAX_SHARDS) {
		luaL_argerror(L, 2, lua_pushfstring(L, "expected from 1 to %d servers", SL_MAX_SHARDS));
	}
	lua_pushinteger(L, (lua_Integer)sl_shard_of(name, length, (unsigned)count));
	return 1;
}
