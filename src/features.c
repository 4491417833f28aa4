/* Which features are on. */
#include "features.h"

#include <stdlib.h>
#include <string.h>

#include "list.h"
#include "spelling.h"

/* --- What the tree has --- */

static sl_group *find_group(sl_candidates *all, const char *name) {
	for(size_t index = 0; index < all->group_count; index++) {
		if(strcmp(all->groups[index]->name, name) == 0) {
			return all->groups[index];
		}
	}
	return NULL;
}

static sl_group *group_of(sl_candidates *all, const char *name) {
	sl_group *group = find_group(all, name);
	if(!group) {
		sl_arena *arena = all->search->arena;
		group = sl_new(arena, sizeof(*group));
		group->name = name;
		group->key = sl_toggle_key(arena, name);
		all->groups = sl_grow(arena, all->groups, all->group_count, &all->group_capacity, sizeof(sl_group *));
		all->groups[all->group_count++] = group;
	}
	return group;
}

/* The feature of that name, or NULL; an alias is not followed. */
static sl_candidate *find_candidate(sl_candidates *all, const char *name) {
	size_t length = strlen(name);
	for(size_t index = 0; index < all->count; index++) {
		if(all->list[index].length == length && memcmp(all->list[index].name, name, length) == 0) {
			return &all->list[index];
		}
	}
	return NULL;
}

/* `others`: an earlier spelling of the folder may have the feature too. */
static void add_candidate(sl_candidates *all, sl_group *group, sl_node *node, bool others) {
	sl_arena *arena = all->search->arena;
	const char *name = group ? sl_join_path(arena, group->name, node->name, strlen(node->name)) : node->name;
	sl_candidate *there = others ? find_candidate(all, name) : NULL;
	if(there) {
		there->other_node = node;
		return;
	}
	sl_candidate *made = &all->list[all->count++];
	made->name = name;
	made->length = strlen(name);
	made->key = sl_toggle_key(arena, name);
	made->short_key = made->key + (group ? strlen(group->name) + 1 : 0);
	made->group = group;
	made->node = node;
}

static size_t count_nodes(const sl_place *place) {
	size_t count = 0;
	for(size_t folder = 0; folder < place->folder_count; folder++) {
		for(size_t index = 0; index < place->folders[folder]->child_count; index++) {
			count += 1 + place->folders[folder]->children[index]->child_count;
		}
	}
	return count;
}

static int compare_candidates(const void *left, const void *right) {
	return sl_compare_paths(((const sl_candidate *)left)->name, ((const sl_candidate *)right)->name);
}

/* The names of one folder are in order, as good as always. */
static bool is_sorted(const sl_candidates *all) {
	bool sorted = true;
	for(size_t index = 1; index < all->count && sorted; index++) {
		sorted = compare_candidates(&all->list[index - 1], &all->list[index]) < 0;
	}
	return sorted;
}

static void list_folder(sl_candidates *all, const sl_node *folder, bool others) {
	for(size_t index = 0; index < folder->child_count; index++) {
		sl_node *node = folder->children[index];
		sl_group *group = node->child_count ? group_of(all, node->name) : NULL;
		if(node->file) {
			add_candidate(all, NULL, node, others);
		}
		for(size_t child = 0; child < node->child_count; child++) {
			add_candidate(all, group, node->children[child], others);
		}
	}
}

static void list_candidates(sl_candidates *all, const sl_place *place) {
	sl_arena *arena = all->search->arena;
	all->list = sl_new(arena, (count_nodes(place) + 1) * sizeof(*all->list));
	for(size_t folder = 0; folder < place->folder_count; folder++) {
		list_folder(all, place->folders[folder], folder > 0);
	}
	if(!is_sorted(all)) {
		qsort(all->list, all->count, sizeof(*all->list), compare_candidates);
	}
	sl_list names;
	sl_list_init(&names, arena);
	for(size_t index = 0; index < all->count; index++) {
		sl_candidate *here = &all->list[index];
		here->target = here;
		sl_list_add(&names, arena, here->name);
		if(!sl_feature_loads(all->search, here->node) && !(here->other_node && sl_feature_loads(all->search, here->other_node))) {
			here->switched_off = sl_node_switch(here->node);
		} else {
			sl_read_feature_info(all->search, here);
		}
	}
	all->names = names.names;
}

/* --- Aliases --- */

static void refuse_alias(sl_candidates *all, const sl_candidate *alias, const char *text) {
	sl_find(all->search->findings, SL_ERROR, SL_ON_FEATURE, alias->info_path, alias->alias.line, "%s is an alias of \"%s\", %s", alias->name,
		sl_printable(all->search->arena, alias->alias.name), text);
}

