#include "stack.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "claims.h"
#include "metatable.h"
#include "redact.h"
#include "resolve.h"
#include "spared.h"

#define STACK_TYPE "stackloader.stack"

/* When a state is closed, finalizers of others may still hold a stack that was collected before them. */
static sl_stack *refuse_collected(lua_State *L, sl_stack *stack) {
	if(stack->collected) {
		luaL_error(L, "this stack was collected with the rest of the closing Lua state");
	}
	return stack;
}

sl_stack *sl_stack_at(lua_State *L, int ud) {
	return refuse_collected(L, lua_touserdata(L, ud));
}

sl_stack *sl_check_stack(lua_State *L, int argument) {
	return refuse_collected(L, luaL_checkudata(L, argument, STACK_TYPE));
}

sl_layer_run *sl_layer_at(const sl_stack *stack, uint32_t layer) {
	return (sl_layer_run *)stack->runs.data + layer;
}

sl_layer_file *sl_layer_file_at(const sl_stack *stack, uint32_t file) {
	return (sl_layer_file *)stack->files.data + file;
}

const sl_origin *sl_layer_origin(const sl_stack *stack, uint32_t layer) {
	return (const sl_origin *)stack->origins.data + sl_layer_at(stack, layer)->origin;
}

const sl_rights *sl_layer_file_rights(const sl_stack *stack, const sl_layer_file *file) {
	return (const sl_rights *)stack->rights.data + file->rights;
}

sl_met sl_layer_file_met(const sl_stack *stack, const sl_layer_file *file) {
	const sl_rights *rights = sl_layer_file_rights(stack, file);
	return (sl_met) { .path = file->path, .identity = { .mode = rights->mode, .owner = rights->owner, .group = rights->group } };
}

void sl_take_time(const sl_stack *stack, struct timespec *time) {
	if(stack->clock > 0) {
		time->tv_sec = (time_t)stack->clock;
		time->tv_nsec = (long)((stack->clock - (double)time->tv_sec) * 1e9);
	} else {
		(void)clock_gettime(CLOCK_REALTIME, time); /* fails for other clocks only */
	}
}

