#include "choices_api.h"

#include "stack.h"

static void set_flag(lua_State *L, const char *name, bool value) {
	lua_pushboolean(L, value);
	lua_setfield(L, -2, name);
}

void sl_set_texts(lua_State *L, const char *name, const char *const *texts) {
	lua_newtable(L);
	for(lua_Integer index = 0; texts[index]; index++) {
		lua_pushstring(L, texts[index]);
		lua_rawseti(L, -2, index + 1);
	}
	lua_setfield(L, -2, name);
}

void sl_push_features(lua_State *L, const sl_discovery *discovery) {
	luaL_checkstack(L, 4, "listing features");
	lua_createtable(L, (int)discovery->feature_count, 0);
	for(size_t index = 0; index < discovery->feature_count; index++) {
		const sl_feature *feature = &discovery->features[index];
		lua_createtable(L, 0, 7);
		sl_set_text(L, "name", feature->name);
		set_flag(L, "on", feature->on);
		sl_set_text(L, "why", feature->why);
		sl_set_text(L, "description", feature->description);
		sl_set_texts(L, "depends", feature->depends);
		sl_set_text(L, "alias_of", feature->alias_of);
		set_flag(L, "extra", feature->extra);
		lua_rawseti(L, -2, (lua_Integer)index + 1);
	}
}

static void set_available(lua_State *L, const sl_offer *offers) {
	lua_newtable(L);
	for(lua_Integer count = 0; offers->name; offers++) {
		if(sl_offer_loads(offers)) {
			lua_pushstring(L, offers->name);
			lua_rawseti(L, -2, ++count);
		}
	}
	lua_setfield(L, -2, "available");
}

void sl_push_choices(lua_State *L, const sl_discovery *discovery) {
	luaL_checkstack(L, 4, "listing choices");
	lua_createtable(L, (int)discovery->choice_count, 0);
	for(size_t index = 0; index < discovery->choice_count; index++) {
		const sl_choice *choice = &discovery->choices[index];
		lua_createtable(L, 0, 6);
		sl_set_text(L, "axis", choice->axis->name);
		sl_set_text(L, "option", choice->axis->option);
		sl_set_text(L, "variable", choice->axis->variables ? choice->axis->variables[0] : NULL);
		sl_set_texts(L, "names", choice->names);
		sl_set_text(L, "how", choice->how);
		set_available(L, choice->offers);
		lua_rawseti(L, -2, (lua_Integer)index + 1);
	}
}

/* stack:features() -> list */
int sl_stack_features(lua_State *L) {
	sl_push_features(L, &sl_check_stack(L, 1)->tree);
	return 1;
}

/* stack:choices() -> list */
int sl_stack_choices(lua_State *L) {
	sl_push_choices(L, &sl_check_stack(L, 1)->tree);
	return 1;
}
