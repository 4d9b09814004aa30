/* Remoting at the start of a runspace.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/remoting/remoting.h"

static const struct hop_class *const option_classes[] = {
    &hop_class_session_option,
    &hop_class_transport_option,
    NULL,
};

/* $PSSessionOption: what counts where -SessionOption is not given. */
static void
set_option(struct hop_runspace *rs)
{
    HOP_AUTO_VALUE struct hop_value v = session_option_new(&rs->cx);
    struct hop_variable_spec spec = {
        .name = "PSSessionOption", .scope = "Global", .value = v};

    if (!hop_variable_define(rs, &spec, NULL))
        hop_drop_exception(&rs->cx);
}

void
remoting_start(struct hop_runspace *rs)
{
    struct hop_context *cx = &rs->cx;

    hop_types_register(cx, option_classes);
    hop_types_register(cx, pssession_classes);
    hop_types_register(cx, remote_runspace_classes);
    hop_types_register(cx, remote_record_classes);
    set_option(rs);
}