double sl_now(void) {
	struct timespec time;
	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* ======== the object ======== */

static int collect(lua_State *L) {
	sl_stack *stack = luaL_checkudata(L, 1, STACK_TYPE);
	stack->collected = true;
	sl_journal_free(L, &stack->journal);
	sl_vector_free(L, &stack->runs);
	sl_vector_free(L, &stack->origins);
	sl_vector_free(L, &stack->versions);
	sl_vector_free(L, &stack->files);
	sl_vector_free(L, &stack->rights);
	sl_vector_free(L, &stack->open);
	sl_vector_free(L, &stack->reads);
	sl_vector_free(L, &stack->needs);
	sl_vector_free(L, &stack->secret_files);
	sl_vector_free(L, &stack->requirements);
	sl_vector_free(L, &stack->claims);
	sl_arena_free(&stack->arena);
	sl_arena_free(&stack->scratch);
	sl_arena_free(&stack->naming);
	sl_arena_free(&stack->listing);
	sl_leave_nearby(&stack->nearby);
	return 0;
}

static void push_metatable(lua_State *L) {
	static const luaL_Reg methods[] = {
		{ "layers", sl_stack_layers }, { "options", sl_stack_options }, { "hosts", sl_stack_hosts }, { "names", sl_stack_names }, { "sole", sl_stack_sole },
		{ "findings", sl_stack_findings }, { "explain", sl_stack_explain }, { "redact", sl_stack_redact }, { "mask", sl_stack_mask },
		{ "redact_text", sl_stack_redact_text }, { "unreadable", sl_stack_unreadable },
		{ "is_read_only", sl_stack_is_read_only }, { "files", sl_stack_files },
		{ "choices", sl_stack_choices }, { "features", sl_stack_features }, { "variables", sl_stack_variables },
		{ "dependencies", sl_stack_dependencies }, { "timing", sl_stack_timing }, { "about", sl_stack_about }, { NULL, NULL }
	};
	static const luaL_Reg metamethods[] = { { "__gc", collect }, { NULL, NULL } };
	sl_push_metatable(L, STACK_TYPE, metamethods, methods);
}

sl_stack *sl_push_stack(lua_State *L) {
	static const int tables[] = { SL_UV_RESULTS, SL_UV_EXPORTS, SL_UV_RULES, SL_UV_OPEN, SL_UV_REQUIREMENTS };
	void *ud;
	luaL_checkstack(L, 10, "making a stack");
	lua_Alloc alloc = lua_getallocf(L, &ud);
	sl_stack *stack = lua_newuserdatauv(L, sizeof(*stack), SL_UV_COUNT);
	*stack = (sl_stack) { .runs.size = sizeof(sl_layer_run), .origins.size = sizeof(sl_origin), .versions.size = sizeof(sl_version),
		.files.size = sizeof(sl_layer_file), .rights.size = sizeof(sl_rights), .open.size = sizeof(sl_open_text),
		.reads.size = sizeof(sl_read), .needs.size = sizeof(sl_need), .secret_files.size = sizeof(sl_secret_file),
		.requirements.size = sizeof(sl_place), .claims.size = sizeof(sl_claim) };
	sl_arena_init(&stack->arena, alloc, ud);
	sl_arena_init(&stack->scratch, alloc, ud);
	sl_arena_init(&stack->naming, alloc, ud);
	sl_arena_init(&stack->listing, alloc, ud);
	sl_findings_init(&stack->findings, &stack->arena);
	push_metatable(L);
	lua_setmetatable(L, -2);
	int index = lua_gettop(L);
	for(size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
		lua_newtable(L);
		lua_setiuservalue(L, index, tables[i]);
	}
	sl_vector_add(L, &stack->runs);    /* index 0 of both is no layer and no file */
	sl_vector_add(L, &stack->origins);
	sl_vector_add(L, &stack->files);
	sl_vector_add(L, &stack->rights);  /* index 0: those of a file that we did not read */
	sl_journal_init(L, index);
	return stack;
}

/* ======== strings and findings in the arena ======== */

typedef struct keeping {
	sl_arena *arena;
	const char *text;
	char *copy;
} keeping;

static void keep_step(void *context) {
	keeping *k = context;
	k->copy = sl_strdup(k->arena, k->text);
}

char *sl_keep_string(lua_State *L, sl_stack *stack, const char *text) {
	keeping k = { .arena = &stack->arena, .text = text };
	sl_run(L, &stack->arena, keep_step, &k);
	return k.copy;
}

typedef struct reporting {
	sl_findings *findings;
	sl_severity severity;
	sl_topic topic;
	const char *path, *text;
	unsigned line;
} reporting;

static void report_step(void *context) {
	const reporting *r = context;
	sl_find(r->findings, r->severity, r->topic, r->path, r->line, "%s", r->text);
}

void sl_report(lua_State *L, sl_stack *stack, sl_severity severity, sl_topic topic, const char *path, unsigned line, const char *format,
	...) {
	va_list list;
	va_start(list, format);
	int length = vsnprintf(NULL, 0, format, list);
	va_end(list);
	luaL_checkstack(L, 2, "reporting");
	char *text = lua_newuserdatauv(L, (size_t)(length < 0 ? 0 : length) + 1, 0);
	va_start(list, format);
	(void)vsnprintf(text, (size_t)(length < 0 ? 0 : length) + 1, format, list);
	va_end(list);
	reporting r = { .findings = &stack->findings, .severity = severity, .topic = topic, .path = path, .text = text, .line = line };
	sl_run(L, &stack->arena, report_step, &r);
	lua_pop(L, 1);
}

void sl_push_place(lua_State *L, const sl_stack *stack, const sl_entry *entry) {
	const char *path = entry->file ? sl_layer_file_at(stack, entry->file)->path : sl_layer_at(stack, entry->layer)->id;
	luaL_checkstack(L, 2, "naming a place");
	if(entry->line) {
		lua_pushfstring(L, "%s:%d", path, (int)entry->line);
	} else {
		lua_pushstring(L, path);
	}
}

void sl_push_finding(lua_State *L, int ud, const sl_finding *finding) {
	luaL_checkstack(L, 6, "writing a finding");
	lua_pushstring(L, finding->text);
	sl_redact(L, ud, sl_tenant_of_path(L, sl_stack_at(L, ud), finding->path));
	if(!finding->path) {
		return;
	}
	lua_pushstring(L, finding->path);
	sl_mask(L, ud);
	if(finding->line) {
		lua_pushfstring(L, "%s:%d: %s", lua_tostring(L, -1), (int)finding->line, lua_tostring(L, -2));
	} else {
		lua_pushfstring(L, "%s: %s", lua_tostring(L, -1), lua_tostring(L, -2));
	}
	lua_replace(L, -3);
	lua_pop(L, 1);
}
