/* SPDX-License-Identifier: MIT */
#include "ad/sid.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define REVISION 1

/* MS-DTYP 2.4.2.4. */
static const struct {
    const char *sid, *letters, *name;
} well_known[] = {
    {"S-1-0-0", NULL, "NULL SID"},
    {"S-1-1-0", "WD", "Everyone"},
    {"S-1-3-0", "CO", "CREATOR OWNER"},
    {"S-1-3-1", "CG", "CREATOR GROUP"},
    {"S-1-3-4", "OW", "OWNER RIGHTS"},
    {"S-1-5-2", "NU", "NT AUTHORITY\\NETWORK"},
    {"S-1-5-4", "IU", "NT AUTHORITY\\INTERACTIVE"},
    {"S-1-5-6", "SU", "NT AUTHORITY\\SERVICE"},
    {"S-1-5-7", "AN", "NT AUTHORITY\\ANONYMOUS LOGON"},
    {"S-1-5-9", "ED", "NT AUTHORITY\\ENTERPRISE DOMAIN CONTROLLERS"},
    {"S-1-5-10", "PS", "NT AUTHORITY\\SELF"},
    {"S-1-5-11", "AU", "NT AUTHORITY\\Authenticated Users"},
    {"S-1-5-12", "RC", "NT AUTHORITY\\RESTRICTED"},
    {"S-1-5-18", "SY", "NT AUTHORITY\\SYSTEM"},
    {"S-1-5-19", "LS", "NT AUTHORITY\\LOCAL SERVICE"},
    {"S-1-5-20", "NS", "NT AUTHORITY\\NETWORK SERVICE"},
    {"S-1-5-32-544", "BA", "BUILTIN\\Administrators"},
    {"S-1-5-32-545", "BU", "BUILTIN\\Users"},
    {"S-1-5-32-546", "BG", "BUILTIN\\Guests"},
    {"S-1-5-32-547", "PU", "BUILTIN\\Power Users"},
    {"S-1-5-32-548", "AO", "BUILTIN\\Account Operators"},
    {"S-1-5-32-549", "SO", "BUILTIN\\Server Operators"},
    {"S-1-5-32-550", "PO", "BUILTIN\\Print Operators"},
    {"S-1-5-32-551", "BO", "BUILTIN\\Backup Operators"},
    {"S-1-5-32-552", "RE", "BUILTIN\\Replicator"},
    {"S-1-5-32-554", "RU", "BUILTIN\\Pre-Windows 2000 Compatible Access"},
    {"S-1-5-32-555", "RD", "BUILTIN\\Remote Desktop Users"},
    {"S-1-5-32-580", "RM", "BUILTIN\\Remote Management Users"},
};

static uint32_t
read_le32(const uint8_t *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
           (uint32_t)p[3] << 24;
}

bool
hop_sid_decode(const void *p, size_t n, struct hop_sid *sid, size_t *used)
{
    const uint8_t *b = p;
    struct hop_sid s = {0};

    if (n < 8 || b[0] != REVISION || b[1] > HOP_SID_SUBS ||
        n < 8 + (size_t)b[1] * 4)
        return false;
    s.count = b[1];
    for (size_t i = 2; i < 8; i++)
        s.authority = s.authority << 8 | b[i];
    for (size_t i = 0; i < s.count; i++)
        s.sub[i] = read_le32(b + 8 + i * 4);
    *sid = s;
    if (used)
        *used = 8 + (size_t)s.count * 4;
    return true;
}

void
hop_sid_encode(struct hop_buf *out, const struct hop_sid *sid)
{
    hop_buf_addc(out, REVISION);
    hop_buf_addc(out, (char)sid->count);
    for (int shift = 40; shift >= 0; shift -= 8)
        hop_buf_addc(out, (char)(sid->authority >> shift & 0xff));
    for (size_t i = 0; i < sid->count; i++)
        for (int shift = 0; shift < 32; shift += 8)
            hop_buf_addc(out, (char)(sid->sub[i] >> shift & 0xff));
}

/* A number up to max behind *at, which must be a '-'. */
static bool
take_number(const char **at, uint64_t max, uint64_t *out)
{
    char *end;
    bool hex = (*at)[0] == '-' && (*at)[1] == '0' && ((*at)[2] | 32) == 'x';

    if ((*at)[0] != '-' || (*at)[1] < '0' || (*at)[1] > '9')
        return false;
    errno = 0;
    unsigned long long v = strtoull(*at + 1, &end, hex ? 16 : 10);
    if (errno != 0 || v > max)
        return false;
    *out = v;
    *at = end;
    return true;
}

bool
hop_sid_parse(const char *text, struct hop_sid *sid)
{
    struct hop_sid s = {0};
    const char *at = text + 1;
    uint64_t v;

    if ((text[0] | 32) != 's' || !take_number(&at, REVISION, &v) ||
        v != REVISION || !take_number(&at, (1ULL << 48) - 1, &s.authority))
        return false;
    while (*at != '\0') {
        if (s.count == HOP_SID_SUBS || !take_number(&at, UINT32_MAX, &v))
            return false;
        s.sub[s.count++] = (uint32_t)v;
    }
    *sid = s;
    return true;
}

void
hop_sid_format(const struct hop_sid *sid, char out[HOP_SID_TEXT])
{
    int n = snprintf(out, HOP_SID_TEXT,
                     sid->authority > UINT32_MAX ? "S-1-0x%012llx" : "S-1-%llu",
                     (unsigned long long)sid->authority);

    for (size_t i = 0; i < sid->count; i++)
        n += snprintf(out + n, HOP_SID_TEXT - (size_t)n, "-%u", sid->sub[i]);
}

bool
hop_sid_eq(const struct hop_sid *a, const struct hop_sid *b)
{
    return a->authority == b->authority && a->count == b->count &&
           memcmp(a->sub, b->sub, a->count * sizeof(a->sub[0])) == 0;
}

static size_t
find_well_known(const struct hop_sid *sid)
{
    char text[HOP_SID_TEXT];
    size_t i = 0;

    hop_sid_format(sid, text);
    while (i < sizeof(well_known) / sizeof(well_known[0]) &&
           strcmp(well_known[i].sid, text) != 0)
        i++;
    return i;
}

const char *
hop_sid_well_known(const struct hop_sid *sid)
{
    size_t i = find_well_known(sid);

    return i < sizeof(well_known) / sizeof(well_known[0]) ? well_known[i].name
                                                          : NULL;
}

const char *
hop_sid_letters(const struct hop_sid *sid)
{
    size_t i = find_well_known(sid);

    return i < sizeof(well_known) / sizeof(well_known[0])
               ? well_known[i].letters
               : NULL;
}

bool
hop_sid_from_letters(const char *letters, struct hop_sid *sid)
{
    for (size_t i = 0; i < sizeof(well_known) / sizeof(well_known[0]); i++)
        if (well_known[i].letters != NULL &&
            hop_ascii_ieq(well_known[i].letters, letters))
            return hop_sid_parse(well_known[i].sid, sid);
    return false;
}
