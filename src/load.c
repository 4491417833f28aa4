#include "load.h"

#include <string.h>
#include <unistd.h>

#include "access.h"
#include "apply.h"
#include "attempts.h"
#include "claims.h"
#include "collector.h"
#include "findings_api.h"
#include "guard.h"
#include "host.h"
#include "kept.h"
#include "language.h"
#include "layer.h"
#include "list.h"
#include "main_file.h"
#include "metatable.h"
#include "raise.h"
#include "reads.h"
#include "record.h"
#include "redact.h"
#include "request_api.h"
#include "requirement.h"
#include "resolve.h"
#include "misspelt.h"
#include "restrict_api.h"
#include "rights.h"
#include "sandbox.h"
#include "section.h"
#include "template.h"
#include "variable_options.h"

/* The addresses are registry keys: the stack that is being loaded, the one that waits for Prosody to take it over, and the one in force. */
static const char loading_key = 'l';
static const char waiting_key = 'w';
static const char current_key = 'c';

/* Everything that one load needs to know. */
typedef struct loading {
	lua_State *L;
	int env, options, ud, config;   /* stack indices; config 0: not to be had */
	sl_stack *stack;
	sl_request request;
	const char *caller;             /* the calling file, absolute, or NULL */
	bool applies;                   /* not only assembled: an environment was given */
} loading;

/* ======== roots ======== */

static void find_caller(loading *l) {
	lua_State *L = l->L;
	lua_Debug ar;
	if(lua_getstack(L, 1, &ar)) {
		lua_getinfo(L, "Sl", &ar);
		if(ar.source[0] == '@') {
			l->caller = sl_keep_path(L, &l->stack->arena, ar.source + 1);
			l->stack->main_line = ar.currentline > 0 ? (unsigned)ar.currentline : 0;
		}
	}
}

typedef struct splitting {
	sl_arena *arena;
	const char *value;
	const char *const *roots;
} splitting;

static void split_step(void *context) {
	splitting *s = context;
	s->roots = sl_split_roots(s->arena, s->value);
}

/* The folder of the calling file, or its parent where that folder is core/. */
static const char *caller_root(loading *l) {
	lua_State *L = l->L;
	if(!l->caller) {
		sl_raise(L, "stackloader.load cannot tell where the tree is: it was not called from a file; give it the option root");
	}
	const char *slash = strrchr(l->caller, '/');
	size_t length = (size_t)(slash - l->caller);
	if(length >= 5 && strncmp(slash - 5, "/core", 5) == 0) {
		length -= 5;
	}
	lua_pushlstring(L, l->caller, length ? length : 1);
	const char *root = sl_keep(L, &l->stack->arena, lua_tostring(L, -1));
	lua_pop(L, 1);
	return root;
}

static void use_roots(loading *l, const char *value) {
	splitting s = { .arena = &l->stack->arena, .value = value };
	sl_run(l->L, &l->stack->arena, split_step, &s);
	l->request.roots = s.roots;
}

/* What the flag --root says, or NULL. */
static const char *root_flag(const loading *l) {
	for(size_t i = 0; i < l->request.given_count; i++) {
		if(strcmp(l->request.given[i].option, "root") == 0) {
			return l->request.given[i].value;
		}
	}
	return NULL;
}

/* The flag, load's option, PROSODY_STACK_PATH, then where the calling file is. */
static void find_roots(loading *l) {
	const char *flag = root_flag(l);
	if(flag && *flag) {
		use_roots(l, flag);
	}
	if(l->request.roots) {
		return;
	}
	const sl_variable *path = sl_variables_get(l->stack->variables, "PROSODY_STACK_PATH");
	if(path) {
		use_roots(l, path->value);
		return;
	}
	const char **roots = sl_keep_memory(l->L, &l->stack->arena, 2 * sizeof(*roots));
	roots[0] = caller_root(l);
	l->request.roots = roots;
}

/* ======== secrets ======== */

static void remember_secret(lua_State *L, void *owner, const char *value, size_t length) {
	sl_remember_secret(L, owner, value, length);
}

