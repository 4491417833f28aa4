/* passed_over.h: which files of modules Prosody passes over for what their headers say (header.h), to look for the module elsewhere. */
#ifndef SL_PASSED_OVER_H
#define SL_PASSED_OVER_H

#include "plugin_needs.h"
#include "stackloader.h"

/* As plugin_load_filter_cb of the installed core/modulemanager.lua decides: by the version of Lua that the file is for, the features that it conflicts
 * with and those that it requires. The features are those of core/features.lua; outside Prosody there are none, and no file is passed over. */
bool sl_is_passed_over(lua_State *L, const sl_plugin_needs *needs);

#endif
