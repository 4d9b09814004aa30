/* help: Get-Help, one screen at a time where there is a screen.
 *
 * SPDX-License-Identifier: MIT
 */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmdlets/core/core.h"
#include "engine/engine.h"

enum { NAME, DETAILED, FULL, EXAMPLES, PARAMETER };
static const struct hop_param params[] = {
    [NAME] = {"Name", "string", HOP_BY_NAME, .position = HOP_POS(0)},
    [DETAILED] = {"Detailed", "switch"},
    [FULL] = {"Full", "switch"},
    [EXAMPLES] = {"Examples", "switch"},
    [PARAMETER] = {"Parameter", "string[]"},
};

/* The text of the help; owned, or NULL. */
static struct hop_string *
help_text(struct hop_command *c)
{
    struct hop_dict *named = hop_hashtable_new(&c->rs->cx);
    struct hop_value arguments HOP_AUTO_VALUE = hop_obj(named);
    struct hop_value all HOP_AUTO_VALUE = hop_null();
    struct hop_list_sink list;
    bool ok;

    for (size_t i = 0; i < HOP_ARRAY_SIZE(params); i++)
        if (hop_arg_bound(c, i))
            hop_dict_set_text(named, params[i].name, hop_retain(hop_arg(c, i)));
    hop_list_sink_init(&list, &c->rs->cx);
    ok = hop_command_run(c, "Get-Help", arguments, NULL, 0, &list.sink);
    all = hop_list_sink_array(&list);
    hop_list_sink_done(&list);
    return ok && hop_as_array(all)->n && c->rs->cx.ops->out_string
               ? c->rs->cx.ops->out_string(&c->rs->cx, all)
               : NULL;
}

/* $PAGER (or less, which ends by itself when all fits) with the text as its
 * input.  False: it could not be run. */
static bool
run_pager(struct hop_host *h, const struct hop_string *text)
{
    const char *pager = getenv("PAGER");
    FILE *to;
    int status;

    if (h->ops->begin_application)
        h->ops->begin_application(h);
    to = popen(pager && *pager ? pager : "less -FRX", "we");
    if (to) {
        void (*old)(int) = signal(SIGPIPE, SIG_IGN);

        fwrite(text->data, 1, text->len, to);
        status = pclose(to);
        signal(SIGPIPE, old);
    } else {
        status = -1;
    }
    if (h->ops->end_application)
        h->ops->end_application(h);
    return status != -1 && !(WIFEXITED(status) && WEXITSTATUS(status) == 127);
}

static bool
process(struct hop_command *c)
{
    struct hop_string *text HOP_AUTO_STRING = help_text(c);
    struct hop_host *h = c->rs->host;

    if (!text)
        return !hop_has_exception(&c->rs->cx);
    if (!c->next && h && h->ops->interactive && isatty(STDOUT_FILENO) &&
        isatty(STDIN_FILENO) && run_pager(h, text))
        return true;
    return hop_write_text(c, text->data, text->len);
}

const struct hop_cmdlet hop_cmdlet_help = {
    .name = "help",
    HOP_PARAMS(params),
    .output = "System.String",
    .synopsis = "Shows help one screen at a time.",
    .process = process,
};
