#define _GNU_SOURCE
#include "environment.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "units.h"

#define MIB (1024.0 * 1024)

/* The thresholds of the tiers, the largest first. A system is as large as both its processors and its memory allow: the tier
 * is the smaller of the two that they suggest.
 *
 * Prosody is one process with one thread, so more than two processors only help what runs beside it (a database, TLS in a
 * proxy, TURN); memory is what grows with the number of users. The figures lie below 1, 4 and 16 GiB because the
 * kernel and the firmware keep some of the memory of a machine that is sold with so much. */
static const struct {
	const char *name;
	double cpus;     /* at least so many processors */
	double memory;   /* and at least so many bytes */
} tiers[] = {
	{ "enterprise", 4, 14336 * MIB },   /* more than 10,000 users connected */
	{ "large",      2, 3584 * MIB },    /* up to 10,000 */
	{ "medium",     1, 896 * MIB },     /* up to 1,000 */
	{ "small",      0, 0 },             /* up to about 50, or more that are idle */
};

enum { TIERS = sizeof(tiers) / sizeof(tiers[0]) };

/* Which platform's settings suit a container; one that is missing here (openvz …) is judged by the system inside it. */
static const struct {
	const char *container;
	const char *platform;
} platforms[] = {
	{ "docker", "docker" },
	{ "podman", "podman" },
	{ "lxc", "lxc" },
	{ "lxc-libvirt", "lxc" },
	{ "systemd-nspawn", "systemd-nspawn" },
	{ "wsl", "wsl" },
	/* Containers made from images, run as Docker's are. */
	{ "containerd", "docker" },
	{ "container-other", "docker" },
};

/* Files that a container's manager leaves, the most reliable first. /run is new in every container, while /.dockerenv may have
 * come along with a file system that was exported from Docker; some images claim "docker" to systemd wherever they run,
 * so /run/.containerenv is asked before. The modes of those that only have to exist do not matter. */
static const struct {
	const char *path;
	const char *name;   /* NULL: the file's first line */
} container_files[] = {
	{ "/run/host/container-manager", NULL },
	{ "/run/.containerenv", "podman" },
	{ "/run/systemd/container", NULL },
	{ "/.dockerenv", "docker" },
};

/* Parts of the folders that make up a container's root, as an overlay mount names them. */
static const struct {
	const char *part;
	const char *name;
} overlay_parts[] = {
	{ "/overlay2/", "docker" },
	{ "/containers/storage/", "podman" },
	{ "/io.containerd.", "containerd" },
};

typedef struct mount {
	const char *root;      /* the folder of the file system that is mounted */
	const char *point;     /* where */
	const char *type;
	const char *options;   /* of the file system: of cgroup v1 they name the controllers */
} mount;

typedef struct sl_machine machine;

struct sl_machine {
	sl_arena *arena;
	const char *root;
	const char *container, *kubernetes;   /* what the variables container and KUBERNETES_SERVICE_HOST say, or NULL */
	mount *mounts;
	size_t mount_count;
	bool has_mounts;       /* they were read */
	char *cgroups;         /* /proc/self/cgroup, where the limits are asked for */
};

static const char kubernetes_variable[] = "KUBERNETES_SERVICE_HOST";

/* A limit and where it came from; 0: none. */
typedef struct limit {
	double value;
	const char *how;
} limit;

static char *below_root(const machine *m, const char *path) {
	return sl_format(m->arena, "%s%s", m->root, path);
}

static bool exists(const machine *m, const char *path) {
	struct stat info;
	return stat(below_root(m, path), &info) == 0;
}

static bool is_folder(const machine *m, const char *path) {
	struct stat info;
	return stat(below_root(m, path), &info) == 0 && S_ISDIR(info.st_mode);
}

/* The file's text, or "" where it cannot be read. What not everybody may read counts as missing: prosodyctl, run by root,
 * must see no more than the server. */
static char *read_text(const machine *m, const char *path) {
	char *text;
	size_t length;
	struct stat info;
	if(sl_read_file(m->arena, below_root(m, path), &text, &length, &info) != 0 || !(info.st_mode & S_IROTH)) {
		return sl_strdup(m->arena, "");
	}
	return text;
}

