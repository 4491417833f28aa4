#define _GNU_SOURCE /* memmem */
#include "source.h"

#include <string.h>

#include "header.h"
#include "known.h"

#define GETTER "get_option"

enum {
	MOST_ARGUMENTS = 34, /* an enum's name, default and values */
	LONGEST_SHOWN = 400, /* of a piece of source that is quoted */
	MOST_STEPS = 32      /* back to the beginning of an expression */
};

typedef struct reader {
	sl_arena *arena;
	sl_scan scan;
	sl_names names;
	sl_chunk_source *source;
	const char *module;
	size_t *budget; /* bytes that may still be read as literals */
	bool inner;     /* in a string of the file */
} reader;

/* A call: where its name is, and what it is given. */
typedef struct invocation {
	uint32_t name;
	uint32_t end; /* behind it */
	sl_range arguments[MOST_ARGUMENTS];
	size_t count;
} invocation;

static int kind_at(const reader *self, uint32_t index) {
	return sl_scan_kind(&self->scan, index);
}

static bool is(const reader *self, uint32_t index, const char *text) {
	return sl_scan_is(&self->scan, index, text);
}

/* Reads the arguments behind a name; false where none are. */
static bool read_call(const reader *self, uint32_t name, uint32_t open, invocation *call) {
	int kind = kind_at(self, open);
	call->name = name;
	if(kind == '{') {
		call->end = self->scan.items[open].match + 1;
		call->arguments[0] = (sl_range) { open, call->end };
		call->count = 1;
		return true;
	}
	if(kind != '(' && kind != SL_TOKEN_STRING) {
		return false;
	}
	call->end = kind == '(' ? self->scan.items[open].match + 1 : open + 1;
	call->count = sl_scan_pieces(&self->scan, open, call->arguments, MOST_ARGUMENTS);
	call->count = call->count > MOST_ARGUMENTS ? MOST_ARGUMENTS : call->count;
	return true;
}

/* --- Values --- */

static const char *text_of(const reader *self, sl_range range, size_t *length) {
	const sl_token *first = &self->scan.items[range.from].token;
	const sl_token *last = &self->scan.items[range.to - 1].token;
	*length = (size_t)(last->start + last->length - first->start);
	return first->start;
}

/* A piece of source on one line. */
static const char *shown(const reader *self, sl_range range) {
	size_t length;
	const char *text = text_of(self, range, &length);
	size_t used = 0;
	char *line = sl_new(self->arena, (length < LONGEST_SHOWN ? length : LONGEST_SHOWN) + sizeof("…"));
	for(size_t i = 0; i < length; i++) {
		bool space = (unsigned char)text[i] <= ' ' || text[i] == '\x7f';
		if(used >= LONGEST_SHOWN) {
			memcpy(line + used, "…", sizeof("…"));
			break;
		}
		if(!space) {
			line[used++] = text[i];
		} else if(used > 0 && line[used - 1] != ' ') {
			line[used++] = ' ';
		}
	}
	return line;
}

/* Numerals that are multiplied, as sizes and times mostly are. */
static const sl_literal *product(const reader *self, sl_range range) {
	int64_t result = 1;
	for(uint32_t at = range.from; at < range.to; at += 2) {
		int64_t factor;
		double number;
		if(kind_at(self, at) != SL_TOKEN_NUMERAL || (at > range.from && kind_at(self, at - 1) != '*')
			|| sl_token_number(self->arena, &self->scan.items[at].token, &factor, &number) != SL_NUMERAL_INTEGER || factor < 0
			|| (factor > 0 && result > INT64_MAX / factor)) {
			return NULL;
		}
		result *= factor;
	}
	sl_literal *literal = sl_new(self->arena, sizeof(*literal));
	*literal = (sl_literal) { .kind = SL_LIT_INTEGER, .integer = result, .line = self->scan.items[range.from].token.line };
	return literal;
}