static void missing_secret(lua_State *L, void *owner, const char *text) {
	sl_stack *stack = owner;
	uint32_t line = 0;
	const char *path = sl_reading_place(L, stack, &line);
	sl_report(L, stack, SL_WARNING, SL_ON_SECRET, path, line, "%s", text);
}

static void note_read(lua_State *L, void *owner, const char *name, const char *type, int fallback) {
	sl_note_read(L, owner, name, type, fallback);
}

static void note_secret_file(lua_State *L, void *owner, const char *name, const char *path, const sl_identity *identity) {
	sl_stack *stack = owner;
	sl_secret_file file = { .name = name ? sl_keep_string(L, stack, name) : NULL, .met = { .path = sl_keep_string(L, stack, path), .identity = *identity } };
	*(sl_secret_file *)sl_vector_add(L, &stack->secret_files) = file;
}

static void prepare_readers(sl_stack *stack) {
	stack->readers = (sl_reader_context) {
		.variables = stack->variables, .arena = &stack->arena, .lenient_secrets = stack->prosodyctl,
		.credentials_directory = stack->credentials, .remember_secret = remember_secret, .note_secret_file = note_secret_file,
		.missing_secret = missing_secret, .note_read = note_read,
		.owner = stack
	};
}

/* ======== options ======== */

static void read_merge_rules(loading *l) {
	lua_State *L = l->L;
	sl_rule rule;
	if(sl_push_option(L, l->options, "merge") == LUA_TNIL) {
		lua_pop(L, 1);
		return;
	}
	if(!lua_istable(L, -1)) {
		luaL_argerror(L, l->options, "option 'merge' must be a table such as { my_option = \"append\" }");
	}
	int rules = lua_gettop(L);
	lua_newtable(L);
	lua_pushnil(L);
	while(lua_next(L, rules)) {
		bool known = lua_type(L, -2) == LUA_TSTRING && lua_type(L, -1) == LUA_TSTRING && sl_rule_from_name(lua_tostring(L, -1), &rule);
		if(!known) {
			luaL_tolstring(L, -2, NULL);
			luaL_argerror(L, l->options, lua_pushfstring(L, "option 'merge': '%s' must be \"append\", \"merge\" or \"replace\"", lua_tostring(L, -1)));
		}
		lua_pushvalue(L, -2);
		lua_insert(L, -2);
		lua_rawset(L, rules + 1);
	}
	lua_setiuservalue(L, l->ud, SL_UV_RULES);
	lua_pop(L, 1);
}

/* Pushes the option, which is of that type or nil. */
static void read_typed(loading *l, const char *name, int type, const char *wrong) {
	int found = sl_push_option(l->L, l->options, name);
	if(found != LUA_TNIL && found != type) {
		luaL_argerror(l->L, l->options, wrong);
	}
}

static void read_options(loading *l) {
	static const char *const others[] = { "merge", "strict", "restrict", "clock", NULL };
	lua_State *L = l->L;
	sl_read_request(L, l->options, "load", others, &l->stack->arena, &l->stack->findings, &l->request);
	l->stack->variables = l->request.variables;
	read_merge_rules(l);
	sl_read_restrict(L, l->options, &l->stack->arena, &l->request, &l->stack->restrictions);
	read_typed(l, "strict", LUA_TBOOLEAN, "option 'strict' must be a boolean");
	l->stack->strict = lua_toboolean(L, -1);
	read_typed(l, "clock", LUA_TNUMBER, "option 'clock' must be a number of seconds");
	l->stack->clock = lua_tonumber(L, -1);
	lua_pop(L, 2);
}

/* ======== errors ======== */

static size_t count_findings(const sl_stack *stack, sl_severity least) {
	size_t count = 0;
	for(int severity = (int)least; severity <= SL_ERROR; severity++) {
		count += stack->findings.count[severity];
	}
	return count;
}

/* Raises all findings that end the load, one a line. A tolerant load goes on with what it has. */
static void stop_on(loading *l, sl_severity least) {
	lua_State *L = l->L;
	size_t count = count_findings(l->stack, least);
	l->stack->broken = l->stack->broken || count;
	if(!count || l->stack->tolerant) {
		return;
	}
	luaL_Buffer message;
	luaL_buffinit(L, &message);
	if(count > 1) {
		lua_pushfstring(L, "stackloader: %d problems, and nothing of the configuration is in force:", (int)count);
		luaL_addvalue(&message);
	}
	for(const sl_finding *finding = l->stack->findings.first; finding; finding = finding->next) {
		if(finding->severity >= least) {
			luaL_addstring(&message, count > 1 ? "\n  " : "");
			sl_push_finding(L, l->ud, finding);
			luaL_addvalue(&message);
		}
	}
	luaL_pushresult(&message);
	lua_error(L);
}

