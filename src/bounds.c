#include "bounds.h"

#include <math.h>
#include <string.h>

#include "raise.h"
#include "stack.h"
#include "subset.h"
#include "units.h"

/* ======== what a bound says ======== */

/* In which form a bound is written. */
typedef enum bound_form { NO_FORM, NUMBER_FORM, PERIOD_FORM, SIZE_FORM, AMBIGUOUS_FORM } bound_form;

static bound_form form_of_text(const char *text, double *number) {
	int64_t bytes;
	if(sl_parse_number(text, number)) {
		return NUMBER_FORM;
	}
	switch(sl_parse_duration(text, number)) {
	case SL_NEVER:
		*number = HUGE_VAL;
		return PERIOD_FORM;
	case SL_SECONDS:
		return PERIOD_FORM;
	case SL_AMBIGUOUS:
		return AMBIGUOUS_FORM;
	case SL_NO_DURATION:
		break;
	}
	if(!sl_parse_bytes(text, &bytes)) {
		return NO_FORM;
	}
	*number = (double)bytes;
	return SIZE_FORM;
}

/* The form of the bound at the index; *number gets what it says: as it is, in seconds or in bytes. */
static bound_form form_of(lua_State *L, int index, double *number) {
	size_t length;
	if(lua_type(L, index) == LUA_TNUMBER) {
		*number = lua_tonumber(L, index);
		return *number == *number ? NUMBER_FORM : NO_FORM;
	}
	const char *text = lua_type(L, index) == LUA_TSTRING ? lua_tolstring(L, index, &length) : NULL;
	return text && strlen(text) == length ? form_of_text(text, number) : NO_FORM;
}

/* May the bound of an option that counts this be written in this form? */
static bool suits(bound_form form, const sl_measuring *measuring) {
	return form == NUMBER_FORM || !measuring->row || (form == PERIOD_FORM && measuring->row->unit == SL_UNIT_SECONDS)
		|| (form == SIZE_FORM && measuring->row->unit == SL_UNIT_BYTES);
}

/* Pushes the number that the bound at the index is: what the option's readers make of it, or else what it says in its own form. Pushes nil and
 * returns false where it is none. */
static bool push_number_of(lua_State *L, const sl_measuring *measuring, int index) {
	double number;
	index = lua_absindex(L, index);
	if(sl_measure_all(L, measuring, index)) {
		return true;
	}
	bound_form form = form_of(L, index, &number);
	if(form == NO_FORM || form == AMBIGUOUS_FORM || !suits(form, measuring)) {
		lua_pushnil(L);
		return false;
	}
	if(lua_type(L, index) == LUA_TNUMBER) {
		lua_pushvalue(L, index);
	} else if(number == floor(number) && fabs(number) < 9007199254740992.0) {
		lua_pushinteger(L, (lua_Integer)number);
	} else {
		lua_pushnumber(L, number);
	}
	return true;
}

/* Does every reader make the number at `number` of the value at `value`? */
static bool reads_as(lua_State *L, const sl_measuring *measuring, int value, int number) {
	bool same = sl_measure_all(L, measuring, value);
	if(same) {
		same = lua_compare(L, -1, number, LUA_OPEQ);
		lua_pop(L, 1);
	}
	return same;
}

/* Pushes the bound at the index as Prosody can read it: as it is written, else as a plain number. Pushes nothing and returns false where the
 * option's readers take neither. */
static bool push_written(lua_State *L, const sl_measuring *measuring, int index) {
	index = lua_absindex(L, index);
	bool written = push_number_of(L, measuring, index);
	int number = lua_gettop(L);
	if(written && reads_as(L, measuring, index, number)) {
		lua_pushvalue(L, index);
		lua_replace(L, number);
	} else if(!written || !reads_as(L, measuring, number, number)) {
		written = false;
		lua_pop(L, 1);
	}
	return written;
}

/* An option without a row is read in the form in which its bounds are written; where those differ, numbers alone count. */
static void choose_form(sl_measuring *measuring, bound_form form, bool first) {
	sl_read_kind kind = form == PERIOD_FORM ? SL_READ_PLAIN_PERIOD : form == SIZE_FORM ? SL_READ_PLAIN_SIZE : SL_READ_PLAIN_NUMBER;
	if(!measuring->row && (first || measuring->readers[0]->kind != kind)) {
		measuring->readers[0] = sl_plain_reader(first ? kind : SL_READ_PLAIN_NUMBER);
	}
}

/* ======== what can be a bound ======== */