/* One table may be handed to many calls, so what is read of them all is limited. */
static const sl_literal *read_literal(const reader *self, sl_range range) {
	size_t length;
	sl_literal_error error = { 0 };
	const char *text = text_of(self, range, &length);
	if(length > *self->budget) {
		return NULL;
	}
	*self->budget -= length;
	return sl_literal_read(self->arena, text, length, &error);
}

static const sl_literal *literal_of(const reader *self, sl_range range) {
	if(range.from >= range.to) {
		return NULL;
	}
	if((range.to - range.from) % 2 == 1 && kind_at(self, range.from) == SL_TOKEN_NUMERAL) {
		return product(self, range);
	}
	return read_literal(self, range);
}

static bool is_nil(const reader *self, sl_range range) {
	return range.to - range.from == 1 && kind_at(self, range.from) == SL_TOKEN_NIL;
}

static void set_default(const reader *self, sl_source_read *read, sl_range range) {
	if(range.from < range.to && !is_nil(self, range)) {
		read->value = literal_of(self, range);
		read->text = shown(self, range);
	}
}

/* --- Options --- */

static void add_read(reader *self, const sl_source_read *read) {
	sl_chunk_source *source = self->source;
	source->reads = sl_grow(self->arena, source->reads, source->read_count, &source->read_capacity, sizeof(*source->reads));
	source->reads[source->read_count++] = *read;
}

/* One read, or one for each turn of the loop that its name depends on. */
static void add_reads(reader *self, sl_source_read *read, sl_range name) {
	sl_text text;
	for(size_t turn = 0; sl_known_turn(&self->names, name, turn, &text); turn++) {
		read->name = text.whole ? text.prefix : NULL;
		read->prefix = text.whole ? NULL : text.prefix;
		read->suffix = text.whole ? NULL : text.suffix;
		read->expression = text.whole ? NULL : shown(self, name);
		add_read(self, read);
	}
}

static const char *kind_of_literal(const sl_literal *literal) {
	switch(literal->kind) {
	case SL_LIT_BOOLEAN:
		return "boolean";
	case SL_LIT_INTEGER:
	case SL_LIT_NUMBER:
		return "number";
	case SL_LIT_STRING:
		return "string";
	default:
		return "any";
	}
}

static const sl_literal *new_boolean(const reader *self, bool value) {
	sl_literal *literal = sl_new(self->arena, sizeof(*literal));
	*literal = (sl_literal) { .kind = SL_LIT_BOOLEAN, .boolean = value };
	return literal;
}

/* `… ~= false` is what is written of an option that is on where it is not set, `… == true` of one that is off. */
static bool default_of_comparison(const reader *self, sl_source_read *read, uint32_t end) {
	int with = kind_at(self, end + 1);
	if(kind_at(self, end) != SL_TOKEN_OPERATOR || !(is(self, end, "==") || is(self, end, "~="))
		|| (with != SL_TOKEN_TRUE && with != SL_TOKEN_FALSE)) {
		return false;
	}
	bool value = with == SL_TOKEN_FALSE;
	read->value = new_boolean(self, value);
	read->text = value ? "true" : "false";
	return true;
}

/* Where the call `x.y:name(…)` begins. */
static uint32_t beginning(const reader *self, uint32_t name) {
	uint32_t at = name;
	for(int steps = 0; at > 0 && steps < MOST_STEPS; steps++) {
		int before = kind_at(self, at - 1);
		if(kind_at(self, at) == SL_TOKEN_NAME ? before == '.' || before == ':'
						      : before == SL_TOKEN_NAME || before == SL_TOKEN_STRING) {
			at--;
		} else if(kind_at(self, at) != SL_TOKEN_NAME && (before == ')' || before == ']')
			&& self->scan.items[at - 1].match != SL_NOWHERE) {
			at = self->scan.items[at - 1].match;
		} else {
			break;
		}
	}
	return at;
}

