/* SPDX-License-Identifier: MIT */
#include "ad/sddl.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"

enum { ACES_MAX = 1000, TEXT_MAX = 32 * 1024, WORD_MAX = 200 };
enum { DACL_PROTECTED = 0x1000, SACL_PROTECTED = 0x2000 };

struct reader {
    const char *at;
    struct hop_error *err;
};

static bool
fail(struct reader *r, const char *what)
{
    return hop_error_set(r->err, HOP_ERROR_GENERIC, 0,
                         "the security descriptor is wrong at \"%.40s\": %s",
                         r->at, what);
}

/* ---- words ---- */

static const struct {
    const char *letters;
    uint32_t mask;
} rights[] = {
    {"GA", HOP_RIGHT_ALL},  {"GX", HOP_RIGHT_EXECUTE}, {"GW", HOP_RIGHT_WRITE},
    {"GR", HOP_RIGHT_READ}, {"CC", 0x00000001},        {"DC", 0x00000002},
    {"LC", 0x00000004},     {"SW", 0x00000008},        {"RP", 0x00000010},
    {"WP", 0x00000020},     {"DT", 0x00000040},        {"LO", 0x00000080},
    {"CR", 0x00000100},     {"SD", 0x00010000},        {"RC", 0x00020000},
    {"WD", 0x00040000},     {"WO", 0x00080000},        {"FA", 0x001F01FF},
    {"FR", 0x00120089},     {"FW", 0x00120116},        {"FX", 0x001200A0},
    {"KA", 0x000F003F},     {"KR", 0x00020019},        {"KW", 0x00020006},
    {"KX", 0x00020019},
};

static const struct {
    const char *letters;
    uint8_t type;
} types[] = {
    {"A", HOP_ACE_ALLOWED}, {"D", HOP_ACE_DENIED}, {"AU", HOP_ACE_AUDIT}};

static const struct {
    const char *letters;
    uint8_t flag;
} flags[] = {{"OI", 1},    {"CI", 2},    {"NP", 4},   {"IO", 8},
             {"ID", 0x10}, {"SA", 0x40}, {"FA", 0x80}};

/* The text up to one of the characters, without blanks around it. */
static bool
take_word(struct reader *r, const char *ends, char out[WORD_MAX])
{
    size_t n = strcspn(r->at, ends);
    const char *p = r->at;

    if (p[n] == '\0' && strchr(ends, ')') != NULL)
        return fail(r, "an entry ends with )");
    r->at += n;
    while (n > 0 && hop_ascii_is_space(*p))
        p++, n--;
    while (n > 0 && hop_ascii_is_space(p[n - 1]))
        n--;
    if (n >= WORD_MAX)
        return fail(r, "a word is too long");
    memcpy(out, p, n);
    out[n] = '\0';
    return true;
}

static bool
read_rights(struct reader *r, const char *word, uint32_t *out)
{
    char *end;

    *out = 0;
    if (hop_ascii_is_digit(word[0])) {
        unsigned long long v = strtoull(word, &end, 0);

        *out = (uint32_t)v;
        return (*end == '\0' && v <= UINT32_MAX) ||
               fail(r, "rights are letters or a number of 32 bits");
    }
    for (; *word != '\0'; word += 2) {
        size_t i = 0;

        while (i < HOP_ARRAY_SIZE(rights) &&
               !hop_ascii_ieqn(word, rights[i].letters, 2))
            i++;
        if (i == HOP_ARRAY_SIZE(rights))
            return fail(r, "rights are pairs of letters such as GA (all), GR "
                           "(read), GW (write), GX (execute)");
        *out |= rights[i].mask;
    }
    return true;
}

static bool
read_flags(struct reader *r, const char *word, uint8_t *out)
{
    *out = 0;
    for (; *word != '\0'; word += 2) {
        size_t i = 0;

        while (i < HOP_ARRAY_SIZE(flags) &&
               !hop_ascii_ieqn(word, flags[i].letters, 2))
            i++;
        if (i == HOP_ARRAY_SIZE(flags))
            return fail(r, "flags are pairs of letters: OI CI NP IO ID SA FA");
        *out |= flags[i].flag;
    }
    return true;
}

