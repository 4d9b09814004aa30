/* Between the sources of the settings' resources.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_WSMAN_SETTINGS_INTERNAL_H
#define HOP_WSMAN_SETTINGS_INTERNAL_H

#include "wsman/settings.h"
#include "xml/writer.h"

struct settings_resource {
    const char *suffix;  /* of its URI, behind the settings' own */
    const char *element; /* the root of its XML */
    const char *path;    /* of config/config.h: what it shows */
    const struct settings_kind *kind;
};

struct settings_kind {
    bool (*get)(const struct hop_settings_view *v,
                const struct settings_resource *s,
                const struct hop_settings_request *r, struct hop_buf *xml,
                struct hop_fault *fault);
    /* NULL: there is one alone. */
    void (*enumerate)(const struct hop_settings_view *v,
                      hop_settings_item_fn *item, void *ctx);
    bool (*plan)(const struct hop_settings_view *v,
                 const struct settings_resource *s,
                 const struct hop_settings_request *r, struct hop_buf *changes,
                 struct hop_fault *fault);
    bool (*restore)(const struct hop_settings_view *v,
                    const struct settings_resource *s,
                    const struct hop_settings_request *r,
                    struct hop_buf *changes, struct hop_fault *fault);
};

extern const struct settings_kind settings_tree, settings_listener,
    settings_plugin, settings_certmap;

/* Always false. */
bool settings_fail(struct hop_fault *fault, uint32_t code, const char *fmt, ...)
    HOP_PRINTF(3, 4);
bool settings_refuse_verb(const struct hop_settings_request *r,
                          struct hop_fault *fault);
/* NULL: not given. */
const char *settings_selector(const struct hop_settings_request *r,
                              const char *name);
/* All those names (NULL at the end) and no others. */
HOP_MUST_CHECK bool
settings_check_selectors(const struct hop_settings_request *r,
                         const char *const *names, struct hop_fault *fault);
HOP_MUST_CHECK bool settings_check_line(const char *name, const char *value,
                                        struct hop_fault *fault);
/* A change, if it is one; 0x8033808A where a policy fixes it. */
HOP_MUST_CHECK bool settings_plan_value(const struct hop_settings_view *v,
                                        const char *path, const char *value,
                                        struct hop_buf *changes,
                                        struct hop_fault *fault);
/* <cfg:Name>value</cfg:Name>; Source="GPO" where a policy fixes it. */
void settings_add_element(struct hop_xml_writer *w, const char *name,
                          const char *value, bool fixed);

#endif
