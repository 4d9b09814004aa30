/* SPDX-License-Identifier: MIT */
#include "psrp/fragment.h"

#include "test.h"

/* MS-PSRP 4.1.2: the first fragment of a SESSION_CAPABILITY, shortened. */
static const uint8_t one[] = {0, 0, 0, 0, 0, 0, 0, 1, 0, 0,   0,   0,
                              0, 0, 0, 0, 3, 0, 0, 0, 3, 'a', 'b', 'c'};

static const struct hop_psrp_join_limits limits = {100, 64, 2, 100};

struct got {
    char text[512];
};

static bool
collect(void *ctx, const uint8_t *p, size_t n, struct hop_error *err)
{
    struct got *g = ctx;

    (void)err;
    strncat(g->text, (const char *)p, n);
    strcat(g->text, "|");
    return true;
}

TEST(one_fragment_is_read_and_written)
{
    struct hop_psrp_fragment f;
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_error err = {0};
    size_t used;

    REQUIRE(hop_psrp_fragment_decode(one, sizeof(one), 100, &f, &used, &err) ==
            HOP_PSRP_DONE);
    CHECK_INT(used, sizeof(one));
    CHECK_INT(f.object, 1);
    CHECK_INT(f.id, 0);
    CHECK(f.start && f.end);
    CHECK_MEM(f.data, f.n, "abc", 3);
    hop_psrp_fragment_encode(&b, &f);
    CHECK_MEM(b.data, b.len, one, sizeof(one));
}

TEST(every_prefix_wants_more)
{
    for (size_t n = 0; n < sizeof(one); n++) {
        struct hop_psrp_fragment f;
        size_t used;

        CHECK(hop_psrp_fragment_decode(one, n, 100, &f, &used, NULL) ==
              HOP_PSRP_MORE);
    }
}

static void
check_bad_heads(void)
{
    static const struct {
        const char *name;
        size_t at;
        uint8_t byte;
        const char *text;
    } rows[] = {
        {"object id zero", 7, 0,
         "a fragment has object id 0 and fragment "
         "id 0"},
        {"object id above 2^63", 0, 0x80,
         "a fragment has object id 9223372036854775809 and fragment id 0"},
        {"fragment id above 2^63", 8, 0x80,
         "a fragment has object id 1 and fragment id 9223372036854775808"},
        {"longer than the limit", 20, 80,
         "a fragment of 80 bytes is longer than the 100 allowed"},
        {"longest length", 17, 0xFF,
         "a fragment of 4278190083 bytes is longer than the 100 allowed"},
    };

    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        uint8_t copy[sizeof(one)];
        struct hop_psrp_fragment f;
        struct hop_error err = {0};
        size_t used;

        ROW(rows[i].name);
        memcpy(copy, one, sizeof(one));
        copy[rows[i].at] = rows[i].byte;
        CHECK(hop_psrp_fragment_decode(copy, sizeof(copy), 100, &f, &used,
                                       &err) == HOP_PSRP_BAD);
        CHECK_STR(err.text, rows[i].text);
    }
}

/* "object.id[s][e]:text ..." as bytes */
static void
write_fragments(struct hop_buf *out, const char *spec)
{
    char copy[256], *save = NULL;

    snprintf(copy, sizeof(copy), "%s", spec);
    for (char *w = strtok_r(copy, " ", &save); w;
         w = strtok_r(NULL, " ", &save)) {
        struct hop_psrp_fragment f = {0};
        char *at = w;

        f.object = strtoull(at, &at, 10);
        f.id = strtoull(at + 1, &at, 10);
        f.start = *at == 's' && at++;
        f.end = *at == 'e' && at++;
        f.data = (const uint8_t *)at + 1;
        f.n = strlen(at + 1);
        hop_psrp_fragment_encode(out, &f);
    }
}

