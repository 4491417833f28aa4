#include "modules.h"

#include <string.h>

#include "elements.h"
#include "force.h"
#include "history.h"
#include "report.h"
#include "resolve.h"

/* Does a layer say anything of the option in the scope? */
static bool is_said(lua_State *L, int ud, uint32_t scope, uint32_t option) {
	sl_journal *journal = &sl_stack_at(L, ud)->journal;
	uint32_t slot = scope ? sl_slot_id(L, ud, scope, option, false) : 0;
	return slot && sl_slot_at(journal, slot)->first;
}

/* Is all that the scope says of the option one value in force as it stands? */
static bool is_direct(lua_State *L, int ud, uint32_t scope, uint32_t option) {
	sl_journal *journal = &sl_stack_at(L, ud)->journal;
	uint32_t slot = sl_slot_id(L, ud, scope, option, false);
	return slot && sl_slot_at(journal, slot)->direct;
}

/* What a host's removals make of its modules_disabled. All tables are at absolute indices. */
typedef struct removing {
	lua_State *L;
	int ud;
	uint32_t scope;
	const sl_forced_modules *global;
	int enabled, disabled;   /* sets: what the host itself has in its lists */
	int free;                /* module -> the force that keeps it out of modules_disabled */
	uint32_t whole;          /* the force that says modules_disabled whole, 0: none */
	int told;                /* the removals that lose and were reported: removal -> force */
	int lists, count;        /* per removal, the array of modules to disable and its entry; how many */
} removing;

/* Pushes the set of what an option's value in force has. */
static void push_set(lua_State *L, int ud, uint32_t scope, uint32_t option) {
	lua_newtable(L);
	int set = lua_gettop(L);
	sl_push_result_of(L, ud, scope, option);
	sl_put_elements(L, set, set + 1, 1);
	lua_settop(L, set);
}

/* Notes what one force on modules_disabled, of the host or the global scope, forbids to disable. */
static void note_disabling_force(removing *r, uint32_t id) {
	lua_State *L = r->L;
	const sl_entry *entry = sl_entry_of(L, r->ud, id);
	if(sl_adds_elements(sl_journal_of(L, r->ud), entry)) {
		return;   /* what it adds is in modules_disabled */
	}
	if(entry->operation == SL_REMOVE) {
		sl_push_value(L, r->ud, entry);
		sl_put_elements(L, r->free, lua_gettop(L), id);
		lua_pop(L, 1);
	} else {
		r->whole = id;
	}
}

static void push_disabling_forces(removing *r, uint32_t each) {
	lua_State *L = r->L;
	sl_history history;
	lua_newtable(L);
	r->free = lua_gettop(L);
	sl_history_push(L, r->ud, r->scope, each, SL_OPT_MODULES_DISABLED, false, &history);
	for(size_t i = 0; i < history.operation_count; i++) {
		const sl_entry *entry = sl_entry_of(L, r->ud, history.operations[i]);
		if(entry->level == SL_FORCE && !entry->path) {
			note_disabling_force(r, history.operations[i]);
		}
	}
	lua_settop(L, r->free);
}

static lua_Integer look_up(lua_State *L, int set, int module) {
	lua_pushvalue(L, module);
	sl_look_up(L, set);
	lua_Integer value = lua_tointeger(L, -1);
	lua_pop(L, 1);
	return value;
}

/* Reports, once for each force, that a removal loses; two forces contradict each other. */
static void report_removal(const removing *r, uint32_t removal, uint32_t force) {
	lua_State *L = r->L;
	lua_rawgeti(L, r->told, removal);
	bool told = (uint32_t)lua_tointeger(L, -1) == force;
	lua_pop(L, 1);
	if(told) {
		return;
	}
	lua_pushinteger(L, force);
	lua_rawseti(L, r->told, removal);
	if(sl_entry_of(L, r->ud, removal)->level == SL_FORCE) {
		sl_report_contradiction(L, r->ud, r->scope, SL_OPT_MODULES_ENABLED, removal, force);
	} else {
		sl_report_lost(L, r->ud, r->scope, SL_OPT_MODULES_ENABLED, removal, force);
	}
}

/* A module that the host removes but the global list enables is disabled in the host, since Prosody unites the two lists. The module at the top of
 * the stack is popped; the array at `list` gets it. */
