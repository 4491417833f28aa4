#include "search.h"

#include <string.h>

#include "list.h"
#include "spelling.h"

void sl_take(sl_search *search, sl_place *place, sl_node *node, const char *why) {
	place->nodes = sl_grow(search->passing, place->nodes, place->node_count, &place->node_capacity, sizeof(sl_node *));
	place->whys = sl_grow(search->passing, place->whys, place->node_count, &place->why_capacity, sizeof(char *));
	place->nodes[place->node_count] = node;
	place->whys[place->node_count++] = why;
}

sl_said sl_ask(sl_search *search, const char *option, const char *const *variables) {
	const sl_request *request = search->request;
	for(size_t index = 0; index < request->given_count; index++) {
		const sl_given *given = &request->given[index];
		if(*given->value && strcmp(given->option, option) == 0) {
			return (sl_said) { given->value, given->how, NULL };
		}
	}
	const sl_variable *variable = variables ? sl_variables_choice(request->variables, variables) : NULL;
	return variable ? (sl_said) { variable->value, variable->name, variable } : (sl_said) { NULL, NULL, NULL };
}

const char *sl_path_of(const sl_variable *variable) {
	return variable ? variable->path : NULL;
}

unsigned sl_line_of(const sl_variable *variable) {
	return variable ? variable->line : 0;
}

const char *sl_saying(sl_search *search, const sl_said *said) {
	return sl_format(search->arena, "%s=%s", said->how, sl_shown(search->arena, said->value));
}

bool sl_is_plain_path(const char *path) {
	for(;;) {
		size_t length = strcspn(path, "/");
		if(length == 0 || (length == 1 && path[0] == '.') || (length == 2 && path[0] == '.' && path[1] == '.')) {
			return false;
		}
		for(size_t index = 0; index < length; index++) {
			if((unsigned char)path[index] < 0x20 || path[index] == 0x7f) {
				return false;
			}
		}
		if(!path[length]) {
			return true;
		}
		path += length + 1;
	}
}

const sl_axis *sl_axis_of(const sl_search *search, const char *option) {
	for(size_t index = 0; index < search->axis_count; index++) {
		if(search->axes[index].option && strcmp(search->axes[index].option, option) == 0) {
			return &search->axes[index];
		}
	}
	return NULL;
}

const sl_choice *sl_choice_of(const sl_search *search, const char *option) {
	for(size_t index = 0; index < search->discovery->choice_count; index++) {
		const sl_choice *choice = &search->discovery->choices[index];
		if(strcmp(choice->axis->option, option) == 0) {
			return choice;
		}
	}
	return NULL;
}

/* --- What a folder has --- */

/* The names that are gathered. */
typedef struct offering {
	sl_search *search;
	sl_offer *list;
	size_t count, capacity;
} offering;

/* Would the node load? Adds the files to the list that nobody has looked at, where only they can tell. */
static bool loads_surely(const offering *o, const sl_node *node, sl_list *unlooked) {
	bool loads = (node->defaults && !node->defaults->off) || node->problems || (node->file && !node->file->unlooked && !node->file->off);
	if(node->file && node->file->unlooked) {
		sl_list_add(unlooked, o->search->arena, node->file->path);
	}
	for(size_t index = 0; index < node->child_count && !loads; index++) {
		loads = loads_surely(o, node->children[index], unlooked);
	}
	return loads;
}

static sl_offer *find_offer(const offering *o, const char *name) {
	for(size_t index = 0; index < o->count; index++) {
		if(strcmp(o->list[index].name, name) == 0) {
			return &o->list[index];
		}
	}
	return NULL;
}

/* A name that is in several spellings of the folder counts once, where the first of them has it. */
static void offer(offering *o, const char *name, const sl_node *node) {
	sl_list unlooked;
	sl_offer *there = find_offer(o, name);
	sl_list_init(&unlooked, o->search->arena);
	for(size_t index = 0; there && there->files && there->files[index]; index++) {
		sl_list_add(&unlooked, o->search->arena, there->files[index]);
	}
	bool loads = (there && !there->files) || loads_surely(o, node, &unlooked);
	if(!there) {
		o->list = sl_grow(o->search->arena, o->list, o->count + 1, &o->capacity, sizeof(*o->list));
		there = &o->list[o->count++];
		there->name = name;
		there[1].name = NULL;
	}
	there->files = loads ? NULL : unlooked.names;
}

static void offer_node(offering *o, const sl_axis *axis, const sl_node *node) {
	if(!axis->classes || node->file || node->problems) {
		offer(o, node->name, node);
	}
	for(size_t index = 0; axis->classes && index < node->child_count; index++) {
		const sl_node *child = node->children[index];
		offer(o, sl_join_path(o->search->arena, node->name, child->name, strlen(child->name)), child);
	}
}

const sl_offer *sl_offers(sl_search *search, const sl_axis *axis, const sl_place *place) {
	offering o = { .search = search, .list = sl_new(search->arena, sizeof(sl_offer)), .capacity = 1 };
	for(size_t folder = 0; folder < place->folder_count; folder++) {
		for(size_t index = 0; index < place->folders[folder]->child_count; index++) {
			offer_node(&o, axis, place->folders[folder]->children[index]);
		}
	}
	return o.list;
}

bool sl_offer_loads(const sl_offer *offered) {
	bool loads = !offered->files;
	for(size_t index = 0; !loads && offered->files[index]; index++) {
		loads = sl_path_loads(offered->files[index]);
	}
	return loads;
}

const char *const *sl_available(sl_search *search, const sl_axis *axis, const sl_place *place) {
	sl_list all;
	sl_list_init(&all, search->arena);
	for(const sl_offer *at = sl_offers(search, axis, place); at->name; at++) {
		if(sl_offer_loads(at)) {
			sl_list_add(&all, search->arena, at->name);
		}
	}
	return all.names;
}

bool sl_has_any(const sl_search *search, const sl_place *place) {
	for(size_t folder = 0; folder < place->folder_count; folder++) {
		for(size_t index = 0; index < place->folders[folder]->child_count; index++) {
			if(sl_node_loads(search->arena, place->folders[folder]->children[index])) {
				return true;
			}
		}
	}
	return false;
}