/* `read() or default`: what is no literal is one only where the whole is assigned. */
static void default_behind(const reader *self, sl_source_read *read, const invocation *call) {
	if(read->text || default_of_comparison(self, read, call->end) || kind_at(self, call->end) != SL_TOKEN_OR) {
		return;
	}
	uint32_t from = call->end + 1;
	sl_range operand = { from, sl_scan_operand(&self->scan, from) };
	uint32_t start = beginning(self, call->name);
	const sl_literal *literal = literal_of(self, operand);
	if(literal) {
		set_default(self, read, operand);
	} else if(start > 0 && kind_at(self, start - 1) == '=') {
		set_default(self, read, (sl_range) { from, sl_scan_expression(&self->scan, from) });
	}
}

/* `set.new(…)`, `ipairs(…)` and the like around a read tell what it must be. */
static const char *kind_around(const reader *self, uint32_t name) {
	uint32_t start = beginning(self, name);
	if(start < 2 || kind_at(self, start - 1) != '(') {
		return NULL;
	}
	if(start > 3 && is(self, start - 2, "new") && is(self, start - 4, "set")) {
		return "set";
	}
	return is(self, start - 2, "ipairs") ? "array" : is(self, start - 2, "tonumber") ? "number" : NULL;
}

/* What stands around and behind tells where the way of reading does not. */
static void guess_kind(const reader *self, sl_source_read *read, uint32_t name) {
	const char *around = kind_around(self, name);
	if(around && strcmp(read->kind, "any") == 0) {
		read->kind = around;
		read->guessed = true;
	} else if(read->value && strcmp(read->kind, "any") == 0) {
		read->kind = kind_of_literal(read->value);
		read->guessed = strcmp(read->kind, "any") != 0;
	}
}

/* `module` of a global module reads what is global, the module of a host in it reads what is the host's. */
static bool reads_globally(const reader *self, uint32_t name) {
	sl_known known = sl_known_expression(&self->names, (sl_range) { beginning(self, name), name - 1 });
	return known.kind == SL_KNOWN_GLOBAL || (self->source->global && known.kind != SL_KNOWN_HOST);
}

static void read_bounds(const reader *self, sl_source_read *read, const invocation *call, size_t first) {
	bool bounded = strcmp(read->kind, "number") == 0 || strcmp(read->kind, "integer") == 0 || strcmp(read->kind, "period") == 0;
	if(bounded && call->count > first + 2) {
		read->minimum = literal_of(self, call->arguments[first + 2]);
	}
	if(bounded && call->count > first + 3) {
		read->maximum = literal_of(self, call->arguments[first + 3]);
	}
}

/* The default is one of the values, and the others follow. */
static void read_values(const reader *self, sl_source_read *read, const invocation *call, size_t first) {
	if(strcmp(read->kind, "enum") != 0) {
		return;
	}
	read->values = sl_new(self->arena, call->count * sizeof(*read->values));
	for(size_t i = first + 1; i < call->count; i++) {
		const sl_literal *value = literal_of(self, call->arguments[i]);
		if(value && value->kind != SL_LIT_NIL) {
			read->values[read->value_count++] = value;
		}
	}
}

/* module:get_option_KIND(name, default, …); the arguments from `first` on. */
static void read_option(reader *self, const invocation *call, size_t first, const char *kind, bool global) {
	if(call->count <= first) {
		return;
	}
	sl_source_read read = { .kind = kind, .global = global, .line = self->scan.items[call->name].token.line };
	if(call->count > first + 1) {
		set_default(self, &read, call->arguments[first + 1]);
	}
	default_behind(self, &read, call);
	read_bounds(self, &read, call, first);
	read_values(self, &read, call, first);
	guess_kind(self, &read, call->name);
	add_reads(self, &read, call->arguments[first]);
}

/* configmanager.get(host, name), and the older get(host, "core", name). */
static void read_config(reader *self, const invocation *call) {
	if(call->count < 2) {
		return;
	}
	size_t name = call->count > 2 && sl_is_string(&self->names, call->arguments[1], "core") ? 2 : 1;
	sl_source_read read = { .kind = "any", .line = self->scan.items[call->name].token.line };
	read.global = sl_is_string(&self->names, call->arguments[0], "*");
	default_behind(self, &read, call);
	guess_kind(self, &read, call->name);
	add_reads(self, &read, call->arguments[name]);
}

