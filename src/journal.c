#include "journal.h"

#include <string.h>

#include "bounds.h"
#include "data_layer.h"
#include "draft.h"
#include "history.h"
#include "raise.h"
#include "secret.h"
#include "stack.h"
#include "waiting.h"

/* A pending entry that a later assignment of the same layer took back. */
enum { DEAD = 255 };

/* Entries of a page. */
enum { PAGE = 256 };

sl_journal *sl_journal_of(lua_State *L, int ud) {
	return &sl_stack_at(L, ud)->journal;
}

/* Replaces a hash of ids by an empty one that is twice as large. */
static void enlarge(lua_State *L, uint32_t **table, size_t *size) {
	void *ud;
	lua_Alloc alloc = lua_getallocf(L, &ud);
	size_t wanted = *size ? *size * 2 : 256;
	uint32_t *larger = alloc(ud, NULL, 0, wanted * sizeof(*larger));
	if(!larger) {
		sl_raise(L, "not enough memory");
	}
	memset(larger, 0, wanted * sizeof(*larger));
	if(*table) {
		alloc(ud, *table, *size * sizeof(*larger), 0);
	}
	*table = larger;
	*size = wanted;
}

static void free_table(lua_State *L, uint32_t **table, size_t size) {
	void *ud;
	lua_Alloc alloc = lua_getallocf(L, &ud);
	if(*table) {
		alloc(ud, *table, size * sizeof(**table), 0);
		*table = NULL;
	}
}

/* ======== names and ids ======== */

/* Pops an option's name; returns its id, making one (`next`, for which there must be room) where it is new. 0: new. */
static uint32_t intern_option(lua_State *L, int ud, uint32_t next) {
	lua_getiuservalue(L, ud, SL_UV_OPTION_IDS);
	lua_pushvalue(L, -2);
	if(lua_rawget(L, -2) != LUA_TNIL) {
		uint32_t id = (uint32_t)lua_tointeger(L, -1);
		lua_pop(L, 3);
		return id;
	}
	lua_pop(L, 1);
	if(next) {   /* what may fail last is what makes the id known */
		lua_getiuservalue(L, ud, SL_UV_OPTION_NAMES);
		lua_pushvalue(L, -3);
		lua_rawseti(L, -2, next);
		lua_pop(L, 1);
		lua_pushvalue(L, -2);
		lua_pushinteger(L, next);
		lua_rawset(L, -3);
	}
	lua_pop(L, 2);
	return 0;
}

/* The rule of the option whose name is at the top of the stack. */
static sl_rule rule_for(lua_State *L, int ud) {
	sl_rule rule = SL_RULE_MERGE;
	if(lua_type(L, -1) != LUA_TSTRING) {
		return rule;
	}
	size_t length;
	const char *name = lua_tolstring(L, -1, &length);
	lua_getiuservalue(L, ud, SL_UV_RULES);
	lua_pushvalue(L, -2);
	if(lua_rawget(L, -2) == LUA_TSTRING) {
		sl_rule_from_name(lua_tostring(L, -1), &rule);   /* load has looked at the names */
		lua_pop(L, 2);
		return rule;
	}
	lua_pop(L, 2);
	return sl_builtin_rule(name, length);
}

static sl_known_option *place_of_known(sl_journal *journal, const char *name) {
	return &journal->known[(uintptr_t)name / 32 % SL_KNOWN_OPTIONS];
}

static void note_known(lua_State *L, int ud, uint32_t id) {
	sl_push_option_name(L, ud, id);
	if(lua_type(L, -1) == LUA_TSTRING) {
		size_t length;
		const char *name = lua_tolstring(L, -1, &length);
		*place_of_known(sl_journal_of(L, ud), name) = (sl_known_option) { name, length, id };
	}
	lua_pop(L, 1);
}

static uint32_t find_or_make_option(lua_State *L, int ud) {
	sl_journal *journal = sl_journal_of(L, ud);
	luaL_checkstack(L, 6, "naming an option");
	lua_pushvalue(L, -1);
	uint32_t next = (uint32_t)journal->options.count;
	sl_vector_reserve(L, &journal->options, 1);
	uint32_t id = intern_option(L, ud, next);
	if(!id) {
		id = next;
		size_t length;
		sl_rule rule = rule_for(L, ud);
		const char *name = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &length) : NULL;
		sl_option_facts *facts = sl_vector_add(L, &journal->options);
		*facts = (sl_option_facts) { .rule = (uint8_t)rule, .secret = name && sl_is_secret_name(name, length) };
	}
	lua_pop(L, 1);
	note_known(L, ud, id);
	return id;
}

