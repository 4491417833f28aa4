#include "confined.h"

#include <string.h>

#include "claims.h"
#include "data_layer.h"
#include "list.h"
#include "safe_lists.h"

static bool is_option(const sl_datum *datum, const char *name) {
	return datum->length == strlen(name) && memcmp(datum->as.text, name, datum->length) == 0;
}

/* ======== options that name modules ======== */

static void expect(sl_checker *c, const sl_datum *option, const char *what) {
	lua_pushfstring(c->L, "%s: expected %s", sl_push_shown(c->L, option), what);
	lua_remove(c->L, -2);
	sl_refuse(c, SL_ON_FOREIGN_MODULE, option->line);
}

/* modules_enabled = { "a", "b" } */
static void check_list(sl_checker *c, const sl_datum *option, const char *prefix) {
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
		sl_check_module(c, prefix, item, item->line);
	}
}

/* authentication = "internal_hashed" */
static void check_name(sl_checker *c, const sl_datum *option, const char *prefix) {
	if(option[1].kind == SL_DATUM_STRING) {
		sl_check_module(c, prefix, option + 1, option->line);
	} else {
		expect(c, option, "a name in quotes");
	}
}

/* storage = "sql", or { archive = "sql" } */
static void check_stores(sl_checker *c, const sl_datum *option, const char *prefix) {
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
		sl_check_module(c, prefix, value, value->line);
		item = value + 1;
	}
}

/* ======== options that name servers ======== */

/* The value of such an option, or a part of it. */
static void check_server(sl_checker *c, const sl_datum *option, const sl_server_name *row, const sl_datum *value) {
	lua_State *L = c->L;
	int top = lua_gettop(L);
	const char *host = NULL;
	size_t length = 0;
	if(value->kind != SL_DATUM_STRING || !sl_find_server_name(row->naming, value->as.text, value->length, &host, &length)) {
		expect(c, option, sl_naming_example(row->naming));
		return;
	}
	sl_datum name = { .kind = SL_DATUM_STRING, .length = (uint32_t)length, .as.text = host };
	if(sl_check_host(c, &name, option, option->line)) {
		const char *text = lua_pushlstring(L, host, length);
		sl_note_claim(L, c->stack, text, sl_push_shown(L, option), option->line, row->serves);
	}
	lua_settop(L, top);
}

/* What the key has in the table, and in the tables in it. */
static void check_field(sl_checker *c, const sl_datum *option, const sl_server_name *row, const sl_datum *table) {
	const sl_datum *item = table + 1;
	for(uint32_t i = 0; table->kind == SL_DATUM_TABLE && i < table->length; i++) {
		bool keyed = item->kind == SL_DATUM_KEY;
		const sl_datum *value = keyed ? item + 1 : item;
		if(keyed && is_option(item, row->field)) {
			check_server(c, option, row, value);
		} else {
			check_field(c, option, row, value);
		}
		item = sl_datum_after(item);
	}
}

static void check_elements(sl_checker *c, const sl_datum *option, const sl_server_name *row) {
	const sl_datum *list = option + 1;
	const sl_datum *item = list + 1;
	if(list->kind != SL_DATUM_TABLE) {
		check_server(c, option, row, list);
		return;
	}
	for(uint32_t i = 0; i < list->length; i++) {
		check_server(c, option, row, item->kind == SL_DATUM_KEY ? item + 1 : item);
		item = sl_datum_after(item);
	}
}

static void check_server_names(sl_checker *c, const sl_datum *option) {
	const sl_server_name *row = sl_server_name_of(option->as.text, option->length);
	if(!row) {
		return;
	}
	if(!row->field) {
		check_server(c, option, row, option + 1);
	} else if(strcmp(row->field, "*") == 0) {
		check_elements(c, option, row);
	} else {
		check_field(c, option, row, option + 1);
	}
}

/* ======== options ======== */

/* What VirtualHost and Component set must come from them: their words tell the module. */
static void refuse_implied(sl_checker *c, const sl_datum *option, const char *prefix) {
	(void)prefix;
	lua_pushfstring(c->L, "%s is for VirtualHost and Component to set; write Component \"host\" \"module\", or take it out", sl_push_shown(c->L, option));
	lua_remove(c->L, -2);
	sl_refuse(c, SL_ON_SERVER_WIDE, option->line);
}

