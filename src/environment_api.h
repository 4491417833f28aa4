/* environment_api.h: what was found out about where we run, as a Lua table. */
#ifndef SL_ENVIRONMENT_API_H
#define SL_ENVIRONMENT_API_H

#include <lua.h>

#include "environment.h"

/* Pushes { name, platform, container, orchestrator, hostname, tier, cpus, memory, how = { the same names } }. */
void sl_push_environment_found(lua_State *L, const sl_environment *found, const sl_answer *name);

#endif
