#include "discover.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "list.h"
#include "map.h"
#include "search.h"
#include "spelling.h"

const char *const *sl_split_roots(sl_arena *arena, const char *value) {
	sl_list roots;
	sl_list_init(&roots, arena);
	for(;;) {
		size_t length = strcspn(value, ":");
		if(length) {
			sl_list_add(&roots, arena, sl_strndup(arena, value, length));
		}
		if(!value[length]) {
			return roots.names;
		}
		value += length + 1;
	}
}

const sl_feature *sl_discovery_feature(const sl_discovery *discovery, const char *name) {
	size_t low = 0;
	size_t high = discovery->feature_count;
	while(low < high) {
		size_t middle = low + (high - low) / 2;
		int order = sl_compare_paths(name, discovery->features[middle].name);
		if(order == 0) {
			const char *target = discovery->features[middle].alias_of;
			return target ? sl_discovery_feature(discovery, target) : &discovery->features[middle];
		}
		low = order > 0 ? middle + 1 : low;
		high = order > 0 ? high : middle;
	}
	return NULL;
}

sl_layer *sl_layer_found(const sl_discovery *discovery, size_t index) {
	return &discovery->pages[index / SL_LAYERS_A_PAGE][index % SL_LAYERS_A_PAGE];
}

/* --- The roots --- */

static bool check_root(sl_search *search, const char *root) {
	const sl_way *way = sl_look_once(&search->ground, *root ? root : "/", NULL);
	if(way->code) {
		sl_find(search->findings, SL_ERROR, SL_ON_ROOT, sl_printable(search->arena, root), 0, "cannot be used as a root of the tree: %s",
			strerror(way->code == ENOLINK ? ENOENT : way->code));
		return false;
	}
	if(!S_ISDIR(way->info.st_mode)) {
		sl_find(search->findings, SL_ERROR, SL_ON_ROOT, sl_printable(search->arena, root), 0, "cannot be used as a root of the tree: it is no folder");
		return false;
	}
	return true;
}

/* Roots without a slash at the end; of one that is named twice the last place counts. *usable turns false where one is none. */
static const char *const *clean_roots(sl_search *search, bool *usable) {
	sl_arena *arena = search->arena;
	sl_list clean;
	sl_list roots;
	sl_list_init(&clean, arena);
	sl_list_init(&roots, arena);
	for(const char *const *root = search->request->roots; *root; root++) {
		char *copy = sl_strdup(arena, *root);
		for(size_t length = strlen(copy); length && copy[length - 1] == '/'; length--) {
			copy[length - 1] = '\0';
		}
		sl_list_add(&clean, arena, copy);
	}
	for(size_t index = 0; index < clean.count; index++) {
		const sl_list later = { clean.names + index + 1, clean.count - index - 1, 0 };
		if(!sl_list_has(&later, clean.names[index])) {
			sl_list_add(&roots, arena, clean.names[index]);
			*usable = check_root(search, clean.names[index]) && *usable;
		}
	}
	return roots.names;
}

static void read_dotenv(sl_search *search) {
	static const char *const forbidden[] = { "PROSODY_STACK_PATH", NULL };
	size_t count = 0;
	while(search->request->roots[count]) {
		count++;
	}
	while(count > 0) {
		count--;
		sl_variables_read(search->request->variables, SL_DOTENV, sl_format(search->arena, "%s/.env", search->request->roots[count]),
			forbidden);
	}
}

/* --- The tree --- */

static sl_node *listed_file(sl_search *search, const char *name) {
	sl_node *node = sl_new(search->passing, sizeof(*node));
	node->id = sl_strndup(search->arena, name, sl_stem_length(name));
	node->name = node->id;
	const char *const *roots = search->request->roots;
	for(size_t root = 0; roots[root]; root++) {
		sl_file *file = sl_look_at(search->arena, search->listing, sl_join_path(search->arena, roots[root], name, strlen(name)), root);
		if(file) {
			node->file = file;
			sl_list_add(&search->links.followed, search->arena, file->path);
		}
	}
	return node;
}

