/* source_api.h: stackloader.source. */
#ifndef SL_SOURCE_API_H
#define SL_SOURCE_API_H

#include <lua.h>

/* (path, module name?) -> table, or nil and why the file cannot be read */
int sl_api_source(lua_State *L);

/* (path) -> a string that changes when the file does, or nil: device, inode, size and times to the nanosecond */
int sl_api_identity(lua_State *L);

#endif