/* Cuts off white space at both ends, in place. */
static char *trim(char *text) {
	static const char space[] = " \t\r\n\v\f";
	text += strspn(text, space);
	size_t length = strlen(text);
	while(length > 0 && strchr(space, text[length - 1])) {
		length--;
	}
	text[length] = '\0';
	return text;
}

/* The first line that is neither empty nor a comment. */
static char *first_line(const machine *m, const char *path) {
	char *rest = read_text(m, path);
	char *line;
	while((line = strsep(&rest, "\n"))) {
		line = trim(line);
		if(*line != '\0' && *line != '#') {
			return line;
		}
	}
	return sl_strdup(m->arena, "");
}

/* What follows `label` at the beginning of a line of the file; "" where no line begins so. */
static char *labelled_line(const machine *m, const char *path, const char *label) {
	char *rest = read_text(m, path);
	char *line;
	while((line = strsep(&rest, "\n"))) {
		if(strncmp(line, label, strlen(label)) == 0) {
			return trim(line + strlen(label));
		}
	}
	return sl_strdup(m->arena, "");
}

/* Is `word` one of the words in `list`, which commas separate? */
static bool has_word(const char *list, const char *word) {
	size_t length = strlen(word);
	for(const char *place = list; (place = strstr(place, word)); place += length) {
		if((place == list || place[-1] == ',') && (place[length] == ',' || place[length] == '\0')) {
			return true;
		}
	}
	return false;
}

static bool is_octal(char c) {
	return c >= '0' && c <= '7';
}

/* mountinfo writes white space and backslashes as \ooo; undone in place. */
static char *unescape(char *text) {
	char *out = text;
	for(const char *in = text; *in; out++) {
		if(in[0] == '\\' && is_octal(in[1]) && is_octal(in[2]) && is_octal(in[3])) {
			*out = (char)((in[1] - '0') * 64 + (in[2] - '0') * 8 + (in[3] - '0'));
			in += 4;
		} else {
			*out = *in++;
		}
	}
	*out = '\0';
	return text;
}

/* "31 23 0:28 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw": the fields are those of proc(5). */
static bool read_mount(char *line, mount *result) {
	char *fields[5];
	for(size_t i = 0; i < 5; i++) {
		fields[i] = strsep(&line, " ");
	}
	char *tail = line ? strstr(line, " - ") : NULL;
	if(!tail) {
		return false;
	}
	tail += 3;
	char *type = strsep(&tail, " ");
	strsep(&tail, " ");
	if(!tail) {
		return false;
	}
	*result = (mount) { unescape(fields[3]), unescape(fields[4]), type, tail };
	return true;
}

/* The kernel takes its time to tell all mounts, and most questions are answered without. */
static void read_mounts(machine *m) {
	size_t capacity = 0;
	if(m->has_mounts) {
		return;
	}
	m->has_mounts = true;
	char *rest = read_text(m, "/proc/self/mountinfo");
	char *line;
	mount found;
	while((line = strsep(&rest, "\n"))) {
		if(read_mount(line, &found)) {
			m->mounts = sl_grow(m->arena, m->mounts, m->mount_count, &capacity, sizeof(*m->mounts));
			m->mounts[m->mount_count++] = found;
		}
	}
}

/* Names from files and variables end up in paths and messages. */
static bool is_plain_name(const char *name) {
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
	size_t length = strlen(name);
	return length > 0 && length <= 64 && strspn(name, allowed) == length && name[0] != '.';
}

/* Many images say "oci" of themselves: then it is a container, but whose, other traces must tell. */
static bool names_container(const char *name) {
	return is_plain_name(name) && strcmp(name, "oci") != 0;
}

static sl_answer container_by_file(const machine *m) {
	for(size_t i = 0; i < sizeof(container_files) / sizeof(container_files[0]); i++) {
		const char *path = container_files[i].path;
		const char *name = container_files[i].name;
		if(!name) {
			name = first_line(m, path);
		} else if(!exists(m, path)) {
			continue;
		}
		if(names_container(name)) {
			return (sl_answer) { name, path };
		}
	}
	return (sl_answer) { NULL, NULL };
}

/* LXC's own file system shows a container its limits in /proc. */
static bool has_lxcfs(const machine *m) {
	for(size_t i = 0; i < m->mount_count; i++) {
		if(strcmp(m->mounts[i].type, "fuse.lxcfs") == 0 && strncmp(m->mounts[i].point, "/proc/", 6) == 0) {
			return true;
		}
	}
	return false;
}

