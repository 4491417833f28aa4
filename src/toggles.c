/* PROSODY_FEATURES_<GROUP>_<NAME>, PROSODY_FEATURES_<GROUP>_ENABLED and PROSODY_ENABLE_<NAME>. */
#include "features.h"

#include <ctype.h>
#include <string.h>

#include "list.h"
#include "spelling.h"
#include "units.h"

#define FEATURES "PROSODY_FEATURES_"
#define ENABLE "PROSODY_ENABLE_"
#define ENABLED "ENABLED"

/* What a variable's name may mean. */
typedef struct meaning {
	sl_candidates *all;
	const sl_variable *variable;
	sl_candidate *feature; /* one of these two, or neither */
	sl_group *group;
	bool shortened;
	sl_list candidates; /* all that it may mean, written out in full */
	sl_list groups;     /* the groups that it is short for */
	sl_list features;   /* the features that it may mean, as the tree has them */
} meaning;

const char *sl_toggle_key(sl_arena *arena, const char *name) {
	char *key = sl_strdup(arena, name);
	for(char *at = key; *at; at++) {
		*at = isalnum((unsigned char)*at) ? (char)toupper((unsigned char)*at) : '_';
	}
	return key;
}

const char *sl_toggle_text(sl_arena *arena, const sl_toggle *toggle) {
	return sl_format(arena, "%s=%s", toggle->variable->name, sl_shown(arena, toggle->variable->value));
}

/* --- Which of two toggles counts --- */

/* The source of a variable as a number, smaller is stronger; each root's .env is a source of its own, the last root's first. */
static size_t strength(const sl_candidates *all, const sl_variable *variable) {
	const char *const *roots = all->search->request->roots;
	size_t count = 0;
	size_t from = 0;
	for(; roots[count]; count++) {
		size_t length = strlen(roots[count]);
		if(variable->source == SL_DOTENV && strncmp(variable->path, roots[count], length) == 0
			&& strcmp(variable->path + length, "/.env") == 0) {
			from = count;
		}
	}
	return (size_t)variable->source * (count + 1) + (variable->source == SL_DOTENV ? count - from : 0);
}

void sl_toggle_add(sl_candidates *all, sl_toggle *toggle, const sl_toggle *from, const char *what) {
	if(!toggle->variable) {
		*toggle = *from;
		return;
	}
	size_t old = strength(all, toggle->variable);
	size_t new = strength(all, from->variable);
	if(old != new || toggle->shortened != from->shortened) {
		bool wins = old != new ? new < old : toggle->shortened;
		*toggle = wins ? *from : *toggle;
	} else if(toggle->on != from->on) {
		sl_arena *arena = all->search->arena;
		all->search->findings->pointless = true;
		sl_find(all->search->findings, SL_ERROR, SL_ON_TOGGLE, from->variable->path, from->variable->line,
			"%s and %s both speak of %s and contradict each other; keep one of them", sl_toggle_text(arena, toggle),
			sl_toggle_text(arena, from), what);
	}
}

/* --- What a variable means --- */

static const char *written_out(const meaning *m, const sl_candidate *feature) {
	return sl_format(m->all->search->arena, FEATURES "%s", feature->key);
}

static void may_be_feature(meaning *m, sl_candidate *feature, bool shortened) {
	if(m->feature && m->feature->target == feature->target) {
		return;
	}
	m->feature = feature;
	m->shortened = shortened;
	sl_list_add(&m->candidates, m->all->search->arena, written_out(m, feature));
	sl_list_add(&m->features, m->all->search->arena, feature->name);
}

static void may_be_group(meaning *m, sl_group *group, bool shortened) {
	m->group = group;
	m->shortened = shortened;
	sl_list_add(&m->candidates, m->all->search->arena, sl_format(m->all->search->arena, FEATURES "%s_" ENABLED, group->key));
}

static void match_exactly(meaning *m, const char *rest) {
	for(size_t index = 0; index < m->all->count; index++) {
		if(strcmp(m->all->list[index].key, rest) == 0) {
			may_be_feature(m, &m->all->list[index], false);
		}
	}
}

static void match_group(meaning *m, const char *rest) {
	for(size_t index = 0; index < m->all->group_count; index++) {
		sl_group *group = m->all->groups[index];
		size_t length = strlen(group->key);
		if(strncmp(rest, group->key, length) == 0 && strcmp(rest + length, "_" ENABLED) == 0) {
			may_be_group(m, group, false);
		}
	}
}

static void match_name(meaning *m, const char *rest) {
	for(size_t index = 0; index < m->all->count; index++) {
		if(strcmp(m->all->list[index].short_key, rest) == 0) {
			may_be_feature(m, &m->all->list[index], false);
		}
	}
}

static bool is_group(const sl_candidates *all, const char *key, size_t length) {
	for(size_t index = 0; index < all->group_count; index++) {
		if(strlen(all->groups[index]->key) == length && strncmp(all->groups[index]->key, key, length) == 0) {
			return true;
		}
	}
	return false;
}

/* What `name` means in the group that the first `length` letters of `rest` shorten. */
static void match_in_group(meaning *m, sl_group *group, const char *name, bool whole_group) {
	for(size_t index = 0; index < m->all->count; index++) {
		sl_candidate *feature = &m->all->list[index];
		if(feature->group == group && strcmp(feature->short_key, name) == 0) {
			may_be_feature(m, feature, true);
		}
	}
	if(whole_group && strcmp(name, ENABLED) == 0) {
		may_be_group(m, group, true);
	}
}

