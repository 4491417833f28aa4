/* attempts.h: how the loads of this process went: how many, when, the stack of one that failed. */
#ifndef SL_ATTEMPTS_H
#define SL_ATTEMPTS_H

#include "stack.h"

/* Notes a load that Prosody can take over. */
void sl_note_success(lua_State *L);

/* Notes one that failed; the error is at the top of the stack and stays there. */
void sl_note_failure(lua_State *L);

/* Keeps the stack at a stack index for stackloader.failed, until the next good load. */
void sl_keep_failed(lua_State *L, int ud);

/* () -> stack?: stackloader.failed, the stack of a configuration that does not load; only prosodyctl's commands keep one */
int sl_api_failed(lua_State *L);

/* () -> { loads, failures, last_good, last_failure, error }: stackloader.status, of this process; times as os.time() has them */
int sl_api_status(lua_State *L);

#endif