/* ======== the steps ======== */

static const char *const *confined_folders(sl_stack *stack) {
	sl_list folders;
	sl_list_init(&folders, &stack->arena);
	for(size_t i = 0; i < stack->restrictions.count; i++) {
		for(const char *const *folder = stack->restrictions.list[i].folders; *folder; folder++) {
			sl_list_add(&folders, &stack->arena, *folder);
		}
	}
	return folders.names;
}

static void discover_step(void *context) {
	loading *l = context;
	sl_stack *stack = l->stack;
	l->request.confined = confined_folders(stack);
	sl_discover(&stack->arena, &stack->findings, &l->request, &stack->tree);
	stack->discovered = stack->tree.pages != NULL;
	sl_restrict_layers(&stack->arena, &stack->findings, &stack->restrictions, l->request.roots, &stack->tree);
}

/* The main file's and the variables' places among the layers. */
static void take_part(loading *l, size_t place) {
	const sl_discovery *tree = &l->stack->tree;
	if(place == tree->main_place && l->config) {
		sl_import_main(l->L, l->ud, l->caller ? l->caller : "(main file)", l->config);
	}
	if(place == tree->variables_place) {
		sl_import_variables(l->L, l->ud);
	}
}

/* Is there no use in running layers? Without a root there is nothing to run, and where it is not clear which layers are to be restricted, or others
 * can write them, none may run. Whatever else was found, the layers may have more to tell. */
static bool is_pointless(const sl_stack *stack) {
	bool pointless = stack->findings.pointless;
	for(const sl_finding *finding = stack->findings.first; finding && !pointless; finding = finding->next) {
		sl_topic topic = finding->topic;
		bool ends = topic == SL_ON_ROOT || topic == SL_ON_RESTRICT || topic == SL_ON_LEADS_OUT || topic == SL_ON_WRITABLE;
		pointless = finding->severity == SL_ERROR && ends;
	}
	return pointless;
}

static void discover(loading *l) {
	l->request.passing = sl_push_arena(l->L);
	l->request.listing = &l->stack->listing;
	sl_arena_pass(l->request.passing);
	sl_arena_pass(l->request.listing);
	sl_run(l->L, &l->stack->arena, discover_step, l);
	sl_arena_free(l->request.passing);
	l->request.passing = NULL;
	lua_pop(l->L, 1);
	sl_check_rights_early(l->L, 1);
	if(is_pointless(l->stack)) {
		stop_on(l, SL_ERROR);
	}
}

/* The layer ran. Only those of tenants are looked at once more, when all of them ran: whose folders are they in? */
static void leave_layer(sl_stack *stack, size_t index) {
	bool last = index % SL_LAYERS_A_PAGE == SL_LAYERS_A_PAGE - 1;
	if(last && !stack->restrictions.count) {
		sl_arena_drop(&stack->listing, stack->tree.pages[index / SL_LAYERS_A_PAGE]);
	}
}

static void run_layers(loading *l) {
	const sl_discovery *tree = &l->stack->tree;
	sl_make_language(l->L, 1);
	sl_expect_layers(l->L, 1, tree->layer_count);
	for(size_t i = 0; i < tree->layer_count; i++) {
		take_part(l, i);
		sl_run_layer(l->L, l->ud, sl_layer_found(tree, i));
		leave_layer(l->stack, i);
	}
	take_part(l, tree->layer_count);
	sl_check_claims(l->L, l->ud);
	sl_leave_nearby(&l->stack->nearby);
}

static void report_unmatched(loading *l) {
	const sl_discovery *tree = &l->stack->tree;
	for(size_t i = 0; i < tree->unmatched_count; i++) {
		const sl_unmatched *unmatched = &tree->unmatched[i];
		if(!unmatched->variable->read) {
			sl_report(l->L, l->stack, SL_WARNING, SL_ON_UNMATCHED, unmatched->variable->path, unmatched->variable->line, "%s", unmatched->text);
		}
	}
}