/* Raises an error where an element of a one_of or subset_of is no single value, or one that Prosody would not take. */
static void check_choice(lua_State *L, const sl_measuring *measuring, sl_operation operation, size_t i) {
	if(sl_value_kind(L, -1) != SL_KIND_SCALAR) {
		luaL_error(L, "stack.%s takes strings, numbers and booleans; element %d is a %s", sl_operation_name(operation), (int)i,
			luaL_typename(L, -1));
	}
	if(measuring->row && !sl_is_measured(L, measuring, -1)) {
		sl_value_text(L, -1, 60);
		luaL_error(L, "stack.%s: Prosody does not take %s here; write %s", sl_operation_name(operation), lua_tostring(L, -1),
			sl_reader_words(measuring->readers[0]->kind));
	}
}

static void check_choices(lua_State *L, const sl_measuring *measuring, sl_operation operation, int index) {
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
		check_choice(L, measuring, operation, i);
		lua_pop(L, 1);
	}
}

/* Raises the error for a bound that cannot be given to Prosody in place of a value. */
static void refuse_unwritable(lua_State *L, const sl_measuring *measuring, sl_operation operation, int index) {
	size_t i = 0;
	sl_value_text(L, index, 60);
	while(i + 1 < measuring->count && sl_measure(L, measuring->readers[i], index)) {
		lua_pop(L, 1);
		i++;
	}
	const sl_option_reader *reader = measuring->readers[i];
	const char *limits = "";
	if(isfinite(reader->most)) {
		limits = lua_pushfstring(L, " from %I to %I", (LUAI_UACINT)reader->least, (LUAI_UACINT)reader->most);
	} else if(isfinite(reader->least)) {
		limits = lua_pushfstring(L, ", at least %I", (LUAI_UACINT)reader->least);
	}
	luaL_error(L, "stack.%s(%s): Prosody %s would not take this as the option's value; write %s%s", sl_operation_name(operation),
		lua_tostring(L, limits[0] ? -2 : -1), sl_version_name(measuring->versions[i]), sl_reader_words(reader->kind), limits);
}

void sl_check_bound(lua_State *L, int ud, uint32_t option, int path, sl_operation operation, int index) {
	double number;
	sl_measuring measuring;
	luaL_checkstack(L, 8, "checking a bound");
	index = lua_absindex(L, index);
	path = path ? lua_absindex(L, path) : 0;
	sl_push_option_name(L, ud, option);
	sl_find_measuring(L, -1, path, sl_stack_at(L, ud)->prosody_version, &measuring);
	lua_pop(L, 1);
	if(operation == SL_ONE_OF || operation == SL_SUBSET_OF) {
		check_choices(L, &measuring, operation, index);
		return;
	}
	bound_form form = form_of(L, index, &number);
	if(form == AMBIGUOUS_FORM) {
		luaL_error(L, "stack.%s(\"%s\"): a bare \"m\" is minutes to one reader and months to another; write \"min\" or \"mon\"",
			sl_operation_name(operation), lua_tostring(L, index));
	}
	choose_form(&measuring, form, true);
	if(form == NO_FORM && !sl_is_measured(L, &measuring, index)) {
		sl_value_text(L, index, 60);
		luaL_error(L, "stack.%s(%s): expected a number, a size such as \"10 MiB\" or a duration such as \"30d\" or \"never\"",
			sl_operation_name(operation), lua_tostring(L, -1));
	}
	if(!push_written(L, &measuring, index)) {
		refuse_unwritable(L, &measuring, operation, index);
	}
	lua_pop(L, 1);
}

/* ======== inside or outside ======== */

static void push_bound(lua_State *L, int ud, const sl_measuring *measuring, uint32_t id) {
	sl_push_value(L, ud, sl_entry_of(L, ud, id));
	(void)push_number_of(L, measuring, -1);   /* sl_check_bound took it */
	lua_remove(L, -2);
}

/* Is the first limit less than the second? */
static bool is_less(lua_State *L, int ud, const sl_measuring *measuring, uint32_t first, uint32_t second) {
	push_bound(L, ud, measuring, first);
	push_bound(L, ud, measuring, second);
	bool less = lua_compare(L, -2, -1, LUA_OPLT);
	lua_pop(L, 2);
	return less;
}

/* Is the number at the top of the stack, which a reader made of a value, inside the limit at the index `bound`? Pops it. */
static bool is_inside(lua_State *L, sl_operation operation, int bound) {
	bool negative = lua_tonumber(L, -1) < 0 && lua_tonumber(L, bound) >= 0;
	bool beyond = operation == SL_AT_MOST ? lua_compare(L, bound, -1, LUA_OPLT) : lua_compare(L, -1, bound, LUA_OPLT);
	lua_pop(L, 1);
	return !negative && !beyond;
}

