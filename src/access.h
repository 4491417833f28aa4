/* access.h: who else can write, or read, what a load reads; and can the server read what prosodyctl reads as root? */
#ifndef SL_ACCESS_H
#define SL_ACCESS_H

#include "stack.h"

/* As root: reports every file that this load read and the server's user cannot read, where the server would fail or choose
 * otherwise. Only in prosodyctl, after sl_resolve. */
void sl_check_access(lua_State *L, int ud);

/* Reports files and folders that others than root and the server's user can write, and files with secrets that everybody can read, as they were
 * when they were read. Not what is on a read-only mount. Only after sl_resolve. */
void sl_check_rights(lua_State *L, int ud);

/* Where strict: the same after discovery, as errors, of what is known then, so that nothing of it runs. */
void sl_check_rights_early(lua_State *L, int ud);

/* Where strict: raises an error for a file of the running layer that everybody can write, before it runs. */
void sl_refuse_writable(lua_State *L, int ud, uint32_t file);

#endif
