#include "source_api.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "files.h"
#include "info_api.h"
#include "modulemanager.h"
#include "source.h"
#include "stackloader.h"

typedef struct question {
	sl_arena *arena;
	const char *path;
	const char *module;
	sl_chunk_source source;
	int code;
} question;

static void read_source(void *context) {
	question *q = context;
	char *text;
	size_t length;
	q->code = sl_read_file(q->arena, q->path, &text, &length, NULL);
	if(q->code == 0 && length > SL_LARGEST_SOURCE) {
		q->code = EFBIG;
	}
	if(q->code == 0) {
		sl_source_read_text(q->arena, text, length, q->module, &q->source);
	}
}

/* "x" of a path that ends with mod_x.lua; NULL for other files. */
static const char *name_in(lua_State *L, const char *path) {
	static const char prefix[] = "mod_", ending[] = ".lua";
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	size_t length = strlen(name);
	size_t around = sizeof(prefix) + sizeof(ending) - 2;
	if(length <= around || strncmp(name, prefix, sizeof(prefix) - 1) != 0 || strcmp(name + length - sizeof(ending) + 1, ending) != 0) {
		return NULL;
	}
	return lua_pushlstring(L, name + sizeof(prefix) - 1, length - around);
}

/* --- The answer --- */

static void set_line(lua_State *L, unsigned line) {
	lua_pushinteger(L, (lua_Integer)line);
	lua_setfield(L, -2, "line");
}

static void set_literal(lua_State *L, const char *name, const sl_literal *literal) {
	if(literal) {
		sl_push_literal(L, literal);
		lua_setfield(L, -2, name);
	}
}