/* What the root file system was put together from, or NULL. */
static const char *container_of_root(const machine *m) {
	const char *options = "";
	for(size_t i = 0; i < m->mount_count; i++) {
		if(strcmp(m->mounts[i].point, "/") == 0) {
			options = strcmp(m->mounts[i].type, "overlay") == 0 ? m->mounts[i].options : "";
		}
	}
	for(size_t i = 0; i < sizeof(overlay_parts) / sizeof(overlay_parts[0]); i++) {
		if(strstr(options, overlay_parts[i].part)) {
			return overlay_parts[i].name;
		}
	}
	return NULL;
}

static sl_answer container_by_mounts(machine *m) {
	read_mounts(m);
	if(has_lxcfs(m)) {
		return (sl_answer) { "lxc", "lxcfs in /proc/self/mountinfo" };
	}
	const char *name = container_of_root(m);
	return (sl_answer) { name, "root in /proc/self/mountinfo" };
}

/* What the kernel itself shows. Asked last: a container on WSL shows WSL's kernel. */
static sl_answer container_by_kernel(const machine *m) {
	static const char release[] = "/proc/sys/kernel/osrelease";
	/* Both exist on the host of OpenVZ containers, only the first in a container. */
	if(exists(m, "/proc/vz") && !exists(m, "/proc/bc")) {
		return (sl_answer) { "openvz", "/proc/vz" };
	}
	const char *text = first_line(m, release);
	if(strcasestr(text, "microsoft") || strstr(text, "WSL")) {
		return (sl_answer) { "wsl", release };
	}
	return (sl_answer) { NULL, NULL };
}

static bool says_oci(const char *name) {
	return name && strcmp(name, "oci") == 0;
}

/* It is a container, but none that we know a name of. */
static sl_answer container_unnamed(const machine *m, const sl_answer *orchestrator) {
	static const char file[] = "/run/systemd/container";
	if(says_oci(m->container)) {
		return (sl_answer) { "container-other", "variable container" };
	}
	if(says_oci(first_line(m, file))) {
		return (sl_answer) { "container-other", file };
	}
	if(orchestrator->value) {
		return (sl_answer) { "container-other", orchestrator->how };
	}
	return (sl_answer) { "none", "no trace of a container" };
}

static sl_answer find_container(machine *m, const sl_answer *orchestrator) {
	sl_answer answer = container_by_file(m);
	if(!answer.value && m->container && names_container(m->container)) {
		answer = (sl_answer) { m->container, "variable container" };
	}
	if(!answer.value) {
		answer = container_by_mounts(m);
	}
	if(!answer.value) {
		answer = container_by_kernel(m);
	}
	return answer.value ? answer : container_unnamed(m, orchestrator);
}

/* value is NULL where there is none. A pod may hide each of these traces (a cleaned environment, no service account), so
 * any of them will do. */
static sl_answer find_orchestrator(const machine *m) {
	static const char *const accounts[] = {
		"/var/run/secrets/kubernetes.io/serviceaccount",
		"/run/secrets/kubernetes.io/serviceaccount",
	};
	static const char hosts[] = "/etc/hosts";
	static const char first[] = "# Kubernetes-managed hosts file";
	if(m->kubernetes) {
		return (sl_answer) { "kubernetes", kubernetes_variable };
	}
	for(size_t i = 0; i < sizeof(accounts) / sizeof(accounts[0]); i++) {
		if(is_folder(m, accounts[i])) {
			return (sl_answer) { "kubernetes", accounts[i] };
		}
	}
	if(strncmp(read_text(m, hosts), first, sizeof(first) - 1) == 0) {
		return (sl_answer) { "kubernetes", hosts };
	}
	return (sl_answer) { NULL, NULL };
}

static sl_answer platform_of_container(const machine *m, const sl_answer *container) {
	for(size_t i = 0; i < sizeof(platforms) / sizeof(platforms[0]); i++) {
		if(strcmp(platforms[i].container, container->value) == 0) {
			bool same = strcmp(platforms[i].platform, container->value) == 0;
			const char *how = same ? container->how : sl_format(m->arena, "container %s (%s)", container->value, container->how);
			return (sl_answer) { platforms[i].platform, how };
		}
	}
	return (sl_answer) { NULL, NULL };
}

