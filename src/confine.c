#include "confine.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "claims.h"
#include "confined.h"
#include "data_layer.h"

/* ======== statements ======== */

/* Is the file whose layer opened the host first another tenant's? */
static void check_claim(sl_checker *c, const sl_datum *statement) {
	lua_State *L = c->L;
	sl_scope *scope = sl_scope_at(&c->stack->journal, statement->listed);
	if(!scope->tenant) {
		scope->tenant = c->stack->running;
	} else if(sl_layer_origin(c->stack, scope->tenant)->tenant != c->tenant) {
		lua_pushfstring(L, "the host \"%s\" is another tenant's already, by %s", sl_push_shown(L, statement), sl_layer_at(c->stack, scope->tenant)->path);
		lua_remove(L, -2);
		sl_refuse(c, SL_ON_FOREIGN_HOST, statement->line);
	}
}

static void refuse_twice(sl_checker *c, const sl_datum *statement) {
	lua_pushfstring(c->L, "this file opens the host \"%s\" twice; put what it says of it together", sl_push_shown(c->L, statement));
	lua_remove(c->L, -2);
	sl_refuse(c, SL_ON_NO_DATA, statement->line);
}

static void refuse_clash(sl_checker *c, const sl_datum *statement) {
	lua_pushfstring(c->L, statement->kind == SL_DATUM_HOST
		? "VirtualHost \"%s\" clashes with the Component of that name; for services use a sub-domain"
		: "Component \"%s\" clashes with the VirtualHost of that name; for services use a sub-domain", sl_push_shown(c->L, statement));
	lua_remove(c->L, -2);
	sl_refuse(c, SL_ON_CLASH, statement->line);
}

static void check_scope(sl_checker *c, sl_datum *statement) {
	lua_pushlstring(c->L, statement->as.text, statement->length);
	bool clash = sl_find_clash(c->L, c->ud, statement);
	sl_scope *scope = sl_scope_at(&c->stack->journal, statement->listed);
	bool again = scope->opened_in == c->file;
	scope->opened_in = c->file;
	check_claim(c, statement);
	if(again) {
		refuse_twice(c, statement);
	} else if(clash) {
		refuse_clash(c, statement);
	}
}

/* What other tenants may open too, or a host above it, is looked at once more after the last layer. */
static void note_opened(sl_checker *c, const sl_datum *statement) {
	lua_pushlstring(c->L, statement->as.text, statement->length);
	const char *host = lua_tostring(c->L, -1);
	if(!sl_tenant_has(c->tenant, host)) {
		sl_note_claim(c->L, c->stack, host, NULL, statement->line, false);
	}
	lua_pop(c->L, 1);
}

static void check_statement(sl_checker *c, sl_datum *statement) {
	static const sl_datum external = { .kind = SL_DATUM_STRING, .length = sizeof("component") - 1, .as.text = "component" };
	if(sl_check_host(c, statement, NULL, statement->line)) {
		check_scope(c, statement);
		note_opened(c, statement);
	}
	if(statement->kind != SL_DATUM_HOST) {
		sl_check_module(c, "", statement->kind == SL_DATUM_COMPONENT ? statement + 1 : &external, statement->line);
	}
}

/* Pushes `options = { "safe", "a", "b" }`. */
static void push_wanted(lua_State *L, const char *field, const sl_list *list) {
	luaL_Buffer text;
	luaL_buffinit(L, &text);
	luaL_addstring(&text, field);
	luaL_addstring(&text, " = { \"safe\"");
	for(size_t i = 0; i < list->count; i++) {
		luaL_addstring(&text, ", \"");
		luaL_addstring(&text, list->names[i]);
		luaL_addstring(&text, "\"");
	}
	luaL_addstring(&text, " }");
	luaL_pushresult(&text);
}

/* Notes what a file needs that is allowed by "any" alone. */
static void report_unsafe(sl_checker *c) {
	lua_State *L = c->L;
	int top = lua_gettop(L);
	if(!c->unsafe_options.count && !c->unsafe_modules.count) {
		return;
	}
	lua_pushliteral(L, "");
	if(c->unsafe_options.count) {
		push_wanted(L, "options", &c->unsafe_options);
	}
	if(c->unsafe_modules.count) {
		lua_pushstring(L, c->unsafe_options.count ? ", " : "");
		push_wanted(L, "modules", &c->unsafe_modules);
	}
	lua_concat(L, lua_gettop(L) - top);
	sl_report(L, c->stack, SL_NOTE, SL_ON_UNSAFE, c->path, 0, "the safe lists of restrict would refuse this file; to allow what it needs and no more than "
		"that, write for %s: %s", c->tenant->restriction->place, lua_tostring(L, -1));
	lua_settop(L, top);
}

