#include "stackloader.h"

#include "choices_api.h"
#include "findings_api.h"
#include "misspelt.h"
#include "redact.h"
#include "request_api.h"

typedef struct question {
	sl_arena *arena;
	sl_findings findings;
	sl_secrets secrets;
	sl_request request;
	sl_discovery discovery;
} question;

static void find_misspellings(question *q) {
	const sl_request *request = &q->request;
	const sl_tree_texts tree = { .roots = request->roots, .axes = request->axes, .axis_count = request->axis_count };
	size_t count, found;
	const sl_variable **variables = sl_variables_list(request->variables, &count);
	const sl_misspelling *list = sl_misspellings(q->arena, &tree, variables, count, &found);
	for(size_t i = 0; i < found; i++) {
		const sl_variable *variable = list[i].variable;
		sl_find(&q->findings, SL_WARNING, list[i].topic, variable->path, variable->line, "%s", list[i].text);
	}
}

static void discover(void *context) {
	question *q = context;
	sl_discover(q->arena, &q->findings, &q->request, &q->discovery);
	find_misspellings(q);
	/* No layer runs here that could read them. */
	for(size_t index = 0; index < q->discovery.unmatched_count; index++) {
		const sl_unmatched *unmatched = &q->discovery.unmatched[index];
		sl_find(&q->findings, SL_WARNING, SL_ON_UNMATCHED, unmatched->variable->path, unmatched->variable->line, "%s", unmatched->text);
	}
}

/* --- The answer --- */

static void push_layers(lua_State *L, const sl_discovery *discovery) {
	lua_createtable(L, (int)discovery->layer_count, 4);
	for(size_t index = 0; index < discovery->layer_count; index++) {
		const sl_layer *layer = sl_layer_found(discovery, index);
		lua_createtable(L, 0, 4);
		sl_set_text(L, "id", layer->id);
		sl_set_text(L, "path", layer->path);
		sl_set_text(L, "axis", layer->axis);
		sl_set_text(L, "why", layer->why);
		lua_rawseti(L, -2, (lua_Integer)index + 1);
	}
}

static void push_discovery(lua_State *L, const question *q) {
	luaL_checkstack(L, 6, "discover");
	push_layers(L, &q->discovery);
	sl_push_features(L, &q->discovery);
	lua_setfield(L, -2, "features");
	sl_push_choices(L, &q->discovery);
	lua_setfield(L, -2, "choices");
	sl_set_texts(L, "unread", q->discovery.unread);
	sl_push_findings(L, &q->findings, &q->secrets);
	lua_setfield(L, -2, "findings");
}

/* --- The question --- */

static void read_roots(lua_State *L, question *q) {
	if(lua_isnoneornil(L, 1)) {
		if(!q->request.roots) {
			luaL_argerror(L, 1, "expected the root of a tree, or a list of roots");
		}
		return;
	}
	if(q->request.roots) {
		luaL_argerror(L, 2, "the roots are given already, as the first argument");
	}
	const char **roots = sl_read_strings(L, 1, 1, q->arena, "the root");
	if(!roots[0] || !*roots[0]) {
		luaL_argerror(L, 1, "expected the root of a tree, or a list of roots");
	}
	for(size_t index = 0; roots[index]; index++) {
		roots[index] = sl_keep_path(L, q->arena, roots[index]);
	}
	q->request.roots = roots;
}

int sl_api_discover(lua_State *L) {
	question q = { .arena = NULL };
	lua_settop(L, 2);
	q.arena = sl_push_arena(L);
	lua_toclose(L, -1);
	sl_findings_init(&q.findings, q.arena);
	sl_read_request(L, 2, "discover", NULL, q.arena, &q.findings, &q.request);
	read_roots(L, &q);
	sl_run(L, q.arena, discover, &q);
	if(q.findings.first) {
		sl_learn_variables(L, q.arena, &q.secrets, q.request.variables);
	}
	if(q.findings.count[SL_ERROR]) {
		sl_push_messages(L, &q.findings, SL_ERROR, &q.secrets);
		return lua_error(L);
	}
	push_discovery(L, &q);
	return 1;
}
