/* ADComputer, ADUser and their kin: the properties of an entry by name.
 *
 * SPDX-License-Identifier: MIT
 */
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/alloc.h"
#include "base/guid.h"
#include "base/text.h"
#include "cmdlets/activedirectory/activedirectory.h"
#include "value/date.h"
#include "value/number.h"
#include "value/types/values.h"

#define MANAGEMENT "Microsoft.ActiveDirectory.Management."
#define NEVER      0x7FFFFFFFFFFFFFFF
/* From 1601 to year 1, in ticks. */
#define FILETIME_EPOCH 504911232000000000

struct ad_object {
    struct hop_object base;
    struct hop_dict *properties; /* by name, in any case */
};

static struct ad_object *
object_of(struct hop_value v)
{
    return (struct ad_object *)v.u.o;
}

/* ---- as a class ---- */

static void
destroy(struct hop_object *o)
{
    hop_release(hop_obj(((struct ad_object *)o)->properties));
}

static bool
to_string(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    const char *dn = ad_object_text(v, "DistinguishedName");

    (void)cx;
    *out = hop_string_from(dn ? dn : "");
    return true;
}

/* What is not there is empty: no error, as the attribute may just have no
 * value. */
static int
get_property(struct hop_context *cx, struct hop_value self,
             const struct hop_string *name, struct hop_value *out)
{
    struct hop_value *v =
        hop_dict_get_text(object_of(self)->properties, name->data);

    (void)cx;
    if (v == NULL)
        return 0;
    *out = hop_retain(*v);
    return 1;
}

static int
set_property(struct hop_context *cx, struct hop_value self,
             const struct hop_string *name, struct hop_value v)
{
    (void)cx;
    hop_dict_set_text(object_of(self)->properties, name->data, hop_retain(v));
    return 1;
}

static int
compare_names(const void *a, const void *b)
{
    const struct hop_dict_entry *const *x = a, *const *y = b;

    return hop_string_icmp((*x)->key.u.s, (*y)->key.u.s);
}

static void
each_property(struct hop_value self,
              bool (*f)(void *arg, struct hop_string *name), void *arg)
{
    size_t n;
    struct hop_dict_entry **order =
        hop_dict_order(object_of(self)->properties, &n);

    if (n > 1)
        qsort(order, n, sizeof(*order), compare_names);
    for (size_t i = 0; i < n && f(arg, order[i]->key.u.s); i++)
        continue;
    free(order);
}

static const struct hop_class class_entity = {
    .name = MANAGEMENT "ADEntity",
    .base = &hop_class_object,
    .kind = HOP_OBJECT,
    .size = sizeof(struct ad_object),
    .destroy = destroy,
    .to_string = to_string,
    .get_dynamic = get_property,
    .set_dynamic = set_property,
    .each_dynamic = each_property,
};

#define CLASS(id, text, of)                                                    \
    static const struct hop_class class_##id = {                               \
        .name = MANAGEMENT text,                                               \
        .base = &class_##of,                                                   \
        .kind = HOP_OBJECT,                                                    \
        .size = sizeof(struct ad_object),                                      \
        .destroy = destroy,                                                    \
        .to_string = to_string,                                                \
        .get_dynamic = get_property,                                           \
        .set_dynamic = set_property,                                           \
        .each_dynamic = each_property,                                         \
    }

CLASS(object, "ADObject", entity);
CLASS(principal, "ADPrincipal", object);
CLASS(account, "ADAccount", principal);
CLASS(computer, "ADComputer", account);
CLASS(user, "ADUser", account);
CLASS(service_account, "ADServiceAccount", account);
CLASS(group, "ADGroup", principal);

const struct hop_class *const ad_classes[] = {
    &class_entity,          &class_object,   &class_principal,
    &class_account,         &class_computer, &class_user,
    &class_service_account, &class_group,    NULL,
};

/* ---- from an entry ---- */

const struct hop_directory_attribute *
ad_attribute(const struct hop_directory_entry *e, const char *name)
{
    for (size_t i = 0; i < e->count; i++)
        if (hop_ascii_ieq(e->attributes[i].name, name) &&
            e->attributes[i].count > 0)
            return &e->attributes[i];
    return NULL;
}

