#include "common.h"

#include <fcntl.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void *sl_fuzz_allocate(void *memory, void *block, size_t old_size, size_t new_size) {
	sl_fuzz_memory *m = memory;
	size_t old = block ? old_size : 0; /* Lua passes a type there for a new block */
	if(new_size == 0) {
		free(block);
		m->given -= old;
		return NULL;
	}
	if(new_size > old) {
		if(m->requests == 0 || m->given - old + new_size > m->most) {
			return NULL;
		}
		m->requests--;
	}
	void *moved = realloc(block, new_size);
	if(moved) {
		m->given += new_size - old;
	}
	return moved;
}

void sl_fuzz_require(bool condition, const char *what) {
	if(!condition) {
		(void)fprintf(stderr, "\nThis does not hold: %s\n", what);
		abort();
	}
}

/* The smallest descriptor that is free: the same before and after, unless one was left open. */
static int free_descriptor(void) {
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	require(fd >= 0);
	require(close(fd) == 0);
	return fd;
}

sl_status sl_fuzz_in_arena(const uint8_t *data, size_t size, size_t blocks, void (*step)(void *input)) {
	sl_fuzz_memory memory = { .most = SIZE_MAX, .requests = blocks };
	sl_arena arena;
	char *text = malloc(size ? size : 1);
	require(text != NULL);
	if(size) {
		memcpy(text, data, size);
	}
	sl_fuzz_input input = { .arena = &arena, .text = text, .length = size };
	sl_arena_init(&arena, sl_fuzz_allocate, &memory);
	sl_status status = sl_protect(&arena, step, &input);
	sl_arena_free(&arena);
	require(memory.given == 0);
	free(text);
	return status;
}

void sl_fuzz_in_lua(lua_CFunction function, void *argument) {
	enum { MOST = 64 * 1024 * 1024 };
	int before = free_descriptor();
	sl_fuzz_memory memory = { .most = MOST, .requests = SIZE_MAX };
	lua_State *L = lua_newstate(sl_fuzz_allocate, &memory);
	require(L != NULL);
	luaL_openlibs(L);
	lua_pushcfunction(L, function);
	lua_pushlightuserdata(L, argument);
	if(lua_pcall(L, 1, 0, 0) != LUA_OK) {
		sl_fuzz_require(false, luaL_tolstring(L, -1, NULL));
	}
	lua_close(L);
	require(memory.given == 0);
	require(free_descriptor() == before);
}

static size_t count_fields(lua_State *L, int table) {
	size_t count = 0;
	lua_pushnil(L);
	while(lua_next(L, table)) {
		lua_pop(L, 1);
		count++;
	}
	return count;
}

static bool same_tables(lua_State *L, int left, int right) {
	int top = lua_gettop(L);
	bool same = count_fields(L, left) == count_fields(L, right);
	lua_pushnil(L);
	while(same && lua_next(L, left)) {
		lua_pushvalue(L, -2);
		lua_rawget(L, right);
		same = sl_fuzz_same(L, -1, -2);
		lua_pop(L, 2);
	}
	lua_settop(L, top);
	return same;
}

bool sl_fuzz_same(lua_State *L, int left, int right) {
	luaL_checkstack(L, 8, "comparing");
	left = lua_absindex(L, left);
	right = lua_absindex(L, right);
	int type = lua_type(L, left);
	if(type != lua_type(L, right) || lua_isinteger(L, left) != lua_isinteger(L, right)) {
		return false;
	}
	if(type == LUA_TNUMBER && !lua_isinteger(L, left)) {
		const lua_Number numbers[] = { lua_tonumber(L, left), lua_tonumber(L, right) };
		return memcmp(&numbers[0], &numbers[1], sizeof(numbers[0])) == 0;
	}
	return lua_rawequal(L, left, right) || (type == LUA_TTABLE && same_tables(L, left, right));
}

char *sl_fuzz_line(char **rest) {
	char *line = *rest;
	size_t length = strcspn(line, "\n");
	*rest = line + length + (line[length] == '\n');
	line[length] = '\0';
	return line;
}
