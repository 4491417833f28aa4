/* A library to preload: folders list their entries in another order than the file system does, by the seed in SHUFFLE.
 * It shows that nothing depends on that order. A folder must be read to its end, as every honest reader does. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FOLDERS = 64 };

static struct folder {
	DIR *handle;
	struct dirent *entries;
	size_t count;
	size_t room;
	size_t at;
} folders[MAX_FOLDERS];

static void shuffle(struct folder *folder) {
	const char *seed = getenv("SHUFFLE");
	unsigned long state = strtoul(seed ? seed : "1", NULL, 10);
	for(size_t left = folder->count; left > 1; left--) {
		state = state * 6364136223846793005UL + 1442695040888963407UL;
		size_t other = (state >> 33) % left;
		struct dirent swapped = folder->entries[other];
		folder->entries[other] = folder->entries[left - 1];
		folder->entries[left - 1] = swapped;
	}
}

static struct folder *find_folder(const DIR *handle) {
	size_t index = 0;
	while(index < MAX_FOLDERS && folders[index].handle != handle) {
		index++;
	}
	return index < MAX_FOLDERS ? &folders[index] : NULL;
}

static void read_folder(struct folder *folder, DIR *handle) {
	struct dirent *(*real)(DIR *);
	void *symbol = dlsym(RTLD_NEXT, "readdir");
	memcpy(&real, &symbol, sizeof(real));
	folder->handle = handle;
	for(const struct dirent *entry = real(handle); entry; entry = real(handle)) {
		if(folder->count == folder->room) {
			folder->room = folder->room ? folder->room * 2 : 64;
			struct dirent *grown = realloc(folder->entries, folder->room * sizeof(*grown));
			if(!grown) {
				abort();
			}
			folder->entries = grown;
		}
		memcpy(&folder->entries[folder->count++], entry, entry->d_reclen);
	}
	shuffle(folder);
}

/* Under a name of our own, because the system's header names readdir's parameter with a reserved word. */
struct dirent *shuffled_readdir(DIR *handle) __asm__("readdir");

struct dirent *shuffled_readdir(DIR *handle) {
	static struct dirent last;
	struct folder *folder = find_folder(handle);
	if(!folder) {
		folder = find_folder(NULL);
		read_folder(folder, handle);
	}
	if(folder->at < folder->count) {
		last = folder->entries[folder->at++];
		return &last;
	}
	free(folder->entries);
	memset(folder, 0, sizeof(*folder));
	return NULL;
}
