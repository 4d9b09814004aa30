/* The way from directory.h to OpenLDAP.
 *
 * SPDX-License-Identifier: MIT
 */
#include "ad/directory_ops.h"
#include "base/module.h"

static const struct hop_directory_ops *ops;

static bool
load(struct hop_error *err)
{
    if (ops == NULL)
        ops = hop_module_load("hop-ad.so", "hop_directory_ldap", "directories",
                              HOP_ERROR_LDAP, err);
    return ops != NULL;
}

struct hop_directory *
hop_directory_open(const struct hop_directory_target *t, struct hop_error *err)
{
    return load(err) ? ops->open(t, err) : NULL;
}

/* What is open was made by the table, so from here on there is one. */

void
hop_directory_close(struct hop_directory *d)
{
    if (d)
        ops->close(d);
}

void
hop_directory_closep(struct hop_directory **d)
{
    hop_directory_close(*d);
    *d = NULL;
}

const char *
hop_directory_server(const struct hop_directory *d)
{
    return ops->server(d);
}

const char *
hop_directory_domain_dn(const struct hop_directory *d)
{
    return ops->domain_dn(d);
}

const char *
hop_directory_configuration_dn(const struct hop_directory *d)
{
    return ops->configuration_dn(d);
}

const char *
hop_directory_root_dn(const struct hop_directory *d)
{
    return ops->root_dn(d);
}

bool
hop_directory_search(struct hop_directory *d,
                     const struct hop_directory_search *search,
                     hop_directory_entry_fn *each, void *ctx,
                     struct hop_error *err)
{
    return ops->search(d, search, each, ctx, err);
}

bool
hop_directory_modify(struct hop_directory *d, const char *dn,
                     const struct hop_directory_edit *edits, size_t n,
                     struct hop_error *err)
{
    return ops->modify(d, dn, edits, n, err);
}

bool
hop_directory_add(struct hop_directory *d, const char *dn,
                  const struct hop_directory_edit *edits, size_t n,
                  struct hop_error *err)
{
    return ops->add(d, dn, edits, n, err);
}

bool
hop_directory_delete(struct hop_directory *d, const char *dn, bool tree,
                     struct hop_error *err)
{
    return ops->remove(d, dn, tree, err);
}

bool
hop_directory_rename(struct hop_directory *d, const char *dn, const char *rdn,
                     const char *parent, struct hop_error *err)
{
    return ops->rename(d, dn, rdn, parent, err);
}
