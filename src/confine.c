#include "confine.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "data_layer.h"
#include "host.h"

/* What the check of one file needs. */
typedef struct checker {
	lua_State *L;
	int ud;
	sl_stack *stack;
	const sl_tenant *tenant;
	const char *path;
	uint32_t file;
	bool good;
} checker;

/* Longer names are cut in messages. */
enum { SHOWN = 100 };

static int shown(const sl_datum *datum) {
	return (int)(datum->length < SHOWN ? datum->length : SHOWN);
}

/* The finding's text is at the top of the stack, and popped. */
static void refuse(checker *c, sl_topic topic, uint32_t line) {
	sl_report(c->L, c->stack, SL_ERROR, topic, c->path, line, "%s", lua_tostring(c->L, -1));
	lua_pop(c->L, 1);
	c->good = false;
}

/* Pushes the text of a datum, cut where it is long. */
static const char *push_text(lua_State *L, const sl_datum *datum) {
	return lua_pushlstring(L, datum->as.text, (size_t)shown(datum));
}

static bool is_option(const sl_datum *datum, const char *name) {
	return datum->length == strlen(name) && memcmp(datum->as.text, name, datum->length) == 0;
}

/* ======== hosts ======== */

/* Pushes what a tenant may speak of: "example.net, *.example.net". */
static const char *push_hosts(lua_State *L, const sl_tenant *tenant) {
	luaL_Buffer list;
	luaL_buffinit(L, &list);
	for(const char *const *pattern = tenant->hosts; *pattern; pattern++) {
		luaL_addstring(&list, pattern == tenant->hosts ? "" : ", ");
		luaL_addstring(&list, *pattern);
	}
	luaL_pushresult(&list);
	return lua_tostring(L, -1);
}

/* Is the name what nameprep makes of it? Where nobody is there to ask, it is not known to be. */
static bool is_prepared(lua_State *L, const sl_datum *name) {
	sl_host_name kind = sl_host_name_kind(name->as.text, name->length);
	if(kind != SL_HOST_FOREIGN) {
		return kind == SL_HOST_PLAIN;
	}
	int top = lua_gettop(L);
	bool prepared = false;
	sl_push_prosody_module(L, "util.encodings");
	if(lua_istable(L, -1) && lua_getfield(L, -1, "stringprep") == LUA_TTABLE && lua_getfield(L, -1, "nameprep") == LUA_TFUNCTION) {
		lua_pushlstring(L, name->as.text, name->length);
		lua_call(L, 1, 1);
		lua_pushlstring(L, name->as.text, name->length);
		prepared = lua_rawequal(L, -1, -2);
	}
	lua_settop(L, top);
	return prepared;
}

/* Reports why the tenant may not speak of the host. */
static void refuse_host(checker *c, const sl_datum *name, uint32_t line, const char *owner) {
	lua_State *L = c->L;
	int top = lua_gettop(L);
	const char *host = push_text(L, name);
	if(owner) {
		lua_pushfstring(L, "the host \"%s\" is the tenant %s's, whose files alone may speak of it", host, owner);
	} else if(c->tenant->nameless) {
		lua_pushfstring(L, "no host can be called %s, so this file may not speak of \"%s\"; name the file or folder after the domain, in "
			"lower case: example.net", c->tenant->name, host);
	} else {
		lua_pushfstring(L, "the host \"%s\" is not among those that this file may speak of (%s); take it out, or put it into the file of the "
			"tenant whose it is", host, push_hosts(L, c->tenant));
	}
	refuse(c, SL_ON_FOREIGN_HOST, line);
	lua_settop(L, top);
}

/* May the tenant speak of the host? Reports it where not. */
static bool check_host(checker *c, const sl_datum *name, uint32_t line) {
	lua_State *L = c->L;
	const char *owner = NULL;
	if(!is_prepared(L, name)) {
		lua_pushfstring(L, sl_host_name_kind(name->as.text, name->length) == SL_HOST_WRONG
			? "\"%s\" is no name of a host as XMPP writes it: expected lower-case letters, digits and -, and single dots, as in chat.example.net; other "
				"letters stand for themselves, not behind xn--"
			: "\"%s\" is not how Prosody itself would write this host's name, or Prosody is not there to tell", push_text(L, name));
		lua_remove(L, -2);
		refuse(c, SL_ON_FOREIGN_HOST, line);
		return false;
	}
	lua_pushlstring(L, name->as.text, name->length);
	bool owns = sl_tenant_owns(&c->stack->restrictions, c->tenant, lua_tostring(L, -1), &owner);
	if(!owns) {
		refuse_host(c, name, line, owner);
	}
	lua_pop(L, 1);
	return owns;
}

/* ======== modules ======== */

/* A path in place of a name would lead Prosody to a file anywhere. */
static bool is_module_name(const char *name, size_t length) {
	for(size_t i = 0; i < length; i++) {
		char c = name[i];
		if(!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-')) {
			return false;
		}
	}
	return length > 0;
}

