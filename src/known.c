#include "known.h"

#include <string.h>

enum {
	LONGEST_NAME = 64,  /* of a variable that is followed */
	LONGEST_TEXT = 128, /* of a string that is put together: names of options are short, and doubling must not explode */
	MOST_OPERANDS = 16,
	DEEPEST = 8, /* parentheses in such an expression */
	MOST_TURNS = 32,
	LONGEST_TABLE = 256, /* tokens of what a loop goes through */
	MOST_NAMES = 8       /* declared in one statement */
};

struct sl_known_name {
	sl_known known;
};

struct sl_known_change {
	sl_known_name *name;
	sl_known before;
};

/* A declared name is known only behind its statement. */
struct sl_known_pending {
	uint32_t from; /* the first token where it is */
	uint32_t name;
	sl_known known;
};

static const sl_known nothing = { .kind = SL_KNOWN_NOT, .text = { "", "", false } };

void sl_names_init(sl_names *names, sl_arena *arena, const sl_scan *scan, const char *module) {
	*names = (sl_names) { .arena = arena, .scan = scan, .module = module };
	sl_map_init(&names->map, arena);
}

/* The name at an index as a string in the buffer; NULL where it is too long to be followed. */
static const char *name_at(const sl_names *names, uint32_t index, char buffer[LONGEST_NAME]) {
	const sl_token *token = &names->scan->items[index].token;
	if(token->length >= LONGEST_NAME) {
		return NULL;
	}
	memcpy(buffer, token->start, token->length);
	buffer[token->length] = '\0';
	return buffer;
}

/* What is handed around by these names is Prosody's configmanager. */
static bool names_config(const sl_scan *scan, uint32_t index) {
	return sl_scan_is(scan, index, "config") || sl_scan_is(scan, index, "configmanager");
}

static sl_known_name *find_name(const sl_names *names, uint32_t index) {
	char buffer[LONGEST_NAME];
	const char *name = sl_scan_kind(names->scan, index) == SL_TOKEN_NAME ? name_at(names, index, buffer) : NULL;
	return name ? sl_map_get(&names->map, name) : NULL;
}

sl_known sl_known_at(const sl_names *names, uint32_t index) {
	sl_known known = nothing;
	const sl_known_name *found = find_name(names, index);
	if(found) {
		return found->known;
	}
	known.kind = names_config(names->scan, index) ? SL_KNOWN_CONFIG : SL_KNOWN_NOT;
	return known;
}

/* --- Strings --- */

static sl_text whole(const char *text) {
	return (sl_text) { text, "", true };
}

static const sl_text any_text = { "", "", false };

static const char *joined(sl_arena *arena, const char *a, const char *b) {
	if(!*a || !*b) {
		return *a ? a : b;
	}
	return strlen(a) + strlen(b) > LONGEST_TEXT ? NULL : sl_format(arena, "%s%s", a, b);
}

static sl_text join(sl_arena *arena, sl_text a, sl_text b) {
	sl_text text = { a.prefix, b.whole ? b.prefix : b.suffix, false };
	if(a.whole) {
		text.prefix = joined(arena, a.prefix, b.prefix);
		text.suffix = b.suffix;
		text.whole = b.whole;
	} else if(b.whole) {
		text.suffix = joined(arena, a.suffix, b.prefix);
	}
	return text.prefix && text.suffix ? text : any_text;
}

static sl_text literal_text(const sl_names *names, uint32_t index) {
	size_t length;
	const char *wrong;
	unsigned line;
	const sl_token *token = &names->scan->items[index].token;
	if(token->length > LONGEST_TEXT) {
		return any_text;
	}
	const char *text = sl_token_string(names->arena, token, &length, &wrong, &line);
	return text && strlen(text) == length ? whole(text) : any_text;
}

static sl_text expression_text(const sl_names *names, sl_range range, int depth);

static sl_text name_text(const sl_names *names, uint32_t index) {
	sl_known known = sl_known_at(names, index);
	return known.kind == SL_KNOWN_TEXT ? known.text : any_text;
}

