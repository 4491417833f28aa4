#include "restrict_api.h"

#include <string.h>

#include "files.h"
#include "list.h"
#include "request_api.h"
#include "safe_lists.h"
#include "search.h"
#include "value.h"

typedef struct reader {
	lua_State *L;
	int arg;
	sl_arena *arena;
	const sl_request *request;
	sl_restrictions *all;
	size_t capacity;
	const char *place;   /* what is being read */
} reader;

static int refuse(const reader *r, const char *text) {
	return luaL_argerror(r->L, r->arg, lua_pushfstring(r->L, r->place ? "option 'restrict', \"%s\": %s" : "option 'restrict'%s: %s",
		r->place ? r->place : "", text));
}

/* ======== places ======== */

typedef struct gathering {
	sl_arena *arena;
	const sl_axis *axis;
	const char *place;
	sl_list folders;
	sl_restrictions *all;
	size_t *capacity;
} gathering;

/* Below sl_protect: the folders and files of an axis, or the one folder that the place is. */
static void gather(void *context) {
	gathering *g = context;
	sl_list_init(&g->folders, g->arena);
	for(const char *const *folder = g->axis ? g->axis->folders : NULL; folder && *folder; folder++) {
		sl_list_add(&g->folders, g->arena, *folder);
	}
	for(const char *const *file = g->axis ? g->axis->files : NULL; file && *file; file++) {
		sl_list_add(&g->folders, g->arena, sl_strndup(g->arena, *file, sl_stem_length(*file)));
	}
	if(!g->axis) {
		sl_list_add(&g->folders, g->arena, g->place);
	}
	g->all->list = sl_grow(g->arena, g->all->list, g->all->count, g->capacity, sizeof(*g->all->list));
}

static bool is_within(const char *outer, const char *inner) {
	size_t length = strlen(outer);
	return strncmp(inner, outer, length) == 0 && (inner[length] == '/' || !inner[length]);
}

/* Do the axis and the place have files in common? */
static bool meet(const sl_axis *axis, const char *place) {
	bool found = false;
	for(const char *const *folder = axis->folders; folder && *folder && !found; folder++) {
		found = is_within(*folder, place) || is_within(place, *folder);
	}
	for(const char *const *file = axis->files; file && *file && !found; file++) {
		size_t stem = sl_stem_length(*file);
		found = is_within(place, *file) || (strlen(place) == stem && strncmp(*file, place, stem) == 0);
	}
	return found;
}

static const sl_axis *axis_named(const reader *r) {
	for(size_t i = 0; i < r->request->axis_count; i++) {
		if(strcmp(r->request->axes[i].name, r->place) == 0) {
			return &r->request->axes[i];
		}
	}
	return NULL;
}

/* What a profile, a feature or a use case says of itself decides what else loads: it is the server's to say. */
static void check_axis(const reader *r, const sl_axis *axis) {
	bool describes = axis->option && (strcmp(axis->option, "profile") == 0 || strcmp(axis->option, "usecase") == 0);
	bool decides = axis->kind == SL_AXIS_FEATURES || describes;
	if(axis->kind == SL_AXIS_PLACE || decides) {
		refuse(r, lua_pushfstring(r->L, axis->kind == SL_AXIS_PLACE ? "the axis %s has no files" : "the axis %s decides what else loads, which "
			"cannot be restricted", axis->name));
	}
}

static void refuse_place(const reader *r) {
	const char **names = sl_keep_memory(r->L, r->arena, (r->request->axis_count + 1) * sizeof(*names));
	for(size_t i = 0; i < r->request->axis_count; i++) {
		names[i] = r->request->axes[i].name;
	}
	refuse(r, lua_pushfstring(r->L, "there is no such axis, and none has such a folder%s", sl_keep_hint(r->L, r->arena, r->place, names)));
}

static void check_once(const reader *r, const char *const *folders) {
	for(size_t i = 0; i < r->all->count; i++) {
		for(const char *const *other = r->all->list[i].folders; *other; other++) {
			for(const char *const *folder = folders; *folder; folder++) {
				if(strcmp(*folder, *other) == 0) {
					refuse(r, lua_pushfstring(r->L, "the folder %s stands there already, as %s", *folder, r->all->list[i].place));
				}
			}
		}
	}
}

