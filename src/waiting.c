#include "waiting.h"

#include <string.h>

#include "data_layer.h"
#include "requirement.h"
#include "resolve.h"
#include "secret.h"

static sl_waiting *waiting_at(const sl_journal *journal, uint32_t index) {
	return (sl_waiting *)journal->waiting.data + index;
}

const sl_waiting *sl_waiting_of(const sl_journal *journal, uint32_t scope) {
	uint32_t index = sl_scope_at(journal, scope)->waiting;
	return index ? waiting_at(journal, index) : NULL;
}

const char *sl_waiting_module(const sl_waiting *waiting, size_t *length) {
	static const char external[] = "component";
	if(waiting->text[0] != 'C') {
		return NULL;
	}
	/* What opens a component stands on one line, and there is no quote in a name. */
	const char *name = waiting->text + strcspn(waiting->text, "'\"");
	const char *behind = strchr(name + 1, *name) + 1;
	const char *module = behind + strspn(behind, " \t");
	if(module >= waiting->text + waiting->length || (*module != '"' && *module != '\'')) {
		*length = strlen(external);
		return external;
	}
	*length = (size_t)(strchr(module + 1, *module) - module - 1);
	return module + 1;
}

/* ======== secrets ======== */

/* May there be a secret in the data from one datum to another, which are an option's value? */
static bool may_hold_secret(const sl_datum *datum, const sl_datum *end) {
	for(; datum < end; datum++) {
		size_t from = 0;
		size_t to = 0;
		bool secret = datum->kind == SL_DATUM_KEY ? sl_is_secret_name(datum->as.text, datum->length)
			: datum->kind == SL_DATUM_STRING && sl_says_secret(datum->as.text, datum->length, &from, &to);
		if(secret) {
			return true;
		}
	}
	return false;
}

/* ======== joining those that wait ======== */

typedef struct noting {
	const sl_journal *journal;
	uint32_t entry;   /* the option's, which is set aside next */
	bool secret;
} noting;

/* Notes that the option waits, with the entry that is next. */
static const sl_option_facts *note_waiting(noting *n, uint32_t option) {
	sl_option_facts *facts = sl_option_at(n->journal, option);
	facts->waiting = facts->waiting ? facts->waiting : n->entry;
	n->entry++;
	return facts;
}

/* Notes that the option waits, and whether its value may hold a secret. */
static void note_option(void *context, uint32_t option, const sl_datum *value, const sl_datum *end) {
	noting *n = context;
	const sl_option_facts *facts = note_waiting(n, option);
	n->secret = n->secret || (option != SL_OPT_MODULES_ENABLED && (facts->secret || may_hold_secret(value, end)));
}

/* The same of what the statement that opens the host sets. */
static void note_opening(noting *n, const sl_datum *statement) {
	if(statement->kind == SL_DATUM_HOST) {
		note_waiting(n, SL_OPT_DEFINED);
	} else {
		note_waiting(n, SL_OPT_COMPONENT_MODULE);
		note_waiting(n, SL_OPT_LOAD_GLOBAL);
	}
}

/* Replaces a table, which has `used` items, by one with room for so many more. */
static void enlarge(lua_State *L, int ud, int table, size_t used, size_t more) {
	lua_getiuservalue(L, ud, table);
	lua_createtable(L, (int)(used + more), 0);   /* layers are counted in thousands */
	for(lua_Integer i = 1; i <= (lua_Integer)used; i++) {
		lua_rawgeti(L, -2, i);
		lua_rawseti(L, -2, i);
	}
	lua_setiuservalue(L, ud, table);
	lua_pop(L, 1);
}

/* Where one host waits, most layers are hosts: what there is of each has room for them at once, and not twice as much. */
static void expect_hosts(lua_State *L, int ud) {
	const sl_stack *stack = sl_stack_at(L, ud);
	sl_journal *journal = sl_journal_of(L, ud);
	size_t count = stack->tree.layer_count;
	sl_vector_reserve(L, &journal->waiting, count);
	sl_vector_reserve(L, &journal->scopes, count);
	enlarge(L, ud, SL_UV_SCOPE_NAMES, journal->scopes.count, count);
	enlarge(L, ud, SL_UV_READY, 0, journal->scopes.count + count);
}

