/* Resources: Get, Put, Create, Delete, Enumerate, Pull and actions of their
 * own; DSP0226 7 to 9.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "client/connection.h"
#include "wsman/settings.h"
#include "xml/writer.h"

enum { BATCH = 1000, FILTER_MAX = 16 };

/* What a request about a resource borrows. */
struct request {
    struct hop_wsman_message m;
    char id[WIRE_ID];
    struct hop_buf uri, action;
    struct hop_wsman_option *options;
};

static void
free_request(struct request *r)
{
    hop_buf_done(&r->uri);
    hop_buf_done(&r->action);
    free(r->options);
}

_Static_assert(sizeof(struct hop_selector) ==
                       sizeof(struct hop_wsman_selector) &&
                   offsetof(struct hop_selector, value) ==
                       offsetof(struct hop_wsman_selector, value),
               "the public pair is the internal one");

static bool
start(struct hop_connection *c, const struct hop_resource *given,
      enum hop_wsman_kind kind, struct request *r)
{
    struct hop_resource resource = {0};

    *r = (struct request){0};
    memcpy(&resource, given,
           given->size < sizeof(resource) ? given->size : sizeof(resource));
    if (!connection_begin(c))
        return false;
    hop_settings_expand_uri(resource.uri ? resource.uri : "", &r->uri);
    connection_request(c, &r->m, kind, hop_buf_str(&r->uri), r->id);
    r->m.header.selectors =
        (const struct hop_wsman_selector *)resource.selectors;
    r->m.header.selector_count = resource.selector_count;
    r->options = hop_xcalloc(resource.option_count + 1, sizeof(*r->options));
    for (size_t i = 0; i < resource.option_count; i++)
        r->options[i] =
            (struct hop_wsman_option){.name = resource.options[i].name,
                                      .value = resource.options[i].value};
    r->m.header.options = r->options;
    r->m.header.option_count = resource.option_count;
    return true;
}

static void
set_body(struct request *r, const char *body)
{
    r->m.body_xml = body;
    r->m.body_xml_len = body ? strlen(body) : 0;
}

/* The body of the answer as a document of its own. */
static bool
take_xml(struct hop_connection *c, const char **xml)
{
    struct hop_xml_writer w = HOP_XML_WRITER(&c->xml);

    hop_buf_clear(&c->xml);
    if (c->answer.body)
        hop_xml_write_fragment(&w, c->answer.body);
    if (xml)
        *xml = hop_buf_str(&c->xml);
    return true;
}

/* repeats: of what may arrive twice. */
static bool
call(struct hop_connection *c, const struct hop_resource *resource,
     enum hop_wsman_kind kind, const char *body, unsigned repeats,
     const char **xml)
{
    HOP_CLEANUP(free_request) struct request r;

    if (!start(c, resource, kind, &r))
        return false;
    set_body(&r, body);
    return connection_call(c, &r.m, repeats) && take_xml(c, xml);
}

bool
hop_resource_get(hop_connection *c, const struct hop_resource *resource,
                 const char **xml)
{
    return call(c, resource, HOP_WSMAN_GET, NULL, 1, xml);
}

bool
hop_resource_put(hop_connection *c, const struct hop_resource *resource,
                 const char *body, const char **xml)
{
    return call(c, resource, HOP_WSMAN_PUT, body, 1, xml);
}

bool
hop_resource_create(hop_connection *c, const struct hop_resource *resource,
                    const char *body, const char **xml)
{
    return call(c, resource, HOP_WSMAN_CREATE, body, 0, xml);
}

bool
hop_resource_delete(hop_connection *c, const struct hop_resource *resource)
{
    return call(c, resource, HOP_WSMAN_DELETE, NULL, 0, NULL);
}

bool
hop_resource_invoke(hop_connection *c, const struct hop_resource *resource,
                    const char *action, const char *body, const char **xml)
{
    HOP_CLEANUP(free_request) struct request r;

    if (!start(c, resource, HOP_WSMAN_INVOKE, &r))
        return false;
    if (strchr(action, ':') == NULL)
        hop_buf_addf(&r.action, "%s/", hop_buf_str(&r.uri));
    hop_buf_adds(&r.action, action);
    r.m.header.action = hop_buf_str(&r.action);
    set_body(&r, body);
    return connection_call(c, &r.m, 0) && take_xml(c, xml);
}

/* ---- enumerations */

static const char *
find_dialect(const char *name)
{
    if (name == NULL || hop_ascii_ieq(name, "WQL"))
        return HOP_DIALECT_WQL;
    return hop_ascii_ieq(name, "Selector") ? HOP_DIALECT_SELECTOR : name;
}