static void list_files(sl_search *search, const sl_axis *axis, sl_place *place) {
	for(const char *const *name = axis->files; *name; name++) {
		sl_node *node = listed_file(search, *name);
		if(node->file) {
			sl_take(search, place, node, "always");
		} else {
			sl_find(search->findings, SL_ERROR, SL_ON_LISTED_FILE, sl_join_path(search->arena, search->request->roots[0], *name, strlen(*name)), 0,
				"the axis %s lists the file %s, which no root has; make it, or take it out of the axis", axis->name, *name);
		}
	}
}

/* The folder as another axis has read it, or read now: environments/ serves two. */
static sl_node *folder_node(sl_search *search, const char *folder, const sl_unlooked *unlooked, bool once) {
	for(const sl_place *place = search->places; place < search->places + search->axis_count; place++) {
		for(size_t index = 0; index < place->folder_count; index++) {
			if(strcmp(place->folders[index]->id, folder) == 0) {
				return place->folders[index];
			}
		}
	}
	return sl_scan(&search->ground, folder, unlooked, once);
}

static void find_folders(sl_search *search, size_t axis) {
	const char *const *folders = search->axes[axis].folders;
	sl_place *place = &search->places[axis];
	const char *main_file = search->request->main_file;
	const char *slash = main_file ? strrchr(main_file, '/') : NULL;
	const sl_unlooked unlooked = { .main_name = slash ? slash + 1 : main_file };
	/* Of what is chosen among, it is told what is empty or cannot be read, unless the load is sparing. */
	bool may_wait = search->request->sparing || (search->request->unlooked && search->axes[axis].kind == SL_AXIS_ALL);
	size_t count = 0;
	while(folders && folders[count]) {
		count++;
	}
	place->folders = sl_new(search->passing, (count + 1) * sizeof(sl_node *));
	for(size_t index = 0; index < count; index++) {
		sl_node *node = folder_node(search, folders[index], may_wait ? &unlooked : NULL, search->axes[axis].kind == SL_AXIS_ALL);
		if(node) {
			place->folders[place->folder_count++] = node;
		}
	}
}

/* Axes of which all loads wait for the choices, which may leave this server but a share of them. */
static void find_files(sl_search *search, bool waiting) {
	for(size_t index = 0; index < search->axis_count; index++) {
		if(waiting == (search->axes[index].kind == SL_AXIS_ALL)) {
			find_folders(search, index);
		}
	}
}

/* --- The choices --- */

static void read_defaults(sl_search *search) {
	sl_arena *arena = search->arena;
	const sl_axis *profile = sl_axis_of(search, "profile");
	const sl_axis *environment = sl_axis_of(search, "environment");
	sl_list forbidden;
	sl_list_init(&forbidden, arena);
	sl_list_add(&forbidden, arena, "PROSODY_STACK_PATH");
	for(const char *const *name = profile ? profile->variables : NULL; name && *name; name++) {
		sl_list_add(&forbidden, arena, *name);
	}
	for(const char *const *name = environment ? environment->variables : NULL; name && *name; name++) {
		sl_list_add(&forbidden, arena, *name);
	}
	const sl_place *place = profile ? &search->places[profile - search->axes] : NULL;
	for(size_t index = 0; place && index < place->node_count; index++) {
		const sl_file *defaults = place->nodes[index]->defaults;
		if(defaults && !defaults->off) {
			sl_variables_read(search->request->variables, SL_PROFILE_DEFAULTS, defaults->path, forbidden.names);
		}
	}
}

