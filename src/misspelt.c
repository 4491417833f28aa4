#define _GNU_SOURCE
#include "misspelt.h"

#include <string.h>
#include <sys/stat.h>

#include "list.h"
#include "spelling.h"

#define OURS "PROSODY_"

/* A tree with more files than these is not searched for names, and nothing is said of what it does not read. */
enum { MOST_ENTRIES = 20000, DEEPEST = 16 };

typedef struct searching {
	const sl_tree_texts *tree;
	sl_arena *arena;
	const sl_variable **variables;
	size_t count;
	sl_map known;             /* names that something reads */
	sl_list names;            /* the same in the order in which they were found */
	sl_list endless;          /* beginnings of names that a layer makes: PROSODY_FEATURES_ */
	size_t entries;           /* looked at so far */
	bool searched;
	sl_misspelling *found;
	size_t found_count;
} searching;

static bool begins_with(const char *text, const char *head) {
	return strncmp(text, head, strlen(head)) == 0;
}

/* ======== the names that are read ======== */

static bool is_name_character(char c) {
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static void add_known(searching *s, const char *name) {
	void **place = sl_map_place(&s->known, name);
	if(!*place) {
		*place = s;
		sl_list_add(&s->names, s->arena, name);
	}
}

/* Adds the names in a text. `dollar`: only behind a dollar sign, as a file of variables refers to them. */
static void add_names_in(searching *s, const char *text, size_t length, bool dollar) {
	const char *end = text + length;
	for(const char *at = text; (at = memmem(at, (size_t)(end - at), OURS, strlen(OURS))); ) {
		const char *start = at;
		while(at < end && is_name_character(*at)) {
			at++;
		}
		bool refers = start > text && (start[-1] == '$' || start[-1] == '{');
		if((size_t)(at - start) > strlen(OURS) && (!dollar || refers)) {
			const char *name = sl_strndup(s->arena, start, (size_t)(at - start));
			if(at[-1] == '_') {
				sl_list_add(&s->endless, s->arena, name);
			} else {
				add_known(s, name);
			}
		}
	}
}

static void add_file(searching *s, const char *path, bool dollar) {
	char *text;
	size_t length;
	if(path && sl_read_file(s->arena, path, &text, &length, NULL) == 0) {
		add_names_in(s, text, length, dollar);
	}
}

static void add_folder(searching *s, const char *path, unsigned depth);

static void add_entry(searching *s, const char *path, const char *name, unsigned depth) {
	struct stat info;
	const char *below = sl_format(s->arena, "%s/%s", path, name);
	size_t length = strlen(name);
	if(name[0] == '.' || stat(below, &info) != 0) {
		return;
	}
	if(S_ISDIR(info.st_mode)) {
		add_folder(s, below, depth + 1);
	} else if(length > 4 && strcmp(name + length - 4, ".lua") == 0) {
		add_file(s, below, false);
	}
}

static void add_folder(searching *s, const char *path, unsigned depth) {
	sl_listed *entries;
	size_t count;
	if(depth > DEEPEST || s->entries > MOST_ENTRIES || sl_list_folder(s->arena, path, &entries, &count, NULL) != 0) {
		return;
	}
	for(size_t i = 0; i < count && s->entries++ <= MOST_ENTRIES; i++) {
		add_entry(s, path, entries[i].name, depth);
	}
}

/* What is restricted is data, and reads nothing. */
static bool is_restricted(const sl_restrictions *all, const char *folder) {
	for(size_t i = 0; all && i < all->count; i++) {
		for(const char *const *restricted = all->list[i].folders; *restricted; restricted++) {
			if(strcmp(*restricted, folder) == 0) {
				return true;
			}
		}
	}
	return false;
}

static void add_axis(searching *s, const sl_axis *axis) {
	for(const char *const *name = axis->variables; name && *name; name++) {
		add_known(s, *name);
	}
	for(const char *const *root = s->tree->roots; root && *root; root++) {
		for(const char *const *folder = axis->folders; folder && *folder; folder++) {
			if(!is_restricted(s->tree->restrictions, *folder)) {
				add_folder(s, sl_format(s->arena, "%s/%s", *root, *folder), 0);
				add_file(s, sl_format(s->arena, "%s/%s.cfg.lua", *root, *folder), false);
			}
		}
		for(const char *const *file = axis->files; file && *file; file++) {
			add_file(s, sl_format(s->arena, "%s/%s", *root, *file), false);
		}
	}
}

static void add_all(searching *s) {
	static const char *const always[] = { "PROSODY_DOMAIN", "PROSODY_STACK_PATH", "PROSODY_CONFIG" };
	static const char *const beginnings[] = { "PROSODY_FEATURES_", "PROSODY_ENABLE_", "PROSODY_OPTION_" };
	for(size_t i = 0; i < sizeof(always) / sizeof(*always); i++) {
		add_known(s, always[i]);
		sl_list_add(&s->endless, s->arena, beginnings[i]);
	}
	for(size_t i = 0; i < s->tree->read_count; i++) {
		add_known(s, s->tree->reads[i].name);
	}
	for(size_t i = 0; i < s->tree->axis_count; i++) {
		add_axis(s, &s->tree->axes[i]);
	}
	add_file(s, s->tree->main_file, false);
	for(const char *const *root = s->tree->roots; !s->tree->main_file && root && *root; root++) {
		add_file(s, sl_format(s->arena, "%s/prosody.cfg.lua", *root), false);
	}
	const char *last = NULL;
	for(size_t i = 0; i < s->count; i++) {
		if(s->variables[i]->path && s->variables[i]->path != last) {
			last = s->variables[i]->path;
			add_file(s, last, true);
		}
	}
}

/* ======== what is said ======== */

static bool has_kept_quotes(const sl_variable *variable) {
	const char *value = variable->value;
	size_t length = strlen(value);
	return variable->source == SL_PROCESS && length >= 2 && (*value == '"' || *value == '\'') && value[length - 1] == *value
		&& (variable->read || begins_with(variable->name, OURS)) && !begins_with(variable->name, OURS "OPTION_");
}

/* NAME_FILE is read where NAME is. */
static bool is_known(const searching *s, const char *name) {
	size_t length = strlen(name);
	size_t end = length > 5 && strcmp(name + length - 5, "_FILE") == 0 ? length - 5 : length;
	for(const char *const *head = s->endless.names; *head; head++) {
		if(begins_with(name, *head)) {
			return true;
		}
	}
	return sl_map_get(&s->known, name) || sl_map_get(&s->known, sl_strndup(s->arena, name, end));
}

/* The name that is read and may be meant. The beginning that they share is no likeness. */
static const char *nearest_name(const searching *s, const char *name) {
	bool ours = begins_with(name, OURS);
	sl_list words;
	sl_list_init(&words, s->arena);
	for(const char *const *known = s->names.names; *known; known++) {
		if(begins_with(*known, OURS)) {
			sl_list_add(&words, s->arena, ours ? *known + strlen(OURS) : *known);
		}
	}
	const char *near = sl_nearest(ours ? name + strlen(OURS) : name, words.names);
	return near && ours ? sl_format(s->arena, OURS "%s", near) : near;
}

static const char *unread_text(const searching *s, const sl_variable *variable) {
	const char *name = variable->name;
	if(is_known(s, name)) {
		return NULL;
	}
	const char *near = nearest_name(s, name);
	if(near) {
		return sl_format(s->arena, "%s: nothing in the tree reads this variable; did you mean %s?", name, near);
	}
	return variable->source == SL_PROCESS || !begins_with(name, OURS) ? NULL
		: sl_format(s->arena, "%s: nothing in the tree reads this variable; correct its name, or take it out", name);
}

static bool may_be_misspelt(const sl_variable *variable) {
	/* A slip leaves the most of it. */
	return !variable->read && (begins_with(variable->name, "PRO") || strstr(variable->name, "SODY_") || strstr(variable->name, "ROSO"));
}

static void add(searching *s, const sl_variable *variable, sl_topic topic, const char *text) {
	s->found[s->found_count++] = (sl_misspelling){ variable, topic, text };
}

static void check_name(searching *s, const sl_variable *variable) {
	if(!s->searched) {
		add_all(s);
		s->searched = true;
	}
	const char *text = s->entries <= MOST_ENTRIES ? unread_text(s, variable) : NULL;
	if(text) {
		add(s, variable, SL_ON_UNREAD_VARIABLE, text);
	}
}

sl_misspelling *sl_misspellings(sl_arena *arena, const sl_tree_texts *tree, const sl_variable **variables, size_t count, size_t *found) {
	searching s = { .arena = arena, .tree = tree, .variables = variables, .count = count };
	s.found = sl_new(arena, (2 * s.count + 1) * sizeof(*s.found));
	sl_map_init(&s.known, arena);
	sl_list_init(&s.names, arena);
	sl_list_init(&s.endless, arena);
	for(size_t i = 0; i < s.count; i++) {
		const sl_variable *variable = s.variables[i];
		if(has_kept_quotes(variable)) {
			add(&s, variable, SL_ON_QUOTES, sl_format(arena, "%s begins and ends with a quote, which is a part of the value: docker --env-file and "
				"others keep quotes; write the value without them", variable->name));
		}
		if(may_be_misspelt(variable)) {
			check_name(&s, variable);
		}
	}
	*found = s.found_count;
	return s.found;
}

/* ======== after a load ======== */

typedef struct asking {
	sl_stack *stack;
	sl_arena *arena;
	const sl_variable **variables;
	size_t count;
	sl_misspelling *found;
	size_t found_count;
} asking;

static void ask(void *context) {
	asking *a = context;
	const sl_stack *stack = a->stack;
	const sl_tree_texts tree = { .roots = stack->roots, .axes = stack->axes, .axis_count = stack->axis_count, .main_file = stack->main_file,
		.restrictions = &stack->restrictions, .reads = stack->reads.data, .read_count = stack->reads.count };
	a->found = sl_misspellings(a->arena, &tree, a->variables, a->count, &a->found_count);
}

void sl_find_misspelt(lua_State *L, int ud) {
	asking a = { .stack = sl_stack_at(L, ud) };
	int top = lua_gettop(L);
	a.variables = sl_list_variables(L, &a.stack->arena, a.stack->variables, &a.count);
	a.arena = sl_push_arena(L);
	lua_toclose(L, -1);
	sl_arena_pass(a.arena);
	sl_run(L, a.arena, ask, &a);
	for(size_t i = 0; i < a.found_count; i++) {
		const sl_variable *variable = a.found[i].variable;
		sl_report(L, a.stack, SL_WARNING, a.found[i].topic, variable->path, variable->line, "%s", a.found[i].text);
	}
	lua_settop(L, top);
}
