/* JSON, a schema of it, and comma-separated records.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/utility/csv.h"
#include "cmdlets/utility/json_tree.h"
#include "fuzz.h"

static void
try_csv(struct hop_context *cx, const char *s, size_t n)
{
    while (n) {
        size_t used = 0;
        struct hop_array *a = hop_csv_record(cx, s, n, ',', &used);

        MUST(a && used > 0 && used <= n);
        hop_release(hop_obj(a));
        s += used;
        n -= used;
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct hop_json_options loose = {true, true};
    const char *s = (const char *)data;
    struct hop_context cx;
    char why[128] = "";

    if (size > 8192)
        return 0;
    hop_context_init(&cx, NULL, NULL);
    {
        HOP_AUTO_VALUE struct hop_value v = hop_null();
        struct hop_json_problems problems = {NULL, 0, 0};

        try_csv(&cx, s, size);
        if (hop_json_parse(&cx, s, size, &loose, &v, why)) {
            enum hop_json_verdict r =
                hop_json_schema_test(&cx, v, v, &problems, why);

            MUST(r != HOP_JSON_BAD_SCHEMA || why[0]);
            hop_json_problems_done(&problems);
        } else {
            MUST(why[0]);
        }
        if (hop_has_exception(&cx))
            hop_drop_exception(&cx);
    }
    hop_context_done(&cx);
    return 0;
}
