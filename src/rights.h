/* rights.h: who else than root and the server can write what a load reads, or read the secrets in it. */
#ifndef SL_RIGHTS_H
#define SL_RIGHTS_H

#include "stack.h"

/* Reports files, folders, and what is on the way to them, that others than root and the server's user can write, by mode, owner or access control
 * list; and files with secrets that everybody can read. Files count as they were when they were read. Not what is on a read-only mount. Only after
 * sl_resolve. */
void sl_check_rights(lua_State *L, int ud);

/* Where strict: the same after discovery, as errors, of what is known then, so that nothing of it runs. That includes files that layers give to
 * Include as a string. */
void sl_check_rights_early(lua_State *L, int ud);

/* Where strict: raises an error for a file of the running layer that others can write, by whatever means, before it runs. */
void sl_refuse_writable(lua_State *L, int ud, uint32_t file);

/* Is the path on a mount that nobody can write to? False also where the path cannot be looked at. */
bool sl_is_read_only(const char *path);

#endif
