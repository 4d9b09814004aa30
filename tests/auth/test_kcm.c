/* The KCM codec.  The RETRIEVE request is as MIT krb5 1.20.1's kvno sends it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "auth/kcm.h"

#include "test.h"

#include "base/cleanup.h"

static void
put(struct hop_buf *b, uint32_t v)
{
    char p[4] = {(char)(v >> 24), (char)(v >> 16), (char)(v >> 8), (char)v};

    hop_buf_add(b, p, 4);
}

static void
put_text(struct hop_buf *b, const char *s)
{
    put(b, (uint32_t)strlen(s));
    hop_buf_adds(b, s);
}

static void
put_principal(struct hop_buf *b, uint32_t parts, const char *one,
              const char *two)
{
    put(b, 1);
    put(b, parts);
    put_text(b, "CORP.TEST");
    put_text(b, one);
    if (parts == 2)
        put_text(b, two);
}

static void
frame(struct hop_buf *out, unsigned op, const struct hop_buf *body)
{
    char head[4] = {2, 0, (char)(op >> 8), (char)op};

    put(out, (uint32_t)(4 + body->len));
    hop_buf_add(out, head, 4);
    hop_buf_add(out, body->data, body->len);
}

static void
retrieve(struct hop_buf *out, uint32_t tag, char skey)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    hop_buf_add(&b, "hop", 4);
    put(&b, 0);
    put(&b, tag);
    put_principal(&b, 1, "alice", NULL);
    put_principal(&b, 2, "cifs", "c.corp.test");
    hop_buf_fill(&b, 0, 16);
    hop_buf_addc(&b, skey);
    put(&b, 0);
    frame(out, KCM_RETRIEVE, &b);
}

TEST(retrieve_is_understood)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct kcm_request r;
    size_t used = 0;

    retrieve(&b, 3, 0);
    hop_buf_adds(&b, "next");
    REQUIRE(kcm_decode(b.data, b.len, &r, &used) == KCM_OK);
    CHECK_INT(used, b.len - 4);
    CHECK_INT(r.op, KCM_RETRIEVE);
    CHECK(kcm_text_is(r.cache, "hop"));
    CHECK(r.has_client && r.has_server && !r.user_to_user);
    CHECK_INT(r.server.count, 2);
    CHECK(kcm_text_is(r.server.parts[0], "cifs"));
    CHECK(kcm_text_is(r.server.parts[1], "c.corp.test"));
    CHECK(kcm_text_is(r.server.realm, "CORP.TEST"));
    CHECK(kcm_text_is(r.client.parts[0], "alice"));
}

TEST(user_to_user_is_seen)
{
    static const struct {
        uint32_t tag;
        char skey;
    } rows[] = {{3, 1}, {7, 0}, {0x13, 0}};

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
        struct kcm_request r;
        size_t used;

        retrieve(&b, rows[k].tag, rows[k].skey);
        CHECK(kcm_decode(b.data, b.len, &r, &used) == KCM_OK);
        CHECK(r.user_to_user);
    }
}

TEST(every_prefix_waits_for_more)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct kcm_request r;
    size_t used;

    retrieve(&b, 3, 0);
    for (size_t n = 0; n < b.len; n++)
        CHECK_INT(kcm_decode(b.data, n, &r, &used), KCM_MORE);
}

/* A whole frame whose fields run past its end. */
TEST(every_shortened_body_is_malformed)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    retrieve(&b, 3, 0);
    /* The last field, four bytes of ticket flags, is not looked at. */
    for (size_t n = 8; n < b.len - 4; n++) {
        HOP_AUTO_BUF struct hop_buf cut = HOP_BUF_INIT;
        struct kcm_request r;
        size_t used;

        put(&cut, (uint32_t)(n - 4));
        hop_buf_add(&cut, b.data + 4, n - 4);
        CHECK_INT(kcm_decode(cut.data, cut.len, &r, &used), KCM_BAD);
    }
}

static void
malformed(void)
{
    static const struct {
        const char *name;
        const char *bytes;
        size_t n;
        enum kcm_result want;
    } rows[] = {
        {"an operation that is not known", "\0\0\0\4\2\0\0\1", 8, KCM_UNKNOWN},
        {"another version", "\0\0\0\4\1\0\0\x14", 8, KCM_BAD},
        {"a length of nothing", "\0\0\0\0\2\0\0\x14", 8, KCM_BAD},
        {"a length over the limit", "\0\1\0\1\2\0\0\x14", 8, KCM_BAD},
        {"a name without an end", "\0\0\0\6\2\0\0\x08hi", 10, KCM_BAD},
        {"a name that is missing", "\0\0\0\4\2\0\0\x08", 8, KCM_BAD},
        {"seventeen components",
         "\0\0\0\x1a\2\0\0\7h\0\0\0\0\0\0\0\0\2\0\0\0\1\0\0\0\x11\0\0\0\0", 30,
         KCM_BAD},
        {"the default cache", "\0\0\0\4\2\0\0\x14", 8, KCM_OK},
    };

    for (size_t k = 0; k < HOP_ARRAY_SIZE(rows); k++) {
        struct kcm_request r;
        size_t used;

        ROW(rows[k].name);
        CHECK_INT(kcm_decode(rows[k].bytes, rows[k].n, &r, &used),
                  rows[k].want);
    }
}

TEST(replies)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    kcm_encode(&b, 0, "abc", 3);
    CHECK_MEM(b.data, b.len, "\0\0\0\7\0\0\0\0\0\0\0\0abc", 15);
    hop_buf_clear(&b);
    kcm_encode(&b, 13, "abc", 3); /* a code comes alone */
    CHECK_MEM(b.data, b.len, "\0\0\0\4\0\0\0\0\0\0\0\r", 12);
}

int
main(void)
{
    RUN(retrieve_is_understood);
    RUN(user_to_user_is_seen);
    RUN(every_prefix_waits_for_more);
    RUN(every_shortened_body_is_malformed);
    malformed();
    RUN(replies);
    return test_done();
}
