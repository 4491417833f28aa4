#include "measure_api.h"

#include <math.h>

#include "measure.h"
#include "stackloader.h"

static const char *kind_name(sl_read_kind kind) {
	static const char *const names[] = {
		"nothing", "number", "integer", "period", "retention", "interval", "rate", "burst", "raw", "plain number", "plain period", "plain size"
	};
	return names[kind];
}

static void set_limit(lua_State *L, const char *name, double limit) {
	if(isfinite(limit)) {
		lua_pushnumber(L, limit);
		lua_setfield(L, -2, name);
	}
}

/* Pushes the list of the readers that the row has in a version. */
static void push_readers(lua_State *L, const sl_option_reader *readers) {
	lua_Integer count = 0;
	lua_newtable(L);
	for(size_t i = 0; i < SL_MOST_READERS; i++) {
		if(readers[i].kind != SL_READ_NOTHING) {
			lua_createtable(L, 0, 3);
			sl_set_text(L, "kind", kind_name(readers[i].kind));
			set_limit(L, "minimum", readers[i].least);
			set_limit(L, "maximum", readers[i].most);
			lua_rawseti(L, -2, ++count);
		}
	}
}

/* stackloader.option_readers() -> { [option] = { unit, ["0.12"] = { { kind, minimum, maximum } … }, ["13"] = { … } } } */
int sl_api_option_readers(lua_State *L) {
	static const char *const units[] = { "count", "seconds", "bytes" };
	size_t count;
	const sl_option_row *rows = sl_option_rows(&count);
	lua_createtable(L, 0, (int)count);
	for(size_t i = 0; i < count; i++) {
		lua_createtable(L, 0, 1 + SL_VERSION_COUNT);
		sl_set_text(L, "unit", units[rows[i].unit]);
		for(int version = 0; version < SL_VERSION_COUNT; version++) {
			push_readers(L, rows[i].readers[version]);
			lua_setfield(L, -2, sl_version_name((sl_prosody)version));
		}
		lua_setfield(L, -2, rows[i].option);
	}
	return 1;
}

/* stackloader.measure(option, value, version?) -> the number that Prosody reads from the value; nil where one of the option's readers would not take
 * it whole, or two read different numbers. A key in a map is named by its path: "limits.c2s.rate". */
int sl_api_measure(lua_State *L) {
	sl_measuring measuring;
	luaL_checkstring(L, 1);
	luaL_checkany(L, 2);
	sl_find_measuring(L, 1, 0, luaL_optstring(L, 3, NULL), &measuring);
	if(!sl_measure_all(L, &measuring, 2)) {
		lua_pushnil(L);
	}
	return 1;
}
