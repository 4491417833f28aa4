#include "compile.h"

#include <string.h>

#include "kept.h"

/* Lua shortens a long path in its messages to "...end"; the administrator gets it whole. */
void sl_restore_path(lua_State *L, const char *path) {
	enum { KEPT = LUA_IDSIZE - 4 };   /* behind three dots, before the final zero */
	const char *message = lua_tostring(L, -1);
	size_t length = strlen(path);
	if(length < LUA_IDSIZE || strncmp(message, "...", 3) != 0 || strncmp(message + 3, path + length - KEPT, KEPT) != 0) {
		return;
	}
	lua_pushfstring(L, "%s%s", path, message + 3 + KEPT);
	lua_remove(L, -2);
}

/* Of what is nested too deep Lua says no more than this. Is it at the top of the stack, and no compiled chunk or another error? */
static bool is_overflow(lua_State *L) {
	const char *message = lua_tostring(L, -1);
	return message && strcmp(message, "C stack overflow") == 0;
}

/* The line on which the text becomes too deep: the last one of the shortest beginning that is. */
static int overflow_line(lua_State *L, const char *text, size_t length, const char *chunk) {
	size_t low = 0;
	size_t high = length;
	while(low < high) {
		size_t middle = low + (high - low) / 2;
		int status = luaL_loadbufferx(L, text, middle, chunk, "t");
		if(status == LUA_ERRMEM) {
			lua_error(L);
		}
		if(is_overflow(L)) {
			high = middle;
		} else {
			low = middle + 1;
		}
		lua_pop(L, 1);
	}
	int line = 1;
	for(size_t i = 0; i < low; i++) {
		line += text[i] == '\n';
	}
	return line;
}

void sl_push_chunk(lua_State *L, const char *path, const char *text, size_t length) {
	luaL_checkstack(L, 4, "compiling a layer");
	const char *chunk = lua_pushfstring(L, "@%s", path);
	if(length && text[0] == LUA_SIGNATURE[0]) {
		luaL_error(L, "%s: this is compiled Lua code; a layer must be source text", path);
	}
	if(luaL_loadbufferx(L, text, length, chunk, "t") != LUA_OK) {
		if(is_overflow(L)) {
			luaL_error(L, "%s:%d: too deep for Lua, which takes some 190 tables, brackets, operators or blocks in each other; make it flatter",
				path, overflow_line(L, text, length, chunk));
		}
		sl_restore_path(L, path);
		lua_error(L);
	}
	lua_remove(L, -2);
}

/* ======== what is kept ======== */

/* Lua hands out its binary in pieces of a few bytes, hundreds of them. Most binaries are small. */
typedef struct dump {
	char small[4096];
	size_t length;   /* of what is in there */
	luaL_Buffer buffer;
	bool begun;
} dump;

static void spill(lua_State *L, dump *d) {
	if(!d->begun) {
		d->begun = true;
		luaL_buffinit(L, &d->buffer);
	}
	luaL_addlstring(&d->buffer, d->small, d->length);
	d->length = 0;
}

/* The buffer may only begin when the function to be dumped need not be at the top of the stack any more. */
static int add_piece(lua_State *L, const void *piece, size_t size, void *context) {
	dump *d = context;
	if(size > sizeof(d->small) - d->length) {
		spill(L, d);
	}
	if(size > sizeof(d->small)) {
		luaL_addlstring(&d->buffer, piece, size);
	} else {
		memcpy(d->small + d->length, piece, size);
		d->length += size;
	}
	return 0;
}

/* Pushes the chunk at the top of the stack as Lua's binary. */
static void push_binary(lua_State *L) {
	dump d;
	d.length = 0;
	d.begun = false;
	lua_dump(L, add_piece, &d, 0);
	if(d.begun) {
		spill(L, &d);
		luaL_pushresult(&d.buffer);
	} else {
		lua_pushlstring(L, d.small, d.length);
	}
}

void sl_push_kept_chunk(lua_State *L, int index, const char *path) {
	sl_kept *kept = lua_touserdata(L, index);
	size_t length;
	luaL_checkstack(L, 6, "compiling a layer");
	if(lua_getiuservalue(L, index, SL_KEPT_CHUNK) == LUA_TSTRING) {
		const char *binary = lua_tolstring(L, -1, &length);
		if(luaL_loadbufferx(L, binary, length, path, "b") != LUA_OK) {
			lua_error(L);
		}
		lua_remove(L, -2);
		return;
	}
	lua_pop(L, 1);
	sl_push_chunk(L, path, sl_kept_text(kept), kept->length);
	push_binary(L);
	lua_setiuservalue(L, index, SL_KEPT_CHUNK);
}
