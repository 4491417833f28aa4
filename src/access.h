/* access.h: can the server read what prosodyctl reads as root? */
#ifndef SL_ACCESS_H
#define SL_ACCESS_H

#include "stack.h"

/* In prosodyctl as root: reports every file that this load read and the server's user cannot read, where the server would fail or choose
 * otherwise. Only after sl_resolve. `roots` is NULL-terminated. */
void sl_check_access(lua_State *L, int ud, const char *const *roots);

#endif
