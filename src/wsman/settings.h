/* The settings as WS-Management resources: what `winrm get winrm/config` and
 * the drive WSMan: read and write.  MS-WSMV 2.2.4.6 to 2.2.4.9 and 3.1.4.1 (the
 * configuration's resources).
 *
 *     .../wbem/wsman/1/config                       everything
 *     .../config/client, client/auth, service ...   a part of it
 *     .../config/linux                              what Windows has not
 *     .../config/listener?Address=*+Transport=HTTP  one of many
 *     .../config/plugin?Name=Microsoft.PowerShell   one of many
 *
 * Nothing is changed here: a write gives the lines of config/change.h for whom
 * may do it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_WSMAN_SETTINGS_H
#define HOP_WSMAN_SETTINGS_H

#include "config/config.h"
#include "wsman/message.h"

/* What is read from; all borrowed. */
struct hop_settings_view {
    const struct hop_config *config;
    const char *addresses; /* of this host, by blanks: for ListeningOn */
};

/* What is asked for; all borrowed. */
struct hop_settings_request {
    enum hop_wsman_kind verb;
    const char *resource_uri;
    const char *action; /* of INVOKE, a whole URI */
    const struct hop_wsman_selector *selectors;
    size_t selector_count;
    const struct hop_xml_node *body; /* of PUT, CREATE; may be NULL */
};

/* True for the URI of the settings and all below. */
bool hop_settings_has(const char *resource_uri);
/* The whole URI of "winrm/config/listener", "wsman/...", "cimv2/..." and the
 * like; a whole one stays.  Appends. */
void hop_settings_expand_uri(const char *uri, struct hop_buf *out);

/* Whether there is such a resource and it knows that verb, before anybody asks
 * whether the user may. */
HOP_MUST_CHECK bool hop_settings_check(const struct hop_settings_request *r,
                                       struct hop_fault *fault);
/* True when the URI may be a misspelt one of the settings; appends what was
 * meant, as users write it: "winrm/config/listener". */
bool hop_settings_guess(const char *uri, struct hop_buf *out);

/* GET: the resource as XML, appended. */
HOP_MUST_CHECK bool hop_settings_get(const struct hop_settings_view *v,
                                     const struct hop_settings_request *r,
                                     struct hop_buf *xml,
                                     struct hop_fault *fault);

typedef void hop_settings_item_fn(void *ctx, const struct hop_buf *xml);
/* ENUMERATE: each resource that there is. */
HOP_MUST_CHECK bool hop_settings_enumerate(const struct hop_settings_view *v,
                                           const struct hop_settings_request *r,
                                           hop_settings_item_fn *item,
                                           void *ctx, struct hop_fault *fault);

/* PUT, CREATE, DELETE, INVOKE: the changes, appended. */
HOP_MUST_CHECK bool hop_settings_plan(const struct hop_settings_view *v,
                                      const struct hop_settings_request *r,
                                      struct hop_buf *changes,
                                      struct hop_fault *fault);
/* The body of their answer, from the settings as they are then: the resource,
 * what was created, nothing.  Appends. */
void hop_settings_answer(const struct hop_settings_view *v,
                         const struct hop_settings_request *r,
                         struct hop_buf *xml);

/* ---- bodies of requests, from names and values */

struct hop_settings_value {
    const char *name, *value;
};

/* The resource as it was read, with other values in it: elements below the root
 * or its attributes, names in any case.  Appends to out.  Fails for a name that
 * the resource does not have, naming it. */
HOP_MUST_CHECK bool hop_settings_merge(const char *xml,
                                       const struct hop_settings_value *values,
                                       size_t count, struct hop_buf *out,
                                       struct hop_error *err);
/* A part of a resource, DSP0226 7.7: path is the names on the way to it, in any
 * case and with or without prefixes ("Auth/Basic", "Status/text()", "@Name").
 * value NULL: <w:XmlFragment> with the part; else the whole resource with that
 * value there.  Appends. */
HOP_MUST_CHECK bool hop_settings_fragment(const char *xml, const char *path,
                                          const char *value,
                                          struct hop_buf *out,
                                          struct hop_error *err);
/* Which of the values has the name that the path ends with; NULL: none. */
const char *hop_settings_fragment_value(const char *path,
                                        const struct hop_settings_value *values,
                                        size_t count, struct hop_error *err);
/* <p:Listener xmlns:p="URI"> with an element for each value; root: its name,
 * NULL for the last word of the URI. */
void hop_settings_body(const char *uri, const char *root,
                       const struct hop_settings_value *values, size_t count,
                       struct hop_buf *out);
/* "URI?Address=*+Transport=HTTP", in place: the URI is cut off, and what is
 * behind it are selectors that live in text.  False for more than max, or for
 * one without '='. */
HOP_MUST_CHECK bool hop_settings_split_uri(char *text,
                                           struct hop_wsman_selector *out,
                                           size_t max, size_t *count);

#endif
