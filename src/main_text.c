#include "main_text.h"

#include <string.h>

#include "discover.h"
#include "files.h"
#include "scan.h"

enum {
	DEEPEST = 50,      /* files that include each other; Lua's own limit of C calls is at 200 */
	MOST_TARGETS = 16  /* of one assignment */
};

/* What all files that are read have in common. */
typedef struct reading {
	sl_arena *arena;
	sl_main_text *text;
	const sl_loaded_files *files;
	const char *caller;
	unsigned line;         /* of the call */
	unsigned depth;
} reading;

/* One file. */
typedef struct walk {
	reading *r;
	sl_scan scan;
	sl_map locals;         /* names that are no options here */
	const char *path;
	const char *host;      /* NULL: the text does not show which */
	unsigned number;
	bool host_sure;        /* the statement that opened it ran */
	bool sure;             /* the file was included outside every block */
} walk;

static int kind_at(const walk *w, uint32_t index) {
	return sl_scan_kind(&w->scan, index);
}

static const sl_token *token_at(const walk *w, uint32_t index) {
	return &w->scan.items[index].token;
}

static char *name_at(const walk *w, uint32_t index) {
	const sl_token *token = token_at(w, index);
	if(token->kind != SL_TOKEN_STRING) {
		return sl_strndup(w->r->arena, token->start, token->length);
	}
	size_t length;
	const char *wrong;
	unsigned line;
	const char *text = sl_token_string(w->r->arena, token, &length, &wrong, &line);
	return text && strlen(text) == length ? sl_strdup(w->r->arena, text) : NULL;
}

/* --- Assignments --- */

static char *fold_host(sl_arena *arena, const char *host) {
	char *folded = sl_strdup(arena, host);
	for(char *letter = folded; *letter; letter++) {
		if(*letter >= 'A' && *letter <= 'Z') {
			*letter = (char)(*letter - 'A' + 'a');
		}
	}
	return folded;
}

static const char *key_of(sl_arena *arena, const char *host, const char *option) {
	return sl_format(arena, "%s\n%s", host, option);
}

/* Is this behind the call? Only of the calling file's own statements, until the call was found. */
static void look_for_call(const walk *w, unsigned line) {
	sl_main_text *text = w->r->text;
	if(!text->loaded && strcmp(w->path, w->r->caller) == 0 && line > w->r->line) {
		text->loaded = true;
		text->load_at = text->count;
	}
}

static void add(const walk *w, sl_said said) {
	sl_main_text *text = w->r->text;
	look_for_call(w, said.line);
	said.host = w->host;
	said.path = w->path;
	said.reading = w->number;
	said.index = text->count;
	said.sure = said.sure && w->sure && w->host_sure;
	void **place = sl_map_place(&text->last, key_of(w->r->arena, said.host, said.option));
	said.before = *place;
	sl_said *kept = sl_new(w->r->arena, sizeof(*kept));
	*kept = said;
	*place = kept;
	text->items = sl_grow(w->r->arena, text->items, text->count, &text->capacity, sizeof(*text->items));
	text->items[text->count++] = kept;
}

static bool is_sure(const walk *w, uint32_t index) {
	return w->scan.items[index].opener == SL_NOWHERE;
}

/* `sure`: the statement runs always. */
static void assign(const walk *w, uint32_t name, sl_range value, bool sure) {
	sl_said said = { .option = w->host ? name_at(w, name) : NULL, .line = token_at(w, name)->line, .sure = sure };
	if(said.option && value.from < value.to) {
		const sl_token *last = token_at(w, value.to - 1);
		said.value = token_at(w, value.from)->start;
		said.length = (size_t)(last->start + last->length - said.value);
	}
	if(said.option) {
		add(w, said);
	}
}

static void imply(const walk *w, uint32_t at, const char *option, const char *value, size_t length) {
	add(w, (sl_said) { .option = option, .line = token_at(w, at)->line, .value = value, .length = length, .sure = is_sure(w, at), .implied = true });
}

