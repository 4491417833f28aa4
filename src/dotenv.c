#include "dotenv.h"

#include <stdint.h>
#include <string.h>

#include "map.h"

/* Text that grows. */
typedef struct buffer {
	char *text;
	size_t length;
	size_t capacity;
} buffer;

typedef struct dotenv_parser {
	sl_arena *arena;
	sl_findings *findings;
	const char *path;
	const char *at;
	const char *end;
	unsigned line; /* of `at` */
	sl_lookup lookup;
	void *context;
	sl_map values; /* name -> value, of the lines above */
	sl_assignment *assignments;
	size_t count;
	size_t capacity;
	size_t found;      /* findings so far */
	sl_severity worst; /* of them */
	size_t room;       /* what references may still add */
} dotenv_parser;

/* A value whose references are being replaced. */
typedef struct expansion {
	dotenv_parser *parser;
	const char *name; /* the variable that the value is for */
	const char *at;
	const char *end;
	unsigned line; /* of `at` */
	bool escapes;  /* in double quotes */
	bool live;     /* not in a text that is going to be dropped */
	unsigned depth;
	buffer out;
} expansion;

static bool is_space(char c) {
	return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r';
}

/* Not isalpha(): that depends on the locale. */
static bool is_letter(char c) {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c) {
	return c >= '0' && c <= '9';
}

static bool is_name(char c) {
	return is_letter(c) || is_digit(c) || c == '.' || c == '-';
}

static void put(sl_arena *arena, buffer *out, char c) {
	out->text = sl_grow(arena, out->text, out->length, &out->capacity, 1);
	out->text[out->length++] = c;
}

static char *finish(sl_arena *arena, buffer *out) {
	put(arena, out, '\0');
	return out->text;
}

/* Counts a finding. Whether one more about this file is wanted. */
static bool may_find(dotenv_parser *parser, sl_severity severity) {
	if(severity > parser->worst) {
		parser->worst = severity;
	}
	return ++parser->found <= SL_MAX_FILE_FINDINGS;
}

static bool fail(dotenv_parser *parser, unsigned line, const char *text) {
	if(may_find(parser, SL_ERROR)) {
		sl_find(parser->findings, SL_ERROR, SL_ON_DOTENV, parser->path, line, "%s", text);
	}
	return false;
}

/* An error in the value of a variable. The value itself stays out of it. */
static bool fail_value(dotenv_parser *parser, unsigned line, const char *name, const char *text) {
	if(may_find(parser, SL_ERROR)) {
		sl_find(parser->findings, SL_ERROR, SL_ON_DOTENV, parser->path, line, "the value of %s %s", name, text);
	}
	return false;
}

/* --- References --- */

static bool expand(expansion *value, bool nested);

static const char *look_up(const dotenv_parser *parser, const char *name) {
	const char *found = parser->lookup(parser->context, name);
	return found ? found : sl_map_get(&parser->values, name);
}

static void warn_unset(const expansion *value, const char *name, bool braced) {
	dotenv_parser *parser = value->parser;
	if(!value->live || !may_find(parser, SL_WARNING)) {
		return;
	}
	/* What follows a bare $ may be the rest of a password that nobody meant as a reference. */
	sl_find(parser->findings, SL_WARNING, SL_ON_DOTENV, parser->path, value->line,
		"the value of %s refers to a variable that is not set%s%s%s; it is empty there (for a plain dollar sign write $$ or put "
		"the value in single quotes)",
		value->name, braced ? ", ${" : "", braced ? name : "", braced ? "}" : "");
}

/* Adds what a reference stands for. */
static bool put_value(expansion *value, const char *text) {
	dotenv_parser *parser = value->parser;
	size_t length = strlen(text);
	if(!value->live) {
		return true;
	}
	if(length > parser->room) {
		return fail_value(parser, value->line, value->name, "grows too large: the references in one file may add 1 MiB together");
	}
	parser->room -= length;
	for(size_t index = 0; index < length; index++) {
		put(parser->arena, &value->out, text[index]);
	}
	return true;
}

