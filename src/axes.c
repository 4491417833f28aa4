/* The built-in axes. Their order here is the order in which they load. */
#include "discover.h"

#define LIST(...) ((const char *const[]) { __VA_ARGS__, NULL })

static const sl_axis axes[] = {
	{ .name = "core", .kind = SL_AXIS_ALL, .folders = LIST("core") },
	{ .name = "stack", .kind = SL_AXIS_ALL, .folders = LIST("stack") },
	{ .name = "profile", .kind = SL_AXIS_CHOSEN, .folders = LIST("profiles"), .option = "profile",
		.variables = LIST("PROSODY_PROFILE"), .defaults = LIST("standard") },
	{ .name = "features", .kind = SL_AXIS_FEATURES, .folders = LIST("features") },
	{ .name = "clients", .kind = SL_AXIS_CHOSEN, .folders = LIST("clients"), .option = "clients",
		.variables = LIST("PROSODY_CLIENT_OPTS"), .many = true, .classes = true },
	{ .name = "usecases", .kind = SL_AXIS_CHOSEN, .folders = LIST("usecases"), .option = "usecase",
		.variables = LIST("PROSODY_USECASE"), .many = true, .classes = true },
	{ .name = "domains", .kind = SL_AXIS_ALL, .folders = LIST("domains") },
	{ .name = "legacy", .kind = SL_AXIS_SWITCHED, .folders = LIST("legacy/modules.d"), .option = "legacy",
		.variables = LIST("PROSODY_LEGACY_MODE") },
	{ .name = "platform", .kind = SL_AXIS_CHOSEN, .folders = LIST("environments"), .option = "platform",
		.variables = LIST("PROSODY_DEPLOYMENT_TYPE"), .detect = SL_DETECT_PLATFORM },
	{ .name = "environment", .kind = SL_AXIS_CHOSEN, .folders = LIST("environments"), .option = "environment",
		.variables = LIST("PROSODY_ENVIRONMENT", "PROSODY_ENV"), .defaults = LIST("production") },
	{ .name = "security", .kind = SL_AXIS_CHOSEN, .folders = LIST("policies/security", "policies/security-levels"), .option = "security",
		.variables = LIST("PROSODY_SECURITY_LEVEL"), .defaults = LIST("baseline", "standard") },
	{ .name = "performance", .kind = SL_AXIS_CHOSEN, .folders = LIST("policies/performance", "policies/performance-tiers"),
		.option = "performance", .variables = LIST("PROSODY_PERFORMANCE_TIER", "PROSODY_SCALE_PROFILE"), .detect = SL_DETECT_TIER },
	{ .name = "compliance", .kind = SL_AXIS_CHOSEN, .folders = LIST("policies/compliance"), .option = "compliance",
		.variables = LIST("PROSODY_COMPLIANCE"), .many = true },
	{ .name = "data-governance", .kind = SL_AXIS_CHOSEN, .folders = LIST("policies/data-governance"), .option = "data_governance",
		.variables = LIST("PROSODY_DATA_GOVERNANCE"), .many = true },
	{ .name = "main", .kind = SL_AXIS_PLACE },
	{ .name = "local", .kind = SL_AXIS_ALL, .folders = LIST("local") },
	{ .name = "variables", .kind = SL_AXIS_PLACE },
};

const sl_axis *sl_axes(size_t *count) {
	*count = sizeof(axes) / sizeof(axes[0]);
	return axes;
}
