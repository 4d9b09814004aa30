/* SPDX-License-Identifier: MIT */
#include "server/holding.h"

#include "test.h"

/* Fragments of one byte and more: a capital letter begins an object. */
static void
add(struct hop_holding *h, const char *text, size_t max)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    hop_buf_adds(&b, text);
    hop_holding_add(h, &b, *text >= 'A' && *text <= 'Z', max);
}

static void
check_rest(struct hop_holding *h, const char *want)
{
    HOP_AUTO_BUF struct hop_buf got = HOP_BUF_INIT;

    while (!hop_holding_is_empty(h)) {
        char bytes[16];
        size_t n = hop_holding_next(h);

        hop_holding_take(h, bytes);
        hop_buf_add(&got, bytes, n);
    }
    CHECK_STR(hop_buf_str(&got), want);
    CHECK_INT(h->bytes, 0);
    hop_holding_done(h);
}

TEST(the_newest_objects_are_held)
{
    static const struct {
        const char *name;
        const char *const fragments[8];
        const char *want;
    } rows[] = {
        {"all that fit", {"A", "B", "Cc"}, "ABCc"},
        {"the oldest make room", {"A1", "B2", "C3", "D4"}, "C3D4"},
        {"objects go whole", {"A1", "a2", "a", "B3"}, "B3"},
        {"the newest stays, however large", {"A1", "B2", "b3", "b4"}, "B2b3b4"},
        {"what has begun to go out is kept", {"x1", "A2", "B3", "C4"}, "x1C4"},
        {"a rest alone is kept", {"x1", "x2", "x3"}, "x1x2x3"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct hop_holding h = {0};

        ROW(rows[i].name);
        for (const char *const *f = rows[i].fragments; *f; f++)
            add(&h, *f, 5);
        check_rest(&h, rows[i].want);
    }
}

TEST(it_can_be_filled_again)
{
    struct hop_holding h = {0};

    add(&h, "A", 5);
    check_rest(&h, "A");
    add(&h, "B", 5);
    add(&h, "C", 5);
    check_rest(&h, "BC");
}

int
main(void)
{
    RUN(the_newest_objects_are_held);
    RUN(it_can_be_filled_again);
    return test_done();
}