/* Does the value at the index meet the limit, whoever reads it? */
static bool meets(lua_State *L, int ud, const sl_measuring *measuring, uint32_t id, int value) {
	sl_operation operation = (sl_operation)sl_entry_of(L, ud, id)->operation;
	push_bound(L, ud, measuring, id);
	int bound = lua_gettop(L);
	bool inside = true;
	for(size_t i = 0; i < measuring->count && inside; i++) {
		inside = sl_measure(L, measuring->readers[i], value) && is_inside(L, operation, bound);
	}
	lua_settop(L, bound - 1);
	return inside;
}

/* Is the value at `value` the choice at the top of the stack? Exactly, since what reads an option without a row may tell "A" from "a" and 1 from
 * 1.0; or where the option has a row, to all of its readers. */
static bool is_choice(lua_State *L, const sl_measuring *measuring, int value) {
	bool same_type = lua_type(L, -1) == lua_type(L, value) && lua_isinteger(L, -1) == lua_isinteger(L, value);
	if(!measuring->row) {
		return same_type && lua_rawequal(L, -1, value);
	}
	for(size_t i = 0; i < measuring->count; i++) {
		if(!sl_measure(L, measuring->readers[i], value)) {
			return false;
		}
		bool same = sl_measure(L, measuring->readers[i], -2);
		if(same) {
			same = lua_compare(L, -1, -2, LUA_OPEQ);
			lua_pop(L, 1);
		}
		lua_pop(L, 1);
		if(!same) {
			return false;
		}
	}
	return true;
}