static sl_answer find_platform(const machine *m, const sl_environment *environment) {
	static const char booted[] = "/run/systemd/system";
	if(strcmp(environment->orchestrator.value, "none") != 0) {
		return environment->orchestrator;
	}
	sl_answer answer = platform_of_container(m, &environment->container);
	if(answer.value) {
		return answer;
	}
	if(is_folder(m, booted)) {
		return (sl_answer) { "systemd", booted };
	}
	return (sl_answer) { "none", "no trace of a container or of systemd" };
}

static bool is_printable(const char *text) {
	for(; *text; text++) {
		if((unsigned char)*text <= ' ' || *text == 127) {
			return false;
		}
	}
	return true;
}

static sl_answer find_hostname(const machine *m) {
	static const char *const files[] = { "/proc/sys/kernel/hostname", "/etc/hostname" };
	for(size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		const char *name = first_line(m, files[i]);
		/* "(none)" is the kernel's word for a name that was never set. */
		if(*name != '\0' && is_printable(name) && strlen(name) <= 255 && strcmp(name, "(none)") != 0) {
			return (sl_answer) { name, files[i] };
		}
	}
	return (sl_answer) { NULL, "neither /proc/sys/kernel/hostname nor /etc/hostname has one" };
}

/* More processors than any kernel supports. */
enum { MAX_PROCESSORS = 65536 };

/* Reads the number of a processor and moves *text behind it; -1 where there is none. */
static long read_processor(const char **text) {
	char *end;
	if(**text < '0' || **text > '9') {
		return -1;
	}
	long number = strtol(*text, &end, 10);
	*text = end;
	return number < MAX_PROCESSORS ? number : -1;
}

/* How many numbers a list such as "0-3,8" has; 0 where it is no such list, in ascending order as the kernel writes it. */
static double count_list(const char *text) {
	long count = 0;
	long last = -1;
	for(;;) {
		long first = read_processor(&text);
		if(first <= last) {
			return 0;
		}
		last = first;
		if(*text == '-') {
			text++;
			last = read_processor(&text);
		}
		if(last < first) {
			return 0;
		}
		count += last - first + 1;
		if(*text != ',') {
			return *text == '\0' ? (double)count : 0;
		}
		text++;
	}
}

/* A number that must be positive; else 0. */
static double positive(const char *text) {
	int64_t value;
	return sl_parse_integer(text, &value) && value > 0 ? (double)value : 0;
}

static limit smaller(limit left, limit right) {
	return left.value <= 0 || (right.value > 0 && right.value < left.value) ? right : left;
}

/* "50000 100000": so many microseconds of processor in each period; "max 100000" is no limit. */
static double read_cpu_max(const machine *m, const char *folder) {
	char *period = first_line(m, sl_format(m->arena, "%s/cpu.max", folder));
	double quota = positive(strsep(&period, " "));
	double length = period ? positive(period) : 0;
	return length > 0 ? quota / length : 0;
}

static double read_cfs_quota(const machine *m, const char *folder) {
	double quota = positive(first_line(m, sl_format(m->arena, "%s/cpu.cfs_quota_us", folder)));
	double period = positive(first_line(m, sl_format(m->arena, "%s/cpu.cfs_period_us", folder)));
	return period > 0 ? quota / period : 0;
}

static double read_memory_max(const machine *m, const char *folder) {
	return positive(first_line(m, sl_format(m->arena, "%s/memory.max", folder)));
}

static double read_memory_limit(const machine *m, const char *folder) {
	double bytes = positive(first_line(m, sl_format(m->arena, "%s/memory.limit_in_bytes", folder)));
	/* Version 1 has no word for "no limit": it shows the largest multiple of a page that fits. */
	return bytes < 0x1p62 ? bytes : 0;
}

/* The limits that a control group sets, in both versions. */
typedef struct control {
	const char *controller;   /* as version 1 names it in the mount's options; of version 2 all are in one hierarchy */
	int version;
	const char *label;
	double (*read)(const machine *m, const char *folder);
} control;

static const control cpu_controls[] = {
	{ "cpu", 2, "cgroup v2 cpu.max", read_cpu_max },
	{ "cpu", 1, "cgroup v1 cpu.cfs_quota_us", read_cfs_quota },
	{ NULL, 0, NULL, NULL },
};

