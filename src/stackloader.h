/* stackloader.h: what the files that use Lua share. */
#ifndef SL_STACKLOADER_H
#define SL_STACKLOADER_H

#include <lauxlib.h>
#include <lua.h>

#if LUA_VERSION_NUM != 504
#error "stackloader is for Lua 5.4"
#endif

/* (options?) -> table: stackloader.environment, in environment_api.c */
int sl_api_environment(lua_State *L);

/* (root, options?) -> list: stackloader.discover, in discover_api.c */
int sl_api_discover(lua_State *L);

#endif
