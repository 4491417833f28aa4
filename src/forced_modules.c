#include "forced_modules.h"

#include "elements.h"
#include "force.h"
#include "history.h"
#include "inheritance.h"
#include "report.h"
#include "resolve.h"

/* ======== what is forced ======== */

static bool has_forces(lua_State *L, int ud, uint32_t scope, uint32_t option) {
	uint32_t slot = scope ? sl_slot_id(L, ud, scope, option, false) : 0;
	return slot && (sl_slot_at(sl_journal_of(L, ud), slot)->levels & (1U << SL_FORCE));
}

/* Notes in the table at `forced` what one force says of modules. */
static void note_force(lua_State *L, int ud, uint32_t id, int forced) {
	const sl_entry *entry = sl_entry_of(L, ud, id);
	bool removes = entry->operation == SL_REMOVE;
	if(!removes && !sl_adds_elements(sl_journal_of(L, ud), entry)) {   /* it says the list whole */
		lua_newtable(L);
		lua_replace(L, forced);
	}
	if(entry->operation != SL_UNSET) {
		sl_push_value(L, ud, entry);
		sl_put_elements(L, forced, lua_gettop(L), removes ? 0 : id);
		lua_pop(L, 1);
	}
}

/* Pushes a table of the elements that the forces of the scope and of stack.each leave in the list, with the entry of each; nil for none. */
static void push_forces(lua_State *L, int ud, uint32_t scope, uint32_t each, uint32_t option) {
	luaL_checkstack(L, 8, "looking for forced modules");
	if(!has_forces(L, ud, scope, option) && !has_forces(L, ud, each, option)) {
		lua_pushnil(L);
		return;
	}
	lua_newtable(L);
	int forced = lua_gettop(L);
	sl_history history;
	sl_history_push(L, ud, scope, each, option, true, &history);
	for(size_t i = 0; i < history.operation_count; i++) {
		const sl_entry *entry = sl_entry_of(L, ud, history.operations[i]);
		if(entry->level == SL_FORCE && !entry->path) {
			note_force(L, ud, history.operations[i], forced);
		}
	}
	lua_settop(L, forced);
	if(sl_count_keys(L, forced) == 0) {
		lua_pop(L, 1);
		lua_pushnil(L);
	}
}

/* The entry that the table at `forced`, or nil, has for the module at the absolute index; 0: none. */
static uint32_t force_of(lua_State *L, int forced, int module) {
	if(!lua_istable(L, forced)) {
		return 0;
	}
	lua_pushvalue(L, module);
	sl_look_up(L, forced);
	uint32_t id = (uint32_t)lua_tointeger(L, -1);
	lua_pop(L, 1);
	return id;
}

/* ======== components ======== */

bool sl_is_component(lua_State *L, int ud, uint32_t scope) {
	uint32_t slot = scope == SL_GLOBAL ? 0 : sl_slot_id(L, ud, scope, SL_OPT_COMPONENT_MODULE, false);
	return slot && sl_slot_at(sl_journal_of(L, ud), slot)->first;
}

/* Does a component of that module (NULL: an external one) take over the module at the absolute index where it is global? */
static bool takes_over(lua_State *L, int ud, const char *component, int module) {
	return lua_type(L, module) == LUA_TSTRING && sl_takes_over(L, ud, component, lua_tostring(L, module));
}

uint32_t sl_kept_on(lua_State *L, int ud, uint32_t scope, const sl_forced_modules *global, int module) {
	uint32_t force = force_of(L, global->on, module);
	if(!force || !sl_is_component(L, ud, scope)) {
		return force;
	}
	sl_push_result_of(L, ud, scope, SL_OPT_COMPONENT_MODULE);
	bool taken = takes_over(L, ud, lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL, module);
	lua_pop(L, 1);
	return taken ? force : 0;
}

/* ======== taking modules out of a list ======== */

typedef struct taking {
	lua_State *L;
	int ud;
	uint32_t scope, each, option;   /* the list */
	int own;                        /* what the host and stack.each force into the other list; nil: nothing */
	const char *component;          /* the module of a component that no layer opens, else NULL */
	const sl_forced_modules *global;
} taking;

