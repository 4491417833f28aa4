#include "later.h"

#include <string.h>

#include "apply.h"
#include "bounded.h"
#include "findings_api.h"
#include "force.h"
#include "forced_modules.h"
#include "history.h"
#include "main_places.h"
#include "redact.h"
#include "report.h"
#include "requirement.h"
#include "resolve.h"
#include "waiting.h"

/* Everything that is needed to judge. The indices are of the Lua stack. */
typedef struct later {
	lua_State *L;
	int ud, list;
	int config;               /* Prosody's table of options */
	int options;              /* its table of the scope that is looked at */
	int holder;               /* what holds the places, nil until they are needed */
	sl_main_places places;
	const uint32_t *bearing;  /* options of which the global scope forces or bounds something */
	size_t bearing_count;
	uint32_t scope, each;     /* what is looked at */
	const char *host;         /* "*": the global scope */
	const char *setter;       /* the host that the option's value is looked for in: that one, or the global scope where the host inherits */
	unsigned found;           /* errors about the option that is judged */
} later;

/* ======== findings ======== */

/* Pushes the option's own value in the scope that is looked at, as Prosody has it. */
static void push_now(const later *l, uint32_t option) {
	sl_push_option_name(l->L, l->ud, option);
	lua_rawget(l->L, l->options);
}

static const sl_main_places *places_of(later *l) {
	if(lua_isnil(l->L, l->holder)) {
		sl_main_places_push(l->L, l->ud, true, &l->places);
		lua_replace(l->L, l->holder);
	}
	return &l->places;
}

/* Where the option's value, at the absolute index, is set: else where the host is opened. `exact`: it is more than the file that is known. */
static const sl_said *find_place(later *l, const char *option, int value, bool *exact) {
	lua_State *L = l->L;
	const sl_main_places *places = places_of(l);
	const sl_said *said = sl_main_place(L, places, l->setter, option, value);
	*exact = said != NULL;
	said = said ? said : sl_main_only(L, places, l->setter, option);
	if(!said) {
		said = sl_main_only(L, places, l->host, "defined");
		said = said ? said : sl_main_only(L, places, l->host, "component_module");
		*exact = said != NULL;
	}
	return said;
}

/* Appends a finding about the option, whose value is at the absolute index. */
static void add_finding(later *l, sl_severity severity, sl_topic topic, uint32_t option, int value, const char *text) {
	lua_State *L = l->L;
	int top = lua_gettop(L);
	sl_push_option_name(L, l->ud, option);
	const char *name = luaL_tolstring(L, -1, NULL);
	bool exact;
	const sl_said *said = find_place(l, name, value, &exact);
	lua_createtable(L, 0, 6);
	sl_set_text(L, "severity", sl_severity_name(severity));
	sl_set_code(L, topic);
	sl_set_text(L, "path", said ? said->path : sl_stack_at(L, l->ud)->main_file);
	sl_set_line(L, said && exact ? said->line : 0);
	lua_pushstring(L, text);
	sl_redact(L, l->ud, sl_tenant_of_scope(L, l->ud, l->scope));
	lua_setfield(L, -2, "text");
	lua_rawseti(L, l->list, (lua_Integer)lua_rawlen(L, l->list) + 1);
	lua_settop(L, top);
}

/* Pushes the part of the value that an entry speaks of. */
static void push_part(const later *l, const sl_entry *entry, int value) {
	lua_State *L = l->L;
	sl_push_path(L, l->ud, entry);
	lua_pushvalue(L, value);
	if(lua_istable(L, -2)) {
		sl_value_descend(L, lua_gettop(L) - 1);
	}
	lua_remove(L, -2);
}

