/* What the files about commands share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_ENGINE_COMMAND_INTERNAL_H
#define HOP_ENGINE_COMMAND_INTERNAL_H

#include "engine/engine.h"

/* Each call into a stage runs in the stage's own scope and frame, also when it
 * is called from deep inside the stage before. */
struct command_environment {
    struct frame *frame;
    struct session *session;
    struct session *target;
    struct hop_scope *current;
    struct hop_command *command;
    struct language_state language;
    bool raised; /* the mode was changed for the stage */
};

struct hop_value input_enumerator(struct hop_runspace *rs,
                                  const struct hop_value *items, size_t n);

/* Into the stage's own scope and frame, and back. */
void command_enter(struct hop_command *c, struct command_environment *e);
void command_leave(struct hop_command *c, const struct command_environment *e);

/* Values of a limited caller on their way into a trusted command. */
struct language_state command_enter_trust(struct hop_command *c);

/* One more value for -OutVariable and its kin. */
void command_append_variable(struct hop_command *c, struct hop_string *name,
                             struct hop_value v);

/* One more value of $input. */
void command_enqueue(struct hop_command *c, struct hop_value v);

/* Sets $_, $input ... of the stage (takes v). */
void command_set_auto(struct hop_command *c, enum automatic a,
                      struct hop_value v);

/* The stages of script commands. */
void script_make_scope(struct hop_command *c);
enum hop_flow script_begin(struct hop_command *c);
enum hop_flow script_process(struct hop_command *c, struct hop_value v,
                             bool has_input);
enum hop_flow script_end(struct hop_command *c);
void script_clean(struct hop_command *c);

#endif