/* Follows the alias; where it leads nowhere it stands for itself. */
static void resolve_alias(sl_candidates *all, sl_candidate *alias) {
	sl_candidate *at = alias;
	for(size_t steps = 0; at->alias.name; steps++) {
		sl_candidate *next = find_candidate(all, at->alias.name);
		if(!next && at == alias) {
			refuse_alias(all, at,
				sl_format(all->search->arena, "but the tree has no such feature%s",
					sl_did_you_mean(all->search->arena, at->alias.name, all->names)));
		}
		if(!next) {
			return;
		}
		if(next == alias || steps > all->count) {
			refuse_alias(all, alias, "which in the end is an alias of it; one of them must be the feature itself");
			return;
		}
		at = next;
	}
	alias->target = at;
}

static void resolve_aliases(sl_candidates *all) {
	for(size_t index = 0; index < all->count; index++) {
		if(all->list[index].alias.name) {
			resolve_alias(all, &all->list[index]);
		}
	}
}

/* --- The profile's list --- */

typedef struct mentioned {
	sl_candidates *all;
	sl_candidate *one; /* what the name means: this one, */
	sl_group *group;   /* or those of a group that are not extra */
} mentioned;

static mentioned find_mentioned(sl_candidates *all, const char *name) {
	sl_candidate *one = find_candidate(all, name);
	return (mentioned) { all, one ? one->target : NULL, one ? NULL : find_group(all, name) };
}

/* The next feature that was meant, from `*at` on; NULL at the end. */
static sl_candidate *next_mentioned(const mentioned *m, size_t *at) {
	if(m->one) {
		return (*at)++ == 0 ? m->one : NULL;
	}
	for(; m->group && *at < m->all->count; (*at)++) {
		sl_candidate *here = &m->all->list[*at];
		if(here->group == m->group && !here->target->extra) {
			(*at)++;
			return here->target;
		}
	}
	return NULL;
}

static void list_profile(sl_candidates *all) {
	size_t count;
	const char *path;
	const sl_mention *mentions = sl_read_profile_features(all->search, &count, &path);
	for(size_t index = 0; index < count; index++) {
		mentioned m = find_mentioned(all, mentions[index].name);
		if(!m.one && !m.group) {
			sl_find(all->search->findings, SL_ERROR, SL_ON_FEATURE, path, mentions[index].line,
				"the profile lists the feature \"%s\", which the tree lacks%s",
				sl_printable(all->search->arena, mentions[index].name),
				sl_did_you_mean(all->search->arena, mentions[index].name, all->names));
		}
		size_t at = 0;
		for(sl_candidate *here = next_mentioned(&m, &at); here; here = next_mentioned(&m, &at)) {
			here->listed = true;
		}
	}
}

/* --- On or off --- */

/* What the group says, and the groups of the names that stand for the feature. */
static sl_toggle group_toggle(sl_candidates *all, const sl_candidate *feature) {
	sl_toggle toggle = { .variable = NULL };
	for(size_t index = 0; index < all->count; index++) {
		const sl_candidate *name = &all->list[index];
		if(name->target == feature && name->group && name->group->toggle.variable) {
			sl_toggle_add(all, &toggle, &name->group->toggle, feature->name);
		}
	}
	return toggle;
}

static void word_profile(sl_candidates *all) {
	const char *name = all->search->discovery->profile;
	all->in_profile = name ? sl_format(all->search->arena, "profile %s", name) : NULL;
	all->not_in_profile = name ? sl_format(all->search->arena, "not in profile %s", name) : "no profile";
}

static void decide_by_profile(sl_candidates *all, sl_candidate *feature) {
	if(feature->listed) {
		feature->on = true;
		feature->why = all->in_profile;
	} else if(!all->has_profiles) {
		feature->on = !feature->extra;
		feature->why = feature->extra ? "extra" : "always";
	} else {
		feature->why = all->not_in_profile;
	}
}

static void decide(sl_candidates *all, sl_candidate *feature) {
	sl_arena *arena = all->search->arena;
	if(feature->switched_off) {
		feature->why = sl_format(arena, "switched off by %s", feature->switched_off->path);
		return;
	}
	if(feature->toggle.variable) {
		feature->on = feature->toggle.on;
		feature->why = sl_toggle_text(arena, &feature->toggle);
		return;
	}
	sl_toggle group = group_toggle(all, feature);
	if(group.variable && !(group.on && feature->extra)) {
		feature->on = group.on;
		feature->why = sl_toggle_text(arena, &group);
		return;
	}
	decide_by_profile(all, feature);
}

/* --- What features depend on, and use cases rest on --- */

static bool toggled_off(const sl_candidate *feature) {
	return feature->toggle.variable && !feature->toggle.on;
}

static sl_needs needs_of(sl_candidates *all, const sl_candidate *feature) {
	return (sl_needs) {
		.name = feature->name, .why = feature->why, .path = feature->info_path, .mentions = feature->depends, .count = feature->depends_count,
		.instead = sl_format(all->search->arena, "switch off %s", feature->name)
	};
}

