#include "survey.h"

#include <string.h>

enum { SMALL = 16 };

void sl_survey_start(sl_survey *survey, lua_State *L, int roots) {
	luaL_checkstack(L, 1, "looking at tables");
	lua_pushnil(L);
	survey->L = L;
	survey->slot = lua_gettop(L);
	survey->roots = roots;
	survey->table_keys = false;
	survey->count = 0;
	survey->capacity = SL_SURVEY_FEW;
	survey->meetings = survey->few;
	memset(survey->few, 0, sizeof(survey->few));
}

/* The place of the meeting, or the free one where it belongs. */
static sl_meeting *place_of(const sl_survey *survey, const void *table, const void *over) {
	size_t mask = survey->capacity - 1;
	uint64_t both = (uint64_t)(uintptr_t)table + (uint64_t)(uintptr_t)over * 3;
	size_t place = (size_t)(both * UINT64_C(0x9E3779B97F4A7C15) >> 32) & mask;
	sl_meeting *at = &survey->meetings[place];
	while(at->table && (at->table != table || at->over != over)) {
		place = (place + 1) & mask;
		at = &survey->meetings[place];
	}
	return at;
}

static void grow(sl_survey *survey) {
	size_t capacity = survey->capacity;
	const sl_meeting *meetings = survey->meetings;
	survey->meetings = lua_newuserdatauv(survey->L, capacity * 2 * sizeof(*meetings), 0);
	survey->capacity = capacity * 2;
	memset(survey->meetings, 0, survey->capacity * sizeof(*meetings));
	for(size_t i = 0; i < capacity; i++) {
		if(meetings[i].table) {
			*place_of(survey, meetings[i].table, meetings[i].over) = meetings[i];
		}
	}
	lua_replace(survey->L, survey->slot);
}

static void add(sl_survey *survey, const void *table, const void *over, uint32_t value) {
	if(survey->count >= survey->capacity - survey->capacity / 4) {
		grow(survey);
	}
	survey->count++;
	*place_of(survey, table, over) = (sl_meeting) { table, over, value };
}

static uint32_t walk(sl_survey *survey, int index, uint32_t depth, size_t *listed, size_t *named);

/* The height of a table that was met before; 0 where it was not. */
static uint32_t known_height(sl_survey *survey, int index, uint32_t depth) {
	const sl_meeting *meeting = place_of(survey, lua_topointer(survey->L, index), NULL);
	if(!meeting->table) {
		return 0;
	}
	if(!meeting->value) {
		sl_refuse_cycle(survey->L);
	}
	if(depth + meeting->value - 1 > SL_MAX_DEPTH) {
		sl_survey_refuse_depth(survey);
	}
	return meeting->value;
}

/* Looks at a value that is a table; returns what it adds to the height of the one that it stands in. */
static uint32_t look(sl_survey *survey, int index, uint32_t depth) {
	size_t listed, named;
	if(!sl_is_plain_table(survey->L, index)) {
		sl_refuse_directive(survey->L, index);
		return 0;
	}
	uint32_t known = known_height(survey, index, depth);
	return known ? known : walk(survey, index, depth, &listed, &named);
}

/* A table can be a key, by its identity; but not a table that is just being walked. That is told at the end, on a walk from the roots. */
static void check_key(sl_survey *survey, int key) {
	if(survey->roots) {
		survey->table_keys = true;
		return;
	}
	const sl_meeting *meeting = place_of(survey, lua_topointer(survey->L, key), NULL);
	if(meeting->table && !meeting->value) {
		sl_refuse_cyclic_key(survey->L);
	}
}

/* Looks at an entry of a table that is walked, its key at `key`; returns what it adds to the table's height. `open`: the walk is known of. */
static uint32_t look_at_entry(sl_survey *survey, const void *table, int key, uint32_t depth, bool *open) {
	bool table_key = lua_type(survey->L, key) == LUA_TTABLE;
	bool table_value = lua_type(survey->L, key + 1) == LUA_TTABLE;
	if((table_key || table_value) && !*open) {
		add(survey, table, NULL, 0);
		*open = true;
	}
	if(table_key) {
		check_key(survey, key);
	}
	return table_value ? look(survey, key + 1, depth + 1) : 0;
}

/* Small tables that hold no others are as soon walked again as remembered. */
static void close_walk(sl_survey *survey, const void *table, size_t size, uint32_t height, bool open) {
	if(open) {
		place_of(survey, table, NULL)->value = height;
	} else if(size > SMALL) {
		add(survey, table, NULL, height);
	}
}

/* Walks a table that is met for the first time; returns its height. */
static uint32_t walk(sl_survey *survey, int index, uint32_t depth, size_t *listed, size_t *named) {
	lua_State *L = survey->L;
	if(depth > SL_MAX_DEPTH) {
		sl_survey_refuse_depth(survey);
	}
	luaL_checkstack(L, 8, "looking at tables");
	const void *table = lua_topointer(L, index);
	uint32_t below = 0;
	bool open = false;
	*listed = (size_t)lua_rawlen(L, index);
	*named = 0;
	lua_pushnil(L);
	int key = lua_gettop(L);
	while(lua_next(L, index)) {
		uint32_t height = look_at_entry(survey, table, key, depth, &open);
		below = height > below ? height : below;
		*named += !*listed || !sl_is_listed(L, key, *listed);
		lua_settop(L, key);
	}
	lua_settop(L, key - 1);
	close_walk(survey, table, *listed + *named, below + 1, open);
	return below + 1;
}

void sl_survey_check(sl_survey *survey, int index, uint32_t depth) {
	if(lua_type(survey->L, index) == LUA_TTABLE) {
		look(survey, index, depth);
	}
}

sl_kind sl_survey_table(sl_survey *survey, int index, uint32_t depth, size_t *listed, size_t *named) {
	if(known_height(survey, index, depth)) {
		return sl_table_shape(survey->L, index, listed, named);
	}
	walk(survey, index, depth, listed, named);
	return sl_kind_of_parts(*listed, *named);
}

/* Walks all tables from each root, as if none had been met. */
static void start_over(sl_survey *survey) {
	size_t listed, named;
	int root = survey->roots;
	survey->roots = 0;
	for(int index = root; index <= root + 1; index++) {
		survey->count = 0;
		memset(survey->meetings, 0, survey->capacity * sizeof(*survey->meetings));
		sl_survey_table(survey, index, 1, &listed, &named);
	}
}

void sl_survey_finish(sl_survey *survey) {
	if(survey->roots && survey->table_keys) {
		start_over(survey);
	}
}

void sl_survey_refuse_depth(sl_survey *survey) {
	if(survey->roots) {
		start_over(survey);
	}
	sl_refuse_depth(survey->L);
}

uint32_t sl_survey_recall(const sl_survey *survey, const void *base, const void *over) {
	return place_of(survey, base, over)->value;
}

void sl_survey_remember(sl_survey *survey, const void *base, const void *over, uint32_t value) {
	add(survey, base, over, value);
}
