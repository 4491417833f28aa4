#include "access.h"

#include <sys/stat.h>
#include <unistd.h>

#include "account.h"
#include "acl.h"

/* What a file's access control list gives the account: the first kind of entry that is about it decides. */
static bool list_lets_read(const sl_account *a, const sl_acl *acl, const sl_identity *identity) {
	sl_acl_entry entry;
	bool others = false;
	bool in_group = false;
	bool by_group = false;
	for(size_t at = 0; sl_acl_next(acl, &at, &entry);) {
		bool lets = entry.rights & SL_ACL_READ;
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

/* `acl`: room for a list. */
static bool can_read(const sl_account *a, const sl_met *met, sl_acl *acl) {
	const sl_identity *identity = &met->identity;
	if(identity->owner == a->user) {
		return identity->mode & S_IRUSR;
	}
	if(sl_acl_of(met->path, acl)) {
		return list_lets_read(a, acl, identity);
	}
	return identity->mode & (sl_has_group(a, identity->group) ? S_IRGRP : S_IROTH);
}

static void check_reading(lua_State *L, sl_stack *stack, const sl_account *a, const sl_met *met, sl_acl *acl) {
	if(met->identity.mode && !can_read(a, met, acl)) {
		sl_report(L, stack, SL_WARNING, SL_ON_ACCESS, met->path, 0,
			"the server's user %s cannot read this file, prosodyctl as root can: the server would fail or "
			"choose otherwise; chown or chmod it", a->name);
	}
}

void sl_check_access(lua_State *L, int ud) {
	sl_stack *stack = sl_stack_at(L, ud);
	sl_account a;
	int top = lua_gettop(L);
	luaL_checkstack(L, 8, "checking the files");
	if(geteuid() == 0 && sl_find_account(L, ud, &a)) {
		sl_acl *acl = lua_newuserdatauv(L, sizeof(*acl), 0);
		const sl_met_list *variables = sl_variables_files(stack->variables);
		for(size_t i = 0; i < variables->count; i++) {
			check_reading(L, stack, &a, &variables->list[i], acl);
		}
		for(uint32_t i = 1; i < stack->files.count; i++) {
			const sl_layer_file *file = sl_layer_file_at(stack, i);
			const sl_met met = sl_layer_file_met(stack, file);
			check_reading(L, stack, &a, &met, acl);
		}
	}
	lua_settop(L, top);
}