uint32_t sl_option_id(lua_State *L, int ud) {
	if(lua_type(L, -1) == LUA_TSTRING) {
		const char *name = lua_tostring(L, -1);
		const sl_known_option *known = place_of_known(sl_journal_of(L, ud), name);
		if(known->name == name) {
			lua_pop(L, 1);
			return known->id;
		}
	}
	return find_or_make_option(L, ud);
}

uint32_t sl_push_option_named(lua_State *L, int ud, const char *name, size_t length, size_t position) {
	sl_known_option *known = &sl_journal_of(L, ud)->named[position % SL_KNOWN_OPTIONS];
	if(!known->id || known->length != length || memcmp(known->name, name, length) != 0) {
		lua_pushlstring(L, name, length);
		uint32_t id = sl_option_id(L, ud);
		sl_push_option_name(L, ud, id);
		*known = (sl_known_option) { lua_tostring(L, -1), length, id };
		return id;
	}
	sl_push_option_name(L, ud, known->id);
	return known->id;
}

/* Names that are no strings are hardly any. */
static uint32_t hash_name(lua_State *L) {
	size_t length = 0;
	const char *name = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &length) : NULL;
	uint32_t value = 2166136261;   /* FNV-1a */
	for(size_t i = 0; i < length; i++) {
		value = (value ^ (unsigned char)name[i]) * 16777619;
	}
	return value ^ value >> 16;
}

/* The id of the scope whose name, of that hash, is at the top of the stack; 0: there is none. */
static uint32_t find_scope(lua_State *L, int ud, uint32_t hash) {
	const sl_journal *journal = sl_journal_of(L, ud);
	size_t mask = journal->names_size - 1;
	bool same = false;
	uint32_t id = 0;
	lua_getiuservalue(L, ud, SL_UV_SCOPE_NAMES);
	for(size_t place = hash & mask; journal->names && !same && (id = journal->names[place]) != 0; place = (place + 1) & mask) {
		if(sl_scope_at(journal, id)->hash == hash) {
			lua_rawgeti(L, -1, id);
			same = lua_rawequal(L, -1, -3);
			lua_pop(L, 1);
		}
	}
	lua_pop(L, 1);
	return id;
}

static void insert_name(sl_journal *journal, uint32_t id) {
	size_t place = sl_scope_at(journal, id)->hash & (journal->names_size - 1);
	while(journal->names[place]) {
		place = (place + 1) & (journal->names_size - 1);
	}
	journal->names[place] = id;
}

/* Makes the scope whose name is at the top of the stack. What may fail comes before the name is known. */
static uint32_t add_scope(lua_State *L, int ud, uint32_t hash) {
	sl_journal *journal = sl_journal_of(L, ud);
	uint32_t id = (uint32_t)journal->scopes.count;
	const char *name = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
	sl_vector_reserve(L, &journal->scopes, 1);
	if(journal->scopes.count * 4 >= journal->names_size * 3) {
		enlarge(L, &journal->names, &journal->names_size);
		for(uint32_t old = 1; old < id; old++) {
			insert_name(journal, old);
		}
	}
	lua_getiuservalue(L, ud, SL_UV_SCOPE_NAMES);
	lua_pushvalue(L, -2);
	lua_rawseti(L, -2, id);
	lua_pop(L, 1);
	((sl_scope *)sl_vector_add(L, &journal->scopes))->hash = hash;
	insert_name(journal, id);
	journal->has_each = journal->has_each || strncmp(name, SL_EACH_PREFIX, strlen(SL_EACH_PREFIX)) == 0;
	return id;
}

