/* readback.h: options that a layer reads back.
 *
 * A table that is read is a copy, a view: edited in place it means "exactly this", and what the edits added and took away goes
 * into the journal when the option is read again or the layer ends, with the line of the reading.
 */
#ifndef SL_READBACK_H
#define SL_READBACK_H

#include "journal.h"

/* Pushes what the running layer itself says of an option, and returns true; pushes nothing where it says nothing. */
bool sl_read_own(lua_State *L, int ud, uint32_t scope, uint32_t option, sl_place place);

/* Pushes what the layers so far make of an option (nil: nothing). */
void sl_read_so_far(lua_State *L, int ud, uint32_t scope, uint32_t option, sl_place place);

/* Pushes a copy of what the layers so far make of an option, for reading alone. */
void sl_peek_so_far(lua_State *L, int ud, uint32_t scope, uint32_t option);

/* Is the value the option's own view? Assigning it changes nothing that its edits do not say. */
bool sl_is_own_view(lua_State *L, int ud, uint32_t scope, uint32_t option, int value);

/* A plain assignment forgets the view: what is edited later no longer counts. */
void sl_forget_view(lua_State *L, int ud, uint32_t scope, uint32_t option);

/* Journals the edits of all views and forgets them. */
void sl_journal_views(lua_State *L, int ud);

void sl_forget_views(lua_State *L, int ud);

#endif