static const char *read_reference_name(expansion *value) {
	const char *start = value->at;
	while(value->at < value->end && (is_letter(*value->at) || (value->at > start && is_digit(*value->at)))) {
		value->at++;
	}
	return sl_strndup(value->parser->arena, start, (size_t)(value->at - start));
}

/* $NAME */
static bool expand_bare(expansion *value) {
	const char *name = read_reference_name(value);
	const char *found = look_up(value->parser, name);
	if(!found) {
		warn_unset(value, name, false);
		return true;
	}
	return put_value(value, found);
}

/* The text of ${NAME:-text}, up to its bracket; kept only where it is wanted. */
static bool expand_text(expansion *value, bool wanted) {
	bool live = value->live;
	size_t length = value->out.length;
	value->live = live && wanted;
	bool good = expand(value, true);
	value->live = live;
	if(!wanted) {
		value->out.length = length;
	}
	return good;
}

static bool fail_required(const expansion *value, const char *name, unsigned line, const char *message, size_t length) {
	dotenv_parser *parser = value->parser;
	if(may_find(parser, SL_ERROR)) {
		sl_find(parser->findings, SL_ERROR, SL_ON_DOTENV, parser->path, line, "the value of %s needs %s, which is unset or empty%s%.*s",
			value->name, name, length ? ": " : "", (int)length, message);
	}
	return false;
}

/* ${NAME:?message}: the message is shown as it is written, so that no value of another variable gets into it. */
static bool expand_required(expansion *value, const char *name, const char *found) {
	const char *message = value->at;
	unsigned line = value->line;
	if(!expand_text(value, false)) {
		return false;
	}
	if(!found && value->live) {
		size_t length = (size_t)(value->at - message);
		return fail_required(value, name, line, message, length < 1000 ? length : 1000);
	}
	return !found || put_value(value, found);
}

/* `found` is NULL where the operator takes the variable as missing. */
static bool expand_operator(expansion *value, const char *name, const char *found, char op) {
	switch(op) {
	case '-':
		return expand_text(value, !found) && (!found || put_value(value, found));
	case '+':
		return expand_text(value, found != NULL);
	default:
		return expand_required(value, name, found);
	}
}

static bool fail_braces(const expansion *value) {
	return fail_value(value->parser, value->line, value->name,
		"has a ${ that is no reference; expected ${NAME}, ${NAME:-text}, ${NAME-text}, ${NAME:?message} or ${NAME:+text}, or $$ "
		"for a plain dollar sign");
}

/* ${NAME…}, with `at` after the opening bracket. */
static bool expand_braced(expansion *value) {
	const char *name = read_reference_name(value);
	const char *found = look_up(value->parser, name);
	if(!*name || value->at == value->end) {
		return fail_braces(value);
	}
	if(*value->at == '}') {
		if(!found) {
			warn_unset(value, name, true);
		}
	} else {
		bool colon = *value->at == ':';
		value->at += colon;
		if(value->at == value->end || !strchr("-?+", *value->at)) {
			return fail_braces(value);
		}
		char op = *value->at++;
		if(!expand_operator(value, name, found && colon && !*found ? NULL : found, op)) {
			return false;
		}
		found = NULL; /* the operator has dealt with it */
	}
	value->at++;
	return !found || put_value(value, found);
}

/* With `at` after the $. */
static bool expand_dollar(expansion *value) {
	char next = '\0';
	if(value->at < value->end) {
		next = *value->at;
	}
	if(next == '$') {
		value->at++;
		put(value->parser->arena, &value->out, '$');
		return true;
	}
	if(next == '{') {
		value->at++;
		return expand_braced(value);
	}
	if(is_letter(next)) {
		return expand_bare(value);
	}
	put(value->parser->arena, &value->out, '$');   /* without a name it is itself */
	return true;
}

