/* reads.h: which layer read which variable, how and where. */
#ifndef SL_READS_H
#define SL_READS_H

#include "stack.h"

/* Notes that the running layer reads the variable. `type` is the reader's name ("number") or "getenv"; `fallback` the stack index of the
 * default, 0 where there is none. Nothing is noted where no layer runs. */
void sl_note_read(lua_State *L, sl_stack *stack, const char *name, const char *type, int fallback);

/* The file and line of the running layer that calls a reader. Returns NULL and sets line 0 where no layer runs. */
const char *sl_reading_place(lua_State *L, const sl_stack *stack, uint32_t *line);

#endif
