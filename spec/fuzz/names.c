/* Feeds random lines to everything that judges or compares names: which candidate is near, which path or host is one, in which order they
 * load, whose share they are. What passes for a host's own spelling is what Prosody's nameprep makes of it. */
#include <string.h>

#include <lualib.h>

#include "common.h"
#include "list.h"
#include "restrict.h"
#include "search.h"
#include "spelling.h"

/* Prosody's nameprep, at the top of the stack. */
static lua_State *prosody;

int LLVMFuzzerInitialize(int *argc, char ***argv) {
	static const char open[] =
		"return assert(package.loadlib('/usr/lib/prosody/util/encodings.so', 'luaopen_util_encodings'))().stringprep.nameprep";
	(void)argc;
	(void)argv;
	prosody = luaL_newstate();
	require(prosody != NULL);
	luaL_openlibs(prosody);
	sl_fuzz_require(luaL_dostring(prosody, open) == LUA_OK, "Prosody's nameprep can be loaded");
	return 0;
}

static void check_host(const char *name) {
	size_t length = strlen(name);
	if(sl_host_name_kind(name, length) == SL_HOST_PLAIN) {
		lua_pushvalue(prosody, 1);
		lua_pushlstring(prosody, name, length);
		lua_call(prosody, 1, 1);
		lua_pushlstring(prosody, name, length);
		require(lua_rawequal(prosody, -1, -2));
		lua_settop(prosody, 1);
		require(sl_is_host_pattern(name) && sl_is_plain_path(name));
	}
}

static int sign(int number) {
	return (number > 0) - (number < 0);
}

typedef int (*comparison)(const char *left, const char *right);

/* The order is total: none but equal names are equal, and it never goes in circles. */
static void check_order(comparison compare, const char *const *names) {
	const char *a = names[0], *b = names[1], *c = names[2];
	require(compare(a, a) == 0);
	require(sign(compare(a, b)) == -sign(compare(b, a)));
	require((compare(a, b) == 0) == (strcmp(a, b) == 0));
	require(!(compare(a, b) <= 0 && compare(b, c) <= 0) || compare(a, c) <= 0);
}

/* A plain path, put below a folder, stays below it. */
static void check_path(const char *path) {
	if(sl_is_plain_path(path)) {
		require(*path && *path != '/' && !strstr(path, "//") && path[strlen(path) - 1] != '/');
		require(strcmp(path, "..") != 0 && strncmp(path, "../", 3) != 0 && !strstr(path, "/../"));
		require(strlen(path) < 3 || strcmp(path + strlen(path) - 3, "/..") != 0);
	}
	require(sl_stem_length(path) <= strlen(path));
	require(!sl_is_layer_name(path) || sl_stem_length(path) == strlen(path) - strlen(".cfg.lua"));
}

static void check_printable(sl_arena *arena, const char *text) {
	for(const char *at = sl_printable(arena, text); *at; at++) {
		require((unsigned char)*at >= 0x20 && *at != 0x7f);
	}
}

static void check_roots(sl_arena *arena, const char *text) {
	for(const char *const *root = sl_split_roots(arena, text); *root; root++) {
		require(**root && !strchr(*root, ':'));
	}
}

static void check_share(const char *name) {
	for(unsigned count = 1; count < 5; count++) {
		unsigned now = sl_shard_of(name, strlen(name), count);
		unsigned then = sl_shard_of(name, strlen(name), count + 1);
		require(now < count && (then == now || then == count)); /* one server more takes names, and moves no other */
	}
}

static int compare_names(const char *left, const char *right) {
	return sl_compare_parts(left, strlen(left), right, strlen(right));
}

static void judge(void *context) {
	const sl_fuzz_input *input = context;
	sl_arena *arena = input->arena;
	char *rest = sl_strndup(arena, input->text, input->length);
	sl_list list;
	sl_list_init(&list, arena);
	for(unsigned i = 0; i < 3 || (*rest && i < 100); i++) {
		sl_list_add(&list, arena, sl_fuzz_line(&rest));
	}
	const char *word = list.names[0];
	const char *nearest = sl_nearest(word, list.names + 1);
	require(!nearest || sl_is_among(nearest, list.names + 1));
	check_printable(arena, sl_did_you_mean(arena, word, list.names + 1));
	check_printable(arena, sl_join_names(arena, list.names));
	require(strlen(sl_join(arena, list.names, "\n")) >= list.count - 1);
	check_order(sl_compare_paths, list.names);
	if(!strchr(list.names[0], '/') && !strchr(list.names[1], '/') && !strchr(list.names[2], '/')) {
		check_order(compare_names, list.names);
	}
	check_host(word);
	check_path(word);
	check_share(word);
	check_roots(arena, word);
	sl_is_host_pattern(list.names[1]);
	sl_is_ignored_name(word);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	require(sl_fuzz_in_arena(data, size, SIZE_MAX, judge) == SL_OK);
	return 0;
}