/* The fields of the table behind VirtualHost or Component. */
static void read_fields(const walk *w, uint32_t open, bool sure) {
	uint32_t end = w->scan.items[open].match;
	for(uint32_t at = open + 1; at < end;) {
		uint32_t name = SL_NOWHERE;
		uint32_t value = at;
		if(kind_at(w, at) == SL_TOKEN_NAME && kind_at(w, at + 1) == '=') {
			name = at;
			value = at + 2;
		} else if(kind_at(w, at) == '[' && kind_at(w, at + 1) == SL_TOKEN_STRING && kind_at(w, at + 2) == ']' && kind_at(w, at + 3) == '=') {
			name = at + 1;
			value = at + 4;
		}
		uint32_t next = sl_scan_expression(&w->scan, value);
		if(name != SL_NOWHERE) {
			assign(w, name, (sl_range) { value, next }, sure);
		}
		at = next > at ? next : at + 1;
		at += kind_at(w, at) == ',' || kind_at(w, at) == ';';
	}
}

/* --- Statements of Prosody --- */

static bool is_name(const walk *w, uint32_t at, const char *const *names) {
	for(; *names; names++) {
		if(sl_scan_is(&w->scan, at, *names)) {
			return true;
		}
	}
	return false;
}

/* The string that is all of what the call there is given; SL_NOWHERE where it is given something else. */
static uint32_t string_argument(const walk *w, uint32_t open) {
	sl_range argument;
	size_t count = kind_at(w, open) == '(' || kind_at(w, open) == SL_TOKEN_STRING ? sl_scan_pieces(&w->scan, open, &argument, 1) : 0;
	bool one = count >= 1 && argument.to - argument.from == 1 && kind_at(w, argument.from) == SL_TOKEN_STRING;
	return one ? argument.from : SL_NOWHERE;
}

static uint32_t behind_call(const walk *w, uint32_t open) {
	return kind_at(w, open) == SL_TOKEN_STRING ? open + 1 : w->scan.items[open].match + 1;
}

static bool is_call(int kind) {
	return kind == '(' || kind == '{' || kind == SL_TOKEN_STRING;
}

static void open_component(const walk *w, uint32_t at, uint32_t module) {
	static const char external[] = "\"component\"", no[] = "false";
	bool named = module != SL_NOWHERE;
	imply(w, at, "component_module", named ? token_at(w, module)->start : external, named ? token_at(w, module)->length : sizeof(external) - 1);
	imply(w, at, "load_global_modules", no, sizeof(no) - 1);
}

/* VirtualHost "x", Component "x" "muc", and the table of options that may follow, after which the scope is the global one again. */
static void open_host(walk *w, uint32_t at, bool component) {
	static const char yes[] = "true";
	uint32_t name = string_argument(w, at + 1);
	const char *host = name == SL_NOWHERE ? NULL : name_at(w, name);
	w->host = host ? fold_host(w->r->arena, host) : NULL;
	w->host_sure = is_sure(w, at);
	uint32_t next = behind_call(w, at + 1);
	uint32_t module = component && is_call(kind_at(w, next)) ? string_argument(w, next) : SL_NOWHERE;
	if(w->host && component) {
		open_component(w, at, module);
	} else if(w->host) {
		imply(w, at, "defined", yes, sizeof(yes) - 1);
	}
	next = module == SL_NOWHERE ? next : behind_call(w, next);
	uint32_t table = kind_at(w, next) == '(' ? next + 1 : next;
	if(kind_at(w, table) == '{') {
		if(w->host) {
			read_fields(w, table, is_sure(w, at));
		}
		w->host = "*";
	}
}

static void read_file(reading *r, const char *path, bool sure);