static void disable_removed(const removing *r, uint32_t removal, int list) {
	lua_State *L = r->L;
	int module = lua_gettop(L);
	if(!lua_isnil(L, module) && look_up(L, r->global->enabled, module) && !look_up(L, r->enabled, module) && !look_up(L, r->disabled, module)) {
		uint32_t force = sl_kept_on(L, r->ud, r->scope, r->global, module);
		force = force ? force : (uint32_t)look_up(L, r->free, module);
		force = force ? force : r->whole;
		if(force) {
			report_removal(r, removal, force);
		} else {
			sl_put_element(L, r->disabled, module, 1);
			lua_pushvalue(L, module);
			lua_rawseti(L, list, (lua_Integer)lua_rawlen(L, list) + 1);
		}
	}
	lua_settop(L, module - 1);
}

/* Notes the modules that one removal disables. */
static void note_removal(removing *r, uint32_t removal) {
	lua_State *L = r->L;
	int top = lua_gettop(L);
	lua_newtable(L);
	sl_push_value(L, r->ud, sl_entry_of(L, r->ud, removal));
	size_t count = sl_element_count(L, top + 2);
	for(size_t i = 1; i <= count; i++) {
		sl_push_element(L, top + 2, i);
		disable_removed(r, removal, top + 1);
	}
	lua_settop(L, top + 1);
	if(lua_rawlen(L, top + 1)) {
		lua_rawseti(L, r->lists, ++r->count);
		lua_pushinteger(L, removal);
		lua_rawseti(L, r->lists, ++r->count);
	}
	lua_settop(L, top);
}

/* Adds what the removals disable to the host's modules_disabled. */
static void set_disabled(const removing *r) {
	lua_State *L = r->L;
	uint32_t slot = sl_slot_id(L, r->ud, r->scope, SL_OPT_MODULES_DISABLED, true);
	sl_merge merge;
	sl_push_result(L, r->ud, slot);
	int value = lua_gettop(L);
	sl_merge_start(&merge, L);
	int top = lua_gettop(L);
	sl_merge_apply(&merge, SL_RULE_REPLACE, SL_SET, value, 1);
	for(int i = 1; i < r->count; i += 2) {
		lua_rawgeti(L, r->lists, i + 1);
		uint32_t removal = (uint32_t)lua_tointeger(L, -1);
		lua_rawgeti(L, r->lists, i);
		sl_merge_apply(&merge, SL_RULE_APPEND, SL_APPEND, top + 2, removal + 1);   /* behind what is there, which counts as the first */
		lua_settop(L, top);
	}
	sl_merge_finish(&merge);
	sl_set_result(L, r->ud, slot);
	lua_settop(L, value - 1);
}

/* Has the history an operation of the host's own that removes? */
static bool removes(lua_State *L, int ud, uint32_t id) {
	const sl_entry *entry = sl_entry_of(L, ud, id);
	return entry->operation == SL_REMOVE && entry->scope != SL_GLOBAL && !entry->path;
}

static void settle_removals(lua_State *L, int ud, uint32_t scope, uint32_t each, const sl_forced_modules *global) {
	sl_history history;
	int top = lua_gettop(L);
	luaL_checkstack(L, 20, "looking for removed modules");
	sl_history_push(L, ud, scope, each, SL_OPT_MODULES_ENABLED, false, &history);
	removing r = { .L = L, .ud = ud, .scope = scope, .global = global };
	for(size_t i = 0; i < history.operation_count; i++) {
		if(!removes(L, ud, history.operations[i])) {
			continue;
		}
		if(!r.enabled) {
			push_set(L, ud, scope, SL_OPT_MODULES_ENABLED);
			push_set(L, ud, scope, SL_OPT_MODULES_DISABLED);
			push_disabling_forces(&r, each);
			lua_newtable(L);
			lua_newtable(L);
			r.enabled = top + 2;
			r.disabled = top + 3;
			r.told = top + 5;
			r.lists = top + 6;
		}
		note_removal(&r, history.operations[i]);
	}
	if(r.count) {
		set_disabled(&r);
	}
	lua_settop(L, top);
}

/* A component whose module two layers name differently. */
static void check_module(lua_State *L, int ud, uint32_t scope) {
	sl_history history;
	int top = lua_gettop(L);
	uint32_t before = 0;
	sl_history_push(L, ud, scope, 0, SL_OPT_COMPONENT_MODULE, false, &history);
	for(size_t i = 0; i < history.operation_count; i++) {
		uint32_t id = history.operations[i];
		if(sl_entry_of(L, ud, id)->level != SL_PLAIN) {
			continue;
		}
		sl_push_value(L, ud, sl_entry_of(L, ud, id));
		if(before) {
			sl_push_value(L, ud, sl_entry_of(L, ud, before));
			if(!sl_value_equal(L, -1, -2)) {
				sl_push_scope_name(L, ud, scope);
				const char *host = lua_tostring(L, -1);
				const char *module = sl_push_short_text(L, ud, scope, SL_OPT_COMPONENT_MODULE, top + 2);
				const char *other = sl_push_short_text(L, ud, scope, SL_OPT_COMPONENT_MODULE, top + 3);
				const char *place = sl_push_entry_place(L, ud, before);
				sl_report_at(L, ud, SL_WARNING, SL_ON_COMPONENT, id, lua_pushfstring(L,
					"Component \"%s\" is given the module %s here and %s at %s; this one holds",
					host, module, other, place));
			}
		}
		before = id;
		lua_settop(L, top + 1);
	}
	lua_settop(L, top);
}


