/* SPDX-License-Identifier: MIT */
#include "http/token.h"

#include <string.h>

bool
hop_http_is_tchar(char c)
{
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
        (c >= '0' && c <= '9'))
        return true;
    return c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL;
}

size_t
hop_http_token_len(const char *s)
{
    size_t n = 0;

    while (hop_http_is_tchar(s[n]))
        n++;
    return n;
}

bool
hop_http_is_blank(char c)
{
    return c == ' ' || c == '\t';
}

const char *
hop_http_skip_blanks(const char *s)
{
    while (hop_http_is_blank(*s))
        s++;
    return s;
}

char *
hop_http_unquote(char **s)
{
    char *in = *s + 1, *out = in, *text = in;

    while (*in != '"') {
        if (*in == '\\' && in[1] != '\0')
            in++;
        if (*in == '\0')
            return NULL;
        *out++ = *in++;
    }
    *out = '\0';
    *s = in + 1;
    return text;
}