/* With `at` after the backslash, which is never the last of a quoted text. One that stands for nothing is itself. */
static bool expand_escape(expansion *value) {
	static const char letters[] = "nrtabfv\\\"$";
	static const char meanings[] = "\n\r\t\a\b\f\v\\\"$";
	if(is_digit(*value->at)) {
		return fail_value(value->parser, value->line, value->name, "has a backslash before a digit, which Docker Compose reads in a way of its own; "
			"write \\\\ for a backslash, or put the value in single quotes");
	}
	const char *found = memchr(letters, *value->at, sizeof(letters) - 1);
	if(found) {
		value->at++;
		put(value->parser->arena, &value->out, meanings[found - letters]);
	} else {
		put(value->parser->arena, &value->out, '\\');
	}
	return true;
}

/* Moves what is left of the value into its output; a nested text ends before its closing bracket. False after an error. */
static bool expand(expansion *value, bool nested) {
	dotenv_parser *parser = value->parser;
	if(++value->depth > SL_MAX_REFERENCE_DEPTH) {
		return fail_value(parser, value->line, value->name, "has references inside references, too many levels deep");
	}
	while(value->at < value->end && !(nested && *value->at == '}')) {
		char c = *value->at++;
		if(c == '$') {
			if(!expand_dollar(value)) {
				return false;
			}
		} else if(c == '\\' && value->escapes) {
			if(!expand_escape(value)) {
				return false;
			}
		} else {
			value->line += c == '\n';
			put(parser->arena, &value->out, c);
		}
	}
	value->depth--;
	if(nested && value->at == value->end) {
		return fail_value(parser, value->line, value->name, "has a ${ without its closing }");
	}
	return true;
}

/* --- Lines --- */

static void skip_space(dotenv_parser *parser) {
	while(parser->at < parser->end && is_space(*parser->at)) {
		parser->at++;
	}
}

static const char *line_end(const dotenv_parser *parser) {
	const char *at = parser->at;
	while(at < parser->end && *at != '\n') {
		at++;
	}
	return at;
}

static void next_line(dotenv_parser *parser) {
	parser->at = line_end(parser);
	if(parser->at < parser->end) {
		parser->at++;
		parser->line++;
	}
}

/* At the end of the line or at a comment. */
static bool at_rest(const dotenv_parser *parser) {
	return parser->at == parser->end || *parser->at == '\n' || *parser->at == '#';
}

static void assign(dotenv_parser *parser, const char *name, char *value, unsigned line) {
	parser->assignments = sl_grow(parser->arena, parser->assignments, parser->count, &parser->capacity, sizeof(*parser->assignments));
	parser->assignments[parser->count++] = (sl_assignment) { .name = name, .value = value, .line = line };
	*sl_map_place(&parser->values, name) = value;
}

static bool expand_and_assign(dotenv_parser *parser, const char *name, const char *start, const char *end, unsigned line, bool escapes) {
	expansion value = { .parser = parser, .name = name, .at = start, .end = end, .line = line, .escapes = escapes, .live = true };
	if(!expand(&value, false)) {
		return false;
	}
	assign(parser, name, finish(parser->arena, &value.out), line);
	return true;
}

static bool has_nul(const char *start, const char *end) {
	return memchr(start, '\0', (size_t)(end - start)) != NULL;
}

static bool fail_nul(dotenv_parser *parser, unsigned line, const char *name) {
	return fail_value(parser, line, name, "has a NUL byte in it, which no variable can hold; expected plain text");
}

/* The length of a space outside of ASCII that begins or ends there; Docker Compose strips some of them. */
static size_t wide_space(const char *start, const char *end, bool at_end) {
	static const char *const spaces[] = { "\xC2\x85", "\xC2\xA0", "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x81", "\xE2\x80\x82", "\xE2\x80\x83",
		"\xE2\x80\x84", "\xE2\x80\x85", "\xE2\x80\x86", "\xE2\x80\x87", "\xE2\x80\x88", "\xE2\x80\x89", "\xE2\x80\x8A", "\xE2\x80\xA8",
		"\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80" };
	for(size_t i = 0; i < sizeof(spaces) / sizeof(*spaces); i++) {
		size_t length = strlen(spaces[i]);
		if((size_t)(end - start) >= length && memcmp(at_end ? end - length : start, spaces[i], length) == 0) {
			return length;
		}
	}
	return 0;
}

