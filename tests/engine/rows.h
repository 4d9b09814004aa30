/* Rows of program text and what comes of it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_TEST_ENGINE_ROWS_H
#define HOP_TEST_ENGINE_ROWS_H

#include "cmdlets/modules.h"
#include "engine/engine.h"

#include "test.h"

/* want: the output, blank-separated, or ! and how the error's id begins. */
struct row {
    const char *name, *text, *want;
};

static inline void
join(const struct hop_list_sink *l, struct hop_context *cx, struct hop_buf *b)
{
    for (size_t i = 0; i < l->n; i++) {
        if (i)
            hop_buf_addc(b, ' ');
        if (!hop_add_string(cx, l->items[i], b))
            hop_drop_exception(cx);
    }
}

/* Runs setup with full rights, then the row's text in the mode; what comes is
 * compared. */
static inline void
check_row(const struct row *row, const char *setup, enum hop_language_mode mode)
{
    struct hop_runspace_options options = {.modules = hop_cmdlet_modules};
    struct hop_runspace *rs = hop_runspace_new(&options);
    struct hop_run run = {.text = setup, .n = strlen(setup)};
    struct hop_value error = hop_null();
    struct hop_list_sink out, errors;
    struct hop_buf got = HOP_BUF_INIT;

    CHECK(hop_runspace_run(rs, &run, NULL) == HOP_RUN_COMPLETED);
    hop_runspace_set_language_mode(rs, mode);
    hop_list_sink_init(&out, &rs->cx);
    hop_list_sink_init(&errors, &rs->cx);
    run = (struct hop_run){.text = row->text, .n = strlen(row->text)};
    run.sinks[HOP_OUTPUT] = &out.sink;
    run.sinks[HOP_ERROR] = &errors.sink;
    (void)hop_runspace_run(rs, &run, &error);
    if (hop_is_null(error) && errors.n)
        error = hop_retain(errors.items[0]);
    if (as_error_record(error)) {
        hop_buf_addc(&got, '!');
        struct hop_string *id HOP_AUTO_STRING =
            hop_string_from("FullyQualifiedErrorId");
        struct hop_value v HOP_AUTO_VALUE = hop_null();
        CHECK(hop_member_get(&rs->cx, error, id, &v) == HOP_FOUND);
        hop_buf_adds(&got, hop_cstr(v));
        if (*row->want == '!' && got.len > strlen(row->want) &&
            memcmp(got.data, row->want, strlen(row->want)) == 0)
            got.data[strlen(row->want)] = '\0';
    } else {
        join(&out, &rs->cx, &got);
    }
    CHECK_STR(hop_buf_str(&got), row->want);
    hop_buf_done(&got);
    hop_release(error);
    hop_list_sink_done(&out);
    hop_list_sink_done(&errors);
    hop_runspace_free(rs);
}

static inline void
check_rows(const struct row *rows, size_t n, const char *setup,
           enum hop_language_mode mode)
{
    for (size_t i = 0; i < n; i++) {
        ROW(rows[i].name);
        check_row(&rows[i], setup, mode);
    }
}

#endif
