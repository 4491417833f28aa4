#include "readers.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "files.h"
#include "secret.h"
#include "units.h"

/* What a reader makes of a variable's text: pushes the result, or pushes nothing and returns what is expected instead. */
typedef const char *(*converter)(lua_State *L, const char *text);

static sl_reader_context *get_context(lua_State *L) {
	return lua_touserdata(L, lua_upvalueindex(1));
}

/* The name of the variable, the first argument. The default, if only nil, is the second from then on. */
static const char *check_name(lua_State *L) {
	if(lua_type(L, 1) != LUA_TSTRING) {
		luaL_argerror(L, 1, "expected the name of a variable, as in stack.env.number(\"PROSODY_C2S_LISTEN\", 5222)");
	}
	lua_settop(L, 2);
	const char *name = lua_tostring(L, 1);
	if(!*name || strlen(name) != lua_rawlen(L, 1)) {
		luaL_argerror(L, 1, "this cannot be the name of a variable");
	}
	return name;
}

/* Returns the second argument as it is, or nil. */
static int push_default(lua_State *L) {
	lua_pushvalue(L, 2);
	return 1;
}

/* --- Messages --- */

enum { LONGEST_SHOWN = 80 };

static bool is_control(unsigned char c) {
	return c < 0x20 || c == 0x7f;
}

/* How much of a text to show, whole UTF-8 characters only. */
static size_t shown_length(const char *text) {
	size_t length = strlen(text);
	if(length <= LONGEST_SHOWN) {
		return length;
	}
	length = LONGEST_SHOWN;
	while(length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80) {
		length--;
	}
	return length;
}

/* Pushes a value for people: in quotes, on one line, not too long. */
static const char *push_shown(lua_State *L, const char *text) {
	char shown[LONGEST_SHOWN + 1];
	size_t length = shown_length(text);
	for(size_t index = 0; index < length; index++) {
		shown[index] = text[index];
		if(is_control((unsigned char)text[index])) {
			shown[index] = '?';
		}
	}
	shown[length] = '\0';
	return lua_pushfstring(L, "\"%s%s\"", shown, text[length] ? "…" : "");
}

/* Pushes where a variable comes from. */
static const char *push_place(lua_State *L, const sl_variable *variable) {
	if(variable->path) {
		return lua_pushfstring(L, "%s:%d", variable->path, (int)variable->line);
	}
	return lua_pushstring(L, variable->source == SL_SETTLED ? "what this load has chosen" : "the environment");
}

static int fail_expected(lua_State *L, const sl_variable *variable, const char *expected) {
	const char *shown = sl_is_secret_variable(variable->name) ? SL_HIDDEN : push_shown(L, variable->value);
	const char *place = push_place(L, variable);
	return luaL_error(L, "%s is %s (from %s), expected %s", variable->name, shown, place, expected);
}

/* --- Readers of one value --- */

static int read_with(lua_State *L, const char *type, converter convert) {
	const sl_reader_context *context = get_context(L);
	const char *name = check_name(L);
	context->note_read(L, context->owner, name, type, 2);
	const sl_variable *variable = sl_variables_get(context->variables, name);
	if(!variable) {
		return push_default(L);
	}
	const char *expected = convert(L, variable->value);
	return expected ? fail_expected(L, variable, expected) : 1;
}

static const char *to_string(lua_State *L, const char *text) {
	lua_pushstring(L, text);
	return NULL;
}

/* A whole number is an integer for Lua too: ports are. */
static void push_number(lua_State *L, double number) {
	lua_Integer integer;
	bool whole = lua_numbertointeger(number, &integer) && (lua_Number)integer == number;
	if(whole) {
		lua_pushinteger(L, integer);
	} else {
		lua_pushnumber(L, number);
	}
}

static const char *to_integer(lua_State *L, const char *text) {
	int64_t integer;
	if(!sl_parse_integer(text, &integer)) {
		return "a whole number such as 5222";
	}
	lua_pushinteger(L, integer);
	return NULL;
}

