#include <string.h>

#include "findings_api.h"
#include "later.h"
#include "redact.h"
#include "resolve.h"
#include "spared.h"
#include "stack.h"
#include "waiting.h"

/* stack:layers() -> list of { id, path, axis, why, version, seconds, options, broken, data, kept, restricted }; data: the file is nothing but data,
 * and was read without running it; kept: it was not read again since an earlier load; restricted: it may be nothing but data */
int sl_stack_layers(lua_State *L) {
	const sl_stack *stack = sl_check_stack(L, 1);
	lua_createtable(L, (int)stack->runs.count - 1, 0);
	const sl_version *versions = stack->versions.data;
	size_t next = 0;
	for(uint32_t i = 1; i < stack->runs.count; i++) {
		const sl_layer_run *run = sl_layer_at(stack, i);
		const sl_origin *origin = sl_layer_origin(stack, i);
		lua_createtable(L, 0, 8);
		sl_set_text(L, "id", run->id);
		sl_set_text(L, "path", run->path);
		sl_set_text(L, "axis", origin->axis);
		sl_set_text(L, "why", origin->why);
		if(next < stack->versions.count && versions[next].layer == i) {
			sl_set_text(L, "version", versions[next++].text);
		}
		lua_pushnumber(L, run->seconds);
		lua_setfield(L, -2, "seconds");
		lua_pushinteger(L, run->options);
		lua_setfield(L, -2, "options");
		sl_set_true(L, "broken", run->broken);
		sl_set_true(L, "data", run->data);
		sl_set_true(L, "kept", run->kept);
		sl_set_true(L, "restricted", origin->tenant != NULL);
		lua_rawseti(L, -2, i);
	}
	return 1;
}

/* The scope of an optional host argument; 0 where no layer opened that host. */
static uint32_t scope_argument(lua_State *L, int argument) {
	if(lua_isnoneornil(L, argument)) {
		return SL_GLOBAL;
	}
	luaL_checkstring(L, argument);
	lua_pushvalue(L, argument);
	uint32_t scope = sl_find_scope(L, 1);
	return scope && sl_is_host(L, 1, scope) ? scope : 0;
}

void sl_push_options(lua_State *L, int ud, uint32_t scope) {
	const sl_journal *journal = &sl_stack_at(L, ud)->journal;
	luaL_checkstack(L, 8, "listing options");
	const sl_waiting *waiting = sl_waiting_of(journal, scope);
	if(waiting) {
		sl_push_waiting(L, ud, waiting);
		return;
	}
	lua_newtable(L);
	int options = lua_gettop(L);
	lua_newtable(L);
	int memo = lua_gettop(L);
	for(uint32_t id = sl_first_slot(L, ud, scope); id; id = sl_slot_at(journal, id)->next_in_scope) {
		sl_push_option_name(L, ud, sl_slot_at(journal, id)->option);
		if(!sl_push_result(L, ud, id)) {
			sl_value_copy(L, -1, memo, 0);
			lua_remove(L, -2);
		}
		lua_rawset(L, options);
	}
	lua_settop(L, options);
}

/* stack:options(host?) -> table: what the stack made of every option that the scope itself has; nil for an unknown host */
int sl_stack_options(lua_State *L) {
	sl_check_stack(L, 1);
	lua_settop(L, 2);
	uint32_t scope = scope_argument(L, 2);
	if(!scope) {
		return 0;
	}
	sl_push_options(L, 1, scope);
	return 1;
}

/* stack:names(host?) -> list of every option that a layer speaks of in the scope, in the order of first mention, also of those that come to
 * nothing in the end; nil for an unknown host */
int sl_stack_names(lua_State *L) {
	const sl_stack *stack = sl_check_stack(L, 1);
	lua_settop(L, 2);
	uint32_t scope = scope_argument(L, 2);
	if(!scope) {
		return 0;
	}
	lua_newtable(L);
	lua_Integer count = 0;
	for(uint32_t id = sl_first_slot(L, 1, scope); id; id = sl_slot_at(&stack->journal, id)->next_in_scope) {
		sl_push_option_name(L, 1, sl_slot_at(&stack->journal, id)->option);
		lua_rawseti(L, -2, ++count);
	}
	return 1;
}

/* stack:sole(option, host?) -> id of the one layer that sets the option in the scope, once, so that its value is in force as it stands; nil
 * where there is more to tell (stack:explain does) or nothing */
int sl_stack_sole(lua_State *L) {
	sl_stack *stack = sl_check_stack(L, 1);
	luaL_checkany(L, 2);
	lua_settop(L, 3);
	uint32_t scope = scope_argument(L, 3);
	lua_pushvalue(L, 2);
	uint32_t option = sl_find_option(L, 1);
	uint32_t slot = scope && option ? sl_slot_id(L, 1, scope, option, false) : 0;
	uint32_t direct = slot ? sl_slot_at(&stack->journal, slot)->direct : 0;
	if(!direct) {
		return 0;
	}
	lua_pushstring(L, sl_layer_at(stack, sl_entry_at(&stack->journal, direct)->layer)->id);
	return 1;
}

void sl_push_configuration(lua_State *L, int ud) {
	const sl_journal *journal = &sl_stack_at(L, ud)->journal;
	sl_push_options(L, ud, SL_GLOBAL);
	lua_newtable(L);
	for(uint32_t scope = SL_GLOBAL + 1; scope < sl_scope_count(journal); scope++) {
		if(sl_is_host(L, ud, scope)) {
			sl_push_scope_name(L, ud, scope);
			sl_push_options(L, ud, scope);
			lua_rawset(L, -3);
		}
	}
}

