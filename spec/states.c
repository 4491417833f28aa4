/* Two Lua states at once, each in a thread of its own, run the script of the command line many times; one ends before the other. The script
 * returns a function that returns true. Prints "survived". */
#include <lauxlib.h>
#include <lualib.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct job {
	const char *script;
	int rounds;
} job;

static void fail(lua_State *L) {
	fprintf(stderr, "%s\n", luaL_tolstring(L, -1, NULL));
	exit(1);
}

static void *run(void *context) {
	const job *j = context;
	lua_State *L = luaL_newstate();
	luaL_openlibs(L);
	if(luaL_loadfile(L, j->script) || lua_pcall(L, 0, 1, 0)) {
		fail(L);
	}
	for(int i = 0; i < j->rounds; i++) {
		lua_pushvalue(L, -1);
		if(lua_pcall(L, 0, 1, 0) || !lua_toboolean(L, -1)) {
			fail(L);
		}
		lua_pop(L, 1);
	}
	lua_close(L);
	return NULL;
}

int main(int argc, char **argv) {
	if(argc < 2) {
		return 2;
	}
	job jobs[] = { { argv[1], 20 }, { argv[1], 100 } };
	pthread_t threads[2];
	for(int i = 0; i < 2; i++) {
		if(pthread_create(&threads[i], NULL, run, &jobs[i])) {
			return 1;
		}
	}
	for(int i = 0; i < 2; i++) {
		pthread_join(threads[i], NULL);
	}
	puts("survived");
	return 0;
}
