#include <string.h>

#include "journal.h"

/* The one table of exceptions. Options that modules read as sets or lists to which every layer may contribute
 * accumulate; options whose parts only make sense together are one choice. All others follow the kind of their value. */
static const struct {
	const char *option;
	sl_rule rule;
} rules[] = {
	{ "modules_enabled", SL_RULE_APPEND },
	{ "modules_disabled", SL_RULE_APPEND },
	{ "admins", SL_RULE_APPEND },
	{ "plugin_paths", SL_RULE_APPEND },
	{ "disco_items", SL_RULE_APPEND },
	{ "external_services", SL_RULE_APPEND },
	{ "trusted_proxies", SL_RULE_APPEND },
	{ "s2s_secure_domains", SL_RULE_APPEND },
	{ "s2s_insecure_domains", SL_RULE_APPEND },
	{ "unlimited_jids", SL_RULE_APPEND },
	{ "firewall_scripts", SL_RULE_APPEND },
	{ "sql", SL_RULE_REPLACE },
	{ "gc", SL_RULE_REPLACE },
	{ "log", SL_RULE_REPLACE },
	{ "statistics_config", SL_RULE_REPLACE },
};

sl_rule sl_builtin_rule(const char *option) {
	for(size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		if(strcmp(rules[i].option, option) == 0) {
			return rules[i].rule;
		}
	}
	return SL_RULE_MERGE;
}

bool sl_rule_from_name(const char *name, sl_rule *rule) {
	static const char *const names[] = { "merge", "append", "replace" };
	for(int i = SL_RULE_MERGE; i <= SL_RULE_REPLACE; i++) {
		if(strcmp(names[i], name) == 0) {
			*rule = (sl_rule)i;
			return true;
		}
	}
	return false;
}
