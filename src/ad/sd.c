/* SPDX-License-Identifier: MIT */
#include "ad/sd.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define HEADER   20
#define ACES_MAX 2000 /* an ACL has at most 64 KiB */

enum { /* 2.4.6: control */
       DACL_PRESENT = 0x0004,
       SACL_PRESENT = 0x0010,
       DACL_AUTO_INHERITED = 0x0400,
       SACL_AUTO_INHERITED = 0x0800,
       DACL_PROTECTED = 0x1000,
       SACL_PROTECTED = 0x2000,
       SELF_RELATIVE = 0x8000,
};

enum { OBJECT_PRESENT = 1, INHERITED_PRESENT = 2 }; /* 2.4.4.3: Flags */

void
hop_sd_done(struct hop_sd *sd)
{
    free(sd->dacl.aces);
    free(sd->sacl.aces);
    *sd = (struct hop_sd){0};
}

/* ---- bytes ---- */

static uint32_t
read_le(const uint8_t *p, int bytes)
{
    uint32_t v = 0;

    for (int i = bytes - 1; i >= 0; i--)
        v = v << 8 | p[i];
    return v;
}

static bool
is_object_type(uint8_t type)
{
    return type >= HOP_ACE_ALLOWED_OBJECT && type <= HOP_ACE_AUDIT_OBJECT;
}

static bool
is_known_type(uint8_t type)
{
    return type <= HOP_ACE_AUDIT || is_object_type(type);
}

static bool
take_guid(const uint8_t **p, size_t *n, struct hop_guid *out)
{
    if (*n < sizeof(out->bytes))
        return false;
    memcpy(out->bytes, *p, sizeof(out->bytes));
    *p += sizeof(out->bytes);
    *n -= sizeof(out->bytes);
    return true;
}

/* The body of an object entry in front of its SID, 2.4.4.3. */
static bool
take_object_part(struct hop_ace *ace, const uint8_t **p, size_t *n)
{
    uint32_t flags;

    if (*n < 4)
        return false;
    flags = read_le(*p, 4);
    *p += 4;
    *n -= 4;
    ace->has_object = (flags & OBJECT_PRESENT) != 0;
    ace->has_inherited = (flags & INHERITED_PRESENT) != 0;
    return (!ace->has_object || take_guid(p, n, &ace->object)) &&
           (!ace->has_inherited || take_guid(p, n, &ace->inherited));
}

/* n: the size that the entry's header tells. */
static bool
decode_ace(const uint8_t *p, size_t n, struct hop_ace *ace)
{
    *ace = (struct hop_ace){.type = p[0], .flags = p[1]};
    if (!is_known_type(ace->type))
        return true;
    if (n < 8)
        return false;
    ace->mask = read_le(p + 4, 4);
    p += 8;
    n -= 8;
    return (!is_object_type(ace->type) || take_object_part(ace, &p, &n)) &&
           hop_sid_decode(p, n, &ace->sid, NULL);
}

static bool
decode_aces(const uint8_t *p, size_t n, size_t count, struct hop_acl *acl)
{
    acl->aces = hop_xcalloc(count ? count : 1, sizeof(*acl->aces));
    for (; acl->count < count; acl->count++) {
        size_t size = n >= 4 ? read_le(p + 2, 2) : 0;

        if (size < 4 || size > n ||
            !decode_ace(p, size, &acl->aces[acl->count]))
            return false;
        p += size;
        n -= size;
    }
    return true;
}

static bool
decode_acl(const uint8_t *p, size_t n, size_t offset, struct hop_acl *acl)
{
    size_t size, count;

    acl->present = true;
    if (offset == 0) /* a NULL list: 2.5.1.1, NO_ACCESS_CONTROL */
        return true;
    if (offset > n || n - offset < 8)
        return false;
    acl->revision = p[offset];
    size = read_le(p + offset + 2, 2);
    count = read_le(p + offset + 4, 2);
    if (size < 8 || size > n - offset || count > ACES_MAX)
        return false;
    return decode_aces(p + offset + 8, size - 8, count, acl);
}

static bool
decode_sid_at(const uint8_t *p, size_t n, size_t offset, struct hop_sid *sid,
              bool *has)
{
    if (offset == 0)
        return true;
    *has = true;
    return offset <= n && hop_sid_decode(p + offset, n - offset, sid, NULL);
}

