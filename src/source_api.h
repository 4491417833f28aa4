/* source_api.h: stackloader.source and what else is learned from files of Prosody. */
#ifndef SL_SOURCE_API_H
#define SL_SOURCE_API_H

#include <lua.h>

/* (path of core/modulemanager.lua) -> { automatic, inheritable, headers, platform } (modulemanager.h); a list that is not found is nil */
int sl_api_modulemanager(lua_State *L);

/* (path, module name?) -> table, or nil and why the file cannot be read */
int sl_api_source(lua_State *L);

/* (path) -> a string that changes when the file does, or nil: device, inode, size and times to the nanosecond */
int sl_api_identity(lua_State *L);

#endif