static const control memory_controls[] = {
	{ "memory", 2, "cgroup v2 memory.max", read_memory_max },
	{ "memory", 1, "cgroup v1 memory.limit_in_bytes", read_memory_limit },
	{ NULL, 0, NULL, NULL },
};

/* Where the hierarchies usually are, for systems whose mountinfo does not tell. */
static const mount usual_mounts[] = {
	{ "/", "/sys/fs/cgroup", "cgroup2", "" },
	{ "/", "/sys/fs/cgroup/unified", "cgroup2", "" },
	{ "/", "/sys/fs/cgroup/cpu", "cgroup", "cpu" },
	{ "/", "/sys/fs/cgroup/cpu,cpuacct", "cgroup", "cpu" },
	{ "/", "/sys/fs/cgroup/memory", "cgroup", "memory" },
};

static bool is_hierarchy(const mount *place, const control *what) {
	if(what->version == 2) {
		return strcmp(place->type, "cgroup2") == 0;
	}
	return strcmp(place->type, "cgroup") == 0 && has_word(place->options, what->controller);
}

/* The control group that we are in, from "0::/path" or "4:cpu,cpuacct:/path"; "/" where no line tells. */
static const char *own_group(const machine *m, const control *what) {
	char *rest = sl_strdup(m->arena, m->cgroups);
	char *line;
	while((line = strsep(&rest, "\n"))) {
		const char *number = strsep(&line, ":");
		const char *controllers = strsep(&line, ":");
		if(!line) {
			continue;
		}
		if(what->version == 2 ? strcmp(number, "0") == 0 && *controllers == '\0' : has_word(controllers, what->controller)) {
			return line;
		}
	}
	return "/";
}

/* The group's path below the mount, "" for the mount's own folder. A group outside of what is mounted (a container sees its
 * own group as the mount, and the path as the host names it) leaves only that. */
static char *group_below(const machine *m, const mount *place, const char *group) {
	size_t length = strcmp(place->root, "/") == 0 ? 0 : strlen(place->root);
	bool inside = strncmp(group, place->root, length) == 0 && (group[length] == '/' || group[length] == '\0');
	char *path = sl_strdup(m->arena, inside && !strstr(group, "/..") ? group + length : "");
	size_t end = strlen(path);
	while(end > 0 && path[end - 1] == '/') {
		path[--end] = '\0';
	}
	return path;
}

/* The smallest limit from our group up to the top: each level binds those below it. Levels that we cannot see are skipped. */
static limit walk_up(const machine *m, const control *what, const mount *place) {
	limit lowest = { 0, NULL };
	char *path = group_below(m, place, own_group(m, what));
	for(;;) {
		limit here = { what->read(m, sl_format(m->arena, "%s%s", place->point, path)), NULL };
		if(here.value > 0) {
			here.how = *path ? sl_format(m->arena, "%s of %s", what->label, path) : what->label;
			lowest = smaller(lowest, here);
		}
		char *slash = strrchr(path, '/');
		if(!slash) {
			return lowest;
		}
		*slash = '\0';
	}
}

static limit group_limit(const machine *m, const control *controls) {
	limit lowest = { 0, NULL };
	for(const control *what = controls; what->read; what++) {
		for(size_t i = 0; i < m->mount_count; i++) {
			if(is_hierarchy(&m->mounts[i], what)) {
				lowest = smaller(lowest, walk_up(m, what, &m->mounts[i]));
			}
		}
	}
	return lowest;
}

static bool has_hierarchy(const machine *m) {
	for(size_t i = 0; i < m->mount_count; i++) {
		if(is_hierarchy(&m->mounts[i], &cpu_controls[0]) || strcmp(m->mounts[i].type, "cgroup") == 0) {
			return true;
		}
	}
	return false;
}

/* Only for the limits. */
static void assume_hierarchies(machine *m) {
	m->mount_count = sizeof(usual_mounts) / sizeof(usual_mounts[0]);
	m->mounts = sl_new(m->arena, sizeof(usual_mounts));
	memcpy(m->mounts, usual_mounts, sizeof(usual_mounts));
}

/* Processors that we may run on. The affinity of a process may name some that the machine could get and has not (virtual
 * machines), so those in use are counted as well. */