static const char *to_number(lua_State *L, const char *text) {
	double number;
	if(!to_integer(L, text)) {
		return NULL;
	}
	if(!sl_parse_number(text, &number)) {
		return "a number such as 5222 or 0.5";
	}
	push_number(L, number);
	return NULL;
}

static const char *to_boolean(lua_State *L, const char *text) {
	bool boolean;
	if(!sl_parse_boolean(text, &boolean)) {
		return "true or false (also yes/no, on/off, 1/0)";
	}
	lua_pushboolean(L, boolean);
	return NULL;
}

static const char *to_bytes(lua_State *L, const char *text) {
	int64_t bytes;
	if(!sl_parse_bytes(text, &bytes)) {
		return "a size such as 50MB, 10MiB, 512k or a number of bytes";
	}
	lua_pushinteger(L, bytes);
	return NULL;
}

/* The longest duration, three million years in seconds: a date that is so far away still has a number for its year. */
static const double longest = 1e14;

/* Whole seconds, rounded up: the archives of Prosody 0.12 read no more than the first digits of a number, and 0 seconds would empty them. */
static const char *to_duration(lua_State *L, const char *text) {
	double seconds;
	switch(sl_parse_duration(text, &seconds)) {
	case SL_SECONDS:
		if(seconds > longest) {
			return "a duration of less than a million years, or never";
		}
		push_number(L, ceil(seconds));
		return NULL;
	case SL_NEVER:
		lua_pushliteral(L, "never");
		return NULL;
	case SL_AMBIGUOUS:
		return "\"min\" for minutes or \"mo\" for months instead of a bare \"m\", which is read as either, as in 5min or 6mo";
	default:
		return "a duration such as 30s, 5min, 12h, 30d, 4w, 6mo, 1y, a number of seconds, or never";
	}
}

