#include "measure.h"

#include <lauxlib.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "units.h"

/* Whole numbers below are the same as integer and as float. */
#define LARGEST_WHOLE 9007199254740992.0

enum { LONGEST_WORD = 16 };

/* ======== texts ======== */

/* The rest of a text, which may hold any byte. */
typedef struct rest {
	const char *at, *end;
} rest;

static bool is_digit(char c) {
	return c >= '0' && c <= '9';
}

/* %s of Lua's patterns */
static bool is_space(char c) {
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static void skip_space(rest *text) {
	while(text->at < text->end && is_space(*text->at)) {
		text->at++;
	}
}

/* Reads digits that are a whole number; false where there are none, or too many to be exact. */
static bool read_count(rest *text, double *count) {
	const char *first = text->at;
	*count = 0;
	for(; text->at < text->end && is_digit(*text->at); text->at++) {
		*count = *count * 10 + (*text->at - '0');
		if(*count >= LARGEST_WHOLE) {
			return false;
		}
	}
	return text->at > first;
}

/* Copies the letters that follow, with ASCII's capitals as small letters where `fold` is true. */
static void read_word(rest *text, bool fold, char word[LONGEST_WORD]) {
	size_t length = 0;
	for(; text->at < text->end && length + 1 < LONGEST_WORD && *text->at && !is_space(*text->at)
			&& !is_digit(*text->at); text->at++) {
		char c = *text->at;
		word[length++] = (char)(fold && c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
	}
	word[length] = '\0';
}

static bool is_word(rest text, const char *word) {
	return (size_t)(text.end - text.at) == strlen(word) && memcmp(text.at, word, strlen(word)) == 0;
}

static rest text_at(lua_State *L, int index) {
	size_t length;
	const char *text = lua_tolstring(L, index, &length);
	return (rest) { text, text + length };
}

/* ======== periods ======== */

enum { IN_PERIOD = 1, IN_RETENTION = 2, IN_PLAIN = 4, EVERYWHERE = 7 };

/* Words that the readers take for what they say, by the letters at their beginning. To 0.12's mod_mam "min" is the m of months. 13 takes "m" and
 * "mo" for months and "mi" for minutes, and remarks on it in its log. */
static const struct {
	const char *words[6];
	double seconds;
	unsigned readers;
} units[] = {
	{ { "" }, 1, EVERYWHERE },
	{ { "s", "sec", "secs", "second", "seconds" }, 1, IN_PERIOD | IN_PLAIN },
	{ { "min", "mins", "minute", "minutes" }, 60, IN_PERIOD | IN_PLAIN },
	{ { "mi" }, 60, IN_PERIOD },
	{ { "h", "hr", "hrs", "hour", "hours" }, 3600, IN_PERIOD | IN_PLAIN },
	{ { "d", "day", "days" }, 86400, EVERYWHERE },
	{ { "w", "week", "weeks" }, 7 * 86400, EVERYWHERE },
	{ { "mon", "month", "months" }, 31 * 86400, EVERYWHERE },
	{ { "m", "mo" }, 31 * 86400, IN_PERIOD | IN_RETENTION },
	{ { "y", "yr", "yrs", "year", "years" }, 31556952, EVERYWHERE },   /* 365.2425 days */
};

/* The seconds of a unit of time; 0 where the readers do not know the word. */
static double unit_seconds(const char *unit, unsigned readers) {
	for(size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		for(const char *const *word = units[i].words; (units[i].readers & readers) && *word; word++) {
			if(strcmp(unit, *word) == 0) {
				return units[i].seconds;
			}
		}
	}
	return 0;
}

/* Pushes a whole number; false where it is too large to be exact. */
static bool push_exact(lua_State *L, double number) {
	if(number >= LARGEST_WHOLE) {
		return false;
	}
	lua_pushinteger(L, (lua_Integer)number);
	return true;
}

static bool push_period(lua_State *L, rest text, unsigned readers) {
	double count;
	char unit[LONGEST_WORD];
	skip_space(&text);
	if(!read_count(&text, &count)) {
		return false;
	}
	skip_space(&text);
	read_word(&text, true, unit);
	skip_space(&text);
	double seconds = unit_seconds(unit, readers);
	return text.at == text.end && seconds > 0 && push_exact(L, count * seconds);
}

/* Has the text no capitals, and no white space but one space between a count and a unit? */
static bool is_tidy(rest text) {
	bool tidy = text.at < text.end && is_digit(text.at[0]) && !is_space(text.end[-1]);
	for(const char *c = text.at; tidy && c < text.end; c++) {
		bool space = is_space(*c);
		tidy = !(*c >= 'A' && *c <= 'Z') && (!space || (*c == ' ' && is_digit(c[-1]) && !is_space(c[1])));
	}
	return tidy;
}

/* ======== numbers ======== */

static bool push_infinity(lua_State *L) {
	lua_pushnumber(L, HUGE_VAL);
	return true;
}

/* tonumber(), of what is no table */
static bool push_number(lua_State *L, int index) {
	size_t length;
	if(lua_type(L, index) == LUA_TNUMBER) {
		lua_pushvalue(L, index);
	} else if(lua_type(L, index) != LUA_TSTRING) {
		return false;
	} else {
		const char *text = lua_tolstring(L, index, &length);
		size_t size = lua_stringtonumber(L, text);
		if(size != length + 1) {
			lua_pop(L, size ? 1 : 0);
			return false;
		}
	}
	if(lua_tonumber(L, -1) == lua_tonumber(L, -1)) {
		return true;
	}
	lua_pop(L, 1);   /* nan: neither inside nor outside of anything */
	return false;
}

/* Pops the number at the top of the stack unless the reader leaves it as it is. */
static bool keep_number(lua_State *L, const sl_option_reader *reader) {
	double number = lua_tonumber(L, -1);
	if(number >= reader->least && number <= reader->most) {
		return true;
	}
	lua_pop(L, 1);
	return false;
}

static bool push_integer(lua_State *L, int index) {
	static const double limit = 9223372036854775808.0;   /* 2^63, which no integer reaches */
	if(!push_number(L, index)) {
		return false;
	}
	double number = lua_tonumber(L, -1);
	if(lua_isinteger(L, -1) || (number == floor(number) && number >= -limit && number < limit)) {
		return true;
	}
	lua_pop(L, 1);
	return false;
}

static bool push_not_negative(lua_State *L, int index) {
	if(!push_number(L, index)) {
		return false;
	}
	if(lua_tonumber(L, -1) >= 0) {
		return true;
	}
	lua_pop(L, 1);
	return false;
}

/* ======== readers ======== */

static bool read_period(lua_State *L, const sl_option_reader *reader, int index) {
	bool read = false;
	switch(lua_type(L, index)) {
	case LUA_TBOOLEAN:
		return !lua_toboolean(L, index) && push_infinity(L);
	case LUA_TNUMBER:
		read = push_not_negative(L, index);
		break;
	case LUA_TSTRING:
		if(is_word(text_at(L, index), "never")) {
			return push_infinity(L);
		}
		read = push_period(L, text_at(L, index), IN_PERIOD);
		break;
	default:
		break;
	}
	return read && keep_number(L, reader);
}

/* tostring() comes first: a float has its point, of which the pattern takes what is before. */
static bool read_retention(lua_State *L, int index) {
	if(lua_type(L, index) != LUA_TNUMBER && lua_type(L, index) != LUA_TSTRING) {
		return false;
	}
	bool number = lua_type(L, index) == LUA_TNUMBER;
	lua_pushvalue(L, index);
	rest text = text_at(L, -1);
	bool read;
	if(number && text.end - text.at > 2 && memcmp(text.end - 2, ".0", 2) == 0) {
		text.end -= 2;
	}
	read = is_word(text, "never") ? push_infinity(L) : push_period(L, text, IN_RETENTION);
	lua_remove(L, read ? -2 : -1);
	return read;
}

/* mod_limits multiplies by ten to the power of its table's entry, which is 1 for "b". */
static bool read_rate(lua_State *L, int index) {
	static const char letters[] = "bkmgt";
	static const double sizes[] = { 1e1, 1e3, 1e6, 1e9, 1e12 };
	double count;
	char unit[LONGEST_WORD];
	rest text = lua_type(L, index) == LUA_TSTRING ? text_at(L, index) : (rest) { NULL, NULL };
	if(!read_count(&text, &count)) {
		return false;
	}
	text.at += text.at < text.end && *text.at == ' ';
	read_word(&text, true, unit);
	const char *letter = unit[0] ? strchr(letters, unit[0]) : NULL;
	if(!letter || text.at != text.end || strcmp(unit + (letter > letters), "b/s") != 0) {
		return false;
	}
	return push_exact(L, count * sizes[letter - letters]);
}

static bool read_burst(lua_State *L, int index) {
	double count;
	if(lua_type(L, index) != LUA_TSTRING) {
		return lua_type(L, index) == LUA_TNUMBER && push_number(L, index);
	}
	rest text = text_at(L, index);
	bool read = read_count(&text, &count);
	text.at += text.at < text.end && *text.at == ' ';
	return read && is_word(text, "s") && push_exact(L, count);
}

static bool read_interval(lua_State *L, int index) {
	bool manual = lua_type(L, index) == LUA_TSTRING && is_word(text_at(L, index), "manual");
	return manual ? push_infinity(L) : push_number(L, index);
}

/* A number, or digits that every reader takes for the same number. */
static bool read_plain_number(lua_State *L, int index) {
	double count;
	if(lua_type(L, index) != LUA_TSTRING) {
		return push_number(L, index);
	}
	rest text = text_at(L, index);
	return read_count(&text, &count) && text.at == text.end && push_exact(L, count);
}

static bool read_plain_period(lua_State *L, int index) {
	if(lua_type(L, index) != LUA_TSTRING) {
		return push_number(L, index);
	}
	rest text = text_at(L, index);
	return is_word(text, "never") ? push_infinity(L) : is_tidy(text) && push_period(L, text, IN_PLAIN);
}

/* "10 MB", "1.5 GiB", "512 B", the space may be missing. */
static bool read_plain_size(lua_State *L, int index) {
	static const char *const units_of_size[] = { "B", "kB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB" };
	double count;
	char unit[LONGEST_WORD];
	int64_t bytes;
	if(read_plain_number(L, index)) {
		return true;
	}
	rest text = lua_type(L, index) == LUA_TSTRING ? text_at(L, index) : (rest) { NULL, NULL };
	if(!read_count(&text, &count)) {
		return false;
	}
	if(text.at < text.end && *text.at == '.') {
		text.at++;
		if(!read_count(&text, &count)) {
			return false;
		}
	}
	text.at += text.at < text.end && *text.at == ' ';
	read_word(&text, false, unit);
	for(size_t i = 0; text.at == text.end && i < sizeof(units_of_size) / sizeof(units_of_size[0]); i++) {
		if(strcmp(unit, units_of_size[i]) == 0) {
			return sl_parse_bytes(lua_tostring(L, index), &bytes) && push_exact(L, (double)bytes);
		}
	}
	return false;
}

bool sl_measure(lua_State *L, const sl_option_reader *reader, int index) {
	luaL_checkstack(L, 4, "measuring a value");
	index = lua_absindex(L, index);
	switch(reader->kind) {
	case SL_READ_NOTHING:
		return false;
	case SL_READ_NUMBER:
		return push_number(L, index) && keep_number(L, reader);
	case SL_READ_INTEGER:
		return push_integer(L, index) && keep_number(L, reader);
	case SL_READ_PERIOD:
		return read_period(L, reader, index);
	case SL_READ_RETENTION:
		return read_retention(L, index);
	case SL_READ_INTERVAL:
		return read_interval(L, index);
	case SL_READ_RATE:
		return read_rate(L, index);
	case SL_READ_BURST:
		return read_burst(L, index);
	case SL_READ_RAW:
		return lua_type(L, index) == LUA_TNUMBER && push_number(L, index);
	case SL_READ_PLAIN_NUMBER:
		return read_plain_number(L, index);
	case SL_READ_PLAIN_PERIOD:
		return read_plain_period(L, index);
	case SL_READ_PLAIN_SIZE:
		return read_plain_size(L, index);
	}
	return false;
}

/* ======== options ======== */

/* Adds the row's readers in one version. */
static void add_readers(sl_measuring *measuring, sl_prosody version) {
	for(size_t i = 0; i < SL_MOST_READERS; i++) {
		const sl_option_reader *reader = &measuring->row->readers[version][i];
		if(reader->kind != SL_READ_NOTHING) {
			measuring->versions[measuring->count] = version;
			measuring->readers[measuring->count++] = reader;
		}
	}
}

/* Pushes the option's name with the keys of the path behind it, "limits.c2s.rate", or nil where one of them is no text. */
static void push_dotted(lua_State *L, int option, int path) {
	size_t length = path && lua_istable(L, path) ? (size_t)lua_rawlen(L, path) : 0;
	lua_pushvalue(L, option);
	for(size_t i = 1; i <= length; i++) {
		lua_rawgeti(L, path, (lua_Integer)i);
		if(lua_type(L, -1) == LUA_TSTRING && lua_type(L, -2) == LUA_TSTRING) {
			lua_pushfstring(L, "%s.%s", lua_tostring(L, -2), lua_tostring(L, -1));
		} else {
			lua_pushnil(L);
		}
		lua_replace(L, -3);
		lua_pop(L, 1);
	}
}

void sl_find_measuring(lua_State *L, int option, int path, const char *version, sl_measuring *measuring) {
	luaL_checkstack(L, 6, "looking for an option's readers");
	*measuring = (sl_measuring) { .count = 0 };
	push_dotted(L, lua_absindex(L, option), path ? lua_absindex(L, path) : 0);
	measuring->row = lua_type(L, -1) == LUA_TSTRING ? sl_find_option_row(lua_tostring(L, -1)) : NULL;
	lua_pop(L, 1);
	if(!measuring->row) {
		measuring->readers[measuring->count++] = sl_plain_reader(SL_READ_PLAIN_NUMBER);
		return;
	}
	if(version) {
		add_readers(measuring, strncmp(version, "0.", 2) == 0 ? SL_VERSION_0_12 : SL_VERSION_13);
	}
	if(!measuring->count) {
		add_readers(measuring, SL_VERSION_0_12);
		add_readers(measuring, SL_VERSION_13);
	}
}

bool sl_is_measured(lua_State *L, const sl_measuring *measuring, int index) {
	for(size_t i = 0; i < measuring->count; i++) {
		if(!sl_measure(L, measuring->readers[i], index)) {
			return false;
		}
		lua_pop(L, 1);
	}
	return true;
}

bool sl_measure_all(lua_State *L, const sl_measuring *measuring, int index) {
	index = lua_absindex(L, index);
	if(!sl_measure(L, measuring->readers[0], index)) {
		return false;
	}
	for(size_t i = 1; i < measuring->count; i++) {
		bool same = sl_measure(L, measuring->readers[i], index);
		if(same) {
			same = lua_compare(L, -1, -2, LUA_OPEQ);
			lua_pop(L, 1);
		}
		if(!same) {
			lua_pop(L, 1);
			return false;
		}
	}
	return true;
}
