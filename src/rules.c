#include <string.h>

#include "journal.h"

#define ROW(option, rule) { option, sizeof(option) - 1, rule }

/* The one table of exceptions. Options that modules read as sets or lists to which every layer may contribute
 * accumulate; options whose parts only make sense together are one choice. All others follow the kind of their value. */
static const struct {
	const char *option;
	size_t length;
	sl_rule rule;
} rules[] = {
	ROW("modules_enabled", SL_RULE_APPEND),
	ROW("modules_disabled", SL_RULE_APPEND),
	ROW("admins", SL_RULE_APPEND),
	ROW("plugin_paths", SL_RULE_APPEND),
	ROW("disco_items", SL_RULE_APPEND),
	ROW("external_services", SL_RULE_APPEND),
	ROW("trusted_proxies", SL_RULE_APPEND),
	ROW("s2s_secure_domains", SL_RULE_APPEND),
	ROW("s2s_insecure_domains", SL_RULE_APPEND),
	ROW("unlimited_jids", SL_RULE_APPEND),
	ROW("firewall_scripts", SL_RULE_APPEND),
	ROW("sql", SL_RULE_REPLACE),
	ROW("gc", SL_RULE_REPLACE),
	ROW("log", SL_RULE_REPLACE),
	ROW("statistics_config", SL_RULE_REPLACE),
};

sl_rule sl_builtin_rule(const char *option, size_t length) {
	for(size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		if(rules[i].length == length && memcmp(rules[i].option, option, length) == 0) {
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