static bool
read_sid(struct reader *r, const char *word, struct hop_sid *out)
{
    if ((word[0] | 32) == 's' && word[1] == '-')
        return hop_sid_parse(word, out) ||
               hop_error_set(r->err, HOP_ERROR_GENERIC, 0,
                             "the security descriptor names \"%.190s\", which "
                             "is no SID",
                             word);
    return hop_sid_from_letters(word, out) ||
           hop_error_set(
               r->err, HOP_ERROR_GENERIC, 0,
               "the security descriptor names \"%.40s\": somebody is a SID "
               "(S-1-...) or two letters that mean the same on every host: BA "
               "administrators, IU those who may log on here, RM Remote "
               "Management Users, WD everybody; for a group of the domain "
               "write its SID",
               word);
}

static bool
read_type(struct reader *r, const char *word, uint8_t *out)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(types); i++)
        if (hop_ascii_ieq(word, types[i].letters)) {
            *out = types[i].type;
            return true;
        }
    return fail(r, "an entry begins with A (allow), D (deny) or AU (audit)");
}

/* ---- parts ---- */

/* "A;;GA;;;BA)": the parenthesis before it is gone. */
static bool
read_ace(struct reader *r, struct hop_ace *out)
{
    char word[6][WORD_MAX];

    for (size_t i = 0; i < 6; i++) {
        if (!take_word(r, i < 5 ? ";)" : ")", word[i]))
            return false;
        if (i < 5 && *r->at != ';')
            return fail(r, "an entry has six parts: "
                           "(type;flags;rights;;;somebody)");
        r->at++;
    }
    *out = (struct hop_ace){0};
    if (word[3][0] != '\0' || word[4][0] != '\0')
        return fail(r, "entries for objects have no meaning here");
    return read_type(r, word[0], &out->type) &&
           read_flags(r, word[1], &out->flags) &&
           read_rights(r, word[2], &out->mask) &&
           read_sid(r, word[5], &out->sid);
}

static bool
read_acl(struct reader *r, struct hop_acl *acl, bool *is_protected)
{
    char word[WORD_MAX];

    if (acl->present)
        return fail(r, "a second list of the same kind");
    if (!take_word(r, "(:", word))
        return false;
    acl->present = true;
    acl->revision = 2;
    /* "O:", "S:" of the next part end the word with their letter. */
    size_t n = strlen(word);
    if (*r->at == ':' && n > 0) {
        r->at--;
        word[n - 1] = '\0';
    }
    *is_protected = strpbrk(word, "Pp") != NULL;
    if (strspn(word, "PARIpari") != strlen(word))
        return fail(r, "before the entries stand P, AR or AI");
    while (*r->at == '(') {
        struct hop_ace ace;

        r->at++;
        if (acl->count == ACES_MAX)
            return fail(r, "too many entries");
        if (!read_ace(r, &ace))
            return false;
        acl->aces = hop_xrealloc(acl->aces, acl->count + 1, sizeof(*acl->aces));
        acl->aces[acl->count++] = ace;
        while (hop_ascii_is_space(*r->at))
            r->at++;
    }
    return true;
}

/* Owner or group: up to the next part, whose letter stands before a colon. */
static bool
read_owner(struct reader *r, bool *has, struct hop_sid *sid)
{
    char word[WORD_MAX];
    size_t n = strcspn(r->at, ":");

    if (r->at[n] == ':' && n > 0)
        n--;
    if (*has || n >= WORD_MAX)
        return fail(r, "a second owner or group");
    memcpy(word, r->at, n);
    word[n] = '\0';
    if (!read_sid(r, word, sid))
        return false;
    r->at += n;
    *has = true;
    return true;
}

static bool
read_part(struct reader *r, struct hop_sd *sd)
{
    char letter = (char)(r->at[0] & ~32);
    bool guarded = false, ok;

    if (r->at[0] == '\0' || r->at[1] != ':')
        return fail(r, "a part begins with O:, G:, D: or S:");
    r->at += 2;
    switch (letter) {
    case 'O': return read_owner(r, &sd->has_owner, &sd->owner);
    case 'G': return read_owner(r, &sd->has_group, &sd->group);
    case 'D':
        ok = read_acl(r, &sd->dacl, &guarded);
        sd->control |= guarded ? DACL_PROTECTED : 0;
        return ok;
    case 'S':
        ok = read_acl(r, &sd->sacl, &guarded);
        sd->control |= guarded ? SACL_PROTECTED : 0;
        return ok;
    default: return fail(r, "a part begins with O:, G:, D: or S:");
    }
}

bool
hop_sddl_parse(const char *text, struct hop_sd *out, struct hop_error *err)
{
    struct reader r = {text, err};
    HOP_AUTO_SD struct hop_sd sd = {0};

    if (strlen(text) > TEXT_MAX)
        return hop_error_set(err, HOP_ERROR_LIMIT, 0,
                             "the security descriptor is too long");
    while (hop_ascii_is_space(*r.at))
        r.at++;
    if (*r.at == '\0')
        return fail(&r, "it is empty");
    while (*r.at != '\0')
        if (!read_part(&r, &sd))
            return false;
    *out = sd;
    sd = (struct hop_sd){0};
    return true;
}

