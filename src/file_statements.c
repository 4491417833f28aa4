#include <string.h>
#include <sys/stat.h>

#include "files.h"
#include "host.h"
#include "layer.h"
#include "sandbox.h"
#include "statement.h"

/* Pushes `path`, taken as relative to the folder of the layer's file `base`, which names one, where it is not absolute. */
static const char *push_relative(lua_State *L, const char *base, const char *path) {
	if(*path == '/') {
		return lua_pushstring(L, path);
	}
	size_t folder = sl_resolve_folder(base, &path);
	lua_pushlstring(L, base, folder);
	lua_pushfstring(L, "%s/%s", lua_tostring(L, -1), path);
	lua_remove(L, -2);
	return lua_tostring(L, -1);
}

static void include_file(lua_State *L, const char *path) {
	sl_stack *stack = sl_stack_at(L, sl_up_stack());
	enum { DEEPEST = 50 };   /* far deeper than anyone nests; Lua's own limit of C calls is at 200 */
	if(stack->include_depth >= DEEPEST) {
		luaL_error(L, "Include of %s: files include each other more than %d deep; does one include itself?", path, DEEPEST);
	}
	stack->include_depth++;
	sl_run_file(L, sl_up_stack(), path);
	stack->include_depth--;
	lua_pop(L, 1);
}

/* What a protected step without Lua needs to match a pattern. */
typedef struct match {
	sl_arena *arena;
	const char *folder, *glob;
	const char **names;
	size_t count;
	int error;
} match;

static void match_step(void *context) {
	match *m = context;
	m->error = sl_match_folder(m->arena, m->folder, m->glob, &m->names, &m->count);
}

/* The path has a folder: push_relative() made it. */
static void include_matching(lua_State *L, const char *path) {
	const char *slash = strrchr(path, '/');
	match m = { .arena = sl_push_arena(L), .glob = slash + 1 };
	lua_pushlstring(L, path, (size_t)(slash - path));
	m.folder = lua_tostring(L, -1);
	sl_run(L, m.arena, match_step, &m);
	if(m.error) {
		luaL_error(L, "Include \"%s\": cannot read the folder %s: %s", path, m.folder, strerror(m.error));
	}
	for(size_t i = 0; i < m.count; i++) {
		lua_pushfstring(L, "%s/%s", m.folder, m.names[i]);
		include_file(L, lua_tostring(L, -1));
		lua_pop(L, 1);
	}
	sl_arena_free(m.arena);
}

/* (path): Include; a wildcard's files come in natural order */
int sl_include(lua_State *L) {
	const char *path = luaL_checkstring(L, 1);
	push_relative(L, sl_up_path(L), path);
	if(strpbrk(path, "*?")) {
		include_matching(L, lua_tostring(L, -1));
	} else {
		include_file(L, lua_tostring(L, -1));
	}
	lua_pushboolean(L, 1);
	return 1;
}

/* (path) -> whatever the script returns */
int sl_run_script(lua_State *L) {
	const char *path = luaL_checkstring(L, 1);
	lua_settop(L, 1);
	sl_up_sandbox(L)->reached = true;
	sl_push_global(L, "dofile");
	push_relative(L, sl_up_path(L), path);
	lua_call(L, 1, LUA_MULTRET);
	return lua_gettop(L) - 1;
}

/* Pushes a function of Lua's io library. */
static void push_io(lua_State *L, const char *name) {
	lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
	lua_getfield(L, -1, "io");
	lua_getfield(L, -1, name);
	lua_replace(L, -3);
	lua_pop(L, 1);
}

/* Refuses what would never end, or fill the memory: opening a FIFO waits for somebody who writes. */
static void refuse_endless(lua_State *L, const char *path) {
	struct stat info;
	if(stat(path, &info) != 0) {
		return;   /* opening it says why */
	}
	if(S_ISDIR(info.st_mode)) {
		luaL_error(L, "%s: this is a folder, a file was expected", path);
	}
	if(!S_ISREG(info.st_mode)) {
		luaL_error(L, "%s: this is no regular file (a pipe, a socket or a device)", path);
	}
	if((unsigned long long)info.st_size > SL_MAX_FILE) {
		luaL_error(L, "%s: the file is larger than any value of a configuration; is it the right one?", path);
	}
}

/* Replaces the path at the top of the stack by the file, opened for reading. It is closed when the calling function ends, also by an error. */
static void open_file(lua_State *L) {
	int path = lua_gettop(L);
	refuse_endless(L, lua_tostring(L, path));
	push_io(L, "open");
	lua_pushvalue(L, path);
	lua_call(L, 1, 2);
	if(lua_isnil(L, path + 1)) {
		luaL_error(L, "%s", lua_tostring(L, path + 2));
	}
	lua_pop(L, 1);
	lua_replace(L, path);
	lua_toclose(L, path);
}

