#include "data_layer.h"

#include <string.h>

#include "restrict.h"

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

/* ======== values from their text ======== */

typedef struct valuing {
	sl_arena *arena;
	const char *text;
	size_t length;
	sl_data *data;
} valuing;

static void value_step(void *context) {
	const valuing *v = context;
	sl_data_read_value(v->arena, v->text, v->length, v->data);
}

/* A finalizer that runs meanwhile may ask for a value as well: it finds no row and makes its own. */
void sl_push_data_text(lua_State *L, int ud, const char *text, size_t length) {
	sl_stack *stack = sl_stack_at(L, ud);
	luaL_checkstack(L, 2, "making a value");
	sl_data data = stack->data;
	stack->data = (sl_data) { .row = NULL };
	valuing v = { .arena = &stack->scratch, .text = text, .length = length, .data = &data };
	sl_run(L, &stack->scratch, value_step, &v);
	push_datum(L, data.row);
	stack->data = data;
}

/* ======== reading ======== */

typedef struct reading {
	sl_stack *stack;
	const char *text;
	size_t length;
	uint32_t line;
	sl_data *data;
	bool good;
} reading;

static void read_step(void *context) {
	reading *r = context;
	r->good = sl_data_read_statements(&r->stack->scratch, r->text, r->length, r->line, r->data);
}

/* Takes the stack's row, so that nothing else does before sl_return_data. */
static bool read_data(lua_State *L, sl_stack *stack, const char *text, size_t length, uint32_t line, sl_data *data) {
	*data = stack->data;
	stack->data = (sl_data) { .row = NULL };
	reading r = { .stack = stack, .text = text, .length = length, .line = line, .data = data };
	sl_run(L, &stack->scratch, read_step, &r);
	return r.good;
}

void sl_return_data(sl_stack *stack, const sl_data *data) {
	stack->data = *data;
}

sl_kept *sl_read_data(lua_State *L, int ud, const sl_layer *layer, const sl_identity *identity, bool settled, const char *text, size_t length,
	sl_data *data) {
	sl_stack *stack = sl_stack_at(L, ud);
	if(!read_data(L, stack, text, length, 1, data)) {
		sl_return_data(stack, data);
		return NULL;
	}
	sl_kept *kept = sl_new_kept(L, layer->tenant ? layer->path : NULL, identity, settled, text, length, true);
	sl_data_move(data, text, sl_kept_text(kept));
	sl_keep_file(L, ud);
	return kept;
}