const char *
ad_attribute_text(const struct hop_directory_entry *e, const char *name)
{
    const struct hop_directory_attribute *a = ad_attribute(e, name);

    return a ? a->values[0].data : NULL;
}

/* The most special class is the last value. */
static const char *
object_class(const struct hop_directory_entry *e)
{
    const struct hop_directory_attribute *a = ad_attribute(e, "objectClass");

    return a ? a->values[a->count - 1].data : "";
}

static const struct {
    const char *name;
    const struct hop_class *cls;
    uint32_t kind;
} kinds[] = {
    {"computer", &class_computer, HOP_AD_COMPUTER},
    {"user", &class_user, HOP_AD_USER},
    {"inetOrgPerson", &class_user, HOP_AD_USER},
    {"msDS-GroupManagedServiceAccount", &class_service_account, HOP_AD_SERVICE},
    {"msDS-ManagedServiceAccount", &class_service_account, HOP_AD_SERVICE},
    {"group", &class_group, HOP_AD_GROUP},
};

static uint32_t
kind_of_entry(const struct hop_directory_entry *e, const struct hop_class **cls)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(kinds); i++)
        if (hop_ascii_ieq(object_class(e), kinds[i].name)) {
            *cls = kinds[i].cls;
            return kinds[i].kind;
        }
    *cls = &class_object;
    return 0;
}

const struct hop_class *
ad_class_of_entry(const struct hop_directory_entry *e)
{
    const struct hop_class *cls;

    kind_of_entry(e, &cls);
    return cls;
}

/* ---- values ---- */

static struct hop_value
file_time(const char *text)
{
    long long v = strtoll(text, NULL, 10);

    if (v <= 0 || v == NEVER)
        return hop_null();
    return hop_datetime(hop_date_to_local(v + FILETIME_EPOCH), HOP_DATE_LOCAL);
}

/* 20240229120000.0Z */
static struct hop_value
generalized_time(const char *s, size_t n)
{
    static const char format[] = "yyyyMMddHHmmss";
    int64_t ticks;
    int32_t offset;

    if (n < 14 || !hop_date_scan_exact(s, 14, format, sizeof(format) - 1,
                                       &ticks, &offset))
        return hop_textn(s, n);
    return hop_datetime(hop_date_to_local(ticks), HOP_DATE_LOCAL);
}

static struct hop_value
guid(struct hop_context *cx, const struct hop_directory_value *v)
{
    struct hop_guid g;

    if (v->len != sizeof(g.bytes))
        return hop_null();
    memcpy(g.bytes, v->data, sizeof(g.bytes));
    return hop_guid_value(cx, &g);
}

static struct hop_value
sid(struct hop_context *cx, const struct hop_directory_value *v)
{
    struct hop_sid s;

    if (!hop_sid_decode(v->data, v->len, &s, NULL))
        return hop_null();
    return ad_sid_value(cx, &s);
}

/* MS-KILE 2.2.7, as the module shows it. */
static struct hop_value
encryption_types(const char *text)
{
    static const struct {
        long bit;
        const char *name;
    } rows[] = {{3, "DES"}, {4, "RC4"}, {8, "AES128"}, {16, "AES256"}};
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    long v = strtol(text, NULL, 10);

    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++)
        if (v & rows[i].bit)
            hop_buf_addf(&out, "%s%s", out.len ? ", " : "", rows[i].name);
    return hop_text(out.len ? hop_buf_str(&out) : "None");
}

static struct hop_value
whole_number(const char *text)
{
    long long v = strtoll(text, NULL, 10);

    return v >= INT32_MIN && v <= INT32_MAX ? hop_int((int32_t)v) : hop_long(v);
}

