/* access.h: can the server read what prosodyctl reads as root? */
#ifndef SL_ACCESS_H
#define SL_ACCESS_H

#include "stack.h"

/* As root: reports every file that this load read and the server's user cannot read, where the server would fail or choose
 * otherwise. Only in prosodyctl, after sl_resolve. */
void sl_check_access(lua_State *L, int ud);

#endif
