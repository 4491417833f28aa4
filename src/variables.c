#include "variables.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "dotenv.h"
#include "files.h"
#include "map.h"

/* One place that variables come from: the process, or one file. */
typedef struct var_origin {
	sl_source source;
	const char *path;
	size_t strength; /* 0 is the strongest */
} var_origin;

/* A variable as one origin has it. */
typedef struct var_statement {
	sl_variable variable;
	const var_origin *origin;
	struct var_statement *next; /* of the next weaker origin */
} var_statement;

/* All that is known of one name. */
typedef struct var_entry {
	const char *name;
	var_statement *first;
	bool settled;
	sl_variable *choice; /* where settled */
	bool contradicted;   /* a finding says so already */
} var_entry;

struct sl_variables {
	sl_arena *arena;
	sl_findings *findings;
	sl_map names;        /* name -> entry */
	var_entry **entries; /* in the order in which they came */
	size_t count;
	size_t capacity;
	var_origin **origins; /* strongest first */
	size_t origin_count;
	size_t origin_capacity;
	sl_met_list files;
};

sl_variables *sl_variables_new(sl_arena *arena, sl_findings *findings) {
	sl_variables *variables = sl_new(arena, sizeof(*variables));
	variables->arena = arena;
	variables->findings = findings;
	sl_map_init(&variables->names, arena);
	return variables;
}

static bool same_path(const char *left, const char *right) {
	return left == right || (left && right && strcmp(left, right) == 0);
}

/* A new origin is weaker than those that are there already. */
static const var_origin *add_origin(sl_variables *variables, sl_source source, const char *path) {
	var_origin *made = sl_new(variables->arena, sizeof(*made));
	made->source = source;
	made->path = path ? sl_strdup(variables->arena, path) : NULL;
	variables->origins = sl_grow(
		variables->arena, variables->origins, variables->origin_count, &variables->origin_capacity, sizeof(*variables->origins));
	made->strength = variables->origin_count;
	variables->origins[variables->origin_count++] = made;
	return made;
}

static const var_origin *find_origin(sl_variables *variables, sl_source source, const char *path) {
	for(size_t index = 0; index < variables->origin_count; index++) {
		if(variables->origins[index]->source == source && same_path(variables->origins[index]->path, path)) {
			return variables->origins[index];
		}
	}
	return add_origin(variables, source, path);
}

static var_entry *add_entry(sl_variables *variables, const char *name) {
	var_entry *made = sl_new(variables->arena, sizeof(*made));
	made->name = sl_strdup(variables->arena, name);
	variables->entries =
		sl_grow(variables->arena, variables->entries, variables->count, &variables->capacity, sizeof(*variables->entries));
	*sl_map_place(&variables->names, made->name) = made;
	variables->entries[variables->count++] = made;
	return made;
}

static var_entry *find_entry(const sl_variables *variables, const char *name) {
	return sl_map_get(&variables->names, name);
}

/* The entry's statement of that origin, which is the weakest so far; made where it is missing. */
static var_statement *find_statement(sl_variables *variables, var_entry *entry, const var_origin *origin) {
	var_statement **place = &entry->first;
	while(*place && (*place)->origin->strength < origin->strength) {
		place = &(*place)->next;
	}
	if(!*place) {
		*place = sl_new(variables->arena, sizeof(**place));
		(*place)->origin = origin;
	}
	return *place;
}

void sl_variables_add(sl_variables *variables, sl_source source, const char *path, unsigned line, const char *name, const char *value) {
	const var_origin *origin = find_origin(variables, source, path);
	var_entry *entry = find_entry(variables, name);
	if(!entry) {
		entry = add_entry(variables, name);
	}
	sl_variable *variable = &find_statement(variables, entry, origin)->variable;
	variable->name = entry->name;
	variable->value = sl_strdup(variables->arena, value);
	variable->source = source;
	variable->path = origin->path;
	variable->line = line;
}

