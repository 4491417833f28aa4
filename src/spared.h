/* spared.h: what is never replaced in a message, whatever secrets are known: names of options, paths of the tree and line numbers. */
#ifndef SL_SPARED_H
#define SL_SPARED_H

#include "stack.h"

/* Is the part of the text from `from` to `to` nothing but a part of the name of an option, of a path or of a line number? */
bool sl_is_spared(lua_State *L, int ud, const char *text, size_t length, size_t from, size_t to);

/* Whose file is at the path? NULL: the server's own, or no layer's. */
const sl_tenant *sl_tenant_of_path(lua_State *L, sl_stack *stack, const char *path);

#endif