static sl_text operand_text(const sl_names *names, sl_range range, int depth) {
	const sl_scan *scan = names->scan;
	int kind = sl_scan_kind(scan, range.from);
	uint32_t count = range.to - range.from;
	if(count == 1 && kind == SL_TOKEN_STRING) {
		return literal_text(names, range.from);
	}
	if(count == 1 && kind == SL_TOKEN_NAME) {
		return name_text(names, range.from);
	}
	if(count == 3 && names->module && sl_scan_is(scan, range.from, "module") && sl_scan_is(scan, range.from + 1, ".")
		&& sl_scan_is(scan, range.from + 2, "name")) {
		return whole(names->module);
	}
	if(kind == '(' && scan->items[range.from].match == range.to - 1 && depth < DEEPEST) {
		return expression_text(names, (sl_range) { range.from + 1, range.to - 1 }, depth + 1);
	}
	return any_text;
}

/* Operands are what two dots join; an operator that binds weaker makes the whole unknown, one that binds stronger is part of one. */
static bool binds_weaker(const sl_scan *scan, uint32_t index) {
	int kind = sl_scan_kind(scan, index);
	return kind == SL_TOKEN_OR || kind == SL_TOKEN_AND || kind == '<' || kind == '>' || kind == SL_TOKEN_NOT
		|| (kind == SL_TOKEN_OPERATOR && !sl_scan_is(scan, index, "..") && !sl_scan_is(scan, index, "//"));
}

static uint32_t step_over(const sl_scan *scan, uint32_t index) {
	switch(sl_scan_kind(scan, index)) {
	case '(':
	case '[':
	case '{':
	case SL_TOKEN_FUNCTION:
		return scan->items[index].match + 1;
	default:
		return index + 1;
	}
}

static sl_text expression_text(const sl_names *names, sl_range range, int depth) {
	sl_text text = whole("");
	uint32_t from = range.from;
	int operands = 0;
	for(uint32_t at = range.from; at <= range.to;) {
		if(at < range.to && binds_weaker(names->scan, at)) {
			return any_text;
		}
		if(at < range.to && !sl_scan_is(names->scan, at, "..")) {
			at = step_over(names->scan, at);
			at = at > range.to ? range.to : at;
			continue;
		}
		if(++operands > MOST_OPERANDS) {
			return any_text;
		}
		text = join(names->arena, text, operand_text(names, (sl_range) { from, at }, depth));
		from = ++at;
	}
	return text;
}

sl_text sl_known_text(const sl_names *names, sl_range range) {
	return expression_text(names, range, 0);
}

bool sl_is_string(const sl_names *names, sl_range range, const char *text) {
	if(range.to - range.from != 1 || sl_scan_kind(names->scan, range.from) != SL_TOKEN_STRING) {
		return false;
	}
	sl_text found = literal_text(names, range.from);
	return found.whole && strcmp(found.prefix, text) == 0;
}

/* --- Loops over a table of strings --- */

static sl_known_name *loop_name(const sl_names *names, sl_range range) {
	for(uint32_t at = range.from; at < range.to && at < range.from + MOST_OPERANDS; at++) {
		sl_known_name *name = find_name(names, at);
		if(name && name->known.kind == SL_KNOWN_EACH) {
			return name;
		}
	}
	return NULL;
}

bool sl_known_turn(sl_names *names, sl_range range, size_t turn, sl_text *text) {
	sl_known_name *name = loop_name(names, range);
	if(!name) {
		*text = sl_known_text(names, range);
		return turn == 0;
	}
	sl_known loop = name->known;
	sl_range pieces[MOST_TURNS];
	size_t count = sl_scan_pieces(names->scan, loop.at, pieces, MOST_TURNS);
	if(turn >= count || turn >= MOST_TURNS) {
		return false;
	}
	name->known = (sl_known) { .kind = SL_KNOWN_TEXT, .text = sl_known_text(names, pieces[turn]) };
	*text = sl_known_text(names, range);
	name->known = loop;
	return true;
}

/* --- What an expression is --- */

