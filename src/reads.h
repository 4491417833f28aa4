/* reads.h: which layer read which variable, how and where. */
#ifndef SL_READS_H
#define SL_READS_H

#include "stack.h"

/* Notes that the running layer reads the variable. `type` is the reader's name ("number") or "getenv"; `fallback` the stack index of the
 * default, 0 where there is none. Nothing is noted where no layer runs. */
void sl_note_read(lua_State *L, sl_stack *stack, const char *name, const char *type, int fallback);

#endif
