#include "finding.h"

#include <stdio.h>

void sl_findings_init(sl_findings *findings, sl_arena *arena) {
	*findings = (sl_findings) { .arena = arena };
}

void sl_find(sl_findings *findings, sl_severity severity, sl_topic topic, const char *path, unsigned line, const char *format, ...) {
	sl_arena *arena = findings->arena;
	va_list list;
	va_start(list, format);
	int length = vsnprintf(NULL, 0, format, list);
	va_end(list);
	size_t size = (size_t)(length < 0 ? 0 : length) + 1;
	char *text = sl_new(arena, size);
	va_start(list, format);
	(void)vsnprintf(text, size, format, list);
	va_end(list);

	sl_finding *finding = sl_new(arena, sizeof(*finding));
	finding->severity = severity;
	finding->topic = topic;
	finding->path = path ? sl_strdup(arena, path) : NULL;
	finding->line = line;
	finding->text = text;
	if(findings->last) {
		findings->last->next = finding;
	} else {
		findings->first = finding;
	}
	findings->last = finding;
	findings->count[severity]++;
}

const char *sl_severity_name(sl_severity severity) {
	static const char *const names[] = { "note", "warning", "error" };
	return names[severity];
}
