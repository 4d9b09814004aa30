/* SPDX-License-Identifier: MIT */
#include "ad/wmifilter.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"

enum { QUERIES_MAX = 64, GUID_TEXT = 38, QUERY_PARTS = 3 };

void
hop_wmi_filter_done(struct hop_wmi_filter *f)
{
    for (size_t k = 0; k < f->count; k++) {
        free(f->queries[k].ns);
        free(f->queries[k].text);
    }
    free(f->queries);
    free(f->id);
    free(f->name);
    free(f->why);
    *f = (struct hop_wmi_filter){0};
}

/* ---- gPCWQLFilter ---- */

static bool
is_guid(const char *s)
{
    if (strlen(s) < GUID_TEXT || s[0] != '{' || s[GUID_TEXT - 1] != '}')
        return false;
    for (size_t k = 1; k < GUID_TEXT - 1; k++)
        if (hop_ascii_hex(s[k]) < 0 && s[k] != '-')
            return false;
    return true;
}

char *
hop_wmi_filter_id(const char *link)
{
    const char *at = strchr(link, ';');

    if (link[0] != '[' || at == NULL || !is_guid(at + 1) ||
        at[1 + GUID_TEXT] != ';')
        return NULL;
    return hop_xstrndup(at + 1, GUID_TEXT);
}

/* ---- msWMI-Parm2 ---- */

static bool
take_number(const char **p, size_t *out)
{
    size_t n = 0;

    if (!hop_ascii_is_digit(**p))
        return false;
    for (; hop_ascii_is_digit(**p) && n < SIZE_MAX / 100; (*p)++)
        n = n * 10 + (size_t)(**p - '0');
    *out = n;
    return *(*p)++ == ';';
}

/* A text of so many units of UTF-16 and the semicolon behind it. */
static char *
take_text(const char **p, size_t units)
{
    const char *from = *p;

    while (units > 0 && **p != '\0') {
        unsigned char c = (unsigned char)*(*p)++;
        size_t wide = c >= 0xF0 ? 2 : 1;

        while (((unsigned char)**p & 0xC0) == 0x80)
            (*p)++;
        units -= wide < units ? wide : units;
    }
    if (units > 0 || **p != ';')
        return NULL;
    return hop_xstrndup(from, (size_t)((*p)++ - from));
}

static bool
take_query(const char **p, struct hop_wmi_filter *f)
{
    size_t lengths[QUERY_PARTS];
    HOP_AUTO_FREE char *language = NULL, *ns = NULL, *text = NULL;

    for (size_t k = 0; k < QUERY_PARTS; k++)
        if (!take_number(p, &lengths[k]))
            return false;
    if ((language = take_text(p, lengths[0])) == NULL ||
        (ns = take_text(p, lengths[1])) == NULL ||
        (text = take_text(p, lengths[2])) == NULL ||
        !hop_ascii_ieq(language, "WQL"))
        return false;
    f->queries = hop_xrealloc(f->queries, f->count + 1, sizeof(*f->queries));
    f->queries[f->count++] =
        (struct hop_wmi_query){.ns = hop_steal(&ns), .text = hop_steal(&text)};
    return true;
}

bool
hop_wmi_filter_parse(const char *parm2, struct hop_wmi_filter *f,
                     struct hop_error *err)
{
    const char *p = parm2;
    size_t n = 0;
    bool ok = take_number(&p, &n) && n > 0 && n <= QUERIES_MAX;

    for (size_t k = 0; ok && k < n; k++)
        ok = take_query(&p, f);
    return (ok && *p == '\0') ||
           hop_error_set(err, HOP_ERROR_PROTOCOL, 0,
                         "its queries (msWMI-Parm2) are malformed at "
                         "character %zu",
                         (size_t)(p - parm2));
}

/* ---- the object ---- */

static void
take_text_of(const struct hop_directory_entry *e, const char *name, char **out)
{
    for (size_t k = 0; k < e->count; k++) {
        const struct hop_directory_attribute *a = &e->attributes[k];

        if (hop_ascii_ieq(a->name, name) && a->count > 0) {
            free(*out);
            *out = hop_xstrndup(a->values[0].data, a->values[0].len);
        }
    }
}

struct som {
    char *name, *queries;
};

static bool
take_som(void *ctx, const struct hop_directory_entry *e)
{
    struct som *s = ctx;

    take_text_of(e, "msWMI-Name", &s->name);
    take_text_of(e, "msWMI-Parm2", &s->queries);
    return false;
}

/* MS-GPOL 2.2.5. */
static bool
find_som(struct hop_directory *d, const char *id, struct som *out,
         struct hop_error *err)
{
    static const char *const names[] = {"msWMI-Name", "msWMI-Parm2", NULL};
    HOP_AUTO_FREE char *base =
        hop_xasprintf("CN=%s,CN=SOM,CN=WMIPolicy,CN=System,%s", id,
                      hop_directory_domain_dn(d));
    const struct hop_directory_search s = {
        .base = base, .scope = HOP_DIRECTORY_BASE, .attributes = names};

    return hop_directory_search(d, &s, take_som, out, err) &&
           (out->queries != NULL ||
            hop_error_set(err, HOP_ERROR_LDAP, 0,
                          "this computer may not read it"));
}

void
hop_wmi_filter_find(struct hop_directory *d, const char *link,
                    struct hop_wmi_filter *out)
{
    struct som som = {0};
    struct hop_error err = {0};

    *out = (struct hop_wmi_filter){.id = hop_wmi_filter_id(link)};
    if (out->id == NULL)
        out->why = hop_xstrdup("what refers to it (gPCWQLFilter) is malformed");
    else if (!find_som(d, out->id, &som, &err))
        out->missing = true;
    else
        (void)!hop_wmi_filter_parse(som.queries, out, &err);
    if (err.text[0] != '\0')
        out->why = hop_xasprintf("%s%s", err.text,
                                 out->missing ? "; so it counts as true" : "");
    out->name = som.name != NULL  ? som.name
                : out->id != NULL ? hop_xstrdup(out->id)
                                  : hop_xstrdup("?");
    free(som.queries);
}
