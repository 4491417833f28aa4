#define _GNU_SOURCE
#include "secret.h"

#include <stdio.h>
#include <string.h>

static bool is_digit(char c) {
	return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
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

/* A secret that is added in its ways of being written. */
typedef struct adding {
	sl_arena *arena;
	sl_secrets *secrets;
	const void *owner;
} adding;

/* Is the text in the list as this owner's, or as the server's own? What becomes the server's own stays it. */
static bool is_in_list(const sl_secret *list, const char *text, size_t length, const void *owner) {
	for(; list; list = list->next) {
		if(list->length == length && memcmp(list->text, text, length) == 0 && (!list->owner || list->owner == owner)) {
			return true;
		}
	}
	return false;
}

static void add_text(const adding *a, const char *text, size_t length, bool sure) {
	sl_secrets *secrets = a->secrets;
	if(!length) {
		return;
	}
	if(!secrets->places) {
		secrets->places = sl_new(a->arena, PLACES * sizeof(*secrets->places));
	}
	sl_secret **place = length < HEAD ? &secrets->brief : &secrets->places[place_of(text)];
	if(!is_in_list(*place, text, length, a->owner)) {
		sl_secret *secret = sl_new(a->arena, sizeof(*secret));
		*secret = (sl_secret) { .text = sl_strndup(a->arena, text, length), .length = length, .sure = sure, .owner = a->owner, .next = *place };
		*place = secret;
		secrets->owned = secrets->owned || a->owner;
	}
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
static void add_lines(const adding *a, const char *text, size_t length) {
	enum { SHORTEST = 8 };
	for(const char *end; (end = memchr(text, '\n', length)) || length > 0; text = end + 1) {
		size_t size = end ? (size_t)(end - text) : length;
		if(size >= SHORTEST && is_sure(text, size)) {
			add_text(a, text, size, true);
		}
		if(!end) {
			return;
		}
		length -= size + 1;
	}
}

void sl_secrets_add(sl_arena *arena, sl_secrets *secrets, const char *text, size_t length, bool always, const void *owner) {
	static const writer writers[] = { write_quoted, write_lua, write_bytes, write_printable, write_hex };
	enum { LONGEST = 1 << 20, WIDEST = 8 };
	const adding a = { .arena = arena, .secrets = secrets, .owner = owner };
	bool sure = is_sure(text, length);
	if((!always && !sure) || length > LONGEST) {
		return;
	}
	add_text(&a, text, length, sure);
	size_t before_zero = strnlen(text, length);
	if(before_zero < length && before_zero >= HEAD) {   /* where texts are C's, it ends there */
		add_text(&a, text, before_zero, is_sure(text, before_zero));
	}
	if(memchr(text, '\n', length)) {
		add_lines(&a, text, length);
	}
	char *written = sl_new(arena, length * WIDEST + 1);
	for(size_t i = 0; i < sizeof(writers) / sizeof(*writers); i++) {
		size_t used = 0;
		for(size_t at = 0; at < length; at++) {
			used += writers[i](written + used, text + at, length - at);
		}
		add_text(&a, written, used, sure);
	}
}

/* ======== finding ======== */

typedef struct search {
	const sl_looking *looking;
	const char *text;
	size_t length;
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
		bool counts = (list->sure || !s->looking->sure) && (!list->owner || list->owner == s->looking->owner);
		size_t shown = counts ? shown_of(s, list, at) : 0;
		longest = shown > longest ? shown : longest;
	}
	return longest;
}

static size_t known_at(const search *s, size_t at) {
	const sl_secrets *secrets = s->looking->secrets;
	size_t longest = 0;
	if(secrets->places && s->length - at >= HEAD) {
		longest = longest_in(s, secrets->places[place_of(s->text + at)], at, 0);
	}
	return longest_in(s, secrets->brief, at, longest);
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

/* Does the name of a secret end before the place? Brackets and quotes may stand behind the name: t["password"] = */
static bool is_behind_name(const search *s, size_t at) {
	size_t end = skip_back(s, at, " \t]\"'\\");
	size_t start = end;
	while(start > 0 && is_name_character(s->text[start - 1])) {
		start--;
	}
	return start < end && sl_is_secret_name(s->text + start, end - start);
}

/* Does `name =` end before the place, or `"name":` as in JSON, with blanks behind it or not? */
static bool is_assigned(const search *s, size_t at) {
	at = skip_back(s, at, " \t");
	if(at < 2 || (s->text[at - 1] != '=' && s->text[at - 1] != ':')) {
		return false;
	}
	size_t before = skip_back(s, at - 1, " \t");
	bool in_quotes = before > 0 && (s->text[before - 1] == '"' || s->text[before - 1] == '\'');
	return (in_quotes || s->text[at - 1] == '=') && is_behind_name(s, at - 1);
}

/* How many backslashes stand before the place: in a text that stands in another, quotes have some. */
static size_t backslashes_before(const search *s, size_t at) {
	return at - skip_back(s, at, "\\");
}

/* The rest of a text that a quote before the place opens. */
static size_t quoted_at(const search *s, size_t at) {
	char quote = s->text[at - 1];
	size_t level = backslashes_before(s, at - 1);
	size_t end = at;
	while(end < s->length && (s->text[end] != quote || (level > 0 && backslashes_before(s, end) > level))) {
		end += level == 0 && s->text[end] == '\\' && end + 1 < s->length ? 2 : 1;
	}
	size_t length = end - at;
	return end < s->length && level < length ? length - level : length;
}

static size_t bare_at(const search *s, size_t at) {
	static const char *const values[] = { "nil", "true", "false", "null" };
	size_t end = at;
	while(end < s->length && !strchr(" \t\r\n,;&\"'()[]{}<>|\\", s->text[end])) {
		end++;
	}
	for(size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		if(strlen(values[i]) == end - at && memcmp(values[i], s->text + at, end - at) == 0) {
			return 0;
		}
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

/* A private key in a text, where it begins: to the end of its last line. */
static size_t private_key_at(const search *s, size_t at) {
	static const char begin[] = "-----BEGIN ", middle[] = "PRIVATE KEY-----", end[] = "-----END ";
	enum { NEAR = 64 };
	size_t rest = s->length - at;
	const char *here = s->text + at;
	const char *stop = here + rest;
	const char *kind = rest > sizeof(begin) && memcmp(here, begin, sizeof(begin) - 1) == 0
		? memmem(here, rest < NEAR ? rest : NEAR, middle, sizeof(middle) - 1) : NULL;
	if(!kind) {
		return 0;
	}
	kind += sizeof(middle) - 1;
	const char *last = memmem(kind, (size_t)(stop - kind), end, sizeof(end) - 1);
	const char *behind = last ? memmem(last, (size_t)(stop - last), middle, sizeof(middle) - 1) : NULL;
	return behind ? (size_t)(behind - here) + sizeof(middle) - 1 : rest;
}

/* How much of the text at the place it says itself to be a secret. */
static size_t said_at(const search *s, size_t at) {
	size_t length = s->text[at] == '-' ? private_key_at(s, at) : 0;
	if(length || at == 0) {
		return length;
	}
	char before = s->text[at - 1];
	if(before == '"' || before == '\'') {
		return is_assigned(s, at - 1 - backslashes_before(s, at - 1)) ? quoted_at(s, at) : 0;
	}
	length = before == ':' && s->text[at] != '/' ? address_password_at(s, at) : 0;
	bool begins = strchr("=: \t", before) && !strchr("= \t\"'\\", s->text[at]);
	return length || !begins || !is_assigned(s, at) ? length : bare_at(s, at);
}

static size_t secret_at(const search *s, size_t at) {
	size_t known = known_at(s, at);
	size_t said = s->looking->said ? said_at(s, at) : 0;
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

bool sl_secrets_next(const sl_looking *looking, const char *text, size_t length, size_t *from, size_t *to) {
	const search s = { .looking = looking, .text = text, .length = length };
	return (looking->said || looking->secrets->places) && find_next(&s, from, to);
}

bool sl_says_secret(const char *text, size_t length, size_t *from, size_t *to) {
	static const sl_secrets none;
	const sl_looking looking = { .secrets = &none, .said = true };
	const search s = { .looking = &looking, .text = text, .length = length };
	/* What says so has one of these, and few texts do. */
	return (memchr(text, ':', length) || memchr(text, '=', length) || memmem(text, length, "-----", 5)) && find_next(&s, from, to);
}
