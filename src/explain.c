#include <string.h>

#include "bounded.h"
#include "bounds.h"
#include "elements.h"
#include "forced_modules.h"
#include "history.h"
#include "redact.h"
#include "requirement.h"
#include "resolve.h"
#include "stack.h"

/* stack:explain: replays the journal for one option. */

typedef struct explaining {
	lua_State *L;
	uint32_t scope, option;
	int results;      /* list of what each assignment made of the option, unredacted */
	int assignments;
	lua_Integer count;
	bool secret;      /* the option is one by its name */
	const sl_tenant *owner;   /* whose host the scope is, or NULL */
} explaining;

/* Sets a field of the table below to the value at the top of the stack, without secrets; `secret`: it is one by its name. What came of several
 * assignments is the tenant's whose host it is. */
static void set_value(lua_State *L, const char *name, bool secret, const sl_tenant *owner) {
	sl_value_copy(L, -1, 0, 0);
	lua_remove(L, -2);
	sl_redact_value(L, 1, secret, owner);
	lua_setfield(L, -2, name);
}

/* Is one of the keys of the path at the index, an array or nil, the name of a secret? */
static bool leads_to_secret(lua_State *L, int path) {
	bool secret = false;
	size_t length;
	path = lua_absindex(L, path);
	for(lua_Integer i = 1; lua_istable(L, path) && i <= (lua_Integer)lua_rawlen(L, path); i++) {
		if(lua_rawgeti(L, path, i) == LUA_TSTRING) {
			const char *name = lua_tolstring(L, -1, &length);
			secret = secret || sl_is_secret_name(name, length);
		}
		lua_pop(L, 1);
	}
	return secret;
}

/* Sets layer, path and line of an entry in the table at the top of the stack. */
static void set_place(lua_State *L, const sl_stack *stack, const sl_entry *entry) {
	sl_set_text(L, "layer", sl_layer_at(stack, entry->layer)->id);
	sl_set_text(L, "path", entry->file ? sl_layer_file_at(stack, entry->file)->path : NULL);
	sl_set_line(L, entry->line);
}

static void set_scope(lua_State *L, uint32_t scope) {
	sl_push_scope_name(L, 1, scope);
	const char *name = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
	if(strncmp(name, SL_EACH_PREFIX, strlen(SL_EACH_PREFIX)) == 0) {
		lua_pushfstring(L, "each %s", name + strlen(SL_EACH_PREFIX));
		lua_remove(L, -2);
	}
	lua_setfield(L, -2, "scope");
}

/* Adds one assignment; what it made of the option is at the top of the stack and is popped. */
static void add_assignment(explaining *e, uint32_t id) {
	lua_State *L = e->L;
	const sl_stack *stack = sl_stack_at(L, 1);
	const sl_entry *entry = sl_entry_at(&stack->journal, id);
	e->count++;
	lua_pushvalue(L, -1);
	lua_rawseti(L, e->results, e->count);
	lua_createtable(L, 0, 9);
	lua_insert(L, -2);
	set_value(L, "result", e->secret, e->owner);
	set_place(L, stack, entry);
	set_scope(L, entry->scope);
	sl_set_text(L, "level", sl_level_name((sl_level)entry->level));
	sl_set_text(L, "operation", sl_operation_name((sl_operation)entry->operation));
	sl_push_path(L, 1, entry);
	bool secret = e->secret || leads_to_secret(L, -1);
	if(lua_isnil(L, -1)) {
		lua_pop(L, 1);
	} else {
		set_value(L, "key", false, e->owner);
	}
	sl_push_value(L, 1, entry);
	set_value(L, "value", secret, sl_layer_origin(stack, entry->layer)->tenant);
	if(entry->flags & SL_ENTRY_IMPLICIT) {
		lua_pushboolean(L, 1);
		lua_setfield(L, -2, "implied");
	}
	lua_rawseti(L, e->assignments, e->count);
}

/* Did the last constraint so far move the value? */
typedef struct moving {
	uint32_t last;
	bool moved;
} moving;

static void note_move(void *context, const sl_move *move) {
	moving *m = context;
	m->moved = m->moved || (move->reason == m->last && !move->other);
}

/* Sets the note of the assignment that was added last, where there is one. */
static void set_note(explaining *e, const char *note) {
	lua_rawgeti(e->L, e->assignments, e->count);
	sl_set_text(e->L, "note", note);
	lua_pop(e->L, 1);
}

