/* environment.h: what are we running in, and how large is it? No Lua in here. */
#ifndef SL_ENVIRONMENT_H
#define SL_ENVIRONMENT_H

#include "finding.h"
#include "variables.h"

/* One answer and what decided it, for people: "docker" because of "/.dockerenv". */
typedef struct sl_answer {
	const char *value;   /* NULL: nothing was found */
	const char *how;
} sl_answer;

typedef struct sl_environment {
	sl_answer container;      /* docker, podman, lxc, systemd-nspawn, wsl, containerd, other names that systemd gives (openvz …),
	                           * container-other where no trace names it, or "none" */
	sl_answer orchestrator;   /* kubernetes, or "none" */
	sl_answer platform;       /* docker, podman, kubernetes, lxc, systemd-nspawn, wsl, systemd, "none" */
	sl_answer hostname;
	double cpus;              /* processors that we may use: 0.5 is half of one */
	const char *cpus_how;
	double memory;            /* bytes that we may use; 0: unknown */
	const char *memory_how;
	sl_answer tier;           /* small, medium, large, enterprise */
	struct sl_machine *machine;   /* where the answers come from: environment.c's own */
} sl_environment;

/* Gets ready to answer for the system below `sysroot` ("" is the real one; another root is for tests: then nothing is asked
 * of the kernel that a file below it could answer differently). The system is only asked what somebody wants to know, below. What the variables say
 * of it is taken now, without marking them as read. Only what an ordinary user can read decides: prosodyctl runs as root and must choose as the
 * server does. Below sl_protect, as all of these. */
void sl_environment_begin(sl_arena *arena, const char *sysroot, const sl_variables *variables, sl_environment *environment);

/* Answers, once: container, orchestrator and platform. */
void sl_environment_find_platform(sl_environment *environment);

/* Answers, once: hostname. */
void sl_environment_find_hostname(sl_environment *environment);

/* Answers, once: cpus, memory and tier. */
void sl_environment_find_tier(sl_environment *environment);

void sl_environment_find_all(sl_environment *environment);

#endif
