/* The drive WSMan: this host's settings, and those of hosts that Connect-WSMan
 * has connected to, as folders and values.
 *
 *     WSMan:\HOST\Service\Auth\CredSSP     a value of a resource
 *     WSMan:\HOST\Listener\Listener_NUMBER one listener
 *     WSMan:\HOST\Plugin\NAME\Quotas\...   a part of an endpoint
 *
 * SPDX-License-Identifier: MIT
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cmdlets/record.h"
#include "cmdlets/wsman/drive.h"
#include "cmdlets/wsman/place.h"
#include "cmdlets/wsman/wsman.h"
#include "engine/engine.h"
#include "value/collections.h"
#include "value/member.h"
#include "wsman/uri.h"
#include "xml/writer.h"

#define CLASS   "Microsoft.WSMan.Management."
#define XML_MAX (4u * 1024 * 1024)

/* ---- items ---- */

enum { C_KEYS, C_NAME, C_TYPE };
static const struct hop_property container_properties[] = {
    HOP_RECORD_PROPERTY(C_KEYS, "Keys", "string[]"),
    HOP_RECORD_PROPERTY(C_NAME, "Name", "string"),
    HOP_RECORD_PROPERTY(C_TYPE, "TypeNameOfElement", "string"),
    HOP_RECORD_PROPERTY(C_TYPE, "Type", "string"),
    {0},
};
enum { L_SOURCE, L_VALUE, L_NAME, L_TYPE };
static const struct hop_property leaf_properties[] = {
    HOP_RECORD_PROPERTY(L_SOURCE, "SourceOfValue", "string"),
    HOP_RECORD_WRITABLE(L_VALUE, "Value", "object"),
    HOP_RECORD_PROPERTY(L_NAME, "Name", "string"),
    HOP_RECORD_PROPERTY(L_TYPE, "TypeNameOfElement", "string"),
    HOP_RECORD_PROPERTY(L_TYPE, "Type", "string"),
    {0},
};
const struct hop_class hop_class_wsman_container =
    HOP_RECORD_CLASS(CLASS "WSManConfigContainerElement", container_properties);
const struct hop_class hop_class_wsman_leaf =
    HOP_RECORD_CLASS(CLASS "WSManConfigLeafElement", leaf_properties);

/* ---- what a path leads to ---- */

void
drive_spot_done(struct spot *s)
{
    for (size_t i = 0; i < s->n; i++)
        free(s->parts[i]);
    hop_buf_done(&s->xml);
    hop_arena_done(&s->arena);
}

static void
split(struct spot *s, const char *path)
{
    while (*path != '\0' && s->n < DRIVE_PARTS) {
        size_t n = strcspn(path, "/\\");
        if (n > 0)
            s->parts[s->n++] = hop_xstrndup(path, n);
        path += n + (path[n] != '\0');
    }
}

bool
drive_fail(const struct hop_item_path *p, const struct hop_error *err)
{
    struct hop_error_spec spec = {.id = "WsManError",
                                  .category = HOP_CAT_INVALID_OPERATION,
                                  .exception =
                                      "System.InvalidOperationException"};

    return hop_throw_error(p->rs, &spec, "%s", err->text);
}

struct hop_settings_request
drive_request(const struct spot *s, enum hop_wsman_kind verb)
{
    return (struct hop_settings_request){.verb = verb,
                                         .resource_uri = s->uri,
                                         .selectors = s->selectors,
                                         .selector_count = s->selector_count};
}

static bool
parse(struct spot *s, struct hop_error *err)
{
    const struct hop_xml_tree_options options = {
        .limits = hop_xml_soap_limits(XML_MAX)};
    struct hop_xml_node *root;

    if (!hop_xml_tree_read(s->xml.data, s->xml.len, &options, &s->arena, NULL,
                           &root, err))
        return false;
    s->root = s->node = root;
    return true;
}

static bool
load(struct spot *s, struct hop_error *err)
{
    const struct hop_settings_request r = drive_request(s, HOP_WSMAN_GET);

    return place_call(s->place, &r, NULL, NULL, &s->xml, err) && parse(s, err);
}

static const char *
child_text(const struct hop_xml_node *n, const char *local)
{
    for (n = n->first; n; n = n->next)
        if (strcmp(n->local, local) == 0)
            return n->text;
    return "";
}

/* The lists, and what tells their items apart; a list whose items have a name
 * has that as the one key. */