/* --- Kubernetes service links ---
 *
 * For every service of a namespace kubelet puts into every container, for a service "prosody" with port 5222:
 *   PROSODY_SERVICE_HOST=10.0.0.1  PROSODY_SERVICE_PORT=5222  PROSODY_PORT=tcp://10.0.0.1:5222
 *   PROSODY_PORT_5222_TCP=tcp://10.0.0.1:5222  PROSODY_PORT_5222_TCP_PROTO=tcp  …_PORT=5222  …_ADDR=10.0.0.1
 * Nobody meant these as settings.
 */

static const char *const link_schemes[] = { "tcp", "udp", "sctp" };

/* The scheme of a value such as tcp://10.0.0.1:5222, or NULL. */
static const char *link_scheme(const char *value) {
	for(size_t index = 0; index < sizeof(link_schemes) / sizeof(*link_schemes); index++) {
		size_t length = strlen(link_schemes[index]);
		if(strncmp(value, link_schemes[index], length) == 0 && strncmp(value + length, "://", 3) == 0) {
			return link_schemes[index];
		}
	}
	return NULL;
}

static bool same_origin_has(const sl_variables *variables, const var_origin *origin, const char *name) {
	const var_entry *entry = find_entry(variables, name);
	for(const var_statement *at = entry ? entry->first : NULL; at; at = at->next) {
		if(at->origin == origin) {
			return true;
		}
	}
	return false;
}

/* Whether the same origin has a variable whose name is the first `length` bytes of `name`, followed by `tail`. */
static bool has_sibling(const sl_variables *variables, const var_statement *link, size_t length, const char *tail) {
	char sibling[512];
	size_t tail_length = strlen(tail);
	if(length + tail_length >= sizeof(sibling)) {
		return false;
	}
	memcpy(sibling, link->variable.name, length);
	memcpy(sibling + length, tail, tail_length + 1);
	return same_origin_has(variables, link->origin, sibling);
}

static bool ends_with(const char *text, const char *tail) {
	size_t length = strlen(text);
	size_t tail_length = strlen(tail);
	return length > tail_length && strcmp(text + length - tail_length, tail) == 0;
}

/* Writes _<port>_<SCHEME>_PROTO. False where the value ends with no port. */
static bool proto_tail(const char *value, const char *scheme, char *tail, size_t size) {
	const char *port = strrchr(value, ':') + 1;
	size_t digits = strspn(port, "0123456789");
	if(digits == 0 || port[digits] || digits + strlen(scheme) + sizeof("___PROTO") > size) {
		return false;
	}
	*tail++ = '_';
	memcpy(tail, port, digits);
	tail += digits;
	*tail++ = '_';
	for(; *scheme; scheme++) {
		*tail++ = (char)(*scheme - 'a' + 'A');
	}
	memcpy(tail, "_PROTO", sizeof("_PROTO"));
	return true;
}

static bool is_service_link(const sl_variables *variables, const var_statement *statement) {
	const char *name = statement->variable.name;
	const char *value = statement->variable.value;
	const char *scheme = link_scheme(value);
	if(!scheme) {
		return false;
	}
	size_t length = strlen(name);
	if(has_sibling(variables, statement, length, "_PROTO")) {
		return true;
	}
	if(!ends_with(name, "_PORT")) {
		return false;
	}
	char tail[64];
	return has_sibling(variables, statement, length - strlen("_PORT"), "_SERVICE_HOST")
		|| (proto_tail(value, scheme, tail, sizeof(tail)) && has_sibling(variables, statement, length, tail));
}

const sl_met_list *sl_variables_files(const sl_variables *variables) {
	return &variables->files;
}

/* --- Questions --- */

/* The strongest statement that counts. */
static var_statement *statement_in_force(const sl_variables *variables, const var_entry *entry) {
	for(var_statement *at = entry->first; at; at = at->next) {
		if(*at->variable.value && !is_service_link(variables, at)) {
			return at;
		}
	}
	return NULL;
}

