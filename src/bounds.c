#include "bounds.h"

#include <math.h>

#include "raise.h"
#include "stack.h"
#include "subset.h"
#include "units.h"

/* A number as it is, a duration in seconds, a size in bytes. False where the value is none of these; a duration that does not end is
 * infinite, also where Prosody writes it as false. */
static bool measure(lua_State *L, int index, double *result) {
	int64_t bytes;
	const char *text;
	switch(lua_type(L, index)) {
	case LUA_TNUMBER:
		*result = lua_tonumber(L, index);
		return *result == *result;
	case LUA_TBOOLEAN:
		*result = HUGE_VAL;
		return !lua_toboolean(L, index);
	case LUA_TSTRING:
		break;
	default:
		return false;
	}
	text = lua_tostring(L, index);
	if(sl_parse_number(text, result)) {
		return true;
	}
	switch(sl_parse_duration(text, result)) {
	case SL_SECONDS:
		return true;
	case SL_NEVER:
		*result = HUGE_VAL;
		return true;
	case SL_AMBIGUOUS:
		return false;
	default:
		break;
	}
	if(!sl_parse_bytes(text, &bytes)) {
		return false;
	}
	*result = (double)bytes;
	return true;
}

static bool is_ambiguous(lua_State *L, int index) {
	double seconds;
	return lua_type(L, index) == LUA_TSTRING && sl_parse_duration(lua_tostring(L, index), &seconds) == SL_AMBIGUOUS;
}

static void check_choices(lua_State *L, sl_operation operation, int index) {
	size_t listed, named;
	sl_kind kind = sl_is_plain_table(L, index) ? sl_table_shape(L, index, &listed, &named) : SL_KIND_OPAQUE;
	if(kind == SL_KIND_EMPTY && operation == SL_SUBSET_OF) {
		return;   /* no element is allowed */
	}
	if(kind != SL_KIND_LIST) {
		sl_raise(L, operation == SL_SUBSET_OF ? "stack.subset_of needs a list of the elements that are allowed, such as stack.subset_of { \"::1\" }"
			: "stack.one_of needs a list of the values that are allowed, such as stack.one_of { \"roster\", false }");
	}
	for(size_t i = 1; i <= listed; i++) {
		lua_rawgeti(L, index, (lua_Integer)i);
		if(sl_value_kind(L, -1) != SL_KIND_SCALAR) {
			luaL_error(L, "stack.%s takes strings, numbers and booleans; element %d is a %s", sl_operation_name(operation), (int)i,
				luaL_typename(L, -1));
		}
		lua_pop(L, 1);
	}
}

void sl_check_bound(lua_State *L, sl_operation operation, int index) {
	double value;
	index = lua_absindex(L, index);
	if(operation == SL_ONE_OF || operation == SL_SUBSET_OF) {
		check_choices(L, operation, index);
		return;
	}
	if(is_ambiguous(L, index)) {
		luaL_error(L, "stack.%s(\"%s\"): a bare \"m\" is minutes to one reader and months to another; write \"min\" or \"mo\"",
			sl_operation_name(operation), lua_tostring(L, index));
	}
	if(lua_type(L, index) == LUA_TBOOLEAN || !measure(L, index, &value)) {
		sl_value_text(L, index, 60);
		luaL_error(L, "stack.%s(%s): expected a number, a size such as \"10 MiB\" or a duration such as \"30d\" or \"never\"",
			sl_operation_name(operation), lua_tostring(L, -1));
	}
}

static double bound_of(lua_State *L, int ud, uint32_t id) {
	double value = 0;
	sl_push_value(L, ud, sl_entry_of(L, ud, id));
	measure(L, -1, &value);
	lua_pop(L, 1);
	return value;
}