static void
check_joining(void)
{
    static const struct {
        const char *name, *spec, *got, *error;
    } rows[] = {
        {"whole objects", "1.0se:ab 2.0se:cd", "ab|cd|", ""},
        {"an object in three", "1.0s:ab 1.1:cd 1.2e:ef", "abcdef|", ""},
        {"two objects mixed", "1.0s:a 2.0s:x 1.1e:b 2.1e:y", "ab|xy|", ""},
        {"an empty object", "1.0se:", "|", ""},
        {"an empty end", "1.0s:a 1.1e:", "a|", ""},
        {"ids may fall and repeat", "9.0se:a 3.0se:b 3.0se:c", "a|b|c|", ""},
        {"a new start drops the old", "1.0s:a 1.0s:b 1.1e:c", "bc|", ""},
        {"a whole one drops the old", "1.0s:a 1.0se:b", "b|", ""},
        {"no start", "1.1:a", "",
         "fragment 1 of object 1 came before its first"},
        {"a fragment is missing", "1.0s:a 1.2e:b", "",
         "fragment 2 of object 1 came where 1 was expected"},
        {"a start with another id", "1.1se:a", "",
         "fragment 1 of object 1 came where 0 was expected"},
        {"too many at a time", "1.0s:a 2.0s:b 3.0s:c", "",
         "more than 2 objects are incomplete at a time"},
        {"an object over its limit",
         "1.0s:aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd "
         "1.1e:aaaaaaaaaabbbbbbbbbbccccc",
         "", "an object is larger than the 64 bytes allowed"},
        {"all objects over their limit",
         "1.0s:aaaaaaaaaabbbbbbbbbbccccccccccddddddddddaaaaaaaaaabbbbbbbbbb "
         "2.0s:aaaaaaaaaabbbbbbbbbbccccccccccddddddddddaaaaaaaaaa",
         "", "incomplete objects are larger than the 100 bytes allowed"},
    };

    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

        ROW(rows[i].name);
        write_fragments(&b, rows[i].spec);
        for (size_t step = 1; step <= b.len + 1; step++) {
            struct hop_psrp_joiner j;
            struct got g = {""};
            struct hop_error err = {0};
            bool ok = true;

            hop_psrp_joiner_init(&j, &limits);
            for (size_t at = 0; ok && at < b.len; at += step)
                ok = hop_psrp_joiner_add(&j, b.data + at,
                                         step < b.len - at ? step : b.len - at,
                                         collect, &g, &err);
            CHECK_STR(g.text, rows[i].got);
            CHECK_STR(err.text, rows[i].error);
            CHECK(ok == !*rows[i].error);
            hop_psrp_joiner_done(&j);
        }
    }
}

TEST(after_an_error_others_go_on)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    struct hop_psrp_joiner j;
    struct got g = {""};
    struct hop_error err = {0};

    hop_psrp_joiner_init(&j, &limits);
    write_fragments(&b, "1.0s:a 2.5:x");
    CHECK(!hop_psrp_joiner_add(&j, b.data, b.len, collect, &g, &err));
    hop_buf_clear(&b);
    write_fragments(&b, "1.1e:b 3.0se:c");
    CHECK(hop_psrp_joiner_add(&j, b.data, b.len, collect, &g, &err));
    CHECK_STR(g.text, "ab|c|");
    hop_psrp_joiner_done(&j);
}

static void
queue(struct hop_psrp_outbox *o, uint64_t id, enum hop_psrp_stream s,
      const char *text)
{
    struct hop_buf b = HOP_BUF_INIT;

    hop_buf_adds(&b, text);
    hop_psrp_outbox_add(o, id, s, &b);
}

/* Adds fragments given as "object id flags text", one per line. */
static void
add_lines(struct hop_psrp_joiner *j, struct got *g, const char *lines)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    unsigned object, id, flags;
    char text[16];
    int used;

    for (; sscanf(lines, "%u %u %u %15s\n%n", &object, &id, &flags, text,
                  &used) == 4;
         lines += used)
        hop_psrp_fragment_encode(
            &b, &(struct hop_psrp_fragment){.object = object,
                                            .id = id,
                                            .start = flags & 1,
                                            .end = flags & 2,
                                            .data = (uint8_t *)text,
                                            .n = strlen(text)});
    CHECK(hop_psrp_joiner_add(j, b.data, b.len, collect, g, NULL));
}

