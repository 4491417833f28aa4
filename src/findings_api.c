#include "findings_api.h"

#include <stdio.h>

#include "redact.h"
#include "stackloader.h"

#include <lauxlib.h>

void sl_set_code(lua_State *L, sl_topic topic) {
	char code[8];
	(void)snprintf(code, sizeof(code), "SL%03d", (int)topic);
	sl_set_text(L, "code", code);
}

void sl_push_findings(lua_State *L, const sl_findings *findings, const sl_secrets *secrets) {
	lua_Integer count = 0;
	luaL_checkstack(L, 4, "findings");
	lua_newtable(L);
	for(const sl_finding *finding = findings->first; finding; finding = finding->next) {
		lua_createtable(L, 0, 4);
		sl_set_text(L, "severity", sl_severity_name(finding->severity));
		sl_set_code(L, finding->topic);
		sl_set_text(L, "path", finding->path);
		lua_pushstring(L, finding->text);
		sl_leave_out(L, secrets);
		lua_setfield(L, -2, "text");
		sl_set_line(L, finding->line);
		lua_rawseti(L, -2, ++count);
	}
}

static void add_place(lua_State *L, luaL_Buffer *messages, const sl_finding *finding) {
	if(!finding->path) {
		return;
	}
	luaL_addstring(messages, finding->path);
	if(finding->line) {
		lua_pushfstring(L, ":%d", (int)finding->line);
		luaL_addvalue(messages);
	}
	luaL_addstring(messages, ": ");
}

void sl_push_messages(lua_State *L, const sl_findings *findings, sl_severity severity, const sl_secrets *secrets) {
	luaL_Buffer messages;
	bool first = true;
	luaL_buffinit(L, &messages);
	for(const sl_finding *finding = findings->first; finding; finding = finding->next) {
		if(finding->severity == severity) {
			luaL_addstring(&messages, first ? "" : "\n");
			add_place(L, &messages, finding);
			lua_pushstring(L, finding->text);
			sl_leave_out(L, secrets);
			luaL_addvalue(&messages);
			first = false;
		}
	}
	luaL_pushresult(&messages);
}