/* The constraints come last: they bound what comes out. */
static void add_constraints(explaining *e, const sl_history *history) {
	lua_State *L = e->L;
	for(size_t i = 1; i <= history->constraint_count; i++) {
		moving m = { .last = history->constraints[i - 1] };
		sl_fold(L, 1, history->operations, history->own ? history->operation_count : 0, NULL);
		if(lua_isnil(L, -1) && e->scope != SL_GLOBAL) {   /* the constraint bounds what the host inherits */
			lua_pop(L, 1);
			sl_push_result_of(L, 1, SL_GLOBAL, e->option);
		}
		int value = lua_gettop(L);
		lua_pushvalue(L, value);
		sl_bound_value(L, 1, history->constraints, i, note_move, &m);
		add_assignment(e, m.last);
		set_note(e, sl_bound_note(L, 1, m.last));
		if(m.moved) {
			lua_rawgeti(L, e->assignments, e->count);
			lua_pushvalue(L, value);
			set_value(L, "moved", e->secret, e->owner);
		}
		lua_settop(L, value - 1);
	}
}

static void add_operation(void *context, uint32_t operation) {
	add_assignment(context, operation);
}

static void add_operations(explaining *e, const sl_history *history) {
	sl_fold_each(e->L, 1, history->operations, history->operation_count, add_operation, e);
}

/* Has the list at the top of the stack an element that the one at the absolute index has not? */
static bool gains(lua_State *L, int before) {
	int after = lua_gettop(L);
	lua_newtable(L);
	sl_put_elements(L, after + 1, before, 1);
	bool found = false;
	size_t count = sl_element_count(L, after);
	for(size_t i = 1; i <= count && !found; i++) {
		sl_push_element(L, after, i);
		sl_look_up(L, after + 1);
		found = lua_isnil(L, -1);
		lua_pop(L, 1);
	}
	lua_settop(L, after);
	return found;
}

/* Sets what to say of a list of modules, at the absolute index, that became the one above it; the table to set it in is at the top of the stack. */
static void set_settlement_note(explaining *e, int before) {
	lua_State *L = e->L;
	sl_push_forced_note(L, 1, e->scope, sl_each_scope(L, 1, e->scope), e->option, before, before + 1);
	lua_pushvalue(L, before + 1);
	bool gained = gains(L, before);
	lua_pop(L, 1);
	if(gained) {
		const char *forced = lua_tostring(L, -1);
		lua_pushfstring(L, "%s%smodules that this host removes and the global modules_enabled has are disabled here", forced, *forced ? "; " : "");
		lua_replace(L, -2);
	}
	lua_setfield(L, -2, "note");
}

/* The value in force can differ from what its own assignments make of it: module lists settle each other. */
static void add_settlement(explaining *e) {
	lua_State *L = e->L;
	lua_rawgeti(L, e->results, e->count);
	int before = lua_gettop(L);
	uint32_t slot = sl_slot_id(L, 1, e->scope, e->option, false);
	lua_pushnil(L);
	if(slot) {
		sl_push_result(L, 1, slot);
		lua_replace(L, -2);
	}
	if(!sl_value_equal(L, -1, -2) && (e->option == SL_OPT_MODULES_DISABLED || e->option == SL_OPT_MODULES_ENABLED)) {
		lua_createtable(L, 0, 4);
		lua_pushvalue(L, -2);
		set_value(L, "result", e->secret, e->owner);
		sl_set_text(L, "operation", "settle");
		set_settlement_note(e, before);
		lua_pushvalue(L, before + 1);
		lua_rawseti(L, e->results, ++e->count);
		lua_rawseti(L, e->assignments, e->count);
	}
	lua_settop(L, before - 1);
}

/* A rule of stack.require that looks at the option. It changes nothing: what came out before it is its result too. */
static void add_rule(void *context, sl_place place) {
	explaining *e = context;
	lua_State *L = e->L;
	const sl_entry entry = { .layer = place.layer, .file = place.file, .line = place.line };
	lua_createtable(L, 0, 7);
	lua_rawgeti(L, e->results, e->count);
	lua_pushvalue(L, -1);
	lua_rawseti(L, e->results, ++e->count);
	set_value(L, "result", e->secret, e->owner);
	set_place(L, sl_stack_at(L, 1), &entry);
	set_scope(L, SL_GLOBAL);
	sl_set_text(L, "level", sl_level_name(SL_PLAIN));
	sl_set_text(L, "operation", "require");
	sl_set_text(L, "note", "a rule looks at what comes out, and may refuse it");
	lua_rawseti(L, e->assignments, e->count);
}

/* ======== who set which part ======== */

/* Pushes the part of the i-th result that the path (an array at the absolute index) leads to; nil where there is none. */
static void push_part(explaining *e, lua_Integer i, int path) {
	lua_State *L = e->L;
	lua_rawgeti(L, e->results, i);
	sl_value_descend(L, path);
}