void sl_wait(lua_State *L, int ud, const sl_section *section) {
	sl_stack *stack = sl_stack_at(L, ud);
	sl_journal *journal = &stack->journal;
	const sl_datum *statement = section->from;
	int top = lua_gettop(L);
	luaL_checkstack(L, 8, "running a layer");
	if(journal->waiting.count == 1) {
		expect_hosts(L, ud);
	}
	noting n = { .journal = journal, .entry = journal->sealed };
	note_opening(&n, statement);
	lua_getiuservalue(L, ud, SL_UV_READY);
	sl_push_data_options(L, ud, section, note_option, &n);
	if(stack->hands_over) {
		lua_rawseti(L, -2, section->scope);
	}
	lua_settop(L, top);
	sl_vector_reserve(L, &journal->waiting, 1);   /* a record without entries would stand in the order of the others */
	uint32_t first = sl_journal_reserve(L, ud, section->entries);
	sl_waiting *waiting = sl_vector_add(L, &journal->waiting);
	*waiting = (sl_waiting) {
		.text = section->text + statement->start, .length = section->end - statement->start, .scope = section->scope, .file = section->file,
		.line = statement->line, .first = first, .count = (uint8_t)section->entries, .secret = n.secret
	};
	sl_scope *scope = sl_scope_at(journal, section->scope);
	scope->waiting = (uint32_t)journal->waiting.count - 1;
	scope->used = true;
}

/* ======== reading again ======== */

typedef struct rereading {
	sl_arena *arena;
	const sl_waiting *waiting;
	sl_data data;
} rereading;

static void read_step(void *context) {
	rereading *r = context;
	sl_data_read_statements(r->arena, r->waiting->text, r->waiting->length, r->waiting->line, &r->data);
}

static sl_section read_again(lua_State *L, int ud, rereading *r, const sl_waiting *waiting) {
	r->waiting = waiting;
	sl_run(L, r->arena, read_step, r);
	return (sl_section) {
		.from = r->data.row, .to = r->data.row + r->data.count, .text = waiting->text, .scope = waiting->scope,
		.layer = sl_layer_file_at(sl_stack_at(L, ud), waiting->file)->layer, .file = waiting->file, .entries = waiting->count
	};
}

/* Reads the section again, into an arena that it pushes. */
static sl_section push_section(lua_State *L, int ud, const sl_waiting *waiting) {
	rereading r = { .arena = sl_push_arena(L) };
	return read_again(L, ud, &r, waiting);
}

/* What follows may end in the middle, where memory does; it goes on there when it is asked again. */
void sl_expand(lua_State *L, int ud, uint32_t scope) {
	sl_journal *journal = sl_journal_of(L, ud);
	uint32_t index = sl_scope_at(journal, scope)->waiting;
	if(!index) {
		return;
	}
	luaL_checkstack(L, 8, "journaling a host");
	sl_expect_code(L, sl_stack_at(L, ud)->patience);   /* hosts are expanded in numbers, and leave what they were read into */
	sl_waiting *waiting = waiting_at(journal, index);
	sl_section section = push_section(L, ud, waiting);
	sl_arena *arena = lua_touserdata(L, -1);
	section.entry = waiting->first;
	section.done = &waiting->done;
	if(!waiting->done) {
		sl_journal_open(L, ud, waiting->first, waiting->count);
	}
	sl_play_section(L, ud, &section);
	sl_arena_free(arena);
	sl_take_waiting(L, ud, scope);   /* nobody gets it */
	lua_pop(L, 2);
	sl_scope *home = sl_scope_at(journal, scope);
	home->waiting = 0;
	for(uint32_t id = journal->settled ? home->first_slot : 0; id; id = sl_slot_at(journal, id)->next_in_scope) {
		sl_slot_at(journal, id)->direct = sl_slot_at(journal, id)->first;
	}
}

void sl_expand_changed(lua_State *L, int ud, int config) {
	const sl_journal *journal = sl_journal_of(L, ud);
	luaL_checkstack(L, 8, "comparing the configuration");
	rereading r = { .arena = sl_push_arena(L) };
	int top = lua_gettop(L);
	for(uint32_t i = 1; i < journal->waiting.count; i++) {
		uint32_t scope = waiting_at(journal, i)->scope;
		const sl_waiting *waiting = sl_waiting_of(journal, scope);
		sl_push_scope_name(L, ud, scope);
		if(waiting && lua_rawget(L, config) == LUA_TTABLE) {
			sl_section section = read_again(L, ud, &r, waiting);
			if(waiting->done || !sl_has_data_options(L, ud, &section)) {
				sl_expand(L, ud, scope);
			}
		}
		lua_settop(L, top);
	}
	sl_arena_free(r.arena);
	lua_pop(L, 1);
}