/* Turns on what is needed, and puts it on the stack of features to look at. */
static size_t follow(sl_candidates *all, const sl_needs *needs, sl_candidate **waiting, size_t count) {
	for(size_t index = 0; index < needs->count; index++) {
		mentioned m = find_mentioned(all, needs->mentions[index].name);
		size_t at = 0;
		for(sl_candidate *needed = next_mentioned(&m, &at); needed; needed = next_mentioned(&m, &at)) {
			if(!needed->on && !toggled_off(needed) && !needed->switched_off) {
				needed->on = true;
				needed->why = sl_format(all->search->arena, "needed by %s", needs->name);
				waiting[count++] = needed;
			}
		}
	}
	return count;
}

static void follow_all(sl_candidates *all) {
	sl_candidate **waiting = sl_new(all->search->arena, (all->count + 1) * sizeof(sl_candidate *));
	size_t count = 0;
	/* The last one waiting is looked at first: the first feature by name is then the one that is named. */
	for(size_t index = all->count; index > 0; index--) {
		if(all->list[index - 1].on) {
			waiting[count++] = &all->list[index - 1];
		}
	}
	for(size_t index = 0; index < all->usecase_count; index++) {
		count = follow(all, &all->usecases[index], waiting, count);
	}
	while(count > 0) {
		count--;
		const sl_needs needs = needs_of(all, waiting[count]);
		count = follow(all, &needs, waiting, count);
	}
}

static void check_needed(sl_candidates *all, const sl_needs *needs, const sl_mention *mention, const sl_candidate *needed) {
	sl_arena *arena = all->search->arena;
	if(needed->switched_off) {
		sl_find(all->search->findings, SL_WARNING, SL_ON_FEATURE, needs->path, mention->line, "%s needs %s, which %s switches off",
			needs->name, needed->name, needed->switched_off->path);
	} else if(toggled_off(needed)) {
		sl_find(all->search->findings, SL_ERROR, SL_ON_FEATURE, needs->path, mention->line,
			"%s (%s) needs %s, but %s; switch on %s or %s", needs->name, needs->why, needed->name,
			sl_toggle_text(arena, &needed->toggle), needed->name, needs->instead);
	}
}

static void check_needs(sl_candidates *all, const sl_needs *needs) {
	for(size_t index = 0; index < needs->count; index++) {
		const sl_mention *mention = &needs->mentions[index];
		mentioned m = find_mentioned(all, mention->name);
		if(!m.one && !m.group) {
			sl_find(all->search->findings, SL_ERROR, SL_ON_FEATURE, needs->path, mention->line,
				"%s depends on the feature \"%s\", which the tree lacks%s", needs->name,
				sl_printable(all->search->arena, mention->name),
				sl_did_you_mean(all->search->arena, mention->name, all->names));
		}
		size_t at = 0;
		for(sl_candidate *needed = next_mentioned(&m, &at); needed; needed = next_mentioned(&m, &at)) {
			check_needed(all, needs, mention, needed);
		}
	}
}

/* --- Use cases --- */

/* The name by which the node was chosen: its path in the axis's folder. */
static const char *name_in(const sl_place *place, const sl_node *node) {
	for(size_t index = 0; index < place->folder_count; index++) {
		size_t length = strlen(place->folders[index]->id);
		if(strncmp(node->id, place->folders[index]->id, length) == 0 && node->id[length] == '/') {
			return node->id + length + 1;
		}
	}
	return node->name;
}

static void read_usecases(sl_candidates *all) {
	sl_search *search = all->search;
	const sl_axis *axis = sl_axis_of(search, "usecase");
	const sl_place *place = axis ? &search->places[axis - search->axes] : NULL;
	size_t most = place ? place->node_count : 0;
	all->usecases = sl_new(search->arena, (most + 1) * sizeof(*all->usecases));
	for(size_t index = 0; index < most; index++) {
		sl_needs needs = { .why = place->whys[index], .instead = "choose another use case" };
		needs.mentions = sl_read_usecase_features(search, place->nodes[index], &needs.count, &needs.path);
		needs.name = sl_format(search->arena, "the use case %s", name_in(place, place->nodes[index]));
		all->usecases[all->usecase_count++] = needs;
	}
}

/* --- Cycles --- */

/* A feature that this one needs and that is not known to be in no cycle, or NULL. */
static sl_candidate *unsettled_need(sl_candidates *all, const sl_candidate *feature) {
	for(size_t index = 0; index < feature->depends_count; index++) {
		mentioned m = find_mentioned(all, feature->depends[index].name);
		size_t at = 0;
		for(sl_candidate *needed = next_mentioned(&m, &at); needed; needed = next_mentioned(&m, &at)) {
			if(needed->on && !needed->settled) {
				return needed;
			}
		}
	}
	return NULL;
}

