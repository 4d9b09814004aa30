/* SPDX-License-Identifier: MIT */
#include "client/words.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "client/hop.h"

/* U+2010 to U+2015, and the minus sign, as pasted from documents. */
const char *
words_skip_dash(const char *s)
{
    static const char *const dashes[] = {"-",
                                         "\xE2\x80\x90",
                                         "\xE2\x80\x91",
                                         "\xE2\x80\x92",
                                         "\xE2\x80\x93",
                                         "\xE2\x80\x94",
                                         "\xE2\x80\x95",
                                         "\xE2\x88\x92"};

    for (size_t i = 0; i < HOP_ARRAY_SIZE(dashes); i++)
        if (strncmp(s, dashes[i], strlen(dashes[i])) == 0)
            return s + strlen(dashes[i]);
    return NULL;
}

bool
words_find_auth(const char *name, long *choice)
{
    static const struct {
        const char *name;
        enum hop_auth_choice choice;
    } ways[] = {
        {"negotiate", HOP_USE_NEGOTIATE}, {"kerberos", HOP_USE_KERBEROS},
        {"ntlm", HOP_USE_NTLM},           {"credssp", HOP_USE_CREDSSP},
        {"basic", HOP_USE_BASIC},         {"certificate", HOP_USE_CERTIFICATE},
        {"none", HOP_USE_NONE},
    };

    for (size_t i = 0; i < HOP_ARRAY_SIZE(ways); i++)
        if (hop_ascii_ieq(name, ways[i].name)) {
            *choice = ways[i].choice;
            return true;
        }
    return false;
}

void
words_print_option(FILE *out, int width, const char *name, const char *value,
                   const char *help)
{
    char word[64];

    (void)!snprintf(word, sizeof(word), "-%s%s%s", name, value ? ":" : "",
                    value ? value : "");
    fprintf(out, "  %-*s %s\n", width, word, help);
}
