/* kept.h: what was read of the layers' files, kept from one load to the next: data as it was read, of other files the compiled chunk. A file whose
 * identity is as before is not read again. */
#ifndef SL_KEPT_H
#define SL_KEPT_H

#include "identity.h"
#include "stack.h"

/* A userdata. Behind it, in the same memory, stand the text and the path, which data has only where it matters. Its user values, which data has not,
 * are the compiled chunk as Lua's binary (compile.h), and what it said as the text of a data file (draft.h). There are as many as hosts, so it is
 * small. */
enum { SL_KEPT_CHUNK = 1, SL_KEPT_SAID };

typedef struct sl_kept {
	sl_identity identity;
	uint32_t length;             /* of the text, which has a zero byte behind it */
	uint32_t confined;           /* the length of the folder, at the head of its path, that it was seen to be in (inside.h); 0: nobody looked */
	uint32_t load;               /* the last that came upon it in the table that loads share */
	bool settled;                /* its times tell whether it has changed since it was read (identity.h) */
	bool data;                   /* else it is a chunk */
	bool placed;                 /* it serves only the path that it has; else any that the file has */
} sl_kept;

/* Pushes what an earlier load kept of the file, and returns it; pushes nothing and returns NULL where there is none that can be trusted. */
sl_kept *sl_push_kept(lua_State *L, const char *path, const sl_identity *identity);

/* Makes and pushes one with a copy of the text: data, whose path, NULL else, matters where it is confined; or what will be a chunk, which bears
 * it. */
sl_kept *sl_new_kept(lua_State *L, const char *path, const sl_identity *identity, bool settled, const char *text, size_t length, bool data);

char *sl_kept_text(sl_kept *kept);

/* The stack object is about to keep some so many files. While they are those that the last load kept it shares that one's table. */
void sl_begin_keeping(lua_State *L, int ud, int room);

/* Keeps the one at the top of the stack (which stays there) for the stack object's life. */
void sl_keep_file(lua_State *L, int ud);

/* From now on loads find what this stack keeps, and nothing else. */
void sl_hand_on_kept(lua_State *L, int ud);

/* Does any load before this one keep anything? */
bool sl_has_kept(lua_State *L);

/* What the loads of this Lua state remember of the tree; it lasts at least as long as the stack object. */
sl_recall *sl_use_recall(lua_State *L, int ud);

#endif
