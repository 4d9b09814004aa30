/* Settings as resources: settings, a NUL, the body of a request.  Whatever the
 * body says, the changes it makes are such as the settings' reader takes.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/alloc.h"
#include "fuzz.h"
#include "wsman/settings.h"

static void
add(void *ctx, const struct hop_buf *xml)
{
    MUST(hop_buf_ok(xml));
}

/* Line by line, without those that take something away. */
static void
check_changes(const struct hop_buf *changes)
{
    struct hop_config c;
    struct hop_error err = {0};

    hop_config_init(&c);
    for (const char *p = hop_buf_str(changes); *p != '\0';) {
        size_t n = strcspn(p, "\n");
        HOP_AUTO_FREE char *line = hop_xstrndup(p, n);

        MUST(p[n] == '\n');
        MUST(line[0] == '-' ||
             hop_config_parse(&c, line, "change", false, &err));
        p += n + 1;
    }
    hop_config_done(&c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct hop_wsman_selector http[] = {{"Address", "*"},
                                                     {"Transport", "HTTP"}};
    static const struct hop_wsman_selector name[] = {{"Name", "Site"}};
    static const struct {
        const char *uri;
        const struct hop_wsman_selector *selectors;
        size_t count;
    } resources[] = {
        {HOP_NS_CONFIG, NULL, 0},
        {HOP_NS_CONFIG "/service", NULL, 0},
        {HOP_NS_CONFIG "/listener", http, 2},
        {HOP_NS_CONFIG "/plugin", name, 1},
    };
    static const enum hop_wsman_kind verbs[] = {
        HOP_WSMAN_PUT, HOP_WSMAN_CREATE, HOP_WSMAN_DELETE, HOP_WSMAN_INVOKE};
    const struct hop_xml_tree_options options = {
        .limits = hop_xml_soap_limits(65536)};
    HOP_AUTO_FREE char *text = hop_xstrndup((const char *)data, size);
    size_t n = strlen(text);
    struct hop_xml_node *body = NULL;
    struct hop_config c;
    struct hop_arena arena;
    struct hop_error err = {0};
    struct hop_settings_view v = {.config = &c, .addresses = "10.0.0.1"};

    hop_config_init(&c);
    hop_arena_init(&arena, 0);
    (void)!hop_config_parse(&c, text, "fuzz", false, &err);
    if (n + 1 < size && !hop_xml_tree_read(data + n + 1, size - n - 1, &options,
                                           &arena, NULL, &body, &err))
        body = NULL;
    for (size_t i = 0; i < HOP_ARRAY_SIZE(resources); i++)
        for (size_t k = 0; k < HOP_ARRAY_SIZE(verbs); k++) {
            HOP_AUTO_BUF struct hop_buf changes = HOP_BUF_INIT;
            HOP_AUTO_BUF struct hop_buf xml = HOP_BUF_INIT;
            struct hop_fault fault = {0};
            const struct hop_settings_request r = {
                .verb = verbs[k],
                .resource_uri = resources[i].uri,
                .action = HOP_NS_CONFIG "/Restore",
                .selectors = resources[i].selectors,
                .selector_count = resources[i].count,
                .body = body,
            };
            if (hop_settings_plan(&v, &r, &changes, &fault))
                check_changes(&changes);
            else
                MUST(fault.code != 0 && fault.message[0] != '\0');
            (void)!hop_settings_get(&v, &r, &xml, &fault);
            (void)!hop_settings_enumerate(&v, &r, add, NULL, &fault);
            hop_settings_answer(&v, &r, &xml);
        }
    hop_arena_done(&arena);
    hop_config_done(&c);
    return 0;
}
