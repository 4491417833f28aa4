#include "modules.h"

#include <string.h>

#include "force.h"
#include "history.h"
#include "report.h"
#include "resolve.h"

/* Does a force of the slot's history add (or with `removes` remove) the element at the absolute index? Returns the entry. */
static uint32_t forced_element(lua_State *L, int ud, uint32_t scope, uint32_t option, int element) {
	sl_journal *journal = &sl_stack_at(L, ud)->journal;
	uint32_t slot = sl_slot_id(L, ud, scope, option, false);
	uint32_t found = 0;
	for(uint32_t id = slot ? sl_slot_at(journal, slot)->first : 0; id && !found; id = sl_entry_at(journal, id)->next) {
		const sl_entry *entry = sl_entry_at(journal, id);
		if(entry->level == SL_FORCE && (sl_adds_elements(journal, entry) || entry->operation == SL_REPLACE)) {
			int top = lua_gettop(L);
			sl_push_value(L, ud, entry);
			lua_createtable(L, 1, 0);
			lua_pushvalue(L, element);
			lua_rawseti(L, -2, 1);
			sl_merge merge;
			sl_merge_start(&merge, L);
			sl_merge_apply(&merge, SL_RULE_APPEND, SL_APPEND, top + 1, 1);
			size_t before = merge.union_count;
			sl_merge_apply(&merge, SL_RULE_APPEND, SL_REMOVE, top + 2, 2);
			found = merge.union_count < before ? id : 0;
			lua_settop(L, top);
		}
	}
	return found;
}

/* Applies an operation with the value at the top of the stack (popped) to a slot's result. */
static void change_result(lua_State *L, int ud, uint32_t slot, sl_operation operation, uint32_t sequence) {
	int value = lua_gettop(L);
	sl_merge merge;
	sl_push_result(L, ud, slot);
	sl_merge_start(&merge, L);
	sl_merge_apply(&merge, SL_RULE_REPLACE, SL_SET, value + 1, 1);
	sl_merge_apply(&merge, SL_RULE_APPEND, operation, value, sequence);
	sl_merge_finish(&merge);
	sl_set_result(L, ud, slot);
	lua_settop(L, value - 1);
}

/* Is the element at the absolute index in the value in force of an option? */
static bool is_in_result(lua_State *L, int ud, uint32_t scope, uint32_t option, int element) {
	sl_push_result_of(L, ud, scope, option);
	int value = lua_gettop(L);
	bool list = sl_is_plain_table(L, value) && lua_rawlen(L, value) > 0;
	bool found = list ? sl_list_holds(L, value, element) : sl_value_equal(L, element, value);
	lua_pop(L, 1);
	return found;
}

/* A module that the host removes but the global list enables is disabled in the host, since Prosody unites the two lists. */
static void disable_removed(lua_State *L, int ud, uint32_t scope, uint32_t remove, int element) {
	if(is_in_result(L, ud, scope, SL_OPT_MODULES_ENABLED, element) || !is_in_result(L, ud, SL_GLOBAL, SL_OPT_MODULES_ENABLED, element)
			|| is_in_result(L, ud, scope, SL_OPT_MODULES_DISABLED, element)) {
		return;
	}
	uint32_t force = forced_element(L, ud, SL_GLOBAL, SL_OPT_MODULES_ENABLED, element);
	if(force) {
		sl_report_lost(L, ud, scope, SL_OPT_MODULES_ENABLED, remove, force);
		return;
	}
	uint32_t slot = sl_slot_id(L, ud, scope, SL_OPT_MODULES_DISABLED, true);
	lua_pushvalue(L, element);
	change_result(L, ud, slot, SL_APPEND, remove);
}

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

static void settle_removals(lua_State *L, int ud, uint32_t scope, uint32_t each) {
	sl_history history;
	int top = lua_gettop(L);
	sl_history_push(L, ud, scope, each, SL_OPT_MODULES_ENABLED, false, &history);
	for(size_t i = 0; i < history.operation_count; i++) {
		uint32_t id = history.operations[i];
		if(sl_entry_of(L, ud, id)->operation != SL_REMOVE || sl_entry_of(L, ud, id)->scope == SL_GLOBAL) {
			continue;
		}
		sl_push_value(L, ud, sl_entry_of(L, ud, id));
		int value = lua_gettop(L);
		size_t length = sl_is_plain_table(L, value) ? (size_t)lua_rawlen(L, value) : 0;
		for(size_t k = 1; k <= length; k++) {
			lua_rawgeti(L, value, (lua_Integer)k);
			disable_removed(L, ud, scope, id, value + 1);
			lua_settop(L, value);
		}
		if(!length) {
			disable_removed(L, ud, scope, id, value);
		}
		lua_settop(L, top + 1);
	}
	lua_settop(L, top);
}

/* A module that is forced into modules_disabled leaves the host's modules_enabled, which would beat a global modules_disabled. */
static void settle_disabled(lua_State *L, int ud, uint32_t scope, uint32_t each) {
	int top = lua_gettop(L);
	uint32_t slot = sl_slot_id(L, ud, scope, SL_OPT_MODULES_ENABLED, false);
	if(!slot) {
		return;
	}
	sl_push_result(L, ud, slot);
	int enabled = top + 1;
	size_t length = sl_is_plain_table(L, enabled) ? (size_t)lua_rawlen(L, enabled) : 0;
	for(size_t i = 1; i <= length; i++) {
		lua_rawgeti(L, enabled, (lua_Integer)i);
		int element = lua_gettop(L);
		uint32_t force = forced_element(L, ud, SL_GLOBAL, SL_OPT_MODULES_DISABLED, element);
		force = force ? force : forced_element(L, ud, scope, SL_OPT_MODULES_DISABLED, element);
		force = force || !each ? force : forced_element(L, ud, each, SL_OPT_MODULES_DISABLED, element);
		if(force) {
			sl_history history;
			sl_history_push(L, ud, scope, each, SL_OPT_MODULES_ENABLED, false, &history);
			uint32_t own = sl_last_own(L, ud, &history, scope, false);
			if(own) {
				sl_report_lost(L, ud, scope, SL_OPT_MODULES_ENABLED, own, force);
			}
			lua_pushvalue(L, element);
			change_result(L, ud, slot, SL_REMOVE, force);
		}
		lua_settop(L, enabled);
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

void sl_settle_modules(lua_State *L, int ud, uint32_t scope, uint32_t each) {
	bool enables = is_said(L, ud, scope, SL_OPT_MODULES_ENABLED) || is_said(L, ud, each, SL_OPT_MODULES_ENABLED);
	bool disables = is_said(L, ud, scope, SL_OPT_MODULES_DISABLED) || is_said(L, ud, each, SL_OPT_MODULES_DISABLED)
		|| is_said(L, ud, SL_GLOBAL, SL_OPT_MODULES_DISABLED);
	if(enables && !is_direct(L, ud, scope, SL_OPT_MODULES_ENABLED)) {
		settle_removals(L, ud, scope, each);
	}
	if(enables && disables) {
		settle_disabled(L, ud, scope, each);
	}
	if(is_said(L, ud, scope, SL_OPT_COMPONENT_MODULE) && !is_direct(L, ud, scope, SL_OPT_COMPONENT_MODULE)) {
		check_module(L, ud, scope);
	}
	check_clash(L, ud, scope);
	check_name(L, ud, scope);
}