/* It undoes the lists of modules for a whole host: nothing to have beside a list of what is allowed. */
static void check_global_modules(sl_checker *c, const sl_datum *option, const char *prefix) {
	(void)prefix;
	if(c->tenant->restriction->modules) {
		lua_pushliteral(c->L, "load_global_modules decides of modules that restrict does not allow; take it out");
		sl_refuse(c, SL_ON_FOREIGN_MODULE, option->line);
	}
}

/* anonymous_login = true, as old files write authentication = "anonymous" */
static void check_anonymous(sl_checker *c, const sl_datum *option, const char *prefix) {
	static const sl_datum anonymous = { .kind = SL_DATUM_STRING, .length = sizeof("anonymous") - 1, .as.text = "anonymous" };
	if(option[1].kind != SL_DATUM_FALSE) {
		sl_check_module(c, prefix, &anonymous, option->line);
	}
}

/* Options of a host that name a module, or say what it is. */
static const struct rule {
	const char *option;
	void (*check)(sl_checker *c, const sl_datum *option, const char *prefix);
	const char *prefix;
} rules[] = {
	{ "anonymous_login", check_anonymous, "auth_" },
	{ "authentication", check_name, "auth_" },
	{ "authorization", check_name, "authz_" },
	{ "component_module", refuse_implied, "" },
	{ "default_storage", check_name, "storage_" },
	{ "defined", refuse_implied, "" },
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

/* Is the option on the list of those that are allowed? Keys and certificates are on none. */
static void check_listed(sl_checker *c, const sl_datum *option, const char *name) {
	lua_State *L = c->L;
	const sl_restriction *restriction = c->tenant->restriction;
	int top = lua_gettop(L);
	const char *text = sl_push_shown(L, option);
	if(sl_is_certificate_option(option->as.text, option->length)) {
		if(!restriction->certificates) {
			lua_pushfstring(L, "the option %s is not among those that restrict allows to %s, because it names keys and certificates of the server; take it "
				"out, or let the server's administrator write certificates = true there", text, restriction->place);
			sl_refuse(c, SL_ON_SERVER_WIDE, option->line);
		}
	} else if(!sl_tenant_may_set(c->tenant, name)) {
		bool safe = restriction->options == sl_safe_options;
		lua_pushfstring(L, "the option %s is not among those that restrict allows to %s; take it out, or let the server's administrator %s \"%s\" %s",
			text, restriction->place, safe ? "write options = { \"safe\"," : "add", text, safe ? "} there" : "to options there");
		sl_refuse(c, SL_ON_SERVER_WIDE, option->line);
	} else if(!restriction->options && !sl_is_among(name, sl_safe_options)) {
		sl_note_unsafe(c, &c->unsafe_options, name);
	}
	lua_settop(L, top);
}

void sl_check_option(sl_checker *c, const sl_datum *option, bool global) {
	lua_State *L = c->L;
	if(global) {
		lua_pushfstring(L, "%s stands before any host, so it would be the whole server's; move it below the VirtualHost or Component that it is for",
			sl_push_shown(L, option));
		lua_remove(L, -2);
		sl_refuse(c, SL_ON_SERVER_WIDE, option->line);
		return;
	}
	lua_pushlstring(L, option->as.text, option->length);
	check_listed(c, option, lua_tostring(L, -1));
	lua_pop(L, 1);
	check_server_names(c, option);
	for(size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		if(is_option(option, rules[i].option)) {
			rules[i].check(c, option, rules[i].prefix);
		}
	}
	if(depth_of(option + 1) > c->tenant->restriction->depth) {
		lua_pushfstring(L, "%s: tables stand deeper in each other than the %d that restrict allows here", sl_push_shown(L, option),
			(int)c->tenant->restriction->depth);
		lua_remove(L, -2);
		sl_refuse(c, SL_ON_NO_DATA, option->line);
	}
}