/* The KIND of get_option_KIND; NULL where the name is another. */
static const char *option_kind(const reader *self, uint32_t name) {
	const sl_token *token = &self->scan.items[name].token;
	size_t length = strlen(GETTER);
	if(token->length < length || memcmp(token->start, GETTER, length) != 0) {
		return NULL;
	}
	if(token->length == length) {
		return "any";
	}
	return token->start[length] == '_' ? sl_strndup(self->arena, token->start + length + 1, token->length - length - 1) : NULL;
}

/* --- What else a module says of itself --- */

static void add_name(reader *self, sl_source_names *names, const invocation *call, const char *name, const char *detail) {
	names->items = sl_grow(self->arena, names->items, names->count, &names->capacity, sizeof(*names->items));
	names->items[names->count++] = (sl_source_name) { .name = name, .detail = detail, .line = self->scan.items[call->name].token.line };
}

static void add_argument(reader *self, sl_source_names *names, const invocation *call) {
	sl_text text;
	for(size_t turn = 0; call->count > 0 && sl_known_turn(&self->names, call->arguments[0], turn, &text); turn++) {
		if(text.whole) {
			add_name(self, names, call, text.prefix, NULL);
		}
	}
}

/* The name that a provider has if it says none: the module's, without the kind before it. */
static const char *item_name(const reader *self, const char *kind) {
	size_t length = strlen(kind);
	if(!self->module) {
		return NULL;
	}
	bool prefixed = strncmp(self->module, kind, length) == 0 && self->module[length] == '_';
	return prefixed ? self->module + length + 1 : self->module;
}

static uint32_t brace_of(const reader *self, sl_range range) {
	if(kind_at(self, range.from) == '{') {
		return range.from;
	}
	sl_known known = sl_known_expression(&self->names, range);
	return known.kind == SL_KNOWN_TABLE ? known.at : SL_NOWHERE;
}

static void read_field(reader *self, sl_source_item *item, sl_item_field *fields, sl_range piece) {
	if(piece.to - piece.from < 3 || kind_at(self, piece.from) != SL_TOKEN_NAME || kind_at(self, piece.from + 1) != '=') {
		return;
	}
	sl_range value = { piece.from + 2, piece.to };
	const sl_token *name = &self->scan.items[piece.from].token;
	if(is(self, piece.from, "name")) {
		sl_text text = sl_known_text(&self->names, value);
		item->name = text.whole ? text.prefix : NULL;
	}
	const sl_literal *literal = literal_of(self, value);
	if(literal && literal->kind != SL_LIT_NIL) {
		fields[item->field_count++] = (sl_item_field) { sl_strndup(self->arena, name->start, name->length), literal };
	}
}

static void read_fields(reader *self, sl_source_item *item, uint32_t brace) {
	sl_range pieces[MOST_ARGUMENTS];
	size_t count = sl_scan_pieces(&self->scan, brace, pieces, MOST_ARGUMENTS);
	sl_item_field *fields = sl_new(self->arena, MOST_ARGUMENTS * sizeof(*fields));
	for(size_t i = 0; i < count && i < MOST_ARGUMENTS; i++) {
		read_field(self, item, fields, pieces[i]);
	}
	item->fields = fields;
}

static void add_item(reader *self, const invocation *call, const char *kind) {
	sl_chunk_source *source = self->source;
	sl_source_item item = { .kind = kind, .name = item_name(self, kind), .line = self->scan.items[call->name].token.line };
	uint32_t brace = call->count > 1 ? brace_of(self, call->arguments[1]) : SL_NOWHERE;
	if(brace != SL_NOWHERE) {
		read_fields(self, &item, brace);
	}
	source->items = sl_grow(self->arena, source->items, source->item_count, &source->item_capacity, sizeof(*source->items));
	source->items[source->item_count++] = item;
}

static void read_provides(reader *self, const invocation *call) {
	sl_text kind = call->count > 0 ? sl_known_text(&self->names, call->arguments[0]) : (sl_text) { "", "", false };
	if(kind.whole) {
		add_item(self, call, kind.prefix);
	}
}

