/* Runs a Lua script as lua5.4 would, and lets it ask how often memory was asked for.
 *
 *   count SCRIPT [ARGUMENT...]      in the script, allocations() -> number of new or grown blocks, bytes that they grew by
 */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include <stdio.h>
#include <stdlib.h>

typedef struct tally {
	lua_Integer count, bytes;
} tally;

static void *allocate(void *ud, void *block, size_t old_size, size_t new_size) {
	size_t held = block ? old_size : 0; /* without a block, the old size is the kind of what is asked for */
	if(new_size > held) {
		tally *t = ud;
		t->count++;
		t->bytes += (lua_Integer)(new_size - held);
	}
	if(new_size == 0) {
		free(block);
		return NULL;
	}
	return realloc(block, new_size);
}

static int push_allocations(lua_State *L) {
	void *ud;
	lua_getallocf(L, &ud);
	const tally *t = ud;
	lua_pushinteger(L, t->count);
	lua_pushinteger(L, t->bytes);
	return 2;
}

static void set_arguments(lua_State *L, int argc, char **argv) {
	lua_newtable(L);
	for(int i = 1; i < argc; i++) {
		lua_pushstring(L, argv[i]);
		lua_rawseti(L, -2, i - 1);
	}
	lua_setglobal(L, "arg");
}

int main(int argc, char **argv) {
	if(argc < 2) {
		(void)fprintf(stderr, "usage: count SCRIPT [ARGUMENT...]\n");
		return 2;
	}
	tally t = { 0, 0 };
	lua_State *L = lua_newstate(allocate, &t);
	if(!L) {
		return 1;
	}
	luaL_openlibs(L);
	lua_gc(L, LUA_GCGEN, 0, 0);
	set_arguments(L, argc, argv);
	lua_register(L, "allocations", push_allocations);
	int status = luaL_dofile(L, argv[1]);
	if(status != LUA_OK) {
		(void)fprintf(stderr, "%s\n", luaL_tolstring(L, -1, NULL));
	}
	lua_close(L);
	return status == LUA_OK ? 0 : 1;
}
