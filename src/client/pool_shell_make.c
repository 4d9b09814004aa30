/* A pool in a WS-Management shell: how it is made of its options.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "base/alloc.h"
#include "client/pool_shell.h"
#include "wsman/uri.h"

#define RETRY_MS 240000  /* as Windows: four minutes */
#define IDLE_MS  7200000 /* WinRM's own */
#define TRIES    5       /* PSSessionOption.MaxConnectionRetryCount */

static bool
apply(struct shell *s, const struct hop_pool_setting *x, struct hop_error *err)
{
    bool ok = x->which >= HOP_SET_AUTH
                  ? s->wires->set_number(s->c, x->which, x->number)
                  : s->wires->set_text(s->c, x->which, x->text);

    return ok || hop_error_set(err, HOP_ERROR_GENERIC, 0, "%s",
                               s->wires->error(s->c));
}

static void
choose_resource(struct hop_pool *p, const char *configuration)
{
    const char *name = configuration ? configuration : "Microsoft.PowerShell";

    free(p->resource_uri);
    p->resource_uri = strchr(name, ':')
                          ? hop_xstrdup(name)
                          : hop_xasprintf("%s%s", HOP_URI_POWERSHELL, name);
}

static void
choose_ids(struct hop_pool *p, struct shell *s)
{
    char text[HOP_GUID_TEXT];
    struct hop_guid g;

    hop_guid_new(&g);
    memcpy(s->session_id, "uuid:", 5);
    hop_guid_format(&g, true, s->session_id + 5);
    if (p->purpose == POOL_TO_CONNECT)
        return;
    hop_guid_format(hop_psrp_session_pool(p->session), true, text);
    free(p->shell);
    p->shell = hop_xstrdup(text);
}

static const char *
endpoint_of(const struct hop_pool_options *o)
{
    for (size_t i = 0; i < o->setting_count; i++)
        if (o->settings[i].which == HOP_SET_ENDPOINT && o->settings[i].text)
            return o->settings[i].text;
    return "localhost";
}

static void
take_options(struct hop_pool *p, struct shell *s,
             const struct hop_pool_options *o)
{
    const char *culture = o->culture ? o->culture : "en-US";

    p->name = hop_xstrdup(o->name ? o->name : endpoint_of(o));
    s->session_name = o->session_name ? hop_xstrdup(o->session_name) : NULL;
    s->culture = hop_xstrdup(culture);
    s->ui_culture = hop_xstrdup(o->ui_culture ? o->ui_culture : culture);
    s->no_profile = o->no_machine_profile;
    s->buffering = o->buffering;
    s->idle_ms = o->idle_timeout_ms;
    s->keep_ms = (s->idle_ms > 0 ? s->idle_ms : IDLE_MS) / SHELL_SIGNS;
    s->max_tries = o->max_tries == 0 ? TRIES : o->max_tries;
    s->max_redirects = o->max_redirects;
    s->retry_ms = o->retry_ms == 0 ? RETRY_MS : o->retry_ms;
}

bool
pool_shell_init(struct hop_pool *p, const struct hop_pool_options *o,
                struct hop_error *err)
{
    struct shell *s = hop_xmalloc(sizeof(*s));

    p->way = s;
    p->carrier = &shell_carrier;
    take_options(p, s, o);
    choose_resource(p, o->configuration);
    choose_ids(p, s);
    s->wires = hop_wires_load(err);
    if (!s->wires)
        return false;
    s->c = s->wires->new ();
    for (size_t i = 0; i < o->setting_count; i++)
        if (!apply(s, &o->settings[i], err))
            return false;
    s->envelope = (size_t)s->wires->number(s->c, HOP_SET_MAX_ENVELOPE_BYTES);
    if (s->wires->number(s->c, HOP_SET_UTF16))
        s->envelope /= 2;
    return true;
}
