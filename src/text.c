#include <stdio.h>
#include <string.h>

#include "value.h"

/* Text that grows in a userdata at a fixed place of the stack, so that an error leaves nothing behind. */
typedef struct writer {
	lua_State *L;
	int slot;
	char *text;
	size_t used, capacity;
	size_t limit;   /* 0: none */
	bool exact;     /* a lookup key: what is opaque counts by its address */
} writer;

static void start(writer *out, lua_State *L, size_t limit, bool exact) {
	*out = (writer) { .L = L, .limit = limit, .exact = exact, .capacity = 128 };
	out->text = lua_newuserdatauv(L, out->capacity, 0);
	out->slot = lua_gettop(L);
}

/* Replaces the writer's slot by the string. */
static void finish(writer *out) {
	lua_pushlstring(out->L, out->text, out->used);
	lua_replace(out->L, out->slot);
}

static bool full(const writer *out) {
	return out->limit && out->used >= out->limit;
}

static void put(writer *out, const char *text, size_t length) {
	if(full(out)) {
		return;
	}
	if(length > out->capacity - out->used) {
		size_t wanted = (out->capacity + length) * 2;
		char *grown = lua_newuserdatauv(out->L, wanted, 0);
		memcpy(grown, out->text, out->used);
		lua_replace(out->L, out->slot);
		out->text = grown;
		out->capacity = wanted;
	}
	memcpy(out->text + out->used, text, length);
	out->used += length;
}

static void put_text(writer *out, const char *text) {
	put(out, text, strlen(text));
}

static void put_string(writer *out, const char *text, size_t length) {
	if(out->exact) {   /* a length in front is exact and cheap */
		char head[32];
		int digits = snprintf(head, sizeof(head), "s%zu:", length);
		put(out, head, (size_t)digits);
		put(out, text, length);
		return;
	}
	put_text(out, "\"");
	for(size_t i = 0; i < length && !full(out); i++) {
		unsigned char byte = (unsigned char)text[i];
		char escape[8];
		if(byte == '"' || byte == '\\') {
			(void)snprintf(escape, sizeof(escape), "\\%c", byte);
		} else if(byte == '\n') {
			(void)snprintf(escape, sizeof(escape), "\\n");
		} else if(byte < 32 || byte == 127) {
			(void)snprintf(escape, sizeof(escape), "\\%03d", byte);
		} else {
			put(out, text + i, 1);
			continue;
		}
		put_text(out, escape);
	}
	put_text(out, "\"");
}

/* 1 and 1.0 are one key, as they are in a Lua table. */
static void put_number(writer *out, int index) {
	lua_Integer integer;
	lua_pushvalue(out->L, index);
	bool whole = out->exact && !lua_isinteger(out->L, -1) && lua_numbertointeger(lua_tonumber(out->L, -1), &integer)
		&& (lua_Number)integer == lua_tonumber(out->L, -1);
	if(whole) {
		lua_pushinteger(out->L, integer);
		lua_replace(out->L, -2);
	}
	/* The copy is turned into a string; the original may be the key of a running lua_next. */
	put_text(out, lua_tostring(out->L, -1));
	lua_pop(out->L, 1);
}

static void put_value(writer *out, int index, unsigned depth);