/* Reports that the option's value breaks what the entry demands. */
static void report_breach(later *l, uint32_t option, int value, uint32_t entry) {
	lua_State *L = l->L;
	int top = lua_gettop(L);
	luaL_checkstack(L, 12, "judging what was set later");
	bool same = sl_entry_of(L, l->ud, entry)->option == option;
	push_part(l, sl_entry_of(L, l->ud, entry), value);
	const char *what = same ? sl_push_what_of(L, l->ud, l->scope, entry) : sl_push_what(L, l->ud, l->scope, option);
	int part = same ? top + 1 : value;
	const char *shown = lua_isnil(L, part) ? "nil" : sl_push_short_text(L, l->ud, l->scope, option, part);
	const char *demand = sl_push_demand(L, l->ud, entry);
	if(!same) {
		sl_push_option_name(L, l->ud, sl_entry_of(L, l->ud, entry)->option);
		demand = lua_pushfstring(L, "%s = %s", luaL_tolstring(L, -1, NULL), demand);
	}
	const char *place = sl_push_entry_place(L, l->ud, entry);
	const char *text = lua_pushfstring(L, "%s = %s, set after stackloader.load, breaks %s at %s, and the server runs with it; take it out here, or "
		"change the rule there", what, shown, demand, place);
	add_finding(l, SL_ERROR, SL_ON_BREACH, option, value, text);
	l->found++;
	lua_settop(L, top);
}

static void report_change(later *l, uint32_t option, int value) {
	lua_State *L = l->L;
	int top = lua_gettop(L);
	const char *what = sl_push_what(L, l->ud, l->scope, option);
	add_finding(l, SL_WARNING, SL_ON_SET_LATER, option, value, lua_pushfstring(L, "%s was set after stackloader.load and is no longer what the layers "
		"made of it; move it before the call, or into local/", what));
	lua_settop(L, top);
}

/* ======== judging one option ======== */

/* The option that is judged: its own value, what Prosody reads of it (a host may inherit), and what the layers made of it. */
typedef struct judging {
	later *l;
	uint32_t option;
	int own, effective, made;
	int told;   /* the one of the first two that was set later */
} judging;

/* A host that inherits is judged by what is said in the host; the rest is judged in the global scope. */
static bool is_counted(const judging *j, const sl_entry *entry) {
	return j->l->scope == SL_GLOBAL || entry->scope != SL_GLOBAL || !lua_isnil(j->l->L, j->own);
}

static void judge_forces(const judging *j, const sl_history *history) {
	lua_State *L = j->l->L;
	for(size_t i = 0; i < history->operation_count; i++) {
		uint32_t id = history->operations[i];
		const sl_entry *entry = sl_entry_of(L, j->l->ud, id);
		if(entry->level == SL_FORCE && is_counted(j, entry) && sl_holds(L, j->l->ud, id, j->made) && !sl_holds(L, j->l->ud, id, j->effective)) {
			report_breach(j->l, j->option, j->told, id);
		}
	}
}

static void on_move(void *context, const sl_move *move) {
	if(!move->other) {
		const judging *j = context;
		report_breach(j->l, j->option, j->told, move->reason);
	}
}

static void judge_constraints(judging *j, const sl_history *history) {
	lua_State *L = j->l->L;
	int top = lua_gettop(L);
	uint32_t *ids = lua_newuserdatauv(L, history->constraint_count * sizeof(*ids) + 1, 0);
	size_t count = 0;
	for(size_t i = 0; i < history->constraint_count; i++) {
		if(is_counted(j, sl_entry_of(L, j->l->ud, history->constraints[i]))) {
			ids[count++] = history->constraints[i];
		}
	}
	lua_pushvalue(L, j->effective);
	if(count) {
		sl_bound_value(L, j->l->ud, ids, count, on_move, j);
	}
	lua_settop(L, top);
}

static bool is_module_list(uint32_t option) {
	return option == SL_OPT_MODULES_ENABLED || option == SL_OPT_MODULES_DISABLED;
}

/* Pushes the module of a component that was opened later, which takes over only few of the global modules. Else pushes nil and returns NULL. */
static const char *push_new_component(const later *l) {
	push_now(l, SL_OPT_COMPONENT_MODULE);
	if(lua_type(l->L, -1) != LUA_TSTRING || l->scope == SL_GLOBAL || sl_is_component(l->L, l->ud, l->scope)) {
		lua_pop(l->L, 1);
		lua_pushnil(l->L);
	}
	return lua_tostring(l->L, -1);
}

static void on_misplaced(void *context, uint32_t force) {
	const judging *j = context;
	report_breach(j->l, j->option, j->told, force);
}

/* A module that is forced on must not be disabled, nor one that is forced off be enabled. */
static void judge_modules(judging *j) {
	if(is_module_list(j->option) && !lua_isnil(j->l->L, j->own)) {
		const char *component = push_new_component(j->l);
		sl_each_misplaced(j->l->L, j->l->ud, j->l->scope, j->l->each, component, j->option, j->own, on_misplaced, j);
		lua_pop(j->l->L, 1);
	}
}

