/* The packages of this host that are installed, out of dpkg's database.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CIM_PACKAGES_H
#define HOP_CIM_PACKAGES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "base/error.h"

struct hop_packages {
    char *text;   /* owned; the names lie in it */
    char **names; /* sorted, without architectures */
    size_t n;
};
#define HOP_AUTO_PACKAGES HOP_CLEANUP(hop_packages_done)

/* path: "/var/lib/dpkg/status".  False where there is no such database. */
HOP_MUST_CHECK bool hop_packages_read(const char *path, struct hop_packages *p,
                                      struct hop_error *err);
void hop_packages_done(struct hop_packages *p);
bool hop_packages_has(const struct hop_packages *p, const char *name);

/* What a server can be, by the name that Windows has for it or, where it has
 * none, by one of Linux's. */
struct hop_feature {
    const char *name, *title;
    const char *type;     /* "Role", "Role Service", "Feature" */
    const char *parent;   /* a name, or NULL */
    const char *packages; /* blank-separated: one of them makes it installed;
                             "" for what is part of this project */
    const char *service;  /* of systemd, or NULL */
};
/* Ends with a NULL name; parents stand before their parts. */
extern const struct hop_feature hop_features[];
/* By name in any case; NULL: there is none. */
const struct hop_feature *hop_feature_find(const char *name);
bool hop_feature_is_installed(const struct hop_feature *f,
                              const struct hop_packages *p);

#endif
