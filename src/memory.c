#include "memory.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct sl_block {
	sl_block *next;
	size_t size;   /* of the whole block, header included: the allocator wants it back */
	size_t used;
	max_align_t data[];
};

/* Nothing that structures are made of is larger, nor must it begin at more. */
enum { GRAIN = sizeof(long long) };

/* Most requests are names and paths; one block holds a few hundred of them. Under sanitizers each request gets a block, whose end they
 * guard. */
#ifndef SL_BLOCK_SIZE
#define SL_BLOCK_SIZE (16UL * 1024)
#endif

/* What is only passing comes in larger and larger blocks, those from this size on from the system: a small tree has none of them. */
static const size_t many_blocks = 16;
static const size_t large = 256UL * 1024;

void sl_arena_init(sl_arena *arena, sl_alloc alloc, void *ud) {
	*arena = (sl_arena) { .alloc = alloc, .ud = ud, .held_fd = -1 };
}

void sl_arena_pass(sl_arena *arena) {
	arena->passing = true;
}

static bool is_mapped(const sl_arena *arena, size_t size) {
	return arena->passing && size >= large;
}

static sl_block *request(const sl_arena *arena, size_t size) {
	if(!is_mapped(arena, size)) {
		return arena->alloc(arena->ud, NULL, 0, size);
	}
	void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return pages == MAP_FAILED ? NULL : pages;
}

static void release(const sl_arena *arena, sl_block *block) {
	if(is_mapped(arena, block->size)) {
		munmap(block, block->size);
	} else {
		arena->alloc(arena->ud, block, block->size, 0);
	}
}

static void release_held(sl_arena *arena) {
	if(arena->held_dir) {
		closedir(arena->held_dir);
		arena->held_dir = NULL;
	}
	if(arena->held_fd >= 0) {
		close(arena->held_fd);
		arena->held_fd = -1;
	}
}

void sl_arena_free(sl_arena *arena) {
	release_held(arena);
	while(arena->blocks) {
		sl_block *block = arena->blocks;
		arena->blocks = block->next;
		release(arena, block);
	}
}

sl_status sl_protect(sl_arena *arena, void (*step)(void *context), void *context) {
	jmp_buf here;
	jmp_buf *outer = arena->escape;
	sl_status status = SL_OK;
	if(setjmp(here) == 0) {
		arena->escape = &here;
		step(context);
	} else {
		release_held(arena);
		status = SL_NOMEM;
	}
	arena->escape = outer;
	return status;
}

static void fail(sl_arena *arena) {
	longjmp(*arena->escape, 1);
}

static sl_block *new_block(sl_arena *arena, size_t room) {
	size_t size = sizeof(sl_block) + room;
	sl_block *block = size > room ? request(arena, size) : NULL;
	if(!block) {
		fail(arena);
	}
	block->size = size;
	block->used = 0;
	block->next = arena->blocks;
	arena->blocks = block;
	return block;
}

/* The room of the next block, if one request needs no more. */
static size_t usual_room(const sl_arena *arena) {
	size_t room = arena->passing && arena->blocks ? arena->blocks->size * 2 : SL_BLOCK_SIZE;
	return room < SL_BLOCK_SIZE * many_blocks ? room : SL_BLOCK_SIZE * many_blocks;
}

/* So many bytes, behind as few as `grain` (a power of two) asks for. */
static void *take(sl_arena *arena, size_t size, size_t grain) {
	sl_block *block = arena->blocks;
	size_t start = block ? (block->used + grain - 1) & ~(grain - 1) : 0;
	if(!block || start > block->size - sizeof(sl_block) || size > block->size - sizeof(sl_block) - start) {
		size_t usual = usual_room(arena);
		block = new_block(arena, size < usual ? usual : size);
		start = 0;
	}
	block->used = start + size;
	return (char *)block->data + start;
}

void *sl_new(sl_arena *arena, size_t size) {
	return memset(take(arena, size, GRAIN), 0, size);
}

void *sl_new_apart(sl_arena *arena, size_t size) {
	sl_block *block = new_block(arena, size);
	block->used = size;
	return memset(block->data, 0, size);
}

void sl_arena_drop(sl_arena *arena, const void *apart) {
	sl_block **place = &arena->blocks;
	while((const void *)(*place)->data != apart) {
		place = &(*place)->next;
	}
	sl_block *block = *place;
	*place = block->next;
	release(arena, block);
}

void *sl_grow(sl_arena *arena, void *array, size_t count, size_t *capacity, size_t size) {
	if(count < *capacity) {
		return array;
	}
	size_t wanted = *capacity ? *capacity * 2 : 8;
	if(wanted > SIZE_MAX / size) {
		fail(arena);
	}
	void *grown = sl_new(arena, wanted * size);
	if(count) {
		memcpy(grown, array, count * size);
	}
	*capacity = wanted;
	return grown;
}

/* Texts stand right behind each other: names and paths are most of what lasts. */
static char *new_text(sl_arena *arena, size_t length) {
	if(length == SIZE_MAX) {
		fail(arena);
	}
	char *text = take(arena, length + 1, 1);
	text[length] = '\0';
	return text;
}

char *sl_strndup(sl_arena *arena, const char *text, size_t length) {
	char *copy = new_text(arena, length);
	if(length) {
		memcpy(copy, text, length);
	}
	return copy;
}

char *sl_strdup(sl_arena *arena, const char *text) {
	return sl_strndup(arena, text, strlen(text));
}

char *sl_join_path(sl_arena *arena, const char *folder, const char *name, size_t length) {
	size_t before = strlen(folder);
	char *path = new_text(arena, before + 1 + length);
	memcpy(path, folder, before + 1);
	path[before] = '/';
	memcpy(path + before + 1, name, length);
	return path;
}

char *sl_format(sl_arena *arena, const char *format, ...) {
	va_list list;
	va_start(list, format);
	int length = vsnprintf(NULL, 0, format, list);
	va_end(list);
	size_t room = length < 0 ? 0 : (size_t)length;
	char *text = new_text(arena, room);
	va_start(list, format);
	(void)vsnprintf(text, room + 1, format, list);
	va_end(list);
	return text;
}
