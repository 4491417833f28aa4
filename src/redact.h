/* redact.h: leaves secrets out of what is printed.
 *
 * Secrets are what layers read as such (stack.env.secret, Credential), variables and options that are secrets by their names, and what a text
 * itself says to be one, as the password in an address. The last two are gathered when something is about to be printed, so that a load that prints
 * nothing pays nothing. A secret from a restricted file is one in what comes from the same tenant, so that a tenant cannot spoil what others see.
 */
#ifndef SL_REDACT_H
#define SL_REDACT_H

#include "stack.h"

/* Remembers the secrets among the variables; all that there is to know where no layer runs. */
void sl_learn_variables(lua_State *L, sl_arena *arena, sl_secrets *secrets, sl_variables *variables);

/* Replaces these secrets in the string at the top of the stack, and what it says itself to be one. */
void sl_leave_out(lua_State *L, const sl_secrets *secrets);

/* A secret that a layer has read: wherever it stands, it is left out. */
void sl_remember_secret(lua_State *L, sl_stack *stack, const char *text, size_t length);

/* Remembers the secrets among what a layer that failed has set so far, and those that its files name. Before its entries are rolled back. */
void sl_remember_failed(lua_State *L, int ud);

/* Pushes the message of the layer that failed last, without what Lua quotes in it where that may be a part of a secret. */
void sl_push_without_quotation(lua_State *L, const sl_stack *stack, const char *message);

/* Is the option of that id a secret by its name? */
bool sl_is_secret_option(lua_State *L, int ud, uint32_t option);

/* Replaces every secret in the message at the top of the stack, apart from what spared.h keeps. `owner`: the tenant that it is about, NULL: none. */
void sl_redact(lua_State *L, int ud, const sl_tenant *owner);

/* The same of a text that was not made from values, about the server itself: a plain word or number stays, as it may be anything. */
void sl_mask(lua_State *L, int ud);

/* Of a value that was not an option's: of all strings in it. */
void sl_mask_value(lua_State *L, int ud);

/* Replaces the value at the top of the stack by a copy without secrets, in strings, numbers and what has the name of one; `all`: the value itself
 * is one by its name. `owner`: the tenant that the value is from, NULL: the server's own. */
void sl_redact_value(lua_State *L, int ud, bool all, const sl_tenant *owner);

/* The tenant whose host it is, or NULL. */
const sl_tenant *sl_tenant_of_scope(lua_State *L, int ud, uint32_t scope);

#endif