static struct hop_value
one_value(struct hop_context *cx, enum hop_ad_syntax syntax,
          const struct hop_directory_value *v)
{
    switch (syntax) {
    case HOP_AD_NUMBER: return whole_number(v->data);
    case HOP_AD_BOOL: return hop_bool(hop_ascii_ieq(v->data, "TRUE"));
    case HOP_AD_FILETIME: return file_time(v->data);
    case HOP_AD_TIME: return generalized_time(v->data, v->len);
    case HOP_AD_SID: return sid(cx, v);
    case HOP_AD_GUID: return guid(cx, v);
    case HOP_AD_ENC_TYPES: return encryption_types(v->data);
    default: break;
    }
    /* RFC 4517 3.3.3: only attributes of that syntax hold these words. */
    if (strcmp(v->data, "TRUE") == 0 || strcmp(v->data, "FALSE") == 0)
        return hop_bool(*v->data == 'T');
    if (!hop_utf8_valid(v->data, v->len))
        return hop_obj(hop_array_of_bytes(cx, v->data, v->len));
    return hop_textn(v->data, v->len);
}

static struct hop_value
all_values(struct hop_context *cx, enum hop_ad_syntax syntax,
           const struct hop_directory_attribute *a)
{
    struct hop_array *all = hop_array_new(cx, 0);

    for (size_t i = 0; a && i < a->count; i++)
        hop_array_push(all, one_value(cx, syntax, &a->values[i]));
    return hop_obj(all);
}

/* The names behind the entries of a security descriptor. */
static struct hop_value
principals(struct hop_context *cx, struct hop_directory *d,
           const struct hop_directory_attribute *a)
{
    struct hop_array *all = hop_array_new(cx, 0);
    HOP_AUTO_SD struct hop_sd sd = {0};

    if (a && hop_sd_decode(a->values[0].data, a->values[0].len, &sd, NULL))
        for (size_t i = 0; i < sd.dacl.count; i++) {
            HOP_AUTO_BUF struct hop_buf name = HOP_BUF_INIT;
            ad_name_of_sid(d, &sd.dacl.aces[i].sid, true, &name);
            hop_array_push(all, hop_text_buf(&name));
        }
    return hop_obj(all);
}

/* What "Protect object from accidental deletion" writes: everyone is denied
 * DELETE and DELETE_TREE, MS-ADTS 5.1.3.2. */
static struct hop_value
is_protected(const struct hop_directory_attribute *a)
{
    const uint32_t both = 0x00010000u | 0x00000040u;
    HOP_AUTO_SD struct hop_sd sd = {0};
    struct hop_sid everyone;

    if (a == NULL || !hop_sid_parse("S-1-1-0", &everyone) ||
        !hop_sd_decode(a->values[0].data, a->values[0].len, &sd, NULL))
        return hop_bool(false);
    for (size_t i = 0; i < sd.dacl.count; i++)
        if (sd.dacl.aces[i].type == HOP_ACE_DENIED &&
            (sd.dacl.aces[i].mask & both) == both &&
            hop_sid_eq(&sd.dacl.aces[i].sid, &everyone))
            return hop_bool(true);
    return hop_bool(false);
}

static struct hop_value
flag(const struct hop_ad_property *p, const struct hop_directory_entry *e)
{
    const char *text = ad_attribute_text(e, p->attribute);
    bool set = text && (strtol(text, NULL, 10) & (long)p->bit);

    return hop_bool(set != p->inverted);
}

/* groupType, MS-ADTS 2.2.12 */
static struct hop_value
group_value(enum hop_ad_syntax syntax, const struct hop_directory_attribute *a)
{
    uint32_t bits = a ? (uint32_t)strtol(a->values[0].data, NULL, 10) : 0;

    if (a == NULL)
        return hop_null();
    if (syntax == HOP_AD_GROUP_CATEGORY)
        return hop_text(bits & 0x80000000 ? "Security" : "Distribution");
    return hop_text(bits & 2   ? "Global"
                    : bits & 4 ? "DomainLocal"
                               : "Universal");
}

struct hop_value
ad_address(const char *host, int family)
{
    struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    char text[NI_MAXHOST];
    bool ok = getaddrinfo(host, NULL, &hints, &list) == 0 &&
              getnameinfo(list->ai_addr, list->ai_addrlen, text, sizeof(text),
                          NULL, 0, NI_NUMERICHOST) == 0;

    if (list)
        freeaddrinfo(list);
    return ok ? hop_text(text) : hop_null();
}