/* `require "core.configmanager"` and what is taken from it; *end is behind the name of the module. */
static bool requires_config(const sl_names *names, uint32_t index, uint32_t *end) {
	sl_range name;
	if(!sl_scan_is(names->scan, index, "require")) {
		return false;
	}
	int kind = sl_scan_kind(names->scan, index + 1);
	if((kind != SL_TOKEN_STRING && kind != '(') || sl_scan_pieces(names->scan, index + 1, &name, 1) != 1) {
		return false;
	}
	*end = kind == '(' ? names->scan->items[index + 1].match + 1 : index + 2;
	return sl_is_string(names, name, "core.configmanager") || sl_is_string(names, name, "prosody.core.configmanager");
}

static bool takes_get(const sl_scan *scan, uint32_t index) {
	return sl_scan_kind(scan, index) == '.' && (sl_scan_is(scan, index + 1, "get") || sl_scan_is(scan, index + 1, "rawget"));
}

static bool config_known(const sl_names *names, sl_range range, sl_known *known) {
	uint32_t end = range.from + 1;
	if(sl_known_at(names, range.from).kind != SL_KNOWN_CONFIG && !requires_config(names, range.from, &end)) {
		return false;
	}
	if(end == range.to) {
		known->kind = SL_KNOWN_CONFIG;
	} else if(end + 2 == range.to && takes_get(names->scan, end)) {
		known->kind = SL_KNOWN_GET;
	}
	return true;
}

/* `module:context(x)`, and util/prosodyctl/check's api(x). */
static sl_known_kind context_kind(const sl_names *names, sl_range range) {
	const sl_scan *scan = names->scan;
	sl_range argument;
	uint32_t last = range.to - 1;
	uint32_t open = scan->items[last].match;
	if(sl_scan_kind(scan, last) != ')' || open <= range.from
		|| !(sl_scan_is(scan, open - 1, "context") || sl_scan_is(scan, open - 1, "api"))) {
		return SL_KNOWN_NOT;
	}
	bool global = sl_scan_pieces(scan, open, &argument, 1) == 1 && sl_is_string(names, argument, "*");
	return global ? SL_KNOWN_GLOBAL : SL_KNOWN_HOST;
}

static bool is_getter(const sl_scan *scan, sl_range range) {
	static const char name[] = "get_option";
	uint32_t last = range.to - 1;
	const sl_token *token = &scan->items[last].token;
	size_t length = sizeof(name) - 1;
	return range.to - range.from == 3 && sl_scan_kind(scan, last - 1) == '.' && token->length >= length
		&& memcmp(token->start, name, length) == 0 && (token->length == length || token->start[length] == '_');
}

sl_known sl_known_expression(const sl_names *names, sl_range range) {
	sl_known known = nothing;
	if(range.from >= range.to || config_known(names, range, &known)) {
		return known;
	}
	const sl_scan *scan = names->scan;
	known.kind = context_kind(names, range);
	if(known.kind != SL_KNOWN_NOT) {
		return known;
	}
	if(sl_scan_kind(scan, range.from) == '{') {
		return (sl_known) { .kind = SL_KNOWN_TABLE, .text = any_text, .at = range.from };
	}
	if(is_getter(scan, range)) {
		return (sl_known) { .kind = SL_KNOWN_GETTER, .text = any_text, .at = range.to - 1 };
	}
	if(range.to - range.from == 1 && sl_scan_kind(scan, range.from) == SL_TOKEN_NAME) {
		return sl_known_at(names, range.from);
	}
	return (sl_known) { .kind = SL_KNOWN_TEXT, .text = sl_known_text(names, range) };
}

/* --- Scopes --- */

static void open_scope(sl_names *names) {
	names->scopes = sl_grow(names->arena, names->scopes, names->scope_count, &names->scope_capacity, sizeof(*names->scopes));
	names->scopes[names->scope_count++] = names->change_count;
}

static void close_scope(sl_names *names) {
	if(names->scope_count == 0) {
		return;
	}
	size_t before = names->scopes[--names->scope_count];
	while(names->change_count > before) {
		const sl_known_change *change = &names->changes[--names->change_count];
		change->name->known = change->before;
	}
}

