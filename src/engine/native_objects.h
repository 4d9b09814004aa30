/* Objects to and from shells that run as programs: `hop -Command { } -args 1`.
 *
 * A program with a script block among its arguments is a shell: it gets the
 * block and its arguments encoded, and pipeline input as CLIXML.  Output that
 * starts with the line #< CLIXML is read as objects, from any program.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_ENGINE_NATIVE_OBJECTS_H
#define HOP_ENGINE_NATIVE_OBJECTS_H

#include "engine/engine.h"

#define NATIVE_OBJECTS_HEAD "#< CLIXML"

bool native_is_shell(const struct hop_command *c);
/* argv, for native_arguments_free; text_output: its output is shown, not read.
 * NULL: an exception is pending. */
char **native_shell_arguments(struct hop_command *c, bool text_output);
/* The document of a program's input, as it grows: objects are added, b taken
 * from the front. */
struct native_input;
struct native_input *native_input_new(struct hop_command *c);
struct hop_buf *native_input_add(struct native_input *i, struct hop_value v);
struct hop_buf *native_input_end(struct native_input *i);
void native_input_free(struct native_input *i);
/* Writes the objects of a document on to the streams they belong to; what is
 * without stream goes to the error stream when is_error. */
enum hop_flow native_objects_write(struct hop_command *c, const char *s,
                                   size_t n, bool is_error);

#endif