/* ---- what it lets somebody do ---- */

static uint32_t
generic(uint32_t mask)
{
    return mask & HOP_RIGHT_ALL ? HOP_RIGHTS : mask & HOP_RIGHTS;
}

static bool
is_among(const struct hop_sid *sid, const struct hop_sid *sids, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (hop_sid_eq(sid, &sids[i]))
            return true;
    return false;
}

uint32_t
hop_sd_rights(const struct hop_sd *sd, const struct hop_sid *sids, size_t count)
{
    uint32_t granted = 0, denied = 0;

    if (!sd->dacl.present)
        return HOP_RIGHTS;
    for (size_t i = 0; i < sd->dacl.count; i++) {
        const struct hop_ace *a = &sd->dacl.aces[i];

        if ((a->flags & 8) != 0 || !is_among(&a->sid, sids, count))
            continue; /* inherit only, or somebody else */
        if (a->type == HOP_ACE_ALLOWED)
            granted |= generic(a->mask) & ~denied;
        else if (a->type == HOP_ACE_DENIED)
            denied |= generic(a->mask) & ~granted;
    }
    return granted;
}

/* ---- in the settings ---- */

bool
hop_sddl_parse_access(const char *text, struct hop_sd *out,
                      struct hop_error *err)
{
    HOP_AUTO_SD struct hop_sd sd = {0};

    if (!hop_sddl_parse(text, &sd, err))
        return false;
    if (!sd.dacl.present)
        return hop_error_set(err, HOP_ERROR_GENERIC, 0,
                             "the security descriptor has no list of who may "
                             "do what (D:), so that everybody could do "
                             "everything");
    for (size_t i = 0; i < sd.dacl.count; i++)
        if (generic(sd.dacl.aces[i].mask) == 0)
            return hop_error_set(
                err, HOP_ERROR_GENERIC, 0,
                "entry %zu of the security descriptor's list says nothing "
                "here: rights of this service are GA (all), GR (read), GW "
                "(write), GX (execute)",
                i + 1);
    *out = sd;
    sd = (struct hop_sd){0};
    return true;
}

static bool
check_one(const char *path, const char *text, struct hop_error *err)
{
    HOP_AUTO_SD struct hop_sd sd = {0};

    return hop_sddl_parse_access(text, &sd, err) ||
           hop_error_prefix(err, "%s", path);
}

bool
hop_sddl_check_config(const struct hop_config *c, struct hop_error *err)
{
    HOP_AUTO_BUF struct hop_buf name = HOP_BUF_INIT;
    size_t at = 0;

    if (!check_one("Service/RootSDDL",
                   hop_config_text(c, HOP_SET_SERVICE_ROOT_SDDL), err))
        return false;
    while (hop_config_entry_name(c, "Plugin", &at, &name) != NULL) {
        const char *text =
            hop_config_entry(c, "Plugin", hop_buf_str(&name), "Security");
        HOP_AUTO_FREE char *path =
            hop_xasprintf("Plugin/%s/Security", hop_buf_str(&name));

        if (text != NULL && text[0] != '\0' && !check_one(path, text, err))
            return false;
    }
    return true;
}

/* "Service/RootSDDL" and "Plugin/NAME/Security", in any case. */
static bool
is_descriptor(const char *path)
{
    size_t n = strlen(path), k = strlen("/Security");

    return hop_ascii_ieq(path, "Service/RootSDDL") ||
           (hop_ascii_ieqn(path, "Plugin/", 7) && n > k &&
            hop_ascii_ieq(path + n - k, "/Security"));
}

bool
hop_sddl_check_changes(const char *changes, struct hop_error *err)
{
    while (*changes != '\0') {
        size_t n = strcspn(changes, "\n");
        HOP_AUTO_FREE char *line = hop_xstrndup(changes, n);
        char *equals = strstr(line, " = ");

        changes += n + (changes[n] == '\n');
        if (equals == NULL || line[0] == '-')
            continue;
        *equals = '\0';
        /* An endpoint's empty one is none. */
        if (is_descriptor(line) &&
            (equals[3] != '\0' || hop_ascii_ieqn(line, "Service/", 8)) &&
            !check_one(line, equals + 3, err))
            return false;
    }
    return true;
}
