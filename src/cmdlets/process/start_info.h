/* System.Diagnostics.ProcessStartInfo, and starting what it says.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_PROCESS_START_INFO_H
#define HOP_CMDLETS_PROCESS_START_INFO_H

#include <sys/types.h>

#include "cmdlets/record.h"
#include "engine/runspace.h"

enum hop_start_slot {
    HOP_START_ARGUMENTS,
    HOP_START_LIST, /* Collection[string] */
    HOP_START_NO_WINDOW,
    HOP_START_ENVIRONMENT, /* dictionary, made when first asked for */
    HOP_START_INPUT,
    HOP_START_OUTPUT,
    HOP_START_ERROR,
    HOP_START_FILE,
    HOP_START_DIRECTORY,
    HOP_START_SHELL,
    HOP_START_VERB,
    HOP_START_USER,
    HOP_START_DOMAIN,
    HOP_START_DIALOG,
    HOP_START_PROFILE,
    HOP_START_WINDOW,
    HOP_START_ENCODING, /* of output, then error, then input */
    HOP_START_ERROR_ENCODING,
    HOP_START_INPUT_ENCODING,
    HOP_START_GROUP,
    HOP_START_SLOTS
};

extern const struct hop_class hop_class_process_start_info;

struct hop_record *hop_start_info_new(struct hop_context *cx, const char *file,
                                      const char *arguments);
/* The start info in v, or NULL. */
struct hop_record *hop_start_info_of(struct hop_value v);
/* The environment's dictionary; borrowed. */
struct hop_dict *hop_start_environment(struct hop_context *cx,
                                       struct hop_record *info);

/* The program of that name (without a slash) in PATH, owned; NULL: none. */
char *hop_program_in_path(const char *name);

/* A program just started; descriptors are -1 unless they were redirected. */
struct hop_started {
    pid_t pid;
    int in, out, err; /* the shell's ends of the pipes */
};
/* files: descriptors to use for 0, 1 and 2 instead (borrowed, -1: none), or
 * NULL.  False: a Win32Exception is pending that says why. */
HOP_MUST_CHECK bool hop_start_process(struct hop_runspace *rs,
                                      struct hop_record *info,
                                      const int files[3],
                                      struct hop_started *out);

#endif
