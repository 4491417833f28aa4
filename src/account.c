#include "account.h"

#include <pwd.h>

#include "resolve.h"

bool sl_find_account(lua_State *L, int ud, sl_account *account) {
	sl_push_global_option(L, ud, "prosody_user");
	if(lua_type(L, -1) != LUA_TSTRING) {
		lua_pop(L, 1);
		lua_pushliteral(L, "prosody");
	}
	account->name = lua_tostring(L, -1);
	const struct passwd *entry = getpwnam(account->name);
	if(!entry || entry->pw_uid == 0) {
		return false;
	}
	account->user = entry->pw_uid;
	account->group_count = sizeof(account->groups) / sizeof(*account->groups);
	return getgrouplist(account->name, entry->pw_gid, account->groups, &account->group_count) >= 0;
}

bool sl_has_group(const sl_account *account, gid_t group) {
	for(int i = 0; i < account->group_count; i++) {
		if(account->groups[i] == group) {
			return true;
		}
	}
	return false;
}
