#include "acl.h"

#include <sys/types.h>
#include <sys/xattr.h>

/* The attribute: a version, then entries of a tag, rights and an id, all little-endian (linux/posix_acl_xattr.h). */
enum { VERSION = 2, HEAD = 4, ENTRY = 8 };
enum { TAG_OWNER = 0x01, TAG_USER = 0x02, TAG_OWN_GROUP = 0x04, TAG_GROUP = 0x08, TAG_MASK = 0x10 };

static unsigned number_at(const sl_acl *acl, size_t at, unsigned bytes) {
	unsigned number = 0;
	for(unsigned i = bytes; i > 0; i--) {
		number = number << 8 | acl->bytes[at + i - 1];
	}
	return number;
}

bool sl_acl_of(const char *path, sl_acl *acl) {
	ssize_t size = getxattr(path, "system.posix_acl_access", acl->bytes, sizeof(acl->bytes));
	acl->size = size > 0 ? (size_t)size : 0;
	return acl->size >= HEAD && number_at(acl, 0, 4) == VERSION;
}

static unsigned mask_of(const sl_acl *acl) {
	for(size_t at = HEAD; at + ENTRY <= acl->size; at += ENTRY) {
		if(number_at(acl, at, 2) == TAG_MASK) {
			return number_at(acl, at + 2, 2);
		}
	}
	return ~0U;
}

static sl_acl_kind kind_of(unsigned tag) {
	switch(tag) {
	case TAG_OWNER:
		return SL_ACL_OWNER;
	case TAG_USER:
		return SL_ACL_USER;
	case TAG_OWN_GROUP:
		return SL_ACL_OWN_GROUP;
	case TAG_GROUP:
		return SL_ACL_GROUP;
	default:
		return SL_ACL_OTHERS;
	}
}

bool sl_acl_next(const sl_acl *acl, size_t *at, sl_acl_entry *entry) {
	size_t place = HEAD + *at * ENTRY;
	if(place + ENTRY <= acl->size && number_at(acl, place, 2) == TAG_MASK) {
		++*at;
		place += ENTRY;
	}
	if(place + ENTRY > acl->size) {
		return false;
	}
	sl_acl_kind kind = kind_of(number_at(acl, place, 2));
	unsigned rights = number_at(acl, place + 2, 2);
	bool masked = kind == SL_ACL_USER || kind == SL_ACL_OWN_GROUP || kind == SL_ACL_GROUP;
	*entry = (sl_acl_entry) { .kind = kind, .id = number_at(acl, place + 4, 4), .rights = masked ? rights & mask_of(acl) : rights };
	++*at;
	return true;
}