/* "{Name=x;State=\"Running\"}", with or without braces, cut in place; false:
 * something has no '='. */
static bool
split_filter(char *text, struct hop_wsman_selector *out, size_t *count)
{
    *count = 0;
    text += *text == '@';
    text += *text == '{';
    for (char *part; (part = strsep(&text, ";")) != NULL;) {
        char *equals = strchr(part, '='), *name = part, *value;
        size_t n;

        if (part[strspn(part, " }")] == '\0')
            continue;
        if (equals == NULL || *count == FILTER_MAX)
            return false;
        *equals = '\0';
        name += strspn(name, " ");
        name[strcspn(name, " ")] = '\0';
        value = equals + 1 + strspn(equals + 1, " \"'");
        n = strlen(value);
        while (n > 0 && strchr(" \"'}", value[n - 1]) != NULL)
            value[--n] = '\0';
        out[(*count)++] = (struct hop_wsman_selector){name, value};
    }
    return *count > 0;
}

static bool
give_items(struct hop_connection *c, const struct hop_enumerate *how,
           bool *stopped)
{
    for (const struct hop_xml_node *n = c->answer.enumeration.items; n;
         n = n->next) {
        struct hop_xml_writer w = HOP_XML_WRITER(&c->xml);

        hop_buf_clear(&c->xml);
        hop_xml_write_fragment(&w, n);
        if (!hop_buf_ok(&c->xml))
            return trouble_set(&c->trouble, HOP_CAUSE_PROTOCOL, 0,
                               "an item of %s is too large",
                               c->settings.endpoint.host);
        if (how->item &&
            !how->item(how->ctx, hop_buf_str(&c->xml), c->xml.len)) {
            *stopped = true;
            return true;
        }
    }
    return true;
}

/* The next answer, or the end of an enumeration that nobody wants any more. */
static bool
go_on(struct hop_connection *c, const struct hop_resource *resource,
      enum hop_wsman_kind kind, const char *context, unsigned batch)
{
    HOP_CLEANUP(free_request) struct request r;

    if (!start(c, resource, kind, &r))
        return false;
    r.m.enumeration.context = context;
    if (kind == HOP_WSMAN_PULL)
        r.m.enumeration.max_elements = batch;
    return connection_call(c, &r.m, 0);
}

static bool
begin(struct hop_connection *c, const struct hop_resource *resource,
      const struct hop_enumerate *how)
{
    HOP_CLEANUP(free_request) struct request r;
    HOP_AUTO_FREE char *filter =
        how->filter != NULL ? hop_xstrdup(how->filter) : NULL;
    struct hop_wsman_selector pairs[FILTER_MAX];
    struct hop_wsman_enumeration *e = &r.m.enumeration;

    if (!start(c, resource, HOP_WSMAN_ENUMERATE, &r))
        return false;
    e->optimize = true;
    e->max_elements = how->batch;
    e->mode = (enum hop_wsman_enumeration_mode)how->mode;
    e->filter = how->filter;
    e->filter_dialect = how->filter ? find_dialect(how->dialect) : NULL;
    if (how->filter && strcmp(e->filter_dialect, HOP_DIALECT_SELECTOR) == 0) {
        if (!split_filter(filter, pairs, &e->filter_selector_count))
            return trouble_set(&c->trouble, HOP_CAUSE_USAGE, 0,
                               "the filter \"%s\": selectors are written "
                               "NAME=VALUE;NAME=VALUE, up to %d of them",
                               how->filter, FILTER_MAX);
        e->filter_selectors = pairs;
    }
    return connection_call(c, &r.m, 1);
}

bool
hop_resource_enumerate(hop_connection *c, const struct hop_resource *resource,
                       const struct hop_enumerate *given)
{
    struct hop_enumerate how = {0};
    bool stopped = false;

    memcpy(&how, given, given->size < sizeof(how) ? given->size : sizeof(how));
    how.batch = how.batch ? how.batch : BATCH;
    if (!begin(c, resource, &how))
        return false;
    for (;;) {
        HOP_AUTO_FREE char *context = NULL;

        if (!give_items(c, &how, &stopped))
            return false;
        if (c->answer.enumeration.end_of_sequence)
            return true;
        if (c->answer.enumeration.context == NULL)
            return trouble_set(&c->trouble, HOP_CAUSE_PROTOCOL, 0,
                               "%s says neither how the enumeration goes on "
                               "nor that it ends",
                               c->settings.endpoint.host);
        context = hop_xstrdup(c->answer.enumeration.context);
        if (!go_on(c, resource, stopped ? HOP_WSMAN_RELEASE : HOP_WSMAN_PULL,
                   context, how.batch) ||
            stopped)
            return stopped;
    }
}