static bool
decode(const uint8_t *p, size_t n, struct hop_sd *sd)
{
    if (n < HEADER || p[0] != 1)
        return false;
    sd->control = (uint16_t)read_le(p + 2, 2);
    if (!(sd->control & SELF_RELATIVE) ||
        !decode_sid_at(p, n, read_le(p + 4, 4), &sd->owner, &sd->has_owner) ||
        !decode_sid_at(p, n, read_le(p + 8, 4), &sd->group, &sd->has_group))
        return false;
    return (!(sd->control & SACL_PRESENT) ||
            decode_acl(p, n, read_le(p + 12, 4), &sd->sacl)) &&
           (!(sd->control & DACL_PRESENT) ||
            decode_acl(p, n, read_le(p + 16, 4), &sd->dacl));
}

bool
hop_sd_decode(const void *p, size_t n, struct hop_sd *out,
              struct hop_error *err)
{
    HOP_AUTO_SD struct hop_sd sd = {0};

    if (!decode(p, n, &sd))
        return hop_error_set(
            err, HOP_ERROR_PROTOCOL, 0,
            "the security descriptor of %zu bytes is malformed", n);
    *out = sd;
    sd = (struct hop_sd){0};
    return true;
}

static void
put_le(struct hop_buf *out, uint32_t v, int bytes)
{
    for (int i = 0; i < bytes; i++)
        hop_buf_addc(out, (char)(v >> 8 * i & 0xff));
}

/* Writes a number over the bytes at an offset. */
static void
patch_le(struct hop_buf *out, size_t at, uint32_t v, size_t bytes)
{
    for (size_t i = 0; hop_buf_ok(out) && i < bytes; i++)
        out->data[at + i] = (char)(v >> 8 * i & 0xff);
}

static void
encode_ace(struct hop_buf *out, const struct hop_ace *ace)
{
    size_t start = out->len;

    hop_buf_addc(out, (char)ace->type);
    hop_buf_addc(out, (char)ace->flags);
    put_le(out, 0, 2);
    put_le(out, ace->mask, 4);
    if (is_object_type(ace->type)) {
        put_le(out,
               (ace->has_object ? OBJECT_PRESENT : 0u) |
                   (ace->has_inherited ? INHERITED_PRESENT : 0u),
               4);
        if (ace->has_object)
            hop_buf_add(out, ace->object.bytes, sizeof(ace->object.bytes));
        if (ace->has_inherited)
            hop_buf_add(out, ace->inherited.bytes,
                        sizeof(ace->inherited.bytes));
    }
    hop_sid_encode(out, &ace->sid);
    patch_le(out, start + 2, (uint32_t)(out->len - start), 2);
}

static void
encode_acl(struct hop_buf *out, size_t base, size_t field,
           const struct hop_acl *acl)
{
    size_t start = out->len, count = 0;

    if (!acl->present || acl->aces == NULL)
        return;
    patch_le(out, base + field, (uint32_t)(start - base), 4);
    put_le(out, acl->revision, 2); /* Sbz1 is 0 */
    hop_buf_fill(out, '\0', 6);    /* size, count, Sbz2 */
    for (size_t i = 0; i < acl->count; i++)
        if (is_known_type(acl->aces[i].type)) {
            encode_ace(out, &acl->aces[i]);
            count++;
        }
    patch_le(out, start + 2, (uint32_t)(out->len - start), 2);
    patch_le(out, start + 4, (uint32_t)count, 2);
}

static void
encode_owner(struct hop_buf *out, size_t base, size_t field, bool has,
             const struct hop_sid *sid)
{
    if (!has)
        return;
    patch_le(out, base + field, (uint32_t)(out->len - base), 4);
    hop_sid_encode(out, sid);
}

void
hop_sd_encode(struct hop_buf *out, const struct hop_sd *sd)
{
    size_t base = out->len;
    uint32_t control = sd->control & ~(uint32_t)(DACL_PRESENT | SACL_PRESENT);

    control |= SELF_RELATIVE | (sd->dacl.present ? DACL_PRESENT : 0u) |
               (sd->sacl.present ? SACL_PRESENT : 0u);
    put_le(out, 1, 2);
    put_le(out, control, 2);
    hop_buf_fill(out, '\0', HEADER - 4);
    encode_acl(out, base, 12, &sd->sacl);
    encode_acl(out, base, 16, &sd->dacl);
    encode_owner(out, base, 4, sd->has_owner, &sd->owner);
    encode_owner(out, base, 8, sd->has_group, &sd->group);
}

/* ---- what is put in ---- */

void
hop_sd_allow(struct hop_sd *sd, const struct hop_sid *sid, uint32_t mask)
{
    struct hop_acl *acl = &sd->dacl;

    acl->aces = hop_xrealloc(acl->aces, acl->count + 1, sizeof(*acl->aces));
    acl->aces[acl->count++] =
        (struct hop_ace){.type = HOP_ACE_ALLOWED, .mask = mask, .sid = *sid};
}

