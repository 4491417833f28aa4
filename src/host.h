/* host.h: the program around us: Prosody or prosodyctl, its version and command line; or none, in plain Lua. */
#ifndef SL_HOST_H
#define SL_HOST_H

#include "stack.h"

/* Pushes a global as it is, whatever metatable the running server has put on its globals. */
void sl_push_global(lua_State *L, const char *name);

/* The module of Prosody by its name without version prefix ("util.encodings"), where it is loaded: pushes it or nil. */
void sl_push_prosody_module(lua_State *L, const char *name);

/* Pushes Prosody's own list of the files that it has loaded, or nil. */
void sl_push_loaded_files(lua_State *L);

/* Fills server, prosodyctl, prosody_version and credentials. */
void sl_look_around(lua_State *L, sl_stack *stack);

/* Does a command of prosodyctl run that wants to show what can be known of a broken configuration too: mod_stackloader, check config? */
bool sl_wants_all(lua_State *L, const sl_stack *stack);

/* Does `prosodyctl check config` run, or `prosodyctl check`, of which it is a part? */
bool sl_checks_configuration(lua_State *L, const sl_stack *stack);

/* Adds the choices of the command line (`check config` and `mod_stackloader` of prosodyctl only) before those that the request has. */
void sl_add_flags(lua_State *L, sl_stack *stack, sl_request *request);

#endif
