#include "claims.h"

#include <string.h>

#include "journal.h"

void sl_note_claim(lua_State *L, sl_stack *stack, const char *host, const char *option, uint32_t line, bool serves) {
	const char *kept_host = sl_keep_string(L, stack, host);
	const char *kept_option = option ? sl_keep_string(L, stack, option) : NULL;
	sl_claim *claim = sl_vector_add(L, &stack->claims);
	*claim = (sl_claim) { kept_host, kept_option, stack->running, line, serves };
}

static const sl_tenant *tenant_of(const sl_stack *stack, uint32_t layer) {
	return sl_layer_origin(stack, layer)->tenant;
}

/* The first restricted layer that opened the host, where it is another tenant's; else 0. */
static uint32_t opened_by_another(lua_State *L, int ud, const char *host, const sl_tenant *tenant) {
	const sl_stack *stack = sl_stack_at(L, ud);
	lua_pushstring(L, host);
	uint32_t scope = sl_find_scope(L, ud);
	uint32_t layer = scope ? sl_scope_at(&stack->journal, scope)->tenant : 0;
	return layer && tenant_of(stack, layer) != tenant ? layer : 0;
}

/* Pushes what a finding about the claim begins with: the option, where there is one. */
static const char *push_subject(lua_State *L, const sl_claim *claim) {
	return claim->option ? lua_pushfstring(L, "%s: ", claim->option) : lua_pushliteral(L, "");
}

static void report(lua_State *L, sl_stack *stack, const sl_claim *claim, const char *text) {
	sl_report(L, stack, SL_ERROR, SL_ON_FOREIGN_HOST, sl_layer_at(stack, claim->layer)->path, claim->line, "%s", text);
}

/* Is the host itself, or one above it, another tenant's? What a tenant has by the name of its own file is not measured by those above. */
static bool check_owner(lua_State *L, int ud, const sl_claim *claim) {
	sl_stack *stack = sl_stack_at(L, ud);
	const sl_tenant *tenant = tenant_of(stack, claim->layer);
	const char *host = claim->host;
	uint32_t other = opened_by_another(L, ud, host, tenant);
	for(const char *dot = strchr(host, '.'); !other && dot && !sl_tenant_has(tenant, host); dot = strchr(host, '.')) {
		host = dot + 1;
		other = opened_by_another(L, ud, host, tenant);
	}
	if(other) {
		int top = lua_gettop(L);
		const char *above = host == claim->host ? "" : lua_pushfstring(L, "below \"%s\", which is ", host);
		report(L, stack, claim, lua_pushfstring(L, "%sthe host \"%s\" is %sanother tenant's already, by %s; take it out, or let the server's administrator "
			"give the name to one of them", push_subject(L, claim), claim->host, above, sl_layer_at(stack, other)->path));
		lua_settop(L, top);
	}
	return other != 0;
}

/* Does another tenant serve the name of the claim with that number? The table at the top of the stack has who was the first to. */
static void check_service(lua_State *L, int ud, const sl_claim *claims, size_t number) {
	sl_stack *stack = sl_stack_at(L, ud);
	const sl_claim *claim = &claims[number];
	int top = lua_gettop(L);
	if(lua_getfield(L, top, claim->host) == LUA_TNIL) {
		lua_pushinteger(L, (lua_Integer)number);
		lua_setfield(L, top, claim->host);
	} else {
		const sl_claim *first = &claims[lua_tointeger(L, -1)];
		if(tenant_of(stack, first->layer) != tenant_of(stack, claim->layer)) {
			report(L, stack, claim, lua_pushfstring(L, "%s\"%s\" is served for another tenant already, by %s:%d; choose another name",
				push_subject(L, claim), claim->host, sl_layer_at(stack, first->layer)->path, (int)first->line));
		}
	}
	lua_settop(L, top);
}

void sl_check_claims(lua_State *L, int ud) {
	const sl_stack *stack = sl_stack_at(L, ud);
	const sl_claim *claims = stack->claims.data;
	luaL_checkstack(L, 10, "comparing what tenants speak of");
	lua_newtable(L);
	for(size_t i = 0; i < stack->claims.count; i++) {
		if(!check_owner(L, ud, &claims[i]) && claims[i].serves) {
			check_service(L, ud, claims, i);
		}
	}
	lua_pop(L, 1);
}
