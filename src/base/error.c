/* SPDX-License-Identifier: MIT */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Cuts an overlong text at the last whole UTF-8 character. */
static void
trim_partial(char *text, size_t size)
{
    size_t n = strnlen(text, size);

    if (n + 1 < size)
        return;
    while (n > 0 && ((unsigned char)text[n - 1] & 0xC0) == 0x80)
        n--;
    if (n > 0 && ((unsigned char)text[n - 1] & 0x80))
        n--;
    text[n] = '\0';
}

bool
hop_error_set(struct hop_error *err, enum hop_error_domain domain, int64_t code,
              const char *fmt, ...)
{
    va_list ap;

    if (err == NULL)
        return false;
    err->domain = domain;
    err->code = code;
    va_start(ap, fmt);
    vsnprintf(err->text, sizeof(err->text), fmt, ap);
    va_end(ap);
    trim_partial(err->text, sizeof(err->text));
    return false;
}

bool
hop_error_errno(struct hop_error *err, int errnum, const char *fmt, ...)
{
    va_list ap;
    size_t n;

    if (err == NULL)
        return false;
    err->domain = HOP_ERROR_ERRNO;
    err->code = errnum;
    va_start(ap, fmt);
    vsnprintf(err->text, sizeof(err->text), fmt, ap);
    va_end(ap);
    n = strlen(err->text);
    snprintf(err->text + n, sizeof(err->text) - n, ": %s", strerror(errnum));
    trim_partial(err->text, sizeof(err->text));
    return false;
}

bool
hop_error_prefix(struct hop_error *err, const char *fmt, ...)
{
    va_list ap;
    char old[HOP_ERROR_TEXT_MAX];
    size_t n;

    if (err == NULL)
        return false;
    memcpy(old, err->text, sizeof(old));
    va_start(ap, fmt);
    vsnprintf(err->text, sizeof(err->text), fmt, ap);
    va_end(ap);
    n = strlen(err->text);
    snprintf(err->text + n, sizeof(err->text) - n, ": %s", old);
    trim_partial(err->text, sizeof(err->text));
    return false;
}

void
hop_error_clear(struct hop_error *err)
{
    if (err == NULL)
        return;
    err->domain = HOP_ERROR_NONE;
    err->code = 0;
    err->text[0] = '\0';
}