/* Has Prosody loaded a file below the folder already? Then the main file includes it. */
static bool is_included(lua_State *L, const char *folder) {
	sl_push_loaded_files(L);
	int list = lua_gettop(L);
	bool found = false;
	for(lua_Integer i = 1; lua_istable(L, list) && !found && lua_rawgeti(L, list, i) == LUA_TSTRING; i++) {
		found = strncmp(lua_tostring(L, -1), folder, strlen(folder)) == 0;
		lua_pop(L, 1);
	}
	lua_settop(L, list - 1);
	return found;
}

/* In the last root that has the folder: its files mask those of the others. */
static void report_unread_folder(loading *l, const char *folder) {
	lua_State *L = l->L;
	const char *path = NULL;
	int top = lua_gettop(L);
	for(const char *const *root = l->request.roots; *root; root++) {
		const char *candidate = lua_pushfstring(L, "%s/%s", *root, folder);
		path = !path || access(candidate, F_OK) == 0 ? candidate : path;
	}
	sl_report(L, l->stack, SL_NOTE, SL_ON_UNREAD_FOLDER, path, 0, "the folder %s holds *.cfg.lua files, and no axis reads it", folder);
	lua_settop(L, top);
}

static void report_unread(loading *l) {
	lua_State *L = l->L;
	for(const char **folder = l->stack->tree.unread; *folder; folder++) {
		bool included = false;
		for(const char *const *root = l->request.roots; *root && !included; root++) {
			included = is_included(L, lua_pushfstring(L, "%s/%s/", *root, *folder));
			lua_pop(L, 1);
		}
		if(!included) {
			report_unread_folder(l, *folder);
		}
	}
}

static void resolve(loading *l) {
	report_unmatched(l);
	sl_find_misspelt(l->L, l->ud);
	report_unread(l);
	stop_on(l, SL_ERROR);
	sl_resolve(l->L, 1);
}

/* They ran, and nobody looks at them again. */
static void drop_layers(sl_stack *stack) {
	sl_arena_free(&stack->listing);
	stack->tree.pages = NULL;
	stack->tree.layer_count = 0;
}

static void check(loading *l) {
	sl_check_requirements(l->L, 1);
	sl_validate(l->L, 1);
	if(l->stack->prosodyctl && l->applies) {
		sl_compare_record(l->L, 1);
		sl_check_access(l->L, 1);
	}
	sl_check_rights(l->L, 1);
	drop_layers(l->stack);
	stop_on(l, l->stack->strict ? SL_WARNING : SL_ERROR);
}

static void step(loading *l, sl_step which, void (*run)(loading *l)) {
	double start = sl_now();
	run(l);
	l->stack->seconds[which] = sl_now() - start;
}

/* (stack, loading): discovers, runs and resolves */
static int assemble(lua_State *L) {
	loading *l = lua_touserdata(L, 2);
	int outer = l->ud;
	l->ud = 1;
	int config = l->config;
	if(config) {
		l->config = 3;
	}
	step(l, SL_STEP_DISCOVER, discover);
	step(l, SL_STEP_LAYERS, run_layers);
	step(l, SL_STEP_RESOLVE, resolve);
	step(l, SL_STEP_CHECKS, check);
	l->ud = outer;
	l->config = config;
	return 0;
}

/* Prosody gets nothing of a configuration that does not load, but a command of ours must be found to tell about it. */
static void offer_commands(loading *l) {
	sl_keep_failed(l->L, l->ud);
	sl_apply_plugin_paths(l->L, l->ud, l->config);
}

/* ======== current ======== */

/* Does Prosody have the configuration in force that was made from the stack object at the index? Without Prosody there is nobody to say no. */
static bool is_in_force(lua_State *L, int ud) {
	bool in_force = true;
	int type = sl_push_applied(L, ud);
	int config = lua_gettop(L);
	sl_push_prosody_module(L, "core.configmanager");
	if(type != LUA_TNIL && lua_istable(L, -1) && lua_getfield(L, -1, "getconfig") == LUA_TFUNCTION) {
		lua_call(L, 0, 1);
		in_force = lua_rawequal(L, -1, config);
	}
	lua_settop(L, config - 1);
	return in_force;
}

