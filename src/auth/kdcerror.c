/* SPDX-License-Identifier: MIT */
#include "auth/kdcerror.h"

#include "base/der.h"
#include "base/cleanup.h"

enum {
    ERR_TYPE_EXTENDED = 3, /* MS-KILE 2.2.2 KERB_ERR_TYPE_EXTENDED */
    EXT_ERROR_SIZE = 12,   /* MS-KILE 2.2.1: status, reserved, flags */
    ELEMENTS_MAX = 32,
};

/* The contents of [tag] around an element of a kind. */
static bool
read_field(struct hop_der_span *in, uint8_t tag, uint8_t kind,
           struct hop_der_span *out)
{
    struct hop_der_span field;

    return hop_der_expect(in, tag, &field) &&
           hop_der_expect(&field, kind, out) && field.n == 0;
}

/* KERB-ERROR-DATA and PA-DATA count their fields from 1, TYPED-DATA from 0. */
static uint32_t
read_element(struct hop_der_span seq)
{
    uint8_t first;
    struct hop_der_span type, value;

    if (seq.n == 0)
        return 0;
    first = seq.p[0];
    if ((first != HOP_DER_CONTEXT0 && first != HOP_DER_CONTEXT0 + 1) ||
        !read_field(&seq, first, HOP_DER_INTEGER, &type) || type.n != 1 ||
        type.p[0] != ERR_TYPE_EXTENDED ||
        !read_field(&seq, (uint8_t)(first + 1), HOP_DER_OCTETS, &value) ||
        value.n != EXT_ERROR_SIZE)
        return 0;
    return (uint32_t)value.p[0] | (uint32_t)value.p[1] << 8 |
           (uint32_t)value.p[2] << 16 | (uint32_t)value.p[3] << 24;
}

uint32_t
kdc_error_status(const void *p, size_t n)
{
    struct hop_der_span in = {p, n}, seq, element;
    uint32_t status = 0;

    if (!hop_der_expect(&in, HOP_DER_SEQUENCE, &seq) || in.n != 0 || seq.n == 0)
        return 0;
    if (seq.p[0] != HOP_DER_SEQUENCE)
        return read_element(seq);
    for (int k = 0; k < ELEMENTS_MAX && status == 0; k++) {
        if (!hop_der_expect(&seq, HOP_DER_SEQUENCE, &element))
            break;
        status = read_element(element);
    }
    return status;
}

static const struct {
    uint32_t status;
    const char *name;
} names[] = {
    {HOP_STATUS_NO_SUCH_USER, "STATUS_NO_SUCH_USER"},
    {HOP_STATUS_WRONG_PASSWORD, "STATUS_WRONG_PASSWORD"},
    {HOP_STATUS_ACCOUNT_RESTRICTION, "STATUS_ACCOUNT_RESTRICTION"},
    {HOP_STATUS_INVALID_LOGON_HOURS, "STATUS_INVALID_LOGON_HOURS"},
    {HOP_STATUS_INVALID_WORKSTATION, "STATUS_INVALID_WORKSTATION"},
    {HOP_STATUS_PASSWORD_EXPIRED, "STATUS_PASSWORD_EXPIRED"},
    {HOP_STATUS_ACCOUNT_DISABLED, "STATUS_ACCOUNT_DISABLED"},
    {HOP_STATUS_NOT_SUPPORTED, "STATUS_NOT_SUPPORTED"},
    {HOP_STATUS_ACCOUNT_EXPIRED, "STATUS_ACCOUNT_EXPIRED"},
    {HOP_STATUS_PASSWORD_MUST_CHANGE, "STATUS_PASSWORD_MUST_CHANGE"},
    {HOP_STATUS_NOT_FOUND, "STATUS_NOT_FOUND"},
    {HOP_STATUS_ACCOUNT_LOCKED_OUT, "STATUS_ACCOUNT_LOCKED_OUT"},
    {HOP_STATUS_NO_MATCH, "STATUS_NO_MATCH"},
    {HOP_STATUS_CROSSREALM_DELEGATION_FAILURE,
     "STATUS_CROSSREALM_DELEGATION_FAILURE"},
    {HOP_STATUS_AUTHENTICATION_FIREWALL,
     "STATUS_AUTHENTICATION_FIREWALL_FAILED"},
};

const char *
kdc_error_name(uint32_t status)
{
    for (size_t k = 0; k < HOP_ARRAY_SIZE(names); k++)
        if (names[k].status == status)
            return names[k].name;
    return NULL;
}
