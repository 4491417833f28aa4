/* Runs a target that is written in Lua, the file SL_FUZZ_SCRIPT: called with the table `fuzz`, it returns a function, which is called with
 * each input and raises an error where something does not hold. Each input gets a new Lua state. */
#define _XOPEN_SOURCE 700 /* for nftw */

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common.h"
#include "stackloader.h"

int luaopen_stackloader(lua_State *L);

/* The compiled script, and the folder for what it makes of files. */
static struct script {
	char *bytes;
	size_t length;
	char folder[256];
} script;

/* ======== what scripts can do ======== */

static int check(lua_State *L, int result, const char *path) {
	return luaL_fileresult(L, result == 0, path);
}

/* (path) -> true | nil, message: a folder */
static int make_folder(lua_State *L) {
	const char *path = luaL_checkstring(L, 1);
	return check(L, mkdir(path, 0700), path);
}

/* (path, target): a link */
static int make_link(lua_State *L) {
	const char *path = luaL_checkstring(L, 1);
	return check(L, symlink(luaL_checkstring(L, 2), path), path);
}

/* (path): a pipe */
static int make_pipe(lua_State *L) {
	const char *path = luaL_checkstring(L, 1);
	return check(L, mkfifo(path, 0600), path);
}

/* (path, text): a file; a pipe that is there already is none, and must not be waited for */
static int write_file(lua_State *L) {
	size_t length;
	const char *path = luaL_checkstring(L, 1);
	const char *text = luaL_checklstring(L, 2, &length);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK | O_CLOEXEC, 0600);
	if(fd < 0) {
		return luaL_fileresult(L, 0, path);
	}
	bool written = write(fd, text, length) == (ssize_t)length;
	return luaL_fileresult(L, close(fd) == 0 && written, path);
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *where) {
	(void)info;
	(void)type;
	return where->level == 0 ? 0 : remove(path);
}

/* (): nothing is left in the folder */
static int clear(lua_State *L) {
	enum { DESCRIPTORS = 20 };
	return check(L, nftw(script.folder, remove_entry, DESCRIPTORS, FTW_DEPTH | FTW_PHYS), script.folder);
}

static void stop(lua_State *L, lua_Debug *ar) {
	(void)ar;
	lua_sethook(L, stop, LUA_MASKCOUNT, 1); /* whoever catches the error does not get far */
	luaL_error(L, "this takes too long");
}

/* (count, function, …): as pcall, but code that runs longer than so many instructions gets an error */
static int call_bounded(lua_State *L) {
	int count = (int)luaL_checkinteger(L, 1);
	lua_sethook(L, stop, LUA_MASKCOUNT, count);
	int status = lua_pcall(L, lua_gettop(L) - 2, LUA_MULTRET, 0);
	lua_sethook(L, NULL, 0, 0);
	lua_pushboolean(L, status == LUA_OK);
	lua_replace(L, 1);
	return lua_gettop(L);
}

static void push_tools(lua_State *L) {
	static const luaL_Reg tools[] = { { "make_folder", make_folder }, { "make_link", make_link }, { "make_pipe", make_pipe },
		{ "write", write_file }, { "clear", clear }, { "call", call_bounded }, { NULL, NULL } };
	luaL_newlib(L, tools);
	lua_pushstring(L, script.folder);
	lua_setfield(L, -2, "folder");
	lua_pushstring(L, SL_FUZZ_SCRIPTS);
	lua_setfield(L, -2, "scripts");
}

/* ======== running it ======== */

static int keep_bytes(lua_State *L, const void *bytes, size_t length, void *context) {
	struct script *s = context;
	(void)L;
	char *grown = realloc(s->bytes, s->length + length);
	if(!grown) {
		return 1;
	}
	memcpy(grown + s->length, bytes, length);
	s->bytes = grown;
	s->length += length;
	return 0;
}

static int compile(lua_State *L) {
	if(luaL_loadfile(L, SL_FUZZ_SCRIPTS "/" SL_FUZZ_SCRIPT) != LUA_OK) {
		return lua_error(L);
	}
	require(lua_dump(L, keep_bytes, &script, 0) == 0);
	return 0;
}

static void remove_folder(void) {
	lua_State *L = luaL_newstate();
	if(L) {
		clear(L);
		lua_close(L);
	}
	rmdir(script.folder);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
	(void)argc;
	(void)argv;
	const char *where = getenv("TMPDIR");
	(void)snprintf(script.folder, sizeof(script.folder), "%s/stackloader-fuzz-XXXXXX", where ? where : "/tmp");
	require(mkdtemp(script.folder) != NULL);
	require(atexit(remove_folder) == 0);
	sl_fuzz_in_lua(compile, NULL);
	return 0;
}

static int run(lua_State *L) {
	const sl_fuzz_input *input = lua_touserdata(L, 1);
	luaL_requiref(L, "stackloader", luaopen_stackloader, 0);
	if(luaL_loadbufferx(L, script.bytes, script.length, "=" SL_FUZZ_SCRIPT, "b") != LUA_OK) {
		return lua_error(L);
	}
	push_tools(L);
	lua_call(L, 1, 1);
	lua_pushlstring(L, input->text, input->length);
	lua_call(L, 1, 0);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	sl_fuzz_input input = { .text = (const char *)data, .length = size };
	sl_fuzz_in_lua(run, &input);
	return 0;
}
