/* Option `axes`: a tree of a user's own shape as data. */
#include "request_api.h"

#include <ctype.h>
#include <string.h>

#include "list.h"
#include "search.h"
#include "stackloader.h"

typedef struct reader {
	lua_State *L;
	int arg;
	sl_arena *arena;
	int table; /* stack index of the rows */
	int row;   /* stack index of the row */
	lua_Unsigned number;
	sl_axis *axes; /* the rows so far */
	size_t count;
} reader;

static const char *const fields[] = { "name", "kind", "folder", "files", "variables", "option", "default", "detect", "many", "classes",
	NULL };

static int refuse(const reader *r, const char *text) {
	return luaL_argerror(r->L, r->arg, lua_pushfstring(r->L, "option 'axes', row %d: %s", (int)r->number, text));
}

/* --- Fields --- */

static int push_field(const reader *r, const char *field) {
	lua_pushstring(r->L, field);
	return lua_rawget(r->L, r->row);
}

static const char *place(const reader *r, const char *field) {
	return lua_pushfstring(r->L, "option 'axes', row %d: field '%s'", (int)r->number, field);
}

/* A field's strings, or NULL where it is not there. */
static const char *const *strings(const reader *r, const char *field) {
	const char *what = place(r, field);
	const char *const *list = NULL;
	if(push_field(r, field) != LUA_TNIL) {
		list = sl_read_strings(r->L, r->arg, -1, r->arena, what);
		if(!list[0] || !*list[0]) {
			refuse(r, lua_pushfstring(r->L, "field '%s' is empty", field));
		}
	}
	lua_pop(r->L, 2);
	return list;
}

static const char *string(const reader *r, const char *field) {
	int type = push_field(r, field);
	if(type != LUA_TNIL && type != LUA_TSTRING) {
		refuse(r, lua_pushfstring(r->L, "field '%s' must be a string, not a %s", field, lua_typename(r->L, type)));
	}
	lua_pop(r->L, 1);
	const char *const *list = type == LUA_TSTRING ? strings(r, field) : NULL;
	return list ? list[0] : NULL;
}

static bool flag(const reader *r, const char *field) {
	int type = push_field(r, field);
	if(type != LUA_TNIL && type != LUA_TBOOLEAN) {
		refuse(r, lua_pushfstring(r->L, "field '%s' must be true or false, not a %s", field, lua_typename(r->L, type)));
	}
	bool value = lua_toboolean(r->L, -1);
	lua_pop(r->L, 1);
	return value;
}

/* The index of a field's word among the words that it may be; `absent` where the field is not there. */
static size_t word(const reader *r, const char *field, const char *const *words, size_t absent) {
	const char *text = string(r, field);
	if(!text) {
		return absent;
	}
	for(size_t index = 0; words[index]; index++) {
		if(strcmp(words[index], text) == 0) {
			return index;
		}
	}
	refuse(r, lua_pushfstring(r->L, "field '%s' is \"%s\"%s", field, text, sl_keep_hint(r->L, r->arena, text, words)));
	return absent; /* not reached */
}

static void check_fields(const reader *r) {
	lua_State *L = r->L;
	lua_pushnil(L);
	while(lua_next(L, r->row)) {
		if(lua_type(L, -2) != LUA_TSTRING) {
			refuse(r, lua_pushfstring(L, "its fields have names, found a %s as a key", luaL_typename(L, -2)));
		}
		const char *name = lua_tostring(L, -2);
		if(!sl_is_among(name, fields)) {
			refuse(r, lua_pushfstring(L, "unknown field '%s'%s", name, sl_keep_hint(L, r->arena, name, fields)));
		}
		lua_pop(L, 1);
	}
}

/* --- One row --- */

static void check_paths(const reader *r, const char *field, const char *const *paths) {
	for(; paths && *paths; paths++) {
		if(!sl_is_plain_path(*paths)) {
			refuse(r, lua_pushfstring(r->L, "field '%s': \"%s\" is no plain path below a root", field, *paths));
		}
	}
}

static void check_variables(const reader *r, const char *const *names) {
	for(; names && *names; names++) {
		const char *at = *names;
		while(isalnum((unsigned char)*at) || *at == '_') {
			at++;
		}
		if(*at || isdigit((unsigned char)**names)) {
			refuse(r, lua_pushfstring(r->L, "field 'variables': \"%s\" is no name of a variable", *names));
		}
	}
}

/* What the row is where it does not say. */
static sl_axis_kind kind_of(const reader *r, const sl_axis *axis) {
	static const char *const kinds[] = { "all", "chosen", "features", "switched", NULL }; /* in the order of sl_axis_kind */
	bool is_place = strcmp(axis->name, "main") == 0 || strcmp(axis->name, "variables") == 0;
	if(!axis->folders && !axis->files && is_place) {
		return SL_AXIS_PLACE;
	}
	if(axis->files) {
		return SL_AXIS_FILES;
	}
	bool chooses = axis->variables || axis->option || axis->defaults || axis->detect;
	return (sl_axis_kind)word(r, "kind", kinds, chooses ? SL_AXIS_CHOSEN : SL_AXIS_ALL);
}

