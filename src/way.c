#include "way.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

enum { MOST_LINKS = 40 }; /* as many as Linux follows */

typedef struct walk {
	char here[PATH_MAX];     /* where it is, without links; "" for / */
	char rest[2 * PATH_MAX]; /* what is still to go, from `at` on */
	size_t at;
	unsigned links;
	sl_passed passed;
	void *context;
} walk;

/* Puts a link's target before the rest; false where that is too long, or there are too many. */
static bool follow(walk *w, const char *link) {
	char target[PATH_MAX], left[sizeof(w->rest)];
	ssize_t length = readlink(link, target, sizeof(target) - 1);
	size_t rest = strlen(w->rest + w->at);
	if(length <= 0 || ++w->links > MOST_LINKS || (size_t)length + rest + 2 > sizeof(w->rest)) {
		return false;
	}
	memcpy(left, w->rest + w->at, rest + 1);
	memcpy(w->rest, target, (size_t)length);
	w->rest[length] = '/';
	memcpy(w->rest + length + 1, left, rest + 1);
	w->at = 0;
	if(target[0] == '/') {
		w->here[0] = '\0';
	}
	return true;
}

/* Takes the next name from the rest and appends it to where it is. Returns its length there, 0 where there is nothing to go to. */
static size_t take_name(walk *w) {
	w->at += strspn(w->rest + w->at, "/");
	size_t length = strcspn(w->rest + w->at, "/");
	size_t before = strlen(w->here);
	if(length == 0 || before + length + 2 > sizeof(w->here)) {
		return 0;
	}
	w->here[before] = '/';
	memcpy(w->here + before + 1, w->rest + w->at, length);
	w->here[before + 1 + length] = '\0';
	w->at += length;
	return length;
}

/* Goes back from "/a/b/.." or "/a/b/." to where that is. */
static void go_back(walk *w, bool up) {
	*strrchr(w->here, '/') = '\0';
	char *last = up ? strrchr(w->here, '/') : NULL;
	if(last) {
		*last = '\0';
	}
}

/* One name further; false where the way ends. */
static bool step(walk *w) {
	struct stat info;
	size_t length = take_name(w);
	const char *name = w->here + strlen(w->here) - length;
	if(length == 0) {
		return false;
	}
	if(strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
		go_back(w, name[1] == '.');
		return true;
	}
	if(lstat(w->here, &info) != 0) {
		return false;
	}
	w->passed(w->context, w->here, &info);
	if(S_ISLNK(info.st_mode)) {
		char link[PATH_MAX];
		memcpy(link, w->here, strlen(w->here) + 1);
		go_back(w, false);
		return follow(w, link);
	}
	return true;
}

void sl_go_way(const char *path, sl_passed passed, void *context) {
	walk w = { .passed = passed, .context = context };
	struct stat info;
	size_t length = strlen(path);
	if(path[0] != '/' || length >= PATH_MAX || stat("/", &info) != 0) {
		return;
	}
	passed(context, "/", &info);
	memcpy(w.rest, path, length + 1);
	while(step(&w)) {
	}
}