/* Does the value at `value` stand in the constraint's list? */
static bool is_chosen(lua_State *L, int ud, const sl_measuring *measuring, uint32_t id, int value) {
	bool found = false;
	sl_push_value(L, ud, sl_entry_of(L, ud, id));
	size_t count = (size_t)lua_rawlen(L, -1);
	for(size_t i = 1; i <= count && !found; i++) {
		lua_rawgeti(L, -1, (lua_Integer)i);
		found = is_choice(L, measuring, value);
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
	return found;
}

/* Which constraint does the value at `index` break, of all? 0: none. */
static uint32_t broken(lua_State *L, int ud, const sl_bounds *bounds, int index) {
	for(size_t i = 0; i < bounds->count; i++) {
		uint32_t id = bounds->constraints[i];
		if(sl_entry_of(L, ud, id)->operation == SL_ONE_OF && !is_chosen(L, ud, &bounds->measuring, id, index)) {
			return id;
		}
	}
	if(bounds->most && !meets(L, ud, &bounds->measuring, bounds->most, index)) {
		return bounds->most;
	}
	return bounds->least && !meets(L, ud, &bounds->measuring, bounds->least, index) ? bounds->least : 0;
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

/* ======== several constraints ======== */

/* Finds the readers of what the constraint bounds. */
static void find_readers(lua_State *L, int ud, uint32_t constraint, sl_measuring *measuring) {
	const sl_entry *entry = sl_entry_of(L, ud, constraint);
	sl_push_option_name(L, ud, entry->option);
	sl_push_path(L, ud, entry);
	sl_find_measuring(L, -2, -1, sl_stack_at(L, ud)->prosody_version, measuring);
	lua_pop(L, 2);
}

/* Finds them for all of the constraints, with the form that an option without a row is read in. */
static void find_common_readers(lua_State *L, int ud, const uint32_t *constraints, size_t count, sl_measuring *measuring) {
	bool first = true;
	double number;
	find_readers(L, ud, constraints[0], measuring);
	for(size_t i = 0; i < count && !measuring->row; i++) {
		const sl_entry *entry = sl_entry_of(L, ud, constraints[i]);
		if(entry->operation == SL_AT_MOST || entry->operation == SL_AT_LEAST) {
			sl_push_value(L, ud, entry);
			choose_form(measuring, form_of(L, -1, &number), first);
			lua_pop(L, 1);
			first = false;
		}
	}
}

/* Finds the tightest limits, and the first of each other constraint. */
static void intersect(lua_State *L, int ud, sl_bounds *bounds) {
	for(size_t i = 0; i < bounds->count; i++) {
		uint32_t id = bounds->constraints[i];
		switch((sl_operation)sl_entry_of(L, ud, id)->operation) {
		case SL_AT_MOST:
			if(!bounds->most || is_less(L, ud, &bounds->measuring, id, bounds->most)) {
				bounds->most = id;
			}
			break;
		case SL_AT_LEAST:
			if(!bounds->least || is_less(L, ud, &bounds->measuring, bounds->least, id)) {
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
}

static bool is_negative(lua_State *L, int ud, const sl_measuring *measuring, uint32_t limit) {
	push_bound(L, ud, measuring, limit);
	bool negative = lua_tonumber(L, -1) < 0;
	lua_pop(L, 1);
	return negative;
}

/* Where the tightest at_most is negative, one that is not: it leaves negative numbers out. 0: there is none. */
static uint32_t find_not_negative(lua_State *L, int ud, const sl_bounds *bounds) {
	bool search = bounds->most && is_negative(L, ud, &bounds->measuring, bounds->most);
	for(size_t i = 0; search && i < bounds->count; i++) {
		uint32_t id = bounds->constraints[i];
		if(sl_entry_of(L, ud, id)->operation == SL_AT_MOST && !is_negative(L, ud, &bounds->measuring, id)) {
			return id;
		}
	}
	return 0;
}

/* Looks for two constraints that no value meets. */
static void find_contradiction(lua_State *L, int ud, sl_bounds *bounds) {
	uint32_t single = bounds->one_of ? bounds->one_of : bounds->most ? bounds->most : bounds->least;
	uint32_t not_negative = find_not_negative(L, ud, bounds);
	if(bounds->subset && single) {   /* one bounds lists, the other single values */
		bounds->contradiction[0] = bounds->subset;
		bounds->contradiction[1] = single;
	} else if(not_negative) {
		bounds->contradiction[0] = bounds->most;
		bounds->contradiction[1] = not_negative;
	} else if(bounds->most && bounds->least && is_less(L, ud, &bounds->measuring, bounds->most, bounds->least)) {
		bounds->contradiction[0] = bounds->most;
		bounds->contradiction[1] = bounds->least;
	} else if(bounds->one_of) {
		int top = lua_gettop(L);
		bounds->contradiction[1] = push_first_choice(L, ud, bounds);
		bounds->contradiction[0] = bounds->contradiction[1] ? bounds->one_of : 0;
		lua_settop(L, top);
	}
}

void sl_bounds_gather(lua_State *L, int ud, const uint32_t *constraints, size_t count, sl_bounds *bounds) {
	*bounds = (sl_bounds) { .constraints = constraints, .count = count };
	luaL_checkstack(L, 12, "bounding an option");
	find_common_readers(L, ud, constraints, count, &bounds->measuring);
	intersect(L, ud, bounds);
	find_contradiction(L, ud, bounds);
}

/* Pushes a limit as a value. */
static void push_limit(lua_State *L, int ud, const sl_bounds *bounds, uint32_t id) {
	sl_push_value(L, ud, sl_entry_of(L, ud, id));
	if(push_written(L, &bounds->measuring, -1)) {
		lua_remove(L, -2);
	}
}

uint32_t sl_bounds_apply(lua_State *L, int ud, const sl_bounds *bounds) {
	luaL_checkstack(L, 12, "bounding an option");
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
		push_limit(L, ud, bounds, reason);
	}
	lua_replace(L, value);
	return reason;
}

/* ======== words ======== */

const char *sl_push_unread(lua_State *L, int ud, uint32_t constraint, int index) {
	sl_measuring measuring;
	luaL_checkstack(L, 8, "reporting");
	index = lua_absindex(L, index);
	if(sl_entry_of(L, ud, constraint)->operation == SL_ONE_OF) {
		return lua_pushliteral(L, "");
	}
	find_common_readers(L, ud, &constraint, 1, &measuring);
	for(size_t i = 0; i < measuring.count; i++) {
		if(!sl_measure(L, measuring.readers[i], index)) {
			const char *words = sl_reader_words(measuring.readers[i]->kind);
			return measuring.row ? lua_pushfstring(L, " (Prosody %s takes %s here)", sl_version_name(measuring.versions[i]), words)
				: lua_pushfstring(L, " (only %s counts here)", words);
		}
		lua_pop(L, 1);
	}
	return lua_pushliteral(L, "");
}

const char *sl_bound_note(lua_State *L, int ud, uint32_t constraint) {
	sl_measuring measuring;
	luaL_checkstack(L, 8, "explaining a bound");
	find_common_readers(L, ud, &constraint, 1, &measuring);
	if(measuring.row || sl_entry_of(L, ud, constraint)->operation == SL_SUBSET_OF) {
		return NULL;
	}
	if(sl_entry_of(L, ud, constraint)->operation == SL_ONE_OF) {
		return "how Prosody reads this option is not known: only exactly these values count";
	}
	switch(measuring.readers[0]->kind) {
	case SL_READ_PLAIN_PERIOD:
		return "how Prosody reads this option is not known: only a plain number or a period such as \"30d\" counts";
	case SL_READ_PLAIN_SIZE:
		return "how Prosody reads this option is not known: only a plain number or a size such as \"10 MB\" counts";
	default:
		return "how Prosody reads this option is not known: only a plain number counts";
	}
}
