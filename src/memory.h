/* memory.h: one arena for all that a load allocates outside Lua.
 *
 * The steps that know no Lua (environment, dotenv, variables, literal, discover) allocate here and never check for
 * failure: a request that cannot be met ends the step, sl_protect() returns SL_NOMEM, and whatever the step held
 * open is closed. Hardly anything is freed one by one; sl_arena_free() takes it all back.
 */
#ifndef SL_MEMORY_H
#define SL_MEMORY_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>

/* The shape of lua_Alloc, so that Lua's own allocator can be handed in. */
typedef void *(*sl_alloc)(void *ud, void *block, size_t old_size, size_t new_size);

typedef enum sl_status { SL_OK = 0, SL_NOMEM } sl_status;

typedef struct sl_block sl_block;

typedef struct sl_arena {
	sl_alloc alloc;
	void *ud;
	sl_block *blocks;   /* newest first */
	bool passing;       /* much of it is needed for a moment only */
	jmp_buf *escape;    /* where a failed request ends; NULL outside sl_protect */
	int held_fd;        /* descriptor that the running step has open, or -1 */
	void *held_dir;     /* DIR * that the running step has open, or NULL */
} sl_arena;

void sl_arena_init(sl_arena *arena, sl_alloc alloc, void *ud);

/* From now on large blocks are the system's own pages, which it has back once they are free: what is allocated beside them stays close together.
 * Only before the first request. */
void sl_arena_pass(sl_arena *arena);

/* Frees every block. The arena is empty and usable afterwards; calling it twice is harmless. */
void sl_arena_free(sl_arena *arena);

/* Runs step(context); every sl_new below it either succeeds or ends the step with SL_NOMEM. */
sl_status sl_protect(sl_arena *arena, void (*step)(void *context), void *context);

/* Zeroed memory, aligned for pointers, numbers and what is made of them. Only below sl_protect. */
void *sl_new(sl_arena *arena, size_t size);

/* The same in a block of its own, which sl_arena_drop() frees before the rest. */
void *sl_new_apart(sl_arena *arena, size_t size);
void sl_arena_drop(sl_arena *arena, const void *apart);

/* Grows an array of `count` elements of `size` bytes so that one more fits; returns the (possibly moved) array.
 * *capacity is updated. Old arrays stay in the arena until it is freed. */
void *sl_grow(sl_arena *arena, void *array, size_t count, size_t *capacity, size_t size);

char *sl_strndup(sl_arena *arena, const char *text, size_t length);
char *sl_strdup(sl_arena *arena, const char *text);

/* The two with a slash between them; of the name so many bytes. */
char *sl_join_path(sl_arena *arena, const char *folder, const char *name, size_t length);

/* printf into the arena. */
char *sl_format(sl_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