static void make_choices(sl_search *search) {
	sl_discovery *discovery = search->discovery;
	discovery->choices = sl_new(search->arena, (search->axis_count + 1) * sizeof(*discovery->choices));
	for(size_t index = 0; index < search->axis_count; index++) {
		if(search->axes[index].kind == SL_AXIS_CHOSEN || search->axes[index].shared) {
			discovery->choices[discovery->choice_count++].axis = &search->axes[index];
		}
	}
	/* The profile first: its defaults.env has a say in the others. */
	const sl_axis *profile = sl_axis_of(search, "profile");
	for(size_t index = 0; index < discovery->choice_count; index++) {
		if(discovery->choices[index].axis == profile) {
			sl_choose(search, &discovery->choices[index]);
			discovery->profile = discovery->choices[index].names[0];
		}
	}
	read_defaults(search);
	for(size_t index = 0; index < discovery->choice_count; index++) {
		sl_choice *choice = &discovery->choices[index];
		if(choice->axis->shared) {
			sl_choose_shard(search, choice);
		} else if(choice->axis != profile) {
			sl_choose(search, choice);
		}
	}
}

static const char *chosen(sl_search *search, const char *option) {
	const sl_choice *choice = sl_choice_of(search, option);
	return choice && *choice->names ? sl_join(search->arena, choice->names, ",") : NULL;
}

static void set_shortcuts(sl_search *search) {
	sl_discovery *discovery = search->discovery;
	discovery->usecase = chosen(search, "usecase");
	discovery->clients = chosen(search, "clients");
	discovery->tier = chosen(search, "performance");
	discovery->environment_name = chosen(search, "environment");
	const sl_axis *environment = sl_axis_of(search, "environment");
	if(!discovery->environment_name && environment && environment->defaults) {
		discovery->environment_name = environment->defaults[0];
	}
	sl_choose_domain(search);
}

static void fill_place(sl_search *search, size_t index) {
	const sl_axis *axis = &search->axes[index];
	sl_place *place = &search->places[index];
	switch(axis->kind) {
	case SL_AXIS_ALL:
		for(size_t folder = 0; folder < place->folder_count; folder++) {
			sl_take(search, place, place->folders[folder], "always");
		}
		break;
	case SL_AXIS_FEATURES:
		sl_choose_features(search, place);
		break;
	case SL_AXIS_SWITCHED:
		sl_switch(search, axis, place);
		break;
	case SL_AXIS_FILES:
		list_files(search, axis, place);
		break;
	case SL_AXIS_CHOSEN:
	case SL_AXIS_PLACE:
		break;
	}
}

/* --- The layers --- */

/* A layer with what tells its file from others. */
typedef struct found {
	const sl_node *node;
	const char *axis, *why;
	const struct found *first; /* the layer as which this file has loaded before, or NULL */
} found;

/* They are in small pages, which find room among what is left of the load before. */
enum { FOUND_A_PAGE = 128 };

typedef struct collector {
	sl_search *search;
	const sl_axis *axis;
	const char *why;
	struct stat main_file;
	bool has_main_file;
	found **pages;
	size_t count;
	size_t capacity; /* of the array of pages */
} collector;

static found *found_at(const collector *c, size_t index) {
	return &c->pages[index / FOUND_A_PAGE][index % FOUND_A_PAGE];
}

static found *add_found(collector *c) {
	sl_arena *passing = c->search->passing;
	if(c->count % FOUND_A_PAGE == 0) {
		c->pages = sl_grow(passing, c->pages, c->count / FOUND_A_PAGE, &c->capacity, sizeof(*c->pages));
		c->pages[c->count / FOUND_A_PAGE] = sl_new(passing, FOUND_A_PAGE * sizeof(found));
	}
	return found_at(c, c->count++);
}

static bool is_main_file(const collector *c, const sl_node *node) {
	if(c->search->request->main_file) {
		return c->has_main_file && node->file->identity.device == c->main_file.st_dev && node->file->identity.inode == c->main_file.st_ino;
	}
	return strcmp(node->id, "core/prosody") == 0;
}

static void collect_file(collector *c, sl_node *node) {
	if(node->file->unlooked && !c->search->request->unlooked) {
		sl_file_look(c->search->arena, c->search->request->nearby, node->file);
	}
	if(node->file->off || is_main_file(c, node)) {
		return;
	}
	if(node->file->problem) {
		sl_find(c->search->findings, SL_ERROR, SL_ON_UNUSABLE, sl_printable(c->search->arena, node->file->path), 0, "%s", node->file->problem);
		return;
	}
	*add_found(c) = (found) { .node = node, .axis = c->axis->name, .why = c->why };
}