static void set_place(lua_State *L, const sl_stack *stack, uint32_t layer, uint32_t file, uint32_t line) {
	sl_set_text(L, "layer", sl_layer_at(stack, layer)->id);
	sl_set_text(L, "path", file ? sl_layer_file_at(stack, file)->path : NULL);
	sl_set_line(L, line);
}

/* The entry that opened the host first. */
static const sl_entry *opened(lua_State *L, const sl_journal *journal, uint32_t scope) {
	static const uint32_t options[] = { SL_OPT_DEFINED, SL_OPT_COMPONENT_MODULE };
	uint32_t first = 0;
	for(size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		uint32_t slot = sl_slot_id(L, 1, scope, options[i], false);
		uint32_t entry = slot ? sl_slot_at(journal, slot)->first : 0;
		if(entry && (!first || entry < first)) {
			first = entry;
		}
	}
	return sl_entry_at(journal, first);
}

/* Sets what tells how the host was opened in the table at the top of the stack. */
static void set_opening(lua_State *L, const sl_stack *stack, uint32_t scope) {
	const sl_waiting *waiting = sl_waiting_of(&stack->journal, scope);
	if(waiting) {
		size_t length;
		const char *module = sl_waiting_module(waiting, &length);
		if(module) {
			lua_pushlstring(L, module, length);
			lua_setfield(L, -2, "module");
		}
		set_place(L, stack, sl_layer_file_at(stack, waiting->file)->layer, waiting->file, waiting->line);
		return;
	}
	const sl_entry *entry = opened(L, &stack->journal, scope);
	uint32_t module = sl_slot_id(L, 1, scope, SL_OPT_COMPONENT_MODULE, false);
	if(module) {
		sl_push_result(L, 1, module);
		lua_setfield(L, -2, "module");
	}
	set_place(L, stack, entry->layer, entry->file, entry->line);
}

/* stack:hosts() -> list of { name, module, layer, path, line }, in the order in which they were opened */
int sl_stack_hosts(lua_State *L) {
	const sl_stack *stack = sl_check_stack(L, 1);
	lua_newtable(L);
	lua_Integer count = 0;
	for(uint32_t scope = SL_GLOBAL + 1; scope < sl_scope_count(&stack->journal); scope++) {
		if(!sl_is_host(L, 1, scope)) {
			continue;
		}
		lua_createtable(L, 0, 5);
		sl_push_scope_name(L, 1, scope);
		lua_setfield(L, -2, "name");
		set_opening(L, stack, scope);
		lua_rawseti(L, -2, ++count);
	}
	return 1;
}

/* ======== findings ======== */

/* Appends a finding to the list at the top of the stack. */
static void add_finding(lua_State *L, int ud, sl_severity severity, sl_topic topic, const char *path, uint32_t line, const char *text) {
	const sl_tenant *owner = sl_tenant_of_path(L, sl_stack_at(L, ud), path);
	luaL_checkstack(L, 6, "listing findings");
	lua_createtable(L, 0, 5);
	sl_set_text(L, "severity", sl_severity_name(severity));
	sl_set_code(L, topic);
	sl_set_text(L, "path", path);
	sl_set_line(L, line);
	lua_pushstring(L, text);
	sl_redact(L, ud, owner);
	lua_setfield(L, -2, "text");
	lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
}

/* stack:findings() -> list of { severity, code, path, line, text }, later changes of the main file included */
int sl_stack_findings(lua_State *L) {
	const sl_stack *stack = sl_check_stack(L, 1);
	lua_settop(L, 1);
	lua_newtable(L);
	int list = lua_gettop(L);
	for(const sl_finding *finding = stack->findings.first; finding; finding = finding->next) {
		add_finding(L, 1, finding->severity, finding->topic, finding->path, finding->line, finding->text);
	}
	if(stack->applied) {
		sl_find_later(L, 1, list);
	}
	return 1;
}

/* stack:redact(value, name?, host?) -> the value, or a copy with "(secret)" in place of every secret; `name`: the option's, whose value may be one by
 * it; `host`: whose value it is, where a restricted file may have set it */
int sl_stack_redact(lua_State *L) {
	size_t length = 0;
	sl_check_stack(L, 1);
	luaL_checkany(L, 2);
	lua_settop(L, 4);
	const char *name = lua_type(L, 3) == LUA_TSTRING ? lua_tolstring(L, 3, &length) : "";
	uint32_t scope = lua_type(L, 4) == LUA_TSTRING ? sl_find_scope(L, 1) : 0;
	lua_settop(L, 3);
	lua_pushvalue(L, 2);
	sl_redact_value(L, 1, sl_is_secret_name(name, length), sl_tenant_of_scope(L, 1, scope));
	return 1;
}

/* stack:redact_text(text, of?) -> a message without secrets, in which names of options, paths of the tree and line numbers stay; `of`: the host or the
 * path that it is about */
int sl_stack_redact_text(lua_State *L) {
	sl_stack *stack = sl_check_stack(L, 1);
	luaL_checkstring(L, 2);
	lua_settop(L, 3);
	const char *of = lua_type(L, 3) == LUA_TSTRING ? lua_tostring(L, 3) : NULL;
	const sl_tenant *owner = sl_tenant_of_path(L, stack, of);
	if(of && !owner) {
		lua_pushvalue(L, 3);
		owner = sl_tenant_of_scope(L, 1, sl_find_scope(L, 1));
	}
	lua_pushvalue(L, 2);
	sl_redact(L, 1, owner);
	return 1;
}

/* stack:mask(value) -> what is to be printed without the secrets in it, apart from plain words and numbers, which a text may hold by chance */
int sl_stack_mask(lua_State *L) {
	sl_check_stack(L, 1);
	luaL_checkany(L, 2);
	lua_settop(L, 2);
	sl_mask_value(L, 1);
	return 1;
}
