#include "data.h"

#include <string.h>

enum { DEEPEST = 32, MOST_KEYS = 200, MOST_DIGITS = 15 };

typedef struct reader {
	sl_arena *arena;
	sl_data *data;
	const char *text, *at, *end;
	uint32_t line;
	unsigned depth;
	const char *expected, *found;   /* where it gave up first */
} reader;

/* False: the reader ends here. What was noted first is what stands in the way. */
static bool give_up_at(reader *r, const char *found, const char *expected) {
	if(!r->expected) {
		r->expected = expected;
		r->found = found;
	}
	return false;
}

static bool give_up(reader *r, const char *expected) {
	return give_up_at(r, r->at, expected);
}

/* ======== characters ======== */

/* What a byte can be: one of a name, a digit, one at which a string's plain text ends. Those beyond ASCII are none of it. */
enum { OF_NAME = 1, DIGIT = 2, ENDS_PLAIN = 4 };

static const unsigned char kinds[256] = {
	4, 4, 4, 4, 4, 4, 4, 4, 4, 0, 4, 4, 4, 4, 4, 4,
	4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
	0, 0, 4, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0,
	3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 0, 0, 0, 0, 0, 0,
	0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 4, 0, 0, 1,
	0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0
};

static bool is_a(char c, unsigned char kind) {
	return kinds[(unsigned char)c] & kind;
}

static bool is_digit(char c) {
	return is_a(c, DIGIT);
}

static bool is_letter(char c) {
	return (kinds[(unsigned char)c] & (OF_NAME | DIGIT)) == OF_NAME;
}

/* The byte at hand, 0 at the end; a zero byte is in no data file. */
static char peek(const reader *r) {
	static const char none = '\0';
	return *(r->at < r->end ? r->at : &none);
}

static bool skip_comment(reader *r) {
	r->at += 2;
	if(peek(r) == '[') {
		return give_up(r, "a comment that ends with its line: -- and a blank");
	}
	size_t rest = (size_t)(r->end - r->at);
	const char *end = memchr(r->at, '\n', rest);
	size_t length = end ? (size_t)(end - r->at) : rest;
	const char *zero = memchr(r->at, '\0', length);
	const char *wrong = memchr(r->at, '\r', zero ? (size_t)(zero - r->at) : length);
	wrong = wrong ? wrong : zero;
	r->at = wrong ? wrong : r->at + length;
	return !wrong || give_up(r, "a comment of text, which ends with a line feed alone");
}

static bool skip_space(reader *r) {
	for(; r->at < r->end && (unsigned char)*r->at <= '-'; r->at++) {
		if(*r->at == '\n') {
			r->line++;
		} else if(*r->at == '-' && r->end - r->at > 1 && r->at[1] == '-') {
			if(!skip_comment(r)) {
				return false;
			}
			r->at--;
		} else if(*r->at != ' ' && *r->at != '\t') {
			break;
		}
	}
	return true;
}

/* Takes the character, and what is blank before it. */
static bool take(reader *r, char c) {
	if(!skip_space(r) || peek(r) != c) {
		return false;
	}
	r->at++;
	return true;
}

/* ======== data ======== */

static sl_datum *add(reader *r, sl_datum_kind kind) {
	sl_data *data = r->data;
	if(data->count == data->capacity) {
		data->row = sl_grow(r->arena, data->row, data->count, &data->capacity, sizeof(*data->row));
	}
	sl_datum *datum = &data->row[data->count++];
	*datum = (sl_datum) { .kind = (uint8_t)kind, .line = r->line, .start = (uint32_t)(r->at - r->text) };
	return datum;
}

/* ======== words ======== */

typedef struct word {
	const char *text;
	size_t length;
} word;

#define WORD(text) { text, sizeof(text) - 1 }

static bool same(const char *text, size_t length, const char *other) {
	return strlen(other) == length && memcmp(text, other, length) == 0;
}

static bool is_among(const char *text, size_t length, const word *words, size_t count) {
	for(const word *known = words; known < words + count; known++) {
		if(known->length == length && known->text[0] == text[0] && memcmp(text, known->text, length) == 0) {
			return true;
		}
	}
	return false;
}

static bool is_keyword(const char *text, size_t length) {
	static const word words[] = {
		WORD("and"), WORD("break"), WORD("do"), WORD("else"), WORD("elseif"), WORD("end"), WORD("false"), WORD("for"), WORD("function"),
		WORD("goto"), WORD("if"), WORD("in"), WORD("local"), WORD("nil"), WORD("not"), WORD("or"), WORD("repeat"), WORD("return"), WORD("then"),
		WORD("true"), WORD("until"), WORD("while")
	};
	return length <= 8 && strchr("abdefgilnortuw", *text) && is_among(text, length, words, sizeof(words) / sizeof(*words));
}