static limit count_processors(const machine *m) {
	static const char online[] = "/sys/devices/system/cpu/online";
	limit affinity = { count_list(labelled_line(m, "/proc/self/status", "Cpus_allowed_list:")), "affinity (/proc/self/status)" };
	limit all = { count_list(first_line(m, online)), online };
	limit count = smaller(affinity, all);
	return count.value > 0 ? count : (limit) { 1, "assumed, nothing tells" };
}

static limit read_ram(const machine *m) {
	char *text = labelled_line(m, "/proc/meminfo", "MemTotal:");
	char *unit = strstr(text, " kB");
	if(!unit || unit[3] != '\0') {
		return (limit) { 0, NULL };
	}
	*unit = '\0';
	double bytes = positive(text) * 1024;
	return (limit) { bytes < 0x1p62 ? bytes : 0, "RAM (/proc/meminfo)" };
}

/* The tier (its row) that a figure suggests. */
static size_t tier_by_cpus(double cpus) {
	size_t row = 0;
	while(row < TIERS - 1 && cpus < tiers[row].cpus) {
		row++;
	}
	return row;
}

static size_t tier_by_memory(double memory) {
	size_t row = 0;
	while(row < TIERS - 1 && memory < tiers[row].memory) {
		row++;
	}
	return row;
}

static sl_answer find_tier(const machine *m, double cpus, double memory) {
	size_t by_cpus = tier_by_cpus(cpus);
	/* Memory that nobody knows suggests nothing: 0 is the smallest tier, which fits everywhere. */
	size_t by_memory = tier_by_memory(memory);
	const char *known = memory > 0 ? sl_format(m->arena, "%.0f MiB of memory", floor(memory / MIB)) : "unknown memory";
	const char *how = sl_format(m->arena, "%g processor%s: %s, %s: %s",
		cpus, cpus == 1 ? "" : "s", tiers[by_cpus].name, known, tiers[by_memory].name);
	return (sl_answer) { tiers[by_cpus > by_memory ? by_cpus : by_memory].name, how };
}

void sl_environment_find_platform(sl_environment *environment) {
	machine *m = environment->machine;
	if(environment->platform.value) {
		return;
	}
	environment->orchestrator = find_orchestrator(m);
	environment->container = find_container(m, &environment->orchestrator);
	if(!environment->orchestrator.value) {
		environment->orchestrator = (sl_answer) { "none", "no trace of an orchestrator" };
	}
	environment->platform = find_platform(m, environment);
}

void sl_environment_find_hostname(sl_environment *environment) {
	if(!environment->hostname.how) {
		environment->hostname = find_hostname(environment->machine);
	}
}

void sl_environment_find_tier(sl_environment *environment) {
	if(environment->tier.value) {
		return;
	}
	read_mounts(environment->machine);
	machine m = *environment->machine;
	m.cgroups = read_text(&m, "/proc/self/cgroup");
	if(!has_hierarchy(&m)) {
		assume_hierarchies(&m);
	}
	limit cpus = smaller(count_processors(&m), group_limit(&m, cpu_controls));
	limit memory = smaller(read_ram(&m), group_limit(&m, memory_controls));
	environment->cpus = cpus.value;
	environment->cpus_how = cpus.how;
	environment->memory = memory.value;
	environment->memory_how = memory.value > 0 ? memory.how : "neither a control group nor /proc/meminfo tells";
	environment->tier = find_tier(&m, cpus.value, memory.value);
}

static const char *copy_of(sl_arena *arena, const char *text) {
	return text ? sl_strdup(arena, text) : NULL;
}

void sl_environment_begin(sl_arena *arena, const char *sysroot, const sl_variables *variables, sl_environment *environment) {
	machine *m = sl_new(arena, sizeof(*m));
	*m = (machine) { .arena = arena, .root = sl_strdup(arena, sysroot) };
	m->container = copy_of(arena, sl_variables_peek(variables, "container"));
	m->kubernetes = copy_of(arena, sl_variables_peek(variables, kubernetes_variable));
	*environment = (sl_environment) { .machine = m };
}

void sl_environment_find_all(sl_environment *environment) {
	sl_environment_find_platform(environment);
	sl_environment_find_hostname(environment);
	sl_environment_find_tier(environment);
}
