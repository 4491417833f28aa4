#include "stackloader.h"

#include "assumed.h"
#include "attempts.h"
#include "info_api.h"
#include "load.h"
#include "measure_api.h"
#include "merge.h"
#include "source_api.h"
#include "version.h"

__attribute__((visibility("default")))
int luaopen_stackloader(lua_State *L);

static const luaL_Reg functions[] = {
	{ "load", sl_api_load },
	{ "current", sl_api_current },
	{ "failed", sl_api_failed },
	{ "status", sl_api_status },
	{ "merge", sl_api_merge },
	{ "equal", sl_api_equal },
	{ "environment", sl_api_environment },
	{ "discover", sl_api_discover },
	{ "info", sl_api_info },
	{ "source", sl_api_source },
	{ "modulemanager", sl_api_modulemanager },
	{ "identity", sl_api_identity },
	{ "shard", sl_api_shard },
	{ "option_readers", sl_api_option_readers },
	{ "measure", sl_api_measure },
	{ "assume", sl_api_assume },
	{ NULL, NULL },
};

/* Lua makes what large buffers need when the first one is used, and where the memory runs out in the middle of that, no later one works. So the
 * first one is here. */
static void prepare_buffers(lua_State *L) {
	luaL_Buffer large;
	(void)luaL_buffinitsize(L, &large, LUAL_BUFFERSIZE + 1);
	luaL_pushresultsize(&large, 0);
	lua_pop(L, 1);
}

int luaopen_stackloader(lua_State *L) {
	luaL_checkversion(L);
	prepare_buffers(L);
	luaL_newlib(L, functions);
	lua_pushliteral(L, SL_RELEASE);
	lua_setfield(L, -2, "_VERSION");
	return 1;
}