/* The force that takes the module at the absolute index out of the list; 0: none. */
static uint32_t reason_of(const taking *t, int module) {
	uint32_t own = force_of(t->L, t->own, module);
	if(own) {
		return own;
	}
	if(t->option != SL_OPT_MODULES_DISABLED) {
		return force_of(t->L, t->global->off, module);
	}
	if(!t->component) {
		return sl_kept_on(t->L, t->ud, t->scope, t->global, module);
	}
	return takes_over(t->L, t->ud, t->component, module) ? force_of(t->L, t->global->on, module) : 0;
}

/* Pushes an array of the modules that have to leave the list at the absolute index, and a table: module -> the force behind that. */
static size_t push_leaving(const taking *t, int list) {
	lua_State *L = t->L;
	lua_newtable(L);
	lua_newtable(L);
	int gone = lua_gettop(L) - 1;
	lua_Integer found = 0;
	size_t count = sl_element_count(L, list);
	for(size_t i = 1; i <= count; i++) {
		sl_push_element(L, list, i);
		uint32_t reason = lua_isnil(L, -1) ? 0 : reason_of(t, gone + 2);
		if(reason) {
			sl_put_element(L, gone + 1, gone + 2, reason);
			lua_rawseti(L, gone, ++found);
		}
		lua_settop(L, gone + 1);
	}
	return (size_t)found;
}

/* Is it worth a warning that the operation loses? What an earlier layer enables and a later one forces off is how policies narrow down what
 * features offer. */
static bool is_loss(const taking *t, uint32_t lost, uint32_t force) {
	return t->scope != SL_GLOBAL || t->option == SL_OPT_MODULES_DISABLED || lost > force;
}

/* Reports that the modules in the list at the absolute index, which an operation puts into the list, leave it because of the force. */
static void report_loss(const taking *t, int names, uint32_t lost, uint32_t force) {
	lua_State *L = t->L;
	int top = lua_gettop(L);
	lua_newtable(L);   /* without the fields beside the list */
	sl_copy_part(L, names, top + 1, true);
	if(lua_rawlen(L, top + 1) == 1) {
		lua_rawgeti(L, top + 1, 1);
		lua_replace(L, top + 1);
	}
	const char *what = sl_push_what(L, t->ud, t->scope, t->option);
	const char *shown = sl_push_short_text(L, t->ud, t->scope, t->option, top + 1);
	const char *place = sl_push_entry_place(L, t->ud, force);
	sl_report_at(L, t->ud, SL_WARNING, SL_ON_LOST, lost, lua_pushfstring(L,
		"%s: %s loses against the force at %s, which keeps it %s; change it there, or take it out here",
		what, shown, place, t->option == SL_OPT_MODULES_DISABLED ? "on" : "off"));
	lua_settop(L, top);
}

/* Pushes a key that is the same for two entries whenever they stand at the same two places. */
static void push_pair(lua_State *L, int ud, uint32_t one, uint32_t other) {
	const sl_entry *first = sl_entry_of(L, ud, one);
	const sl_entry *second = sl_entry_of(L, ud, other);
	lua_pushfstring(L, "%d %d %d %d %d %d", (int)first->layer, (int)first->file, (int)first->line, (int)second->layer, (int)second->file,
		(int)second->line);
}

/* Adds the module at the top of the stack, which is popped, to the modules of that pair: { lost, force, module … } in the array at `pairs`. */
static void add_to_pair(const taking *t, int pairs, uint32_t lost, uint32_t force) {
	lua_State *L = t->L;
	int module = lua_gettop(L);
	push_pair(L, t->ud, lost, force);
	lua_pushvalue(L, -1);
	if(lua_rawget(L, pairs) == LUA_TNIL) {
		lua_newtable(L);
		lua_replace(L, -2);
		lua_pushinteger(L, lost);
		lua_setfield(L, -2, "lost");
		lua_pushinteger(L, force);
		lua_setfield(L, -2, "force");
		lua_pushvalue(L, -2);
		lua_pushvalue(L, -2);
		lua_rawset(L, pairs);
		lua_pushvalue(L, -1);
		lua_rawseti(L, pairs, (lua_Integer)lua_rawlen(L, pairs) + 1);
	}
	lua_pushvalue(L, module);
	lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
	lua_settop(L, module - 1);
}

