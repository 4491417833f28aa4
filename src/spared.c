#include "spared.h"

#include <string.h>

/* ======== the paths of the tree ======== */

typedef struct learning {
	sl_stack *stack;
	const sl_variable **variables;
	size_t count;
} learning;

/* Whose a path is. */
typedef struct ownership {
	const sl_tenant *tenant;   /* NULL: the server's own, or a folder */
} ownership;

/* The path and the folders above it. */
static void add_path(sl_stack *stack, const char *path, const sl_tenant *tenant) {
	sl_map *map = &stack->paths.map;
	while(path && *path && !sl_map_get(map, path)) {
		ownership *owner = sl_new(&stack->arena, sizeof(*owner));
		owner->tenant = tenant;
		*sl_map_place(map, path) = owner;
		const char *slash = strrchr(path, '/');
		path = slash ? sl_strndup(&stack->arena, path, (size_t)(slash - path)) : NULL;
		tenant = NULL;
	}
}

static const sl_tenant *tenant_of(const sl_stack *stack, uint32_t layer) {
	return layer ? sl_layer_origin(stack, layer)->tenant : NULL;
}

static void learn_layers(sl_stack *stack) {
	for(; stack->paths.layers < stack->runs.count; stack->paths.layers++) {
		const sl_layer_run *run = sl_layer_at(stack, (uint32_t)stack->paths.layers);
		add_path(stack, run->path, tenant_of(stack, (uint32_t)stack->paths.layers));
		add_path(stack, run->id, NULL);
	}
	for(; stack->paths.files < stack->files.count; stack->paths.files++) {
		const sl_layer_file *file = sl_layer_file_at(stack, (uint32_t)stack->paths.files);
		add_path(stack, file->path, tenant_of(stack, file->layer));
	}
}

/* The folders of the tree, also those with nothing in them that was chosen: of the roots that have layers. */
static void learn_folder(sl_stack *stack, const char *folder) {
	add_path(stack, folder, NULL);
	for(const char *const *root = stack->roots; root && *root; root++) {
		if(sl_map_get(&stack->paths.map, *root)) {
			add_path(stack, sl_format(&stack->arena, "%s/%s", *root, folder), NULL);
		}
	}
}

static void learn_folders(sl_stack *stack) {
	for(size_t i = 0; i < stack->axis_count; i++) {
		for(const char *const *folder = stack->axes[i].folders; folder && *folder; folder++) {
			learn_folder(stack, *folder);
		}
	}
}

static void learn_step(void *context) {
	const learning *l = context;
	sl_stack *stack = l->stack;
	if(!stack->paths.map.arena) {
		sl_map_init(&stack->paths.map, &stack->arena);
		stack->paths.layers = stack->paths.files = 1;
		add_path(stack, stack->main_file, NULL);
	}
	for(size_t i = 0; i < l->count; i++) {
		add_path(stack, l->variables[i]->path, NULL);
	}
	learn_layers(stack);
	learn_folders(stack);
}

/* Gathers the paths that came since this was asked last. */
static void learn_paths(lua_State *L, sl_stack *stack) {
	learning l = { .stack = stack };
	if(stack->variables && !stack->paths.map.arena) {
		l.variables = sl_list_variables(L, &stack->arena, stack->variables, &l.count);
	}
	if(!stack->paths.map.arena || stack->paths.layers < stack->runs.count || stack->paths.files < stack->files.count) {
		sl_run(L, &stack->arena, learn_step, &l);
	}
}

const sl_tenant *sl_tenant_of_path(lua_State *L, sl_stack *stack, const char *path) {
	if(!path || !stack->restrictions.count) {
		return NULL;
	}
	learn_paths(L, stack);
	const ownership *owner = sl_map_get(&stack->paths.map, path);
	return owner ? owner->tenant : NULL;
}

/* ======== parts of a text ======== */

typedef struct part {
	const char *text;
	size_t length, from, to;
} part;

static bool is_digit(char c) {
	return c >= '0' && c <= '9';
}

static bool is_name_character(char c) {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_';
}

static bool is_path_character(char c) {
	return (unsigned char)c > ' ' && c != 127 && !strchr(":,;=\"'()[]{}<>|\\", c);
}

/* Widens the part by all characters of the kind around it. False: it holds others itself. */
static bool widen(part *p, bool (*is_one)(char)) {
	for(size_t i = p->from; i < p->to; i++) {
		if(!is_one(p->text[i])) {
			return false;
		}
	}
	while(p->from > 0 && is_one(p->text[p->from - 1])) {
		p->from--;
	}
	while(p->to < p->length && is_one(p->text[p->to])) {
		p->to++;
	}
	return true;
}

static bool is_option_name(lua_State *L, int ud, part p) {
	if(!widen(&p, is_name_character)) {
		return false;
	}
	luaL_checkstack(L, 4, "leaving out secrets");
	lua_pushlstring(L, p.text + p.from, p.to - p.from);
	return sl_find_option(L, ud) != 0;
}

/* The path from the beginning of its run to the end of the name that ends the part must be one of the tree's. */
static bool is_known_path(lua_State *L, sl_stack *stack, part p) {
	size_t end = p.to;
	if(!widen(&p, is_path_character)) {
		return false;
	}
	while(end < p.to && p.text[end] != '/') {
		end++;
	}
	luaL_checkstack(L, 2, "leaving out secrets");
	const char *path = lua_pushlstring(L, p.text + p.from, end - p.from);
	bool known = (memchr(p.text + p.from, '/', p.to - p.from) != NULL) && sl_map_get(&stack->paths.map, path);
	lua_pop(L, 1);
	return known;
}

/* "path:12" */
static bool is_line_number(lua_State *L, sl_stack *stack, part p) {
	if(!widen(&p, is_digit) || p.from < 2 || p.text[p.from - 1] != ':') {
		return false;
	}
	return is_known_path(L, stack, (part) { .text = p.text, .length = p.from - 1, .from = p.from - 2, .to = p.from - 1 });
}

bool sl_is_spared(lua_State *L, int ud, const char *text, size_t length, size_t from, size_t to) {
	sl_stack *stack = sl_stack_at(L, ud);
	const part p = { .text = text, .length = length, .from = from, .to = to };
	if(is_option_name(L, ud, p)) {
		return true;
	}
	learn_paths(L, stack);
	return is_known_path(L, stack, p) || is_line_number(L, stack, p);
}
