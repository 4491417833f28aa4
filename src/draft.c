#include "draft.h"

#include <string.h>

#include "data_layer.h"
#include "data_text.h"
#include "statement.h"

/* Longer drafts are not worth it: a file of so much is one of many hosts. */
enum { MOST_LINES = 500, LONGEST_DRAFT = 4096 };

/* One thing that the layer says. Its value has the same index in the table of drafted values. */
typedef struct draft_line {
	uint32_t scope, option, line;
	uint8_t flags;
} draft_line;

static draft_line *line_at(const sl_journal *journal, size_t index) {
	return (draft_line *)journal->draft.data + index;
}

void sl_begin_draft(sl_journal *journal, uint32_t file) {
	journal->draft.size = sizeof(draft_line);
	journal->draft.count = 0;
	journal->draft_file = file;
	journal->draft_section++;
	journal->drafting = true;
}

void sl_drop_draft(sl_journal *journal) {
	journal->draft.count = 0;
	journal->drafting = false;
}

bool sl_is_drafted(const sl_journal *journal, uint32_t scope) {
	return journal->drafting && journal->draft.count && sl_scope_at(journal, scope)->drafted_in == journal->draft_file;
}

/* ======== noting ======== */

/* Is it what VirtualHost or Component sets itself? */
static bool is_implied(uint32_t option) {
	return option <= SL_OPT_LOAD_GLOBAL;
}

/* Could the value stand in a data file? Of tables only what is plain to see. */
static bool may_be_data(lua_State *L) {
	switch(lua_type(L, -1)) {
	case LUA_TBOOLEAN:
	case LUA_TNUMBER:
	case LUA_TSTRING:
		return true;
	case LUA_TTABLE:
		if(!lua_getmetatable(L, -1)) {
			return true;
		}
		lua_pop(L, 1);
		return false;
	default:
		return false;
	}
}

/* Does the statement that opens a host say this next? */
static bool goes_on_opening(const draft_line *last, uint32_t option, uint8_t flags) {
	uint32_t before = last->flags & SL_ENTRY_IMPLICIT ? last->option : 0;
	if(option == SL_OPT_LOAD_GLOBAL) {
		return before == SL_OPT_COMPONENT_MODULE;
	}
	return option == SL_OPT_COMPONENT_MODULE && before == SL_OPT_LOAD_GLOBAL && flags == 0;
}

/* Is it what a data file could say behind what was noted? */
static bool fits(sl_journal *journal, uint32_t scope, uint32_t option, sl_place place, uint8_t flags) {
	const draft_line *last = journal->draft.count ? line_at(journal, journal->draft.count - 1) : NULL;
	if(place.file != journal->draft_file || !place.line || (last && place.line < last->line) || journal->draft.count == MOST_LINES) {
		return false;
	}
	if(is_implied(option) && last && last->scope == scope) {
		return last->line == place.line && goes_on_opening(last, option, flags);
	}
	if(is_implied(option)) {
		return scope != SL_GLOBAL && flags == SL_ENTRY_IMPLICIT;
	}
	return scope == (last ? last->scope : SL_GLOBAL) && sl_option_at(journal, option)->drafted_in != journal->draft_section;
}

bool sl_draft(lua_State *L, int ud, uint32_t scope, uint32_t option, sl_place place, uint8_t flags) {
	sl_journal *journal = sl_journal_of(L, ud);
	if(!journal->drafting) {
		return false;
	}
	luaL_checkstack(L, 4, "setting an option");
	if(journal->viewed || !may_be_data(L) || !fits(journal, scope, option, place, flags)) {
		sl_settle_draft(L, ud);
		return false;
	}
	sl_vector_reserve(L, &journal->draft, 1);
	lua_getiuservalue(L, ud, SL_UV_DRAFT);
	lua_insert(L, -2);
	lua_rawseti(L, -2, (lua_Integer)journal->draft.count + 1);
	lua_pop(L, 1);
	*(draft_line *)sl_vector_add(L, &journal->draft) = (draft_line) { scope, option, place.line, flags };
	sl_scope_at(journal, scope)->drafted_in = journal->draft_file;
	if(is_implied(option)) {
		journal->draft_section++;
	} else {
		sl_option_at(journal, option)->drafted_in = journal->draft_section;
	}
	return true;
}

