/* What hop and its helper hop-smb say to each other over a socket pair: a
 * header of fixed size, then `size` bytes.  Both are of the same build and on
 * the same machine, so numbers stand as the processor has them; each side
 * limits what it reads.
 *
 * A request is answered by one reply, LIST by one for each part of the listing
 * (value 1: more follow).  A reply with error != 0 has words for users, or
 * nothing, as its bytes.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_SMB_MESSAGE_H
#define HOP_SMB_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* The most bytes of a message, and of file content within one. */
#define SMB_MESSAGE_MAX (9u << 20)
#define SMB_CHUNK       (4u << 20)

enum smb_op {
    SMB_CONNECT,    /* server, share, user, domain, password: five texts */
    SMB_STAT,       /* path -> struct smb_entry */
    SMB_LIST,       /* path -> entries, each with its name behind it */
    SMB_OPEN,       /* path; value: enum smb_open -> value: handle */
    SMB_READ,       /* handle, value: how many bytes -> bytes */
    SMB_WRITE,      /* handle, bytes */
    SMB_CLOSE,      /* handle */
    SMB_MKDIR,      /* path */
    SMB_RMDIR,      /* path */
    SMB_UNLINK,     /* path */
    SMB_RENAME,     /* path, path */
    SMB_TIMES,      /* path; bytes: struct smb_times */
    SMB_ATTRIBUTES, /* path; value: the attributes */
    SMB_SPACE,      /* path -> struct smb_space */
    SMB_OPS
};

enum smb_open {
    SMB_OPEN_READ,
    SMB_OPEN_WRITE,  /* made or emptied */
    SMB_OPEN_APPEND, /* made if it is not there; writes go to its end */
    SMB_OPEN_NEW,    /* fails when it is there */
};

/* Why a reply has an error, where errno cannot tell. */
enum smb_reason {
    SMB_REASON_NONE,
    SMB_REASON_HOST,       /* the name is unknown */
    SMB_REASON_UNREACHED,  /* no answer, or refused */
    SMB_REASON_CREDENTIAL, /* none to show; the words say why */
    SMB_REASON_LOGON,      /* the server does not take it */
    SMB_REASON_SHARE,      /* no share of that name */
};

struct smb_header {
    uint32_t size;   /* bytes behind the header */
    uint32_t op;     /* enum smb_op, in requests */
    int32_t error;   /* errno, in replies */
    uint32_t reason; /* enum smb_reason, in replies */
    uint32_t handle;
    uint32_t value;
};

/* [MS-FSCC] 2.6 */
#define SMB_ATTRIBUTE_READONLY  0x1u
#define SMB_ATTRIBUTE_HIDDEN    0x2u
#define SMB_ATTRIBUTE_SYSTEM    0x4u
#define SMB_ATTRIBUTE_DIRECTORY 0x10u
#define SMB_ATTRIBUTE_ARCHIVE   0x20u
#define SMB_ATTRIBUTE_NORMAL    0x80u

struct smb_time {
    int64_t seconds; /* Unix */
    int64_t nanoseconds;
};

struct smb_entry {
    uint64_t size;
    struct smb_time created, accessed, written;
    uint32_t attributes;
    uint32_t name; /* length of the name behind it, in listings */
};

struct smb_times {
    struct smb_time accessed, written; /* nanoseconds < 0: as it is */
};

struct smb_space {
    uint64_t total, available; /* bytes */
};

/* Sends the header and its bytes (head->size of them, may be NULL for none);
 * false with errno when the other side is gone. */
bool smb_send(int fd, const struct smb_header *head, const void *bytes);
/* Receives a header and puts its bytes into an empty buffer; deadline_ms < 0:
 * no limit.  False with errno: ETIMEDOUT, EPROTO for a message over the limit,
 * ECONNRESET at the end. */
bool smb_receive(int fd, int timeout_ms, struct smb_header *head,
                 struct hop_buf *bytes);

/* The i-th NUL-terminated text of the bytes; NULL when there is none. */
const char *smb_text_at(const struct hop_buf *bytes, size_t i);

#endif
