#include "access.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "account.h"
#include "acl.h"
#include "rights.h"
#include "way.h"

/* What a file's access control list gives the account: the first kind of entry that is about it decides. */
static bool list_lets(const sl_account *a, const sl_acl *acl, const sl_identity *identity, unsigned right) {
	sl_acl_entry entry;
	bool others = false;
	bool in_group = false;
	bool by_group = false;
	for(size_t at = 0; sl_acl_next(acl, &at, &entry);) {
		bool lets = entry.rights & right;
		if(entry.kind == SL_ACL_USER && entry.id == a->user) {
			return lets;
		}
		gid_t group = entry.kind == SL_ACL_OWN_GROUP ? identity->group : entry.id;
		if((entry.kind == SL_ACL_OWN_GROUP || entry.kind == SL_ACL_GROUP) && sl_has_group(a, group)) {
			in_group = true;
			by_group = by_group || lets;
		}
		others = entry.kind == SL_ACL_OTHERS ? lets : others;
	}
	return in_group ? by_group : others;
}

/* May the account read the file (SL_ACL_READ) or enter the folder (SL_ACL_ENTER)? `acl`: room for a list. */
static bool may(const sl_account *a, const char *path, const sl_identity *identity, unsigned right, sl_acl *acl) {
	if(identity->owner == a->user) {
		return identity->mode & right << 6;
	}
	if(sl_acl_of(path, acl)) {
		return list_lets(a, acl, identity, right);
	}
	return identity->mode & (sl_has_group(a, identity->group) ? right << 3 : right);
}

typedef struct looking {
	lua_State *L;
	const sl_account *account;
	sl_acl *acl;
	int closed;   /* the stack index of the first folder that the account cannot enter: nil, or its path */
} looking;

static void pass(void *context, const char *path, const struct stat *info) {
	looking *l = context;
	const sl_identity identity = sl_identify(info);
	if(S_ISDIR(info->st_mode) && lua_isnil(l->L, l->closed) && !may(l->account, path, &identity, SL_ACL_ENTER, l->acl)) {
		lua_pushstring(l->L, path);
		lua_replace(l->L, l->closed);
	}
}

/* Pushes the first folder on the way to `path` that the account cannot enter, or nil. */
static const char *push_closed(lua_State *L, const sl_account *a, const char *path, sl_acl *acl) {
	luaL_checkstack(L, 4, "checking the files");
	lua_pushnil(L);
	looking l = { .L = L, .account = a, .acl = acl, .closed = lua_gettop(L) };
	sl_go_way(path, pass, &l);
	return lua_tostring(L, -1);
}

/* ======== the files of a load ======== */

typedef struct checking {
	looking looking;
	sl_stack *stack;
	int known;    /* the stack index of the table of folders that were looked at or reported */
} checking;

/* Adds to the known folders. Returns false where it was there. */
static bool note_folder(const checking *c, const char *path, size_t length) {
	lua_State *L = c->looking.L;
	lua_pushlstring(L, path, length);
	lua_pushvalue(L, -1);
	bool new = lua_rawget(L, c->known) == LUA_TNIL;
	lua_pop(L, 1);
	lua_pushboolean(L, 1);
	lua_rawset(L, c->known);
	return new;
}

/* The folders on the way: once for the files of one folder, but for those that links lead elsewhere. */
static bool check_folders(const checking *c, const char *path) {
	lua_State *L = c->looking.L;
	const char *slash = strrchr(path, '/');
	struct stat info;
	bool link = lstat(path, &info) == 0 && S_ISLNK(info.st_mode);
	if(!slash || (!note_folder(c, path, (size_t)(slash - path)) && !link)) {
		return true;
	}
	const char *closed = push_closed(L, c->looking.account, path, c->looking.acl);
	if(closed && note_folder(c, lua_pushfstring(L, "closed %s", closed), strlen(closed) + strlen("closed "))) {
		sl_report(L, c->stack, SL_WARNING, SL_ON_ACCESS, closed, 0, "the server's user %s cannot enter this folder, on the way to %s, prosodyctl as root "
			"can: the server would fail or choose otherwise; chown or chmod it", c->looking.account->name, path);
	}
	return !closed;
}

static void check_reading(const checking *c, const sl_met *met) {
	lua_State *L = c->looking.L;
	const sl_account *a = c->looking.account;
	int top = lua_gettop(L);
	luaL_checkstack(L, 6, "checking the files");
	if(met->identity.mode && check_folders(c, met->path) && !may(a, met->path, &met->identity, SL_ACL_READ, c->looking.acl)) {
		sl_report(L, c->stack, SL_WARNING, SL_ON_ACCESS, met->path, 0,
			"the server's user %s cannot read this file, prosodyctl as root can: the server would fail or "
			"choose otherwise; chown or chmod it", a->name);
	}
	lua_settop(L, top);
}

static void check_all(const checking *c) {
	const sl_stack *stack = c->stack;
	const sl_met_list *variables = sl_variables_files(stack->variables);
	for(size_t i = 0; i < variables->count; i++) {
		check_reading(c, &variables->list[i]);
	}
	for(size_t i = 0; i < stack->secret_files.count; i++) {
		const sl_secret_file *file = (const sl_secret_file *)stack->secret_files.data + i;
		check_reading(c, &file->met);
	}
	for(uint32_t i = 1; i < stack->files.count; i++) {
		const sl_layer_file *file = sl_layer_file_at(stack, i);
		const sl_met met = sl_layer_file_met(stack, file);
		check_reading(c, &met);
	}
}

void sl_check_access(lua_State *L, int ud) {
	sl_account a;
	int top = lua_gettop(L);
	luaL_checkstack(L, 8, "checking the files");
	if(geteuid() == 0 && sl_find_account(L, ud, &a)) {
		checking c = { .looking = { .L = L, .account = &a }, .stack = sl_stack_at(L, ud) };
		c.looking.acl = lua_newuserdatauv(L, sizeof(*c.looking.acl), 0);
		lua_newtable(L);
		c.known = lua_gettop(L);
		check_all(&c);
	}
	lua_settop(L, top);
}

/* ======== any file ======== */

/* stack:is_read_only(path) -> whether the path is on a mount that nobody can write to */
int sl_stack_is_read_only(lua_State *L) {
	sl_check_stack(L, 1);
	lua_pushboolean(L, sl_is_read_only(luaL_checkstring(L, 2)));
	return 1;
}

/* stack:unreadable(path) -> nothing where the server's user can read the file, or where that cannot be told (it is not there, the user is not, or it
 * is root); else the name of the user, and the folder on the way that it cannot enter, or nil: then it is the file itself that it cannot read */
int sl_stack_unreadable(lua_State *L) {
	sl_account a;
	struct stat info;
	sl_check_stack(L, 1);
	const char *path = luaL_checkstring(L, 2);
	lua_settop(L, 2);
	if(!sl_find_account(L, 1, &a)) {
		return 0;
	}
	sl_acl *acl = lua_newuserdatauv(L, sizeof(*acl), 0);
	const char *closed = push_closed(L, &a, path, acl);
	if(!closed) {
		if(stat(path, &info) != 0) {
			return 0;
		}
		const sl_identity identity = sl_identify(&info);
		if(may(&a, path, &identity, SL_ACL_READ, acl)) {
			return 0;
		}
	}
	lua_pushstring(L, a.name);
	lua_insert(L, -2);
	return 2;
}
