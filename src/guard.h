/* guard.h: what is different in Lua's globals while layers run, and put back whatever happens. */
#ifndef SL_GUARD_H
#define SL_GUARD_H

#include "stackloader.h"

/* Calls the function below `arguments` arguments with os.getenv reading the stack's variables and new globals reported; returns its
 * `results`, or raises its error after all is as it was. `ud`: the index of the stack object. */
void sl_call_guarded(lua_State *L, int ud, int arguments, int results);

#endif