/* Pushes what the layers made of the option; where the scope had none of its own, what they would have made of it there. */
static void push_made(const later *l, const sl_history *history, uint32_t option) {
	sl_push_result_of(l->L, l->ud, l->scope, option);
	if(lua_isnil(l->L, -1)) {
		lua_pop(l->L, 1);
		sl_fold(l->L, l->ud, history->operations, history->operation_count, NULL);
	}
}

/* Judges the option, whose own value is at the top of the stack. `inherits`: so it was, and only what is inherited has changed. */
static void judge(later *l, uint32_t option, bool inherits) {
	lua_State *L = l->L;
	int top = lua_gettop(L);
	luaL_checkstack(L, 20, "judging what was set later");
	judging j = { .l = l, .option = option, .own = top, .effective = top + 1, .made = top + 3, .told = inherits ? top + 1 : top };
	l->setter = inherits ? "*" : l->host;
	lua_pushvalue(L, top);
	if(lua_isnil(L, top) && l->scope != SL_GLOBAL) {
		lua_pop(L, 1);
		lua_getfield(L, l->config, "*");
		sl_push_option_name(L, l->ud, option);
		lua_rawget(L, -2);
		lua_remove(L, -2);
	}
	sl_history history;
	sl_history_push(L, l->ud, l->scope, l->each, option, false, &history);
	push_made(l, &history, option);
	l->found = 0;
	judge_forces(&j, &history);
	judge_constraints(&j, &history);
	judge_modules(&j);
	lua_settop(L, top);
}

/* ======== what was set later ======== */

/* Prosody itself gives network_settings a metatable that only looks up defaults. Replaces such a table at the top of the stack by a copy that
 * has what it holds itself. */
static void strip_defaults(lua_State *L) {
	int value = lua_gettop(L);
	if(lua_type(L, value) != LUA_TTABLE || luaL_getmetafield(L, value, "__index") != LUA_TTABLE) {
		lua_settop(L, value);
		return;
	}
	lua_newtable(L);
	int copy = lua_gettop(L);
	sl_copy_part(L, value, copy, true);
	sl_copy_part(L, value, copy, false);
	lua_replace(L, value);
	lua_settop(L, value);
}

/* Is the value at the top of the stack what the stack made, which is below it? */
static bool is_as_made(lua_State *L) {
	if(sl_value_equal(L, -1, -2)) {
		return true;
	}
	strip_defaults(L);
	return sl_value_equal(L, -1, -2);
}

/* prosodyctl itself replaces `log` by its own. */
static bool is_own_log(const later *l, uint32_t option) {
	if(!sl_stack_at(l->L, l->ud)->prosodyctl) {
		return false;
	}
	sl_push_option_name(l->L, l->ud, option);
	bool log = lua_type(l->L, -1) == LUA_TSTRING && strcmp(lua_tostring(l->L, -1), "log") == 0;
	lua_pop(l->L, 1);
	return log;
}

static bool is_bearing(const sl_slot *slot) {
	return slot->constrained || (slot->levels & (1U << SL_FORCE));
}

static bool bears(const later *l, uint32_t scope, uint32_t option) {
	uint32_t id = scope ? sl_slot_id(l->L, l->ud, scope, option, false) : 0;
	return id && is_bearing(sl_slot_at(sl_journal_of(l->L, l->ud), id));
}

static void compare_slot(later *l, uint32_t id) {
	lua_State *L = l->L;
	int top = lua_gettop(L);
	uint32_t option = sl_slot_at(sl_journal_of(L, l->ud), id)->option;
	sl_push_result(L, l->ud, id);
	push_now(l, option);
	if(!is_as_made(L) && !is_own_log(l, option)) {
		judge(l, option, false);
		if(!l->found) {
			report_change(l, option, lua_gettop(L));
		}
	} else if(lua_isnil(L, -1) && l->scope != SL_GLOBAL && (bears(l, l->scope, option) || bears(l, l->each, option))) {
		judge(l, option, true);
	}
	lua_settop(L, top);
}