static const struct drive_list lists[] = {
    {"Listener", "/listener", {"Address", "Transport"}},
    {"Plugin", "/plugin", {"Name"}},
    {"ClientCertificate", "/service/certmapping", {"Issuer", "Subject", "URI"}},
};

const struct drive_list *
drive_list_find(const char *name)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(lists); i++)
        if (hop_ascii_ieq(lists[i].name, name))
            return &lists[i];
    return NULL;
}

void
drive_select(struct spot *s, const char *key, const char *value)
{
    size_t i = s->selector_count++;

    snprintf(s->selector_text[i], sizeof(s->selector_text[i]), "%s", value);
    s->selectors[i] = (struct hop_wsman_selector){key, s->selector_text[i]};
}

/* WinRM's names of listeners end in a number made of what tells them apart. */
void
drive_name_item(const struct drive_list *list, struct spot *s)
{
    uint32_t hash = 2166136261u;

    if (s->selector_count == 1) {
        snprintf(s->name, sizeof(s->name), "%s", s->selectors[0].value);
        return;
    }
    for (size_t i = 0; i < s->selector_count; i++) {
        HOP_AUTO_FREE char *key =
            hop_xasprintf("%s%s=%s", i > 0 ? "+" : "", s->selectors[i].name,
                          s->selectors[i].value);

        for (const char *p = key; *p != '\0'; p++)
            hash = (hash ^ (unsigned char)*p) * 16777619u;
    }
    snprintf(s->name, sizeof(s->name), "%s_%u", list->name, hash & 0x7FFFFFFFu);
}

/* The item that was read. */
static void
take_name(const struct drive_list *list, struct spot *s)
{
    s->selector_count = 0;
    for (size_t i = 0; i < DRIVE_KEYS && list->keys[i] != NULL; i++) {
        const char *attr = hop_xml_node_attr(s->root, "", list->keys[i]);

        drive_select(s, list->keys[i],
                     attr != NULL ? attr : child_text(s->root, list->keys[i]));
    }
    drive_name_item(list, s);
}

typedef bool item_fn(void *ctx, struct spot *s);

struct each {
    struct spot *s;
    const struct drive_list *list;
    item_fn *fn;
    void *ctx;
    bool more;
};

static bool
take_item(void *ctx, const char *xml, size_t len)
{
    struct each *e = ctx;
    struct hop_error ignored;

    if (!e->more)
        return false;
    hop_buf_clear(&e->s->xml);
    hop_buf_add(&e->s->xml, xml, len);
    if (parse(e->s, &ignored)) {
        take_name(e->list, e->s);
        e->more = e->fn(e->ctx, e->s);
    }
    return e->more;
}

static bool
each_item(struct spot *s, const struct drive_list *list, item_fn *fn, void *ctx,
          struct hop_error *err)
{
    struct each e = {s, list, fn, ctx, true};
    const struct hop_resources_query how = {.ctx = &e, .item = take_item};
    struct hop_settings_request r;

    snprintf(s->uri, sizeof(s->uri), HOP_NS_CONFIG "%s", list->suffix);
    s->selector_count = 0;
    r = drive_request(s, HOP_WSMAN_ENUMERATE);
    return place_enumerate(s->place, &r, &how, err);
}

/* The item of the path's third part: stops at it. */
static bool
is_item(void *ctx, struct spot *s)
{
    bool *found = ctx;

    *found = hop_ascii_ieq(s->name, s->parts[2]);
    return !*found;
}

static bool
is_folder(const struct hop_xml_node *n)
{
    static const char *const folders[] = {"InitializationParameters",
                                          "Resources", "Quotas"};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(folders); i++)
        if (strcmp(n->local, folders[i]) == 0)
            return true;
    return n->first != NULL || (n->attr_count > 0 && n->text_len == 0 &&
                                hop_xml_node_attr(n, "", "Source") == NULL);
}

/* The name of a child in the drive. */
static void
name_child(const struct hop_xml_node *n, unsigned number, char out[256])
{
    const char *name = hop_xml_node_attr(n, "", "Name");

    if (strcmp(n->local, "ListeningOn") == 0)
        snprintf(out, 256, "ListeningOn_%u", number);
    else if (strcmp(n->local, "Param") == 0 && name != NULL)
        snprintf(out, 256, "%s", name);
    else
        snprintf(out, 256, "%s",
                 strcmp(n->local, "Winrs") == 0 ? "Shell" : n->local);
}

