#include "stackloader.h"

#include "attempts.h"
#include "info_api.h"
#include "load.h"
#include "merge.h"
#include "source_api.h"

__attribute__((visibility("default")))
int luaopen_stackloader(lua_State *L);

static const luaL_Reg functions[] = {
	{ "load", sl_api_load },
	{ "current", sl_api_current },
	{ "failed", sl_api_failed },
	{ "status", sl_api_status },
	{ "merge", sl_api_merge },
	{ "environment", sl_api_environment },
	{ "discover", sl_api_discover },
	{ "info", sl_api_info },
	{ "source", sl_api_source },
	{ "identity", sl_api_identity },
	{ "shard", sl_api_shard },
	{ NULL, NULL },
};

int luaopen_stackloader(lua_State *L) {
	luaL_checkversion(L);
	luaL_newlib(L, functions);
	return 1;
}
