#include "union.h"

#include <string.h>

/* A string of the result, to be found by its hash. */
typedef struct place {
	uint32_t hash;
	uint32_t position;   /* in the result; 0: free */
} place;

enum { FEW = 64 };

typedef struct uniting {
	lua_State *L;
	int result;
	int others;      /* slot: elements that are no strings, by sl_value_key; nil until there is one */
	uint32_t count;
	size_t mask;     /* number of places, a power of two, less one */
	place *places;
	place few[FEW];
} uniting;

/* A product mixes its factors' bits upwards only, so the upper half goes back down before each. */
static uint64_t mix(uint64_t hash, uint64_t word) {
	hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
	return hash ^ hash >> 32;
}

static uint32_t hash_of(const char *text, size_t length) {
	uint64_t hash = length, word = 0;
	for(; length >= sizeof(word); text += sizeof(word), length -= sizeof(word)) {
		memcpy(&word, text, sizeof(word));
		hash = mix(hash, word);
	}
	for(word = 0; length; length--) {
		word = word << 8 | (unsigned char)text[length - 1];
	}
	return (uint32_t)mix(mix(hash, word), 0);
}

static bool is_element(const uniting *u, int index, uint32_t position) {
	lua_rawgeti(u->L, u->result, position);
	bool same = lua_rawequal(u->L, -1, index);
	lua_pop(u->L, 1);
	return same;
}

/* Is the string new? Then it is noted as the next element. */
static bool note_string(uniting *u, int index) {
	size_t length;
	const char *text = lua_tolstring(u->L, index, &length);
	uint32_t hash = hash_of(text, length);
	size_t at = hash & u->mask;
	for(; u->places[at].position; at = (at + 1) & u->mask) {
		if(u->places[at].hash == hash && is_element(u, index, u->places[at].position)) {
			return false;
		}
	}
	u->places[at] = (place) { hash, u->count + 1 };
	return true;
}

/* The same of what is no string. */
static bool note_other(uniting *u, int index) {
	lua_State *L = u->L;
	if(lua_isnil(L, u->others)) {
		lua_newtable(L);
		lua_replace(L, u->others);
	}
	sl_value_key(L, index);
	lua_pushvalue(L, -1);
	if(lua_rawget(L, u->others) != LUA_TNIL) {
		lua_pop(L, 2);
		return false;
	}
	lua_pop(L, 1);
	lua_pushboolean(L, 1);
	lua_rawset(L, u->others);
	return true;
}

/* Adds the element at the top of the stack, of the type, and pops it; nil is a gap. */
static void add(uniting *u, int type) {
	int index = lua_gettop(u->L);
	bool new = type == LUA_TSTRING ? note_string(u, index) : type != LUA_TNIL && note_other(u, index);
	if(new) {
		lua_rawseti(u->L, u->result, ++u->count);
	} else {
		lua_pop(u->L, 1);
	}
}

static void add_all(uniting *u, int value, size_t length) {
	if(!sl_is_plain_table(u->L, value)) {
		lua_pushvalue(u->L, value);
		add(u, lua_type(u->L, value));
		return;
	}
	for(size_t i = 1; i <= length; i++) {
		int type = lua_rawgeti(u->L, value, (lua_Integer)i);
		add(u, type);
	}
}

/* Room for the strings, a third of it to remain free. */
static void make_places(uniting *u, size_t most) {
	size_t capacity = FEW;
	while(capacity - capacity / 4 < most) {
		capacity *= 2;
	}
	u->mask = capacity - 1;
	u->places = capacity == FEW ? u->few : lua_newuserdatauv(u->L, capacity * sizeof(place), 0);
	memset(u->places, 0, capacity * sizeof(place));
}

void sl_push_union(lua_State *L, int base, size_t base_length, int over, size_t over_length) {
	luaL_checkstack(L, 8, "merging");
	size_t most = base_length + over_length + 2;
	lua_createtable(L, (int)(base_length + over_length), 0);
	uniting u = { .L = L, .result = lua_gettop(L), .others = lua_gettop(L) + 1 };
	lua_pushnil(L);
	make_places(&u, most);
	add_all(&u, base, base_length);
	add_all(&u, over, over_length);
	lua_settop(L, u.result);
}