uint32_t sl_scope_id(lua_State *L, int ud) {
	sl_journal *journal = sl_journal_of(L, ud);
	const char *name = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
	if(name && name == journal->last_scope.name) {
		lua_pop(L, 1);
		return journal->last_scope.id;
	}
	luaL_checkstack(L, 6, "naming a scope");
	uint32_t hash = hash_name(L);
	uint32_t id = find_scope(L, ud, hash);
	if(!id) {
		id = add_scope(L, ud, hash);
	}
	lua_pop(L, 1);
	sl_push_scope_name(L, ud, id);
	journal->last_scope = (sl_known_option) { lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL, 0, id };
	lua_pop(L, 1);
	return id;
}

uint32_t sl_find_option(lua_State *L, int ud) {
	luaL_checkstack(L, 6, "naming an option");
	return intern_option(L, ud, 0);
}

uint32_t sl_find_scope(lua_State *L, int ud) {
	luaL_checkstack(L, 6, "naming a scope");
	uint32_t id = find_scope(L, ud, hash_name(L));
	lua_pop(L, 1);
	return id;
}

static void push_from(lua_State *L, int ud, int table, uint32_t place) {
	luaL_checkstack(L, 3, "reading the journal");
	lua_getiuservalue(L, ud, table);
	lua_rawgeti(L, -1, place);
	lua_remove(L, -2);
}

void sl_push_option_name(lua_State *L, int ud, uint32_t option) {
	push_from(L, ud, SL_UV_OPTION_NAMES, option);
}

void sl_push_scope_name(lua_State *L, int ud, uint32_t scope) {
	push_from(L, ud, SL_UV_SCOPE_NAMES, scope);
}

/* ======== parts ======== */

static sl_entry **page_of(const sl_journal *journal, uint32_t entry) {
	return (sl_entry **)journal->pages.data + entry / PAGE;
}

sl_entry *sl_entry_at(const sl_journal *journal, uint32_t entry) {
	return *page_of(journal, entry) + entry % PAGE;
}

sl_entry *sl_entry_of(lua_State *L, int ud, uint32_t entry) {
	return sl_entry_at(sl_journal_of(L, ud), entry);
}

sl_slot *sl_slot_at(const sl_journal *journal, uint32_t slot) {
	return (sl_slot *)journal->slots.data + slot;
}

sl_scope *sl_scope_at(const sl_journal *journal, uint32_t scope) {
	return (sl_scope *)journal->scopes.data + scope;
}

sl_option_facts *sl_option_at(const sl_journal *journal, uint32_t option) {
	return (sl_option_facts *)journal->options.data + option;
}

sl_rule sl_rule_of(const sl_journal *journal, uint32_t option) {
	return (sl_rule)sl_option_at(journal, option)->rule;
}

uint32_t sl_slot_count(const sl_journal *journal) {
	return (uint32_t)journal->slots.count;
}

uint32_t sl_scope_count(const sl_journal *journal) {
	return (uint32_t)journal->scopes.count;
}

/* ======== the pages of entries ======== */

/* Room for the pages of all entries before that one. */
static void list_pages(lua_State *L, sl_journal *journal, uint32_t end) {
	while(journal->pages.count * PAGE < end) {
		sl_vector_add(L, &journal->pages);
	}
}

static void make_page(lua_State *L, sl_entry **page) {
	void *ud;
	lua_Alloc alloc = lua_getallocf(L, &ud);
	*page = alloc(ud, NULL, 0, PAGE * sizeof(**page));
	if(!*page) {
		sl_raise(L, "not enough memory");
	}
}

void sl_journal_open(lua_State *L, int ud, uint32_t first, uint32_t count) {
	sl_journal *journal = sl_journal_of(L, ud);
	list_pages(L, journal, first + count);
	for(uint32_t id = first; id < first + count; id++) {
		if(!*page_of(journal, id)) {
			make_page(L, page_of(journal, id));
		}
		*sl_entry_at(journal, id) = (sl_entry) { .scope = 0 };
	}
}

/* Adds an empty entry behind all others. */
static sl_entry *add_entry(lua_State *L, int ud) {
	sl_journal *journal = sl_journal_of(L, ud);
	sl_journal_open(L, ud, journal->entry_count, 1);
	return sl_entry_at(journal, journal->entry_count++);
}

static void free_pages(lua_State *L, sl_journal *journal) {
	void *ud;
	lua_Alloc alloc = lua_getallocf(L, &ud);
	for(size_t i = 0; i < journal->pages.count; i++) {
		sl_entry *page = ((sl_entry **)journal->pages.data)[i];
		if(page) {
			alloc(ud, page, PAGE * sizeof(*page), 0);
		}
	}
	sl_vector_free(L, &journal->pages);
}