/* Pushes what a method of the file at an index returns, two values; the value at the index `mode` (0: none) is its argument. */
static void call_file(lua_State *L, int file, const char *method, int mode) {
	lua_getfield(L, file, method);
	lua_pushvalue(L, file);
	if(mode) {
		lua_pushvalue(L, mode);
	}
	lua_call(L, mode ? 2 : 1, 2);
}

/* Pushes how to read: argument 2 where it is a way that Lua's files know, or the default. */
static void push_mode(lua_State *L, const char *mode) {
	const char *letter = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";
	letter += *letter == '*';
	if(!lua_isnil(L, 2) && lua_type(L, 2) != LUA_TNUMBER && (!*letter || !strchr("alLn", *letter))) {
		luaL_argerror(L, 2, "expected \"a\" for the whole file, \"l\" for its first line, or a number of bytes");
	}
	lua_pushvalue(L, 2);
	if(lua_isnil(L, -1)) {
		lua_pushstring(L, mode);
		lua_replace(L, -2);
	}
}

/* Notes the file as one whose change is a change of the configuration. `secret`: the name of what it holds, or NULL. */
static void note_file(lua_State *L, const char *path, const char *secret) {
	sl_stack *stack = sl_stack_at(L, sl_up_stack());
	struct stat info;
	if(stat(path, &info) == 0 && S_ISREG(info.st_mode)) {
		const sl_identity identity = sl_identify(&info);
		stack->readers.note_secret_file(L, stack, secret, path, &identity);
	}
}

/* Pushes what reading the file whose path is at the top of the stack gives, in the mode of argument 2 or the default. */
static int read_with(lua_State *L, const char *mode) {
	const char *path = lua_tostring(L, -1);
	lua_pushvalue(L, -1);
	push_mode(L, mode);
	lua_insert(L, -2);
	open_file(L);
	int file = lua_gettop(L);
	call_file(L, file, "read", file - 1);
	call_file(L, file, "close", 0);
	lua_settop(L, file + 2);
	if(lua_isnil(L, file + 1)) {
		return luaL_error(L, "%s: %s", path, lua_isnil(L, file + 2) ? "there is nothing to read" : luaL_tolstring(L, file + 2, NULL));
	}
	lua_settop(L, file + 1);
	return 1;
}

/* (path, mode?) -> string */
int sl_file_contents(lua_State *L) {
	luaL_checkstring(L, 1);
	lua_settop(L, 2);
	note_file(L, push_relative(L, sl_up_path(L), lua_tostring(L, 1)), NULL);
	return read_with(L, "a");
}

/* (path, mode?) -> string */
int sl_file_line(lua_State *L) {
	luaL_checkstring(L, 1);
	lua_settop(L, 2);
	note_file(L, push_relative(L, sl_up_path(L), lua_tostring(L, 1)), NULL);
	return read_with(L, "l");
}

/* (path) -> list of lines */
int sl_file_lines(lua_State *L) {
	luaL_checkstring(L, 1);
	lua_settop(L, 1);
	lua_newtable(L);
	note_file(L, push_relative(L, sl_up_path(L), lua_tostring(L, 1)), NULL);
	open_file(L);
	for(lua_Integer i = 1;; i++) {
		call_file(L, 3, "read", 0);
		lua_settop(L, 4);
		if(lua_isnil(L, 4)) {
			break;
		}
		lua_rawseti(L, 2, i);
	}
	call_file(L, 3, "close", 0);
	lua_settop(L, 2);
	return 1;
}

/* (name, mode?) -> string: one of the credentials that systemd gives the service */
int sl_credential(lua_State *L) {
	sl_stack *stack = sl_stack_at(L, sl_up_stack());
	const char *name = luaL_checkstring(L, 1);
	lua_settop(L, 2);
	if(!stack->credentials) {
		sl_place place = sl_place_in(L, sl_up_stack(), sl_up_file(L), NULL);
		if(!stack->prosodyctl) {
			return luaL_error(L, "Credential() requires the $CREDENTIALS_DIRECTORY environment variable to be set");
		}
		sl_report(L, stack, SL_WARNING, SL_ON_SECRET, sl_up_path(L), place.line,
			"Credential(\"%s\") requires the $CREDENTIALS_DIRECTORY environment variable "
			"to be set; the service has it where its unit has LoadCredential=", name);
		lua_pushnil(L);
		return 1;
	}
	note_file(L, lua_pushfstring(L, "%s/%s", stack->credentials, name), name);
	read_with(L, "a");
	size_t length;
	const char *value = lua_tolstring(L, -1, &length);
	value = sl_secret_text(value, &length);
	if(!value) {
		return luaL_error(L, "the systemd credential %s is UTF-16; save it as UTF-8", name);
	}
	lua_pushlstring(L, value, length);
	value = lua_tostring(L, -1);
	stack->readers.remember_secret(L, stack, value, length);
	return 1;
}

