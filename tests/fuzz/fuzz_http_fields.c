/* The syntax inside fields: Content-Type, challenges and credentials, charsets,
 * and sealed bodies.  The first byte chooses one.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/alloc.h"
#include "fuzz.h"
#include "http/auth.h"
#include "http/content.h"
#include "http/sealed.h"

static void
try_type(const char *s, size_t n)
{
    HOP_AUTO_ARENA struct hop_arena a;
    HOP_AUTO_FREE char *text = hop_xstrndup(s, n);
    struct hop_http_type type;
    struct hop_error err;

    hop_arena_init(&a, 1 << 20);
    if (hop_http_type_parse(&a, text, &type, &err))
        MUST(type.media && strchr(type.media, '/'));
}

static void
check_challenge(const struct hop_http_challenge *c)
{
    HOP_AUTO_SECRET struct hop_secret *password = NULL;
    HOP_AUTO_BUF struct hop_buf token = HOP_BUF_INIT;
    HOP_AUTO_FREE char *user = NULL;
    struct hop_error err;

    MUST(c->scheme[0] != '\0');
    MUST(c->param_count <= HOP_HTTP_AUTH_PARAMS_MAX);
    (void)!hop_http_challenge_token(c, &token);
    if (hop_http_basic_parse(c, &user, &password, &err))
        MUST(user && password);
}

static void
try_challenges(const char *s, size_t n)
{
    HOP_AUTO_ARENA struct hop_arena a;
    HOP_AUTO_FREE char *text = hop_xstrndup(s, n);
    const struct hop_http_header field = {"WWW-Authenticate", text};
    const struct hop_http_head head = {.headers = &field, .header_count = 1};
    const struct hop_http_challenge *list;
    struct hop_error err;
    size_t count;

    hop_arena_init(&a, 1 << 20);
    if (!hop_http_challenges_parse(&a, &head, "WWW-Authenticate", &list, &count,
                                   &err))
        return;
    MUST(count <= HOP_HTTP_CHALLENGES_MAX);
    for (size_t i = 0; i < count; i++)
        check_challenge(&list[i]);
}

static void
try_charset(const char *s, size_t n)
{
    static const char *const sets[] = {NULL,       "utf-8",    "utf-16",
                                       "utf-16le", "utf-16be", "us-ascii"};
    HOP_AUTO_BUF struct hop_buf out = HOP_BUF_INIT;
    struct hop_error err;

    if (n > 0)
        (void)!hop_http_text_decode(
            &out, sets[(unsigned char)s[0] % HOP_ARRAY_SIZE(sets)], s + 1,
            n - 1, &err);
}

static void
try_sealed(const char *s, size_t n)
{
    HOP_AUTO_ARENA struct hop_arena a;
    HOP_AUTO_FREE char *body = hop_xstrndup(s, n);
    struct hop_http_sealed sealed;
    struct hop_error err;

    hop_arena_init(&a, 1 << 20);
    if (!hop_http_sealed_decode(&a, hop_http_sealed_type(HOP_HTTP_SPNEGO, 1),
                                body, n, 1 << 20, &sealed, &err))
        return;
    MUST(sealed.part_count >= 1 &&
         sealed.part_count <= HOP_HTTP_SEALED_PARTS_MAX);
    for (size_t i = 0; i < sealed.part_count; i++) {
        const struct hop_http_sealed_part *p = &sealed.parts[i];

        MUST(p->payload >= body && p->payload + p->payload_len <= body + n);
        MUST(p->type && p->original_len <= 1 << 20);
    }
}

static void (*const tries[])(const char *, size_t) = {try_type, try_challenges,
                                                      try_charset, try_sealed};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 0)
        tries[data[0] % HOP_ARRAY_SIZE(tries)]((const char *)data + 1,
                                               size - 1);
    return 0;
}
