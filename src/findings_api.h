/* findings_api.h: findings as Lua values. */
#ifndef SL_FINDINGS_API_H
#define SL_FINDINGS_API_H

#include <lua.h>

#include "finding.h"
#include "secret.h"

/* Sets the field `code` of the table at the top of the stack: "SL044". */
void sl_set_code(lua_State *L, sl_topic topic);

/* Pushes a list of { severity, code, path, line, text }; path and line where there are. The texts are without the secrets. */
void sl_push_findings(lua_State *L, const sl_findings *findings, const sl_secrets *secrets);

/* Pushes one string with all findings of that severity, one a line, `path:line: text` where there is a place; without the secrets too. */
void sl_push_messages(lua_State *L, const sl_findings *findings, sl_severity severity, const sl_secrets *secrets);

#endif