/* Settles whatever needs only settled features, until nothing changes. Returns a feature that is left, or NULL. */
static sl_candidate *settle_candidates(sl_candidates *all) {
	for(;;) {
		bool changed = false;
		sl_candidate *left = NULL;
		for(size_t index = 0; index < all->count; index++) {
			sl_candidate *feature = &all->list[index];
			if(!feature->on || feature->settled) {
				continue;
			}
			if(!unsettled_need(all, feature)) {
				feature->settled = true;
				changed = true;
			} else if(!left) {
				left = feature;
			}
		}
		if(!changed) {
			return left;
		}
	}
}

/* `start` is in a cycle or needs one: goes on until a feature comes again, and names that cycle. */
static void refuse_cycle(sl_candidates *all, sl_candidate *start) {
	for(size_t steps = 0; steps < all->count; steps++) {
		start = unsettled_need(all, start);
	}
	sl_candidate **cycle = sl_new(all->search->arena, all->count * sizeof(sl_candidate *));
	const char *text = start->name;
	size_t length = 0;
	for(sl_candidate *at = start; length == 0 || at != start;) {
		cycle[length++] = at;
		at = unsettled_need(all, at);
		text = sl_format(all->search->arena, "%s needs %s%s", text, at->name, at == start ? "" : ", which");
	}
	sl_find(all->search->findings, SL_ERROR, SL_ON_FEATURE, start->info_path, start->depends[0].line, "features depend on each other in a circle: %s",
		text);
	while(length > 0) {
		cycle[--length]->settled = true;
	}
}

static void check_all(sl_candidates *all) {
	for(size_t index = 0; index < all->usecase_count; index++) {
		check_needs(all, &all->usecases[index]);
	}
	for(size_t index = 0; index < all->count; index++) {
		if(all->list[index].on) {
			const sl_needs needs = needs_of(all, &all->list[index]);
			check_needs(all, &needs);
		}
	}
	for(sl_candidate *left = settle_candidates(all); left; left = settle_candidates(all)) {
		refuse_cycle(all, left);
	}
}

/* --- The result --- */

static const char *const *depends_names(sl_search *search, const sl_candidate *feature) {
	sl_list names;
	sl_list_init(&names, search->arena);
	for(size_t index = 0; index < feature->depends_count; index++) {
		sl_list_add(&names, search->arena, feature->depends[index].name);
	}
	return names.names;
}

static void publish(sl_candidates *all, sl_place *place) {
	sl_search *search = all->search;
	sl_discovery *discovery = search->discovery;
	discovery->features = sl_new(search->arena, (all->count + 1) * sizeof(*discovery->features));
	discovery->feature_count = all->count;
	for(size_t index = 0; index < all->count; index++) {
		const sl_candidate *from = &all->list[index];
		discovery->features[index] = (sl_feature) { .name = from->name,
			.on = from->target->on,
			.why = from->target->why,
			.description = from->description,
			.depends = depends_names(search, from),
			.alias_of = from->target == from ? NULL : from->target->name,
			.extra = from->extra };
		if(from->on) {   /* no alias: what it stands for is on in its place */
			sl_take(search, place, from->node, from->why);
			if(from->other_node) {
				sl_take(search, place, from->other_node, from->why);
			}
		}
	}
}

static void warn_of_no_profile(const sl_candidates *all) {
	sl_search *search = all->search;
	const sl_choice *choice = sl_choice_of(search, "profile");
	if(all->has_profiles && !search->discovery->profile && all->count && !choice->how) {
		sl_find(search->findings, SL_WARNING, SL_ON_FEATURE, NULL, 0,
			"%s: the tree has profiles (%s), but none is chosen and none is the default, so only toggles switch features on; choose one",
			choice->axis->variables ? choice->axis->variables[0] : choice->axis->name,
			sl_join_names(search->arena, sl_available(search, choice->axis, &search->places[choice->axis - search->axes])));
	}
}

void sl_choose_features(sl_search *search, sl_place *place) {
	const sl_choice *profile = sl_choice_of(search, "profile");
	sl_candidates all = { .search = search, .has_profiles = profile && sl_has_any(search, &search->places[profile->axis - search->axes]) };
	list_candidates(&all, place);
	resolve_aliases(&all);
	warn_of_no_profile(&all);
	list_profile(&all);
	word_profile(&all);
	sl_read_toggles(&all);
	read_usecases(&all);
	for(size_t index = 0; index < all.count; index++) {
		if(all.list[index].target == &all.list[index]) {
			decide(&all, &all.list[index]);
		}
	}
	follow_all(&all);
	check_all(&all);
	publish(&all, place);
}