static sl_restriction *add_place(reader *r) {
	const sl_axis *axis = axis_named(r);
	bool read = axis;
	if(axis) {
		check_axis(r, axis);
	}
	for(size_t i = 0; !axis && sl_is_plain_path(r->place) && i < r->request->axis_count; i++) {
		if(meet(&r->request->axes[i], r->place)) {
			check_axis(r, &r->request->axes[i]);
			read = true;
		}
	}
	if(!read) {
		refuse_place(r);
	}
	gathering g = { .arena = r->arena, .axis = axis, .place = r->place, .all = r->all, .capacity = &r->capacity };
	sl_run(r->L, r->arena, gather, &g);
	check_once(r, g.folders.names);
	sl_restriction *restriction = &r->all->list[r->all->count++];
	*restriction = (sl_restriction) { .place = r->place, .folders = g.folders.names, .size = SL_TENANT_SIZE, .depth = SL_TENANT_DEPTH,
		.modules = sl_safe_modules, .options = sl_safe_options };
	return restriction;
}

/* ======== what is said of a place ======== */

/* The field's number; its default where it is not there. */
static size_t read_number(const reader *r, int fields, const char *name, size_t most, size_t absent) {
	lua_State *L = r->L;
	if(sl_push_option(L, fields, name) == LUA_TNIL) {
		lua_pop(L, 1);
		return absent;
	}
	lua_Integer value = lua_isinteger(L, -1) ? lua_tointeger(L, -1) : 0;
	if(value < 1 || (lua_Unsigned)value > most) {
		refuse(r, lua_pushfstring(L, "field '%s' must be a whole number from 1 to %I", name, (lua_Integer)most));
	}
	lua_pop(L, 1);
	return (size_t)value;
}

static const char *const *read_names(const reader *r, int fields, const char *name) {
	lua_State *L = r->L;
	const char *what = lua_pushfstring(L, "option 'restrict', \"%s\": field '%s'", r->place, name);
	const char *const *names = NULL;
	if(sl_push_option(L, fields, name) != LUA_TNIL) {
		names = sl_read_strings(L, r->arg, -1, r->arena, what);
	}
	lua_pop(L, 2);
	return names;
}

typedef struct joining {
	sl_arena *arena;
	const char *const *names;
	const char *const *safe;
	sl_list list;
} joining;

/* Below sl_protect: the names, with the safe list in place of the word "safe". */
static void join(void *context) {
	joining *j = context;
	sl_list_init(&j->list, j->arena);
	for(const char *const *name = j->names; *name; name++) {
		if(strcmp(*name, "safe") != 0) {
			sl_list_add(&j->list, j->arena, *name);
		}
	}
	for(const char *const *name = j->safe; *name; name++) {
		sl_list_add(&j->list, j->arena, *name);
	}
}

/* A list of what is allowed: NULL for "any"; `safe` where the field is not there, and for the word "safe" in it. */
static const char *const *read_allowed(const reader *r, int fields, const char *name, const char *const *safe) {
	const char *const *names = read_names(r, fields, name);
	if(!names) {
		return safe;
	}
	if(sl_is_among("any", names)) {
		if(names[1]) {
			refuse(r, lua_pushfstring(r->L, "field '%s': \"any\" allows everything; write it alone, or leave it out of the list", name));
		}
		return NULL;
	}
	if(!sl_is_among("safe", names)) {
		return names;
	}
	if(!names[1]) {
		return safe;
	}
	joining j = { .arena = r->arena, .names = names, .safe = safe };
	sl_run(r->L, r->arena, join, &j);
	return j.list.names;
}

static bool read_boolean(const reader *r, int fields, const char *name) {
	int type = sl_push_option(r->L, fields, name);
	bool value = lua_toboolean(r->L, -1);
	if(type != LUA_TNIL && type != LUA_TBOOLEAN) {
		refuse(r, lua_pushfstring(r->L, "field '%s' must be true or false", name));
	}
	lua_pop(r->L, 1);
	return value;
}

