#include "access.h"

#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "layer.h"
#include "redact.h"
#include "resolve.h"
#include "units.h"

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

static bool can_read(const account *a, const sl_identity *identity) {
	if(identity->owner == a->user) {
		return identity->mode & S_IRUSR;
	}
	return identity->mode & (has_group(a, identity->group) ? S_IRGRP : S_IROTH);
}

static void check_reading(lua_State *L, sl_stack *stack, const account *a, const sl_met *met) {
	if(met->identity.mode && !can_read(a, &met->identity)) {
		sl_report(L, stack, SL_WARNING, SL_ON_ACCESS, met->path, 0,
			"the server's user %s cannot read this file, prosodyctl as root can: the server would fail or "
			"choose otherwise; chown or chmod it", a->name);
	}
}

void sl_check_access(lua_State *L, int ud) {
	sl_stack *stack = sl_stack_at(L, ud);
	account a;
	int top = lua_gettop(L);
	luaL_checkstack(L, 8, "checking the files");
	if(geteuid() == 0 && find_account(L, ud, &a)) {
		const sl_met_list *variables = sl_variables_files(stack->variables);
		for(size_t i = 0; i < variables->count; i++) {
			check_reading(L, stack, &a, &variables->list[i]);
		}
		for(uint32_t i = 1; i < stack->files.count; i++) {
			const sl_layer_file *file = sl_layer_file_at(stack, i);
			const sl_met met = sl_layer_file_met(stack, file);
			check_reading(L, stack, &a, &met);
		}
	}
	lua_settop(L, top);
}

/* ======== who can write ======== */

enum { MOST_REPORTED = 20 };

/* One look at everything that was read. */
typedef struct watch {
	lua_State *L;
	int ud, seen, own;       /* seen: path -> true; own: the same of folders below a restricted one, once they were asked for */
	sl_stack *stack;
	sl_severity severity;
	bool early;              /* before the options are known, and with them the server's user */
	bool asked, has_server;  /* was the server's user looked for, and is there one? */
	account server;
	unsigned count[2];       /* of findings about writing, and about reading */
} watch;

/* What is read as the server does it. In prosodyctl, and where root starts it, the server becomes another user. */
static const account *server_of(watch *w) {
	if(!w->asked && !w->early && (w->stack->prosodyctl || geteuid() == 0)) {
		w->has_server = find_account(w->L, w->ud, &w->server);
	}
	w->asked = true;
	return w->has_server ? &w->server : NULL;
}

static bool is_trusted_owner(watch *w, uid_t owner) {
	return owner == 0 || owner == geteuid() || (server_of(w) && w->server.user == owner);
}

/* The server's own group, not all that its user is in. */
static bool is_trusted_group(watch *w, gid_t group) {
	return group == 0 || group == getegid() || (server_of(w) && w->server.groups[0] == group);
}

static bool is_read_only(const char *path) {
	struct statvfs info;
	return statvfs(*path ? path : "/", &info) == 0 && (info.f_flag & ST_RDONLY);
}

static void report(watch *w, sl_topic topic, const char *path, const char *text) {
	unsigned *count = &w->count[topic == SL_ON_READABLE];
	++*count;
	if(*count <= MOST_REPORTED) {
		sl_report(w->L, w->stack, w->severity, topic, path, 0, "%s", text);
	}
}

static void report_rest(watch *w, sl_topic topic) {
	unsigned count = w->count[topic == SL_ON_READABLE];
	if(count > MOST_REPORTED) {
		sl_report(w->L, w->stack, w->severity, topic, NULL, 0, "and %u more like these", count - MOST_REPORTED);
	}
}

static const char *push_user(lua_State *L, uid_t user) {
	const struct passwd *entry = getpwuid(user);
	return entry ? lua_pushstring(L, entry->pw_name) : lua_pushfstring(L, "%d", (int)user);
}

static const char *push_group(lua_State *L, gid_t group) {
	const struct group *entry = getgrgid(group);
	return entry ? lua_pushstring(L, entry->gr_name) : lua_pushfstring(L, "%d", (int)group);
}

