#include "environment_api.h"
#include "record.h"
#include "stack.h"
#include "version.h"
#include "waiting.h"

/* stack:timing() -> list of { step, seconds }, in the order of the steps */
int sl_stack_timing(lua_State *L) {
	static const char *const names[SL_STEP_COUNT] = { "discover", "layers", "resolve", "checks", "apply" };
	const sl_stack *stack = sl_check_stack(L, 1);
	lua_createtable(L, SL_STEP_COUNT, 0);
	for(int step = 0; step < SL_STEP_COUNT; step++) {
		lua_createtable(L, 0, 2);
		sl_set_text(L, "step", names[step]);
		lua_pushnumber(L, stack->seconds[step]);
		lua_setfield(L, -2, "seconds");
		lua_rawseti(L, -2, step + 1);
	}
	return 1;
}

/* ======== dependencies ======== */

/* Appends to the list at the top of the stack. */
static void add_dependency(lua_State *L, const char *kind, const char *layer, const char *needs, const char *by) {
	lua_createtable(L, 0, 5);
	sl_set_text(L, "kind", kind);
	sl_set_text(L, "layer", layer);
	sl_set_text(L, "needs", needs);
	sl_set_text(L, "by", by);
	lua_pushboolean(L, by != NULL);
	lua_setfield(L, -2, "met");
	lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
}

static void add_of_feature(lua_State *L, const sl_stack *stack, const sl_feature *feature) {
	for(const char *const *needs = feature->depends; *needs; needs++) {
		const sl_feature *other = sl_discovery_feature(&stack->tree, *needs);
		add_dependency(L, "feature", feature->name, *needs, other && other->on ? other->name : NULL);
	}
}

/* stack:dependencies() -> list of { kind = "layer" | "feature", layer, needs, met, by }: of every layer that ran and every feature that is on */
int sl_stack_dependencies(lua_State *L) {
	const sl_stack *stack = sl_check_stack(L, 1);
	luaL_checkstack(L, 6, "listing dependencies");
	lua_newtable(L);
	for(size_t i = 0; i < stack->tree.feature_count; i++) {
		if(stack->tree.features[i].on) {
			add_of_feature(L, stack, &stack->tree.features[i]);
		}
	}
	const sl_need *needs = stack->needs.data;
	for(size_t i = 0; i < stack->needs.count; i++) {
		add_dependency(L, "layer", sl_layer_at(stack, needs[i].layer)->id, needs[i].name, needs[i].by ? sl_layer_at(stack, needs[i].by)->id : NULL);
	}
	return 1;
}

/* ======== about ======== */

static void set_count(lua_State *L, const char *name, lua_Integer count) {
	lua_pushinteger(L, count);
	lua_setfield(L, -2, name);
}

static void set_roots(lua_State *L, const char *const *roots) {
	lua_newtable(L);
	for(lua_Integer i = 0; roots[i]; i++) {
		lua_pushstring(L, roots[i]);
		lua_rawseti(L, -2, i + 1);
	}
	lua_setfield(L, -2, "roots");
}

/* Pushes a list of all paths in the rows of the axes, relative to a root. */
static void push_folders(lua_State *L, const sl_axis *axes, size_t count) {
	lua_Integer length = 0;
	lua_newtable(L);
	for(size_t i = 0; i < count; i++) {
		const char *const *const lists[] = { axes[i].folders, axes[i].files };
		for(size_t k = 0; k < 2; k++) {
			for(const char *const *path = lists[k]; path && *path; path++) {
				lua_pushstring(L, *path);
				lua_rawseti(L, -2, ++length);
			}
		}
	}
}

/* The files that layers read secrets from, each once for each time that it was read. */
static void set_secret_files(lua_State *L, const sl_stack *stack) {
	const sl_secret_file *files = stack->secret_files.data;
	lua_createtable(L, (int)stack->secret_files.count, 0);
	for(size_t i = 0; i < stack->secret_files.count; i++) {
		lua_pushstring(L, files[i].met.path);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
	lua_setfield(L, -2, "secret_files");
}

static void set_sums(lua_State *L, const sl_stack *stack) {
	double seconds = 0;
	lua_Integer options = 0;
	for(int step = 0; step < SL_STEP_COUNT; step++) {
		seconds += stack->seconds[step];
	}
	for(uint32_t scope = SL_GLOBAL; scope < sl_scope_count(&stack->journal); scope++) {
		const sl_waiting *waiting = sl_waiting_of(&stack->journal, scope);
		options += waiting ? waiting->count - waiting->done : 0;
		for(uint32_t id = sl_scope_at(&stack->journal, scope)->first_slot; id; id = sl_slot_at(&stack->journal, id)->next_in_scope) {
			options++;
		}
	}
	lua_pushnumber(L, seconds);
	lua_setfield(L, -2, "seconds");
	set_count(L, "options", options);
	set_count(L, "layers", (lua_Integer)stack->runs.count - 1);
}

static void find_environment(void *context) {
	sl_environment_find_all(context);
}

/* stack:about() -> { version, roots, folders, main_file, prosody_version, environment, broken, loaded_at, seconds, layers, options, record, shard,
 * shared, secret_files }; version: of stackloader; folders: of the axes, and their files, relative to a root; shard: "3/8", of the folder `shared` */
int sl_stack_about(lua_State *L) {
	sl_stack *stack = sl_check_stack(L, 1);
	lua_settop(L, 1);
	sl_run(L, &stack->arena, find_environment, &stack->tree.environment);
	luaL_checkstack(L, 12, "telling about the stack");
	lua_createtable(L, 0, 14);
	sl_set_text(L, "version", SL_RELEASE);
	set_secret_files(L, stack);
	set_roots(L, stack->roots);
	push_folders(L, stack->axes, stack->axis_count);
	lua_setfield(L, -2, "folders");
	sl_set_text(L, "main_file", stack->main_file);
	sl_set_text(L, "prosody_version", stack->prosody_version);
	sl_push_environment_found(L, &stack->tree.environment, &(sl_answer) { stack->tree.environment_name, NULL });
	lua_setfield(L, -2, "environment");
	lua_pushboolean(L, stack->broken);
	lua_setfield(L, -2, "broken");
	set_count(L, "loaded_at", (lua_Integer)stack->loaded_at);
	set_sums(L, stack);
	sl_push_record_path(L, 1);
	lua_setfield(L, -2, "record");
	sl_set_text(L, "shard", stack->tree.shard);
	sl_set_text(L, "shared", stack->tree.shared);
	return 1;
}

/* stack:files() -> the paths of the files that it was read from, each once: layers, what they include, and of the main file and what that includes
 * those that set an option or open a host */
int sl_stack_files(lua_State *L) {
	sl_stack *stack = sl_check_stack(L, 1);
	lua_settop(L, 1);
	luaL_checkstack(L, 6, "listing files");
	lua_newtable(L);
	lua_newtable(L);
	lua_Integer length = 0;
	for(uint32_t i = 1; i < stack->files.count; i++) {
		const char *path = sl_layer_file_at(stack, i)->path;
		if(path && lua_getfield(L, 3, path) == LUA_TNIL) {
			lua_pushboolean(L, 1);
			lua_setfield(L, 3, path);
			lua_pushstring(L, path);
			lua_rawseti(L, 2, ++length);
		}
		lua_settop(L, 3);
	}
	lua_settop(L, 2);
	return 1;
}
