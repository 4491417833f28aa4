/* safe_lists.h: what a tenant's file may set and load where `restrict` gives no list of its own. No Lua in here.
 *
 * doc/tenants.md prints the same two lists; spec/safe_lists_spec.lua compares them, and says of each module what it does to the whole
 * server. Nothing in them names a file, a key, a program, a service or another host of the server.
 */
#ifndef SL_SAFE_LISTS_H
#define SL_SAFE_LISTS_H

/* Both end with NULL. */
extern const char *const sl_safe_options[];
extern const char *const sl_safe_modules[];

#endif
