/* WWW-Authenticate and Authorization, RFC 9110 11: challenges with a token68,
 * with parameters or bare, several to a field and several fields; and the
 * credentials of Basic, RFC 7617.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_HTTP_AUTH_H
#define HOP_HTTP_AUTH_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/secret.h"
#include "http/head.h"

#define HOP_HTTP_CHALLENGES_MAX  16
#define HOP_HTTP_AUTH_PARAMS_MAX 16

struct hop_http_auth_param {
    const char *name;
    const char *value; /* unquoted */
};

/* A challenge, or credentials, which have the same grammar. */
struct hop_http_challenge {
    const char *scheme;  /* as written: "Negotiate", "Basic" */
    const char *token68; /* base64 text, or NULL */
    const struct hop_http_auth_param *params;
    size_t param_count;
};

/* Parses every field of that name ("WWW-Authenticate", "Proxy-Authenticate",
 * "Authorization") into arena memory.  No such field gives *count 0.  False for
 * a syntax error, or more than HOP_HTTP_CHALLENGES_MAX. */
HOP_MUST_CHECK bool
hop_http_challenges_parse(struct hop_arena *a, const struct hop_http_head *h,
                          const char *name,
                          const struct hop_http_challenge **list, size_t *count,
                          struct hop_error *err);
/* The one of that scheme (any case), or NULL. */
const struct hop_http_challenge *
hop_http_challenge_find(const struct hop_http_challenge *list, size_t count,
                        const char *scheme);
const char *hop_http_challenge_param(const struct hop_http_challenge *c,
                                     const char *name);
/* Appends the decoded token; false when it is no base64 or is missing. */
HOP_MUST_CHECK bool hop_http_challenge_token(const struct hop_http_challenge *c,
                                             struct hop_buf *out);
/* Appends "Scheme", or "Scheme BASE64" when there is a token. */
void hop_http_auth_format(struct hop_buf *out, const char *scheme,
                          const void *token, size_t n);

/* The client's value: "Basic ..." of user (UTF-8, no colon) and password; mark
 * out as secret. */
HOP_MUST_CHECK bool hop_http_basic_format(struct hop_buf *out, const char *user,
                                          const struct hop_secret *password,
                                          struct hop_error *err);
/* The server's reading: *user malloc'ed, *password new. */
HOP_MUST_CHECK bool hop_http_basic_parse(const struct hop_http_challenge *c,
                                         char **user,
                                         struct hop_secret **password,
                                         struct hop_error *err);

#endif
