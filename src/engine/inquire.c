/* The preference Inquire: a question before the next step.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/engine.h"
#include "engine/host.h"

enum { GO_ON, GO_ON_ALWAYS, HALT };
static const struct hop_choice choices[] = {
    {"&Yes", "Goes on with the next step alone."},
    {"Yes to &All", "Goes on, and does not ask again in this command."},
    {"&Halt Command", "Ends the command."},
};

static bool
halt(struct hop_command *c)
{
    throw_pending(c->rs, "ActionPreferenceStopException",
                  "ActionPreferenceStop", HOP_CAT_OPERATION_STOPPED, hop_null(),
                  "The running command stopped because the user selected the "
                  "Stop option.");
    struct hop_value r HOP_AUTO_VALUE =
        exception_record(c->rs, c->rs->cx.pending);
    as_error_record(r)->suppress = true;
    return false;
}

bool
command_inquire(struct hop_command *c, const char *message)
{
    struct hop_host *h = c->rs->host;
    enum hop_ask asked = HOP_ASK_UNSUPPORTED;
    int chosen = GO_ON;

    if (c->inquired)
        return true;
    if (h && h->ops->choice && h->ops->interactive)
        asked = h->ops->choice(h, "Confirm", message, choices,
                               HOP_ARRAY_SIZE(choices), GO_ON, &chosen);
    if (asked == HOP_ASK_STOPPED) {
        c->rs->stop = 1;
        return false;
    }
    if (asked != HOP_ASK_OK)
        return hop_command_cannot_ask(
            c, "Set the preference to Continue or Stop instead of Inquire.");
    c->inquired = chosen == GO_ON_ALWAYS;
    return chosen != HALT || halt(c);
}
