/* finding.h: what the administrator should know, collected while a stack is put together. No Lua in here. */
#ifndef SL_FINDING_H
#define SL_FINDING_H

#include <stdarg.h>

#include "memory.h"

typedef enum sl_severity { SL_NOTE, SL_WARNING, SL_ERROR } sl_severity;

typedef struct sl_finding {
	sl_severity severity;
	const char *path;    /* the file it is about, or NULL (a variable, a choice, the tree as a whole) */
	unsigned line;       /* 0: no line */
	const char *text;    /* what is wrong, what was expected, what to do; without the place */
	struct sl_finding *next;
} sl_finding;

typedef struct sl_findings {
	sl_arena *arena;
	sl_finding *first;
	sl_finding *last;
	size_t count[SL_ERROR + 1];   /* by severity */
} sl_findings;

void sl_findings_init(sl_findings *findings, sl_arena *arena);

/* Adds a finding; path may be NULL and is copied. Only below sl_protect. */
void sl_find(sl_findings *findings, sl_severity severity, const char *path, unsigned line, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* "note", "warning" or "error". */
const char *sl_severity_name(sl_severity severity);

#endif