/* module:add_item("net-provider", { … }) is what provides comes to. */
static void read_add_item(reader *self, const invocation *call) {
	static const char ending[] = "-provider";
	sl_text key = call->count > 0 ? sl_known_text(&self->names, call->arguments[0]) : (sl_text) { "", "", false };
	size_t length = key.whole ? strlen(key.prefix) : 0;
	size_t end = sizeof(ending) - 1;
	if(length > end && strcmp(key.prefix + length - end, ending) == 0) {
		add_item(self, call, sl_strndup(self->arena, key.prefix, length - end));
	}
}

static bool at_top(const reader *self, uint32_t index) {
	return self->scan.items[index].opener == SL_NOWHERE;
}

/* `function module.add_host(…)` and the like: Prosody calls it, as it runs the file. */
static bool always_runs(const reader *self, uint32_t function) {
	static const char *const names[] = { "add_host", "load", "ready" };
	for(size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if(is(self, function + 1, "module") && is(self, function + 3, names[i])) {
			return true;
		}
	}
	return false;
}

static const char unknown_condition[] = SL_UNKNOWN_CONDITION;

static const char *both(const reader *self, const char *condition, const char *with, const char *format) {
	const char *text = sl_format(self->arena, format, with);
	return condition ? sl_format(self->arena, "%s and %s", condition, text) : text;
}

/* What must hold for the block of an `if` that the place is in, joined to what must hold besides. */
static const char *branch_condition(const reader *self, uint32_t opener, uint32_t place, const char *condition) {
	const char *last = NULL;
	uint32_t from = opener + 1;
	if(place - opener > *self->budget) {
		return unknown_condition;
	}
	*self->budget -= place - opener;
	for(uint32_t at = from; at < place; at++) {
		int kind = self->scan.items[at].opener == opener ? kind_at(self, at) : SL_TOKEN_END;
		if(kind == SL_TOKEN_THEN) {
			last = shown(self, (sl_range) { from, at });
		} else if(last && (kind == SL_TOKEN_ELSEIF || kind == SL_TOKEN_ELSE)) {
			condition = both(self, condition, last, "not (%s)");
			last = NULL;
			from = at + 1;
		}
	}
	return last ? both(self, condition, last, "(%s)") : condition;
}

/* `pcall(function () … end)` */
static bool is_tried(const reader *self, uint32_t function) {
	return function > 1 && kind_at(self, function - 1) == '(' && is(self, function - 2, "pcall");
}

static bool is_of_host(const reader *self, uint32_t function) {
	return always_runs(self, function) && is(self, function + 3, "add_host");
}

/* Notes what it depends on whether the module comes to that place. */
static void read_condition(const reader *self, uint32_t index, sl_source_name *name) {
	uint32_t place = index;
	uint32_t at = self->scan.items[index].opener;
	for(int steps = 0; at != SL_NOWHERE; steps++) {
		int kind = kind_at(self, at);
		if(kind == SL_TOKEN_IF) {
			name->condition_line = name->condition_line ? name->condition_line : self->scan.items[at].token.line;
			name->condition = branch_condition(self, at, place, name->condition);
		} else if(kind == SL_TOKEN_FUNCTION && is_tried(self, at)) {
			name->soft = true;
		} else if(kind == SL_TOKEN_FUNCTION && is_of_host(self, at)) {
			name->of_host = true;
		} else if(kind == SL_TOKEN_FUNCTION && !always_runs(self, at)) {
			name->condition = unknown_condition;
		}
		if(steps >= MOST_STEPS || name->condition == unknown_condition) {
			name->condition = unknown_condition;
			return;
		}
		place = at;
		at = self->scan.items[at].opener;
	}
}

