/* SPDX-License-Identifier: MIT */
#include "cim/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cim/wql.h"
#include "wsman/uri.h"
#include "xml/writer.h"

#define MAX_PROPERTIES 4096

bool
hop_cim_uri_is(const char *uri)
{
    return uri &&
           (hop_ascii_ieqn(uri, HOP_URI_WMI, strlen(HOP_URI_WMI)) ||
            hop_ascii_ieqn(uri, HOP_URI_CIM_CLASS, strlen(HOP_URI_CIM_CLASS)) ||
            hop_ascii_ieq(uri, HOP_URI_CIM_ALL));
}

bool
hop_cim_uri_parse(const char *uri, const char **class_name, const char **ns,
                  size_t *ns_len)
{
    const char *slash = uri ? strrchr(uri, '/') : NULL;
    size_t n = strlen(HOP_URI_WMI);

    if (!hop_cim_uri_is(uri) || !slash || !slash[1])
        return false;
    *class_name = slash + 1;
    *ns = "root/cimv2";
    *ns_len = strlen(*ns);
    if (hop_ascii_ieqn(uri, HOP_URI_WMI, n) && slash > uri + n) {
        *ns = uri + n;
        *ns_len = (size_t)(slash - *ns);
    }
    return true;
}

/* ---- writing ---- */

/* xs:dateTime of UTC, which DSP0230 9.1 wants for datetime values. */
static void
write_time(struct hop_xml_writer *w, const struct hop_cim_value *v)
{
    int64_t ticks = v->i - HOP_CIM_TICKS_TO_1970;
    int64_t rest =
        ((ticks % HOP_CIM_TICKS_PER_SECOND) + HOP_CIM_TICKS_PER_SECOND) %
        HOP_CIM_TICKS_PER_SECOND;
    time_t at = (time_t)((ticks - rest) / HOP_CIM_TICKS_PER_SECOND);
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct tm t;

    if (v->interval) {
        hop_cim_value_format(HOP_CIM_DATETIME, v, &b);
        hop_xml_element(w, "cim:CIM_DateTime", hop_buf_str(&b));
        return;
    }
    gmtime_r(&at, &t);
    hop_xml_elementf(w, "cim:Datetime", "%04d-%02d-%02dT%02d:%02d:%02d.%07lldZ",
                     t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour,
                     t.tm_min, t.tm_sec, (long long)rest);
}

static void
write_value(struct hop_xml_writer *w, const char *name, enum hop_cim_type type,
            const struct hop_cim_value *v)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    hop_xml_open(w, name);
    if (!v->set) {
        hop_xml_attr(w, "xsi:nil", "true");
    } else if (type == HOP_CIM_DATETIME) {
        write_time(w, v);
    } else if (type == HOP_CIM_BOOLEAN) {
        hop_xml_text(w, v->u ? "true" : "false");
    } else {
        hop_cim_value_format(type, v, &b);
        hop_xml_text(w, hop_buf_str(&b));
    }
    hop_xml_close(w, name);
}

static void
write_property(struct hop_xml_writer *w, const struct hop_cim_property *p,
               const struct hop_cim_value *v)
{
    char name[160];

    snprintf(name, sizeof(name), "p:%s", p->name);
    if (!(p->flags & HOP_CIM_ARRAY)) {
        write_value(w, name, p->type, v);
        return;
    }
    if (!v->set)
        write_value(w, name, p->type, v);
    for (size_t i = 0; i < v->n; i++)
        write_value(w, name, p->type, &v->items[i]);
}

static void
declare(struct hop_xml_writer *w, const char *class_name)
{
    char uri[256];

    snprintf(uri, sizeof(uri), HOP_URI_WMI_CIMV2 "%s", class_name);
    hop_xml_declare(w, "p", uri);
    hop_xml_declare(w, "xsi", HOP_NS_XSI);
    hop_xml_declare(w, "cim", HOP_NS_CIM_COMMON);
}