/* Notes, in the array at `pairs`, the modules that one operation puts into the list and that leave it. */
static void note_losses(const taking *t, int reasons, int pairs, uint32_t id) {
	lua_State *L = t->L;
	int top = lua_gettop(L);
	sl_push_value(L, t->ud, sl_entry_of(L, t->ud, id));
	size_t count = sl_element_count(L, top + 1);
	for(size_t i = 1; i <= count; i++) {
		sl_push_element(L, top + 1, i);
		uint32_t force = lua_isnil(L, -1) ? 0 : force_of(L, reasons, top + 2);
		if(force && is_loss(t, id, force)) {
			add_to_pair(t, pairs, id, force);
		}
		lua_settop(L, top + 1);
	}
	lua_settop(L, top);
}

/* Pushes an array of the pairs of an operation and a force by which it loses. Defaults give way silently, and two forces contradict each other,
 * which is reported as that. */
static void push_losses(const taking *t, int reasons) {
	lua_State *L = t->L;
	lua_newtable(L);
	int pairs = lua_gettop(L);
	sl_history history;
	sl_history_push(L, t->ud, t->scope, t->each, t->option, true, &history);
	for(size_t i = 0; i < history.operation_count; i++) {
		uint32_t id = history.operations[i];
		const sl_entry *entry = sl_entry_of(L, t->ud, id);
		if(entry->level != SL_PLAIN || entry->operation == SL_REMOVE || entry->path) {
			continue;
		}
		if(!sl_adds_elements(sl_journal_of(L, t->ud), entry)) {   /* it says the list whole, so what came before is gone */
			lua_newtable(L);
			lua_replace(L, pairs);
		}
		note_losses(t, reasons, pairs, id);
	}
	lua_settop(L, pairs);
}

/* Reports each pair of places once, with all modules that it is about. */
static void report_losses(const taking *t, int reasons) {
	lua_State *L = t->L;
	int top = lua_gettop(L);
	push_losses(t, reasons);
	size_t count = (size_t)lua_rawlen(L, top + 1);
	for(size_t i = 1; i <= count; i++) {
		lua_rawgeti(L, top + 1, (lua_Integer)i);
		lua_getfield(L, -1, "lost");
		lua_getfield(L, -2, "force");
		report_loss(t, top + 2, (uint32_t)lua_tointeger(L, -2), (uint32_t)lua_tointeger(L, -1));
		lua_settop(L, top + 1);
	}
	lua_settop(L, top);
}

/* Sets the slot's result to the list at the absolute index without the modules in another. */
static void set_without(lua_State *L, int ud, uint32_t slot, int list, int gone) {
	sl_merge merge;
	sl_merge_start(&merge, L);
	sl_merge_apply(&merge, SL_RULE_REPLACE, SL_SET, list, 1);
	sl_merge_apply(&merge, SL_RULE_APPEND, SL_REMOVE, gone, 2);
	sl_merge_finish(&merge);
	sl_set_result(L, ud, slot);
}

static void take_out(const taking *t) {
	lua_State *L = t->L;
	uint32_t slot = sl_slot_id(L, t->ud, t->scope, t->option, false);
	bool forced = lua_istable(L, t->own) || lua_istable(L, t->option == SL_OPT_MODULES_DISABLED ? t->global->on : t->global->off);
	if(!slot || !forced) {
		return;
	}
	luaL_checkstack(L, 16, "taking modules out of a list");
	int top = lua_gettop(L);
	sl_push_result(L, t->ud, slot);
	if(push_leaving(t, top + 1)) {
		set_without(L, t->ud, slot, top + 1, top + 2);
		report_losses(t, top + 3);
	}
	lua_settop(L, top);
}

