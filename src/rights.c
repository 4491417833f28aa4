#include "rights.h"

#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "account.h"
#include "acl.h"
#include "includes.h"
#include "layer.h"
#include "redact.h"
#include "units.h"
#include "way.h"

enum { MOST_REPORTED = 20 };

/* One look at everything that was read. */
typedef struct watch {
	lua_State *L;
	int ud;
	int seen;                /* path of a file or folder, "device:inode" of a folder -> true */
	int ways;                /* folder to which the whole way was looked at -> true */
	int own;                 /* folder below a restricted one -> true, once they were asked for; behind it stands what acl points to */
	uint32_t running;        /* a file that is about to run: an error is raised in place of a finding; or 0 */
	sl_acl *acl;             /* room for one, once it is needed */
	sl_stack *stack;
	sl_severity severity;
	bool early;              /* before the options are known, and with them the server's user */
	bool asked, has_server;  /* was the server's user looked for, and is there one? */
	sl_account server;
	unsigned count[2];       /* of findings about writing, and about reading */
} watch;

/* What is read as the server does it. In prosodyctl, and where root starts it, the server becomes another user. */
static const sl_account *server_of(watch *w) {
	if(!w->asked && !w->early && (w->stack->prosodyctl || geteuid() == 0)) {
		w->has_server = sl_find_account(w->L, w->ud, &w->server);
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

bool sl_is_read_only(const char *path) {
	struct statvfs info;
	return statvfs(*path ? path : "/", &info) == 0 && (info.f_flag & ST_RDONLY);
}

/* Raises the error that the running file is not to run. */
static void refuse(const watch *w, const char *path, const char *text) {
	const sl_layer_file *file = sl_layer_file_at(w->stack, w->running);
	const char *running = file->path;
	sl_rights rights = *sl_layer_file_rights(w->stack, file);
	rights.refused = true;
	sl_set_rights(w->L, w->ud, w->running, rights);
	if(strcmp(path, running) == 0) {
		luaL_error(w->L, "%s: %s", path, text);
	}
	luaL_error(w->L, "%s: this file does not run, since of %s on the way to it %s", running, path, text);
}

static void report(watch *w, sl_topic topic, const char *path, const char *text) {
	unsigned *count = &w->count[topic == SL_ON_READABLE];
	++*count;
	if(w->running) {
		refuse(w, path, text);
	}
	if(*count <= MOST_REPORTED) {
		sl_report(w->L, w->stack, w->severity, topic, path, 0, "%s", text);
	}
}

static void report_rest(watch *w, sl_topic topic) {
	unsigned count = w->count[topic == SL_ON_READABLE];
	if(count > MOST_REPORTED) {
		sl_report(w->L, w->stack, w->severity, topic, w->stack->roots[0], 0, "%u more files and folders of the tree are like these", count - MOST_REPORTED);
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

static const char *kind_of(mode_t mode) {
	return S_ISDIR(mode) ? "folder" : S_ISLNK(mode) ? "link" : "file";
}

/* ======== who can write ======== */

static void check_owner(watch *w, const sl_met *met) {
	lua_State *L = w->L;
	if(!is_trusted_owner(w, met->identity.owner)) {
		const char *user = push_user(L, met->identity.owner);
		report(w, SL_ON_WRITABLE, met->path, lua_pushfstring(L, "this %s belongs to the user %s, neither root nor the server's: who can write it decides "
			"what the server does; chown it", kind_of(met->identity.mode), user));
	}
}

static bool may_group_write(watch *w, const sl_met *met) {
	if(!w->acl) {
		w->acl = lua_newuserdatauv(w->L, sizeof(*w->acl), 0);
		lua_replace(w->L, w->own + 1);
	}
	return !sl_acl_of(met->path, w->acl);
}

static void report_group(watch *w, const sl_met *met) {
	lua_State *L = w->L;
	if(!is_trusted_group(w, met->identity.group)) {
		const char *group = push_group(L, met->identity.group);
		report(w, SL_ON_WRITABLE, met->path, lua_pushfstring(L, "the group %s can write this %s and so decide what the server does; chmod g-w it, or "
			"chgrp it to root or the server's own group", group, kind_of(met->identity.mode)));
	}
}

/* A list gives rights to users and groups of whom the mode does not tell. */
static void report_listed(watch *w, const sl_met *met, const sl_acl_entry *entry) {
	lua_State *L = w->L;
	bool user = entry->kind == SL_ACL_USER;
	if(user ? is_trusted_owner(w, entry->id) : is_trusted_group(w, entry->id)) {
		return;
	}
	const char *name = user ? push_user(L, entry->id) : push_group(L, entry->id);
	report(w, SL_ON_WRITABLE, met->path, lua_pushfstring(L, "the %s %s can write this %s, by its access control list, and so decide what the server does; "
		"setfacl -x %s:%s it", user ? "user" : "group", name, kind_of(met->identity.mode), user ? "u" : "g", name));
}

/* The mode lets the group write, or somebody whom a list names. */
static void check_shared(watch *w, const sl_met *met) {
	sl_acl_entry entry;
	if(may_group_write(w, met)) {
		report_group(w, met);
		return;
	}
	for(size_t at = 0; sl_acl_next(w->acl, &at, &entry);) {
		int top = lua_gettop(w->L);
		bool writes = entry.rights & SL_ACL_WRITE;
		if(writes && entry.kind == SL_ACL_OWN_GROUP) {
			report_group(w, met);
		} else if(writes && (entry.kind == SL_ACL_USER || entry.kind == SL_ACL_GROUP)) {
			report_listed(w, met, &entry);
		}
		lua_settop(w->L, top);
	}
}

/* `own`: what is its owner's and its group's own to write, which is data of theirs, or is judged later. */
static void check_writing(watch *w, const sl_met *met, bool own) {
	if(met->identity.mode & S_IWOTH) {
		report(w, SL_ON_WRITABLE, met->path, lua_pushfstring(w->L, "every user of this machine can write this %s and so decide what the server does; "
			"chmod o-w it", kind_of(met->identity.mode)));
	} else if((met->identity.mode & S_IWGRP) && !own) {
		check_shared(w, met);
	}
	if(!own) {
		check_owner(w, met);
	}
}

/* ======== who can read ======== */

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

/* ======== what was read ======== */

static bool is_suspect(watch *w, const sl_identity *identity) {
	return (identity->mode & (S_IWOTH | S_IWGRP)) || !is_trusted_owner(w, identity->owner);
}

/* Adds the key at the top of the stack, which it pops; false where it was there. */
static bool add_seen(watch *w) {
	lua_State *L = w->L;
	lua_pushvalue(L, -1);
	bool added = lua_rawget(L, w->seen) == LUA_TNIL;
	lua_pop(L, 1);
	lua_pushboolean(L, 1);
	lua_rawset(L, w->seen);
	return added;
}

/* Is it the first look at this one? A folder is the same whatever links lead to it. */
static bool is_first(watch *w, const sl_met *met) {
	bool first = true;
	if(S_ISDIR(met->identity.mode)) {
		lua_pushfstring(w->L, "%I:%I", (lua_Integer)met->identity.device, (lua_Integer)met->identity.inode);
		first = add_seen(w);
	}
	lua_pushstring(w->L, met->path);
	return add_seen(w) && first;
}

/* In prosodyctl, whose the server's user is is known when all layers have run: the early look leaves that to the late one. */
static bool is_judged_later(const watch *w) {
	return w->early && w->stack->prosodyctl;
}

/* `tenant`: a file that is data of its owner's own. `secret`: the name of one that the file holds, or NULL. */
static void check_met(watch *w, const sl_met *met, bool tenant, const char *secret) {
	lua_State *L = w->L;
	int top = lua_gettop(L);
	luaL_checkstack(L, 12, "checking the files");
	bool suspect = is_suspect(w, &met->identity) || (secret && (met->identity.mode & S_IROTH));
	if(met->identity.mode && suspect && is_first(w, met) && !sl_is_read_only(met->path)) {
		bool own = is_judged_later(w) || tenant || (S_ISDIR(met->identity.mode) && is_tenants_folder(w, met->path));
		check_writing(w, met, own);
		if(secret) {
			check_secrecy(w, met, secret);
		}
	}
	lua_settop(L, top);
}

/* ======== the ways to it ======== */

/* Is the folder in a restricted one, and so its tenant's? The restricted one itself was looked at as the tree's. */
static bool is_in_restricted(const watch *w, const char *path) {
	return sl_restriction_of(&w->stack->restrictions, path);
}

static bool is_shared(const struct stat *info) {
	return (info->st_mode & S_ISVTX) && (info->st_mode & (S_IWOTH | S_IWGRP));
}

/* Is the link in a sticky folder such as /tmp, in which others can make files? Who can write another folder is a finding of its own. */
static bool is_in_shared(lua_State *L, const char *link) {
	struct stat info;
	lua_pushlstring(L, link, (size_t)(strrchr(link, '/') - link));
	return stat(lua_tostring(L, -1), &info) == 0 && is_shared(&info);
}

/* In a sticky folder others cannot replace an entry, but its owner can: that must be somebody trusted. */
static void check_passed(watch *w, const sl_met *met, bool shared) {
	bool own = is_judged_later(w) || is_in_restricted(w, met->path);
	if(sl_is_read_only(met->path)) {
		return;
	}
	if(!shared) {
		check_writing(w, met, own);
	} else if(!own) {
		check_owner(w, met);
	}
}

static void pass(void *context, const char *path, const struct stat *info) {
	watch *w = context;
	lua_State *L = w->L;
	int top = lua_gettop(L);
	luaL_checkstack(L, 12, "checking the files");
	const sl_met met = { .path = path, .identity = sl_identify(info) };
	bool link = S_ISLNK(info->st_mode) && is_in_shared(L, path);
	if((link || S_ISDIR(info->st_mode)) && is_suspect(w, &met.identity) && is_first(w, &met)) {
		check_passed(w, &met, link || is_shared(info));
	}
	lua_settop(L, top);
}

/* Looks at each folder and link on the way to the path. Folders of layers are looked at before, as the tree's: more is asked of those. */
static void check_way(watch *w, const char *path) {
	lua_State *L = w->L;
	struct stat info;
	luaL_checkstack(L, 4, "checking the files");
	lua_pushlstring(L, path, (size_t)(strrchr(path, '/') - path));
	lua_pushvalue(L, -1);
	bool known = lua_rawget(L, w->ways) != LUA_TNIL;
	lua_pop(L, 1);
	lua_pushboolean(L, 1);
	lua_rawset(L, w->ways);
	if(!known || lstat(path, &info) != 0 || S_ISLNK(info.st_mode)) {
		sl_go_way(path, pass, w);
	}
}

/* The file that calls load is code as layers are. Outside Prosody it is whoever's program. */
static void check_main_file(watch *w) {
	const char *path = w->stack->hands_over ? w->stack->main_file : NULL;
	struct stat info;
	if(path && stat(path, &info) == 0) {
		const sl_met met = { .path = path, .identity = sl_identify(&info) };
		check_met(w, &met, false, NULL);
		check_way(w, path);
	}
}

/* The ways to the roots, and those that links take below them. */
static void check_ways(watch *w) {
	const sl_stack *stack = w->stack;
	check_main_file(w);
	for(const char *const *root = stack->roots; *root; root++) {
		check_way(w, lua_pushfstring(w->L, "%s/.", *root));
		lua_pop(w->L, 1);
	}
	for(const char *const *link = stack->tree.followed; *link; link++) {
		check_way(w, *link);
	}
}

/* ======== variables ======== */

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
		check_way(w, files->list[i].path);
	}
}

/* ======== the looks ======== */

static void check_list(watch *w, const sl_met_list *met) {
	for(size_t i = 0; i < met->count; i++) {
		check_met(w, &met->list[i], false, NULL);
	}
}

static void begin(watch *w, lua_State *L, int ud) {
	*w = (watch) { .L = L, .ud = ud, .stack = sl_stack_at(L, ud) };
	w->severity = w->stack->strict ? SL_ERROR : SL_WARNING;
	luaL_checkstack(L, 12, "checking the files");
	w->seen = lua_gettop(L) + 1;
	w->ways = w->seen + 1;
	w->own = w->ways + 1;
	lua_newtable(L);
	lua_newtable(L);
	lua_pushnil(L);
	lua_pushnil(L);
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

/* Is the file one that a layer includes? */
static bool is_included(const sl_stack *stack, const sl_layer_file *file) {
	const char *path = file->layer ? sl_layer_at(stack, file->layer)->path : NULL;
	return path && strcmp(path, file->path) != 0;
}

static void check_files(watch *w) {
	const sl_stack *stack = w->stack;
	for(uint32_t i = 1; i < stack->files.count; i++) {
		const sl_layer_file *file = sl_layer_file_at(stack, i);
		const sl_met met = sl_layer_file_met(stack, file);
		check_met(w, &met, file->layer && sl_layer_origin(stack, file->layer)->tenant, NULL);
		if(met.identity.mode && is_included(stack, file)) {
			check_way(w, met.path);
		}
	}
	for(size_t i = 0; i < stack->secret_files.count; i++) {
		const sl_secret_file *file = (const sl_secret_file *)stack->secret_files.data + i;
		check_met(w, &file->met, false, file->name);
	}
}

void sl_check_rights(lua_State *L, int ud) {
	watch w;
	begin(&w, L, ud);
	skip_reported(&w);
	check_list(&w, &w.stack->tree.met);
	check_variables(&w);
	check_files(&w);
	check_ways(&w);
	end(&w);
}

/* ======== before the layers run ======== */

/* What a protected step without Lua needs to find what a file includes. */
typedef struct seeking {
	sl_arena *arena;
	const char *path;
	const sl_content *content; /* or NULL */
	sl_list files;
} seeking;

static void seek_step(void *context) {
	seeking *s = context;
	char *text = s->content ? s->content->text : NULL;
	size_t length = s->content ? s->content->length : 0;
	sl_list_init(&s->files, s->arena);
	if(text || sl_read_file(s->arena, s->path, &text, &length, NULL) == 0) {
		sl_find_includes(s->arena, s->path, text, length, &s->files);
	}
}

/* Adds the files that the file includes to the queue, a table in which they also stand as keys. */
static void seek(watch *w, int queue, const char *path, const sl_content *content) {
	lua_State *L = w->L;
	luaL_checkstack(L, 6, "checking the files");
	seeking s = { .arena = sl_push_arena(L), .path = path, .content = content };
	sl_run(L, s.arena, seek_step, &s);
	for(size_t i = 0; i < s.files.count; i++) {
		if(lua_getfield(L, queue, s.files.names[i]) == LUA_TNIL) {
			lua_pushstring(L, s.files.names[i]);
			lua_rawseti(L, queue, (lua_Integer)lua_rawlen(L, queue) + 1);
			lua_pushboolean(L, 1);
			lua_setfield(L, queue, s.files.names[i]);
		}
		lua_pop(L, 1);
	}
	sl_arena_free(s.arena);
	lua_pop(L, 1);
}

/* Looks at the files of the queue, and at what they include. */
static void check_queue(watch *w, int queue) {
	lua_State *L = w->L;
	for(lua_Integer i = 1; lua_rawgeti(L, queue, i) == LUA_TSTRING; i++) {
		struct stat info;
		const sl_met met = { .path = lua_tostring(L, -1) };
		if(stat(met.path, &info) == 0 && S_ISREG(info.st_mode)) {
			const sl_met found = { .path = met.path, .identity = sl_identify(&info) };
			check_met(w, &found, false, NULL);
			check_way(w, found.path);
			seek(w, queue, found.path, NULL);
		}
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
}

static void check_found(watch *w) {
	const sl_discovery *tree = &w->stack->tree;
	lua_newtable(w->L);
	int queue = lua_gettop(w->L);
	for(size_t i = 0; i < tree->layer_count; i++) {
		const sl_layer *layer = sl_layer_found(tree, i);
		const sl_met met = { .path = layer->path, .identity = *layer->identity };
		check_met(w, &met, layer->tenant, NULL);
		if(!layer->tenant) {
			seek(w, queue, layer->path, layer->content);
		}
	}
	check_queue(w, queue);
	lua_pop(w->L, 1);
}

void sl_check_rights_early(lua_State *L, int ud) {
	watch w;
	begin(&w, L, ud);
	w.early = true;
	if(w.stack->strict) {
		check_list(&w, &w.stack->tree.met);
		check_variables(&w);
		check_found(&w);
		check_ways(&w);
	}
	end(&w);
}

void sl_refuse_writable(lua_State *L, int ud, uint32_t file) {
	watch w;
	const sl_stack *stack = sl_stack_at(L, ud);
	const sl_layer_file *read = sl_layer_file_at(stack, file);
	const sl_met met = sl_layer_file_met(stack, read);
	bool included = is_included(stack, read);
	bool closed = met.identity.owner == 0 && !(met.identity.mode & (S_IWGRP | S_IWOTH));
	if(!stack->strict || (closed && !included)) {
		return;
	}
	begin(&w, L, ud);
	w.early = true;
	w.running = file;
	check_met(&w, &met, false, NULL);
	if(included) {
		check_way(&w, met.path);
	}
	lua_settop(L, w.seen - 1);
}
