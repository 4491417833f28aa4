/* findings_api.h: findings as Lua values. */
#ifndef SL_FINDINGS_API_H
#define SL_FINDINGS_API_H

#include <lua.h>

#include "finding.h"

/* Sets the field `code` of the table at the top of the stack: "SL044". */
void sl_set_code(lua_State *L, sl_topic topic);

/* Pushes a list of { severity, code, path, line, text }; path and line where there are. */
void sl_push_findings(lua_State *L, const sl_findings *findings);

/* Pushes one string with all findings of that severity, one a line, `path:line: text` where there is a place. */
void sl_push_messages(lua_State *L, const sl_findings *findings, sl_severity severity);

#endif