/* The group's RID in the domain of the account's own SID. */
static struct hop_value
primary_group(struct hop_directory *d, const struct hop_directory_entry *e)
{
    const struct hop_directory_attribute *own = ad_attribute(e, "objectSid");
    const char *rid = ad_attribute_text(e, "primaryGroupID");
    HOP_AUTO_BUF struct hop_buf dn = HOP_BUF_INIT;
    struct hop_sid sid;

    if (!own || !rid ||
        !hop_sid_decode(own->values[0].data, own->values[0].len, &sid, NULL) ||
        sid.count == 0)
        return hop_null();
    sid.sub[sid.count - 1] = (uint32_t)strtoul(rid, NULL, 10);
    ad_name_of_sid(d, &sid, true, &dn);
    return hop_text_buf(&dn);
}

/* "User cannot change password": the extended right is denied,
 * ab721a53-1e2f-11d0-9819-00aa0040529b (MS-ADTS 5.1.3.2.1). */
static struct hop_value
has_no_own_password(const struct hop_directory_attribute *a)
{
    static const char right[] = "ab721a53-1e2f-11d0-9819-00aa0040529b";
    HOP_AUTO_SD struct hop_sd sd = {0};
    struct hop_guid guid;

    if (a == NULL || !hop_guid_parse(right, strlen(right), &guid) ||
        !hop_sd_decode(a->values[0].data, a->values[0].len, &sd, NULL))
        return hop_bool(false);
    for (size_t i = 0; i < sd.dacl.count; i++)
        if (sd.dacl.aces[i].type == HOP_ACE_DENIED_OBJECT &&
            sd.dacl.aces[i].has_object &&
            memcmp(&sd.dacl.aces[i].object, &guid, sizeof(guid)) == 0)
            return hop_bool(true);
    return hop_bool(false);
}

/* What is made of an attribute that holds something else. */
static struct hop_value
made_value(struct hop_directory *d, const struct hop_ad_property *p,
           const struct hop_directory_entry *e)
{
    const struct hop_directory_attribute *a = ad_attribute(e, p->attribute);

    switch (p->syntax) {
    case HOP_AD_PRIMARY_GROUP: return primary_group(d, e);
    case HOP_AD_OWN_PASSWORD: return has_no_own_password(a);
    case HOP_AD_IPV4:
    case HOP_AD_IPV6:
        return a ? ad_address(a->values[0].data,
                              p->syntax == HOP_AD_IPV4 ? AF_INET : AF_INET6)
                 : hop_null();
    default: return group_value(p->syntax, a);
    }
}

static struct hop_value
property_value(struct hop_context *cx, struct hop_directory *d,
               const struct hop_ad_property *p,
               const struct hop_directory_entry *e)
{
    const struct hop_directory_attribute *a = ad_attribute(e, p->attribute);

    if (p->syntax == HOP_AD_FLAG)
        return flag(p, e);
    if (p->syntax == HOP_AD_SD)
        return principals(cx, d, a);
    if (p->syntax == HOP_AD_PROTECTED)
        return is_protected(a);
    if (p->syntax >= HOP_AD_GROUP_CATEGORY)
        return made_value(d, p, e);
    if (p->many)
        return all_values(cx, p->syntax, a);
    if (strcmp(p->attribute, "objectClass") == 0)
        return hop_text(object_class(e));
    return a ? one_value(cx, p->syntax, &a->values[0]) : hop_null();
}

/* An attribute by its own name: what it holds, undisguised. */
static struct hop_value
raw_value(struct hop_context *cx, struct hop_directory *d,
          const struct hop_directory_attribute *a)
{
    const struct hop_ad_property *p =
        hop_ad_property_find(a->name, strlen(a->name));
    enum hop_ad_syntax syntax =
        p && (p->syntax == HOP_AD_SID || p->syntax == HOP_AD_GUID ||
              p->syntax == HOP_AD_TIME)
            ? p->syntax
            : HOP_AD_TEXT;

    if (p && (p->syntax == HOP_AD_SD || p->syntax == HOP_AD_PROTECTED))
        return ad_security_value(cx, d, a->values[0].data, a->values[0].len);
    if (p && (p->syntax == HOP_AD_NUMBER || p->syntax == HOP_AD_FILETIME ||
              p->syntax == HOP_AD_ENC_TYPES))
        syntax = HOP_AD_NUMBER;
    if (hop_ascii_ieq(a->name, "userAccountControl") ||
        hop_ascii_ieq(a->name, "groupType"))
        syntax = HOP_AD_NUMBER;
    return a->count == 1 && !(p && p->many)
               ? one_value(cx, syntax, &a->values[0])
               : all_values(cx, syntax, a);
}