void
hop_cim_encode(struct hop_buf *out, const struct hop_cim_instance *i,
               const struct hop_wql *q)
{
    struct hop_xml_writer w = HOP_XML_WRITER(out);
    bool part = q && q->columns;
    char name[128], type[160];

    snprintf(name, sizeof(name), part ? "w:XmlFragment" : "p:%s",
             i->class_name);
    snprintf(type, sizeof(type), "p:%s_Type", i->class_name);
    hop_xml_open(&w, name);
    declare(&w, i->class_name);
    if (part)
        hop_xml_declare(&w, "w", HOP_NS_WSMAN);
    else
        hop_xml_attr(&w, "xsi:type", type);
    for (size_t k = 0; k < i->n; k++)
        if (!part || hop_wql_selects(q, i->properties[k].name))
            write_property(&w, &i->properties[k], &i->values[k]);
    hop_xml_close(&w, name);
}

void
hop_cim_encode_epr(struct hop_buf *out, const struct hop_cim_instance *i)
{
    struct hop_xml_writer w = HOP_XML_WRITER(out);

    hop_xml_open(&w, "a:EndpointReference");
    hop_xml_declare(&w, "a", HOP_NS_ADDRESSING);
    hop_xml_declare(&w, "w", HOP_NS_WSMAN);
    hop_xml_element(&w, "a:Address", HOP_URI_ANONYMOUS);
    hop_xml_open(&w, "a:ReferenceParameters");
    hop_xml_elementf(&w, "w:ResourceURI", HOP_URI_WMI_CIMV2 "%s",
                     i->class_name);
    hop_xml_open(&w, "w:SelectorSet");
    hop_xml_open(&w, "w:Selector");
    hop_xml_attr(&w, "Name", "__cimnamespace");
    hop_xml_text(&w, "root/cimv2");
    hop_xml_close(&w, "w:Selector");
    for (size_t k = 0; k < i->n; k++) {
        HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

        if (!(i->properties[k].flags & HOP_CIM_KEY))
            continue;
        hop_cim_value_format(i->properties[k].type, &i->values[k], &b);
        hop_xml_open(&w, "w:Selector");
        hop_xml_attr(&w, "Name", i->properties[k].name);
        hop_xml_text(&w, hop_buf_str(&b));
        hop_xml_close(&w, "w:Selector");
    }
    hop_xml_close(&w, "w:SelectorSet");
    hop_xml_close(&w, "a:ReferenceParameters");
    hop_xml_close(&w, "a:EndpointReference");
}

void
hop_cim_encode_result(struct hop_buf *out, const char *class_name,
                      const char *method, const struct hop_cim_call *call)
{
    struct hop_xml_writer w = HOP_XML_WRITER(out);
    char name[160], value[128];

    snprintf(name, sizeof(name), "p:%s_OUTPUT", method);
    hop_xml_open(&w, name);
    declare(&w, class_name);
    if (call->out_name) {
        snprintf(value, sizeof(value), "p:%s", call->out_name);
        if (call->out_text)
            hop_xml_element(&w, value, call->out_text);
        else
            hop_xml_elementf(&w, value, "%llu",
                             (unsigned long long)call->out_value);
    }
    hop_xml_elementf(&w, "p:ReturnValue", "%u", call->result);
    hop_xml_close(&w, name);
}

void
hop_cim_encode_input(struct hop_buf *out, const char *uri, const char *method,
                     const struct hop_cim_argument *in, size_t n)
{
    struct hop_xml_writer w = HOP_XML_WRITER(out);
    HOP_AUTO_FREE char *name = hop_xasprintf("p:%s_INPUT", method);

    hop_xml_open(&w, name);
    hop_xml_declare(&w, "p", uri);
    for (size_t i = 0; i < n; i++) {
        HOP_AUTO_FREE char *arg = hop_xasprintf("p:%s", in[i].name);
        hop_xml_element(&w, arg, in[i].value);
    }
    hop_xml_close(&w, name);
}

/* ---- reading ---- */

static bool
is_nil(const struct hop_xml_node *n)
{
    const char *nil = hop_xml_node_attr(n, HOP_NS_XSI, "nil");

    return nil && (strcmp(nil, "true") == 0 || strcmp(nil, "1") == 0);
}