static void push_drafted(lua_State *L, int ud, size_t index) {
	lua_getiuservalue(L, ud, SL_UV_DRAFT);
	lua_rawgeti(L, -1, (lua_Integer)index + 1);
	lua_remove(L, -2);
}

void sl_settle_draft(lua_State *L, int ud) {
	sl_journal *journal = sl_journal_of(L, ud);
	if(!journal->drafting) {
		return;
	}
	luaL_checkstack(L, 8, "setting options");
	journal->drafting = false;
	for(size_t i = 0; i < journal->draft.count; i++) {
		const draft_line *line = line_at(journal, i);
		sl_place place = { .layer = sl_stack_at(L, ud)->running, .file = journal->draft_file, .line = line->line };
		push_drafted(L, ud, i);
		if(line->flags & SL_DRAFT_ASSIGNED) {
			sl_mark_set(L, ud, place.file, sl_slot_id(L, ud, line->scope, line->option, true), place.line);
		}
		sl_journal_assign(L, ud, line->scope, line->option, place, line->flags & SL_ENTRY_IMPLICIT);
	}
	lua_newtable(L);
	lua_setiuservalue(L, ud, SL_UV_DRAFT);
	journal->draft.count = 0;
}

/* ======== writing ======== */

typedef struct writing {
	lua_State *L;
	int ud;
	char *start, *at, *end;
	bool good;   /* all of it could be written */
	sl_datum *opening;   /* the statement that opened the last host */
	sl_written written;
} writing;

static uint32_t place_in_text(const writing *w) {
	return (uint32_t)(w->at - w->start);
}

static void put(writing *w, const char *text, size_t length) {
	w->good = w->good && (size_t)(w->end - w->at) >= length;
	if(w->good) {
		memcpy(w->at, text, length);
		w->at += length;
	}
}

/* Line ends until the line that comes is the one, or a blank where it is already. */
static void put_lines(writing *w, uint32_t count) {
	for(uint32_t i = 0; i < count && w->good; i++) {
		put(w, "\n", 1);
	}
	put(w, " ", 1);
}

/* Notes the statement, whose text begins here. */
static sl_datum *note_statement(writing *w, sl_datum_kind kind, uint32_t line) {
	sl_datum *statement = sl_note_datum(&w->written, kind);
	statement->line = line;
	statement->start = place_in_text(w);
	return statement;
}

/* Puts and pops the value at the top of the stack. */
static void put_value(writing *w) {
	size_t place = w->written.noted;
	uint32_t start = place_in_text(w);
	size_t length = sl_write_data(w->L, -1, &w->written, w->at, (size_t)(w->end - w->at));
	w->at += length;
	w->good = w->good && length;
	lua_pop(w->L, 1);
	if(place < SL_MOST_NOTED) {
		w->written.row[place].start = start;
		w->written.row[place].size = (uint32_t)length;
	}
}

static void put_name(writing *w, uint32_t option, uint32_t line) {
	size_t length;
	sl_push_option_name(w->L, w->ud, option);
	const char *name = lua_tolstring(w->L, -1, &length);   /* of a number it makes a text that is no name */
	sl_datum *statement = note_statement(w, SL_DATUM_ASSIGN, line);
	statement->as.text = w->at;
	statement->length = (uint32_t)length;
	w->good = w->good && sl_data_is_option(name, length);
	put(w, name, length);
	put(w, "=", 1);
	lua_pop(w->L, 1);
}

/* The statement has the text of the string that it opens the host with. */
static void put_opening(writing *w, const char *word, sl_datum_kind kind, uint32_t scope, uint32_t line) {
	sl_datum *statement = note_statement(w, kind, line);
	put(w, word, strlen(word));
	const sl_datum *name = statement + 1;
	bool noted = w->written.noted < SL_MOST_NOTED;
	sl_push_scope_name(w->L, w->ud, scope);
	put_value(w);
	if(noted) {
		statement->as.text = name->as.text;
		statement->length = name->length;
		statement->size = place_in_text(w) - statement->start;
		w->written.noted--;
	}
	w->opening = statement;
}