/* Does the value at `value` stand in the constraint's list? */
static bool is_choice(lua_State *L, int ud, uint32_t id, int value) {
	sl_push_value(L, ud, sl_entry_of(L, ud, id));
	bool found = false;
	size_t count = (size_t)lua_rawlen(L, -1);
	for(size_t i = 1; i <= count && !found; i++) {
		lua_rawgeti(L, -1, (lua_Integer)i);
		found = lua_rawequal(L, -1, value);
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
	return found;
}

/* Which of the limits does the value at `index` break? 0: none. */
static uint32_t broken_limit(lua_State *L, int ud, const sl_bounds *bounds, int index) {
	double value;
	if(!bounds->most && !bounds->least) {
		return 0;
	}
	if(!measure(L, index, &value)) {
		return bounds->most ? bounds->most : bounds->least;
	}
	if(bounds->most && value > bound_of(L, ud, bounds->most)) {
		return bounds->most;
	}
	return bounds->least && value < bound_of(L, ud, bounds->least) ? bounds->least : 0;
}

/* Which constraint does the value at `index` break, of all? */
static uint32_t broken(lua_State *L, int ud, const sl_bounds *bounds, int index) {
	for(size_t i = 0; i < bounds->count; i++) {
		uint32_t id = bounds->constraints[i];
		if(sl_entry_of(L, ud, id)->operation == SL_ONE_OF && !is_choice(L, ud, id, index)) {
			return id;
		}
	}
	return broken_limit(L, ud, bounds, index);
}

/* Pushes the first value of the first one_of that all constraints allow; pushes nothing and returns the constraint that the last of its
 * values breaks where there is none. */
static uint32_t push_first_choice(lua_State *L, int ud, const sl_bounds *bounds) {
	uint32_t reason = 0;
	sl_push_value(L, ud, sl_entry_of(L, ud, bounds->one_of));
	int choices = lua_gettop(L);
	size_t count = (size_t)lua_rawlen(L, choices);
	for(size_t i = 1; i <= count; i++) {
		lua_rawgeti(L, choices, (lua_Integer)i);
		reason = broken(L, ud, bounds, lua_gettop(L));
		if(!reason) {
			lua_remove(L, choices);
			return 0;
		}
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
	return reason;
}

void sl_bounds_gather(lua_State *L, int ud, const uint32_t *constraints, size_t count, sl_bounds *bounds) {
	*bounds = (sl_bounds) { .constraints = constraints, .count = count };
	luaL_checkstack(L, 8, "bounding an option");
	for(size_t i = 0; i < count; i++) {
		uint32_t id = constraints[i];
		switch((sl_operation)sl_entry_of(L, ud, id)->operation) {
		case SL_AT_MOST:
			if(!bounds->most || bound_of(L, ud, id) < bound_of(L, ud, bounds->most)) {
				bounds->most = id;
			}
			break;
		case SL_AT_LEAST:
			if(!bounds->least || bound_of(L, ud, id) > bound_of(L, ud, bounds->least)) {
				bounds->least = id;
			}
			break;
		case SL_ONE_OF:
			bounds->one_of = bounds->one_of ? bounds->one_of : id;
			break;
		case SL_SUBSET_OF:
			bounds->subset = bounds->subset ? bounds->subset : id;
			break;
		case SL_SET:
		case SL_APPEND:
		case SL_PREPEND:
		case SL_REMOVE:
		case SL_REPLACE:
		case SL_UNSET:
			break;   /* none of these is a constraint */
		}
	}
	uint32_t single = bounds->one_of ? bounds->one_of : bounds->most ? bounds->most : bounds->least;
	if(bounds->subset && single) {   /* one bounds lists, the other single values */
		bounds->contradiction[0] = bounds->subset;
		bounds->contradiction[1] = single;
	} else if(bounds->most && bounds->least && bound_of(L, ud, bounds->least) > bound_of(L, ud, bounds->most)) {
		bounds->contradiction[0] = bounds->most;
		bounds->contradiction[1] = bounds->least;
	} else if(bounds->one_of) {
		int top = lua_gettop(L);
		bounds->contradiction[1] = push_first_choice(L, ud, bounds);
		bounds->contradiction[0] = bounds->contradiction[1] ? bounds->one_of : 0;
		lua_settop(L, top);
	}
}

uint32_t sl_bounds_apply(lua_State *L, int ud, const sl_bounds *bounds) {
	luaL_checkstack(L, 8, "bounding an option");
	int value = lua_gettop(L);
	if(bounds->subset && !bounds->contradiction[0]) {
		return sl_subset_apply(L, ud, bounds->constraints, bounds->count);
	}
	uint32_t reason = lua_isnil(L, value) ? 0 : broken(L, ud, bounds, value);
	if(lua_isnil(L, value)) {
		reason = bounds->one_of ? bounds->one_of : bounds->most ? bounds->most : bounds->least;
	}
	if(!reason || bounds->contradiction[0]) {
		return 0;
	}
	if(bounds->one_of) {
		push_first_choice(L, ud, bounds);
	} else {
		sl_push_value(L, ud, sl_entry_of(L, ud, reason));
	}
	lua_replace(L, value);
	return reason;
}
