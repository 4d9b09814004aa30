/* The redirected streams of a started process: StreamReader and StreamWriter
 * over a pipe.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_PROCESS_PIPE_STREAM_H
#define HOP_CMDLETS_PROCESS_PIPE_STREAM_H

#include "value/class.h"
#include "value/context.h"

/* Take the descriptor. */
struct hop_value hop_pipe_reader_new(struct hop_context *cx, int fd);
struct hop_value hop_pipe_writer_new(struct hop_context *cx, int fd);

#endif