static void check_fields(const reader *r, int fields) {
	static const char *const known[] = { "hosts", "modules", "options", "certificates", "size", "depth", NULL };
	lua_State *L = r->L;
	lua_pushnil(L);
	while(lua_next(L, fields)) {
		const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "";
		if(!sl_is_among(name, known)) {
			refuse(r, lua_pushfstring(L, "unknown field '%s'%s; expected hosts, modules, options, certificates, size or depth", name,
				sl_keep_hint(L, r->arena, name, known)));
		}
		lua_pop(L, 1);
	}
}

static void check_hosts(const reader *r, const char *const *hosts) {
	if(!*hosts) {
		refuse(r, "field 'hosts' names none");
	}
	for(; *hosts; hosts++) {
		if(!sl_is_host_pattern(*hosts)) {
			refuse(r, lua_pushfstring(r->L, "field 'hosts': \"%s\" is no pattern of hosts; expected one like <domain>, *.<domain>, "
				"<domain>.example.net or *.example.net, in lower case", *hosts));
		}
	}
}

static void read_fields(const reader *r, int fields, sl_restriction *restriction) {
	check_fields(r, fields);
	restriction->hosts = read_names(r, fields, "hosts");
	restriction->modules = read_allowed(r, fields, "modules", sl_safe_modules);
	restriction->options = read_allowed(r, fields, "options", sl_safe_options);
	restriction->certificates = read_boolean(r, fields, "certificates");
	restriction->size = read_number(r, fields, "size", SL_MAX_FILE, restriction->size);
	restriction->depth = (unsigned)read_number(r, fields, "depth", SL_TENANT_DEEPEST, restriction->depth);
	if(restriction->hosts) {
		check_hosts(r, restriction->hosts);
	}
}

/* The place is r->place; what is said of it is at the top of the stack: true or a table. */
static void read_place(reader *r) {
	static const char *const own[] = { "<domain>", "*.<domain>", NULL };
	lua_State *L = r->L;
	if(!lua_istable(L, -1) && !(lua_isboolean(L, -1) && lua_toboolean(L, -1))) {
		refuse(r, "expected true, or a table such as { hosts = \"*.example.net\", modules = { \"muc\" } }");
	}
	sl_restriction *restriction = add_place(r);
	if(lua_istable(L, -1)) {
		read_fields(r, lua_gettop(L), restriction);
	}
	restriction->hosts = restriction->hosts ? restriction->hosts : own;
}

/* Reads one key and value of the table, which are at the top of the stack, and pops them. */
static void read_entry(reader *r) {
	lua_State *L = r->L;
	int value = lua_gettop(L);
	bool listed = lua_isinteger(L, -2);
	int name = listed ? value : value - 1;
	if(lua_type(L, name) != LUA_TSTRING) {
		r->place = NULL;
		refuse(r, "expected names of axes or folders, each in quotes or with a table of what it may name");
	}
	r->place = sl_keep(L, r->arena, lua_tostring(L, name));
	if(listed) {
		lua_pushboolean(L, 1);
	}
	read_place(r);
	lua_settop(L, value - 2);
}

/* In an order of their own: messages must not depend on that of a table. */
static void read_table(reader *r) {
	lua_State *L = r->L;
	int option = lua_gettop(L);
	size_t count = sl_sorted_keys(L, option);
	for(size_t i = 1; i <= count; i++) {
		lua_rawgeti(L, option + 1, (lua_Integer)i);
		lua_pushvalue(L, -1);
		lua_rawget(L, option);
		read_entry(r);
	}
}

void sl_read_restrict(lua_State *L, int arg, sl_arena *arena, const sl_request *request, sl_restrictions *all) {
	reader r = { .L = L, .arg = arg, .arena = arena, .request = request, .all = all };
	luaL_checkstack(L, 12, "option restrict");
	int type = sl_push_option(L, arg, "restrict");
	int option = lua_gettop(L);
	if(type == LUA_TSTRING) {
		r.place = sl_keep(L, arena, lua_tostring(L, -1));
		lua_pushboolean(L, 1);
		read_place(&r);
	} else if(type == LUA_TTABLE) {
		read_table(&r);
	} else if(type != LUA_TNIL) {
		refuse(&r, lua_pushfstring(L, "expected the name of an axis or folder, or a table of such, not a %s", lua_typename(L, type)));
	}
	lua_settop(L, option - 1);
}