/* cim:Datetime and its kin inside, whatever their prefix. */
static const char *
text_of(const struct hop_xml_node *n, bool *time)
{
    const struct hop_xml_node *in = n->first;

    *time = in && (hop_ascii_ieq(in->local, "Datetime") ||
                   hop_ascii_ieq(in->local, "CIM_DateTime") ||
                   hop_ascii_ieq(in->local, "Interval") ||
                   hop_ascii_ieq(in->local, "Date"));
    return *time ? in->text : n->text;
}

/* What a peer's text most likely is, where the class is not known here. */
static enum hop_cim_type
guess(const char *s, bool time)
{
    if (time)
        return HOP_CIM_DATETIME;
    return strcmp(s, "true") == 0 || strcmp(s, "false") == 0 ? HOP_CIM_BOOLEAN
                                                             : HOP_CIM_STRING;
}

/* Those of methods are the same in all classes. */
static bool
is_number_of_method(const char *name)
{
    return strcmp(name, "ReturnValue") == 0 || strcmp(name, "ProcessId") == 0;
}

static void
look_up(const struct hop_cim_class *cls, const char *name,
        enum hop_cim_type *type, unsigned *flags)
{
    for (size_t i = 0; cls && i < cls->n; i++)
        if (hop_ascii_ieq(cls->properties[i].name, name)) {
            *type = cls->properties[i].type;
            *flags = cls->properties[i].flags;
        }
}

static bool
parse_value(enum hop_cim_type type, const char *s, struct hop_cim_value *out)
{
    if (type == HOP_CIM_STRING || *s)
        return hop_cim_value_parse(type, s, out);
    return true; /* an empty number is null */
}

static void
add_property(struct hop_cim_instance *out, const struct hop_xml_node *n,
             const struct hop_cim_class *cls)
{
    struct hop_cim_value v = {0};
    unsigned flags = 0;
    bool time;
    const char *text = text_of(n, &time);
    enum hop_cim_type type =
        is_number_of_method(n->local) ? HOP_CIM_UINT32 : guess(text, time);
    const char *name = n->local;
    bool again = hop_xml_node_again(n) != NULL;

    look_up(cls, n->local, &type, &flags);
    if (!is_nil(n) && !parse_value(type, text, &v)) {
        type = HOP_CIM_STRING; /* a provider that does as it likes */
        (void)!hop_cim_value_parse(type, text, &v);
    }
    if (!again && !(flags & HOP_CIM_ARRAY)) {
        hop_cim_instance_add(out, n->local, type, flags, &v);
        return;
    }
    struct hop_cim_value all = {.set = v.set};
    for (; n && v.set; n = hop_xml_node_again(n)) {
        struct hop_cim_value one = {0};

        if (!parse_value(type, text_of(n, &time), &one))
            continue;
        all.items = hop_xrealloc(all.items, all.n + 1, sizeof(*all.items));
        all.items[all.n++] = one;
    }
    hop_cim_value_done(type, 0, &v);
    hop_cim_instance_add(out, name, type, flags | HOP_CIM_ARRAY, &all);
}

static bool
seen_before(const struct hop_xml_node *n)
{
    for (const struct hop_xml_node *o = n->parent->first; o != n; o = o->next)
        if (strcmp(o->local, n->local) == 0 && strcmp(o->ns, n->ns) == 0)
            return true;
    return false;
}

bool
hop_cim_decode(const struct hop_xml_node *node, const char *class_name,
               struct hop_cim_instance *out, struct hop_error *err)
{
    bool fragment = hop_xml_node_is(node, HOP_NS_WSMAN, "XmlFragment");
    const char *name = fragment && class_name ? class_name : node->local;
    const struct hop_cim_class *cls = hop_cim_class_find(name);
    struct hop_cim_instance i;

    hop_cim_instance_begin(&i, name);
    for (const struct hop_xml_node *n = node->first; n; n = n->next) {
        if (i.n == MAX_PROPERTIES) {
            hop_cim_instance_done(&i);
            return hop_error_set(err, HOP_ERROR_LIMIT, 0,
                                 "%s has more than %d properties", name,
                                 MAX_PROPERTIES);
        }
        if (!seen_before(n))
            add_property(&i, n, cls);
    }
    *out = i;
    return true;
}