static sl_known_name *name_of(sl_names *names, uint32_t index) {
	char buffer[LONGEST_NAME];
	const char *name = name_at(names, index, buffer);
	if(!name) {
		return NULL;
	}
	sl_known_name *found = sl_map_get(&names->map, name);
	if(!found) {
		found = sl_new(names->arena, sizeof(*found));
		found->known = nothing;
		*sl_map_place(&names->map, sl_strdup(names->arena, name)) = found;
	}
	return found;
}

static void declare(sl_names *names, uint32_t index, sl_known known) {
	sl_known_name *name = name_of(names, index);
	if(name) {
		names->changes =
			sl_grow(names->arena, names->changes, names->change_count, &names->change_capacity, sizeof(*names->changes));
		names->changes[names->change_count++] = (sl_known_change) { name, name->known };
		name->known = known;
	}
}

static void declare_from(sl_names *names, uint32_t from, uint32_t index, sl_known known) {
	names->pending = sl_grow(names->arena, names->pending, names->pending_count, &names->pending_capacity, sizeof(*names->pending));
	names->pending[names->pending_count++] = (sl_known_pending) { from, index, known };
}

static void declare_pending(sl_names *names, uint32_t index) {
	while(names->pending_count > 0 && names->pending[names->pending_count - 1].from <= index) {
		const sl_known_pending *due = &names->pending[--names->pending_count];
		declare(names, due->name, due->known);
	}
}

/* --- Statements --- */

/* The names of `a, b <const>`; returns the index behind them. */
static uint32_t list_of_names(const sl_scan *scan, uint32_t at, uint32_t list[MOST_NAMES], size_t *count) {
	*count = 0;
	while(sl_scan_kind(scan, at) == SL_TOKEN_NAME) {
		if(*count < MOST_NAMES) {
			list[(*count)++] = at;
		}
		at++;
		if(sl_scan_kind(scan, at) == '<') {
			at += 3;
		}
		if(sl_scan_kind(scan, at) != ',') {
			break;
		}
		at++;
	}
	return at;
}

static void step_local(sl_names *names, uint32_t index) {
	const sl_scan *scan = names->scan;
	uint32_t list[MOST_NAMES];
	sl_known known[MOST_NAMES];
	size_t count;
	if(sl_scan_kind(scan, index + 1) == SL_TOKEN_FUNCTION) {
		if(sl_scan_kind(scan, index + 2) == SL_TOKEN_NAME) {
			declare(names, index + 2, nothing);
		}
		return;
	}
	uint32_t at = list_of_names(scan, index + 1, list, &count);
	bool more = sl_scan_kind(scan, at) == '=';
	for(size_t i = 0; i < count; i++) {
		uint32_t end = more ? sl_scan_expression(scan, at + 1) : at;
		known[i] = more ? sl_known_expression(names, (sl_range) { at + 1, end }) : nothing;
		more = more && sl_scan_kind(scan, end) == ',';
		at = end;
	}
	/* Names without an expression of their own are nil, or a further result of the last. */
	for(size_t i = count; i > 0; i--) {
		declare_from(names, at, list[i - 1], known[i - 1]);
	}
}

/* The table that ipairs or pairs goes through. */
static bool loop_table(const sl_names *names, uint32_t at, uint32_t *table) {
	const sl_scan *scan = names->scan;
	if(!sl_scan_is(scan, at, "ipairs") && !sl_scan_is(scan, at, "pairs")) {
		return false;
	}
	at += sl_scan_kind(scan, at + 1) == '(' ? 2 : 1;
	sl_known known = sl_known_at(names, at);
	*table = known.kind == SL_KNOWN_TABLE ? known.at : at;
	return sl_scan_kind(scan, *table) == '{' && scan->items[*table].match - *table < LONGEST_TABLE;
}

/* The `do` of a loop, or where it cannot be any more. */
static uint32_t find_do(const sl_scan *scan, uint32_t at) {
	for(;;) {
		switch(sl_scan_kind(scan, at)) {
		case SL_TOKEN_DO:
		case SL_TOKEN_END:
		case SL_TOKEN_FOR:
		case SL_TOKEN_LOCAL:
		case SL_TOKEN_ENDWORD:
			return at;
		default:
			at = step_over(scan, at);
		}
	}
}

