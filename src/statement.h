/* statement.h: what the functions of a layer's environment have in common: their upvalues, and the scope that the file is inside of. */
#ifndef SL_STATEMENT_H
#define SL_STATEMENT_H

#include "stack.h"

/* Upvalues of every function of an environment. */
enum { SL_UP_STACK = 1, SL_UP_ENVIRONMENT, SL_UP_SANDBOX, SL_UP_EXTRA };

/* What they share, a userdata. Its user value is the environment. */
typedef struct sl_sandbox {
	uint32_t file;   /* an index into the stack's files */
	bool reached;    /* the file got something that may have taken hold of the environment, or of a value */
	uint64_t sum;    /* of the environment's raw keys as they were made */
} sl_sandbox;

/* The raw key that holds the name of the scope that the file is inside of, as in Prosody. */
#define SL_CURRENT "__currenthost"

/* The pseudo-index of the stack object, what the functions share, the file and its path, from within such a function. */
int sl_up_stack(void);
sl_sandbox *sl_up_sandbox(lua_State *L);
uint32_t sl_up_file(lua_State *L);
const char *sl_up_path(lua_State *L);

/* Pushes a function with the running one's upvalues, and `extra` more from the top of the stack, which are popped. */
void sl_push_statement(lua_State *L, lua_CFunction function, int extra);

/* The file (an index into the stack's files) has set what the slot holds, in this line: until the running layer ends, sl_marked_line() tells which it
 * was last, or -1 where the file has not. */
void sl_mark_set(lua_State *L, int ud, uint32_t file, uint32_t slot, uint32_t line);
lua_Integer sl_marked_line(lua_State *L, int ud, uint32_t file, uint32_t slot);
void sl_forget_marks(lua_State *L, int ud);

/* The scope that the file is inside of. */
uint32_t sl_current_scope(lua_State *L);

/* Pops the name of the scope that the file is now in. */
void sl_set_current(lua_State *L);

/* Back to the global scope. */
void sl_leave_scope(lua_State *L);

/* In the message of an error about a host and a component of one name, which a layer may catch. */
#define SL_CLASHES "clashes with previously defined"

/* VirtualHost "name" and Component "name": host_statements.c */
int sl_virtual_host(lua_State *L);
int sl_component(lua_State *L);

/* Include, RunScript, and what Prosody 13 reads files with: file_statements.c */
int sl_include(lua_State *L);
int sl_run_script(lua_State *L);
int sl_file_contents(lua_State *L);
int sl_file_line(lua_State *L);
int sl_file_lines(lua_State *L);
int sl_credential(lua_State *L);

#endif
