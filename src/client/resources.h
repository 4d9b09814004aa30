/* The table of hop-resource.so: libhop's calls on resources, for the shell,
 * which loads sockets, tickets and TLS when it first reaches for a host.  The
 * names of hop.h would meet the engine's, so the types are this header's own.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CLIENT_RESOURCES_H
#define HOP_CLIENT_RESOURCES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "client/choice.h"

struct hop_connection;

struct hop_resources_pair {
    const char *name, *value;
};

/* One resource, or all of a kind. */
struct hop_resources_name {
    const char *uri;
    const struct hop_resources_pair *selectors, *options;
    size_t selector_count, option_count;
};

/* See struct hop_enumerate of hop.h. */
struct hop_resources_query {
    const char *dialect, *filter;
    unsigned mode; /* enum hop_enumerate_mode */
    unsigned batch;
    void *ctx;
    bool (*item)(void *ctx, const char *xml, size_t len);
};

struct hop_resources_identity {
    const char *protocol_version, *product_vendor, *product_version;
};

/* As the functions of hop.h whose names end like these. */
struct hop_resources {
    struct hop_connection *(*new)(void);
    void (*free)(struct hop_connection *c);
    bool (*set_text)(struct hop_connection *c, enum hop_setting setting,
                     const char *value);
    bool (*set_number)(struct hop_connection *c, enum hop_setting setting,
                       long value);
    bool (*open)(struct hop_connection *c);
    bool (*identify)(struct hop_connection *c,
                     struct hop_resources_identity *identity);
    const char *(*error)(const struct hop_connection *c);
    uint32_t (*code)(const struct hop_connection *c);
    enum hop_cause (*cause)(const struct hop_connection *c);
    bool (*get)(struct hop_connection *c, const struct hop_resources_name *r,
                const char **xml);
    bool (*put)(struct hop_connection *c, const struct hop_resources_name *r,
                const char *body, const char **xml);
    bool (*create)(struct hop_connection *c, const struct hop_resources_name *r,
                   const char *body, const char **xml);
    bool (*remove)(struct hop_connection *c,
                   const struct hop_resources_name *r);
    bool (*invoke)(struct hop_connection *c, const struct hop_resources_name *r,
                   const char *action, const char *body, const char **xml);
    bool (*enumerate)(struct hop_connection *c,
                      const struct hop_resources_name *r,
                      const struct hop_resources_query *q);
};

/* In the module; hop_resources_load() finds it. */
extern const struct hop_resources hop_resources_table
    __attribute__((visibility("default")));

/* The table, loaded at the first call; NULL: err says why. */
const struct hop_resources *hop_resources_load(struct hop_error *err);

#endif