static void report_problems(sl_search *search, sl_node *node, bool loads) {
	for(const sl_problem *problem = node->problems; problem && !node->reported; problem = problem->next) {
		sl_severity severity = loads || problem->severity < SL_WARNING ? problem->severity : SL_WARNING;
		sl_find(search->findings, severity, problem->topic, sl_printable(search->arena, problem->path), 0, "%s", problem->text);
	}
	node->reported = true;
}

/* What cannot be listed may hide a default or a feature: the choice would depend on who looks. */
static void report_folders(collector *c, const sl_axis *axis, const sl_place *place) {
	for(size_t folder = 0; folder < place->folder_count; folder++) {
		report_problems(c->search, place->folders[folder], true);
		for(size_t index = 0; axis->kind == SL_AXIS_FEATURES && index < place->folders[folder]->child_count; index++) {
			report_problems(c->search, place->folders[folder]->children[index], true);
		}
	}
}

/* All files of a node, its own first. A node that two axes name loads where the first one has it. */
static void collect(collector *c, sl_node *node) {
	const sl_shard *shard = &c->search->shard;
	const char *why = c->why;
	report_problems(c->search, node, true);
	if(node->file && !node->taken) {
		collect_file(c, node);
	}
	node->taken = true;
	if(shard->why && node->child_count && strcmp(node->id, shard->folder) == 0) {
		c->why = shard->why;
	}
	for(size_t index = 0; index < node->child_count; index++) {
		collect(c, node->children[index]);
	}
	c->why = why;
}

static void collect_place(collector *c, const sl_axis *axis, const sl_place *place) {
	sl_discovery *discovery = c->search->discovery;
	c->axis = axis;
	if(axis->kind == SL_AXIS_PLACE && strcmp(axis->name, "main") == 0) {
		discovery->main_place = c->count;
	} else if(axis->kind == SL_AXIS_PLACE) {
		discovery->variables_place = c->count;
	}
	if(axis->kind == SL_AXIS_CHOSEN || axis->kind == SL_AXIS_FEATURES) {
		report_folders(c, axis, place);
	}
	for(size_t index = 0; index < place->node_count; index++) {
		c->why = place->whys[index];
		collect(c, place->nodes[index]);
	}
}

/* --- No file twice --- */

static int compare(uintmax_t left, uintmax_t right) {
	return (left > right) - (left < right);
}

/* A layer with its place among all. */
typedef struct placed {
	found *found;
	size_t place;
} placed;

static int compare_identity(const void *left, const void *right) {
	const placed *first = left;
	const placed *second = right;
	const sl_identity *one = &first->found->node->file->identity;
	const sl_identity *other = &second->found->node->file->identity;
	int by_device = compare(one->device, other->device);
	int by_inode = compare(one->inode, other->inode);
	return by_device ? by_device : by_inode ? by_inode : compare(first->place, second->place);
}

static bool same_identity(const found *left, const found *right) {
	const sl_identity *one = &left->node->file->identity;
	const sl_identity *other = &right->node->file->identity;
	return one->device == other->device && one->inode == other->inode;
}

/* Several names of one inode, in load order. Links lead to one path and count as one file; hard links do not: some file
 * systems make them of any two files with the same content. */
static void mark_again(collector *c, sl_map *paths, const placed *same, size_t count) {
	for(size_t index = 0; index < count; index++) {
		char path[PATH_MAX];
		if(!realpath(same[index].found->node->file->path, path)) {
			continue;
		}
		found **first = (found **)sl_map_place(paths, sl_strdup(c->search->passing, path));
		if(!*first) {
			*first = same[index].found;
			continue;
		}
		same[index].found->first = *first;
	}
}