void sl_push_waiting(lua_State *L, int ud, const sl_waiting *waiting) {
	luaL_checkstack(L, 4, "listing options");
	sl_section section = push_section(L, ud, waiting);
	sl_push_data_options(L, ud, &section, NULL, NULL);
	lua_remove(L, -2);
}

void sl_take_waiting(lua_State *L, int ud, uint32_t scope) {
	luaL_checkstack(L, 4, "applying the configuration");
	lua_getiuservalue(L, ud, SL_UV_READY);
	if(lua_istable(L, -1)) {
		lua_rawgeti(L, -1, scope);
		lua_pushnil(L);
		lua_rawseti(L, -3, scope);
	} else {
		lua_pushnil(L);
	}
	lua_remove(L, -2);
}

/* ======== what reaches into hosts ======== */

/* Does anything of the global scope have to do with hosts that set the option themselves? */
static bool reaches_hosts(const sl_journal *journal, const sl_slot *slot) {
	uint32_t waiting = sl_option_at(journal, slot->option)->waiting;
	bool forced = slot->levels & (1U << SL_FORCE);
	bool enables = slot->option == SL_OPT_MODULES_ENABLED;
	uint32_t other = enables ? SL_OPT_MODULES_DISABLED : SL_OPT_MODULES_ENABLED;
	if(forced && (enables || slot->option == SL_OPT_MODULES_DISABLED) && sl_option_at(journal, other)->waiting) {
		return true;   /* a module that is forced into one list leaves the other */
	}
	return waiting && (slot->constrained || forced || slot->last > waiting);
}

static bool global_reaches_hosts(const sl_journal *journal) {
	for(uint32_t id = sl_scope_at(journal, SL_GLOBAL)->first_slot; id; id = sl_slot_at(journal, id)->next_in_scope) {
		if(reaches_hosts(journal, sl_slot_at(journal, id))) {
			return true;
		}
	}
	return false;
}

static void expand_if(lua_State *L, int ud, bool (*wanted)(lua_State *L, int ud, const sl_waiting *waiting)) {
	const sl_journal *journal = sl_journal_of(L, ud);
	for(uint32_t i = 1; i < journal->waiting.count; i++) {
		uint32_t scope = waiting_at(journal, i)->scope;
		if(sl_scope_at(journal, scope)->waiting && (!wanted || wanted(L, ud, waiting_at(journal, i)))) {
			sl_expand(L, ud, scope);
		}
	}
}

/* Does stack.each speak to hosts of that kind? */
static bool speaks_to_kind(lua_State *L, int ud, const sl_waiting *waiting) {
	luaL_checkstack(L, 4, "looking for a host's kind");
	lua_pushliteral(L, SL_EACH_PREFIX);
	size_t length;
	const char *module = sl_waiting_module(waiting, &length);
	if(module) {
		lua_pushlstring(L, module, length);
	} else {
		lua_pushliteral(L, "host");
	}
	lua_concat(L, 2);
	return sl_find_scope(L, ud) != 0;
}

void sl_settle_waiting(lua_State *L, int ud) {
	sl_journal *journal = sl_journal_of(L, ud);
	if(global_reaches_hosts(journal) || sl_requires_waiting(L, ud)) {
		expand_if(L, ud, NULL);
	} else if(journal->has_each) {
		expand_if(L, ud, speaks_to_kind);
	}
	journal->settled = true;
}

void sl_expand_secretive(lua_State *L, int ud, uint32_t from) {
	const sl_journal *journal = sl_journal_of(L, ud);
	for(size_t i = journal->waiting.count; i > 1 && waiting_at(journal, (uint32_t)i - 1)->first >= from; i--) {
		const sl_waiting *waiting = waiting_at(journal, (uint32_t)i - 1);
		if(waiting->secret) {
			sl_expand(L, ud, waiting->scope);
		}
	}
}

uint32_t sl_skip_waiting(const sl_journal *journal, uint32_t id, size_t *at) {
	for(; *at < journal->waiting.count; ++*at) {
		const sl_waiting *waiting = waiting_at(journal, (uint32_t)*at);
		if(id < waiting->first) {
			break;
		}
		if(id < waiting->first + waiting->count && !waiting->done) {
			id = waiting->first + waiting->count;
		} else if(id < waiting->first + waiting->count) {
			break;
		}
	}
	return id;
}