/* ======== the hash of slots ======== */

static size_t hash_slot(uint32_t scope, uint32_t option) {
	uint64_t key = ((uint64_t)scope << 32 | option) * UINT64_C(0x9E3779B97F4A7C15);
	return (size_t)(key >> 32 ^ key);   /* the scope's bits are all in the upper half */
}

static void insert_slot(sl_journal *journal, uint32_t id) {
	const sl_slot *slot = sl_slot_at(journal, id);
	size_t place = hash_slot(slot->scope, slot->option) & (journal->table_size - 1);
	while(journal->table[place]) {
		place = (place + 1) & (journal->table_size - 1);
	}
	journal->table[place] = id;
}

static void grow_table(lua_State *L, sl_journal *journal) {
	enlarge(L, &journal->table, &journal->table_size);
	for(uint32_t id = 1; id < journal->slots.count; id++) {
		insert_slot(journal, id);
	}
}

static uint32_t find_slot(const sl_journal *journal, uint32_t scope, uint32_t option) {
	if(!journal->table) {
		return 0;
	}
	size_t place = hash_slot(scope, option) & (journal->table_size - 1);
	for(; journal->table[place]; place = (place + 1) & (journal->table_size - 1)) {
		const sl_slot *slot = sl_slot_at(journal, journal->table[place]);
		if(slot->scope == scope && slot->option == option) {
			return journal->table[place];
		}
	}
	return 0;
}

static uint32_t find_or_make_slot(lua_State *L, sl_journal *journal, uint32_t scope, uint32_t option) {
	uint32_t id = find_slot(journal, scope, option);
	if(id) {
		return id;
	}
	if(journal->slots.count * 2 >= journal->table_size) {
		grow_table(L, journal);
	}
	sl_slot *slot = sl_vector_add(L, &journal->slots);
	id = (uint32_t)journal->slots.count - 1;
	*slot = (sl_slot) { .scope = scope, .option = option };
	insert_slot(journal, id);
	sl_scope *home = sl_scope_at(journal, scope);
	if(home->last_slot) {
		sl_slot_at(journal, home->last_slot)->next_in_scope = id;
	} else {
		home->first_slot = id;
	}
	home->last_slot = id;
	return id;
}

uint32_t sl_make_slot(lua_State *L, int ud, uint32_t scope, uint32_t option) {
	return find_or_make_slot(L, sl_journal_of(L, ud), scope, option);
}

uint32_t sl_slot_id(lua_State *L, int ud, uint32_t scope, uint32_t option, bool make) {
	sl_journal *journal = sl_journal_of(L, ud);
	if(sl_is_drafted(journal, scope)) {
		sl_settle_draft(L, ud);
	}
	sl_expand(L, ud, scope);
	return make ? find_or_make_slot(L, journal, scope, option) : find_slot(journal, scope, option);
}

uint32_t sl_first_slot(lua_State *L, int ud, uint32_t scope) {
	sl_expand(L, ud, scope);
	return sl_scope_at(sl_journal_of(L, ud), scope)->first_slot;
}

/* ======== init and free ======== */

/* In the order of their ids. */
static const char *const options[] = { "defined", "component_module", "load_global_modules", "modules_enabled", "modules_disabled" };

bool sl_is_implied_option(const char *name, size_t length) {
	for(size_t i = 0; i < SL_OPT_LOAD_GLOBAL; i++) {
		if(strlen(options[i]) == length && memcmp(options[i], name, length) == 0) {
			return true;
		}
	}
	return false;
}

static const int owned_tables[] = {
	SL_UV_VALUES, SL_UV_PENDING, SL_UV_DRAFT, SL_UV_MARKS, SL_UV_OPTION_IDS, SL_UV_OPTION_NAMES, SL_UV_SCOPE_NAMES, SL_UV_VIEWS,
	SL_UV_KEPT, SL_UV_READY
};