/* Checks a module's name; `prefix` is what Prosody puts before it. */
static void check_module(checker *c, const char *prefix, const sl_datum *name, uint32_t line) {
	lua_State *L = c->L;
	int top = lua_gettop(L);
	const char *text = push_text(L, name);
	if(!is_module_name(name->as.text, name->length)) {
		lua_pushfstring(L, "\"%s\" is no name of a module: expected letters, digits, _ and -", text);
		refuse(c, SL_ON_FOREIGN_MODULE, line);
	} else {
		const char *module = lua_pushfstring(L, "%s%s", prefix, text);
		if(name->length > SHOWN || !sl_tenant_may_load(c->tenant, module)) {
			lua_pushfstring(L, "the module %s is not among those that restrict allows to %s; take it out, or ask the server's administrator to allow it",
				module, c->tenant->restriction->place);
			refuse(c, SL_ON_FOREIGN_MODULE, line);
		}
	}
	lua_settop(L, top);
}

static void expect(checker *c, const sl_datum *option, const char *what) {
	lua_pushfstring(c->L, "%s: expected %s", push_text(c->L, option), what);
	lua_remove(c->L, -2);
	refuse(c, SL_ON_FOREIGN_MODULE, option->line);
}

/* modules_enabled = { "a", "b" } */
static void check_list(checker *c, const sl_datum *option, const char *prefix) {
	const sl_datum *list = option + 1;
	if(list->kind != SL_DATUM_TABLE || list->listed != list->length) {
		expect(c, option, "a list of modules such as { \"muc_mam\", \"vcard_muc\" }");
		return;
	}
	const sl_datum *item = list + 1;
	for(uint32_t i = 0; i < list->length; i++, item = sl_datum_after(item)) {
		if(item->kind != SL_DATUM_STRING) {
			expect(c, option, "a list of modules, each a name in quotes");
			return;
		}
		check_module(c, prefix, item, item->line);
	}
}

/* authentication = "internal_hashed" */
static void check_name(checker *c, const sl_datum *option, const char *prefix) {
	if(option[1].kind == SL_DATUM_STRING) {
		check_module(c, prefix, option + 1, option->line);
	} else {
		expect(c, option, "a name in quotes");
	}
}

/* storage = "sql", or { archive = "sql" } */
static void check_stores(checker *c, const sl_datum *option, const char *prefix) {
	const sl_datum *table = option + 1;
	if(table->kind != SL_DATUM_TABLE) {
		check_name(c, option, prefix);
		return;
	}
	const sl_datum *item = table + 1;
	for(uint32_t i = 0; i < table->length; i++) {
		const sl_datum *value = item->kind == SL_DATUM_KEY ? item + 1 : item;
		if(value->kind != SL_DATUM_STRING) {
			expect(c, option, "a name in quotes, or a table of them");
			return;
		}
		check_module(c, prefix, value, value->line);
		item = value + 1;
	}
}

/* ======== options ======== */

/* What VirtualHost and Component set must come from them: their words tell the module. */
static void refuse_option(checker *c, const sl_datum *option, const char *prefix) {
	(void)prefix;
	lua_pushfstring(c->L, "%s is for VirtualHost and Component to set; write Component \"host\" \"module\", or take it out", push_text(c->L, option));
	lua_remove(c->L, -2);
	refuse(c, SL_ON_SERVER_WIDE, option->line);
}

/* It undoes the lists of modules for a whole host: nothing to have beside a list of what is allowed. */
static void check_global_modules(checker *c, const sl_datum *option, const char *prefix) {
	(void)prefix;
	if(c->tenant->restriction->modules) {
		lua_pushliteral(c->L, "load_global_modules decides of modules that restrict does not allow; take it out");
		refuse(c, SL_ON_FOREIGN_MODULE, option->line);
	}
}

/* anonymous_login = true, as old files write authentication = "anonymous" */
static void check_anonymous(checker *c, const sl_datum *option, const char *prefix) {
	static const sl_datum anonymous = { .kind = SL_DATUM_STRING, .length = sizeof("anonymous") - 1, .as.text = "anonymous" };
	if(option[1].kind != SL_DATUM_FALSE) {
		check_module(c, prefix, &anonymous, option->line);
	}
}

/* Requests and certificates for another host would be served by this one. */
static void check_http_host(checker *c, const sl_datum *option, const char *prefix) {
	(void)prefix;
	if(option[1].kind == SL_DATUM_STRING) {
		check_host(c, option + 1, option->line);
	} else {
		expect(c, option, "the name of a host in quotes");
	}
}

/* Options of a host that name a module or another host. */
static const struct rule {
	const char *option;
	void (*check)(checker *c, const sl_datum *option, const char *prefix);
	const char *prefix;
} rules[] = {
	{ "anonymous_login", check_anonymous, "auth_" },
	{ "authentication", check_name, "auth_" },
	{ "authorization", check_name, "authz_" },
	{ "component_module", refuse_option, "" },
	{ "default_storage", check_name, "storage_" },
	{ "defined", refuse_option, "" },
	{ "http_host", check_http_host, "" },
	{ "load_global_modules", check_global_modules, "" },
	{ "modules_disabled", check_list, "" },
	{ "modules_enabled", check_list, "" },
	{ "storage", check_stores, "storage_" }
};

