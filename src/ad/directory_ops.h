/* The table behind directory.h: linked in, or loaded from hop-ad.so when the
 * first directory is opened, as most commands need none.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AD_DIRECTORY_OPS_H
#define HOP_AD_DIRECTORY_OPS_H

#include "ad/directory.h"

struct hop_directory_ops {
    struct hop_directory *(*open)(const struct hop_directory_target *t,
                                  struct hop_error *err);
    void (*close)(struct hop_directory *d);
    const char *(*server)(const struct hop_directory *d);
    const char *(*domain_dn)(const struct hop_directory *d);
    const char *(*configuration_dn)(const struct hop_directory *d);
    const char *(*root_dn)(const struct hop_directory *d);
    bool (*search)(struct hop_directory *d,
                   const struct hop_directory_search *search,
                   hop_directory_entry_fn *each, void *ctx,
                   struct hop_error *err);
    bool (*modify)(struct hop_directory *d, const char *dn,
                   const struct hop_directory_edit *edits, size_t n,
                   struct hop_error *err);
    bool (*add)(struct hop_directory *d, const char *dn,
                const struct hop_directory_edit *edits, size_t n,
                struct hop_error *err);
    bool (*remove)(struct hop_directory *d, const char *dn, bool tree,
                   struct hop_error *err);
    bool (*rename)(struct hop_directory *d, const char *dn, const char *rdn,
                   const char *parent, struct hop_error *err);
};

extern const struct hop_directory_ops hop_directory_ldap
    __attribute__((visibility("default")));

#endif