/* The first entry of the option in the scope that a statement made in another layer than that one; 0 where there is none. */
static uint32_t find_implied(lua_State *L, int ud, uint32_t scope, uint32_t option, uint32_t other_than) {
	sl_journal *journal = &sl_stack_at(L, ud)->journal;
	uint32_t slot = sl_slot_id(L, ud, scope, option, false);
	for(uint32_t id = slot ? sl_slot_at(journal, slot)->first : 0; id; id = sl_entry_at(journal, id)->next) {
		const sl_entry *entry = sl_entry_at(journal, id);
		if((entry->flags & SL_ENTRY_IMPLICIT) && entry->layer != other_than) {
			return id;
		}
	}
	return 0;
}

/* A host in one layer that is a component in another. Layers find this while they run; the main file's own hosts come in later. */
static void check_clash(lua_State *L, int ud, uint32_t scope) {
	int top = lua_gettop(L);
	uint32_t host = find_implied(L, ud, scope, SL_OPT_DEFINED, 0);
	uint32_t component = host ? find_implied(L, ud, scope, SL_OPT_LOAD_GLOBAL, sl_entry_of(L, ud, host)->layer) : 0;
	if(!component) {
		return;
	}
	sl_push_scope_name(L, ud, scope);
	const char *name = luaL_tolstring(L, -1, NULL);
	bool later = component > host;
	const char *place = sl_push_entry_place(L, ud, later ? host : component);
	sl_report_at(L, ud, SL_ERROR, SL_ON_CLASH, later ? component : host, lua_pushfstring(L, later
		? "Component \"%s\" clashes with the VirtualHost of that name at %s, for services use a sub-domain like conference.%s"
		: "VirtualHost \"%s\" clashes with the Component of that name at %s, for services use a sub-domain like conference.%s", name, place, name));
	lua_settop(L, top);
}

/* Prosody takes any name that nameprep lets through; with these in it nobody can write the address of such a host. */
static bool is_address(const char *name, size_t length) {
	for(size_t i = 0; i < length; i++) {
		unsigned char letter = (unsigned char)name[i];
		if(letter <= ' ' || letter == 0x7f || strchr("\"&'/<>@", letter)) {
			return false;
		}
	}
	return length > 0 && length < 1024 && name[0] != '.' && !strstr(name, "..");
}

static void check_name(lua_State *L, int ud, uint32_t scope) {
	int top = lua_gettop(L);
	size_t length;
	sl_push_scope_name(L, ud, scope);
	const char *name = lua_tolstring(L, -1, &length);
	if(!is_address(name, length)) {
		sl_journal *journal = &sl_stack_at(L, ud)->journal;
		uint32_t slot = sl_slot_id(L, ud, scope, SL_OPT_DEFINED, false);
		slot = slot ? slot : sl_slot_id(L, ud, scope, SL_OPT_COMPONENT_MODULE, false);
		const char *shown = sl_push_short_text(L, ud, scope, SL_OPT_DEFINED, top + 1);
		const char *text = lua_pushfstring(L, "%s cannot be the address of a host; expected a name such as example.com", shown);
		if(slot && sl_slot_at(journal, slot)->first) {
			sl_report_at(L, ud, SL_WARNING, SL_ON_HOST_NAME, sl_slot_at(journal, slot)->first, text);
		}
	}
	lua_settop(L, top);
}

void sl_settle_modules(lua_State *L, int ud, uint32_t scope, uint32_t each, const sl_forced_modules *global) {
	bool enables = is_said(L, ud, scope, SL_OPT_MODULES_ENABLED) || is_said(L, ud, each, SL_OPT_MODULES_ENABLED);
	sl_settle_forced_modules(L, ud, scope, each, global);
	if(enables && !is_direct(L, ud, scope, SL_OPT_MODULES_ENABLED)) {
		settle_removals(L, ud, scope, each, global);
	}
	if(is_said(L, ud, scope, SL_OPT_COMPONENT_MODULE) && !is_direct(L, ud, scope, SL_OPT_COMPONENT_MODULE)) {
		check_module(L, ud, scope);
	}
	check_clash(L, ud, scope);
	check_name(L, ud, scope);
}