static unsigned depth_of(const sl_datum *value) {
	if(value->kind == SL_DATUM_KEY) {
		return depth_of(value + 1);
	}
	unsigned deepest = 0;
	const sl_datum *item = value + 1;
	for(uint32_t i = 0; value->kind == SL_DATUM_TABLE && i < value->length; i++) {
		unsigned depth = depth_of(item);
		deepest = depth > deepest ? depth : deepest;
		item = sl_datum_after(item);
	}
	return deepest + (value->kind == SL_DATUM_TABLE);
}

static void check_option(checker *c, const sl_datum *option, bool global) {
	lua_State *L = c->L;
	if(global) {
		lua_pushfstring(L, "%s stands before any host, so it would be the whole server's; move it below the VirtualHost or Component that it is for",
			push_text(L, option));
		lua_remove(L, -2);
		refuse(c, SL_ON_SERVER_WIDE, option->line);
		return;
	}
	lua_pushlstring(L, option->as.text, option->length);
	if(!sl_tenant_may_set(c->tenant, lua_tostring(L, -1))) {
		lua_pushfstring(L, "the option %s is not among those that restrict allows to %s; take it out, or ask the server's administrator to allow it",
			push_text(L, option), c->tenant->restriction->place);
		lua_remove(L, -2);
		refuse(c, SL_ON_SERVER_WIDE, option->line);
	}
	lua_pop(L, 1);
	for(size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		if(is_option(option, rules[i].option)) {
			rules[i].check(c, option, rules[i].prefix);
		}
	}
	if(depth_of(option + 1) > c->tenant->restriction->depth) {
		lua_pushfstring(L, "%s: tables stand deeper in each other than the %d that restrict allows here", push_text(L, option),
			(int)c->tenant->restriction->depth);
		lua_remove(L, -2);
		refuse(c, SL_ON_NO_DATA, option->line);
	}
}

/* ======== statements ======== */

/* Is the file whose layer opened the host first another tenant's? */
static void check_claim(checker *c, const sl_datum *statement) {
	lua_State *L = c->L;
	sl_scope *scope = sl_scope_at(&c->stack->journal, statement->listed);
	if(!scope->tenant) {
		scope->tenant = c->stack->running;
	} else if(sl_layer_origin(c->stack, scope->tenant)->tenant != c->tenant) {
		lua_pushfstring(L, "the host \"%s\" is another tenant's already, by %s", push_text(L, statement), sl_layer_at(c->stack, scope->tenant)->path);
		lua_remove(L, -2);
		refuse(c, SL_ON_FOREIGN_HOST, statement->line);
	}
}

static void refuse_twice(checker *c, const sl_datum *statement) {
	lua_pushfstring(c->L, "this file opens the host \"%s\" twice; put what it says of it together", push_text(c->L, statement));
	lua_remove(c->L, -2);
	refuse(c, SL_ON_NO_DATA, statement->line);
}

static void refuse_clash(checker *c, const sl_datum *statement) {
	lua_pushfstring(c->L, statement->kind == SL_DATUM_HOST
		? "VirtualHost \"%s\" clashes with the Component of that name; for services use a sub-domain"
		: "Component \"%s\" clashes with the VirtualHost of that name; for services use a sub-domain", push_text(c->L, statement));
	lua_remove(c->L, -2);
	refuse(c, SL_ON_CLASH, statement->line);
}

static void check_scope(checker *c, sl_datum *statement) {
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

static void check_statement(checker *c, sl_datum *statement) {
	static const sl_datum external = { .kind = SL_DATUM_STRING, .length = sizeof("component") - 1, .as.text = "component" };
	if(check_host(c, statement, statement->line)) {
		check_scope(c, statement);
	}
	if(statement->kind != SL_DATUM_HOST) {
		check_module(c, "", statement->kind == SL_DATUM_COMPONENT ? statement + 1 : &external, statement->line);
	}
}

bool sl_is_confined(lua_State *L, int ud, uint32_t file, const sl_layer *layer, const sl_data *data) {
	checker c = {
		.L = L, .ud = ud, .stack = sl_stack_at(L, ud), .tenant = layer->tenant, .path = layer->path, .file = file, .good = true
	};
	luaL_checkstack(L, 16, "checking a restricted layer");
	sl_datum *datum = data->row;
	const sl_datum *end = datum + data->count;
	for(bool global = true; datum < end;) {
		if(datum->kind == SL_DATUM_ASSIGN) {
			check_option(&c, datum, global);
			datum += sl_datum_after(datum + 1) - datum;
			continue;
		}
		global = false;
		check_statement(&c, datum);
		datum += sl_datum_behind(datum) - datum;
	}
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
