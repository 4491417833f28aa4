/* common.h: what the fuzz targets share. Each of them is one file here, with seeds in seeds/TARGET/ and perhaps words in
 * dictionaries/TARGET; what once failed stays in crashes/TARGET/. `make fuzz` builds and runs them. */
#ifndef SL_FUZZ_COMMON_H
#define SL_FUZZ_COMMON_H

#include <lauxlib.h>
#include <lua.h>
#include <stdint.h>

#include "memory.h"

/* What libFuzzer calls. A target has the second one, and the first where it needs it. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Lua's kind of allocator, which counts what it has given and may run dry. */
typedef struct sl_fuzz_memory {
	size_t given;    /* bytes that are in use */
	size_t most;     /* so many it gives */
	size_t requests; /* so many new ones it still grants */
} sl_fuzz_memory;

void *sl_fuzz_allocate(void *memory, void *block, size_t old_size, size_t new_size);

/* Ends the run, which keeps the input, where the condition does not hold. */
void sl_fuzz_require(bool condition, const char *what);
#define require(condition) sl_fuzz_require((condition), #condition)

/* What a step gets. The text is an exact copy of the input, so that one byte too far is seen. */
typedef struct sl_fuzz_input {
	sl_arena *arena;
	const char *text;
	size_t length;
} sl_fuzz_input;

/* Runs step(input) in an arena that gets so many blocks of memory. Nothing may be left afterwards. */
sl_status sl_fuzz_in_arena(const uint8_t *data, size_t size, size_t blocks, void (*step)(void *input));

/* Calls the function with a fresh Lua state that has the libraries; no memory and no descriptor may be left afterwards, and it must not
 * raise. */
void sl_fuzz_in_lua(lua_CFunction function, void *argument);

/* Are the values the same to the last bit, integers and floats told apart? Of plain tables all that is in them. */
bool sl_fuzz_same(lua_State *L, int left, int right);

/* The next of zero-terminated texts into which the input is cut at line feeds; "" at the end. */
char *sl_fuzz_line(char **rest);

#endif