static bool is_name(const char *text, size_t length) {
	static const char *const reserved[] = { "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in",
		"local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while" };
	for(size_t i = 0; i < length; i++) {
		char c = text[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
		if(!letter && !(i && c >= '0' && c <= '9')) {
			return false;
		}
	}
	for(size_t i = 0; i < sizeof(reserved) / sizeof(*reserved); i++) {
		if(strcmp(text, reserved[i]) == 0) {
			return false;
		}
	}
	return length > 0;
}

static void put_key(writer *out, int index, unsigned depth) {
	size_t length;
	const char *text = lua_type(out->L, index) == LUA_TSTRING ? lua_tolstring(out->L, index, &length) : NULL;
	if(text && !out->exact && is_name(text, length)) {
		put(out, text, length);
	} else {
		put_text(out, "[");
		put_value(out, index, depth);
		put_text(out, "]");
	}
	put_text(out, " = ");
}

static void put_named(writer *out, int index, size_t listed, bool first, unsigned depth) {
	lua_State *L = out->L;
	size_t count = sl_sorted_keys(L, index);
	int keys = lua_gettop(L);
	for(size_t i = 1; i <= count && !full(out); i++) {
		lua_rawgeti(L, keys, (lua_Integer)i);
		if(!sl_is_listed(L, -1, listed)) {
			put_text(out, first ? "" : ", ");
			first = false;
			put_key(out, lua_gettop(L), depth);
			lua_rawget(L, index);
			put_value(out, lua_gettop(L), depth);
		}
		lua_settop(L, keys);
	}
	lua_pop(L, 1);
}

static void put_table(writer *out, int index, unsigned depth) {
	lua_State *L = out->L;
	size_t listed, named;
	sl_table_shape(L, index, &listed, &named);
	put_text(out, listed || named ? "{ " : "{");
	for(size_t i = 1; i <= listed && !full(out); i++) {
		put_text(out, i > 1 ? ", " : "");
		lua_rawgeti(L, index, (lua_Integer)i);
		put_value(out, lua_gettop(L), depth);
		lua_pop(L, 1);
	}
	if(named) {
		put_named(out, index, listed, listed == 0, depth);
	}
	put_text(out, listed || named ? " }" : "}");
}

static void put_opaque(writer *out, int index) {
	char text[64];
	if(out->exact) {
		(void)snprintf(text, sizeof(text), "(%p)", lua_topointer(out->L, index));
	} else {
		(void)snprintf(text, sizeof(text), "(%s)", luaL_typename(out->L, index));
	}
	put_text(out, text);
}

static void put_value(writer *out, int index, unsigned depth) {
	lua_State *L = out->L;
	size_t length;
	const char *text;
	if(full(out)) {
		return;
	}
	luaL_checkstack(L, 12, "writing a value");
	switch(lua_type(L, index)) {
	case LUA_TNIL:
		put_text(out, "nil");
		break;
	case LUA_TBOOLEAN:
		put_text(out, lua_toboolean(L, index) ? "true" : "false");
		break;
	case LUA_TNUMBER:
		put_number(out, index);
		break;
	case LUA_TSTRING:
		text = lua_tolstring(L, index, &length);
		put_string(out, text, length);
		break;
	default:
		if(depth < SL_MAX_DEPTH && sl_is_plain_table(L, index)) {
			put_table(out, index, depth + 1);
		} else {
			put_opaque(out, index);
		}
	}
}

/* Longer than any element of a real configuration; past it, elements count as different. */
enum { KEY_LIMIT = 1 << 20 };

void sl_value_key(lua_State *L, int index) {
	if(lua_type(L, index) == LUA_TNUMBER && !lua_rawequal(L, index, index)) {
		lua_pushliteral(L, "\1nan");   /* not a number cannot be a key */
		return;
	}
	if(!sl_is_plain_table(L, index)) {
		lua_pushvalue(L, index);
		return;
	}
	index = lua_absindex(L, index);
	luaL_checkstack(L, 12, "comparing elements");
	writer out;
	start(&out, L, KEY_LIMIT, true);
	put_text(&out, "\1table ");
	put_value(&out, index, 0);
	if(full(&out)) {
		lua_pushvalue(L, index);
		lua_replace(L, out.slot);
		return;
	}
	finish(&out);
}

void sl_value_text(lua_State *L, int index, size_t limit) {
	index = lua_absindex(L, index);
	luaL_checkstack(L, 12, "writing a value");
	writer out;
	start(&out, L, limit, false);
	put_value(&out, index, 0);
	if(full(&out)) {
		out.limit = 0;
		put_text(&out, "…");
	}
	finish(&out);
}