void sl_journal_init(lua_State *L, int ud) {
	sl_journal *journal = sl_journal_of(L, ud);
	*journal = (sl_journal) {
		.pages.size = sizeof(sl_entry *), .slots.size = sizeof(sl_slot), .scopes.size = sizeof(sl_scope),
		.options.size = sizeof(sl_option_facts), .waiting.size = sizeof(sl_waiting), .sealed = 1
	};
	for(size_t i = 0; i < sizeof(owned_tables) / sizeof(*owned_tables); i++) {
		lua_newtable(L);
		lua_setiuservalue(L, ud, owned_tables[i]);
	}
	add_entry(L, ud);
	sl_vector_add(L, &journal->slots);
	sl_vector_add(L, &journal->scopes);
	sl_vector_add(L, &journal->options);
	sl_vector_add(L, &journal->waiting);
	lua_pushliteral(L, "*");
	sl_scope_id(L, ud);
	for(size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		lua_pushstring(L, options[i]);
		sl_option_id(L, ud);
	}
}

void sl_journal_free(lua_State *L, sl_journal *journal) {
	free_pages(L, journal);
	sl_vector_free(L, &journal->slots);
	sl_vector_free(L, &journal->scopes);
	sl_vector_free(L, &journal->options);
	sl_vector_free(L, &journal->waiting);
	sl_vector_free(L, &journal->draft);
	free_table(L, &journal->table, journal->table_size);
	free_table(L, &journal->names, journal->names_size);
}

/* ======== pending entries ======== */

void sl_push_value(lua_State *L, int ud, const sl_entry *entry) {
	if(!entry->pending && entry->text) {
		sl_push_data_text(L, ud, entry->text, entry->value);
	} else if(entry->value) {
		push_from(L, ud, entry->pending ? SL_UV_PENDING : SL_UV_VALUES, entry->value);
	} else {
		lua_pushnil(L);
	}
}

void sl_push_path(lua_State *L, int ud, const sl_entry *entry) {
	if(entry->path) {
		push_from(L, ud, SL_UV_VALUES, entry->path);
	} else {
		lua_pushnil(L);
	}
}

bool sl_journal_pending(const sl_journal *journal, uint32_t slot) {
	return slot && sl_slot_at(journal, slot)->pending != 0;
}

/* Pops a value into the table `table` at the next place after *count, and returns the place; nil has none. */
static uint32_t keep(lua_State *L, int ud, int table, uint32_t *count) {
	if(lua_isnil(L, -1)) {
		lua_pop(L, 1);
		return 0;
	}
	lua_getiuservalue(L, ud, table);
	lua_insert(L, -2);
	lua_rawseti(L, -2, *count + 1);
	lua_pop(L, 1);
	return ++*count;
}

static void drop_pending(sl_journal *journal, uint32_t slot_id) {
	sl_slot *slot = sl_slot_at(journal, slot_id);
	for(uint32_t id = slot->pending; id; id = sl_entry_at(journal, id)->next) {
		sl_entry_at(journal, id)->operation = DEAD;
	}
	slot->pending = slot->pending_last = 0;
}

/* Adds a pending entry for the value at the top of the stack and pops it. */
static void add_pending(lua_State *L, int ud, uint32_t slot_id, sl_place place, sl_operation operation, sl_level level, uint8_t flags) {
	sl_journal *journal = sl_journal_of(L, ud);
	uint32_t value = keep(L, ud, SL_UV_PENDING, &journal->pending_count);
	sl_entry *entry = add_entry(L, ud);
	uint32_t id = journal->entry_count - 1;
	sl_slot *slot = sl_slot_at(journal, slot_id);
	*entry = (sl_entry) {
		.scope = slot->scope, .option = slot->option, .layer = place.layer, .file = place.file, .line = place.line,
		.value = value, .operation = (uint8_t)operation, .level = (uint8_t)level, .flags = flags, .pending = true
	};
	if(slot->pending_last) {
		sl_entry_at(journal, slot->pending_last)->next = id;
	} else {
		slot->pending = id;
	}
	slot->pending_last = id;
}

void sl_journal_operate(lua_State *L, int ud, uint32_t scope, uint32_t option, sl_place place, sl_operation operation, uint8_t flags) {
	luaL_checkstack(L, 4, "setting an option");
	sl_settle_draft(L, ud);
	uint32_t slot = sl_slot_id(L, ud, scope, option, true);
	add_pending(L, ud, slot, place, operation, SL_PLAIN, flags);
}