static sl_variable *variable_in_force(const sl_variables *variables, const char *name) {
	const var_entry *entry = find_entry(variables, name);
	if(!entry) {
		return NULL;
	}
	if(entry->settled) {
		return entry->choice;
	}
	var_statement *found = statement_in_force(variables, entry);
	return found ? &found->variable : NULL;
}

const sl_variable *sl_variables_get(sl_variables *variables, const char *name) {
	sl_variable *found = variable_in_force(variables, name);
	if(found) {
		found->read = true;
	}
	return found;
}

const char *sl_variables_peek(const sl_variables *variables, const char *name) {
	const sl_variable *found = variable_in_force(variables, name);
	return found ? found->value : NULL;
}

const char *sl_variables_path(const sl_variables *variables, const char *name) {
	const sl_variable *found = variable_in_force(variables, name);
	return found ? found->path : NULL;
}

const char *sl_variables_find(const sl_variables *variables, const char *path, bool (*accepts)(const sl_variable *variable)) {
	for(size_t index = 0; index < variables->count; index++) {
		for(const var_statement *at = variables->entries[index]->first; at; at = at->next) {
			if(same_path(at->variable.path, path) && *at->variable.value && accepts(&at->variable)) {
				return at->variable.name;
			}
		}
	}
	return NULL;
}

const char *sl_variables_text(sl_variables *variables, const char *name) {
	const sl_variable *found = sl_variables_get(variables, name);
	if(found) {
		return found->value;
	}
	const var_entry *entry = find_entry(variables, name);
	bool empty = entry && entry->first->origin->source == SL_PROCESS && !*entry->first->variable.value;
	return empty ? "" : NULL;
}

static void find_contradiction(sl_variables *variables, const var_statement *winner, const char *alias, const var_statement *other) {
	var_entry *entry = find_entry(variables, alias);
	if(entry->contradicted || strcmp(winner->variable.value, other->variable.value) == 0) {
		return;
	}
	entry->contradicted = true;
	sl_find(variables->findings, SL_WARNING, SL_ON_ALIASES, other->variable.path, other->variable.line,
		"%s is \"%s\", but %s, which means the same, is \"%s\" in the same place and wins; remove one of the two", alias,
		other->variable.value, winner->variable.name, winner->variable.value);
}

static var_statement *ask_alias(const sl_variables *variables, const char *alias) {
	const var_entry *entry = find_entry(variables, alias);
	var_statement *found = entry ? statement_in_force(variables, entry) : NULL;
	if(found) {
		found->variable.read = true;
	}
	return found;
}

static const var_entry *settled_alias(const sl_variables *variables, const char *const *aliases) {
	for(; *aliases; aliases++) {
		const var_entry *entry = find_entry(variables, *aliases);
		if(entry && entry->settled) {
			return entry;
		}
	}
	return NULL;
}

const sl_variable *sl_variables_choice(sl_variables *variables, const char *const *aliases) {
	const var_entry *settled = settled_alias(variables, aliases);
	if(settled) {
		return sl_variables_get(variables, settled->name);
	}
	const var_statement *winner = NULL;
	for(const char *const *alias = aliases; *alias; alias++) {
		const var_statement *found = ask_alias(variables, *alias);
		if(found && (!winner || found->origin->strength < winner->origin->strength)) {
			winner = found;
		}
	}
	for(const char *const *alias = aliases; winner && *alias; alias++) {
		const var_statement *found = ask_alias(variables, *alias);
		if(found && found->origin == winner->origin) {
			find_contradiction(variables, winner, *alias, found);
		}
	}
	return winner ? &winner->variable : NULL;
}

/* What the alias reads as from now on: the place that says the value, where there is one. */
static sl_variable *settled_variable(sl_variables *variables, const var_entry *entry, const char *value) {
	var_statement *found = statement_in_force(variables, entry);
	if(found && strcmp(found->variable.value, value) == 0) {
		return &found->variable;
	}
	sl_variable *made = sl_new(variables->arena, sizeof(*made));
	*made = (sl_variable) { .name = entry->name, .value = sl_strdup(variables->arena, value), .source = SL_SETTLED };
	return made;
}

