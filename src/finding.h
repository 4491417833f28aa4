/* finding.h: what the administrator should know, collected while a stack is put together. No Lua in here. */
#ifndef SL_FINDING_H
#define SL_FINDING_H

#include <stdarg.h>

#include "memory.h"

typedef enum sl_severity { SL_NOTE, SL_WARNING, SL_ERROR } sl_severity;

/* What a finding is about. The numbers are the codes that administrators see ("SL044") and accept by; they never change their meaning,
 * and lua/stackloader/codes.lua says the same in words. */
typedef enum sl_topic {
	SL_ON_ROOT = 1,             /* a root of the tree cannot be used */
	SL_ON_LISTED_FILE = 2,      /* an axis lists a file that no root has */
	SL_ON_UNUSABLE = 3,         /* a file or folder of the tree cannot be used */
	SL_ON_TWICE = 4,            /* one file or folder is reached by two names */
	SL_ON_UNREAD_FOLDER = 5,    /* a folder with layers that no axis reads */
	SL_ON_SWITCHED_OFF = 6,     /* what is chosen is switched off by an empty file */
	SL_ON_ACCESS = 7,           /* the server's user cannot read the file */
	SL_ON_WRITABLE = 8,         /* others than root and the server can write what is read */
	SL_ON_READABLE = 9,         /* everybody can read a file with a secret */
	SL_ON_CHOICE = 10,          /* a choice that the tree cannot fulfil */
	SL_ON_ALIASES = 11,         /* spellings of one variable say different things */
	SL_ON_DOTENV = 12,          /* a line of .env or defaults.env */
	SL_ON_VARIABLES = 13,       /* a file of variables that cannot be read, or a variable that may not stand in it */
	SL_ON_UNMATCHED = 14,       /* a toggle that matches no feature */
	SL_ON_TOGGLE = 15,          /* a toggle that cannot be understood, or two that contradict each other */
	SL_ON_VARIABLE_OPTION = 16, /* PROSODY_OPTION_NAME */
	SL_ON_SECRET = 17,          /* a secret is missing */
	SL_ON_RECORD = 18,          /* the server chose otherwise */
	SL_ON_QUOTES = 19,          /* a variable of the process that has kept its quotes */
	SL_ON_INFO = 20,            /* a table by which a profile, feature or use case describes itself */
	SL_ON_FEATURE = 21,         /* features that need or stand for each other */
	SL_ON_UNREAD_VARIABLE = 22, /* a variable that nothing reads, most often a slip in its name */
	SL_ON_LAYER = 30,           /* a layer is broken */
	SL_ON_GLOBAL = 31,          /* a layer sets a global of Lua's */
	SL_ON_VALIDATOR = 32,       /* a layer's own validator objects */
	SL_ON_DUPLICATE = 33,       /* a file assigns an option twice */
	SL_ON_RESTRICT = 34,        /* what is to be restricted is not there */
	SL_ON_NO_DATA = 35,         /* a restricted layer is no plain data, too large or too deep */
	SL_ON_FOREIGN_HOST = 36,    /* a restricted layer speaks of a host that is not its own */
	SL_ON_SERVER_WIDE = 37,     /* a restricted layer sets an option that it may not */
	SL_ON_FOREIGN_MODULE = 38,  /* a restricted layer names a module that it may not */
	SL_ON_LEADS_OUT = 39,       /* a link leads out of a restricted folder */
	SL_ON_LOST = 40,            /* a value loses against a force */
	SL_ON_CONTRADICTION = 41,   /* forces or bounds contradict each other */
	SL_ON_KIND = 42,            /* a value of another kind replaces what was there */
	SL_ON_BOUND = 43,           /* a value is moved to a bound */
	SL_ON_REACH = 44,           /* a later global value does not reach a host */
	SL_ON_COMPONENT = 45,       /* a component is given two modules */
	SL_ON_CLASH = 46,           /* a host and a component of one name */
	SL_ON_HOST_NAME = 47,       /* a name that no host can have */
	SL_ON_REQUIREMENT = 48,     /* a rule of a layer refuses the finished configuration */
	SL_ON_UNSAFE = 49,          /* a restricted layer needs more than the safe lists, and is allowed it */
	SL_ON_SET_LATER = 50,       /* the main file changes an option after the stack was loaded */
	SL_ON_BREACH = 51,          /* what it sets then breaks a force, a constraint or a rule */
	SL_ON_REPLACED = 52         /* a list that accumulates in layers is replaced inside the main file */
} sl_topic;

typedef struct sl_finding {
	sl_severity severity;
	sl_topic topic;
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
	bool pointless;               /* one of them makes it pointless to go on */
} sl_findings;

void sl_findings_init(sl_findings *findings, sl_arena *arena);

/* Adds a finding; path may be NULL and is copied. Only below sl_protect. */
void sl_find(sl_findings *findings, sl_severity severity, sl_topic topic, const char *path, unsigned line, const char *format, ...)
	__attribute__((format(printf, 6, 7)));

/* "note", "warning" or "error". */
const char *sl_severity_name(sl_severity severity);

#endif