/* The scope that stack.each uses for hosts of this kind, as Prosody has it now; 0 where no layer spoke to them. */
static uint32_t find_each(const later *l) {
	lua_State *L = l->L;
	if(l->scope == SL_GLOBAL || !sl_journal_of(L, l->ud)->has_each) {
		return 0;
	}
	push_now(l, SL_OPT_COMPONENT_MODULE);
	lua_pushfstring(L, SL_EACH_PREFIX "%s", lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "host");
	uint32_t each = sl_find_scope(L, l->ud);
	lua_pop(L, 1);
	return each;
}

/* An option of which no layer speaks in this scope, but globally, or to all hosts of its kind (`kind`), also those that are opened later. `seen`: the
 * index of a set of the options that were looked at. */
static void look_at(later *l, uint32_t option, bool kind, int seen) {
	lua_State *L = l->L;
	bool again = lua_rawgeti(L, seen, option) != LUA_TNIL;
	lua_pop(L, 1);
	if(again) {
		return;
	}
	lua_pushboolean(L, 1);
	lua_rawseti(L, seen, option);
	push_now(l, option);
	if((kind || !lua_isnil(L, -1)) && !sl_slot_id(L, l->ud, l->scope, option, false)) {
		judge(l, option, lua_isnil(L, -1));
	}
	lua_pop(L, 1);
}

static uint32_t opposite(uint32_t option) {
	return option == SL_OPT_MODULES_ENABLED ? SL_OPT_MODULES_DISABLED : SL_OPT_MODULES_ENABLED;
}

/* A force on one list of modules reaches into the other one. */
static void look_at_modules(later *l, uint32_t scope, int seen) {
	for(uint32_t option = SL_OPT_MODULES_ENABLED; option <= SL_OPT_MODULES_DISABLED; option++) {
		if(bears(l, scope, option)) {
			look_at(l, opposite(option), false, seen);
		}
	}
}

/* What reaches into the scope from others, and from one list of modules into the other. */
static void look_around(later *l) {
	const sl_journal *journal = sl_journal_of(l->L, l->ud);
	lua_newtable(l->L);
	int seen = lua_gettop(l->L);
	for(uint32_t id = l->each ? sl_first_slot(l->L, l->ud, l->each) : 0; id; id = sl_slot_at(journal, id)->next_in_scope) {
		if(is_bearing(sl_slot_at(journal, id))) {
			look_at(l, sl_slot_at(journal, id)->option, true, seen);
		}
	}
	for(size_t i = 0; i < l->bearing_count && l->scope != SL_GLOBAL; i++) {
		look_at(l, l->bearing[i], false, seen);
	}
	look_at_modules(l, SL_GLOBAL, seen);
	look_at_modules(l, l->each, seen);
	if(!sl_waiting_of(journal, l->scope)) {
		look_at_modules(l, l->scope, seen);
	}
	lua_settop(l->L, seen - 1);
}

/* Compares the options of the scope, whose table in Prosody is at the top of the stack. What a deferred host says has not changed, or it would not
 * be deferred any more. */
static void compare_scope(later *l) {
	lua_State *L = l->L;
	const sl_journal *journal = sl_journal_of(L, l->ud);
	l->options = lua_gettop(L);
	bool waits = sl_waiting_of(journal, l->scope) != NULL;
	l->each = waits ? 0 : find_each(l);
	for(uint32_t id = waits ? 0 : sl_first_slot(L, l->ud, l->scope); id; id = sl_slot_at(journal, id)->next_in_scope) {
		compare_slot(l, id);
	}
	look_around(l);
}

static void compare_known(later *l) {
	lua_State *L = l->L;
	const sl_journal *journal = sl_journal_of(L, l->ud);
	uint32_t count = sl_scope_count(journal);
	for(l->scope = SL_GLOBAL; l->scope < count; l->scope++) {
		int top = lua_gettop(L);
		sl_push_scope_name(L, l->ud, l->scope);
		lua_pushvalue(L, -1);
		if(lua_type(L, -1) == LUA_TSTRING && lua_rawget(L, l->config) == LUA_TTABLE) {
			l->host = lua_tostring(L, -2);
			compare_scope(l);
		}
		lua_settop(L, top);
	}
}

/* Pushes a set of the hosts that no layer speaks of. */
static void push_unknown(const later *l) {
	lua_State *L = l->L;
	lua_newtable(L);
	int unknown = lua_gettop(L);
	lua_pushnil(L);
	while(lua_next(L, l->config)) {
		lua_pushvalue(L, unknown + 1);
		if(lua_type(L, -1) == LUA_TSTRING && lua_istable(L, unknown + 2) && !sl_find_scope(L, l->ud)) {
			lua_pushvalue(L, unknown + 1);
			lua_pushboolean(L, 1);
			lua_rawset(L, unknown);
		}
		lua_settop(L, unknown + 1);
	}
}