/* Pushes the stack in force, or nil. */
static void push_current(lua_State *L) {
	if(lua_rawgetp(L, LUA_REGISTRYINDEX, &current_key) == LUA_TTABLE) {
		lua_pushnil(L);
		if(lua_next(L, -2)) {
			lua_remove(L, -2);
		} else {
			lua_pushnil(L);
		}
		lua_remove(L, -2);
	}
}

/* Another stack is there, which Prosody has only to take over: from now on the one in force lasts as long as its configuration. */
static void loosen_current(lua_State *L) {
	int top = lua_gettop(L);
	luaL_checkstack(L, 6, "keeping the current stack");
	if(lua_rawgetp(L, LUA_REGISTRYINDEX, &current_key) == LUA_TUSERDATA && sl_push_applied(L, top + 1) == LUA_TTABLE) {
		sl_push_weak_table(L, "k");
		lua_insert(L, -2);
		lua_pushvalue(L, top + 1);
		lua_rawset(L, -3);
		lua_rawsetp(L, LUA_REGISTRYINDEX, &current_key);
	}
	lua_settop(L, top);
}

/* The stack that waits becomes the current one once Prosody has taken its configuration over. */
static void promote(lua_State *L) {
	int top = lua_gettop(L);
	luaL_checkstack(L, 6, "looking for the current stack");
	if(lua_rawgetp(L, LUA_REGISTRYINDEX, &waiting_key) == LUA_TUSERDATA) {
		if(is_in_force(L, top + 1)) {
			lua_pushvalue(L, top + 1);
			lua_rawsetp(L, LUA_REGISTRYINDEX, &current_key);
			lua_pushnil(L);
			lua_rawsetp(L, LUA_REGISTRYINDEX, &waiting_key);
		}
	}
	lua_settop(L, top);
}

int sl_api_current(lua_State *L) {
	promote(L);
	push_current(L);
	return 1;
}

static void apply(loading *l) {
	lua_State *L = l->L;
	if(l->stack->server) {
		sl_write_record(L, l->ud);
	}
	sl_apply(L, l->ud, l->env, l->config);
	if(!l->stack->shown) {
		sl_apply_warnings(L, l->ud, l->env);
	}
	sl_apply_files(L, l->ud);
	if(l->config) {
		sl_note_applied(L, l->ud, l->config);
	}
	loosen_current(L);
	l->stack->applied = true;
	lua_pushvalue(L, l->ud);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &waiting_key);
	sl_hand_on_kept(L, l->ud);
}

/* ======== load ======== */

static void refuse_nested(lua_State *L) {
	if(lua_rawgetp(L, LUA_REGISTRYINDEX, &loading_key) == LUA_TUSERDATA) {
		const sl_stack *outer = sl_check_stack(L, -1);
		luaL_error(L, "stackloader.load was called while a stack is being loaded%s%s; a layer cannot load another tree, include its files or lay "
			"the trees over each other with PROSODY_STACK_PATH", outer->running ? ", by the layer " : "",
			outer->running ? sl_layer_at(outer, outer->running)->id : "");
	}
	lua_pop(L, 1);
}

/* (stack, loading, config): all that may fail, with the mark that a load is on its way set around it */
static int load_protected(lua_State *L) {
	lua_pushcfunction(L, assemble);
	lua_pushvalue(L, 1);
	lua_pushvalue(L, 2);
	lua_pushvalue(L, 3);
	sl_call_guarded(L, 1, 3, 0);
	return 0;
}