static void check_sense(const reader *r, const sl_axis *axis) {
	bool choice = axis->defaults || axis->detect || axis->many || axis->classes;
	bool asks = axis->variables || axis->option;
	if(axis->kind != SL_AXIS_PLACE && !axis->folders && !axis->files) {
		refuse(r, lua_pushfstring(r->L, "the axis %s needs a field 'folder' or 'files'", axis->name));
	}
	if(axis->folders && axis->files) {
		refuse(r, lua_pushfstring(r->L, "the axis %s has both 'folder' and 'files'; it can be one of them", axis->name));
	}
	if(choice && axis->kind != SL_AXIS_CHOSEN) {
		refuse(r, "fields 'default', 'detect', 'many' and 'classes' are for an axis that chooses names from its folder");
	}
	if(asks && axis->kind != SL_AXIS_CHOSEN && axis->kind != SL_AXIS_SWITCHED) {
		refuse(r, "fields 'variables' and 'option' are for an axis that chooses from its folder or is switched");
	}
}

static void check_once(const reader *r, const sl_axis *axis) {
	static const char *const taken[] = { "root", "roots", "variables", "axes", "sysroot", "domain", "merge", "strict", "restrict",
		NULL };
	if(axis->option && sl_is_among(axis->option, taken)) {
		refuse(r,
			lua_pushfstring(
				r->L, "the option '%s' has another meaning; give the axis another name or a field 'option'", axis->option));
	}
	for(size_t index = 0; index < r->count; index++) {
		const sl_axis *other = &r->axes[index];
		if(strcmp(other->name, axis->name) == 0) {
			refuse(r, lua_pushfstring(r->L, "there is an axis %s already", axis->name));
		}
		if(axis->option && other->option && strcmp(axis->option, other->option) == 0) {
			refuse(r, lua_pushfstring(r->L, "the option '%s' chooses on the axis %s already", axis->option, other->name));
		}
		if(axis->kind == SL_AXIS_FEATURES && other->kind == SL_AXIS_FEATURES) {
			refuse(r, lua_pushfstring(r->L, "the axis %s has the features already", other->name));
		}
	}
}

static void read_row(const reader *r, sl_axis *axis) {
	static const char *const detections[] = { "", "platform", "tier", NULL }; /* in the order of sl_detection */
	check_fields(r);
	axis->name = string(r, "name");
	if(!axis->name) {
		refuse(r, "an axis needs a field 'name'");
	}
	axis->folders = strings(r, "folder");
	axis->files = strings(r, "files");
	axis->variables = strings(r, "variables");
	axis->option = string(r, "option");
	axis->defaults = strings(r, "default");
	axis->detect = (sl_detection)word(r, "detect", detections, SL_DETECT_NOTHING);
	axis->many = flag(r, "many");
	axis->classes = flag(r, "classes");
	axis->kind = kind_of(r, axis);
	check_sense(r, axis);
	check_paths(r, "folder", axis->folders);
	check_paths(r, "files", axis->files);
	check_paths(r, "default", axis->defaults);
	check_variables(r, axis->variables);
	if(!axis->option && (axis->kind == SL_AXIS_CHOSEN || axis->kind == SL_AXIS_SWITCHED)) {
		axis->option = axis->name;
	}
}

/* A string stands for the built-in row of that name. */
static void copy_row(const reader *r, const char *name, sl_axis *axis) {
	size_t count;
	const sl_axis *built_in = sl_axes(&count);
	const char **names = sl_keep_memory(r->L, r->arena, (count + 1) * sizeof(char *));
	for(size_t index = 0; index < count; index++) {
		if(strcmp(built_in[index].name, name) == 0) {
			*axis = built_in[index];
			return;
		}
		names[index] = built_in[index].name;
	}
	refuse(r, lua_pushfstring(r->L, "there is no built-in axis \"%s\"%s", name, sl_keep_hint(r->L, r->arena, name, names)));
}

static void check_list(const reader *r, lua_Unsigned length) {
	lua_Unsigned keys = 0;
	lua_pushnil(r->L);
	while(lua_next(r->L, r->table)) {
		lua_pop(r->L, 1);
		keys++;
	}
	if(length == 0 || keys != length) {
		luaL_argerror(r->L, r->arg, "option 'axes' must be a list of axes such as { name = \"site\", folder = \"site\" }");
	}
}

const sl_axis *sl_read_axes(lua_State *L, int arg, sl_arena *arena, size_t *count) {
	luaL_checkstack(L, 12, "axes");
	reader r = { .L = L, .arg = arg, .arena = arena, .table = lua_gettop(L) };
	lua_Unsigned length = lua_rawlen(L, r.table);
	check_list(&r, length);
	r.axes = sl_keep_memory(L, arena, (size_t)length * sizeof(*r.axes));
	for(r.number = 1; r.number <= length; r.number++) {
		sl_axis *axis = &r.axes[r.count];
		int type = lua_rawgeti(L, r.table, (lua_Integer)r.number);
		r.row = lua_gettop(L);
		if(type == LUA_TTABLE) {
			read_row(&r, axis);
		} else if(type == LUA_TSTRING) {
			copy_row(&r, lua_tostring(L, -1), axis);
		} else {
			refuse(&r,
				lua_pushfstring(L, "an axis is a table, or the name of a built-in one, not a %s", lua_typename(L, type)));
		}
		check_once(&r, axis);
		r.count++;
		lua_settop(L, r.table);
	}
	*count = r.count;
	return r.axes;
}
