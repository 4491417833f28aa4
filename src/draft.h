/* draft.h: what a layer that Lua runs says, as long as a data file could say the same. It is noted line by line, and when the layer has ended written
 * as the text of a data file and taken in like one: most layers that need Lua compute no more than names and strings. At the first thing that is
 * more, all that was noted becomes pending in the journal, and so does what follows.
 */
#ifndef SL_DRAFT_H
#define SL_DRAFT_H

#include "kept.h"

/* The file (an index into the stack's files) of the running layer begins to run: what it says is noted. Nothing may be pending. */
void sl_begin_draft(sl_journal *journal, uint32_t file);

/* Notes that the option has in the scope the value at the top of the stack, which is popped then. False, and nothing is popped, where that is more
 * than a data file could say; what was noted is pending then. */
/* A flag of sl_draft beside those of entries: `NAME = value` in the file, of which sl_mark_set() takes notice. */
enum { SL_DRAFT_ASSIGNED = 128 };

bool sl_draft(lua_State *L, int ud, uint32_t scope, uint32_t option, sl_place place, uint8_t flags);

/* Makes what was noted pending. */
void sl_settle_draft(lua_State *L, int ud);

/* Has the running layer said something of the scope that is noted? */
bool sl_is_drafted(const sl_journal *journal, uint32_t scope);

/* Takes in what was noted as the running layer's, sealed at once; its text is kept with the file, whose userdata is at
 * the index `kept`. `own`: nobody else has the layer's values, so that Prosody may get them as they are. False where the layer said more, or that
 * cannot be; then it is pending. */
bool sl_commit_draft(lua_State *L, int ud, int kept, bool own);

/* Forgets what was noted. Never fails. */
void sl_drop_draft(sl_journal *journal);

#endif
