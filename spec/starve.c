/* Runs a Lua function again and again, the memory running out at its first allocation, at its second, and so on until it needs
 * no more. Each time it must end with Lua's memory error, and closing the state must give every byte back.
 *
 *   starve SCRIPT      SCRIPT returns the function
 */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is allocated, and how many more allocations may succeed; negative: any number. */
typedef struct supply {
	size_t bytes;
	long left;
} supply;

static void *allocate(void *ud, void *block, size_t old_size, size_t new_size) {
	supply *s = ud;
	size_t held = block ? old_size : 0;
	if(new_size > held && s->left >= 0 && s->left-- == 0) {
		s->left = 0;
		return NULL;
	}
	void *moved = NULL;
	if(new_size > 0) {
		moved = realloc(block, new_size);
		if(!moved) {
			return NULL;
		}
	} else {
		free(block);
	}
	s->bytes = s->bytes - held + new_size;
	return moved;
}

/* The status of the call; *ran_out tells whether the memory did. */
static int run(const char *script, long allowed, int *ran_out, size_t *kept) {
	supply s = { 0, -1 };
	lua_State *L = lua_newstate(allocate, &s);
	luaL_openlibs(L);
	if(luaL_dofile(L, script) != LUA_OK) {
		(void)fprintf(stderr, "%s\n", lua_tostring(L, -1));
		exit(2);
	}
	s.left = allowed;
	int status = lua_pcall(L, 0, 0, 0);
	*ran_out = s.left == 0;
	s.left = -1;
	if(status != LUA_OK && (!lua_isstring(L, -1) || !strstr(lua_tostring(L, -1), "not enough memory"))) {
		(void)fprintf(
			stderr, "after %ld allocations: %s\n", allowed, lua_isstring(L, -1) ? lua_tostring(L, -1) : luaL_typename(L, -1));
		exit(1);
	}
	lua_close(L);
	*kept = s.bytes;
	return status;
}

int main(int argc, char **argv) {
	if(argc != 2) {
		(void)fprintf(stderr, "usage: starve SCRIPT\n");
		return 2;
	}
	for(long allowed = 0;; allowed++) {
		int ran_out = 0;
		size_t kept = 0;
		int status = run(argv[1], allowed, &ran_out, &kept);
		if(kept) {
			(void)fprintf(stderr, "after %ld allocations: %zu bytes are never given back\n", allowed, kept);
			return 1;
		}
		if(status == LUA_OK && !ran_out) {
			(void)printf("survived %ld\n", allowed);
			return 0;
		}
	}
}