static void put_line(writing *w, size_t index) {
	const draft_line *line = line_at(sl_journal_of(w->L, w->ud), index);
	bool implied = line->flags & SL_ENTRY_IMPLICIT;
	if(implied && line->option == SL_OPT_LOAD_GLOBAL) {
		return;
	}
	if(implied) {
		bool host = line->option == SL_OPT_DEFINED;
		put_opening(w, host ? "VirtualHost" : "Component", host ? SL_DATUM_HOST : SL_DATUM_EXTERNAL, line->scope, line->line);
		return;
	}
	if(line->option != SL_OPT_COMPONENT_MODULE) {
		put_name(w, line->option, line->line);
	}
	push_drafted(w->L, w->ud, index);
	put_value(w);
	if(line->option == SL_OPT_COMPONENT_MODULE) {
		w->opening->kind = SL_DATUM_COMPONENT;
		w->opening->size = place_in_text(w) - w->opening->start;
	}
}

/* Writes what was noted as the text of a data file; its first line is that of the first note. */
static bool write_draft(writing *w) {
	const sl_journal *journal = sl_journal_of(w->L, w->ud);
	uint32_t at = line_at(journal, 0)->line;
	for(size_t i = 0; w->good && i < journal->draft.count; i++) {
		uint32_t line = line_at(journal, i)->line;
		put_lines(w, line - at);
		put_line(w, i);
		at = line;
	}
	return w->good;
}

/* ======== taking in ======== */

/* The text, where it is in memory as long as the stack: with the file, or with the stack where the file was kept with another one. */
static const char *keep_text(lua_State *L, int ud, int kept, const char *text, size_t length) {
	size_t former_length;
	const char *former;
	if(lua_getiuservalue(L, kept, SL_KEPT_SAID) != LUA_TSTRING) {
		lua_pop(L, 1);
		former = lua_pushlstring(L, text, length);
		lua_setiuservalue(L, kept, SL_KEPT_SAID);
		return former;
	}
	former = lua_tolstring(L, -1, &former_length);
	lua_pop(L, 1);
	if(former_length == length && memcmp(former, text, length) == 0) {
		return former;
	}
	lua_pushlstring(L, text, length);
	former = sl_keep_string(L, sl_stack_at(L, ud), lua_tostring(L, -1));
	lua_pop(L, 1);
	return former;
}

/* What was noted of the text is as good as what reading it would give, if there was room. The text lives as long as the stack. */
static bool run_written(writing *w, const char *text, bool own) {
	const sl_journal *journal = sl_journal_of(w->L, w->ud);
	const sl_data data = { .row = w->written.row, .count = w->written.noted };
	if(data.count > SL_MOST_NOTED) {
		return sl_run_statements(w->L, w->ud, journal->draft_file, text, place_in_text(w), line_at(journal, 0)->line, own);
	}
	sl_data_move(&data, w->start, text);
	return sl_run_data(w->L, w->ud, journal->draft_file, text, &data, own);
}

static bool take_in(lua_State *L, int ud, int kept, bool own) {
	sl_journal *journal = sl_journal_of(L, ud);
	char buffer[LONGEST_DRAFT];
	writing w;   /* most of it need not be cleared */
	w.L = L;
	w.ud = ud;
	w.start = w.at = buffer;
	w.end = buffer + sizeof(buffer);
	w.good = true;
	sl_begin_writing(&w.written);
	if(!write_draft(&w)) {
		return false;
	}
	const char *text = keep_text(L, ud, kept, buffer, place_in_text(&w));
	journal->drafting = false;
	bool taken = run_written(&w, text, own);
	journal->drafting = true;
	return taken;
}

/* The values are the layer's own tables, which nothing in here holds any longer. */
static void forget_values(lua_State *L, int ud) {
	sl_journal *journal = sl_journal_of(L, ud);
	lua_getiuservalue(L, ud, SL_UV_DRAFT);
	for(size_t i = 1; i <= journal->draft.count; i++) {
		lua_pushnil(L);
		lua_rawseti(L, -2, (lua_Integer)i);
	}
	lua_pop(L, 1);
}

bool sl_commit_draft(lua_State *L, int ud, int kept, bool own) {
	sl_journal *journal = sl_journal_of(L, ud);
	if(!journal->drafting) {
		return false;
	}
	luaL_checkstack(L, 8, "sealing a layer");
	if(journal->draft.count && !take_in(L, ud, kept, own)) {
		sl_settle_draft(L, ud);
		return false;
	}
	forget_values(L, ud);
	sl_drop_draft(journal);
	return true;
}