static bool
is_hidden(const struct hop_xml_attr *a)
{
    return strcmp(a->local, "lang") == 0 || strcmp(a->ns, HOP_NS_XSI) == 0 ||
           strcmp(a->local, "Source") == 0;
}

/* One step down; a Param's value is a leaf of its own. */
static bool
step(struct spot *s, const char *part)
{
    unsigned number = 0;

    for (size_t i = 0; i < s->node->attr_count; i++) {
        const struct hop_xml_attr *a = &s->node->attrs[i];
        if (!is_hidden(a) && hop_ascii_ieq(a->local, part)) {
            s->attr = a;
            s->kind = LEAF;
            snprintf(s->name, sizeof(s->name), "%s", a->local);
            return true;
        }
    }
    for (const struct hop_xml_node *n = s->node->first; n; n = n->next) {
        number += strcmp(n->local, "ListeningOn") == 0;
        name_child(n, number, s->name);
        if (!hop_ascii_ieq(s->name, part))
            continue;
        s->node = n;
        s->kind =
            is_folder(n) && strcmp(n->local, "Param") != 0 ? FOLDER : LEAF;
        return true;
    }
    return false;
}

static bool
walk(struct spot *s, size_t from)
{
    s->kind = FOLDER;
    for (size_t i = from; i < s->n; i++)
        if (s->kind == LEAF || !step(s, s->parts[i])) {
            s->kind = NOTHING;
            return true;
        }
    return true;
}

static bool
find_in_list(struct spot *s, const struct drive_list *list,
             struct hop_error *err)
{
    bool found = false;

    if (s->n == 2) {
        s->kind = LIST;
        snprintf(s->name, sizeof(s->name), "%s", list->name);
        return true;
    }
    if (!each_item(s, list, is_item, &found, err))
        return false;
    if (!found) {
        s->selector_count = 0;
        return true;
    }
    return walk(s, 3);
}

bool
drive_find(struct spot *s, const struct hop_item_path *p, struct hop_error *err)
{
    const struct drive_list *list;

    *s = (struct spot){.kind = TOP};
    hop_arena_init(&s->arena, 0);
    hop_buf_init(&s->xml, 0);
    split(s, p->path);
    if (s->n == 0)
        return true;
    s->kind = NOTHING;
    s->place = place_find(p->rs, s->parts[0]);
    if (s->place == NULL)
        return true;
    list = s->n > 1 ? drive_list_find(s->parts[1]) : NULL;
    if (list != NULL)
        return find_in_list(s, list, err);
    snprintf(s->uri, sizeof(s->uri), HOP_NS_CONFIG);
    if (!load(s, err))
        return false;
    if (s->n > 1)
        return walk(s, 1);
    s->kind = HOST;
    snprintf(s->name, sizeof(s->name), "%s", s->place->name);
    return true;
}

/* ---- reading ---- */

static bool
drive_exists(const struct hop_item_path *p)
{
    HOP_CLEANUP(drive_spot_done) struct spot s;
    struct hop_error err = {0};

    return drive_find(&s, p, &err) ? s.kind != NOTHING : drive_fail(p, &err);
}

static bool
drive_is_container(const struct hop_item_path *p)
{
    HOP_CLEANUP(drive_spot_done) struct spot s;
    struct hop_error err = {0};

    return drive_find(&s, p, &err) ? s.kind != NOTHING && s.kind != LEAF
                                   : drive_fail(p, &err);
}

static struct hop_value
make_keys(struct hop_context *cx, const struct spot *s)
{
    char texts[DRIVE_KEYS][600];
    const char *list[DRIVE_KEYS];

    /* Windows has the last one first. */
    for (size_t i = 0; i < s->selector_count; i++) {
        const struct hop_wsman_selector *k =
            &s->selectors[s->selector_count - 1 - i];
        snprintf(texts[i], sizeof(texts[i]), "%s=%s", k->name, k->value);
        list[i] = texts[i];
    }
    return s->selector_count
               ? hop_obj(hop_array_of_strings(cx, list, s->selector_count))
               : hop_null();
}

struct hop_value
drive_container(struct hop_context *cx, const struct spot *s)
{
    struct hop_record *r = hop_record_new(cx, &hop_class_wsman_container);

    if (s->n == 3 && s->selector_count)
        hop_record_set(r, C_KEYS, make_keys(cx, s));
    hop_record_set(
        r, C_NAME,
        hop_text(s->n == 3 && s->selector_count ? s->parts[2] : s->name));
    hop_record_set(r, C_TYPE, hop_text("Container"));
    if (s->kind == HOST)
        hop_type_names_push(cx, &r->base,
                            CLASS "WSManConfigContainerElement#ComputerLevel");
    return hop_obj(r);
}

