/* report.h: findings about entries of the journal, worded alike wherever they are found. */
#ifndef SL_REPORT_H
#define SL_REPORT_H

#include "stack.h"

/* Each pushes a string and returns it. */

/* The name of an option, in a host with the host's: "archive_expires_after in chat.example". */
const char *sl_push_what(lua_State *L, int ud, uint32_t scope, uint32_t option);

/* The same of what an entry speaks of, which may be a key of the option's map: "limits.c2s.rate in chat.example". */
const char *sl_push_what_of(lua_State *L, int ud, uint32_t scope, uint32_t id);

/* What a force or a constraint demands, as the administrator wrote it: "stack.force(stack.append)". */
const char *sl_push_demand(lua_State *L, int ud, uint32_t id);

/* Where an entry stands: "path:line". */
const char *sl_push_entry_place(lua_State *L, int ud, uint32_t entry);

/* The option's value in a scope, at an absolute index, as short text, secrets left out. */
const char *sl_push_short_text(lua_State *L, int ud, uint32_t scope, uint32_t option, int value);

/* Reports something at an entry's place. */
void sl_report_at(lua_State *L, int ud, sl_severity severity, sl_topic topic, uint32_t entry, const char *text);

/* An operation that a force undoes, and two that cannot both hold. */
void sl_report_lost(lua_State *L, int ud, uint32_t scope, uint32_t option, uint32_t lost, uint32_t force);
void sl_report_contradiction(lua_State *L, int ud, uint32_t scope, uint32_t option, uint32_t one, uint32_t other);

#endif