static void
add_property(struct hop_context *cx, struct hop_directory *d,
             struct ad_object *o, const struct hop_ad_property *p,
             const struct hop_directory_entry *e)
{
    hop_dict_set_text(o->properties, p->name, property_value(cx, d, p, e));
}

/* By the module's name for it or the attribute's own. */
static void
add_named(struct hop_context *cx, struct hop_directory *d, struct ad_object *o,
          const char *name, const struct hop_directory_entry *e)
{
    const struct hop_ad_property *p = hop_ad_property_find(name, strlen(name));
    const struct hop_directory_attribute *a = ad_attribute(e, name);

    if (p && hop_ascii_ieq(p->name, name))
        add_property(cx, d, o, p, e);
    else
        hop_dict_set_text(o->properties, a ? a->name : name,
                          a ? raw_value(cx, d, a) : hop_null());
}

static void
add_everything(struct hop_context *cx, struct hop_directory *d,
               struct ad_object *o, uint32_t kind,
               const struct hop_directory_entry *e)
{
    size_t n;
    const struct hop_ad_property *p = hop_ad_properties(&n);

    for (size_t i = 0; i < n; i++)
        if (kind ? (kind & p[i].kinds) != 0
                 : p[i].kinds == HOP_AD_ANY && ad_attribute(e, p[i].attribute))
            add_property(cx, d, o, &p[i], e);
    for (size_t i = 0; i < e->count; i++)
        if (hop_dict_get_text(o->properties, e->attributes[i].name) == NULL)
            hop_dict_set_text(o->properties, e->attributes[i].name,
                              raw_value(cx, d, &e->attributes[i]));
}

/* What an object shows of itself: one without a kind four properties, a
 * principal those that all kinds have. */
static bool
is_shown(const struct hop_ad_property *p, enum ad_shape shape, uint32_t kind)
{
    if (shape == AD_AS_PRINCIPAL)
        return p->always == HOP_AD_ANY;
    if (kind != 0)
        return (p->always & kind) != 0;
    return strcmp(p->name, "DistinguishedName") == 0 ||
           strcmp(p->name, "Name") == 0 ||
           strcmp(p->name, "ObjectClass") == 0 ||
           strcmp(p->name, "ObjectGUID") == 0;
}

struct hop_value
ad_object_new(struct hop_context *cx, struct hop_directory *d,
              const struct hop_directory_entry *e, enum ad_shape shape,
              const char *const *more, size_t n)
{
    const struct hop_class *cls;
    uint32_t kind = kind_of_entry(e, &cls);
    struct ad_object *o;
    size_t count;
    const struct hop_ad_property *p = hop_ad_properties(&count);

    if (shape == AD_AS_OBJECT)
        kind = 0;
    if (shape != AD_AS_IT_IS)
        cls = shape == AD_AS_OBJECT ? &class_object : &class_principal;
    o = hop_object_new(cx, cls);
    o->properties = hop_hashtable_new(cx);
    for (size_t i = 0; i < count; i++)
        if (is_shown(&p[i], shape, kind))
            add_property(cx, d, o, &p[i], e);
    for (size_t i = 0; i < n; i++)
        if (strcmp(more[i], "*") == 0)
            add_everything(cx, d, o, kind, e);
        else
            add_named(cx, d, o, more[i], e);
    return hop_obj(o);
}

const char *
ad_object_text(struct hop_value v, const char *property)
{
    struct hop_value *found;

    v = hop_value_base(v);
    if (v.kind != HOP_OBJECT || v.u.o->cls->size != sizeof(struct ad_object) ||
        !hop_class_is(v.u.o->cls, &class_entity))
        return NULL;
    found = hop_dict_get_text(object_of(v)->properties, property);
    return found && hop_is_string(*found) ? hop_cstr(*found) : NULL;
}