void sl_journal_assign(lua_State *L, int ud, uint32_t scope, uint32_t option, sl_place place, uint8_t flags) {
	sl_journal *journal = sl_journal_of(L, ud);
	sl_operation operation;
	sl_level level;
	luaL_checkstack(L, 6, "setting an option");
	if(sl_draft(L, ud, scope, option, place, flags)) {
		return;
	}
	uint32_t slot = sl_slot_id(L, ud, scope, option, true);
	if(sl_to_directive(L, -1, &operation, &level)) {
		lua_remove(L, -2);
		add_pending(L, ud, slot, place, operation, level, flags);
		return;
	}
	drop_pending(journal, slot);
	if(lua_isnil(L, -1)) {
		lua_pop(L, 1);
		return;
	}
	/* What Prosody's own statements imply is weaker than what a layer writes: reopening a component to refine it changes nothing. */
	add_pending(L, ud, slot, place, SL_SET, flags & SL_ENTRY_IMPLICIT ? SL_DEFAULT : SL_PLAIN, flags);
}

/* ======== commit and rollback ======== */

static void link_entry(sl_journal *journal, uint32_t id, uint32_t slot_id) {
	sl_entry *entry = sl_entry_at(journal, id);
	sl_slot *slot = sl_slot_at(journal, slot_id);
	entry->next = 0;
	if(slot->last) {
		sl_entry_at(journal, slot->last)->next = id;
	} else {
		slot->first = id;
	}
	slot->last = id;
	if(sl_is_constraint((sl_operation)entry->operation)) {
		slot->constrained = true;
	} else {
		slot->levels |= (uint8_t)(1U << entry->level);
	}
}

/* Adds a copy of the pending entry `id` with another operation, whose value is at the top of the stack and is popped. */
static void add_sealed(lua_State *L, int ud, uint32_t id, sl_operation operation, sl_level level, uint32_t path) {
	sl_journal *journal = sl_journal_of(L, ud);
	uint32_t value = keep(L, ud, SL_UV_VALUES, &journal->value_count);
	sl_entry *entry = add_entry(L, ud);
	*entry = *sl_entry_at(journal, id);
	entry->pending = false;
	entry->value = value;
	entry->text = NULL;
	entry->path = path;
	entry->operation = (uint8_t)operation;
	entry->level = (uint8_t)level;
}

/* Pushes the path of a found directive, and its text. Returns the path's length. */
static size_t push_found_path(lua_State *L, int found, lua_Integer i) {
	lua_rawgeti(L, found, i);
	lua_rawgeti(L, -1, 1);
	lua_remove(L, -2);
	sl_value_text(L, -1, 0);
	return (size_t)lua_rawlen(L, -2);
}

/* Does the directive at i come before the one at i - 1? Shorter paths first, so that elements of a list come before keys beside it. */
static bool comes_before(lua_State *L, int found, lua_Integer i) {
	size_t length = push_found_path(L, found, i);
	size_t other = push_found_path(L, found, i - 1);
	bool before = length != other ? length < other : strcmp(lua_tostring(L, -3), lua_tostring(L, -1)) < 0;
	lua_pop(L, 4);
	return before;
}

/* Insertion sort of the found directives by their paths: pairs() has no order, the journal must have one. */
static void sort_found(lua_State *L, int found, lua_Integer count) {
	for(lua_Integer i = 2; i <= count; i++) {
		for(lua_Integer j = i; j > 1 && comes_before(L, found, j); j--) {
			lua_rawgeti(L, found, j - 1);
			lua_rawgeti(L, found, j);
			lua_rawseti(L, found, j - 1);
			lua_rawseti(L, found, j);
		}
	}
}