static bool is_space(char c) {
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Appends what stands between two commas to the list on top of the stack; white space around it does not count, nothing is dropped. */
static void add_element(lua_State *L, const char *start, const char *end, lua_Integer *count) {
	while(start < end && is_space(*start)) {
		start++;
	}
	while(end > start && is_space(end[-1])) {
		end--;
	}
	if(start < end) {
		lua_pushlstring(L, start, (size_t)(end - start));
		lua_rawseti(L, -2, ++*count);
	}
}

static const char *to_list(lua_State *L, const char *text) {
	lua_Integer count = 0;
	lua_newtable(L);
	for(const char *comma = strchr(text, ','); comma; comma = strchr(text, ',')) {
		add_element(L, text, comma, &count);
		text = comma + 1;
	}
	add_element(L, text, text + strlen(text), &count);
	return NULL;
}

/* --- Secrets: no message of these shows a value --- */

typedef struct secret_file {
	sl_arena *arena;
	const char *path;
	const char *text;
	size_t length;
	sl_identity identity;
	int code; /* 0 or an errno value */
} secret_file;

static void read_step(void *context) {
	secret_file *file = context;
	struct stat info;
	char *text = NULL;
	file->code = sl_read_file(file->arena, file->path, &text, &file->length, &info);
	file->text = text;
	if(!file->code) {
		file->identity = sl_identify(&info);
	}
}

/* Is the text UTF-16, with a mark at its head or with every other byte a NUL, as ASCII has it there? */
static bool is_utf16(const char *text, size_t length) {
	if(length >= 2 && (memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0)) {
		return true;
	}
	size_t zeros[2] = { 0, 0 };
	for(size_t i = 0; i < length; i++) {
		zeros[i % 2] += text[i] == '\0';
	}
	return length >= 4 && length % 2 == 0 && (zeros[0] == length / 2 || zeros[1] == length / 2);
}

const char *sl_secret_text(const char *text, size_t *length) {
	if(is_utf16(text, *length)) {
		return NULL;
	}
	size_t mark = *length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
	*length -= mark;
	return text + mark;
}

/* The line end that editors and echo put behind a text is none of the secret. */
static void trim_secret(secret_file *file) {
	if(file->length > 0 && file->text[file->length - 1] == '\n') {
		file->length--;
		file->length -= file->length > 0 && file->text[file->length - 1] == '\r';
	}
}

static secret_file read_secret_file(lua_State *L, const char *name, const char *path) {
	const sl_reader_context *context = get_context(L);
	secret_file file = { .arena = context->arena, .path = path };
	sl_run(L, file.arena, read_step, &file);
	if(!file.code) {
		context->note_secret_file(L, context->owner, name, path, &file.identity);
	}
	if(file.code == 0) {
		file.text = sl_secret_text(file.text, &file.length);
		file.code = file.text ? 0 : EILSEQ;
	}
	if(file.code == 0) {
		trim_secret(&file);
	}
	return file;
}

static const char *file_problem(const secret_file *file) {
	switch(file->code) {
	case 0:
		return "it is empty";
	case EISDIR:
		return "it is a folder";
	case EINVAL:
		return "it is no regular file";
	case EILSEQ:
		return "it is UTF-16; save it as UTF-8";
	case EACCES:
		return "permission denied; the user that Prosody runs as must be able to read it";
	default:
		return strerror(file->code);
	}
}

/* Hands a secret to the layer. */
static int give_secret(lua_State *L, const char *value, size_t length) {
	const sl_reader_context *context = get_context(L);
	const char *kept = lua_pushlstring(L, value, length);
	context->remember_secret(L, context->owner, kept, length);
	return 1;
}

/* The text of what is wrong is on top of the stack. */
static int miss_secret(lua_State *L) {
	const sl_reader_context *context = get_context(L);
	if(!context->lenient_secrets) {
		return luaL_error(L, "%s", lua_tostring(L, -1));
	}
	context->missing_secret(L, context->owner, lua_tostring(L, -1));
	return push_default(L);
}

static bool same_secret(const secret_file *file, const char *value) {
	return file->length == strlen(value) && memcmp(file->text, value, file->length) == 0;
}

/* From the file that NAME_FILE names; `direct` is NAME where the same source has both. */
static int secret_from_file(lua_State *L, const char *name, const sl_variable *pointer, const sl_variable *direct) {
	secret_file file = read_secret_file(L, name, pointer->value);
	if(file.code || file.length == 0) {
		const char *shown = push_shown(L, file.path);
		const char *place = push_place(L, pointer);
		lua_pushfstring(
			L, "%s (from %s) names the file %s, which gives no secret: %s", pointer->name, place, shown, file_problem(&file));
		return miss_secret(L);
	}
	if(direct && !same_secret(&file, direct->value)) {
		const char *place = push_place(L, direct);
		const char *other = push_place(L, pointer);
		return luaL_error(L, "%s (from %s) and the file that %s (from %s) names hold different secrets; remove one of the two",
			direct->name, place, pointer->name, other);
	}
	return give_secret(L, file.text, file.length);
}

/* How a credential may be spelt: PROSODY_DB_PASSWORD, prosody_db_password, prosody-db-password. */
enum { AS_GIVEN, LOWER_CASE, WITH_HYPHENS, SPELLINGS };

static const char *push_spelling(lua_State *L, const char *name, int spelling) {
	luaL_Buffer text;
	size_t length = strlen(name);
	char *spelt = luaL_buffinitsize(L, &text, length);
	for(size_t index = 0; index < length; index++) {
		char c = name[index];
		if(spelling != AS_GIVEN && c >= 'A' && c <= 'Z') {
			c = (char)(c - 'A' + 'a');
		} else if(spelling == WITH_HYPHENS && c == '_') {
			c = '-';
		}
		spelt[index] = c;
	}
	luaL_pushresultsize(&text, length);
	return lua_tostring(L, -1);
}

static int fail_credential(lua_State *L, const secret_file *file) {
	lua_pushfstring(L, "the systemd credential %s gives no secret: %s", file->path, file_problem(file));
	return miss_secret(L);
}

/* Looks among systemd's credentials. Returns the number of results, 0 where there is no such credential. */
static int secret_from_credentials(lua_State *L, const char *name) {
	const char *folder = get_context(L)->credentials_directory;
	if(!folder || strchr(name, '/')) {
		return 0;
	}
	for(int spelling = AS_GIVEN; spelling < SPELLINGS; spelling++) {
		const char *spelt = push_spelling(L, name, spelling);
		secret_file file = read_secret_file(L, name, lua_pushfstring(L, "%s/%s", folder, spelt));
		if(file.code != ENOENT && file.code != ENOTDIR) {
			return file.code || file.length == 0 ? fail_credential(L, &file) : give_secret(L, file.text, file.length);
		}
		lua_pop(L, 2);
	}
	return 0;
}

static int secret_is_missing(lua_State *L, const char *name) {
	if(!lua_isnil(L, 2)) {
		size_t length;
		const char *text = lua_type(L, 2) == LUA_TSTRING ? lua_tolstring(L, 2, &length) : NULL;
		return text ? give_secret(L, text, length) : push_default(L);
	}
	const char *credential = push_spelling(L, name, WITH_HYPHENS);
	lua_pushfstring(L,
		"the secret %s is missing; give it in the variable %s, or in a file that the variable %s_FILE names, "
		"or as a systemd credential (LoadCredential=%s:/path/of/the/file)",
		name, name, name, credential);
	return miss_secret(L);
}

static int read_secret(lua_State *L) {
	const sl_reader_context *context = get_context(L);
	sl_variables *variables = context->variables;
	const char *name = check_name(L);
	context->note_read(L, context->owner, name, "secret", 0);
	const sl_variable *direct = sl_variables_get(variables, name);
	const sl_variable *pointer = sl_variables_get(variables, lua_pushfstring(L, "%s_FILE", name));
	lua_pop(L, 1);
	/* As everywhere the stronger source decides; within one source the two must agree. */
	if(pointer && (!direct || pointer->source <= direct->source)) {
		return secret_from_file(L, name, pointer, direct && direct->source == pointer->source ? direct : NULL);
	}
	if(direct) {
		return give_secret(L, direct->value, strlen(direct->value));
	}
	int results = secret_from_credentials(L, name);
	return results ? results : secret_is_missing(L, name);
}

/* --- stack.env --- */

/* (name: string, default: any?) -> string? */
static int read_string(lua_State *L) {
	return read_with(L, "string", to_string);
}

/* (name: string, default: any?) -> number? */
static int read_number(lua_State *L) {
	return read_with(L, "number", to_number);
}

/* (name: string, default: any?) -> integer? */
static int read_integer(lua_State *L) {
	return read_with(L, "integer", to_integer);
}

/* (name: string, default: any?) -> boolean? */
static int read_boolean(lua_State *L) {
	return read_with(L, "boolean", to_boolean);
}

/* (name: string, default: any?) -> { string }? */
static int read_list(lua_State *L) {
	return read_with(L, "list", to_list);
}

/* (name: string, default: any?) -> integer? */
static int read_bytes(lua_State *L) {
	return read_with(L, "bytes", to_bytes);
}

/* (name: string, default: any?) -> number | "never"? */
static int read_duration(lua_State *L) {
	return read_with(L, "duration", to_duration);
}

static const luaL_Reg readers[] = {
	{ "string", read_string },
	{ "number", read_number },
	{ "integer", read_integer },
	{ "boolean", read_boolean },
	{ "list", read_list },
	{ "bytes", read_bytes },
	{ "duration", read_duration },
	{ "secret", read_secret }, /* (name: string, default: any?) -> string? */
	{ NULL, NULL },
};

void sl_push_readers(lua_State *L, sl_reader_context *context, int anchor) {
	anchor = lua_absindex(L, anchor);
	luaL_newlibtable(L, readers);
	lua_pushlightuserdata(L, context);
	lua_pushvalue(L, anchor);
	luaL_setfuncs(L, readers, 2);
}
