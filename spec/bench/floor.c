/* The least that reading files can cost: list their folders and stat them; also read them; also compile them.
 *
 *   floor LIST      LIST names a folder (with a slash at its end) or a file in each line
 *
 * Prints one line of JSON: seconds of each of the three, wall and processor.
 */
#include <lauxlib.h>
#include <lua.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LIST, READ, COMPILE, LEVELS };

typedef struct reader {
	lua_State *L;
	char *text;
	size_t room;
} reader;

static void fail(const char *what, const char *path) {
	(void)fprintf(stderr, "floor: %s: %s\n", path, what);
	exit(1);
}

static double seconds(clockid_t clock) {
	struct timespec now;
	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void list_folder(const char *path) {
	DIR *folder = opendir(path);
	if(!folder) {
		fail("cannot be listed", path);
	}
	while(readdir(folder)) {
	}
	closedir(folder);
}

static size_t read_file(reader *r, const char *path, size_t size) {
	if(size > r->room) {
		r->room = size;
		free(r->text);
		r->text = malloc(size);
	}
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = file >= 0 && r->text ? read(file, r->text, size) : -1;
	if(got < 0 || (size_t)got != size) {
		fail("cannot be read", path);
	}
	close(file);
	return size;
}

static void handle_file(reader *r, const char *path, int level) {
	struct stat info;
	if(stat(path, &info) != 0) {
		fail("is not there", path);
	}
	if(level >= READ && info.st_size > 0) {
		size_t length = read_file(r, path, (size_t)info.st_size);
		if(level >= COMPILE) {
			if(luaL_loadbuffer(r->L, r->text, length, path) != LUA_OK) {
				fail(lua_tostring(r->L, -1), path);
			}
			lua_pop(r->L, 1);
		}
	}
}

static void handle(reader *r, char *lines, int level) {
	for(char *line = lines; *line; line += strlen(line) + 1) {
		if(line[strlen(line) - 1] == '/') {
			list_folder(line);
		} else {
			handle_file(r, line, level);
		}
	}
}

/* The list's lines, each ended by NUL, and one NUL more. */
static char *read_list(reader *r, const char *path) {
	struct stat info;
	if(stat(path, &info) != 0) {
		fail("is not there", path);
	}
	size_t length = read_file(r, path, (size_t)info.st_size);
	char *lines = calloc(length + 1, 1);
	if(!lines) {
		fail("not enough memory", path);
	}
	memcpy(lines, r->text, length);
	for(size_t i = 0; i < length; i++) {
		if(lines[i] == '\n') {
			lines[i] = '\0';
		}
	}
	return lines;
}

int main(int argc, char **argv) {
	static const char *const names[LEVELS] = { "list", "read", "compile" };
	if(argc != 2) {
		(void)fprintf(stderr, "usage: floor LIST\n");
		return 2;
	}
	reader r = { .L = luaL_newstate() };
	char *lines = read_list(&r, argv[1]);
	for(int level = LIST; level < LEVELS; level++) {
		double wall = seconds(CLOCK_MONOTONIC);
		double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
		handle(&r, lines, level);
		cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
		wall = seconds(CLOCK_MONOTONIC) - wall;
		(void)printf("%s\"%s\": { \"wall\": %.9f, \"cpu\": %.9f }", level == LIST ? "{ " : ", ", names[level], wall, cpu);
	}
	(void)printf(" }\n");
	free(lines);
	free(r.text);
	lua_close(r.L);
	return 0;
}