static const char *
value_of(const struct spot *s)
{
    const char *value;

    if (s->attr != NULL)
        return s->attr->value;
    value = strcmp(s->node->local, "Param") == 0
                ? hop_xml_node_attr(s->node, "", "Value")
                : NULL;
    return value != NULL ? value : s->node->text;
}

static struct hop_value
make_leaf(struct hop_context *cx, const struct spot *s)
{
    struct hop_record *r = hop_record_new(cx, &hop_class_wsman_leaf);
    const char *source =
        s->attr == NULL ? hop_xml_node_attr(s->node, "", "Source") : NULL;

    hop_record_set(r, L_SOURCE, hop_text(source ? source : ""));
    hop_record_set(r, L_VALUE, hop_text(value_of(s)));
    hop_record_set(r, L_NAME, hop_text(s->name));
    hop_record_set(r, L_TYPE, hop_text("System.String"));
    if (s->attr == NULL && strcmp(s->node->local, "Param") == 0)
        hop_type_names_push(cx, &r->base,
                            CLASS "WSManConfigLeafElement#InitParams");
    return hop_obj(r);
}

/* Folders among values are shown like values, as Windows does. */
static struct hop_value
make_folder(struct hop_context *cx, const struct spot *s)
{
    struct hop_record *r = hop_record_new(cx, &hop_class_wsman_leaf);

    hop_record_set(r, L_NAME, hop_text(s->name));
    hop_record_set(r, L_TYPE, hop_text("Container"));
    return hop_obj(r);
}

static bool
is_among_values(const struct spot *s)
{
    return s->kind == LIST ||
           (s->kind == FOLDER && (s->n != 3 || s->selector_count == 0));
}

static bool
drive_item(const struct hop_item_path *p, bool force, struct hop_value *out)
{
    HOP_CLEANUP(drive_spot_done) struct spot s;
    struct hop_error err = {0};

    if (!drive_find(&s, p, &err))
        return drive_fail(p, &err);
    if (s.kind == TOP)
        snprintf(s.name, sizeof(s.name), "WSMan");
    *out = s.kind == NOTHING     ? hop_null()
           : s.kind == LEAF      ? make_leaf(&p->rs->cx, &s)
           : is_among_values(&s) ? make_folder(&p->rs->cx, &s)
                                 : drive_container(&p->rs->cx, &s);
    return true;
}

typedef bool child_fn(void *ctx, const char *name, bool container);

struct giving {
    child_fn *fn;
    void *ctx;
};

static bool
give_item(void *ctx, struct spot *s)
{
    struct giving *g = ctx;

    return g->fn(g->ctx, s->name, true);
}

/* Values first, as Windows lists them. */
static bool
give_node(const struct hop_xml_node *node, const struct giving *g)
{
    char name[256];

    for (size_t i = 0; i < node->attr_count; i++)
        if (!is_hidden(&node->attrs[i]) &&
            !g->fn(g->ctx, node->attrs[i].local, false))
            return false;
    for (int folders = 0; folders < 2; folders++) {
        unsigned number = 0;
        for (const struct hop_xml_node *n = node->first; n; n = n->next) {
            bool folder = is_folder(n) && strcmp(n->local, "Param") != 0;
            number += strcmp(n->local, "ListeningOn") == 0;
            name_child(n, number, name);
            if (folder == (folders == 1) && !g->fn(g->ctx, name, folder))
                return false;
        }
    }
    return true;
}

static bool
give_hosts(const struct hop_item_path *p, const struct giving *g)
{
    struct place *place;

    for (size_t i = 0; (place = place_at(p->rs, i)) != NULL; i++)
        if (!g->fn(g->ctx, place->name, true))
            return false;
    return true;
}

static bool
drive_children(const struct hop_item_path *p, bool force, child_fn *fn,
               void *ctx)
{
    HOP_CLEANUP(drive_spot_done) struct spot s;
    struct giving g = {fn, ctx};
    struct hop_error err = {0};
    bool more = true;

    if (!drive_find(&s, p, &err))
        return drive_fail(p, &err);
    if (s.kind == TOP)
        give_hosts(p, &g);
    else if (s.kind == LIST)
        return each_item(&s, drive_list_find(s.parts[1]), give_item, &g,
                         &err) ||
               drive_fail(p, &err);
    else if (s.kind == HOST || s.kind == FOLDER)
        more = give_node(s.node, &g);
    for (size_t i = 0; s.kind == HOST && more && i < HOP_ARRAY_SIZE(lists); i++)
        more = fn(ctx, lists[i].name, true);
    return true;
}