/* module:daily("Remove what is old", f), module:hourly(f) */
static void read_task(reader *self, const invocation *call, const char *when) {
	sl_source_names *tasks = &self->source->tasks;
	sl_text name = call->count > 1 ? sl_known_text(&self->names, call->arguments[0]) : (sl_text) { when, "", call->count == 1 };
	if(name.whole) {
		add_name(self, tasks, call, name.prefix, when);
		read_condition(self, call->name, &tasks->items[tasks->count - 1]);
	}
}

/* module:require(name) */
static void read_require(reader *self, const invocation *call) {
	sl_source_names *libraries = &self->source->requires;
	size_t before = libraries->count;
	add_argument(self, libraries, call);
	for(size_t i = before; i < libraries->count; i++) {
		read_condition(self, call->name, &libraries->items[i]);
	}
}

/* module:depends(name, soft) */
static void read_depends(reader *self, const invocation *call) {
	sl_source_names *depends = &self->source->depends;
	size_t before = depends->count;
	bool soft = call->count > 1 && kind_at(self, call->arguments[1].from) == SL_TOKEN_TRUE;
	add_argument(self, depends, call);
	for(size_t i = before; i < depends->count; i++) {
		sl_source_name *name = &depends->items[i];
		name->soft = soft;
		read_condition(self, call->name, name);
		name->detail = name->soft || name->condition ? "optional" : NULL;
	}
}

/* Does the block of an `if` at the head of a file leave the file? */
static bool leaves(const reader *self, uint32_t index) {
	uint32_t block = self->scan.items[index].opener;
	if(block == SL_NOWHERE || kind_at(self, block) != SL_TOKEN_IF || !at_top(self, block)) {
		return false;
	}
	uint32_t last = self->scan.items[block].match - 1;
	return kind_at(self, kind_at(self, last) == ';' ? last - 1 : last) == SL_TOKEN_RETURN;
}

/* `if module:get_host_type() ~= "component" then error(…)`, also in add_host, or then return. */
static void read_host_type(reader *self, const invocation *call) {
	uint32_t at = call->end;
	if(is(self, at, "~=") && sl_is_string(&self->names, (sl_range) { at + 1, at + 2 }, "component")
		&& kind_at(self, at + 2) == SL_TOKEN_THEN && (is(self, at + 3, "error") || leaves(self, call->name))) {
		self->source->component = true;
	}
}

static void read_method(reader *self, const invocation *call) {
	sl_chunk_source *source = self->source;
	uint32_t name = call->name;
	if(is(self, name, "depends")) {
		read_depends(self, call);
	} else if(is(self, name, "require")) {
		read_require(self, call);
	} else if(is(self, name, "add_feature")) {
		add_argument(self, &source->features, call);
	} else if(is(self, name, "provides")) {
		read_provides(self, call);
	} else if(is(self, name, "add_item")) {
		read_add_item(self, call);
	} else if(is(self, name, "set_global")) {
		source->global = source->global || at_top(self, name);
	} else if(is(self, name, "get_host_type")) {
		read_host_type(self, call);
	} else if(is(self, name, "hourly") || is(self, name, "daily") || is(self, name, "weekly")) {
		const sl_token *token = &self->scan.items[name].token;
		read_task(self, call, sl_strndup(self->arena, token->start, token->length));
	}
}

/* --- The walk --- */

/* `function api:get_option(name, …)` defines. */
static bool is_definition(const reader *self, uint32_t name) {
	return name >= 3 && kind_at(self, name - 3) == SL_TOKEN_FUNCTION;
}

/* x:name(…): the method of what is most likely a module. */
static void visit_method(reader *self, uint32_t name) {
	invocation call;
	if(is_definition(self, name) || !read_call(self, name, name + 1, &call)) {
		return;
	}
	const char *kind = option_kind(self, name);
	if(kind) {
		read_option(self, &call, 0, kind, reads_globally(self, name));
	} else {
		read_method(self, &call);
	}
}