void sl_reread_data(lua_State *L, int ud, sl_kept *kept, sl_data *data) {
	read_data(L, sl_stack_at(L, ud), sl_kept_text(kept), kept->length, 1, data);
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

bool sl_find_clash(lua_State *L, int ud, sl_datum *statement) {
	statement->listed = sl_scope_id(L, ud);
	return sl_slot_id(L, ud, statement->listed, statement->kind == SL_DATUM_HOST ? SL_OPT_COMPONENT_MODULE : SL_OPT_DEFINED, false) != 0;
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

/* An option that the statement which opens a host sets as well: in Lua an assignment of the same file takes that one's place. */
static bool sets_implied(const sl_datum *datum) {
	return datum->kind == SL_DATUM_ASSIGN && sl_is_implied_option(datum->as.text, datum->length);
}

static bool may_open_all(lua_State *L, int ud, uint32_t file, sl_datum *data, size_t count) {
	for(sl_datum *datum = data; datum < data + count; datum++) {
		bool opens = datum->kind == SL_DATUM_HOST || datum->kind == SL_DATUM_COMPONENT || datum->kind == SL_DATUM_EXTERNAL;
		if((opens && !may_open(L, ud, file, datum)) || sets_implied(datum)) {
			return false;
		}
	}
	return true;
}

/* ======== journaling ======== */

static uint32_t option_of(lua_State *L, int ud, const sl_datum *name) {
	lua_pushlstring(L, name->as.text, name->length);
	return sl_option_id(L, ud);
}

typedef struct playing {
	lua_State *L;
	int ud;
	const sl_section *section;
} playing;

/* Journals the next entry, unless it was before. */
static void put(playing *p, uint32_t option, uint32_t line, const char *text, uint32_t length, uint8_t flags, uint32_t number) {
	const sl_section *section = p->section;
	if(number == *section->done) {
		sl_place place = { section->layer, section->file, line };
		sl_journal_data(p->L, p->ud, section->entry + number, section->scope, option, place, text, length, flags);
		++*section->done;
	}
}

static void put_implied(playing *p, uint32_t option, const char *text, uint32_t number) {
	put(p, option, p->section->from->line, text, (uint32_t)strlen(text), SL_ENTRY_IMPLICIT, number);
}

/* The entries of the statement that opens the host; returns how many. Slots come in the order in which Component "name" "module" makes them. */
static uint32_t open_host(playing *p) {
	const sl_datum *statement = p->section->from;
	if(statement->kind == SL_DATUM_HOST) {
		put_implied(p, SL_OPT_DEFINED, "true", 0);
		return 1;
	}
	if(statement->kind == SL_DATUM_EXTERNAL) {
		put_implied(p, SL_OPT_COMPONENT_MODULE, "\"component\"", 0);
		put_implied(p, SL_OPT_LOAD_GLOBAL, "false", 1);
		return 2;
	}
	sl_make_slot(p->L, p->ud, p->section->scope, SL_OPT_COMPONENT_MODULE);
	put_implied(p, SL_OPT_LOAD_GLOBAL, "false", 0);
	put(p, SL_OPT_COMPONENT_MODULE, statement->line, p->section->text + statement[1].start, statement[1].size, 0, 1);
	return 2;
}

void sl_play_section(lua_State *L, int ud, const sl_section *section) {
	playing p = { .L = L, .ud = ud, .section = section };
	const sl_datum *datum = section->from;
	uint32_t number = 0;
	luaL_checkstack(L, 8, "running a layer");
	if(datum->kind != SL_DATUM_ASSIGN) {
		number = open_host(&p);
		datum = sl_datum_behind(datum);
	}
	for(; datum < section->to; datum = sl_datum_after(datum + 1), number++) {
		if(number == *section->done) {
			put(&p, option_of(L, ud, datum), datum->line, section->text + datum[1].start, datum[1].size, 0, number);
		}
	}
}

/* Of the statement that opens a host. */
static uint32_t implied_entries(const sl_datum *statement) {
	return statement->kind == SL_DATUM_HOST ? 1 : 2;
}

/* The same in what Lua's side drafts, which has the module that Component implies and then the one that it is given. */
static uint32_t drafted_opening(const sl_datum *statement) {
	return statement->kind == SL_DATUM_COMPONENT ? 3 : implied_entries(statement);
}

/* Takes the section that begins there: up to the next statement that opens a host. */
static void measure_section(sl_section *section, const sl_datum *from, const sl_datum *end) {
	const sl_datum *datum = from;
	section->from = from;
	section->entries = 0;
	section->end = from->start + from->size;
	if(from->kind != SL_DATUM_ASSIGN) {
		section->entries = implied_entries(from);
		datum = sl_datum_behind(from);
	}
	for(; datum < end && datum->kind == SL_DATUM_ASSIGN; section->entries++) {
		section->end = datum[1].start + datum[1].size;
		datum = sl_datum_after(datum + 1);
	}
	section->to = datum;
}

/* May what the section says wait? Of a name that is no address of a host the checks have a word to say. */
static bool may_wait(const sl_journal *journal, const sl_section *section) {
	const sl_scope *scope = sl_scope_at(journal, section->scope);
	const sl_datum *name = section->from;
	return name->kind != SL_DATUM_ASSIGN && !scope->used && !scope->first_slot
		&& sl_host_name_kind(name->as.text, name->length) == SL_HOST_PLAIN;
}

static void play(lua_State *L, int ud, uint32_t file, const char *text, const sl_data *data, bool own) {
	const sl_datum *end = data->row + data->count;
	sl_section section = { .text = text, .layer = sl_stack_at(L, ud)->running, .file = file };
	uint32_t before = 0;
	uint16_t done; /* outlives each round, as the section does that points to it */
	luaL_checkstack(L, 8, "running a layer");
	for(const sl_datum *from = data->row; from < end; from = section.to) {
		section.scope = from->kind == SL_DATUM_ASSIGN ? SL_GLOBAL : from->listed;
		measure_section(&section, from, end);
		section.own = own ? before + 1 : 0;
		before += section.entries + (from->kind == SL_DATUM_ASSIGN ? 0 : drafted_opening(from) - implied_entries(from));
		if(may_wait(sl_journal_of(L, ud), &section)) {
			sl_wait(L, ud, &section);
		} else {
			sl_expand(L, ud, section.scope);
			done = 0;
			sl_journal_open(L, ud, sl_journal_of(L, ud)->sealed, section.entries);
			section.entry = sl_journal_reserve(L, ud, section.entries);
			section.done = &done;
			sl_play_section(L, ud, &section);
		}
	}
}

void sl_play_data(lua_State *L, int ud, uint32_t file, const char *text, const sl_data *data) {
	play(L, ud, file, text, data, false);
}

bool sl_run_data(lua_State *L, int ud, uint32_t file, const char *text, const sl_data *data, bool own) {
	luaL_checkstack(L, 8, "running a layer");
	bool may = may_open_all(L, ud, file, data->row, data->count);
	if(may) {
		play(L, ud, file, text, data, own);
	}
	return may;
}

bool sl_run_statements(lua_State *L, int ud, uint32_t file, const char *text, size_t length, uint32_t line, bool own) {
	sl_stack *stack = sl_stack_at(L, ud);
	sl_data data;
	bool taken = read_data(L, stack, text, length, line, &data) && sl_run_data(L, ud, file, text, &data, own);
	sl_return_data(stack, &data);
	return taken;
}

/* ======== for Prosody ======== */

static void set_option(lua_State *L, int ud, uint32_t option) {
	sl_push_option_name(L, ud, option);
	lua_insert(L, -2);
	lua_rawset(L, -3);
}

static void set_opening(lua_State *L, int ud, const sl_datum *statement) {
	if(statement->kind == SL_DATUM_HOST) {
		lua_pushboolean(L, 1);
		set_option(L, ud, SL_OPT_DEFINED);
		return;
	}
	if(statement->kind == SL_DATUM_COMPONENT) {
		push_datum(L, statement + 1);
	} else {
		lua_pushliteral(L, "component");
	}
	set_option(L, ud, SL_OPT_COMPONENT_MODULE);
	lua_pushboolean(L, 0);
	set_option(L, ud, SL_OPT_LOAD_GLOBAL);
}

/* Pushes the value of the option that so many others of the section are before, and returns the datum behind it. */
static const sl_datum *push_value(lua_State *L, int ud, const sl_section *section, const sl_datum *value, size_t position) {
	if(!section->own) {
		return push_datum(L, value);
	}
	lua_getiuservalue(L, ud, SL_UV_DRAFT);
	lua_rawgeti(L, -1, (lua_Integer)section->own + drafted_opening(section->from) + (lua_Integer)position);
	lua_remove(L, -2);
	return sl_datum_after(value);
}

void sl_push_data_options(lua_State *L, int ud, const sl_section *section,
		void (*seen)(void *context, uint32_t option, const sl_datum *value, const sl_datum *end), void *context) {
	const sl_datum *option = sl_datum_behind(section->from);
	luaL_checkstack(L, 8, "making a host's options");
	lua_createtable(L, 0, (int)section->entries);
	set_opening(L, ud, section->from);
	for(size_t position = 0; option < section->to; position++) {
		const sl_datum *value = option + 1;
		uint32_t id = sl_push_option_named(L, ud, option->as.text, option->length, position);
		option = push_value(L, ud, section, value, position);
		if(seen) {
			seen(context, id, value, option);
		}
		lua_rawset(L, -3);
	}
}

/* ======== comparing ======== */

static bool is_datum(lua_State *L, const sl_datum *datum);

/* Has the table at the top of the stack the items, and no others? */
static bool has_items(lua_State *L, const sl_datum *table) {
	const sl_datum *item = table + 1;
	lua_Integer position = 0;
	bool same = true;
	for(uint32_t i = 0; same && i < table->length; i++) {
		bool named = item->kind == SL_DATUM_KEY;
		if(named) {
			lua_pushlstring(L, item->as.text, item->length);
			lua_rawget(L, -2);
		} else {
			lua_rawgeti(L, -1, ++position);
		}
		same = is_datum(L, named ? item + 1 : item);
		lua_pop(L, 1);
		item = sl_datum_after(item);
	}
	return same && sl_count_keys(L, lua_gettop(L)) == table->length;
}

static bool is_table(lua_State *L, const sl_datum *datum) {
	luaL_checkstack(L, 4, "comparing values");
	if(lua_getmetatable(L, -1)) {
		lua_pop(L, 1);
		return false;
	}
	return lua_type(L, -1) == LUA_TTABLE && has_items(L, datum);
}

/* Is the value at the top of the stack what the datum says? What is not plain to see counts as no. */
static bool is_datum(lua_State *L, const sl_datum *datum) {
	size_t length;
	const char *text;
	switch(datum->kind) {
	case SL_DATUM_FALSE:
	case SL_DATUM_TRUE:
		return lua_isboolean(L, -1) && lua_toboolean(L, -1) == (datum->kind == SL_DATUM_TRUE);
	case SL_DATUM_INTEGER:
		return lua_isinteger(L, -1) && lua_tointeger(L, -1) == (lua_Integer)datum->as.integer;
	case SL_DATUM_NUMBER:
		return lua_type(L, -1) == LUA_TNUMBER && !lua_isinteger(L, -1) && !(lua_tonumber(L, -1) < datum->as.number)
			&& !(lua_tonumber(L, -1) > datum->as.number);
	case SL_DATUM_TABLE:
		return is_table(L, datum);
	default:
		text = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &length) : NULL;
		return text && length == datum->length && memcmp(text, datum->as.text, length) == 0;
	}
}

static bool is_option(lua_State *L, int ud, uint32_t option, const sl_datum *value) {
	sl_push_option_name(L, ud, option);
	lua_rawget(L, -2);
	bool same = is_datum(L, value);
	lua_pop(L, 1);
	return same;
}

static bool has_opening(lua_State *L, int ud, const sl_datum *statement) {
	static const sl_datum yes = { .kind = SL_DATUM_TRUE };
	static const sl_datum no = { .kind = SL_DATUM_FALSE };
	static const sl_datum external = { .kind = SL_DATUM_STRING, .length = sizeof("component") - 1, .as.text = "component" };
	if(statement->kind == SL_DATUM_HOST) {
		return is_option(L, ud, SL_OPT_DEFINED, &yes);
	}
	return is_option(L, ud, SL_OPT_COMPONENT_MODULE, statement->kind == SL_DATUM_COMPONENT ? statement + 1 : &external)
		&& is_option(L, ud, SL_OPT_LOAD_GLOBAL, &no);
}

bool sl_has_data_options(lua_State *L, int ud, const sl_section *section) {
	const sl_datum *option = sl_datum_behind(section->from);
	luaL_checkstack(L, 6, "comparing options");
	bool same = has_opening(L, ud, section->from);
	for(size_t position = 0; same && option < section->to; position++) {
		uint32_t id = sl_push_option_named(L, ud, option->as.text, option->length, position);
		lua_pop(L, 1);
		same = is_option(L, ud, id, option + 1);
		option = sl_datum_after(option + 1);
	}
	return same;
}