/* ======== contradictions ======== */

/* Reports, once, that the module at the absolute index is forced on and off. */
static void report_both(lua_State *L, int ud, uint32_t scope, const sl_forced_modules *global, uint32_t on, uint32_t off, int module) {
	int top = lua_gettop(L);
	push_pair(L, ud, on, off);
	lua_pushvalue(L, -1);
	if(lua_rawget(L, global->told) == LUA_TNIL) {
		lua_pushvalue(L, top + 1);
		lua_pushboolean(L, 1);
		lua_rawset(L, global->told);
		bool on_is_later = on > off;
		uint32_t later = on_is_later ? on : off;
		uint32_t option = sl_entry_of(L, ud, later)->option;
		const char *what = sl_push_what(L, ud, scope, option);
		const char *shown = sl_push_short_text(L, ud, scope, option, module);
		const char *place = sl_push_entry_place(L, ud, on_is_later ? off : on);
		sl_report_at(L, ud, SL_ERROR, SL_ON_CONTRADICTION, later, lua_pushfstring(L,
			"%s: the force here keeps %s %s, the force at %s keeps it %s: they contradict each other; change one of them",
			what, shown, on_is_later ? "on" : "off", place, on_is_later ? "off" : "on"));
	}
	lua_settop(L, top);
}

/* Reports every module in the table at `forced` (nil: none), which are forced on or off, that the same scope's table at `other` or the global scope
 * forces the other way. */
static void check_opposites(lua_State *L, int ud, uint32_t scope, const sl_forced_modules *global, int forced, bool on, int other) {
	if(!lua_istable(L, forced)) {
		return;
	}
	int top = lua_gettop(L);
	size_t count = sl_sorted_keys(L, forced);
	for(size_t i = 1; i <= count; i++) {
		lua_rawgeti(L, top + 1, (lua_Integer)i);
		uint32_t here = force_of(L, forced, top + 2);
		uint32_t there = force_of(L, other, top + 2);
		if(!there && scope != SL_GLOBAL) {
			there = on ? force_of(L, global->off, top + 2) : sl_kept_on(L, ud, scope, global, top + 2);
		}
		if(there) {
			report_both(L, ud, scope, global, on ? here : there, on ? there : here, top + 2);
		}
		lua_settop(L, top + 1);
	}
	lua_settop(L, top);
}

/* ======== the scopes ======== */

/* Pushes the slots, of which `enabled` and `told` are empty. */
static void push_global(lua_State *L, int ud, sl_forced_modules *global) {
	luaL_checkstack(L, 16, "looking for forced modules");
	int top = lua_gettop(L);
	*global = (sl_forced_modules) { .on = top + 1, .off = top + 2, .enabled = top + 3, .told = top + 4 };
	push_forces(L, ud, SL_GLOBAL, 0, SL_OPT_MODULES_ENABLED);
	push_forces(L, ud, SL_GLOBAL, 0, SL_OPT_MODULES_DISABLED);
	lua_newtable(L);
	lua_newtable(L);
}

void sl_start_modules(lua_State *L, int ud, sl_forced_modules *global) {
	int top = lua_gettop(L);
	push_global(L, ud, global);
	lua_pushnil(L);   /* nothing is forced by another scope */
	check_opposites(L, ud, SL_GLOBAL, global, global->on, true, global->off);
	taking t = { .L = L, .ud = ud, .scope = SL_GLOBAL, .option = SL_OPT_MODULES_DISABLED, .own = top + 5, .global = global };
	take_out(&t);
	t.option = SL_OPT_MODULES_ENABLED;
	take_out(&t);
	lua_settop(L, top + 4);
	sl_push_result_of(L, ud, SL_GLOBAL, SL_OPT_MODULES_ENABLED);
	sl_put_elements(L, global->enabled, top + 5, 1);
	lua_settop(L, top + 4);
}