/* The assignment since which the part at the path is as it is in the end. */
static lua_Integer since(explaining *e, int path) {
	lua_State *L = e->L;
	lua_Integer i = e->count;
	int top = lua_gettop(L);
	push_part(e, i, path);
	for(; i > 1; i--) {
		push_part(e, i - 1, path);
		bool same = sl_value_equal(L, top + 1, top + 2);
		lua_settop(L, top + 1);
		if(!same) {
			break;
		}
	}
	lua_settop(L, top);
	return i;
}

/* Notes in the table `births` that the element at the top of the stack is in the i-th list, and in `seen` that i is the last that has it. */
static void note_element(lua_State *L, int births, int seen, lua_Integer i) {
	int element = lua_gettop(L);
	sl_value_key(L, element);
	lua_pushvalue(L, -1);
	bool stayed = lua_rawget(L, seen) == LUA_TNUMBER && lua_tointeger(L, -1) >= i - 1;
	lua_pop(L, 1);
	if(!stayed) {
		lua_pushvalue(L, -1);
		lua_pushinteger(L, i);
		lua_rawset(L, births);
	}
	lua_pushinteger(L, i);
	lua_rawset(L, seen);
}

/* Pushes a table: element of the lists at the path (by its key) -> the assignment since which it is there. */
static void push_births(explaining *e, int path) {
	lua_State *L = e->L;
	lua_newtable(L);
	int births = lua_gettop(L);
	lua_newtable(L);
	for(lua_Integer i = 1; i <= e->count; i++) {
		push_part(e, i, path);
		int list = lua_gettop(L);
		lua_Integer length = sl_is_plain_table(L, list) ? (lua_Integer)lua_rawlen(L, list) : 0;
		if(!length && !lua_isnil(L, list)) {
			note_element(L, births, births + 1, i);   /* what is no list counts as one element */
		}
		for(lua_Integer k = 1; k <= length; k++) {
			if(lua_rawgeti(L, list, k) != LUA_TNIL) {   /* a gap is no element */
				note_element(L, births, births + 1, i);
			}
			lua_settop(L, list);
		}
		lua_settop(L, births + 1);
	}
	lua_settop(L, births);
}

/* Adds { value, key, layer, path, line } to the list of parts; the value is at the absolute index. */
static void add_part(explaining *e, int parts, int path, int value, lua_Integer origin) {
	lua_State *L = e->L;
	static const char *const fields[] = { "layer", "path", "line" };
	lua_createtable(L, 0, 5);
	lua_pushvalue(L, value);
	set_value(L, "value", e->secret || leads_to_secret(L, path), e->owner);
	if(lua_rawlen(L, path)) {
		lua_pushvalue(L, path);
		set_value(L, "key", false, e->owner);
	}
	lua_rawgeti(L, e->assignments, origin);
	for(size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		lua_getfield(L, -1, fields[i]);
		lua_setfield(L, -3, fields[i]);
	}
	lua_pop(L, 1);
	lua_rawseti(L, parts, (lua_Integer)lua_rawlen(L, parts) + 1);
}

static void add_elements(explaining *e, int parts, int path, int value, size_t listed) {
	lua_State *L = e->L;
	push_births(e, path);
	int births = lua_gettop(L);
	for(size_t i = 1; i <= listed; i++) {
		if(lua_rawgeti(L, value, (lua_Integer)i) != LUA_TNIL) {
			sl_value_key(L, births + 1);
			lua_rawget(L, births);
			add_part(e, parts, path, births + 1, lua_tointeger(L, -1));
		}
		lua_settop(L, births);
	}
	lua_settop(L, value);
}

/* Adds the parts of the value at the top of the stack: a list's elements, a map's keys, to any depth. */
static void add_parts(explaining *e, int parts, int path) {
	lua_State *L = e->L;
	int value = lua_gettop(L);
	size_t listed, named;
	luaL_checkstack(L, 16, "explaining an option");
	if(!sl_is_plain_table(L, value)) {
		add_part(e, parts, path, value, since(e, path));
		return;
	}
	sl_table_shape(L, value, &listed, &named);
	if(listed) {
		add_elements(e, parts, path, value, listed);
	}
	size_t count = named ? sl_sorted_keys(L, value) : 0;
	lua_Integer depth = (lua_Integer)lua_rawlen(L, path);
	for(size_t i = 1; i <= count; i++) {
		lua_rawgeti(L, value + 1, (lua_Integer)i);
		if(!sl_is_listed(L, -1, listed)) {
			lua_pushvalue(L, -1);
			lua_rawseti(L, path, depth + 1);
			lua_rawget(L, value);
			add_parts(e, parts, path);
			lua_pushnil(L);
			lua_rawseti(L, path, depth + 1);
		}
		lua_settop(L, value + 1);
	}
	lua_settop(L, value);
}