static void set_values(lua_State *L, const sl_source_read *read) {
	if(read->value_count == 0) {
		return;
	}
	lua_createtable(L, (int)read->value_count, 0);
	for(size_t i = 0; i < read->value_count; i++) {
		sl_push_literal(L, read->values[i]);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
	lua_setfield(L, -2, "values");
}

static void push_read(lua_State *L, const sl_source_read *read) {
	lua_createtable(L, 0, 8);
	sl_set_text(L, "name", read->name);
	sl_set_text(L, "prefix", read->prefix);
	sl_set_text(L, "suffix", read->suffix);
	sl_set_text(L, "expression", read->expression);
	sl_set_text(L, "kind", read->kind);
	sl_set_true(L, "guessed", read->guessed);
	set_literal(L, "default", read->value);
	sl_set_text(L, "default_text", read->text);
	set_values(L, read);
	set_literal(L, "minimum", read->minimum);
	set_literal(L, "maximum", read->maximum);
	lua_pushboolean(L, read->global);
	lua_setfield(L, -2, "global");
	set_line(L, read->line);
}

static void push_reads(lua_State *L, const sl_chunk_source *source) {
	lua_createtable(L, (int)source->read_count, 0);
	for(size_t i = 0; i < source->read_count; i++) {
		push_read(L, &source->reads[i]);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
}

/* { "net", name = "c2s", default_port = 5222 } */
static void push_item(lua_State *L, const sl_source_item *item) {
	lua_createtable(L, 1, 4);
	lua_pushstring(L, item->kind);
	lua_rawseti(L, -2, 1);
	for(size_t i = 0; i < item->field_count; i++) {
		set_literal(L, item->fields[i].name, item->fields[i].value);
	}
	sl_set_text(L, "name", item->name);
	set_line(L, item->line);
}

static void push_items(lua_State *L, const sl_chunk_source *source) {
	lua_createtable(L, (int)source->item_count, 0);
	for(size_t i = 0; i < source->item_count; i++) {
		push_item(L, &source->items[i]);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
}

static void set_names(lua_State *L, const char *name, const sl_source_names *names) {
	lua_createtable(L, (int)names->count, 0);
	for(size_t i = 0; i < names->count; i++) {
		lua_pushstring(L, names->items[i].name);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
	lua_setfield(L, -2, name);
}

/* What is always needed is not optional, wherever else it is asked for too. */
static void set_optional(lua_State *L, const sl_source_names *depends) {
	lua_newtable(L);
	for(size_t i = 0; i < depends->count; i++) {
		lua_pushboolean(L, 1);
		lua_setfield(L, -2, depends->items[i].name);
	}
	for(size_t i = 0; i < depends->count; i++) {
		if(!depends->items[i].detail) {
			lua_pushnil(L);
			lua_setfield(L, -2, depends->items[i].name);
		}
	}
	lua_setfield(L, -2, "optional");
}

static void set_condition(lua_State *L, const sl_source_name *name) {
	sl_set_text(L, "condition", name->condition);
	if(name->condition_line) {
		lua_pushinteger(L, (lua_Integer)name->condition_line);
		lua_setfield(L, -2, "condition_line");
	}
	sl_set_true(L, "soft", name->soft);
	sl_set_true(L, "of_host", name->of_host);
	set_line(L, name->line);
}

/* { { "muc_mam", condition = "(…)", soft = true, of_host = true, line = 13 } } in their order; without a condition it always is one */
static void set_conditional(lua_State *L, const char *field, const sl_source_names *names) {
	lua_createtable(L, (int)names->count, 0);
	for(size_t i = 0; i < names->count; i++) {
		lua_createtable(L, 1, 4);
		lua_pushstring(L, names->items[i].name);
		lua_rawseti(L, -2, 1);
		set_condition(L, &names->items[i]);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
	lua_setfield(L, -2, field);
}

static void set_tasks(lua_State *L, const sl_source_names *tasks) {
	lua_createtable(L, (int)tasks->count, 0);
	for(size_t i = 0; i < tasks->count; i++) {
		lua_createtable(L, 0, 4);
		sl_set_text(L, "name", tasks->items[i].name);
		sl_set_text(L, "when", tasks->items[i].detail);
		set_condition(L, &tasks->items[i]);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
	lua_setfield(L, -2, "tasks");
}

/* { conflicts = "mod_flags" }; the last line with a key counts. */
static void set_header(lua_State *L, const sl_source_names *headers) {
	lua_createtable(L, 0, (int)headers->count);
	for(size_t i = 0; i < headers->count; i++) {
		sl_set_text(L, headers->items[i].name, headers->items[i].detail);
	}
	lua_setfield(L, -2, "header");
}

static void push_source(lua_State *L, const sl_chunk_source *source) {
	lua_createtable(L, 0, 8);
	push_reads(L, source);
	lua_setfield(L, -2, "reads");
	push_items(L, source);
	lua_setfield(L, -2, "provides");
	set_names(L, "depends", &source->depends);
	set_optional(L, &source->depends);
	set_conditional(L, "dependencies", &source->depends);
	set_conditional(L, "libraries", &source->requires);
	set_names(L, "requires", &source->requires);
	set_names(L, "features", &source->features);
	set_tasks(L, &source->tasks);
	set_header(L, &source->headers);
	lua_pushboolean(L, source->global);
	lua_setfield(L, -2, "global");
	sl_set_true(L, "component", source->component);
}

int sl_api_source(lua_State *L) {
	question q = { .path = luaL_checkstring(L, 1) };
	q.module = luaL_optstring(L, 2, NULL);
	lua_settop(L, 2);
	q.module = q.module ? q.module : name_in(L, q.path);
	q.arena = sl_push_arena(L);
	lua_toclose(L, -1);
	sl_run(L, q.arena, read_source, &q);
	if(q.code) {
		luaL_pushfail(L);
		lua_pushfstring(L, "%s: %s", q.path, strerror(q.code));
		return 2;
	}
	push_source(L, &q.source);
	return 1;
}

/* --- core/modulemanager.lua --- */

typedef struct manager_question {
	sl_arena *arena;
	const char *path;
	sl_modulemanager found;
} manager_question;

static void read_manager(void *context) {
	manager_question *q = context;
	char *text;
	size_t length;
	if(sl_read_file(q->arena, q->path, &text, &length, NULL) == 0 && length <= SL_LARGEST_SOURCE) {
		sl_modulemanager_read(q->arena, text, length, &q->found);
	}
}

static void set_list(lua_State *L, const char *name, const sl_list *list) {
	if(list->names) {
		lua_createtable(L, (int)list->count, 0);
		for(size_t i = 0; i < list->count; i++) {
			lua_pushstring(L, list->names[i]);
			lua_rawseti(L, -2, (lua_Integer)i + 1);
		}
		lua_setfield(L, -2, name);
	}
}

int sl_api_modulemanager(lua_State *L) {
	manager_question q = { .path = luaL_checkstring(L, 1) };
	lua_settop(L, 1);
	q.arena = sl_push_arena(L);
	lua_toclose(L, -1);
	sl_run(L, q.arena, read_manager, &q);
	lua_createtable(L, 0, 4);
	set_list(L, "automatic", &q.found.automatic);
	set_list(L, "inheritable", &q.found.inheritable);
	set_list(L, "headers", &q.found.headers);
	sl_set_true(L, "platform", q.found.platform);
	return 1;
}

int sl_api_identity(lua_State *L) {
	struct stat info;
	if(stat(luaL_checkstring(L, 1), &info) != 0 || !S_ISREG(info.st_mode)) {
		luaL_pushfail(L);
		return 1;
	}
	char text[160];
	(void)snprintf(text, sizeof(text), "%ju:%ju:%jd:%jd.%09ld:%jd.%09ld", (uintmax_t)info.st_dev, (uintmax_t)info.st_ino,
		(intmax_t)info.st_size, (intmax_t)info.st_mtim.tv_sec, info.st_mtim.tv_nsec, (intmax_t)info.st_ctim.tv_sec,
		info.st_ctim.tv_nsec);
	lua_pushstring(L, text);
	return 1;
}