static void step_for(sl_names *names, uint32_t index) {
	const sl_scan *scan = names->scan;
	uint32_t list[MOST_NAMES];
	size_t count;
	uint32_t table;
	uint32_t at = list_of_names(scan, index + 1, list, &count);
	bool known = sl_scan_kind(scan, at) == SL_TOKEN_IN && loop_table(names, at + 1, &table);
	uint32_t from = find_do(scan, at) + 1;
	for(size_t i = 0; i < count; i++) {
		sl_known each = { .kind = SL_KNOWN_EACH, .text = any_text, .at = known ? table : 0 };
		declare_from(names, from, list[i], known && i == 1 ? each : nothing);
	}
}

/* A function of a global module may be given the module of a host, whatever the parameter is called: mod_http's
   get_base_path(host_module, …), every add_host(module). */
static sl_known parameter(const sl_scan *scan, uint32_t index) {
	sl_known known = nothing;
	known.kind = names_config(scan, index) ? SL_KNOWN_CONFIG : SL_KNOWN_HOST;
	return known;
}

static void step_function(sl_names *names, uint32_t index) {
	const sl_scan *scan = names->scan;
	uint32_t list[MOST_NAMES];
	size_t count;
	uint32_t open = index + 1;
	open_scope(names);
	while(sl_scan_kind(scan, open) == SL_TOKEN_NAME || sl_scan_kind(scan, open) == '.' || sl_scan_kind(scan, open) == ':') {
		open++;
	}
	if(sl_scan_kind(scan, open) != '(') {
		return;
	}
	list_of_names(scan, open + 1, list, &count);
	for(size_t i = 0; i < count; i++) {
		declare(names, list[i], parameter(scan, list[i]));
	}
}

/* What a name may be after an assignment that may have been made or not. */
static sl_known either(sl_known a, sl_known b) {
	if(a.kind != SL_KNOWN_TEXT || b.kind != SL_KNOWN_TEXT) {
		return nothing;
	}
	const char *end = a.text.whole ? a.text.prefix : a.text.suffix;
	const char *other = b.text.whole ? b.text.prefix : b.text.suffix;
	size_t left = strlen(end), right = strlen(other);
	while(left > 0 && right > 0 && end[left - 1] == other[right - 1]) {
		left--;
		right--;
	}
	a.text = (sl_text) { "", end + left, false };
	return a;
}

static void step_assignment(sl_names *names, uint32_t index) {
	const sl_scan *scan = names->scan;
	int before = index > 0 ? sl_scan_kind(scan, index - 1) : SL_TOKEN_END;
	uint32_t opener = scan->items[index].opener;
	sl_known_name *name = find_name(names, index);
	if(!name || name->known.kind == SL_KNOWN_NOT || before == '.' || before == SL_TOKEN_LOCAL
		|| (opener != SL_NOWHERE && sl_scan_kind(scan, opener) == '{')) {
		return;
	}
	uint32_t end = sl_scan_expression(scan, index + 2);
	sl_known known = before == ',' ? nothing : sl_known_expression(names, (sl_range) { index + 2, end });
	name->known = either(name->known, known);
}

void sl_names_step(sl_names *names, uint32_t index) {
	declare_pending(names, index);
	switch(sl_scan_kind(names->scan, index)) {
	case SL_TOKEN_LOCAL:
		step_local(names, index);
		break;
	case SL_TOKEN_FOR:
		step_for(names, index);
		break;
	case SL_TOKEN_FUNCTION:
		step_function(names, index);
		break;
	case SL_TOKEN_DO:
	case SL_TOKEN_THEN:
	case SL_TOKEN_REPEAT:
		open_scope(names);
		break;
	case SL_TOKEN_ELSE:
		close_scope(names);
		open_scope(names);
		break;
	case SL_TOKEN_ELSEIF:
	case SL_TOKEN_ENDWORD:
	case SL_TOKEN_UNTIL:
		close_scope(names);
		break;
	case SL_TOKEN_NAME:
		if(sl_scan_kind(names->scan, index + 1) == '=') {
			step_assignment(names, index);
		}
		break;
	default:
		break;
	}
}
