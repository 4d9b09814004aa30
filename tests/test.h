/* The test harness: TAP on standard output.  A test program is
 *
 *     #include "test.h"
 *     TEST(blob_over_the_limit) { ...CHECK(...); CHECK_STR(got, "text"); }
 *     int main(void) { RUN(blob_over_the_limit); return test_done(); }
 *
 * and for rows of data: for each row { ROW(row->name); CHECK(...); }
 * where names are sentences.  Each TEST and each ROW is one TAP line.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_TEST_H
#define HOP_TEST_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One of each for all sources of a program: a helper's checks count too. */
#define TEST_SHARED __attribute__((weak))
TEST_SHARED int test_count, test_failed;
TEST_SHARED const char *test_name;
TEST_SHARED bool test_ok, test_open;

static inline void
test_close(void)
{
    if (!test_open)
        return;
    printf("%s %d - %s\n", test_ok ? "ok" : "not ok", ++test_count, test_name);
    if (!test_ok)
        test_failed++;
    test_open = false;
    fflush(stdout);
}

static inline void
test_begin(const char *name)
{
    test_close();
    test_name = name;
    test_ok = test_open = true;
}

__attribute__((format(printf, 3, 4))) static inline void
test_fail(const char *file, int line, const char *fmt, ...)
{
    va_list ap;

    test_ok = false;
    test_failed += !test_open;
    printf("# %s:%d: %s: ", file, line, test_name ? test_name : "");
    va_start(ap, fmt);
    vprintf(fmt, ap);
    va_end(ap);
    putchar('\n');
}

static inline void
test_check_str(const char *file, int line, const char *got, const char *want)
{
    if (got == want || (got && want && strcmp(got, want) == 0))
        return;
    test_fail(file, line, "got <%s>, wanted <%s>", got ? got : "(null)",
              want ? want : "(null)");
}

static inline void
test_check_mem(const char *file, int line, const void *got, size_t got_n,
               const void *want, size_t want_n)
{
    if (got_n == want_n && (want_n == 0 || memcmp(got, want, want_n) == 0))
        return;
    test_fail(file, line, "%zu bytes differ from the %zu wanted", got_n,
              want_n);
}

static inline int
test_done(void)
{
    test_close();
    printf("1..%d\n", test_count);
    return test_failed != 0;
}

#define TEST(name) static void name(void)
#define RUN(name)                                                              \
    do {                                                                       \
        test_begin(#name);                                                     \
        name();                                                                \
        test_close();                                                          \
    } while (0)
#define ROW(name) test_begin(name)
#define CHECK(cond)                                                            \
    do {                                                                       \
        if (!(cond))                                                           \
            test_fail(__FILE__, __LINE__, "not true: %s", #cond);              \
    } while (0)
/* For what is not to be reached; says what was expected. */
#define FAIL(text) test_fail(__FILE__, __LINE__, "not true: %s", text)
#define CHECK_INT(got, want)                                                   \
    do {                                                                       \
        long long got_ = (long long)(got), want_ = (long long)(want);          \
        if (got_ != want_)                                                     \
            test_fail(__FILE__, __LINE__, "%s is %lld, wanted %lld", #got,     \
                      got_, want_);                                            \
    } while (0)
#define CHECK_STR(got, want) test_check_str(__FILE__, __LINE__, (got), (want))
#define CHECK_MEM(got, gn, want, wn)                                           \
    test_check_mem(__FILE__, __LINE__, (got), (gn), (want), (wn))
/* Ends the test function when a precondition of the rest fails. */
#define REQUIRE(cond)                                                          \
    do {                                                                       \
        if (!(cond)) {                                                         \
            test_fail(__FILE__, __LINE__, "not true: %s", #cond);              \
            return;                                                            \
        }                                                                      \
    } while (0)

#endif