void sl_settle_forced_modules(lua_State *L, int ud, uint32_t scope, uint32_t each, const sl_forced_modules *global) {
	int top = lua_gettop(L);
	push_forces(L, ud, scope, each, SL_OPT_MODULES_ENABLED);
	push_forces(L, ud, scope, each, SL_OPT_MODULES_DISABLED);
	check_opposites(L, ud, scope, global, top + 1, true, top + 2);
	check_opposites(L, ud, scope, global, top + 2, false, top + 1);
	taking t = { .L = L, .ud = ud, .scope = scope, .each = each, .option = SL_OPT_MODULES_DISABLED, .own = top + 1, .global = global };
	take_out(&t);
	t.option = SL_OPT_MODULES_ENABLED;
	t.own = top + 2;
	take_out(&t);
	lua_settop(L, top);
}

/* ======== what was set later ======== */

void sl_each_misplaced(lua_State *L, int ud, uint32_t scope, uint32_t each, const char *component, uint32_t option, int list,
		void (*look)(void *context, uint32_t force), void *context) {
	int top = lua_gettop(L);
	sl_forced_modules global;
	push_global(L, ud, &global);
	push_forces(L, ud, scope == SL_GLOBAL ? 0 : scope, each, option == SL_OPT_MODULES_DISABLED ? SL_OPT_MODULES_ENABLED : SL_OPT_MODULES_DISABLED);
	taking t = { .L = L, .ud = ud, .scope = scope, .each = each, .option = option, .own = lua_gettop(L), .component = component };
	t.global = &global;
	size_t count = push_leaving(&t, list);
	int gone = lua_gettop(L) - 1;
	lua_newtable(L);
	for(size_t i = 1; i <= count; i++) {
		lua_rawgeti(L, gone, (lua_Integer)i);
		uint32_t force = force_of(L, gone + 1, lua_gettop(L));
		if(lua_rawgeti(L, gone + 2, force) == LUA_TNIL) {
			lua_pushboolean(L, 1);
			lua_rawseti(L, gone + 2, force);
			look(context, force);
		}
		lua_settop(L, gone + 2);
	}
	lua_settop(L, top);
}

/* ======== explain ======== */

enum { NAMED_MODULES = 3 };

void sl_push_forced_note(lua_State *L, int ud, uint32_t scope, uint32_t each, uint32_t option, int before, int after) {
	luaL_checkstack(L, 16, "explaining a list of modules");
	bool disabled = option == SL_OPT_MODULES_DISABLED;
	sl_forced_modules global;
	lua_pushliteral(L, "");
	int note = lua_gettop(L);
	push_global(L, ud, &global);
	push_forces(L, ud, scope == SL_GLOBAL ? 0 : scope, each, disabled ? SL_OPT_MODULES_ENABLED : SL_OPT_MODULES_DISABLED);
	taking t = { .L = L, .ud = ud, .scope = scope, .each = each, .option = option, .own = lua_gettop(L), .global = &global };
	lua_newtable(L);
	int left = lua_gettop(L);
	sl_put_elements(L, left, after, 1);
	size_t count = sl_element_count(L, before);
	size_t found = 0;
	for(size_t i = 1; i <= count; i++) {
		sl_push_element(L, before, i);
		uint32_t reason = lua_isnil(L, -1) || force_of(L, left, left + 1) ? 0 : reason_of(&t, left + 1);
		if(reason && found++ < NAMED_MODULES) {
			const char *name = sl_push_short_text(L, ud, scope, option, left + 1);
			const char *place = sl_push_entry_place(L, ud, reason);
			lua_pushfstring(L, "%s%s%s is forced %s at %s", lua_tostring(L, note), found > 1 ? "; " : "", name, disabled ? "on" : "off", place);
			lua_replace(L, note);
		}
		lua_settop(L, left);
	}
	if(found > NAMED_MODULES) {
		lua_pushfstring(L, "%s; and %d more", lua_tostring(L, note), (int)(found - NAMED_MODULES));
		lua_replace(L, note);
	}
	lua_settop(L, note);
}
