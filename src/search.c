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

static void add_once(sl_search *search, sl_list *all, const char *name) {
	if(!sl_list_has(all, name)) {
		sl_list_add(all, search->arena, name);
	}
}

static void add_names(sl_search *search, sl_list *all, const sl_axis *axis, const sl_node *node) {
	if(!axis->classes || node->file || node->problems) {
		add_once(search, all, node->name);
	}
	for(size_t index = 0; axis->classes && index < node->child_count; index++) {
		if(sl_node_loads(node->children[index])) {
			add_once(search, all, sl_format(search->arena, "%s/%s", node->name, node->children[index]->name));
		}
	}
}

const char *const *sl_available(sl_search *search, const sl_axis *axis, const sl_place *place) {
	sl_list all;
	sl_list_init(&all, search->arena);
	for(size_t folder = 0; folder < place->folder_count; folder++) {
		const sl_node *node = place->folders[folder];
		for(size_t index = 0; index < node->child_count; index++) {
			if(sl_node_loads(node->children[index])) {
				add_names(search, &all, axis, node->children[index]);
			}
		}
	}
	return all.names;
}