/* What is unclear about a value without quotes, because releases of Docker Compose read it in ways that nobody expects; or NULL. `end` is before
 * the comment, if there is one. */
static const char *unclear(const char *start, const char *end, const char *line) {
	if(start < line && *start == '#' && is_space(start[-1])) {
		return "begins with a #: Docker Compose takes it for the value; put the value in quotes, or put the comment on a line of its own";
	}
	for(const char *at = start; at < end; at++) {
		if(*at == '#' && at > start && is_space(at[-1])) {
			return "has a # behind a tab or another space, which is no comment to Docker Compose; write a blank before the #, or put the value in quotes";
		}
	}
	return wide_space(start, end, false) || wide_space(start, end, true)
		? "has a space at an end of it that is no blank (no-break space or the like); take it out, or put the value in quotes" : NULL;
}

/* A value without quotes: up to the end of the line or to a comment, which stands behind a blank. */
static bool read_plain(dotenv_parser *parser, const char *name) {
	const char *start = parser->at;
	const char *line = line_end(parser);
	const char *end = start;
	while(end < line && (*end != '#' || end == start || end[-1] != ' ')) {
		end++;
	}
	while(end > start && is_space(end[-1])) {
		end--;
	}
	/* `start` is behind the = or the white space after it, so there is a character before it. */
	const char *problem = unclear(start, end, line);
	if(problem) {
		return fail_value(parser, parser->line, name, problem);
	}
	if(has_nul(start, end)) {
		return fail_nul(parser, parser->line, name);
	}
	return expand_and_assign(parser, name, start, end, parser->line, false);
}

/* The closing quote, or NULL. A backslash takes the character after it out of the search. */
static const char *closing_quote(const dotenv_parser *parser, char quote) {
	for(const char *at = parser->at + 1; at < parser->end; at++) {
		if(*at == quote) {
			return at;
		}
		if(*at == '\\' && at + 1 < parser->end) {
			at++;
		}
	}
	return NULL;
}

/* Single quotes: all stands for itself but \' A backslash is never the last: closing_quote() passes over what follows it. */
static void assign_literally(dotenv_parser *parser, const char *name, const char *start, const char *end, unsigned line) {
	buffer out = { .text = NULL };
	for(const char *at = start; at < end; at++) {
		if(*at == '\\') {
			if(at[1] != '\'') {
				put(parser->arena, &out, *at);
			}
			at++;
		}
		put(parser->arena, &out, *at);
	}
	assign(parser, name, finish(parser->arena, &out), line);
}

/* Goes behind the closing quote. Where more than a comment follows it, the quote that was meant to close is probably missing further up:
 * `at` then stays on the first line, whose successors may be good lines. */
static bool leave_quotes(dotenv_parser *parser, const char *name, const char *close, unsigned first) {
	const char *start = parser->at;
	for(const char *at = start; at < close; at++) {
		parser->line += *at == '\n';
	}
	parser->at = close + 1;
	skip_space(parser);
	if(at_rest(parser)) {
		return true;
	}
	unsigned last = parser->line;
	parser->at = start;
	parser->line = first;
	if(!may_find(parser, SL_ERROR)) {
		return false;
	}
	if(last == first) {
		sl_find(parser->findings, SL_ERROR, SL_ON_DOTENV, parser->path, first,
			"text follows the closing quote of %s; expected the end of the line or a comment (write quotes inside of quotes as "
			"\\\" or \\')",
			name);
	} else {
		sl_find(parser->findings, SL_ERROR, SL_ON_DOTENV, parser->path, first,
			"the quote that opens the value of %s here closes in line %u, with text after it; expected a closing quote at the "
			"end of the value",
			name, last);
	}
	return false;
}

static bool read_quoted(dotenv_parser *parser, const char *name) {
	char quote = *parser->at;
	unsigned first = parser->line;
	const char *start = parser->at + 1;
	const char *close = closing_quote(parser, quote);
	if(!close) {
		return fail_value(parser, first, name,
			quote == '"' ? "begins with a double quote that is never closed; expected NAME=\"value\""
				     : "begins with a single quote that is never closed; expected NAME='value'");
	}
	if(!leave_quotes(parser, name, close, first)) {
		return false;
	}
	if(has_nul(start, close)) {
		return fail_nul(parser, first, name);
	}
	if(quote == '\'') {
		assign_literally(parser, name, start, close, first);
		return true;
	}
	return expand_and_assign(parser, name, start, close, first, true);
}

