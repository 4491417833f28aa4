/* account.h: the user that the server runs as. */
#ifndef SL_ACCOUNT_H
#define SL_ACCOUNT_H

#include <grp.h>

#include "stackloader.h"

/* The server's user and its groups; more than these no service has. */
typedef struct sl_account {
	const char *name;
	uid_t user;
	gid_t groups[64]; /* the first is its own */
	int group_count;
} sl_account;

/* The user that Prosody becomes: its option prosody_user, else the one that packages make. Pushes the name. False: there is none, or it is root. */
bool sl_find_account(lua_State *L, int ud, sl_account *account);

bool sl_has_group(const sl_account *account, gid_t group);

#endif