/* Names to which a configuration cannot assign as to any other; all of them begin with a letter of these. */
static bool is_special(const char *text, size_t length) {
	static const word words[] = {
		WORD("Component"), WORD("Credential"), WORD("FileContents"), WORD("FileLine"), WORD("FileLines"), WORD("Host"), WORD("Include"), WORD("Lua"),
		WORD("RunScript"), WORD("VirtualHost"), WORD("component"), WORD("host"), WORD("include")
	};
	return *text == '_' || (strchr("CFHILRVchi", *text) && is_among(text, length, words, sizeof(words) / sizeof(*words)));
}

/* What a file says of itself (info_api.h), and never an option. */
static bool is_description(const char *text, size_t length) {
	static const word words[] = { WORD("client_info"), WORD("feature_info"), WORD("profile_info"), WORD("usecase_info") };
	return strchr("cfpu", *text) && is_among(text, length, words, sizeof(words) / sizeof(*words));
}

static size_t take_name(reader *r, const char **name) {
	*name = r->at;
	const char *at = r->at;
	while(at < r->end && is_a(*at, OF_NAME)) {
		at++;
	}
	r->at = at;
	return (size_t)(at - *name);
}

/* ======== values ======== */

static bool read_string(reader *r, sl_datum *datum) {
	const char quote = peek(r);
	const char *const start = r->at + 1;
	const char *at = start;
	for(; at < r->end && *at != quote; at++) {
		if(is_a(*at, ENDS_PLAIN) && *at != '"' && *at != '\'') {
			return give_up_at(r, at, "a string without escapes and control characters, which ends on its line");
		}
	}
	if(at == r->end) {
		return give_up_at(r, at, "the quote that ends the string");
	}
	datum->as.text = start;
	datum->length = (uint32_t)(at - start);
	r->at = at + 1;
	return true;
}

/* Both the digits as a whole number and the power of ten are exact, so their quotient is the nearest number there is: what strtod gives. */
static double scaled(int64_t digits, unsigned places) {
	double scale = 1;
	while(places--) {
		scale *= 10;
	}
	return (double)digits / scale;
}

static unsigned take_digits(reader *r, int64_t *value) {
	unsigned count = 0;
	for(; is_digit(peek(r)); count++) {
		if(count < MOST_DIGITS) {
			*value = *value * 10 + (peek(r) - '0');
		}
		r->at++;
	}
	return count;
}

static const char a_number[] = "a decimal number of at most 15 digits";

static bool read_number(reader *r, sl_datum *datum) {
	bool negative = peek(r) == '-';
	int64_t value = 0;
	r->at += negative;
	unsigned whole = take_digits(r, &value);
	if(!whole || whole > MOST_DIGITS) {
		return give_up(r, a_number);
	}
	if(peek(r) == '.') {
		r->at++;
		int64_t fraction = 0;
		unsigned places = take_digits(r, &fraction);
		if(!places || whole + places > MOST_DIGITS) {
			return give_up(r, a_number);
		}
		for(unsigned i = 0; i < places; i++) {
			value *= 10;
		}
		datum->kind = SL_DATUM_NUMBER;
		datum->as.number = scaled(value + fraction, places);
		datum->as.number = negative ? -datum->as.number : datum->as.number;
	} else {
		datum->kind = SL_DATUM_INTEGER;
		datum->as.integer = negative ? -value : value;
	}
	if(is_letter(peek(r)) || peek(r) == '.') {
		return give_up(r, a_number);
	}
	return true;
}

static bool read_value(reader *r);

/* Is the text a key or option of the chain that begins with the datum before `last`? *count is how many it has. */
static bool is_in_chain(const reader *r, uint32_t last, const char *text, size_t length, unsigned *count) {
	for(*count = 0; last; (*count)++) {
		const sl_datum *datum = &r->data->row[last - 1];
		if(datum->length == length && memcmp(datum->as.text, text, length) == 0) {
			return true;
		}
		last = datum->listed;
	}
	return false;
}

