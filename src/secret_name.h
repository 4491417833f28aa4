/* secret_name.h: which names are the name of a secret. One table decides it for options, for keys in their values, for variables and for what texts
 * say. No Lua in here. */
#ifndef SL_SECRET_NAME_H
#define SL_SECRET_NAME_H

#include <stdbool.h>
#include <stddef.h>

/* Does the name of an option, or of a key in its value, say that what it has is a secret? ldap_password, component_secret, apiKey */
bool sl_is_secret_name(const char *name, size_t length);

/* The same of a variable, where the name of the secret may also stand in the middle: PROSODY_DB_PASSWORD_OLD. The name of its file is none. */
bool sl_is_secret_variable(const char *name);

#endif
