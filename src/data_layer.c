#include "data_layer.h"

#include <string.h>

#include "stack.h"

/* ======== values ======== */

static const sl_datum *push_node(lua_State *L, const sl_datum *node);

static const sl_datum *push_table(lua_State *L, const sl_datum *table) {
	const sl_datum *node = table + 1;
	lua_Integer position = 0;
	luaL_checkstack(L, 4, "making a value");
	lua_createtable(L, (int)table->listed, (int)(table->length - table->listed));
	for(uint32_t i = 0; i < table->length; i++) {
		if(node->kind == SL_DATUM_KEY) {
			lua_pushlstring(L, node->as.text, node->length);
			node = push_node(L, node + 1);
			lua_rawset(L, -3);
		} else {
			node = push_node(L, node);
			lua_rawseti(L, -2, ++position);
		}
	}
	return node;
}

/* Pushes the value and returns the node behind it. */
static const sl_datum *push_node(lua_State *L, const sl_datum *node) {
	switch(node->kind) {
	case SL_DATUM_FALSE:
	case SL_DATUM_TRUE:
		lua_pushboolean(L, node->kind == SL_DATUM_TRUE);
		break;
	case SL_DATUM_INTEGER:
		lua_pushinteger(L, (lua_Integer)node->as.integer);
		break;
	case SL_DATUM_NUMBER:
		lua_pushnumber(L, node->as.number);
		break;
	case SL_DATUM_TABLE:
		return push_table(L, node);
	default:
		lua_pushlstring(L, node->as.text, node->length);
	}
	return node + 1;
}

void sl_push_datum(lua_State *L, const sl_datum *node) {
	luaL_checkstack(L, 2, "making a value");
	push_node(L, node);
}

/* ======== reading ======== */

typedef struct reading {
	sl_stack *stack;
	const char *text;
	size_t length;
	bool good;
} reading;

static void read_step(void *context) {
	reading *r = context;
	r->good = sl_data_read(&r->stack->scratch, r->text, r->length, &r->stack->data);
}

/* Pushes one block of memory with the nodes and all text that they speak of, and returns the nodes. The stack keeps it. */
static sl_datum *push_kept(lua_State *L, const sl_stack *stack, const char *text, size_t length) {
	size_t size = stack->data.count * sizeof(sl_datum);
	sl_datum *nodes = lua_newuserdatauv(L, size + length, 0);
	char *copy = (char *)nodes + size;
	memcpy(nodes, stack->data.nodes, size);
	memcpy(copy, text, length);
	for(size_t i = 0; i < stack->data.count; i++) {
		if(nodes[i].kind <= SL_DATUM_KEY || nodes[i].kind == SL_DATUM_STRING) {
			nodes[i].as.text = copy + (nodes[i].as.text - text);
		}
	}
	return nodes;
}

static void keep(lua_State *L, int ud) {
	lua_getiuservalue(L, ud, SL_UV_DATA);
	lua_insert(L, -2);
	lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
	lua_pop(L, 1);
}

/* ======== hosts ======== */

/* Is the name its own nameprep, whoever does it? */
static bool is_prepared(const sl_datum *node) {
	for(uint32_t i = 0; i < node->length; i++) {
		char c = node->as.text[i];
		if(!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-')) {
			return false;
		}
	}
	return node->length > 0 && node->length < 256;
}

static bool is_known(lua_State *L, sl_journal *journal, uint32_t scope, uint32_t option) {
	return sl_slot_id(L, journal, scope, option, false) != 0;
}

/* Can the statement open its scope without a word? A clash with what there is, or the same host again in this file, is for Lua's side. */
static bool may_open(lua_State *L, int ud, uint32_t file, sl_datum *node) {
	sl_journal *journal = &sl_stack_at(L, ud)->journal;
	if(!is_prepared(node)) {
		return false;
	}
	lua_pushlstring(L, node->as.text, node->length);
	uint32_t id = sl_scope_id(L, ud);
	sl_scope *scope = sl_scope_at(journal, id);
	bool again = scope->opened_in == file;
	scope->opened_in = file;
	node->listed = id;
	return !again && !is_known(L, journal, id, node->kind == SL_DATUM_HOST ? SL_OPT_COMPONENT_MODULE : SL_OPT_DEFINED);
}

static bool may_open_all(lua_State *L, int ud, uint32_t file, sl_datum *nodes, size_t count) {
	for(sl_datum *node = nodes; node < nodes + count; node++) {
		if((node->kind == SL_DATUM_HOST || node->kind == SL_DATUM_COMPONENT || node->kind == SL_DATUM_EXTERNAL) && !may_open(L, ud, file, node)) {
			return false;
		}
	}
	return true;
}

/* ======== journaling ======== */

static const sl_datum yes = { .kind = SL_DATUM_TRUE };
static const sl_datum no = { .kind = SL_DATUM_FALSE };
static const sl_datum external = { .kind = SL_DATUM_STRING, .length = sizeof("component") - 1, .as.text = "component" };

static uint32_t option_of(lua_State *L, int ud, const sl_datum *node) {
	lua_pushlstring(L, node->as.text, node->length);
	return sl_option_id(L, ud);
}

/* In the order in which Component "name" "module" makes slots and entries. */
static void open_component(lua_State *L, int ud, const sl_datum *node, sl_place place) {
	uint32_t scope = node->listed;
	sl_slot_id(L, &sl_stack_at(L, ud)->journal, scope, SL_OPT_COMPONENT_MODULE, true);
	if(node->kind == SL_DATUM_EXTERNAL) {
		sl_journal_data(L, ud, scope, SL_OPT_COMPONENT_MODULE, place, &external, SL_ENTRY_IMPLICIT);
	}
	sl_journal_data(L, ud, scope, SL_OPT_LOAD_GLOBAL, place, &no, SL_ENTRY_IMPLICIT);
	if(node->kind == SL_DATUM_COMPONENT) {
		sl_journal_data(L, ud, scope, SL_OPT_COMPONENT_MODULE, place, node + 1, 0);
	}
}

static void play(lua_State *L, int ud, uint32_t file, const sl_datum *node, const sl_datum *end) {
	sl_place place = { .layer = sl_stack_at(L, ud)->running, .file = file };
	uint32_t scope = SL_GLOBAL;
	while(node < end) {
		place.line = node->line;
		if(node->kind == SL_DATUM_ASSIGN) {
			sl_journal_data(L, ud, scope, option_of(L, ud, node), place, node + 1, 0);
			node = sl_datum_after(node + 1);
			continue;
		}
		scope = node->listed;
		if(node->kind == SL_DATUM_HOST) {
			sl_journal_data(L, ud, scope, SL_OPT_DEFINED, place, &yes, SL_ENTRY_IMPLICIT);
		} else {
			open_component(L, ud, node, place);
		}
		node += node->kind == SL_DATUM_COMPONENT ? 2 : 1;
	}
}

bool sl_run_data(lua_State *L, int ud, uint32_t file, const char *text, size_t length) {
	sl_stack *stack = sl_stack_at(L, ud);
	reading r = { .stack = stack, .text = text, .length = length };
	luaL_checkstack(L, 8, "running a layer");
	sl_run(L, &stack->scratch, read_step, &r);
	if(!r.good || !may_open_all(L, ud, file, stack->data.nodes, stack->data.count)) {
		return false;
	}
	const sl_datum *nodes = push_kept(L, stack, text, length);
	keep(L, ud);
	play(L, ud, file, nodes, nodes + stack->data.count);
	return true;
}