/* Sets field `parts` of the table at the top of the stack. */
static void set_parts(explaining *e) {
	lua_State *L = e->L;
	lua_newtable(L);
	int parts = lua_gettop(L);
	lua_newtable(L);
	if(e->count) {
		lua_rawgeti(L, e->results, e->count);
		if(!lua_isnil(L, -1)) {
			add_parts(e, parts, parts + 1);
		}
	}
	lua_settop(L, parts);
	lua_setfield(L, -2, "parts");
}

/* ======== the answer ======== */

/* The option's id, and its scope; 0 where no layer opened the host. */
static uint32_t scope_of(lua_State *L) {
	if(lua_isnil(L, 3)) {
		return SL_GLOBAL;
	}
	lua_pushvalue(L, 3);
	uint32_t scope = sl_find_scope(L, 1);
	return scope && sl_is_host(L, 1, scope) ? scope : 0;
}

/* Has the scope anything of its own to explain, rather than what it inherits? */
static bool has_history(explaining *e) {
	sl_history history;
	sl_history_push(e->L, 1, e->scope, sl_each_scope(e->L, 1, e->scope), e->option, false, &history);
	sl_push_result_of(e->L, 1, e->scope, e->option);
	bool own = history.own || !lua_isnil(e->L, -1);
	lua_pop(e->L, 2);
	return own;
}

static void explain(explaining *e) {
	lua_State *L = e->L;
	sl_history history;
	sl_history_push(L, 1, e->scope, sl_each_scope(L, 1, e->scope), e->option, false, &history);
	lua_newtable(L);
	e->results = lua_gettop(L);
	lua_newtable(L);
	e->assignments = lua_gettop(L);
	if(history.own) {
		add_operations(e, &history);
	}
	add_constraints(e, &history);
	add_settlement(e);
	sl_each_requirement(L, 1, e->option, add_rule, e);
}

/* Sets the value in force, and says where it is inherited: also where what the host itself says comes to nothing. */
static void set_in_force(explaining *e, int answer, bool inherited) {
	lua_State *L = e->L;
	sl_push_result_of(L, 1, e->scope, e->option);
	if(lua_isnil(L, -1) && e->scope != SL_GLOBAL) {
		lua_pop(L, 1);
		sl_push_result_of(L, 1, SL_GLOBAL, e->option);
		inherited = !lua_isnil(L, -1);
	}
	lua_pushvalue(L, answer);
	lua_insert(L, -2);
	set_value(L, "value", e->secret, e->owner);
	if(inherited) {
		lua_pushboolean(L, 1);
		lua_setfield(L, -2, "inherited");
	}
	lua_pop(L, 1);
}

/* Pushes the answer for an option that no layer speaks of. */
static void push_empty_answer(lua_State *L) {
	lua_createtable(L, 0, 6);
	lua_newtable(L);
	lua_setfield(L, -2, "assignments");
	lua_newtable(L);
	lua_setfield(L, -2, "parts");
	lua_pushvalue(L, 2);
	lua_setfield(L, -2, "option");
	lua_pushvalue(L, 3);
	lua_setfield(L, -2, "host");
}

/* stack:explain(option, host?) -> { option, host, inherited, value, assignments, parts }; nil for an unknown host */
int sl_stack_explain(lua_State *L) {
	sl_check_stack(L, 1);
	luaL_checkany(L, 2);
	lua_settop(L, 3);
	if(!lua_isnil(L, 3)) {
		luaL_checkstring(L, 3);
	}
	luaL_checkstack(L, 30, "explaining an option");
	lua_pushvalue(L, 2);
	explaining e = { .L = L, .option = sl_find_option(L, 1), .scope = scope_of(L) };
	if(!e.scope) {
		return 0;
	}
	push_empty_answer(L);
	int answer = lua_gettop(L);
	if(e.option) {
		e.secret = sl_is_secret_option(L, 1, e.option);
		bool inherited = e.scope != SL_GLOBAL && !has_history(&e);
		if(inherited) {
			e.scope = SL_GLOBAL;
		}
		e.owner = sl_tenant_of_scope(L, 1, e.scope);
		explain(&e);
		set_in_force(&e, answer, inherited);
		lua_pushvalue(L, answer);
		lua_pushvalue(L, e.assignments);
		lua_setfield(L, -2, "assignments");
		set_parts(&e);
	}
	lua_settop(L, answer);
	return 1;
}
