/* claims.h: hosts that two tenants (restrict.h) speak of, each in a way that its patterns allow.
 *
 * Which of them is another's can be told only when all files are read. So names are noted first, and compared after the last layer.
 */
#ifndef SL_CLAIMS_H
#define SL_CLAIMS_H

#include "stack.h"

typedef struct sl_claim {
	const char *host;
	const char *option;   /* the option whose value is the name, or NULL: the host was opened */
	uint32_t layer, line;
	bool serves;          /* the server answers under the name for this tenant */
} sl_claim;

/* Notes what the running layer says; the texts are copied. */
void sl_note_claim(lua_State *L, sl_stack *stack, const char *host, const char *option, uint32_t line, bool serves);

/* After the last layer: reports names that belong to another tenant's host, and names that two tenants serve. */
void sl_check_claims(lua_State *L, int ud);

#endif