/* Do two of the files have one inode? There, a set of places among the layers tells; they are as good as never in the order of their inodes. */
static bool has_same_inodes(const collector *c) {
	size_t room = 16;
	while(room < c->count * 2) {
		room *= 2;
	}
	uint32_t *set = sl_new_apart(c->search->passing, room * sizeof(*set));
	bool same = false;
	for(size_t index = 0; index < c->count && !same; index++) {
		size_t at = (size_t)(found_at(c, index)->node->file->identity.inode * UINT64_C(0x9E3779B97F4A7C15) >> 32) & (room - 1);
		for(; set[at] && !same; at = (at + 1) & (room - 1)) {
			same = same_identity(found_at(c, set[at] - 1), found_at(c, index));
		}
		set[at] = (uint32_t)index + 1;
	}
	sl_arena_drop(c->search->passing, set);
	return same;
}

static void mark_all_again(collector *c) {
	if(!has_same_inodes(c)) {
		return;
	}
	sl_map paths;
	sl_map_init(&paths, c->search->passing);
	placed *sorted = sl_new(c->search->passing, (c->count + 1) * sizeof(*sorted));
	for(size_t index = 0; index < c->count; index++) {
		sorted[index] = (placed) { found_at(c, index), index };
	}
	qsort(sorted, c->count, sizeof(*sorted), compare_identity);
	for(size_t first = 0, end; first < c->count; first = end) {
		end = first + 1;
		while(end < c->count && same_identity(sorted[first].found, sorted[end].found)) {
			end++;
		}
		if(end - first > 1) {
			mark_again(c, &paths, sorted + first, end - first);
		}
	}
}

/* A tenant's name for a file of another tenant or of the server, which loads under that one's name, is no name of the tenant's. */
static void note_again(collector *c, const found *again) {
	const sl_search *search = c->search;
	const sl_file *file = again->node->file;
	if(strcmp(again->first->node->file->path, file->path) == 0) {
		return;
	}
	const char *problem = sl_links_leads_out(search->arena, &search->links, search->request->roots[file->root], file->path, again->node->id);
	if(problem) {
		sl_find(search->findings, SL_ERROR, SL_ON_LEADS_OUT, file->path, 0, "%s", problem);
	} else {
		sl_find(search->findings, SL_NOTE, SL_ON_TWICE, file->path, 0, "is the same file as the layer %s and does not load again", again->first->node->id);
	}
}

static sl_layer layer_of(const found *f) {
	const sl_file *file = f->node->file;
	return (sl_layer) {
		.id = f->node->id, .path = file->path, .axis = f->axis, .identity = &file->identity, .content = file->content, .why = f->why,
		.unlooked = file->unlooked
	};
}

/* A page for the next layer where the last one is full; there are `more` layers at most. */
static void make_room(sl_arena *arena, sl_discovery *discovery, size_t more) {
	if(discovery->layer_count % SL_LAYERS_A_PAGE == 0) {
		size_t room = more < SL_LAYERS_A_PAGE ? more : SL_LAYERS_A_PAGE;
		discovery->pages[discovery->layer_count / SL_LAYERS_A_PAGE] = sl_new_apart(arena, room * sizeof(sl_layer));
	}
}

/* Makes layers of what loads, and moves the places with them. */
static void publish(collector *c) {
	sl_discovery *discovery = c->search->discovery;
	size_t main_place = discovery->main_place;
	size_t variables_place = discovery->variables_place;
	sl_arena *arena = c->search->listing;
	discovery->pages = sl_new(arena, (c->count / SL_LAYERS_A_PAGE + 1) * sizeof(*discovery->pages));
	for(size_t index = 0; index < c->count; index++) {
		const found *here = found_at(c, index);
		if(!here->first) {
			make_room(arena, discovery, c->count - index);
			*sl_layer_found(discovery, discovery->layer_count++) = layer_of(here);
		} else {
			note_again(c, here);
			discovery->main_place -= index < main_place;
			discovery->variables_place -= index < variables_place;
		}
	}
}