/* Links a new key or option into its chain; false where it stands there already. */
static bool chain(reader *r, uint32_t *last, const char *text, size_t length, sl_datum_kind kind) {
	unsigned count;
	if(is_in_chain(r, *last, text, length, &count)) {
		return give_up_at(r, text, kind == SL_DATUM_KEY ? "each key of a table once" : "each option once in a scope");
	}
	if(count >= MOST_KEYS) {
		return give_up_at(r, text, "at most 200 keys in a table or options in a scope");
	}
	sl_datum *datum = add(r, kind);
	datum->as.text = text;
	datum->length = (uint32_t)length;
	datum->start = (uint32_t)(text - r->text);
	datum->listed = *last;
	*last = (uint32_t)r->data->count;
	return true;
}

static bool read_quoted_key(reader *r, uint32_t *last) {
	sl_datum key;
	r->at++;
	if(!skip_space(r) || (peek(r) != '"' && peek(r) != '\'') || !read_string(r, &key) || !take(r, ']') || !take(r, '=')) {
		return give_up(r, "[\"key\"] = value");
	}
	return chain(r, last, key.as.text, key.length, SL_DATUM_KEY) && read_value(r);
}

static bool read_named_key(reader *r, uint32_t *last) {
	const char *name;
	size_t length = take_name(r, &name);
	if(is_keyword(name, length) || !take(r, '=')) {
		return give_up_at(r, name, "a value (true, false, a number, a string, a table) or key = value");
	}
	return chain(r, last, name, length, SL_DATUM_KEY) && read_value(r);
}

static bool is_boolean(const reader *r) {
	reader ahead = *r;
	const char *name;
	size_t length = take_name(&ahead, &name);
	return same(name, length, "true") || same(name, length, "false");
}

static bool read_item(reader *r, uint32_t *last, uint32_t *listed) {
	if(peek(r) == '[') {
		return read_quoted_key(r, last);
	}
	if(is_letter(peek(r)) && !is_boolean(r)) {
		return read_named_key(r, last);
	}
	++*listed;
	return read_value(r);
}

static bool read_items(reader *r, size_t table) {
	uint32_t last = 0;
	uint32_t listed = 0;
	uint32_t items = 0;
	for(; skip_space(r) && peek(r) != '}'; items++) {
		if(!read_item(r, &last, &listed) || !skip_space(r)) {
			return false;
		}
		if(peek(r) == ',' || peek(r) == ';') {
			r->at++;
		} else if(peek(r) != '}') {
			return give_up(r, "a comma or } behind an item of a table");
		}
	}
	r->data->row[table].listed = listed;
	r->data->row[table].length = items;
	return take(r, '}');
}

static bool read_table(reader *r) {
	size_t table = r->data->count;
	add(r, SL_DATUM_TABLE);
	r->at++;
	if(++r->depth > DEEPEST) {
		return give_up(r, "tables nested at most 32 deep");
	}
	bool good = read_items(r, table);
	r->depth--;
	return good;
}

static void read_boolean(reader *r) {
	const char *name;
	size_t datum = r->data->count;
	add(r, SL_DATUM_FALSE);
	size_t length = take_name(r, &name);
	r->data->row[datum].kind = length == strlen("true") ? SL_DATUM_TRUE : SL_DATUM_FALSE;
}

static bool read_one(reader *r) {
	char c = peek(r);
	if(c == '"' || c == '\'') {
		return read_string(r, add(r, SL_DATUM_STRING));
	}
	if(c == '{') {
		return read_table(r);
	}
	if(c == '-' || is_digit(c)) {
		return read_number(r, add(r, SL_DATUM_INTEGER));
	}
	if(!is_letter(c) || !is_boolean(r)) {
		return give_up(r, "a value: true, false, a number, a string, a table");
	}
	read_boolean(r);
	return true;
}

static bool read_value(reader *r) {
	size_t value = r->data->count;
	if(!skip_space(r) || !read_one(r)) {
		return false;
	}
	r->data->row[value].size = (uint32_t)(r->at - r->text) - r->data->row[value].start;
	return true;
}

/* ======== statements ======== */

/* The string behind VirtualHost or Component, on the same line: only then is it clear which line Lua would give. */
static bool read_operand(reader *r, sl_datum *datum) {
	uint32_t line = r->line;
	if(!skip_space(r) || r->line != line || (peek(r) != '"' && peek(r) != '\'')) {
		return give_up(r, "the host's name in quotes, on the line of VirtualHost or Component");
	}
	return read_string(r, datum);
}

static bool read_host(reader *r) {
	return read_operand(r, add(r, SL_DATUM_HOST));
}

