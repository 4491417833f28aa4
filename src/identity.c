#include "identity.h"

enum { GRAIN = 2 };   /* seconds: FAT's, the coarsest in use */

sl_identity sl_identify(const struct stat *info) {
	return (sl_identity) {
		.device = info->st_dev, .inode = info->st_ino, .size = info->st_size,
		.modified = info->st_mtim.tv_sec, .modified_fraction = (uint32_t)info->st_mtim.tv_nsec,
		.changed = info->st_ctim.tv_sec, .changed_fraction = (uint32_t)info->st_ctim.tv_nsec,
		.mode = info->st_mode, .owner = info->st_uid, .group = info->st_gid
	};
}

static bool same_time(time_t left, uint32_t left_fraction, time_t right, uint32_t right_fraction) {
	return left == right && left_fraction == right_fraction;
}

bool sl_same_identity(const sl_identity *left, const sl_identity *right) {
	return left->device == right->device && left->inode == right->inode && left->size == right->size
		&& same_time(left->modified, left->modified_fraction, right->modified, right->modified_fraction)
		&& same_time(left->changed, left->changed_fraction, right->changed, right->changed_fraction);
}

static bool is_before(time_t time, uint32_t fraction, const struct timespec *read_at) {
	time_t limit = read_at->tv_sec - GRAIN;
	return time < limit || (time == limit && fraction < read_at->tv_nsec);
}

bool sl_is_settled(const sl_identity *identity, const struct timespec *read_at) {
	return is_before(identity->modified, identity->modified_fraction, read_at) && is_before(identity->changed, identity->changed_fraction, read_at);
}