/* x.name(…): config.get, and module.get_option_x(module, …). */
static void visit_field(reader *self, uint32_t name) {
	invocation call;
	if(is_definition(self, name) || !read_call(self, name, name + 1, &call)) {
		return;
	}
	const char *kind = option_kind(self, name);
	if(kind) {
		read_option(self, &call, 1, kind, reads_globally(self, name));
	} else if(is(self, name, "get") || is(self, name, "rawget")) {
		sl_range range = { beginning(self, name), name + 1 };
		if(sl_known_expression(&self->names, range).kind == SL_KNOWN_GET) {
			read_config(self, &call);
		}
	}
}

/* A host's section, as core/hostmanager and util/startup call it when they go through the configuration itself. */
static bool visit_section(reader *self, uint32_t name) {
	if(!is(self, name, "host_config") || kind_at(self, name + 1) != '.' || kind_at(self, name + 2) != SL_TOKEN_NAME
		|| kind_at(self, name + 3) == '=') {
		return false;
	}
	const sl_token *token = &self->scan.items[name + 2].token;
	sl_source_read read = { .kind = "any", .line = token->line };
	default_of_comparison(self, &read, name + 3);
	guess_kind(self, &read, name);
	read.name = sl_strndup(self->arena, token->start, token->length);
	add_read(self, &read);
	return true;
}

/* name(…) by itself: a local alias. */
static void visit_plain(reader *self, uint32_t name) {
	invocation call;
	sl_known known = sl_known_at(&self->names, name);
	if(visit_section(self, name) || (known.kind != SL_KNOWN_GET && known.kind != SL_KNOWN_GETTER)
		|| !read_call(self, name, name + 1, &call)) {
		return;
	}
	if(known.kind == SL_KNOWN_GET) {
		read_config(self, &call);
	} else {
		read_option(self, &call, 1, option_kind(self, known.at), self->source->global);
	}
}

static void visit(reader *self, uint32_t at) {
	int before = at > 0 ? kind_at(self, at - 1) : SL_TOKEN_END;
	if(before == ':') {
		visit_method(self, at);
	} else if(before == '.') {
		visit_field(self, at);
	} else {
		visit_plain(self, at);
	}
}

static void read_chunk(reader *self, const char *text, size_t length, unsigned line);

/* mod_firewall and others keep source that they put together and compile in long strings. */
static void visit_string(reader *self, uint32_t at) {
	const sl_token *token = &self->scan.items[at].token;
	if(*token->start != '[' || self->inner || !memmem(token->start, token->length, GETTER, strlen(GETTER))) {
		return;
	}
	size_t around = (size_t)((const char *)memchr(token->start + 1, '[', token->length - 1) - token->start) + 1;
	reader inner = { .arena = self->arena, .source = self->source, .module = self->module, .budget = self->budget, .inner = true };
	read_chunk(&inner, token->start + around, token->length - 2 * around, token->line);
}

static void read_chunk(reader *self, const char *text, size_t length, unsigned line) {
	sl_scan_text(self->arena, text, length, line, &self->scan);
	sl_names_init(&self->names, self->arena, &self->scan, self->module);
	for(uint32_t at = 0; at < self->scan.count; at++) {
		sl_names_step(&self->names, at);
		int kind = kind_at(self, at);
		if(kind == SL_TOKEN_NAME) {
			visit(self, at);
		} else if(kind == SL_TOKEN_STRING) {
			visit_string(self, at);
		}
	}
}

static void read_headers(reader *self, const char *text, size_t length) {
	sl_header header;
	sl_source_names *names = &self->source->headers;
	for(const char *at = text; sl_next_header(&at, text + length, &header);) {
		names->items = sl_grow(self->arena, names->items, names->count, &names->capacity, sizeof(*names->items));
		names->items[names->count++] = (sl_source_name) {
			.name = sl_strndup(self->arena, header.key, header.key_length),
			.detail = sl_strndup(self->arena, header.value, header.value_length),
		};
	}
}

void sl_source_read_text(sl_arena *arena, const char *text, size_t length, const char *module, sl_chunk_source *source) {
	size_t budget = length * 8;
	reader self = { .arena = arena, .source = source, .module = module, .budget = &budget };
	*source = (sl_chunk_source) { 0 };
	read_chunk(&self, text, length, 1);
	read_headers(&self, text, length);
}