/* Hosts that the main file opened behind the call: forces and constraints of the global scope and of stack.each reach into them too. */
static void compare_new(later *l) {
	lua_State *L = l->L;
	int top = lua_gettop(L);
	push_unknown(l);
	size_t count = sl_sorted_keys(L, top + 1);
	for(size_t i = 1; i <= count; i++) {
		lua_rawgeti(L, top + 2, (lua_Integer)i);
		l->host = lua_tostring(L, -1);
		lua_pushvalue(L, -1);
		l->scope = sl_scope_id(L, l->ud);
		lua_pushvalue(L, -1);
		lua_rawget(L, l->config);
		compare_scope(l);
		lua_settop(L, top + 2);
	}
	lua_settop(L, top);
}

/* Pushes the array of the options of which the global scope forces or bounds something. */
static void push_bearing(later *l) {
	lua_State *L = l->L;
	const sl_journal *journal = sl_journal_of(L, l->ud);
	size_t count = 0;
	for(uint32_t id = sl_first_slot(L, l->ud, SL_GLOBAL); id; id = sl_slot_at(journal, id)->next_in_scope) {
		count += is_bearing(sl_slot_at(journal, id));
	}
	uint32_t *options = lua_newuserdatauv(L, count * sizeof(*options) + 1, 0);
	for(uint32_t id = sl_first_slot(L, l->ud, SL_GLOBAL); id; id = sl_slot_at(journal, id)->next_in_scope) {
		if(is_bearing(sl_slot_at(journal, id))) {
			options[l->bearing_count++] = sl_slot_at(journal, id)->option;
		}
	}
	l->bearing = options;
}

/* Pushes the option's value in Prosody's table; where the host inherits, the setter is the global scope. */
static void push_configured(later *l, uint32_t option) {
	lua_State *L = l->L;
	const char *const hosts[] = { l->host, "*" };
	lua_pushnil(L);
	for(size_t i = 0; i < sizeof(hosts) / sizeof(*hosts) && option && lua_isnil(L, -1); i++) {
		l->setter = hosts[i];
		lua_pop(L, 1);
		lua_pushstring(L, hosts[i]);
		lua_rawget(L, l->config);
		sl_push_option_name(L, l->ud, option);
		lua_rawget(L, -2);
		lua_remove(L, -2);
	}
}

/* A rule held when the configuration was loaded, and does not hold any more. */
static void on_refusal(void *context, uint32_t scope, uint32_t option, sl_place place, const char *message) {
	later *l = context;
	lua_State *L = l->L;
	int top = lua_gettop(L);
	luaL_checkstack(L, 16, "judging what was set later");
	l->scope = scope;
	sl_push_scope_name(L, l->ud, scope);
	l->host = l->setter = lua_tostring(L, -1);
	const char *where = sl_push_rule_place(L, l->ud, place);
	push_configured(l, option);
	const char *what = option ? sl_push_what(L, l->ud, scope, option) : scope == SL_GLOBAL ? "the global section" : l->host;
	const char *shown = option && !lua_isnil(L, top + 3) ? sl_push_short_text(L, l->ud, scope, option, top + 3) : "nil";
	add_finding(l, SL_ERROR, SL_ON_BREACH, option ? option : SL_OPT_DEFINED, top + 3, lua_pushfstring(L, "%s = %s, set after stackloader.load, breaks "
		"stack.require at %s, and the server runs with it: %s", what, shown, where, message));
	lua_settop(L, top);
}

void sl_find_later(lua_State *L, int ud, int list) {
	int top = lua_gettop(L);
	luaL_checkstack(L, 12, "comparing the configuration");
	later l = { .L = L, .ud = ud, .list = list, .config = top + 1, .holder = top + 2 };
	if(sl_push_applied(L, ud) == LUA_TTABLE) {
		lua_pushnil(L);
		sl_expand_changed(L, ud, l.config);
		push_bearing(&l);
		compare_known(&l);
		compare_new(&l);
		sl_ask_requirements(L, ud, l.config, on_refusal, &l);
	}
	lua_settop(L, top);
}
