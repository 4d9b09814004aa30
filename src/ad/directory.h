/* A domain controller's directory over LDAP, signed and sealed by Kerberos:
 * RFC 4511, RFC 4752; controls of MS-ADTS 3.1.1.3.4.1.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AD_DIRECTORY_H
#define HOP_AD_DIRECTORY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/secret.h"

struct hop_directory;

struct hop_directory_target {
    const char
        *server; /* "dc", "dc:3268", a domain; NULL: a DC of the domain */
    const char *domain; /* DNS name; NULL: the realm of the credential */
    const char *user;   /* who logs on; NULL: whose tickets these are */
    const char *ccache; /* "FILE:..." to log on with; NULL: the default one */
    const struct hop_secret *password; /* of the user; copied */
    bool machine;       /* this host's own account logs on, by its keytab */
    const char *keytab; /* of the host; NULL: the system's */
};

/* Bytes, followed by a NUL that len does not count. */
struct hop_directory_value {
    const char *data;
    size_t len;
};

struct hop_directory_attribute {
    const char *name;
    const struct hop_directory_value *values;
    size_t count;
};

/* An entry and all in it lives until the function it was given to returns. */
struct hop_directory_entry {
    const char *dn;
    const struct hop_directory_attribute *attributes;
    size_t count;
};

enum hop_directory_scope {
    HOP_DIRECTORY_BASE,
    HOP_DIRECTORY_ONE,
    HOP_DIRECTORY_TREE,
};

struct hop_directory_search {
    const char *base; /* NULL: the domain */
    enum hop_directory_scope scope;
    const char *filter;            /* NULL: everything */
    const char *const *attributes; /* ends with NULL; NULL: all users' ones */
    size_t page;                   /* entries per page; 0: 256 */
    size_t most;                   /* entries; 0: no limit */
};

/* False ends the search without an error. */
typedef bool hop_directory_entry_fn(void *ctx,
                                    const struct hop_directory_entry *e);

enum hop_directory_change {
    HOP_DIRECTORY_ADD,
    HOP_DIRECTORY_DELETE, /* without values: all of them */
    HOP_DIRECTORY_REPLACE,
};

struct hop_directory_edit {
    enum hop_directory_change change;
    const char *attribute;
    const struct hop_directory_value *values;
    size_t count;
};

#define HOP_AUTO_DIRECTORY HOP_CLEANUP(hop_directory_closep)

/* Finds a DC by DNS (RFC 2782, _ldap._tcp.dc._msdcs.DOMAIN) where none is
 * named, connects and reads its root.  err (LDAP, KRB5, GENERIC) says what was
 * tried; NULL then. */
struct hop_directory *hop_directory_open(const struct hop_directory_target *t,
                                         struct hop_error *err);
void hop_directory_close(struct hop_directory *d);
void hop_directory_closep(struct hop_directory **d);

/* Of the root: the DC's own name, the domain's DN, the configuration's DN, the
 * forest's root DN; they live as long as d. */
const char *hop_directory_server(const struct hop_directory *d);
const char *hop_directory_domain_dn(const struct hop_directory *d);
const char *hop_directory_configuration_dn(const struct hop_directory *d);
const char *hop_directory_root_dn(const struct hop_directory *d);

/* In pages.  A base in another domain is searched there, as the same user, and
 * so are changes below made: what the DC refers to, or where it refers nobody
 * what the DN names.  References inside a result are not followed.
 * err (LDAP). */
HOP_MUST_CHECK bool hop_directory_search(
    struct hop_directory *d, const struct hop_directory_search *search,
    hop_directory_entry_fn *each, void *ctx, struct hop_error *err);
/* err (LDAP): the result's code, the server's own words. */
HOP_MUST_CHECK bool hop_directory_modify(struct hop_directory *d,
                                         const char *dn,
                                         const struct hop_directory_edit *edits,
                                         size_t n, struct hop_error *err);
HOP_MUST_CHECK bool hop_directory_add(struct hop_directory *d, const char *dn,
                                      const struct hop_directory_edit *edits,
                                      size_t n, struct hop_error *err);
/* tree: with all below it (1.2.840.113556.1.4.805). */
HOP_MUST_CHECK bool hop_directory_delete(struct hop_directory *d,
                                         const char *dn, bool tree,
                                         struct hop_error *err);
HOP_MUST_CHECK bool hop_directory_rename(struct hop_directory *d,
                                         const char *dn, const char *rdn,
                                         const char *parent,
                                         struct hop_error *err);

#endif
