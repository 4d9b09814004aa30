/* Changes of an entry, from values of the shell.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cmdlets/activedirectory/activedirectory.h"
#include "value/convert.h"
#include "value/member.h"

struct ad_edits {
    struct hop_directory_edit *rows;
    size_t count;
};

struct ad_edits *
ad_edits_new(void)
{
    return hop_xcalloc(1, sizeof(struct ad_edits));
}

void
ad_edits_free(struct ad_edits *e)
{
    if (e == NULL)
        return;
    for (size_t i = 0; i < e->count; i++) {
        struct hop_directory_edit *row = &e->rows[i];
        for (size_t k = 0; k < row->count; k++) {
            /* Passwords go this way too. */
            explicit_bzero((char *)row->values[k].data, row->values[k].len);
            free((char *)row->values[k].data);
        }
        free((void *)row->values);
        free((char *)row->attribute);
    }
    free(e->rows);
    free(e);
}

void
ad_edits_add(struct ad_edits *e, enum hop_directory_change change,
             const char *attribute, const char *const *values,
             const size_t *lens, size_t n)
{
    struct hop_directory_value *copies = hop_xcalloc(n + 1, sizeof(*copies));

    for (size_t i = 0; i < n; i++) {
        size_t len = lens ? lens[i] : strlen(values[i]);
        char *p = hop_xmalloc(len + 1);

        memcpy(p, values[i], len);
        p[len] = '\0';
        copies[i] = (struct hop_directory_value){p, len};
    }
    e->rows = hop_xrealloc(e->rows, e->count + 1, sizeof(*e->rows));
    e->rows[e->count++] =
        (struct hop_directory_edit){change, hop_xstrdup(attribute), copies, n};
}

const struct hop_directory_edit *
ad_edits_all(const struct ad_edits *e, size_t *n)
{
    *n = e->count;
    return e->rows;
}

/* One value as its attribute holds it. */
static bool
write_value(struct hop_command *c, struct hop_value v, struct hop_buf *out)
{
    struct hop_value base = hop_value_base(v);
    struct hop_array *a = hop_as_array(v);

    if (base.kind == HOP_BOOL) {
        hop_buf_adds(out, base.u.i ? "TRUE" : "FALSE");
        return true;
    }
    if (ad_security_bytes(v, out))
        return true;
    if (a && hop_array_element(a) == hop_class_of_kind(HOP_BYTE)) {
        hop_array_add_bytes(a, out);
        return true;
    }
    if (ad_object_text(v, "DistinguishedName")) {
        hop_buf_adds(out, ad_object_text(v, "DistinguishedName"));
        return true;
    }
    return hop_add_string(hop_command_context(c), base, out);
}

static bool
is_one_value(struct hop_value v)
{
    struct hop_array *a = hop_as_array(v);

    return a == NULL || hop_array_element(a) == hop_class_of_kind(HOP_BYTE);
}

bool
ad_edits_set(struct hop_command *c, struct ad_edits *e,
             enum hop_directory_change change, const char *attribute,
             struct hop_value v)
{
    struct hop_array *a = is_one_value(v) ? NULL : hop_as_array(v);
    size_t n = hop_is_null(v) ? 0 : a ? a->n : 1;
    struct hop_buf *texts = hop_xcalloc(n + 1, sizeof(*texts));
    const char **values = hop_xcalloc(n + 1, sizeof(*values));
    size_t *lens = hop_xcalloc(n + 1, sizeof(*lens));
    bool ok = true;

    for (size_t i = 0; i < n && ok; i++) {
        ok = write_value(c, a ? a->items[i] : v, &texts[i]);
        values[i] = hop_buf_str(&texts[i]);
        lens[i] = texts[i].len;
    }
    /* An empty text is no value in a directory. */
    if (n == 1 && lens[0] == 0 && change == HOP_DIRECTORY_REPLACE)
        n = 0;
    if (ok)
        ad_edits_add(e, change, attribute, values, lens, n);
    for (size_t i = 0; i < n; i++)
        hop_buf_done(&texts[i]);
    free(texts);
    free(values);
    free(lens);
    return ok;
}

/* ---- principals ---- */

static bool
take_sid(void *ctx, const struct hop_directory_entry *e)
{
    const struct hop_directory_attribute *a = ad_attribute(e, "objectSid");
    struct hop_sid *sid = ctx;

    (void)!(a &&
            hop_sid_decode(a->values[0].data, a->values[0].len, sid, NULL));
    return true;
}

/* An AD object knows its SID, which matters for one of another domain: this
 * directory does not have it. */
static bool
sid_of_object(struct hop_command *c, struct hop_value who, struct hop_sid *sid)
{
    HOP_AUTO_VALUE struct hop_value value = hop_null();
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;

    if (ad_object_text(who, "DistinguishedName") == NULL)
        return false;
    value = hop_member_path(hop_command_context(c), who, "SID");
    return !hop_is_null(value) &&
           hop_add_string(hop_command_context(c), value, &text) &&
           hop_sid_parse(hop_buf_str(&text), sid);
}

static bool
allow_principal(struct hop_command *c, struct hop_value who, struct hop_sd *sd)
{
    static const char *const names[] = {"objectSid", NULL};
    struct hop_sid sid = {0};

    if (!sid_of_object(c, who, &sid) &&
        !ad_find(c, who, HOP_AD_ANY, names, take_sid, &sid))
        return false;
    hop_sd_allow(sd, &sid, HOP_AD_FULL_CONTROL);
    return true;
}

bool
ad_edits_principals(struct hop_command *c, struct ad_edits *e,
                    const char *attribute, struct hop_value principals)
{
    struct hop_array *a = hop_as_array(principals);
    size_t n = a ? a->n : hop_is_null(principals) ? 0 : 1;
    HOP_AUTO_BUF struct hop_buf bytes = HOP_BUF_INIT;
    HOP_AUTO_SD struct hop_sd sd = {0};

    if (n == 0 || (n == 1 && a && hop_is_null(a->items[0]))) {
        ad_edits_add(e, HOP_DIRECTORY_REPLACE, attribute, NULL, NULL, 0);
        return true;
    }
    hop_sd_init_delegation(&sd);
    for (size_t i = 0; i < n; i++)
        if (!allow_principal(c, a ? a->items[i] : principals, &sd))
            return false;
    hop_sd_encode(&bytes, &sd);
    const char *const value = bytes.data;
    ad_edits_add(e, HOP_DIRECTORY_REPLACE, attribute, &value, &bytes.len, 1);
    return true;
}
