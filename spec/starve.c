/* Runs a Lua function in states of its own, under an allocator that refuses memory.
 *
 *   starve SCRIPT           again and again: the memory runs out at its first allocation, at its second, until it needs no more
 *   starve SCRIPT STEP      the same at every STEP-th allocation only
 *   starve SCRIPT STEP N    the same, but the memory is back after so many refusals; after one, whoever tries again gets what he asked for
 *   starve SCRIPT collect   once: every new string, table, function and userdata is refused a first time, so that Lua collects all it can
 *                           before each of them
 *
 * Each time it must succeed or end with Lua's memory error; then, the memory being back, the same state must do it; and closing the state
 * must give every byte and every descriptor back. SCRIPT returns the function.
 */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is allocated, and how many more allocations may succeed; negative: any number. */
typedef struct supply {
	size_t bytes;
	long left;
	long refusals; /* so many in a row; negative: for good */
	int collects;
	int refused; /* the request before was refused, so that this is the same once more */
} supply;

/* For a new object Lua tells its type as the old size. What the module asks for itself it does not ask for twice. */
static int is_refused(supply *s, int is_object) {
	if(s->collects && is_object) {
		s->refused = !s->refused;
		return s->refused;
	}
	if(s->left > 0) {
		s->left--;
	} else if(s->left == 0) {
		s->left = s->refusals > 0 && --s->refusals == 0 ? -1 : 0;
		return 1;
	}
	return 0;
}

static void *allocate(void *ud, void *block, size_t old_size, size_t new_size) {
	supply *s = ud;
	size_t held = block ? old_size : 0;
	if(new_size > held && is_refused(s, !block && old_size > 0)) {
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

static int count_descriptors(void) {
	int count = 0;
	DIR *folder = opendir("/proc/self/fd");
	while(folder && readdir(folder)) {
		count++;
	}
	if(folder) {
		(void)closedir(folder);
	}
	return count;
}

static const char *message_in(lua_State *L) {
	return lua_isstring(L, -1) ? lua_tostring(L, -1) : luaL_typename(L, -1);
}

static void check_end(lua_State *L, int status, long allowed) {
	if(status != LUA_OK && !strstr(message_in(L), "not enough memory")) {
		(void)fprintf(stderr, "after %ld allocations: %s\n", allowed, message_in(L));
		exit(1);
	}
}

static lua_State *begin(const char *script, supply *s) {
	lua_State *L = lua_newstate(allocate, s);
	luaL_openlibs(L);
	if(luaL_dofile(L, script) != LUA_OK) {
		(void)fprintf(stderr, "%s\n", message_in(L));
		exit(2);
	}
	return L;
}

static void check_rest(lua_State *L, const supply *s, int descriptors, long allowed) {
	lua_close(L);
	if(s->bytes) {
		(void)fprintf(stderr, "after %ld allocations: %zu bytes are never given back\n", allowed, s->bytes);
		exit(1);
	}
	if(count_descriptors() != descriptors) {
		(void)fprintf(stderr, "after %ld allocations: %d descriptors are left open\n", allowed, count_descriptors() - descriptors);
		exit(1);
	}
}

/* Whether that many allocations are not enough. */
static int run(const char *script, long allowed, long refusals) {
	supply s = { .left = -1, .refusals = refusals };
	int descriptors = count_descriptors();
	lua_State *L = begin(script, &s);
	lua_pushvalue(L, -1);
	s.left = allowed;
	int status = lua_pcall(L, 0, 0, 0);
	int ran_out = s.left <= 0;
	s.left = -1;
	check_end(L, status, allowed);
	if(status != LUA_OK) {
		lua_pop(L, 1);
		if(lua_pcall(L, 0, 0, 0) != LUA_OK) {
			(void)fprintf(stderr, "once more, after %ld allocations: %s\n", allowed, message_in(L));
			exit(1);
		}
	}
	check_rest(L, &s, descriptors, allowed);
	return status != LUA_OK || ran_out;
}

static int call_collecting(lua_State *L, supply *s) {
	s->collects = 1;
	int status = lua_pcall(L, 0, 0, 0);
	s->collects = 0;
	return status;
}

static void collect(const char *script) {
	supply s = { .left = -1 };
	int descriptors = count_descriptors();
	lua_State *L = begin(script, &s);
	if(call_collecting(L, &s) != LUA_OK) {
		(void)fprintf(stderr, "%s\n", message_in(L));
		exit(1);
	}
	check_rest(L, &s, descriptors, 0);
	(void)printf("collected\n");
}

int main(int argc, char **argv) {
	if(argc < 2 || argc > 4) {
		(void)fprintf(stderr, "usage: starve SCRIPT [STEP [N] | collect]\n");
		return 2;
	}
	if(argc == 3 && strcmp(argv[2], "collect") == 0) {
		collect(argv[1]);
		return 0;
	}
	long step = argc > 2 ? strtol(argv[2], NULL, 10) : 1;
	long refusals = argc > 3 ? strtol(argv[3], NULL, 10) : -1;
	long allowed = 0;
	while(run(argv[1], allowed, refusals)) {
		allowed += step;
	}
	(void)printf("survived %ld\n", allowed);
	return 0;
}
