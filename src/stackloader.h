/* stackloader.h: what the files that use Lua share. */
#ifndef SL_STACKLOADER_H
#define SL_STACKLOADER_H

#include <lauxlib.h>
#include <lua.h>

#include "memory.h"
#include "variables.h"

#if LUA_VERSION_NUM != 504
#error "stackloader is for Lua 5.4"
#endif

/* Pushes a userdata that holds a new arena over Lua's allocator: __gc and __close free it. Make the slot to-be-closed
 * (lua_toclose) where the memory should go at once, however the function ends. */
sl_arena *sl_push_arena(lua_State *L);

/* Runs step(context) in the arena and raises Lua's memory error where the memory did not suffice. The step must not raise
 * Lua errors: they would jump across sl_protect. */
void sl_run(lua_State *L, sl_arena *arena, void (*step)(void *context), void *context);

typedef struct sl_option {
	const char *name;
	int type;   /* LUA_TSTRING, LUA_TTABLE … */
} sl_option;

/* Checks the options table at argument `arg` (none or nil: nothing to check) against rows that a NULL name ends: an unknown
 * name or a wrong type is an argument error that names the option. Strings may hold no zero byte. Metamethods
 * are never asked. */
void sl_check_options(lua_State *L, int arg, const sl_option *options);

/* Pushes the option's value, or nil where there is no table or it lacks the option; returns its type. */
int sl_push_option(lua_State *L, int arg, const char *name);

/* Checks that option `variables` of argument `arg`, which sl_check_options has passed, maps names to strings. */
void sl_check_variables(lua_State *L, int arg);

/* Adds copies of the process's environment as SL_PROCESS; or, where `index` is not 0, those of the table at that stack index,
 * which sl_check_variables has passed. Below sl_protect: raises nothing. Needs two free stack slots. */
void sl_load_variables(lua_State *L, int index, sl_arena *arena, sl_variables *variables);

/* All variables in force, as sl_variables_list has them, in the arena. */
const sl_variable **sl_list_variables(lua_State *L, sl_arena *arena, sl_variables *variables, size_t *count);

/* Each sets a field of the table at the top of the stack; NULL, false and line 0 set none. */
void sl_set_text(lua_State *L, const char *name, const char *value);
void sl_set_true(lua_State *L, const char *name, bool value);
void sl_set_line(lua_State *L, unsigned line);

/* (options?) -> table: stackloader.environment, in environment_api.c */
int sl_api_environment(lua_State *L);

/* (root, options?) -> list: stackloader.discover, in discover_api.c */
int sl_api_discover(lua_State *L);

/* (name, count) -> integer: stackloader.shard, in shard_api.c */
int sl_api_shard(lua_State *L);

#endif
