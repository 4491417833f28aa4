#include "data_layer.h"

#include <string.h>


/* ======== values ======== */

static const sl_datum *push_datum(lua_State *L, const sl_datum *datum);

static const sl_datum *push_table(lua_State *L, const sl_datum *table) {
	const sl_datum *datum = table + 1;
	lua_Integer position = 0;
	luaL_checkstack(L, 4, "making a value");
	lua_createtable(L, (int)table->listed, (int)(table->length - table->listed));
	for(uint32_t i = 0; i < table->length; i++) {
		if(datum->kind == SL_DATUM_KEY) {
			lua_pushlstring(L, datum->as.text, datum->length);
			datum = push_datum(L, datum + 1);
			lua_rawset(L, -3);
		} else {
			datum = push_datum(L, datum);
			lua_rawseti(L, -2, ++position);
		}
	}
	return datum;
}

/* Pushes the value and returns the datum behind it. */
static const sl_datum *push_datum(lua_State *L, const sl_datum *datum) {
	switch(datum->kind) {
	case SL_DATUM_FALSE:
	case SL_DATUM_TRUE:
		lua_pushboolean(L, datum->kind == SL_DATUM_TRUE);
		break;
	case SL_DATUM_INTEGER:
		lua_pushinteger(L, (lua_Integer)datum->as.integer);
		break;
	case SL_DATUM_NUMBER:
		lua_pushnumber(L, datum->as.number);
		break;
	case SL_DATUM_TABLE:
		return push_table(L, datum);
	default:
		lua_pushlstring(L, datum->as.text, datum->length);
	}
	return datum + 1;
}

void sl_push_datum(lua_State *L, const sl_datum *datum) {
	luaL_checkstack(L, 2, "making a value");
	push_datum(L, datum);
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

sl_kept *sl_read_data(lua_State *L, int ud, const sl_layer *layer, const sl_identity *identity, const struct timespec *read_at, const char *text,
	size_t length) {
	sl_stack *stack = sl_stack_at(L, ud);
	reading r = { .stack = stack, .text = text, .length = length };
	sl_run(L, &stack->scratch, read_step, &r);
	if(!r.good) {
		return NULL;
	}
	sl_kept *kept = sl_new_kept(L, identity, read_at, stack->data.count, length);
	kept->data = true;
	sl_datum *data = sl_kept_data(kept);
	char *copy = sl_kept_text(kept);
	memcpy(copy, text, length);
	for(size_t i = 0; i < kept->count; i++) {
		data[i] = stack->data.row[i];
		if(data[i].kind <= SL_DATUM_KEY || data[i].kind == SL_DATUM_STRING) {
			data[i].as.text = copy + (data[i].as.text - text);
		}
	}
	sl_keep_file(L, ud, layer->path);
	return kept;
}

/* ======== hosts ======== */

/* Is the name its own nameprep, whoever does it? */
static bool is_prepared(const sl_datum *datum) {
	for(uint32_t i = 0; i < datum->length; i++) {
		char c = datum->as.text[i];
		if(!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-')) {
			return false;
		}
	}
	return datum->length > 0 && datum->length < 256;
}

static bool is_known(lua_State *L, sl_journal *journal, uint32_t scope, uint32_t option) {
	return sl_slot_id(L, journal, scope, option, false) != 0;
}

bool sl_find_clash(lua_State *L, int ud, sl_datum *statement) {
	sl_journal *journal = sl_journal_of(L, ud);
	statement->listed = sl_scope_id(L, ud);
	return is_known(L, journal, statement->listed, statement->kind == SL_DATUM_HOST ? SL_OPT_COMPONENT_MODULE : SL_OPT_DEFINED);
}

/* Can the statement open its scope without a word? A clash with what there is, or the same host again in this file, is for Lua's side. */
static bool may_open(lua_State *L, int ud, uint32_t file, sl_datum *datum) {
	if(!is_prepared(datum)) {
		return false;
	}
	lua_pushlstring(L, datum->as.text, datum->length);
	bool clash = sl_find_clash(L, ud, datum);
	sl_scope *scope = sl_scope_at(sl_journal_of(L, ud), datum->listed);
	bool again = scope->opened_in == file;
	scope->opened_in = file;
	return !again && !clash;
}

static bool may_open_all(lua_State *L, int ud, uint32_t file, sl_datum *data, size_t count) {
	for(sl_datum *datum = data; datum < data + count; datum++) {
		if((datum->kind == SL_DATUM_HOST || datum->kind == SL_DATUM_COMPONENT || datum->kind == SL_DATUM_EXTERNAL) && !may_open(L, ud, file, datum)) {
			return false;
		}
	}
	return true;
}

/* ======== journaling ======== */

static const sl_datum yes = { .kind = SL_DATUM_TRUE };
static const sl_datum no = { .kind = SL_DATUM_FALSE };
static const sl_datum external = { .kind = SL_DATUM_STRING, .length = sizeof("component") - 1, .as.text = "component" };

static uint32_t option_of(lua_State *L, int ud, const sl_datum *datum) {
	lua_pushlstring(L, datum->as.text, datum->length);
	return sl_option_id(L, ud);
}

/* In the order in which Component "name" "module" makes slots and entries. */
static void open_component(lua_State *L, int ud, const sl_datum *datum, sl_place place) {
	uint32_t scope = datum->listed;
	sl_slot_id(L, sl_journal_of(L, ud), scope, SL_OPT_COMPONENT_MODULE, true);
	if(datum->kind == SL_DATUM_EXTERNAL) {
		sl_journal_data(L, ud, scope, SL_OPT_COMPONENT_MODULE, place, &external, SL_ENTRY_IMPLICIT);
	}
	sl_journal_data(L, ud, scope, SL_OPT_LOAD_GLOBAL, place, &no, SL_ENTRY_IMPLICIT);
	if(datum->kind == SL_DATUM_COMPONENT) {
		sl_journal_data(L, ud, scope, SL_OPT_COMPONENT_MODULE, place, datum + 1, 0);
	}
}

void sl_play_data(lua_State *L, int ud, uint32_t file, sl_kept *kept) {
	const sl_datum *datum = sl_kept_data(kept);
	const sl_datum *end = datum + kept->count;
	luaL_checkstack(L, 8, "running a layer");
	sl_place place = { .layer = sl_stack_at(L, ud)->running, .file = file };
	uint32_t scope = SL_GLOBAL;
	while(datum < end) {
		place.line = datum->line;
		if(datum->kind == SL_DATUM_ASSIGN) {
			sl_journal_data(L, ud, scope, option_of(L, ud, datum), place, datum + 1, 0);
			datum = sl_datum_after(datum + 1);
			continue;
		}
		scope = datum->listed;
		if(datum->kind == SL_DATUM_HOST) {
			sl_journal_data(L, ud, scope, SL_OPT_DEFINED, place, &yes, SL_ENTRY_IMPLICIT);
		} else {
			open_component(L, ud, datum, place);
		}
		datum += datum->kind == SL_DATUM_COMPONENT ? 2 : 1;
	}
}

bool sl_run_data(lua_State *L, int ud, uint32_t file, sl_kept *kept) {
	luaL_checkstack(L, 8, "running a layer");
	if(!may_open_all(L, ud, file, sl_kept_data(kept), kept->count)) {
		return false;
	}
	sl_play_data(L, ud, file, kept);
	return true;
}