void sl_variables_settle(sl_variables *variables, const char *const *aliases, const char *value) {
	for(; *aliases; aliases++) {
		var_entry *entry = find_entry(variables, *aliases);
		if(!entry) {
			entry = add_entry(variables, *aliases);
		}
		entry->choice = settled_variable(variables, entry, value);
		entry->settled = true;
	}
}

static int compare_names(const void *left, const void *right) {
	const sl_variable *const *first = left;
	const sl_variable *const *second = right;
	return strcmp((*first)->name, (*second)->name);
}

const sl_variable **sl_variables_list(sl_variables *variables, size_t *count) {
	const sl_variable **list = sl_new(variables->arena, (variables->count + 1) * sizeof(*list));
	*count = 0;
	for(size_t index = 0; index < variables->count; index++) {
		const var_entry *entry = variables->entries[index];
		const sl_variable *found = variable_in_force(variables, entry->name);
		if(found) {
			list[(*count)++] = found;
		}
	}
	qsort(list, *count, sizeof(*list), compare_names);
	return list;
}

/* --- Files --- */

static const char *look_up(void *context, const char *name) {
	return sl_variables_peek(context, name);
}

static bool is_null_device(const struct stat *info) {
	return S_ISCHR(info->st_mode) && major(info->st_rdev) == 1 && minor(info->st_rdev) == 3;
}

static const char *reading_problem(int code) {
	switch(code) {
	case EISDIR:
		return "is a folder; expected a file of NAME=value lines";
	case EINVAL:
		return "is no regular file; expected a file of NAME=value lines";
	case EFBIG:
		return "is larger than any file of variables can be; expected a file of NAME=value lines";
	default:
		return NULL;
	}
}

static void find_unreadable(sl_variables *variables, const char *path, int code) {
	const char *problem = reading_problem(code);
	if(problem) {
		sl_find(variables->findings, SL_ERROR, SL_ON_VARIABLES, path, 0, "%s", problem);
	} else {
		sl_find(variables->findings, SL_ERROR, SL_ON_VARIABLES, path, 0, "cannot be read: %s; the user that Prosody runs as must be able to read it",
			strerror(code));
	}
}

static bool is_forbidden(const char *const *forbidden, const char *name) {
	for(; forbidden && *forbidden; forbidden++) {
		if(strcmp(*forbidden, name) == 0) {
			return true;
		}
	}
	return false;
}

static void take_assignment(
	sl_variables *variables, sl_source source, const char *path, const sl_assignment *assignment, const char *const *forbidden) {
	if(!is_forbidden(forbidden, assignment->name)) {
		sl_variables_add(variables, source, path, assignment->line, assignment->name, assignment->value);
	} else if(*assignment->value) {
		sl_find(variables->findings, SL_ERROR, SL_ON_VARIABLES, path, assignment->line,
			"%s cannot be set in this file: which files are read is decided before it; set it in the environment of the "
			"process",
			assignment->name);
	}
}

void sl_variables_read(sl_variables *variables, sl_source source, const char *path, const char *const *forbidden) {
	char *text;
	size_t length;
	struct stat info = { .st_mode = 0 };
	int code = sl_read_file(variables->arena, path, &text, &length, &info);
	if(code == ENOENT || code == ENOTDIR || (code == EINVAL && is_null_device(&info))) {
		return;
	}
	if(code) {
		find_unreadable(variables, path, code);
		return;
	}
	sl_identity identity = sl_identify(&info);
	sl_note_met(variables->arena, &variables->files, sl_strdup(variables->arena, path), &identity);
	sl_assignment *assignments;
	size_t count;
	sl_dotenv_parse(variables->arena, variables->findings, path, text, length, look_up, variables, &assignments, &count);
	for(size_t index = 0; index < count; index++) {
		take_assignment(variables, source, path, &assignments[index], forbidden);
	}
}
