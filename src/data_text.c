#include "data_text.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "value.h"

/* Fewer and less deep than what data.c takes. */
enum { DEEPEST = 30, MOST_KEYS = 150 };

typedef struct writer {
	lua_State *L;
	char *at, *end;
	sl_written *written;
} writer;

void sl_begin_writing(sl_written *written) {
	memset(written->tables, 0, sizeof(written->tables));
	written->count = 0;
	written->noted = 0;
}

sl_datum *sl_note_datum(sl_written *written, sl_datum_kind kind) {
	size_t place = written->noted++;
	sl_datum *datum = &written->row[place < SL_MOST_NOTED ? place : SL_MOST_NOTED - 1];
	*datum = (sl_datum) { .kind = (uint8_t)kind };
	return datum;
}

static bool put(writer *w, const char *text, size_t length) {
	if((size_t)(w->end - w->at) < length) {
		return false;
	}
	memcpy(w->at, text, length);
	w->at += length;
	return true;
}

static bool put_char(writer *w, char c) {
	return put(w, &c, 1);
}

/* The quote in which the text can stand without escapes; 0: in none. */
static char quote_for(const char *text, size_t length) {
	bool has_double = false;
	bool has_single = false;
	for(size_t i = 0; i < length; i++) {
		if(text[i] == '\\' || ((unsigned char)text[i] < ' ' && text[i] != '\t')) {
			return '\0';
		}
		has_double = has_double || text[i] == '"';
		has_single = has_single || text[i] == '\'';
	}
	if(!has_double) {
		return '"';
	}
	return has_single ? '\0' : '\'';
}

static bool put_string(writer *w, int index, sl_datum_kind kind) {
	size_t length;
	const char *text = lua_tolstring(w->L, index, &length);
	char quote = quote_for(text, length);
	sl_datum *datum = sl_note_datum(w->written, kind);
	datum->as.text = w->at + 1;
	datum->length = (uint32_t)length;
	return quote && put_char(w, quote) && put(w, text, length) && put_char(w, quote);
}

static bool put_integer(writer *w, int64_t number) {
	char text[24];
	char *at = text + sizeof(text);
	uint64_t left = number < 0 ? -(uint64_t)number : (uint64_t)number;
	do {
		*--at = (char)('0' + left % 10);
		left /= 10;
	} while(left);
	if(number < 0) {
		*--at = '-';
	}
	return put(w, at, (size_t)(text + sizeof(text) - at));
}

/* In the digits that a data file takes, if they say all of it. */
static bool put_fraction(writer *w, double number) {
	enum { MOST_DIGITS = 15 };
	char text[40];
	size_t length = (size_t)snprintf(text, sizeof(text), "%.*g", MOST_DIGITS, number);
	size_t room = MOST_DIGITS + (number < 0 ? 2 : 1);
	bool plain = length <= room && strspn(text, "-0123456789.") == length;   /* no exponent, and no point of another language */
	double said = strtod(text, NULL);
	sl_note_datum(w->written, SL_DATUM_NUMBER)->as.number = number;
	return plain && !(said < number || said > number) && put(w, text, length);
}

static bool put_number(writer *w, int index) {
	static const double most = 1e14;
	double number = lua_tonumber(w->L, index);
	if(!(number > -most && number < most) || (number == 0 && signbit(number))) {
		return false;
	}
	if(number > floor(number)) {
		return put_fraction(w, number);
	}
	if(lua_isinteger(w->L, index)) {
		sl_note_datum(w->written, SL_DATUM_INTEGER)->as.integer = (int64_t)number;
		return put_integer(w, (int64_t)number);
	}
	sl_note_datum(w->written, SL_DATUM_NUMBER)->as.number = number;
	return put_integer(w, (int64_t)number) && put(w, ".0", 2);
}

static bool put_value(writer *w, int index, unsigned depth);

/* No table twice: what is shared, and what holds itself, is more than a text can say. */
static bool is_new(writer *w, int table) {
	enum { PLACES = 2 * SL_MOST_WRITTEN };
	sl_written *written = w->written;
	const void *address = lua_topointer(w->L, table);
	size_t place = (size_t)((uintptr_t)address >> 4) % PLACES;
	while(written->tables[place] && written->tables[place] != address) {
		place = (place + 1) % PLACES;
	}
	if(written->tables[place] || written->count == SL_MOST_WRITTEN) {
		return false;
	}
	written->tables[place] = address;
	written->count++;
	return true;
}

static bool put_list(writer *w, int table, lua_Integer length, unsigned depth) {
	lua_State *L = w->L;
	bool good = true;
	for(lua_Integer i = 1; good && i <= length; i++) {
		lua_rawgeti(L, table, i);
		good = put_value(w, lua_gettop(L), depth) && put_char(w, ',');
		lua_pop(L, 1);
	}
	return good;
}

static bool put_keys(writer *w, int table, lua_Integer length, unsigned depth, unsigned *count) {
	lua_State *L = w->L;
	int top = lua_gettop(L);
	bool good = true;
	lua_pushnil(L);
	while(good && lua_next(L, table)) {
		if(!sl_is_listed(L, top + 1, (size_t)length)) {
			good = lua_type(L, top + 1) == LUA_TSTRING && ++*count <= MOST_KEYS && put_char(w, '[')
				&& put_string(w, top + 1, SL_DATUM_KEY) && put(w, "]=", 2)
				&& put_value(w, top + 2, depth) && put_char(w, ',');
		}
		lua_settop(L, top + 1);
	}
	lua_settop(L, top);
	return good;
}

static bool put_table(writer *w, int table, unsigned depth) {
	lua_State *L = w->L;
	luaL_checkstack(L, 6, "writing a value");
	if(lua_getmetatable(L, table)) {
		lua_pop(L, 1);
		return false;
	}
	lua_Integer length = (lua_Integer)lua_rawlen(L, table);
	if(depth >= DEEPEST || !is_new(w, table)) {
		return false;
	}
	unsigned keys = 0;
	sl_datum *datum = sl_note_datum(w->written, SL_DATUM_TABLE);
	bool good = put_char(w, '{') && put_list(w, table, length, depth + 1) && put_keys(w, table, length, depth + 1, &keys) && put_char(w, '}');
	datum->listed = (uint32_t)length;
	datum->length = (uint32_t)length + keys;
	return good;
}

static bool put_value(writer *w, int index, unsigned depth) {
	switch(lua_type(w->L, index)) {
	case LUA_TBOOLEAN:
		sl_note_datum(w->written, lua_toboolean(w->L, index) ? SL_DATUM_TRUE : SL_DATUM_FALSE);
		return lua_toboolean(w->L, index) ? put(w, "true", 4) : put(w, "false", 5);
	case LUA_TNUMBER:
		return put_number(w, index);
	case LUA_TSTRING:
		return put_string(w, index, SL_DATUM_STRING);
	case LUA_TTABLE:
		return put_table(w, index, depth);
	default:
		return false;
	}
}

size_t sl_write_data(lua_State *L, int index, sl_written *written, char *buffer, size_t size) {
	writer w = { .L = L, .written = written, .at = buffer, .end = buffer + size };
	int top = lua_gettop(L);
	bool good = put_value(&w, lua_absindex(L, index), 0);
	lua_settop(L, top);
	return good ? (size_t)(w.at - buffer) : 0;
}