/* NAME alone: what the environment has. */
static void inherit(dotenv_parser *parser, const char *name) {
	if(parser->at < parser->end && *parser->at == '#') {
		fail(parser, parser->line, "a comment stands behind a name alone, which Docker Compose refuses; put it on a line of its own");
		return;
	}
	if(parser->at == parser->end) {
		fail(parser, parser->line, "a name alone in the last line, without a line end, is an error to some releases of Docker Compose; end the line, or "
			"write NAME=value");
		return;
	}
	const char *value = parser->lookup(parser->context, name);
	if(value) {
		assign(parser, name, sl_strdup(parser->arena, value), parser->line);
	}
}

/* The word `export` before a name; it is a name itself where none follows it. */
static void skip_export(dotenv_parser *parser) {
	static const char word[] = "export";
	size_t length = sizeof(word) - 1;
	if((size_t)(parser->end - parser->at) <= length || memcmp(parser->at, word, length) != 0 || !is_space(parser->at[length])) {
		return;
	}
	const char *start = parser->at;
	parser->at += length;
	skip_space(parser);
	if(at_rest(parser) || *parser->at == '=' || *parser->at == ':') {
		parser->at = start;
	}
}

static const char *read_name(dotenv_parser *parser) {
	const char *start = parser->at;
	while(parser->at < parser->end && is_name(*parser->at)) {
		parser->at++;
	}
	return sl_strndup(parser->arena, start, (size_t)(parser->at - start));
}

/* One assignment. What of the line is left after it, or after an error, is skipped by the caller. */
static void read_statement(dotenv_parser *parser) {
	skip_export(parser);
	const char *name = read_name(parser);
	skip_space(parser);
	if(*name && at_rest(parser)) {
		inherit(parser, name);
		return;
	}
	if(!*name || (*parser->at != '=' && *parser->at != ':')) {
		fail(parser, parser->line,
			"this is no assignment; expected NAME=value with a name of letters, digits, _, . and -, or a comment that begins "
			"with #");
		return;
	}
	parser->at++;
	skip_space(parser);
	if(parser->at < parser->end && (*parser->at == '"' || *parser->at == '\'')) {
		read_quoted(parser, name);
	} else {
		read_plain(parser, name);
	}
}

/* The text without a byte-order mark. A carriage return before a line end is white space; inside of quotes it stays, as in Docker Compose. */
static void take_text(dotenv_parser *parser, const char *text, size_t length) {
	size_t mark = length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
	parser->at = text + mark;
	parser->end = text + length;
}

static bool is_utf16(const char *text, size_t length) {
	return length >= 2 && (memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0);
}

void sl_dotenv_parse(sl_arena *arena, sl_findings *findings, const char *path, const char *text, size_t length, sl_lookup lookup,
	void *context, sl_assignment **assignments, size_t *count) {
	dotenv_parser parser = { .arena = arena,
		.findings = findings,
		.path = path,
		.line = 1,
		.lookup = lookup,
		.context = context,
		.room = SL_MAX_EXPANSION };
	sl_map_init(&parser.values, arena);
	if(is_utf16(text, length)) {
		fail(&parser, 0, "this file is UTF-16; save it as UTF-8");
		length = 0;
	}
	for(take_text(&parser, text, length); parser.at < parser.end; next_line(&parser)) {
		skip_space(&parser);
		if(!at_rest(&parser)) {
			read_statement(&parser);
		}
	}
	if(parser.found > SL_MAX_FILE_FINDINGS) {
		sl_find(findings, parser.worst, SL_ON_DOTENV, path, 0, "and %zu more findings in this file", parser.found - SL_MAX_FILE_FINDINGS);
	}
	*assignments = parser.assignments;
	*count = parser.count;
}