bool sl_is_confined(lua_State *L, int ud, uint32_t file, const sl_layer *layer, const sl_data *data) {
	sl_checker c = {
		.L = L, .ud = ud, .stack = sl_stack_at(L, ud), .tenant = layer->tenant, .path = layer->path, .file = file, .good = true
	};
	luaL_checkstack(L, 16, "checking a restricted layer");
	sl_datum *datum = data->row;
	const sl_datum *end = datum + data->count;
	for(bool global = true; datum < end;) {
		if(datum->kind == SL_DATUM_ASSIGN) {
			sl_check_option(&c, datum, global);
			datum += sl_datum_after(datum + 1) - datum;
			continue;
		}
		global = false;
		check_statement(&c, datum);
		datum += sl_datum_behind(datum) - datum;
	}
	report_unsafe(&c);
	return c.good;
}

/* ======== files that are no data ======== */

static bool is_word(char c) {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == ':';
}

/* Pushes what stands there, as far as a message may show it: a word or one character. */
static const char *push_found(lua_State *L, const char *at, const char *end) {
	enum { LONGEST = 40 };
	const char *word = at;
	while(word < end && is_word(*word) && word - at < LONGEST) {
		word++;
	}
	if(at == end) {
		return lua_pushliteral(L, "the end of the file");
	}
	if(word > at) {
		lua_pushlstring(L, at, (size_t)(word - at));
		lua_pushfstring(L, "\"%s\"", lua_tostring(L, -1));
		lua_remove(L, -2);
		return lua_tostring(L, -1);
	}
	unsigned char c = (unsigned char)*at;
	if(c == '\n') {
		return lua_pushliteral(L, "the end of the line");
	}
	if(c == '\r') {
		return lua_pushliteral(L, "a carriage return");
	}
	return c > ' ' && c < 0x7f ? lua_pushfstring(L, "'%c'", c) : lua_pushfstring(L, "the byte %d", c);
}

static unsigned line_of(const char *text, const char *at) {
	unsigned line = 1;
	for(; text < at; text++) {
		line += *text == '\n';
	}
	return line;
}

void sl_report_no_data(lua_State *L, int ud, const sl_layer *layer, const char *text, size_t length) {
	sl_stack *stack = sl_stack_at(L, ud);
	const sl_data *data = &stack->data;
	int top = lua_gettop(L);
	luaL_checkstack(L, 6, "reporting");
	const char *found = push_found(L, data->found, text + length);
	sl_report(L, stack, SL_ERROR, SL_ON_NO_DATA, layer->path, line_of(text, data->found), "%s stands where a file under restrict (%s) can only have %s; "
		"write it as plain data, or let the server's administrator say it in a layer of the server's own", found, layer->tenant->restriction->place,
		data->expected);
	lua_settop(L, top);
}

void sl_report_confined(lua_State *L, int ud, const sl_layer *layer, int code) {
	sl_stack *stack = sl_stack_at(L, ud);
	const sl_restriction *restriction = layer->tenant->restriction;
	if(code == EFBIG) {
		sl_report(L, stack, SL_ERROR, SL_ON_NO_DATA, layer->path, 0, "the file is larger than the %zu bytes that restrict allows to %s; make it smaller, "
			"or two", restriction->size, restriction->place);
	} else {
		sl_report(L, stack, SL_ERROR, SL_ON_LEADS_OUT, layer->path, 0, "this leads out of what is the tenant %s's in %s, by a link; put what it leads "
			"to there itself", layer->tenant->name, restriction->place);
	}
}

/* ======== other ways to the files ======== */

/* Are both paths, those of layers, in one folder? */
static bool is_beside(const char *path, const char *other) {
	size_t length = (size_t)(strrchr(path, '/') - path) + 1;
	return other && strncmp(other, path, length) == 0 && !strchr(other + length, '/');
}

/* What is no link itself is where its folder is, and one look at that is enough. */
void sl_refuse_leading_in(lua_State *L, int ud, const sl_layer *layer) {
	sl_restrictions *all = &sl_stack_at(L, ud)->restrictions;
	struct stat info;
	if(!all->folder_count) {
		return;
	}
	bool is_link = lstat(layer->path, &info) != 0 || S_ISLNK(info.st_mode);
	if(is_link || !is_beside(layer->path, all->beside)) {
		sl_refuse_restricted(L, ud, layer->path);
	}
	all->beside = is_link ? all->beside : layer->path;
}

void sl_refuse_restricted(lua_State *L, int ud, const char *path) {
	const sl_restrictions *all = &sl_stack_at(L, ud)->restrictions;
	char real[PATH_MAX];
	if(!all->folder_count || !realpath(path, real)) {
		return;
	}
	const sl_restriction *restriction = sl_restriction_of(all, real);
	if(restriction) {
		luaL_error(L, "%s: this leads to %s, which is under restrict (%s) and may not run as code; the axis that has the folder reads it, so take "
			"the link or the Include out", path, real, restriction->place);
	}
}