static void prepare(loading *l) {
	lua_State *L = l->L;
	find_caller(l);
	l->stack->main_file = l->caller;
	read_options(l);
	/* Before the layers, which may ask whether it is there; a load that fails needs its commands as well. */
	if(l->applies) {
		sl_offer_plugin(L);
	}
	sl_look_around(L, l->stack);
	sl_add_flags(L, l->stack, &l->request);
	find_roots(l);
	l->request.main_file = l->caller;
	prepare_readers(l->stack);
	l->stack->tolerant = sl_wants_all(L, l->stack);
	l->stack->roots = l->request.roots;
	l->stack->axes = l->request.axes;
	l->stack->axis_count = l->request.axis_count;
	l->stack->loaded_at = time(NULL);
	sl_take_time(l->stack, &l->stack->begun);
	l->request.recall = sl_use_recall(L, l->ud);
	/* A look tells what is kept of a file; and strict, who can write it, before any of it runs. */
	l->request.unlooked = !l->stack->strict && !sl_has_kept(L);
	l->request.nearby = &l->stack->nearby;
	l->request.sparing = !l->stack->tolerant && !l->stack->strict;
}

/* `prosodyctl check config`: all findings in one place, before Prosody's own checks. Errors end it there. */
static void show_section(loading *l) {
	lua_State *L = l->L;
	lua_Integer errors = 0;
	l->stack->shown = l->applies && sl_show_section(L, l->ud, &errors);
	if(errors) {
		lua_pushfstring(L, "stackloader: the configuration has %d %s, listed above", (int)errors, errors > 1 ? "errors" : "error");
		lua_error(L);
	}
	if(!l->stack->shown) {
		l->stack->tolerant = false;
		stop_on(l, l->stack->strict ? SL_WARNING : SL_ERROR);
	}
}

/* Hands the result over: to Prosody, or in part to prosodyctl's commands. */
static void hand_over(loading *l) {
	lua_State *L = l->L;
	if(l->applies && l->stack->broken) {
		lua_pushliteral(L, "the configuration does not load");
		sl_note_failure(L);
		lua_pop(L, 1);
		offer_commands(l);
	} else if(l->applies) {
		step(l, SL_STEP_APPLY, apply);
		sl_note_success(L);
		if(l->stack->server) {
			sl_log_later(L);
		}
	}
}

/* What was kept for Prosody to have is its own now, and no file is read any more. */
static void forget_passing(const loading *l) {
	sl_arena_free(&l->stack->scratch);
	l->stack->text = (sl_text) { .bytes = NULL };
	l->stack->data = (sl_data) { .row = NULL };
	static const int values[] = { SL_UV_READY, SL_UV_DRAFT, SL_UV_MARKS, SL_UV_OPEN, SL_UV_SANDBOX };
	for(size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		lua_pushnil(l->L);
		lua_setiuservalue(l->L, l->ud, values[i]);
	}
}

int sl_api_load(lua_State *L) {
	lua_settop(L, 2);
	if(!lua_isnil(L, 1) && !lua_istable(L, 1)) {
		luaL_argerror(L, 1, "expected the environment of the configuration file: stackloader.load(_ENV)");
	}
	refuse_nested(L);
	promote(L);
	loading l = { .L = L, .env = 1, .options = 2, .applies = lua_istable(L, 1) };
	l.stack = sl_push_stack(L);
	l.ud = lua_gettop(L);
	int ud = l.ud;
	prepare(&l);
	if(l.applies) {
		sl_push_config(L, l.env);
	} else {
		lua_pushnil(L);
	}
	l.config = lua_isnil(L, -1) ? 0 : lua_gettop(L);
	l.stack->hands_over = l.config != 0;
	int config = lua_gettop(L);
	sl_push_patience(L, !sl_has_kept(L), &l.stack->patience);

	lua_pushvalue(L, l.ud);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &loading_key);
	lua_pushcfunction(L, load_protected);
	lua_pushvalue(L, l.ud);
	lua_pushlightuserdata(L, &l);
	lua_pushvalue(L, config);
	int status = lua_pcall(L, 3, 0, 0);
	lua_pushnil(L);
	lua_rawsetp(L, LUA_REGISTRYINDEX, &loading_key);
	if(status != LUA_OK) {
		sl_leave_nearby(&l.stack->nearby);
		if(lua_type(L, -1) == LUA_TSTRING) {
			sl_redact(L, ud, NULL);
		}
		sl_note_failure(L);
		return lua_error(L);
	}
	if(sl_checks_configuration(L, l.stack)) {
		show_section(&l);
	}
	hand_over(&l);
	forget_passing(&l);
	lua_pushvalue(L, l.ud);
	return 1;
}
