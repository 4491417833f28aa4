/* The arena from Lua's side: each call protects itself, since Lua's errors must not jump across sl_protect. */
#include "request_api.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "spelling.h"
#include "stackloader.h"

typedef struct copy {
	sl_arena *arena;
	size_t size;
	const char *folder;
	const char *text;
	const char *const *candidates;
	void *result;
} copy;

static void copy_memory(void *context) {
	copy *c = context;
	c->result = sl_new(c->arena, c->size);
}

static void copy_text(void *context) {
	copy *c = context;
	c->result = sl_strdup(c->arena, c->text);
}

static void copy_path(void *context) {
	copy *c = context;
	c->result = sl_format(c->arena, "%s/%s", strcmp(c->folder, "/") == 0 ? "" : c->folder, c->text);
}

static void copy_hint(void *context) {
	copy *c = context;
	c->result = sl_strdup(c->arena, sl_did_you_mean(c->arena, c->text, c->candidates));
}

void *sl_keep_memory(lua_State *L, sl_arena *arena, size_t size) {
	copy c = { .arena = arena, .size = size };
	sl_run(L, arena, copy_memory, &c);
	return c.result;
}

const char *sl_keep(lua_State *L, sl_arena *arena, const char *text) {
	copy c = { .arena = arena, .text = text };
	sl_run(L, arena, copy_text, &c);
	return c.result;
}

const char *sl_keep_path(lua_State *L, sl_arena *arena, const char *path) {
	char folder[PATH_MAX];
	if(path[0] == '/') {
		return sl_keep(L, arena, path);
	}
	if(!getcwd(folder, sizeof(folder))) {
		luaL_error(L, "the path %s is relative, but the working folder is unknown: %s", path, strerror(errno));
	}
	while(path[0] == '.' && (path[1] == '/' || !path[1])) {
		path += path[1] ? 2 : 1;
	}
	if(!*path) {
		return sl_keep(L, arena, folder);
	}
	copy c = { .arena = arena, .folder = folder, .text = path };
	sl_run(L, arena, copy_path, &c);
	return c.result;
}

const char *sl_keep_hint(lua_State *L, sl_arena *arena, const char *word, const char *const *candidates) {
	copy c = { .arena = arena, .text = word, .candidates = candidates };
	sl_run(L, arena, copy_hint, &c);
	return c.result;
}
