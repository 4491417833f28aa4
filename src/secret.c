#define _GNU_SOURCE
#include "secret.h"

#include <stdio.h>
#include <string.h>

/* ======== names ======== */

static char lower(char c) {
	if(c >= 'A' && c <= 'Z') {
		return (char)(c - 'A' + 'a');
	}
	return c;
}

static bool is_digit(char c) {
	return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

typedef struct ending {
	const char *text;
	size_t length;
} ending;

#define ENDING(text) { text, sizeof(text) - 1 }

static bool ends_with(const char *name, size_t length, const ending *end) {
	size_t i = end->length;
	if(length < i) {
		return false;
	}
	name += length - i;
	while(i > 0 && lower(name[i - 1]) == end->text[i - 1]) {
		i--;
	}
	return i == 0;
}

static bool ends_with_any(const char *name, size_t length, const ending *ends, size_t count) {
	for(size_t i = 0; i < count; i++) {
		if(ends_with(name, length, &ends[i])) {
			return true;
		}
	}
	return false;
}

bool sl_is_secret_name(const char *name, size_t length) {
	static const ending ends[] = {
		ENDING("password"), ENDING("passwd"), ENDING("passphrase"), ENDING("secret"), ENDING("token"), ENDING("api_key"), ENDING("apikey"),
		ENDING("private_key"), ENDING("secret_key"), ENDING("access_key")
	};
	if(length > 1 && lower(name[length - 1]) == 's' && lower(name[length - 2]) != 's') {
		length--;
	}
	return ends_with_any(name, length, ends, sizeof(ends) / sizeof(*ends));
}

/* Is one of the words between underscores such a name? */
static bool has_secret_word(const char *name) {
	for(;;) {
		size_t length = strcspn(name, "_");
		if(sl_is_secret_name(name, length)) {
			return true;
		}
		if(!name[length]) {
			return false;
		}
		name += length + 1;
	}
}

bool sl_is_secret_variable(const char *name) {
	/* What is said about a secret is none. */
	static const ending about[] = {
		ENDING("_file"), ENDING("_path"), ENDING("_ttl"), ENDING("_lifetime"), ENDING("_length"), ENDING("_policy"), ENDING("_hash"), ENDING("_url")
	};
	static const ending key = ENDING("_key");
	size_t length = strlen(name);
	return !ends_with_any(name, length, about, sizeof(about) / sizeof(*about)) && (has_secret_word(name) || ends_with(name, length, &key));
}

/* ======== the ways in which a secret is written ======== */

enum { PLACES = 4096, HEAD = 4, LONG_WORD = 12 };

/* A word that is shorter than these, or a number, stands in other texts by chance: hiding it there would tell it. */
static bool is_sure(const char *text, size_t length) {
	bool letters = true;
	bool number = true;
	for(size_t i = 0; i < length; i++) {
		letters = letters && is_letter(text[i]);
		number = number && (is_digit(text[i]) || strchr("+-.eExX", text[i]));
	}
	return length >= HEAD && !number && (!letters || length >= LONG_WORD);
}

static size_t place_of(const char *text) {
	uint32_t head;
	memcpy(&head, text, sizeof(head));
	return (head * 2654435761u) >> 20;
}

static void add_text(sl_arena *arena, sl_secrets *secrets, const char *text, size_t length, bool sure) {
	if(!length) {
		return;
	}
	if(!secrets->places) {
		secrets->places = sl_new(arena, PLACES * sizeof(*secrets->places));
	}
	sl_secret **place = length < HEAD ? &secrets->brief : &secrets->places[place_of(text)];
	for(const sl_secret *known = *place; known; known = known->next) {
		if(known->length == length && memcmp(known->text, text, length) == 0) {
			return;
		}
	}
	sl_secret *secret = sl_new(arena, sizeof(*secret));
	*secret = (sl_secret) { .text = sl_strndup(arena, text, length), .length = length, .sure = sure, .next = *place };
	*place = secret;
}

static bool is_control(char c) {
	return (unsigned char)c < 32 || c == 127;
}

/* Writes a byte as one of the texts does that stand in quotes; returns the length. */
typedef size_t (*writer)(char *out, const char *at, size_t rest);

/* value.h's text: three digits always. */
static size_t write_quoted(char *out, const char *at, size_t rest) {
	(void)rest;
	if(*at == '"' || *at == '\\') {
		return (size_t)sprintf(out, "\\%c", *at);
	}
	if(*at == '\n') {
		return (size_t)sprintf(out, "\\n");
	}
	return is_control(*at) ? (size_t)sprintf(out, "\\%03d", (unsigned char)*at) : (size_t)sprintf(out, "%c", *at);
}

/* Lua's %q with line feeds as \n, as lua/stackloader/values.lua writes it. */
static size_t write_lua(char *out, const char *at, size_t rest) {
	if(is_control(*at) && *at != '\n') {
		return (size_t)sprintf(out, rest > 1 && is_digit(at[1]) ? "\\%03d" : "\\%d", (unsigned char)*at);
	}
	return write_quoted(out, at, rest);
}

/* The same where the text is no UTF-8. */
static size_t write_bytes(char *out, const char *at, size_t rest) {
	return (unsigned char)*at >= 128 ? (size_t)sprintf(out, "\\%03d", (unsigned char)*at) : write_lua(out, at, rest);
}

/* One line for people. */
static size_t write_printable(char *out, const char *at, size_t rest) {
	(void)rest;
	*out = *at;
	if(is_control(*at)) {
		*out = '?';
	}
	return 1;
}

/* The same as spelling.h has it, of variables. */
static size_t write_hex(char *out, const char *at, size_t rest) {
	(void)rest;
	return is_control(*at) ? (size_t)sprintf(out, "\\x%02X", (unsigned char)*at) : (size_t)sprintf(out, "%c", *at);
}

/* What is logged or compiled of a text with several lines may be one of them. */
static void add_lines(sl_arena *arena, sl_secrets *secrets, const char *text, size_t length) {
	enum { SHORTEST = 8 };
	for(const char *end; (end = memchr(text, '\n', length)) || length > 0; text = end + 1) {
		size_t size = end ? (size_t)(end - text) : length;
		if(size >= SHORTEST && is_sure(text, size)) {
			add_text(arena, secrets, text, size, true);
		}
		if(!end) {
			return;
		}
		length -= size + 1;
	}
}

void sl_secrets_add(sl_arena *arena, sl_secrets *secrets, const char *text, size_t length, bool always) {
	static const writer writers[] = { write_quoted, write_lua, write_bytes, write_printable, write_hex };
	enum { LONGEST = 1 << 20, WIDEST = 8 };
	bool sure = is_sure(text, length);
	if((!always && !sure) || length > LONGEST) {
		return;
	}
	add_text(arena, secrets, text, length, sure);
	size_t before_zero = strnlen(text, length);
	if(before_zero < length && before_zero >= HEAD) {   /* where texts are C's, it ends there */
		add_text(arena, secrets, text, before_zero, is_sure(text, before_zero));
	}
	if(memchr(text, '\n', length)) {
		add_lines(arena, secrets, text, length);
	}
	char *written = sl_new(arena, length * WIDEST + 1);
	for(size_t i = 0; i < sizeof(writers) / sizeof(*writers); i++) {
		size_t used = 0;
		for(size_t at = 0; at < length; at++) {
			used += writers[i](written + used, text + at, length - at);
		}
		add_text(arena, secrets, written, used, sure);
	}
}

/* ======== finding ======== */

typedef struct search {
	const sl_secrets *secrets;
	const char *text;
	size_t length;
	bool sure, said;
} search;

/* Was a text cut here? */
static bool is_cut(const search *s, size_t at) {
	return s->length - at >= 3 && (memcmp(s->text + at, "...", 3) == 0 || memcmp(s->text + at, "…", 3) == 0);
}

/* How much of the secret stands there: all of it, or what a cut has left. */
static size_t shown_of(const search *s, const sl_secret *secret, size_t at) {
	size_t same = 0;
	while(same < secret->length && at + same < s->length && secret->text[same] == s->text[at + same]) {
		same++;
	}
	if(same == secret->length) {
		return same;
	}
	while(same >= HEAD && !is_cut(s, at + same)) {
		same--;
	}
	return same >= HEAD ? same : 0;
}

static size_t longest_in(const search *s, const sl_secret *list, size_t at, size_t longest) {
	for(; list; list = list->next) {
		size_t shown = list->sure || !s->sure ? shown_of(s, list, at) : 0;
		longest = shown > longest ? shown : longest;
	}
	return longest;
}

static size_t known_at(const search *s, size_t at) {
	size_t longest = 0;
	if(s->secrets->places && s->length - at >= HEAD) {
		longest = longest_in(s, s->secrets->places[place_of(s->text + at)], at, 0);
	}
	return longest_in(s, s->secrets->brief, at, longest);
}

static bool is_name_character(char c) {
	return is_letter(c) || is_digit(c) || c == '_' || c == '-';
}

static size_t skip_back(const search *s, size_t at, const char *characters) {
	while(at > 0 && strchr(characters, s->text[at - 1])) {
		at--;
	}
	return at;
}

/* Does `name =`, with blanks between them or not, end before the place, and is it the name of a secret? */
static bool is_behind_name(const search *s, size_t at, bool blanks) {
	at = blanks ? skip_back(s, at, " \t") : at;
	if(at == 0 || s->text[at - 1] != '=') {
		return false;
	}
	size_t end = skip_back(s, at - 1, blanks ? " \t]\"'" : "");
	size_t start = end;
	while(start > 0 && is_name_character(s->text[start - 1])) {
		start--;
	}
	return start < end && sl_is_secret_name(s->text + start, end - start);
}

/* The rest of a text that a quote before the place opens. */
static size_t quoted_at(const search *s, size_t at) {
	char quote = s->text[at - 1];
	size_t end = at;
	while(end < s->length && s->text[end] != quote) {
		end += s->text[end] == '\\' && end + 1 < s->length ? 2 : 1;
	}
	return end - at;
}

static size_t bare_at(const search *s, size_t at) {
	size_t end = at;
	while(end < s->length && !strchr(" \t\r\n,;&\"'()[]{}<>|", s->text[end])) {
		end++;
	}
	return end - at;
}

/* The password of an address, where one begins. */
static size_t address_password_at(const search *s, size_t at) {
	size_t start = at - 1;
	while(start > 0 && !strchr("/ \t\n:@\"'", s->text[start - 1])) {
		start--;
	}
	if(start < 3 || memcmp(s->text + start - 3, "://", 3) != 0) {
		return 0;
	}
	size_t end = 0;
	for(size_t i = at; i < s->length && !strchr("/ \t\n\"'", s->text[i]); i++) {
		end = s->text[i] == '@' ? i : end;
	}
	return end > at ? end - at : 0;
}

static size_t said_at(const search *s, size_t at) {
	if(at == 0) {
		return 0;
	}
	char before = s->text[at - 1];
	if(before == '"' || before == '\'') {
		return is_behind_name(s, at - 1, true) ? quoted_at(s, at) : 0;
	}
	if(before == '=') {
		return is_behind_name(s, at, false) ? bare_at(s, at) : 0;
	}
	return before == ':' && s->text[at] != '/' ? address_password_at(s, at) : 0;
}

static size_t secret_at(const search *s, size_t at) {
	size_t known = known_at(s, at);
	size_t said = s->said ? said_at(s, at) : 0;
	return known > said ? known : said;
}

/* Secrets that overlap are one. */
static bool find_next(const search *s, size_t *from, size_t *to) {
	for(size_t at = *from; at < s->length; at++) {
		size_t end = at + secret_at(s, at);
		if(end > at) {
			*from = at;
			for(size_t next = at + 1; next < end; next++) {
				size_t other = next + secret_at(s, next);
				end = other > end ? other : end;
			}
			*to = end;
			return true;
		}
	}
	return false;
}

bool sl_secrets_next(const sl_secrets *secrets, const char *text, size_t length, bool sure, size_t *from, size_t *to) {
	const search s = { .secrets = secrets, .text = text, .length = length, .sure = sure };
	return secrets->places && find_next(&s, from, to);
}

bool sl_secrets_next_said(const sl_secrets *secrets, const char *text, size_t length, size_t *from, size_t *to) {
	const search s = { .secrets = secrets, .text = text, .length = length, .said = true };
	return find_next(&s, from, to);
}

bool sl_find_address_password(const char *text, size_t length, const char **start, size_t *size) {
	const search s = { .text = text, .length = length };
	const char *colon = memchr(text, ':', length);
	for(const char *at = colon ? memmem(colon, length - (size_t)(colon - text), "://", 3) : NULL; at && at < text + length; at++) {
		size_t place = (size_t)(at - text);
		*size = place > 0 && at[-1] == ':' && *at != '/' ? address_password_at(&s, place) : 0;
		if(*size) {
			*start = at;
			return true;
		}
	}
	return false;
}