/* ---- writing ---- */

/* The resource that holds the value: .../config/service/auth. */
static void
name_resource(struct spot *s)
{
    size_t len = strlen(HOP_NS_CONFIG);

    if (s->selector_count > 0)
        return;
    snprintf(s->uri, sizeof(s->uri), HOP_NS_CONFIG);
    for (size_t i = 1; i + 1 < s->n; i++) {
        const char *part =
            hop_ascii_ieq(s->parts[i], "Shell") ? "winrs" : s->parts[i];
        int k = snprintf(s->uri + len, sizeof(s->uri) - len, "/%s", part);
        for (char *c = s->uri + len; k > 0 && *c != '\0'; c++)
            *c = hop_ascii_lower(*c);
        len += k > 0 ? (size_t)k : 0;
    }
}

/* Below an endpoint's parts: <PlugInConfiguration><Quotas X="v"/>. */
static void
make_part(const struct spot *s, const char *value, struct hop_buf *body)
{
    struct hop_xml_writer w = HOP_XML_WRITER(body);
    const char *part = s->parts[3];

    hop_xml_open(&w, "PlugInConfiguration");
    hop_xml_declare(&w, "", HOP_NS_CONFIG "/PluginConfiguration");
    hop_xml_open(&w, part);
    if (hop_ascii_ieq(part, "InitializationParameters")) {
        hop_xml_open(&w, "Param");
        hop_xml_attr(&w, "Name", s->name);
        hop_xml_attr(&w, "Value", value);
        hop_xml_close(&w, "Param");
    } else if (hop_ascii_ieq(part, "Resources")) {
        hop_xml_open(&w, "Resource");
        hop_xml_attr(&w, s->name, value);
        hop_xml_close(&w, "Resource");
    } else {
        hop_xml_attr(&w, s->name, value);
    }
    hop_xml_close(&w, part);
    hop_xml_close(&w, "PlugInConfiguration");
}

static bool
put(struct spot *s, const char *value, struct hop_error *err)
{
    const struct hop_settings_value v = {s->name, value};
    HOP_AUTO_BUF struct hop_buf now = HOP_BUF_INIT, body = HOP_BUF_INIT,
                                xml = HOP_BUF_INIT;
    struct hop_settings_request r;

    name_resource(s);
    r = drive_request(s, HOP_WSMAN_GET);
    if (s->selector_count == 1 && s->n > 4)
        make_part(s, value, &body);
    else if (!place_call(s->place, &r, NULL, NULL, &now, err) ||
             !hop_settings_merge(hop_buf_str(&now), &v, 1, &body, err))
        return false;
    r.verb = HOP_WSMAN_PUT;
    return place_call(s->place, &r, NULL, hop_buf_str(&body), &xml, err);
}

/* ---- parameters of the drive's own ---- */

enum { S_CONCATENATE };
static const struct hop_param set_parameters[] = {
    [S_CONCATENATE] = {"Concatenate", "switch"},
};
static const struct hop_param *
drive_parameters(const struct hop_item_path *p, const char *cmdlet, size_t *n)
{
    struct spot s = {.n = 0};
    const struct drive_list *list = NULL;

    if (strcmp(cmdlet, "Set-Item") == 0) {
        *n = HOP_ARRAY_SIZE(set_parameters);
        return set_parameters;
    }
    split(&s, p->path);
    if (s.n == 2)
        list = drive_list_find(s.parts[1]);
    drive_spot_done(&s);
    return list != NULL ? drive_new_parameters(list, n) : NULL;
}

/* The cmdlet's own switch or value of that name, or SIZE_MAX. */
size_t
drive_parameter(const struct hop_item_path *p, const char *name)
{
    const struct hop_cmdlet *c =
        p->command != NULL ? hop_command_cmdlet(p->command) : NULL;

    for (size_t i = 0; c != NULL && i < c->n_params; i++)
        if (strcmp(c->params[i].name, name) == 0)
            return i;
    return SIZE_MAX;
}

