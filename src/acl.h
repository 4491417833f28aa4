/* acl.h: a file's POSIX access control list, as Linux keeps it in an attribute of the file. No Lua in here. */
#ifndef SL_ACL_H
#define SL_ACL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SL_ACL_SIZE = 65536 }; /* no attribute is larger */

typedef struct sl_acl {
	unsigned char bytes[SL_ACL_SIZE];
	size_t size;
} sl_acl;

typedef enum sl_acl_kind { SL_ACL_OWNER, SL_ACL_USER, SL_ACL_OWN_GROUP, SL_ACL_GROUP, SL_ACL_OTHERS } sl_acl_kind;

enum { SL_ACL_ENTER = 1, SL_ACL_WRITE = 2, SL_ACL_READ = 4 };

typedef struct sl_acl_entry {
	sl_acl_kind kind;
	uint32_t id;     /* of a user or group that is named */
	unsigned rights; /* of SL_ACL_READ and the like: what is left of them behind the list's mask */
} sl_acl_entry;

/* Reads the list of what the path leads to. False: there is none, so that the file's mode says all. While there is one, the mode's rights of the
 * group are those of the list's mask. */
bool sl_acl_of(const char *path, sl_acl *acl);

/* Steps through the entries, from *at = 0 on. False behind the last. */
bool sl_acl_next(const sl_acl *acl, size_t *at, sl_acl_entry *entry);

#endif