static const char *base_name(const char *path) {
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

static bool is_wanted(const char *path, const char *wanted) {
	size_t folder = (size_t)(base_name(wanted) - wanted);
	if(!strpbrk(wanted, "*?")) {
		return strcmp(path, wanted) == 0;
	}
	return strncmp(path, wanted, folder) == 0 && !strchr(path + folder, '/') && sl_match_glob(path + folder, wanted + folder);
}

/* What Prosody makes of the path in a file of that path. */
static char *resolve_path(sl_arena *arena, const char *from, const char *path) {
	while(strncmp(path, "./", 2) == 0) {
		path += 2;
	}
	return *path == '/' ? sl_strdup(arena, path) : sl_format(arena, "%.*s%s", (int)(base_name(from) - from), from, path);
}

const char *sl_tidy_path(sl_arena *arena, const char *path) {
	char *tidy = sl_strdup(arena, path);
	char *to = tidy;
	for(const char *from = tidy; *from; from++) {
		bool slash = from[0] == '/' && from[1] == '/';
		bool dot = from[0] == '/' && from[1] == '.' && from[2] == '/';
		from += dot;
		if(!slash && !dot) {
			*to++ = *from;
		}
	}
	*to = '\0';
	return tidy;
}

static void include(const walk *w, uint32_t at) {
	const reading *r = w->r;
	uint32_t argument = string_argument(w, at + 1);
	const char *path = argument == SL_NOWHERE ? NULL : name_at(w, argument);
	if(!path) {
		return;
	}
	const char *wanted = sl_tidy_path(r->arena, resolve_path(r->arena, w->path, path));
	for(size_t i = 0; i < r->files->count; i++) {
		if(is_wanted(r->files->paths[i], wanted)) {
			read_file(w->r, r->files->paths[i], w->sure && is_sure(w, at));
		}
	}
}

/* --- Statements of Lua --- */

static void declare(walk *w, uint32_t at) {
	*sl_map_place(&w->locals, name_at(w, at)) = w;
}

static bool is_local(const walk *w, uint32_t at) {
	const char *name = name_at(w, at);
	return !name || sl_map_get(&w->locals, name);
}

/* Declares the names there, which commas separate. */
static uint32_t declare_names(walk *w, uint32_t at) {
	while(kind_at(w, at) == SL_TOKEN_NAME) {
		declare(w, at++);
		if(kind_at(w, at) == '<') {   /* <const>, <close> */
			at += 3;
		}
		at += kind_at(w, at) == ',';
	}
	return at;
}

/* Behind the expressions there, which commas separate. */
static uint32_t skip_expressions(const walk *w, uint32_t at) {
	for(;;) {
		at = sl_scan_expression(&w->scan, at);
		if(kind_at(w, at) != ',') {
			return at;
		}
		at++;
	}
}

static uint32_t read_parameters(walk *w, uint32_t open) {
	if(kind_at(w, open) != '(') {
		return open;
	}
	declare_names(w, open + 1);
	return w->scan.items[open].match + 1;
}

static uint32_t read_local(walk *w, uint32_t at) {
	if(kind_at(w, at) == SL_TOKEN_FUNCTION) {
		declare_names(w, at + 1);
		return read_parameters(w, at + 2);
	}
	at = declare_names(w, at);
	return kind_at(w, at) == '=' ? skip_expressions(w, at + 1) : at;
}

static uint32_t read_for(walk *w, uint32_t at) {
	at = declare_names(w, at);
	return skip_expressions(w, at + 1);
}

static uint32_t read_function(walk *w, uint32_t at) {
	if(kind_at(w, at) == SL_TOKEN_NAME && kind_at(w, at + 1) == '(' && !is_local(w, at)) {
		assign(w, at, (sl_range) { at, at }, is_sure(w, at - 1));
	}
	while(kind_at(w, at) == SL_TOKEN_NAME || kind_at(w, at) == '.' || kind_at(w, at) == ':') {
		at++;
	}
	return read_parameters(w, at);
}

/* Targets and the `=` behind the first of them; each gets its expression, the last one may give several. */
static uint32_t read_assignment(walk *w, uint32_t at) {
	uint32_t targets[MOST_TARGETS];
	size_t count = 0;
	bool sure = is_sure(w, at);
	for(uint32_t next = at; kind_at(w, at) != '='; at = next) {
		at += kind_at(w, at) == ',';
		next = sl_scan_operand(&w->scan, at);
		if(next == at) {
			return at + 1;
		}
		if(count < MOST_TARGETS) {
			targets[count++] = next == at + 1 ? at : SL_NOWHERE;
		}
	}
	for(size_t i = 0; i < count; i++) {
		uint32_t from = i == 0 || kind_at(w, at) == ',' ? at + 1 : at;
		uint32_t to = sl_scan_expression(&w->scan, from);
		if(targets[i] != SL_NOWHERE && !is_local(w, targets[i])) {
			assign(w, targets[i], (sl_range) { from, to }, sure);
		}
		at = to;
	}
	return kind_at(w, at) == ',' ? skip_expressions(w, at + 1) : at;
}

/* option { … }, option:append { … } */
static bool is_addition(const walk *w, uint32_t at) {
	return kind_at(w, at) == '{' || (kind_at(w, at) == ':' && sl_scan_is(&w->scan, at + 1, "append"));
}

static void read_call(walk *w, uint32_t at) {
	static const char *const hosts[] = { "VirtualHost", "Host", "host", NULL };
	static const char *const components[] = { "Component", "component", NULL };
	static const char *const includes[] = { "Include", "include", NULL };
	if(kind_at(w, at) != SL_TOKEN_NAME || is_local(w, at)) {
		return;
	}
	bool component = is_name(w, at, components);
	if(is_call(kind_at(w, at + 1)) && (component || is_name(w, at, hosts))) {
		open_host(w, at, component);
	} else if(is_call(kind_at(w, at + 1)) && is_name(w, at, includes)) {
		include(w, at);
	} else if(is_addition(w, at + 1) && w->host) {
		add(w, (sl_said) { .option = name_at(w, at), .line = token_at(w, at)->line, .sure = is_sure(w, at), .adds = true });
	}
}

static uint32_t read_expression_statement(walk *w, uint32_t at) {
	uint32_t end = sl_scan_operand(&w->scan, at);
	if(kind_at(w, end) == '=' || kind_at(w, end) == ',') {
		return read_assignment(w, at);
	}
	read_call(w, at);
	return end;
}

static uint32_t step(walk *w, uint32_t at) {
	switch(kind_at(w, at)) {
	case SL_TOKEN_LOCAL:
		return read_local(w, at + 1);
	case SL_TOKEN_FUNCTION:
		return read_function(w, at + 1);
	case SL_TOKEN_FOR:
		return read_for(w, at + 1);
	case SL_TOKEN_IF:
	case SL_TOKEN_ELSEIF:
	case SL_TOKEN_WHILE:
	case SL_TOKEN_UNTIL:
	case SL_TOKEN_RETURN:
		return skip_expressions(w, at + 1);
	case SL_TOKEN_NAME:
	case '(':
		return read_expression_statement(w, at);
	case ')':
	case ']':
	case '}':
		return w->scan.count;   /* no statement begins so: the file is no longer what ran */
	default:
		return at + 1;
	}
}

/* Is the call of stackloader.load in the statement that the tokens [from, to) are? */
static void note_call(const walk *w, uint32_t from, uint32_t to) {
	reading *r = w->r;
	bool covered = token_at(w, from)->line <= r->line && to > from && token_at(w, to - 1)->line >= r->line;
	for(uint32_t at = from; at < to && covered && !r->text->loaded; at++) {
		if(kind_at(w, at) == SL_TOKEN_NAME && sl_scan_is(&w->scan, at, "load")) {
			r->text->loaded = true;
			r->text->load_at = r->text->count;
		}
	}
}

static void walk_file(walk *w) {
	bool calls = strcmp(w->path, w->r->caller) == 0;
	for(uint32_t at = 0, next; at < w->scan.count; at = next) {
		next = step(w, at);
		next = next > at ? next : at + 1;
		next = next < w->scan.count ? next : w->scan.count;
		if(calls) {
			note_call(w, at, next);
		}
	}
	if(calls) {
		look_for_call(w, w->r->line + 1);
	}
}

static void read_file(reading *r, const char *path, bool sure) {
	char *bytes;
	size_t length;
	if(r->depth >= DEEPEST || sl_read_file(r->arena, path, &bytes, &length, NULL) != 0 || length >= UINT32_MAX) {
		return;
	}
	walk *w = sl_new(r->arena, sizeof(*w));
	*w = (walk) { .r = r, .path = path, .host = "*", .number = ++r->text->readings, .host_sure = true, .sure = sure };
	sl_map_init(&w->locals, r->arena);
	sl_scan_text(r->arena, bytes, length, 1, &w->scan);
	r->depth++;
	walk_file(w);
	r->depth--;
}

/* Where the call does not show, all of it ran before. */
static void settle_call(sl_main_text *text) {
	if(!text->loaded) {
		text->load_at = text->count;
	}
}

void sl_main_text_read(sl_arena *arena, const char *path, const char *caller, unsigned line, const sl_loaded_files *files, sl_main_text *text) {
	*text = (sl_main_text) { 0 };
	sl_map_init(&text->last, arena);
	reading r = { .arena = arena, .text = text, .files = files, .caller = caller, .line = line };
	read_file(&r, path, true);
	if(!text->loaded) {   /* the main file does not include the calling file in a way that shows */
		read_file(&r, caller, true);
	}
	settle_call(text);
}

const sl_said *sl_main_text_last(sl_arena *arena, const sl_main_text *text, const char *host, const char *option) {
	return sl_map_get(&text->last, key_of(arena, fold_host(arena, host), option));
}