static void
check_repeats(void)
{
    static const struct {
        const char *name, *first, *again, *want;
    } rows[] = {
        {"a whole object again", "1 0 3 a\n", "1 0 3 a\n2 0 3 b\n", "a|b|"},
        {"several objects again", "1 0 3 a\n2 0 3 b\n",
         "1 0 3 a\n2 0 3 b\n3 0 3 c\n", "a|b|c|"},
        {"the beginning of an object again", "4 0 1 a\n4 1 0 b\n",
         "4 0 1 a\n4 1 0 b\n4 2 2 c\n", "abc|"},
        {"its middle again", "4 0 1 a\n4 1 0 b\n", "4 1 0 b\n4 2 2 c\n",
         "abc|"},
        {"its end again", "4 0 1 a\n4 1 2 b\n", "4 1 2 b\n5 0 3 c\n", "ab|c|"},
        {"a later object inside", "4 0 1 a\n5 0 3 x\n", "4 1 2 b\n", "x|ab|"},
    };

    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++) {
        struct hop_psrp_joiner j;
        struct got g = {0};

        ROW(rows[i].name);
        hop_psrp_joiner_init(&j, &limits);
        j.repeats = true;
        add_lines(&j, &g, rows[i].first);
        add_lines(&j, &g, rows[i].again);
        CHECK_STR(g.text, rows[i].want);
        hop_psrp_joiner_done(&j);
    }
}

TEST(what_is_cut_joins_again)
{
    for (size_t fragment = 22; fragment < 60; fragment++) {
        struct hop_psrp_outbox o = {0};
        HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
        enum hop_psrp_stream s = HOP_PSRP_STREAMS;
        struct hop_psrp_joiner j;
        struct got g = {""};

        queue(&o, 1, HOP_PSRP_DEFAULT, "first object");
        queue(&o, 2, HOP_PSRP_DEFAULT, "");
        queue(&o, 3, HOP_PSRP_DEFAULT, "third");
        CHECK_INT(o.bytes, 17);
        while (hop_psrp_outbox_take(&o, 80, fragment, 0, &b, &s))
            CHECK(s == HOP_PSRP_DEFAULT);
        CHECK_INT(o.bytes, 0);
        CHECK(hop_psrp_outbox_is_empty(&o));
        hop_psrp_joiner_init(&j, &limits);
        CHECK(hop_psrp_joiner_add(&j, b.data, b.len, collect, &g, NULL));
        CHECK_STR(g.text, "first object||third|");
        hop_psrp_joiner_done(&j);
    }
}

TEST(answers_overtake)
{
    struct hop_psrp_outbox o = {0};
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    enum hop_psrp_stream s;

    queue(&o, 1, HOP_PSRP_DEFAULT, "long input");
    CHECK(hop_psrp_outbox_take(&o, 25, 100, 0, &b, &s));
    CHECK_INT(b.len, 25);
    queue(&o, 2, HOP_PSRP_PROMPT, "answer");
    hop_buf_clear(&b);
    CHECK(hop_psrp_outbox_take(&o, 1000, 100, 0, &b, &s));
    CHECK(s == HOP_PSRP_PROMPT);
    CHECK_INT(b.len, 21 + 6);
    hop_buf_clear(&b);
    CHECK(hop_psrp_outbox_take(&o, 1000, 100, 0, &b, &s));
    CHECK(s == HOP_PSRP_DEFAULT);
    CHECK_INT(b.len, 21 + 6);
    CHECK(!hop_psrp_outbox_take(&o, 1000, 100, 0, &b, &s));
}

TEST(no_room_takes_nothing)
{
    struct hop_psrp_outbox o = {0};
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;
    enum hop_psrp_stream s;

    queue(&o, 1, HOP_PSRP_DEFAULT, "x");
    CHECK(!hop_psrp_outbox_take(&o, 21, 100, 0, &b, &s));
    CHECK_INT(b.len, 0);
    queue(&o, 2, HOP_PSRP_DEFAULT, "y");
    CHECK(hop_psrp_outbox_take(&o, 1000, 100, 1, &b, &s));
    CHECK_INT(b.len, 22);
    hop_psrp_outbox_done(&o);
    CHECK(hop_psrp_outbox_is_empty(&o));
}

int
main(void)
{
    RUN(one_fragment_is_read_and_written);
    RUN(every_prefix_wants_more);
    check_bad_heads();
    check_joining();
    RUN(after_an_error_others_go_on);
    check_repeats();
    RUN(what_is_cut_joins_again);
    RUN(answers_overtake);
    RUN(no_room_takes_nothing);
    return test_done();
}