/* The directives that stood inside a value become entries of their own, each with its path. */
static void seal_found(lua_State *L, int ud, uint32_t id, int found) {
	lua_Integer count = (lua_Integer)lua_rawlen(L, found);
	sort_found(L, found, count);
	for(lua_Integer i = 1; i <= count; i++) {
		lua_rawgeti(L, found, i);
		int record = lua_gettop(L);
		lua_rawgeti(L, record, 2);
		lua_rawgeti(L, record, 3);
		lua_rawgeti(L, record, 4);
		sl_operation operation = (sl_operation)lua_tointeger(L, -3);
		sl_level level = (sl_level)lua_tointeger(L, -2);
		uint32_t path = 0;
		lua_rawgeti(L, record, 1);
		if(sl_is_constraint(operation)) {
			sl_check_bound(L, ud, sl_entry_of(L, ud, id)->option, -1, operation, -2);
		}
		if(lua_rawlen(L, -1)) {
			path = keep(L, ud, SL_UV_VALUES, &sl_journal_of(L, ud)->value_count);
		} else {
			lua_pop(L, 1);
		}
		add_sealed(L, ud, id, operation, level, path);
		lua_settop(L, record - 1);
	}
}

/* Is nothing left of the value at the top of the stack, and all that was taken out of it a default? Then the {} that is left is no more
 * than a default either: `ports = { stack.default(5222) }` must not empty a list. */
static bool is_only_defaults(lua_State *L, int found) {
	size_t count = (size_t)lua_rawlen(L, found);
	bool only = count > 0 && sl_value_kind(L, -1) == SL_KIND_EMPTY;
	for(size_t i = 1; i <= count && only; i++) {
		lua_rawgeti(L, found, (lua_Integer)i);
		lua_rawgeti(L, -1, 3);
		only = lua_tointeger(L, -1) == SL_DEFAULT;
		lua_pop(L, 2);
	}
	return only;
}

/* Does the value at the top of the stack say nothing: is it an empty table, or a map of such? */
static bool is_hollow(lua_State *L) {
	int value = lua_gettop(L);
	luaL_checkstack(L, 4, "sealing a value");
	bool hollow = sl_is_plain_table(L, value);
	lua_pushnil(L);
	while(hollow && lua_next(L, value)) {
		hollow = is_hollow(L);
		lua_pop(L, 1);
	}
	lua_settop(L, value);
	return hollow;
}

/* Was the value written for the constraints in it alone? Then it sets nothing: `ssl = { protocol = stack.one_of { … } }`. */
static bool is_only_constraints(lua_State *L, int found) {
	size_t count = (size_t)lua_rawlen(L, found);
	bool only = count > 0;
	for(size_t i = 1; i <= count && only; i++) {
		lua_rawgeti(L, found, (lua_Integer)i);
		lua_rawgeti(L, -1, 2);
		only = sl_is_constraint((sl_operation)lua_tointeger(L, -1));
		lua_pop(L, 2);
	}
	return only && is_hollow(L);
}

/* Seals one entry: its value is copied, directives in it become entries of their own. */
static void seal_entry(lua_State *L, int ud, uint32_t id, int memo) {
	sl_entry *entry = sl_entry_at(sl_journal_of(L, ud), id);
	sl_operation operation = (sl_operation)entry->operation;
	sl_level level = (sl_level)entry->level;
	bool changes = entry->flags & SL_ENTRY_CHANGES;
	sl_push_value(L, ud, entry);
	if(sl_is_constraint(operation)) {
		sl_check_bound(L, ud, entry->option, 0, operation, -1);
	}
	if(lua_type(L, -1) != LUA_TTABLE) {
		add_sealed(L, ud, id, operation, level, 0);
		return;
	}
	lua_newtable(L);
	int found = lua_gettop(L);
	sl_value_copy(L, found - 1, memo, found);
	if(level == SL_PLAIN && operation == SL_SET && is_only_defaults(L, found)) {
		level = SL_DEFAULT;
	}
	if((changes && sl_value_kind(L, -1) == SL_KIND_EMPTY) || is_only_constraints(L, found)) {
		lua_pop(L, 1);
	} else {
		add_sealed(L, ud, id, operation, level, 0);
	}
	seal_found(L, ud, id, found);
	lua_pop(L, 2);
}

/* (stack, memo, entry): seals one entry in protected mode */
static int seal_protected(lua_State *L) {
	seal_entry(L, 1, (uint32_t)lua_tointeger(L, 3), 2);
	return 0;
}

