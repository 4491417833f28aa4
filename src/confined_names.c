#include "confined.h"

#include <string.h>

#include "data_layer.h"
#include "host.h"
#include "safe_lists.h"

/* Longer names are cut in messages. */
enum { SHOWN = 100 };

void sl_refuse(sl_checker *c, sl_topic topic, uint32_t line) {
	sl_report(c->L, c->stack, SL_ERROR, topic, c->path, line, "%s", lua_tostring(c->L, -1));
	lua_pop(c->L, 1);
	c->good = false;
}

const char *sl_push_shown(lua_State *L, const sl_datum *datum) {
	return lua_pushlstring(L, datum->as.text, datum->length < SHOWN ? datum->length : SHOWN);
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

/* Pushes what a message about a host begins with: the option that names it. */
static const char *push_subject(lua_State *L, const sl_datum *option) {
	return option ? lua_pushfstring(L, "%s: ", sl_push_shown(L, option)) : lua_pushliteral(L, "");
}

/* Reports why the tenant may not speak of the host. */
static void refuse_host(sl_checker *c, const sl_datum *name, const sl_datum *option, uint32_t line, const char *owner) {
	lua_State *L = c->L;
	int top = lua_gettop(L);
	const char *host = sl_push_shown(L, name);
	const char *subject = push_subject(L, option);
	if(owner) {
		lua_pushfstring(L, "%sthe host \"%s\" is the tenant %s's, whose files alone may speak of it", subject, host, owner);
	} else if(c->tenant->nameless) {
		lua_pushfstring(L, "%sno host can be called %s, so this file may not speak of \"%s\"; name the file or folder after the domain, in "
			"lower case: example.net", subject, c->tenant->name, host);
	} else {
		lua_pushfstring(L, "%sthe host \"%s\" is not among those that this file may speak of (%s); take it out, or put it into the file of the "
			"tenant whose it is", subject, host, push_hosts(L, c->tenant));
	}
	sl_refuse(c, SL_ON_FOREIGN_HOST, line);
	lua_settop(L, top);
}

/* Reports a name that Prosody would not write that way. */
static void refuse_spelling(sl_checker *c, const sl_datum *name, const sl_datum *option, uint32_t line) {
	lua_State *L = c->L;
	int top = lua_gettop(L);
	const char *host = sl_push_shown(L, name);
	lua_pushfstring(L, sl_host_name_kind(name->as.text, name->length) == SL_HOST_WRONG
		? "%s\"%s\" is no name of a host as XMPP writes it: expected lower-case letters, digits and -, and single dots, as in chat.example.net; other "
			"letters stand for themselves, not behind xn--"
		: "%s\"%s\" is not how Prosody itself would write this host's name, or Prosody is not there to tell", push_subject(L, option), host);
	sl_refuse(c, SL_ON_FOREIGN_HOST, line);
	lua_settop(L, top);
}

bool sl_check_host(sl_checker *c, const sl_datum *name, const sl_datum *option, uint32_t line) {
	lua_State *L = c->L;
	const char *owner = NULL;
	if(!is_prepared(L, name)) {
		refuse_spelling(c, name, option, line);
		return false;
	}
	lua_pushlstring(L, name->as.text, name->length);
	bool owns = sl_tenant_owns(&c->stack->restrictions, c->tenant, lua_tostring(L, -1), &owner);
	if(!owns) {
		refuse_host(c, name, option, line, owner);
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

/* Reports a module that the list does not have. */
static void refuse_module(sl_checker *c, const char *module, uint32_t line) {
	const sl_restriction *restriction = c->tenant->restriction;
	lua_pushfstring(c->L, "the module %s is not among those that restrict allows to %s; take it out, or let the server's administrator %s \"%s\" %s",
		module, restriction->place, restriction->modules == sl_safe_modules ? "write modules = { \"safe\"," : "add", module,
		restriction->modules == sl_safe_modules ? "} there" : "to modules there");
	sl_refuse(c, SL_ON_FOREIGN_MODULE, line);
}

void sl_check_module(sl_checker *c, const char *prefix, const sl_datum *name, uint32_t line) {
	lua_State *L = c->L;
	int top = lua_gettop(L);
	const char *text = sl_push_shown(L, name);
	if(!is_module_name(name->as.text, name->length)) {
		lua_pushfstring(L, "\"%s\" is no name of a module: expected letters, digits, _ and -", text);
		sl_refuse(c, SL_ON_FOREIGN_MODULE, line);
	} else {
		const char *module = lua_pushfstring(L, "%s%s", prefix, text);
		if(name->length > SHOWN || !sl_tenant_may_load(c->tenant, module)) {
			refuse_module(c, module, line);
		} else if(!c->tenant->restriction->modules && !sl_is_among(module, sl_safe_modules)) {
			sl_note_unsafe(c, &c->unsafe_modules, module);
		}
	}
	lua_settop(L, top);
}

/* ======== what the safe lists do not have ======== */

typedef struct noting {
	sl_arena *arena;
	sl_list *list;
	const char *name;
} noting;

static void note(void *context) {
	enum { MOST = 20 };   /* a message of more helps nobody */
	noting *n = context;
	if(!n->list->names) {
		sl_list_init(n->list, n->arena);
	}
	if(!sl_list_has(n->list, n->name) && n->list->count <= MOST) {
		sl_list_add(n->list, n->arena, n->list->count < MOST ? sl_strdup(n->arena, n->name) : "...");
	}
}

void sl_note_unsafe(sl_checker *c, sl_list *list, const char *name) {
	noting n = { .arena = &c->stack->arena, .list = list, .name = name };
	sl_run(c->L, n.arena, note, &n);
}