/* Takes the first `length` letters as a shortened group. Which groups they shorten must not depend on what is in them. */
static void match_shortened(meaning *m, const char *rest, size_t length, bool whole_group) {
	sl_list groups;
	sl_list_init(&groups, m->all->search->arena);
	size_t before = m->candidates.count;
	for(size_t index = 0; index < m->all->group_count; index++) {
		sl_group *group = m->all->groups[index];
		if(strlen(group->key) > length && strncmp(group->key, rest, length) == 0) {
			sl_list_add(&groups, m->all->search->arena, group->name);
			match_in_group(m, group, rest + length + 1, whole_group);
		}
	}
	if(m->candidates.count > before && groups.count > 1) {
		m->groups = groups;
	}
}

static void match_shortened_groups(meaning *m, const char *rest, bool whole_group) {
	for(const char *at = strchr(rest, '_'); at; at = strchr(at + 1, '_')) {
		size_t length = (size_t)(at - rest);
		if(length && !is_group(m->all, rest, length)) {
			match_shortened(m, rest, length, whole_group);
		}
	}
}

/* Finds out what the variable means; false where it is no toggle by its name. */
static bool find_meaning(meaning *m) {
	const char *name = m->variable->name;
	bool enable = strncmp(name, ENABLE, strlen(ENABLE)) == 0;
	if(!enable && strncmp(name, FEATURES, strlen(FEATURES)) != 0) {
		return false;
	}
	const char *rest = name + (enable ? strlen(ENABLE) : strlen(FEATURES));
	match_exactly(m, rest);
	if(enable) {
		match_name(m, rest);
	} else {
		match_group(m, rest);
	}
	if(m->candidates.count == 0) {
		match_shortened_groups(m, rest, !enable);
	}
	return true;
}

/* --- What it says --- */

static void refuse(const meaning *m, const char *text) {
	sl_arena *arena = m->all->search->arena;
	sl_find(m->all->search->findings, SL_ERROR, SL_ON_TOGGLE, m->variable->path, m->variable->line, "%s=%s: %s", m->variable->name,
		sl_shown(arena, m->variable->value), text);
}

static void refuse_ambiguous(const meaning *m) {
	sl_arena *arena = m->all->search->arena;
	const char *candidates = sl_join_names(arena, m->candidates.names);
	if(m->candidates.count > 1 && strcmp(m->candidates.names[0], m->candidates.names[1]) == 0) {
		refuse(m, sl_format(arena, "these features are called alike, %s; rename all but one", sl_join_names(arena, m->features.names)));
	} else if(m->groups.count > 1) {
		refuse(m, sl_format(arena, "the group may be %s; write it out: %s", sl_join(arena, m->groups.names, " or "), candidates));
	} else {
		refuse(m, sl_format(arena, "may mean any of %s; write one of them", candidates));
	}
}

/* All names that a toggle may have, for the nearest one. */
static const char *const *all_toggles(const sl_candidates *all) {
	sl_arena *arena = all->search->arena;
	sl_list toggles;
	sl_list_init(&toggles, arena);
	for(size_t index = 0; index < all->count; index++) {
		sl_list_add(&toggles, arena, sl_format(arena, FEATURES "%s", all->list[index].key));
		sl_list_add(&toggles, arena, sl_format(arena, ENABLE "%s", all->list[index].short_key));
	}
	for(size_t index = 0; index < all->group_count; index++) {
		sl_list_add(&toggles, arena, sl_format(arena, FEATURES "%s_" ENABLED, all->groups[index]->key));
	}
	return toggles.names;
}

static void add_unmatched(const meaning *m) {
	sl_search *search = m->all->search;
	sl_discovery *discovery = search->discovery;
	const char *hint = sl_did_you_mean(search->arena, m->variable->name, all_toggles(m->all));
	discovery->unmatched[discovery->unmatched_count++] = (sl_unmatched) { m->variable,
		sl_format(search->arena, "%s matches no feature of the tree, so it does nothing%s", m->variable->name, hint) };
}

static void apply(const meaning *m) {
	sl_toggle toggle = { .variable = m->variable, .shortened = m->shortened };
	if(!sl_parse_boolean(m->variable->value, &toggle.on)) {
		refuse(m, "expected true or false");
	} else if(m->feature) {
		sl_toggle_add(m->all, &m->feature->target->toggle, &toggle, m->feature->target->name);
	} else {
		sl_toggle_add(m->all, &m->group->toggle, &toggle, sl_format(m->all->search->arena, "the features %s/", m->group->name));
	}
}

static void read_toggle(sl_candidates *all, const sl_variable *variable) {
	sl_arena *arena = all->search->arena;
	meaning m = { .all = all, .variable = variable };
	sl_list_init(&m.candidates, arena);
	sl_list_init(&m.groups, arena);
	sl_list_init(&m.features, arena);
	if(!find_meaning(&m)) {
		return;
	}
	if(m.candidates.count == 0) {
		add_unmatched(&m);
		return;
	}
	sl_variables_get(all->search->request->variables, variable->name); /* marks it as read */
	if(m.candidates.count > 1 || m.groups.count > 1) {
		refuse_ambiguous(&m);
	} else {
		apply(&m);
	}
}

void sl_read_toggles(sl_candidates *all) {
	sl_search *search = all->search;
	size_t count;
	const sl_variable **variables = sl_variables_list(search->request->variables, &count);
	search->discovery->unmatched = sl_new(search->arena, (count + 1) * sizeof(*search->discovery->unmatched));
	for(size_t index = 0; index < count; index++) {
		read_toggle(all, variables[index]);
	}
}