void
hop_sd_init_delegation(struct hop_sd *sd)
{
    *sd = (struct hop_sd){
        .control = SELF_RELATIVE | DACL_PRESENT,
        .has_owner = true,
        .owner = {.authority = 5, .count = 2, .sub = {32, 544}},
        .dacl = {.present = true, .revision = 2},
    };
    sd->dacl.aces = hop_xcalloc(1, sizeof(*sd->dacl.aces));
}

/* ---- SDDL ---- */

/* 2.5.1.1, directory service rights by bit. */
static const struct {
    uint32_t bit;
    const char *letters;
} rights[] = {
    {0x00000001, "CC"}, {0x00000002, "DC"}, {0x00000004, "LC"},
    {0x00000008, "SW"}, {0x00000010, "RP"}, {0x00000020, "WP"},
    {0x00000040, "DT"}, {0x00000080, "LO"}, {0x00000100, "CR"},
    {0x00010000, "SD"}, {0x00020000, "RC"}, {0x00040000, "WD"},
    {0x00080000, "WO"}, {0x10000000, "GA"}, {0x20000000, "GX"},
    {0x40000000, "GW"}, {0x80000000, "GR"},
};

static const char *const ace_flags[] = {"OI", "CI", "NP", "IO",
                                        "ID", NULL, "SA", "FA"};

static const char *const ace_types[] = {
    [HOP_ACE_ALLOWED] = "A",        [HOP_ACE_DENIED] = "D",
    [HOP_ACE_AUDIT] = "AU",         [HOP_ACE_ALLOWED_OBJECT] = "OA",
    [HOP_ACE_DENIED_OBJECT] = "OD", [HOP_ACE_AUDIT_OBJECT] = "OU",
};

static void
format_sid(struct hop_buf *out, const struct hop_sid *sid)
{
    const char *letters = hop_sid_letters(sid);
    char text[HOP_SID_TEXT];

    hop_sid_format(sid, text);
    hop_buf_adds(out, letters ? letters : text);
}

static void
format_mask(struct hop_buf *out, uint32_t mask)
{
    uint32_t known = 0;

    for (size_t i = 0; i < sizeof(rights) / sizeof(rights[0]); i++)
        known |= rights[i].bit;
    if (mask & ~known) {
        hop_buf_addf(out, "0x%x", mask);
        return;
    }
    for (size_t i = 0; i < sizeof(rights) / sizeof(rights[0]); i++)
        if (mask & rights[i].bit)
            hop_buf_adds(out, rights[i].letters);
}

static void
format_guid(struct hop_buf *out, bool has, const struct hop_guid *guid)
{
    char text[HOP_GUID_TEXT];

    hop_buf_addc(out, ';');
    if (!has)
        return;
    hop_guid_format(guid, false, text);
    hop_buf_adds(out, text);
}

static void
format_ace(struct hop_buf *out, const struct hop_ace *ace)
{
    if (!is_known_type(ace->type))
        return;
    hop_buf_addf(out, "(%s;", ace_types[ace->type]);
    for (size_t i = 0; i < 8; i++)
        if (ace->flags >> i & 1 && ace_flags[i])
            hop_buf_adds(out, ace_flags[i]);
    hop_buf_addc(out, ';');
    format_mask(out, ace->mask);
    format_guid(out, ace->has_object, &ace->object);
    format_guid(out, ace->has_inherited, &ace->inherited);
    hop_buf_addc(out, ';');
    format_sid(out, &ace->sid);
    hop_buf_addc(out, ')');
}

static void
format_acl(struct hop_buf *out, char letter, const struct hop_acl *acl,
           bool is_protected, bool inherited)
{
    if (!acl->present)
        return;
    hop_buf_addf(out, "%c:%s%s%s", letter, is_protected ? "P" : "",
                 inherited ? "AI" : "",
                 acl->aces == NULL ? "NO_ACCESS_CONTROL" : "");
    for (size_t i = 0; i < acl->count; i++)
        format_ace(out, &acl->aces[i]);
}

void
hop_sd_format(struct hop_buf *out, const struct hop_sd *sd)
{
    if (sd->has_owner) {
        hop_buf_adds(out, "O:");
        format_sid(out, &sd->owner);
    }
    if (sd->has_group) {
        hop_buf_adds(out, "G:");
        format_sid(out, &sd->group);
    }
    format_acl(out, 'D', &sd->dacl, sd->control & DACL_PROTECTED,
               sd->control & DACL_AUTO_INHERITED);
    format_acl(out, 'S', &sd->sacl, sd->control & SACL_PROTECTED,
               sd->control & SACL_AUTO_INHERITED);
}
