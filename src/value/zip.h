/* Zip archives, read: PKWARE's APPNOTE 6.3, files stored or deflated; no
 * encryption, no archives over several disks, no Zip64.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_ZIP_H
#define HOP_VALUE_ZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

struct hop_zip {
    const uint8_t *data; /* borrowed: the whole archive */
    size_t n, at;        /* at: of the next entry in the directory */
    uint32_t left;       /* entries that hop_zip_next has not told */
};

struct hop_zip_entry {
    char *name; /* the caller's: with / between folders, ends in / for one */
    uint16_t method;
    uint32_t crc, packed, size;
    const uint8_t *bytes; /* borrowed: as they lie in the archive */
};

/* Finds the directory at the archive's end. */
HOP_MUST_CHECK bool hop_zip_open(struct hop_zip *z, const void *data, size_t n,
                                 struct hop_error *err);
/* The next entry; its name is NULL after the last. */
HOP_MUST_CHECK bool hop_zip_next(struct hop_zip *z, struct hop_zip_entry *e,
                                 struct hop_error *err);
/* Appends what the entry holds; its length and checksum are checked. */
HOP_MUST_CHECK bool hop_zip_read(const struct hop_zip_entry *e,
                                 struct hop_buf *out, struct hop_error *err);
/* Does the name stay inside the folder it is unpacked in? */
bool hop_zip_is_inside(const char *name);

#endif