static bool read_component(reader *r) {
	size_t index = r->data->count;
	if(!read_operand(r, add(r, SL_DATUM_EXTERNAL)) || !skip_space(r)) {
		return false;
	}
	if(peek(r) == '"' || peek(r) == '\'') {
		bool same_line = r->line == r->data->row[index].line;
		r->data->row[index].kind = SL_DATUM_COMPONENT;
		if(!same_line) {
			return give_up(r, "the component's module on the line of the word");
		}
		sl_datum *module = add(r, SL_DATUM_STRING);
		bool good = read_string(r, module);
		module->size = (uint32_t)(r->at - r->text) - module->start;
		return good;
	}
	return true;
}

static const char a_statement[] = "option = value, VirtualHost \"host\" or Component \"host\" \"module\"";

/* What stands behind a complete statement must begin the next: `VirtualHost "a" { … }`, `x = 1 + 1` and `Component "c" ("muc")` are for Lua. */
static bool read_statement(reader *r, uint32_t *options) {
	const char *name;
	uint32_t line = r->line;
	size_t length = take_name(r, &name);
	if(same(name, length, "VirtualHost") || same(name, length, "Component")) {
		size_t statement = r->data->count;
		*options = 0;
		bool good = *name == 'V' ? read_host(r) : read_component(r);
		r->data->row[statement].start = (uint32_t)(name - r->text);
		r->data->row[statement].size = (uint32_t)(r->at - name);
		return good;
	}
	if(is_keyword(name, length) || is_special(name, length) || !take(r, '=') || peek(r) == '=') {
		return give_up_at(r, name, a_statement);
	}
	if(is_description(name, length)) {
		size_t count = r->data->count;
		bool good = read_value(r);
		r->data->count = count;
		return good;
	}
	if(!chain(r, options, name, length, SL_DATUM_ASSIGN)) {
		return false;
	}
	r->data->row[*options - 1].line = line;
	return read_value(r);
}

static bool read_file(reader *r) {
	uint32_t options = 0;
	while(skip_space(r) && r->at < r->end) {
		if(*r->at == ';') {
			r->at++;
		} else if(!is_letter(*r->at)) {
			return give_up(r, a_statement);
		} else if(!read_statement(r, &options)) {
			return false;
		}
	}
	return r->at == r->end;
}

/* There is a row even where nothing is in it, so that it has an end. */
static bool read_with(bool (*read)(reader *r), reader r) {
	sl_data *data = r.data;
	data->row = data->row ? data->row : sl_grow(r.arena, NULL, 0, &data->capacity, sizeof(*data->row));
	data->count = 0;
	bool good = read(&r);
	data->expected = r.expected;
	data->found = r.found;
	return good;
}

bool sl_data_read(sl_arena *arena, const char *text, size_t length, sl_data *data) {
	return sl_data_read_statements(arena, text, length, 1, data);
}

bool sl_data_read_statements(sl_arena *arena, const char *text, size_t length, uint32_t line, sl_data *data) {
	return read_with(read_file, (reader) { .arena = arena, .data = data, .text = text, .at = text, .end = text + length, .line = line });
}

bool sl_data_read_value(sl_arena *arena, const char *text, size_t length, sl_data *data) {
	return read_with(read_value, (reader) { .arena = arena, .data = data, .text = text, .at = text, .end = text + length, .line = 1 });
}

bool sl_data_is_option(const char *text, size_t length) {
	size_t i = 0;
	while(i < length && is_a(text[i], OF_NAME)) {
		i++;
	}
	return length && i == length && is_letter(*text) && !is_keyword(text, length) && !is_special(text, length)
		&& !is_description(text, length);
}

static bool has_text(const sl_datum *datum) {
	return datum->kind <= SL_DATUM_KEY || datum->kind == SL_DATUM_STRING;
}

void sl_data_move(const sl_data *data, const char *from, const char *to) {
	for(sl_datum *datum = data->row; datum < data->row + data->count; datum++) {
		if(has_text(datum)) {
			datum->as.text = to + (datum->as.text - from);
		}
	}
}

const sl_datum *sl_datum_behind(const sl_datum *statement) {
	return statement + (statement->kind == SL_DATUM_COMPONENT ? 2 : 1);
}

const sl_datum *sl_datum_after(const sl_datum *value) {
	/* Each table adds its items to what is still to come, each key gives its place to its value. */
	for(size_t left = 1; left; value++) {
		if(value->kind == SL_DATUM_TABLE) {
			left += value->length;
		}
		left -= value->kind != SL_DATUM_KEY;
	}
	return value;
}
