/* SPDX-License-Identifier: MIT */
#include "wsman/fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wsman/fault_table.h"
#include "wsman/uri.h"

/* A code nobody has told us about: the message says more than we can. */
static const struct hop_fault_row general = {
    .code = 0,
    .symbol = NULL,
    .value = "Receiver",
    .subcode = "w:InternalError",
    .http_status = 500,
    .text = "The service failed while it carried the request out.",
};

static const struct {
    const char *prefix, *ns;
} prefixes[] = {
    {"w", HOP_NS_WSMAN},
    {"a", HOP_NS_ADDRESSING},
    {"x", HOP_NS_TRANSFER},
    {"n", HOP_NS_ENUMERATION},
};

static int
compare(const void *key, const void *row)
{
    uint32_t a = *(const uint32_t *)key;
    uint32_t b = ((const struct hop_fault_row *)row)->code;

    return a < b ? -1 : a > b;
}

static const struct hop_fault_row *
look_up(uint32_t code)
{
    return bsearch(&code, hop_fault_rows, hop_fault_row_count,
                   sizeof(hop_fault_rows[0]), compare);
}

const struct hop_fault_row *
hop_fault_row_find(uint32_t code)
{
    const struct hop_fault_row *row = look_up(code);

    return row ? row : &general;
}

static void
set_subcode(struct hop_fault *f, const char *qname)
{
    for (size_t i = 0; qname && i < HOP_ARRAY_SIZE(prefixes); i++) {
        if (qname[0] == prefixes[i].prefix[0]) {
            snprintf(f->subcode_ns, sizeof(f->subcode_ns), "%s",
                     prefixes[i].ns);
            snprintf(f->subcode, sizeof(f->subcode), "%s", qname + 2);
        }
    }
}

void
hop_fault_set(struct hop_fault *f, uint32_t code, const char *fmt, ...)
{
    const struct hop_fault_row *row = hop_fault_row_find(code);
    char message[HOP_FAULT_TEXT_MAX]; /* an argument may lie in *f */
    va_list ap;

    if (fmt == NULL) {
        snprintf(message, sizeof(message), "%s", row->text);
    } else {
        va_start(ap, fmt);
        vsnprintf(message, sizeof(message), fmt, ap);
        va_end(ap);
    }
    *f = (struct hop_fault){.code = code};
    snprintf(f->value, sizeof(f->value), "%s", row->value);
    set_subcode(f, row->subcode);
    if (row->detail)
        snprintf(f->detail, sizeof(f->detail), HOP_URI_FAULT_DETAIL "%s",
                 row->detail);
    snprintf(f->reason, sizeof(f->reason), "%s", row->text);
    snprintf(f->message, sizeof(f->message), "%s", message);
}

int
hop_fault_http_status(const struct hop_fault *f)
{
    return hop_fault_row_find(f->code)->http_status;
}

bool
hop_fault_to_error(const struct hop_fault *f, struct hop_error *err)
{
    const struct hop_fault_row *row = look_up(f->code);
    const char *text = f->message[0] ? f->message : f->reason;
    size_t len = strlen(text);

    while (len && (text[len - 1] == ' ' || text[len - 1] == '\n' ||
                   text[len - 1] == '\r'))
        len--;
    return hop_error_set(err, HOP_ERROR_WSMAN, f->code, "%.*s (0x%08X%s%s)",
                         (int)len, text, f->code, row ? " " : "",
                         row ? row->symbol : "");
}

void
hop_fault_from_error(struct hop_fault *f, const struct hop_error *err)
{
    uint32_t code = HOP_FAULT_PROVIDER_FAILURE;

    if (err->domain == HOP_ERROR_WSMAN)
        code = (uint32_t)err->code;
    else if (err->domain == HOP_ERROR_LIMIT)
        code = HOP_FAULT_ENVELOPE_TOO_LARGE;
    else if (err->domain == HOP_ERROR_PROTOCOL)
        code = HOP_FAULT_SCHEMA_VALIDATION;
    hop_fault_set(f, code, "%s", err->text);
}

bool
hop_fault_is_timeout(const struct hop_fault *f)
{
    return f->code == HOP_FAULT_OPERATION_TIMEDOUT;
}