/* The folders on the way from a restricted folder to its layers are their tenants' own to write. */
static void add_own_folders(watch *w, const sl_layer *layer) {
	lua_State *L = w->L;
	for(const char *slash = strchr(layer->path + layer->base + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		lua_pushlstring(L, layer->path, (size_t)(slash - layer->path));
		lua_pushboolean(L, 1);
		lua_rawset(L, w->own);
	}
}

static bool is_tenants_folder(watch *w, const char *path) {
	lua_State *L = w->L;
	if(lua_isnil(L, w->own)) {
		lua_newtable(L);
		lua_replace(L, w->own);
		for(size_t i = 0; w->stack->restrictions.count && i < w->stack->tree.layer_count; i++) {
			const sl_layer *layer = sl_layer_found(&w->stack->tree, i);
			if(layer->tenant) {
				add_own_folders(w, layer);
			}
		}
	}
	bool own = lua_getfield(L, w->own, path) == LUA_TBOOLEAN;
	lua_pop(L, 1);
	return own;
}

static void report_owner(watch *w, const sl_met *met, const char *kind) {
	lua_State *L = w->L;
	const char *user = push_user(L, met->identity.owner);
	report(w, SL_ON_WRITABLE, met->path, lua_pushfstring(L, "this %s belongs to the user %s, neither root nor the server's: who can write it decides "
		"what the server does; chown it", kind, user));
}

/* `tenant`: a file that is data of its owner's own. */
static void check_writing(watch *w, const sl_met *met, bool tenant) {
	lua_State *L = w->L;
	const sl_identity *identity = &met->identity;
	bool folder = S_ISDIR(identity->mode);
	const char *kind = folder ? "folder" : "file";
	bool own = (w->early && w->stack->prosodyctl) || tenant || (folder && is_tenants_folder(w, met->path));
	if(identity->mode & S_IWOTH) {
		report(w, SL_ON_WRITABLE, met->path, lua_pushfstring(L, "every user of this machine can write this %s and so decide what the server does; "
			"chmod o-w it", kind));
	} else if((identity->mode & S_IWGRP) && !own && !is_trusted_group(w, identity->group)) {
		const char *group = push_group(L, identity->group);
		report(w, SL_ON_WRITABLE, met->path, lua_pushfstring(L, "the group %s can write this %s and so decide what the server does; chmod g-w it, or "
			"chgrp it to root or the server's own group", group, kind));
	}
	if(!own && !is_trusted_owner(w, identity->owner)) {
		report_owner(w, met, kind);
	}
}

/* A file is only as open as the folders on the way to it. */
static bool is_reachable(lua_State *L, const char *path) {
	struct stat info;
	for(const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		lua_pushlstring(L, path, slash == path ? 1 : (size_t)(slash - path));
		bool closed = stat(lua_tostring(L, -1), &info) == 0 && !(info.st_mode & S_IXOTH);
		lua_pop(L, 1);
		if(closed) {
			return false;
		}
	}
	return true;
}

static void check_secrecy(watch *w, const sl_met *met, const char *secret) {
	if((met->identity.mode & S_IROTH) && is_reachable(w->L, met->path)) {
		report(w, SL_ON_READABLE, met->path, lua_pushfstring(w->L, "every user of this machine can read this file with the secret %s; chmod o-r it, and "
			"leave it to the server by chgrp or chown", secret));
	}
}

/* `secret`: the name of one that the file holds, or NULL. */
static void check_met(watch *w, const sl_met *met, bool tenant, const char *secret) {
	lua_State *L = w->L;
	int top = lua_gettop(L);
	bool suspect = (met->identity.mode & (S_IWOTH | S_IWGRP)) || (secret && (met->identity.mode & S_IROTH))
		|| !is_trusted_owner(w, met->identity.owner);
	luaL_checkstack(L, 8, "checking the files");
	if(met->identity.mode && suspect && lua_getfield(L, w->seen, met->path) == LUA_TNIL && !is_read_only(met->path)) {
		lua_pushboolean(L, 1);
		lua_setfield(L, w->seen, met->path);
		check_writing(w, met, tenant);
		if(secret) {
			check_secrecy(w, met, secret);
		}
	}
	lua_settop(L, top);
}

/* A switch such as FAST_TOKENS=true has the name of a secret only. */
static bool holds_secret(const sl_variable *variable) {
	bool on;
	return sl_is_secret_variable(variable->name) && !sl_parse_boolean(variable->value, &on);
}

/* The name of a secret among the variables of the file, or NULL. */
static const char *secret_in(const watch *w, const char *path) {
	const sl_stack *stack = w->stack;
	const sl_read *reads = stack->reads.data;
	for(size_t i = 0; i < stack->reads.count; i++) {
		const char *from = strcmp(reads[i].type, "secret") == 0 ? sl_variables_path(stack->variables, reads[i].name) : NULL;
		if(from && strcmp(from, path) == 0) {
			return reads[i].name;
		}
	}
	return sl_variables_find(stack->variables, path, holds_secret);
}

static void check_variables(watch *w) {
	const sl_met_list *files = sl_variables_files(w->stack->variables);
	for(size_t i = 0; i < files->count; i++) {
		check_met(w, &files->list[i], false, secret_in(w, files->list[i].path));
	}
}

static void check_list(watch *w, const sl_met_list *met) {
	for(size_t i = 0; i < met->count; i++) {
		check_met(w, &met->list[i], false, NULL);
	}
}

static void begin(watch *w, lua_State *L, int ud) {
	*w = (watch) { .L = L, .ud = ud, .stack = sl_stack_at(L, ud) };
	w->severity = w->stack->strict ? SL_ERROR : SL_WARNING;
	luaL_checkstack(L, 10, "checking the files");
	lua_newtable(L);
	lua_pushnil(L);
	w->seen = lua_gettop(L) - 1;
	w->own = lua_gettop(L);
}

/* A load that goes on looks once more, and counts then what was not told of early. */
static void end(watch *w) {
	if(!w->early || !w->stack->tolerant) {
		report_rest(w, SL_ON_WRITABLE);
		report_rest(w, SL_ON_READABLE);
	}
	lua_settop(w->L, w->seen - 1);
}

/* What was reported early is not reported again. */
static void skip_reported(watch *w) {
	for(const sl_finding *finding = w->stack->findings.first; finding; finding = finding->next) {
		if(finding->path && (finding->topic == SL_ON_WRITABLE || finding->topic == SL_ON_READABLE)) {
			w->count[finding->topic == SL_ON_READABLE]++;
			lua_pushboolean(w->L, 1);
			lua_setfield(w->L, w->seen, finding->path);
		}
	}
}

void sl_check_rights(lua_State *L, int ud) {
	watch w;
	begin(&w, L, ud);
	skip_reported(&w);
	check_list(&w, &w.stack->tree.met);
	check_variables(&w);
	for(uint32_t i = 1; i < w.stack->files.count; i++) {
		const sl_layer_file *file = sl_layer_file_at(w.stack, i);
		const sl_met met = sl_layer_file_met(w.stack, file);
		check_met(&w, &met, file->layer && sl_layer_origin(w.stack, file->layer)->tenant, NULL);
	}
	for(size_t i = 0; i < w.stack->secret_files.count; i++) {
		const sl_secret_file *file = (const sl_secret_file *)w.stack->secret_files.data + i;
		check_met(&w, &file->met, false, file->name);
	}
	end(&w);
}

void sl_check_rights_early(lua_State *L, int ud) {
	watch w;
	begin(&w, L, ud);
	w.early = true;
	if(w.stack->strict) {
		check_list(&w, &w.stack->tree.met);
		check_variables(&w);
		for(size_t i = 0; i < w.stack->tree.layer_count; i++) {
			const sl_layer *layer = sl_layer_found(&w.stack->tree, i);
			const sl_met met = { .path = layer->path, .identity = *layer->identity };
			check_met(&w, &met, layer->tenant, NULL);
		}
	}
	end(&w);
}

void sl_refuse_writable(lua_State *L, int ud, uint32_t file) {
	const sl_stack *stack = sl_stack_at(L, ud);
	const sl_layer_file *read = sl_layer_file_at(stack, file);
	sl_rights rights = *sl_layer_file_rights(stack, read);
	if(stack->strict && (rights.mode & S_IWOTH) && !is_read_only(read->path)) {
		rights.refused = true;
		sl_set_rights(L, ud, file, rights);
		luaL_error(L, "%s: every user of this machine can write this file, so that it does not run; chmod o-w it", read->path);
	}
}