static void collect_layers(sl_search *search) {
	collector c = { .search = search };
	search->discovery->main_place = SIZE_MAX;
	search->discovery->variables_place = SIZE_MAX;
	c.has_main_file = search->request->main_file && stat(search->request->main_file, &c.main_file) == 0;
	for(size_t index = 0; index < search->axis_count; index++) {
		collect_place(&c, &search->axes[index], &search->places[index]);
	}
	if(search->discovery->main_place == SIZE_MAX) {
		search->discovery->main_place = c.count;
	}
	if(search->discovery->variables_place == SIZE_MAX) {
		search->discovery->variables_place = c.count;
	}
	mark_all_again(&c);
	publish(&c);
}

/* --- What cannot be read, but would not load either --- */

static void warn_of_problems(sl_search *search, sl_node *node) {
	report_problems(search, node, false);
	if(node->file && node->file->problem && !node->taken) {
		sl_find(search->findings, SL_WARNING, SL_ON_UNUSABLE, sl_printable(search->arena, node->file->path), 0, "%s", node->file->problem);
	}
	node->taken = true;
	for(size_t index = 0; index < node->child_count; index++) {
		warn_of_problems(search, node->children[index]);
	}
}

static void warn_of_all_problems(sl_search *search) {
	for(size_t index = 0; index < search->axis_count; index++) {
		for(size_t folder = 0; folder < search->places[index].folder_count; folder++) {
			warn_of_problems(search, search->places[index].folders[folder]);
		}
	}
}

/* What the tree lacks cannot be told without all of it. */
static void give_up(sl_search *search) {
	sl_discovery *discovery = search->discovery;
	if(search->links.refused) {
		search->findings->pointless = true;
		sl_find(search->findings, SL_ERROR, SL_ON_UNUSABLE, sl_printable(search->arena, search->links.refused), 0, "%s", search->links.why);
	}
	discovery->unread = sl_new(search->arena, sizeof(char *));
	sl_choose_domain(search);
}

/* Reads the tree and chooses from it. False where it is larger than a search may be. */
static bool read_tree(sl_search *search) {
	search->places = sl_new(search->passing, (search->axis_count + 1) * sizeof(*search->places));
	find_files(search, false);
	if(!search->links.refused) {
		make_choices(search);
		find_files(search, true);
	}
	return !search->links.refused;
}

static void fill_places(sl_search *search) {
	sl_check_shard(search);
	set_shortcuts(search);
	for(size_t index = 0; index < search->axis_count; index++) {
		fill_place(search, index);
	}
}

static void begin_ground(sl_search *search) {
	const sl_request *request = search->request;
	search->links.confined = request->confined;
	search->links.met = &search->discovery->met;
	sl_list_init(&search->links.followed, search->arena);
	search->discovery->followed = search->links.followed.names;
	search->ground = (sl_ground) {
		.arena = search->arena, .passing = search->passing, .listing = search->listing, .recall = request->recall, .shard = &search->shard,
		.met = &search->discovery->met, .links = &search->links
	};
}

void sl_discover(sl_arena *arena, sl_findings *findings, const sl_request *request, sl_discovery *discovery) {
	*discovery = (sl_discovery) { .layer_count = 0 };
	sl_request own = *request;
	sl_search search = { .arena = arena, .findings = findings, .request = &own, .discovery = discovery };
	search.axes = request->axes;
	search.axis_count = request->axis_count;
	bool usable = true;
	search.passing = request->passing ? request->passing : arena;
	search.listing = request->listing ? request->listing : arena;
	search.passing->escape = arena->escape;
	search.listing->escape = arena->escape;
	begin_ground(&search);
	own.roots = clean_roots(&search, &usable);
	search.ground.roots = own.roots;
	read_dotenv(&search);
	sl_environment_begin(arena, request->sysroot, request->variables, &discovery->environment);
	if(!usable || !read_tree(&search)) {
		give_up(&search);
		return;
	}
	fill_places(&search);
	discovery->followed = search.links.followed.names;
	collect_layers(&search);
	warn_of_all_problems(&search);
	sl_find_unread(&search);
}
