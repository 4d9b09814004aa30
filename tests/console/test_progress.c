/* Progress bars as text.
 *
 * SPDX-License-Identifier: MIT
 */
#include "console/progress.h"
#include "test.h"

static void
report(struct hop_progress_view *v, int id, int parent, const char *activity,
       const char *status, int percent)
{
    struct hop_progress p = {.id = id,
                             .parent_id = parent,
                             .activity = activity,
                             .status = status,
                             .operation = "",
                             .percent = percent,
                             .seconds_remaining = -1};

    hop_progress_report(v, &p);
}

static void
check_drawn(const struct hop_progress_view *v, const char *want)
{
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    hop_progress_draw(v, 40, false, &b);
    CHECK_STR(hop_buf_str(&b), want);
}

TEST(a_bar_grows_and_ends)
{
    struct hop_progress_view v = {.n = 0};
    struct hop_progress end = {.id = 1,
                               .activity = "Copy",
                               .status = "",
                               .operation = "",
                               .completed = true};

    report(&v, 1, -1, "Copy", "a.txt", 50);
    check_drawn(&v, "Copy [a.txt===========                ]\n");
    report(&v, 1, -1, "Copy", "b.txt", 100);
    check_drawn(&v, "Copy [b.txt===========================]\n");
    hop_progress_report(&v, &end);
    check_drawn(&v, "");
    hop_progress_done(&v);
}

TEST(children_stand_below_their_parent_and_end_with_it)
{
    struct hop_progress_view v = {.n = 0};
    struct hop_progress end = {.id = 1,
                               .activity = "All",
                               .status = "",
                               .operation = "",
                               .completed = true};

    report(&v, 2, 1, "Part", "x", -1);
    report(&v, 1, -1, "All", "y", 0);
    report(&v, 3, 2, "Deep", "z", 0);
    check_drawn(&v, "All [y                                ]\n"
                    "  Part [x                             ]\n"
                    "    Deep [z                           ]\n");
    hop_progress_report(&v, &end);
    CHECK_INT(v.n, 0);
    hop_progress_done(&v);
}

TEST(control_characters_and_length_do_no_harm)
{
    struct hop_progress_view v = {.n = 0};
    HOP_AUTO_BUF struct hop_buf b = HOP_BUF_INIT;

    for (int i = 0; i < 20; i++)
        report(&v, i, -1, "\033[2J and a very long activity that has no end",
               "\n\n", 30);
    CHECK_INT(v.n, HOP_PROGRESS_MAX);
    CHECK_INT(hop_progress_draw(&v, 40, false, &b), HOP_PROGRESS_MAX);
    CHECK(!strchr(hop_buf_str(&b), '\033'));
    hop_progress_done(&v);
}

int
main(void)
{
    RUN(a_bar_grows_and_ends);
    RUN(children_stand_below_their_parent_and_end_with_it);
    RUN(control_characters_and_length_do_no_harm);
    return test_done();
}