static void fail_at(lua_State *L, int ud, uint32_t id) {
	const sl_stack *stack = sl_stack_at(L, ud);
	const sl_entry *entry = sl_entry_at(&stack->journal, id);
	sl_push_place(L, stack, entry);
	sl_push_option_name(L, ud, entry->option);
	const char *name = luaL_tolstring(L, -1, NULL);
	lua_pushfstring(L, "%s: %s: %s", lua_tostring(L, -3), name, lua_tostring(L, -4));
	lua_error(L);
}

/* Is the pending value one that sealing cannot refuse? Most are, and need no protected call. */
static bool is_simple(lua_State *L, int ud, const sl_entry *entry) {
	sl_push_value(L, ud, entry);
	bool simple = lua_type(L, -1) != LUA_TTABLE && !sl_is_constraint((sl_operation)entry->operation);
	lua_pop(L, 1);
	return simple;
}

static void seal_pending(lua_State *L, int ud, uint32_t end, int memo) {
	sl_journal *journal = sl_journal_of(L, ud);
	for(uint32_t id = journal->sealed; id < end; id++) {
		const sl_entry *entry = sl_entry_at(journal, id);
		if(entry->operation == DEAD) {
			continue;
		}
		if(is_simple(L, ud, entry)) {
			seal_entry(L, ud, id, memo);
			continue;
		}
		lua_pushcfunction(L, seal_protected);
		lua_pushvalue(L, ud);
		lua_pushvalue(L, memo);
		lua_pushinteger(L, id);
		if(lua_pcall(L, 3, 0, 0) != LUA_OK) {
			fail_at(L, ud, id);
		}
	}
}

static void clear_pending(sl_journal *journal, uint32_t end) {
	for(uint32_t id = journal->sealed; id < end; id++) {
		const sl_entry *entry = sl_entry_at(journal, id);
		sl_slot *slot = sl_slot_at(journal, find_slot(journal, entry->scope, entry->option));
		slot->pending = slot->pending_last = 0;
	}
	journal->pending_count = 0;
}

uint32_t sl_journal_reserve(lua_State *L, int ud, uint32_t count) {
	sl_journal *journal = sl_journal_of(L, ud);
	uint32_t first = journal->sealed;
	list_pages(L, journal, first + count);
	journal->sealed += count;
	journal->entry_count = journal->sealed;
	return first;
}

void sl_journal_data(lua_State *L, int ud, uint32_t entry, uint32_t scope, uint32_t option, sl_place place, const char *text, uint32_t length,
	uint8_t flags) {
	sl_journal *journal = sl_journal_of(L, ud);
	uint32_t slot = find_or_make_slot(L, journal, scope, option);
	*sl_entry_at(journal, entry) = (sl_entry) {
		.scope = scope, .option = option, .layer = place.layer, .file = place.file, .line = place.line, .text = text, .value = length,
		.operation = SL_SET, .level = flags & SL_ENTRY_IMPLICIT ? SL_DEFAULT : SL_PLAIN, .flags = flags
	};
	link_entry(journal, entry, slot);
	sl_scope_at(journal, scope)->used = true;
}

/* Sealed entries were added behind the pending ones; they move down over them. */
void sl_journal_commit(lua_State *L, int ud) {
	sl_journal *journal = sl_journal_of(L, ud);
	uint32_t end = journal->entry_count;
	if(end == journal->sealed) {
		return;
	}
	luaL_checkstack(L, 12, "sealing a layer");
	lua_newtable(L);
	seal_pending(L, ud, end, lua_gettop(L));
	lua_pop(L, 1);
	lua_newtable(L);
	lua_setiuservalue(L, ud, SL_UV_PENDING);

	for(uint32_t id = journal->sealed; id < end; id++) {
		sl_scope_at(journal, sl_entry_at(journal, id)->scope)->used = true;
	}
	clear_pending(journal, end);
	uint32_t made = journal->entry_count - end;
	journal->entry_count = journal->sealed + made;
	for(uint32_t from = end; journal->sealed < journal->entry_count; journal->sealed++, from++) {
		const sl_entry *entry = sl_entry_at(journal, from);
		*sl_entry_at(journal, journal->sealed) = *entry;
		link_entry(journal, journal->sealed, find_slot(journal, entry->scope, entry->option));
	}
}

void sl_journal_rollback(sl_journal *journal) {
	sl_drop_draft(journal);
	clear_pending(journal, journal->entry_count);
	journal->entry_count = journal->sealed;
}