bool
drive_agreed(const struct hop_item_path *p, const char *query,
             const char *caption, bool *go)
{
    size_t force = drive_parameter(p, "Force");

    *go = true;
    return p->command == NULL ||
           (force != SIZE_MAX && hop_arg_on(p->command, force)) ||
           hop_should_continue(p->command, query, caption, NULL, NULL, go);
}

/* What lets other hosts or users in is asked about, as on Windows. */
static bool
may_set(const struct hop_item_path *p, const struct spot *s, bool *go)
{
    static const struct {
        const char *name, *query;
    } rows[] = {
        {"TrustedHosts",
         "TrustedHosts are hosts that NTLM is used with although nothing "
         "proves who they are: whoever answers in their place may get what "
         "proves your password. Change the list?"},
        {"RootSDDL",
         "RootSDDL says who may use this service, wherever an endpoint has no "
         "security descriptor of its own. Change it?"},
    };

    *go = true;
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++)
        if (s->selector_count == 0 && strcmp(s->name, rows[i].name) == 0)
            return drive_agreed(p, rows[i].query,
                                "WinRM Security Configuration.", go);
    return true;
}

static bool
drive_set(const struct hop_item_path *p, struct hop_value value,
          struct hop_value *out)
{
    HOP_CLEANUP(drive_spot_done) struct spot s;
    HOP_AUTO_STRING struct hop_string *text = NULL;
    HOP_AUTO_FREE char *joined = NULL;
    struct hop_error err = {0};
    size_t own = p->command ? hop_command_cmdlet(p->command)->n_params : 0;
    bool go;

    if (!hop_to_string(&p->rs->cx, value, &text))
        return false;
    if (!drive_find(&s, p, &err))
        return drive_fail(p, &err);
    if (s.kind != LEAF) {
        hop_error_set(&err, HOP_ERROR_GENERIC, 0,
                      "%s is no value that could be set", p->path);
        return drive_fail(p, &err);
    }
    if (!may_set(p, &s, &go))
        return false;
    if (!go)
        return true;
    if (p->command && hop_arg_on(p->command, own + S_CONCATENATE) &&
        value_of(&s)[0] != '\0')
        joined = hop_xasprintf("%s,%s", value_of(&s), text->data);
    if (!put(&s, joined ? joined : text->data, &err))
        return drive_fail(p, &err);
    return out == NULL || drive_item(p, true, out);
}

static bool
drive_clear(const struct hop_item_path *p)
{
    HOP_CLEANUP(drive_spot_done) struct spot s;
    struct hop_error err = {0};
    bool go;

    if (!drive_find(&s, p, &err))
        return drive_fail(p, &err);
    if (s.kind != LEAF)
        hop_error_set(&err, HOP_ERROR_GENERIC, 0, "%s is no value", p->path);
    else if (!may_set(p, &s, &go))
        return false;
    else if (!go)
        return true;
    return (s.kind == LEAF && put(&s, "", &err)) || drive_fail(p, &err);
}

static bool
drive_remove(const struct hop_item_path *p, bool recurse, bool force)
{
    HOP_CLEANUP(drive_spot_done) struct spot s;
    HOP_AUTO_BUF struct hop_buf xml = HOP_BUF_INIT;
    struct hop_error err = {0};
    struct hop_settings_request r;

    if (!drive_find(&s, p, &err))
        return drive_fail(p, &err);
    if (s.kind == HOST && place_forget(p->rs, s.parts[0]))
        return true;
    if (s.kind != FOLDER || s.n != 3 || s.selector_count == 0) {
        hop_error_set(&err, HOP_ERROR_GENERIC, 0,
                      "%s cannot be removed: listeners, endpoints, mappings of "
                      "client certificates and hosts that were connected to "
                      "can",
                      p->path);
        return drive_fail(p, &err);
    }
    r = drive_request(&s, HOP_WSMAN_DELETE);
    return place_call(s.place, &r, NULL, NULL, &xml, &err) ||
           drive_fail(p, &err);
}

const struct hop_provider hop_wsman_provider = {
    .name = "WSMan",
    .module = "Microsoft.WSMan.Management",
    .capabilities = HOP_PROVIDER_CONTAINER | HOP_PROVIDER_NAVIGATION |
                    HOP_PROVIDER_CREDENTIALS,
    .separator = '\\',
    .item_exists = drive_exists,
    .is_container = drive_is_container,
    .get_item = drive_item,
    .children = drive_children,
    .new_item = drive_new,
    .set_item = drive_set,
    .clear_item = drive_clear,
    .remove_item = drive_remove,
    .parameters = drive_parameters,
};
