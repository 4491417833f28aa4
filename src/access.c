#include "access.h"

#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "resolve.h"

/* The server's user and its groups; more than these no service has. */
typedef struct account {
	const char *name;
	uid_t user;
	gid_t groups[64];
	int group_count;
} account;

/* The user that Prosody becomes: its option prosody_user, else the one that packages make. Pushes the name. */
static bool find_account(lua_State *L, int ud, account *a) {
	sl_push_global_option(L, ud, "prosody_user");
	if(lua_type(L, -1) != LUA_TSTRING) {
		lua_pop(L, 1);
		lua_pushliteral(L, "prosody");
	}
	a->name = lua_tostring(L, -1);
	const struct passwd *entry = getpwnam(a->name);
	if(!entry || entry->pw_uid == 0) {
		return false;
	}
	a->user = entry->pw_uid;
	a->group_count = sizeof(a->groups) / sizeof(*a->groups);
	return getgrouplist(a->name, entry->pw_gid, a->groups, &a->group_count) >= 0;
}

static bool has_group(const account *a, gid_t group) {
	for(int i = 0; i < a->group_count; i++) {
		if(a->groups[i] == group) {
			return true;
		}
	}
	return false;
}

static bool can_read(const account *a, const struct stat *info) {
	if(info->st_uid == a->user) {
		return info->st_mode & S_IRUSR;
	}
	return info->st_mode & (has_group(a, info->st_gid) ? S_IRGRP : S_IROTH);
}

static void check_file(lua_State *L, sl_stack *stack, const account *a, const char *path) {
	struct stat info;
	if(stat(path, &info) == 0 && !can_read(a, &info)) {
		sl_report(L, stack, SL_WARNING, SL_ON_ACCESS, path, 0,
			"the server's user %s cannot read this file, prosodyctl as root can: the server would fail or "
			"choose otherwise; chown or chmod it", a->name);
	}
}

void sl_check_access(lua_State *L, int ud, const char *const *roots) {
	sl_stack *stack = sl_stack_at(L, ud);
	account a;
	int top = lua_gettop(L);
	luaL_checkstack(L, 8, "checking the files");
	if(!stack->prosodyctl || geteuid() != 0 || !find_account(L, ud, &a)) {
		lua_settop(L, top);
		return;
	}
	for(; *roots; roots++) {
		check_file(L, stack, &a, lua_pushfstring(L, "%s/.env", *roots));
		lua_pop(L, 1);
	}
	for(uint32_t i = 1; i < stack->files.count; i++) {
		const char *path = sl_layer_file_at(stack, i)->path;
		if(strchr(path, '/')) {
			check_file(L, stack, &a, path);
		}
	}
	lua_settop(L, top);
}
