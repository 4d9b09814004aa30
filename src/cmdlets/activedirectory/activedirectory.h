/* The module ActiveDirectory: what its cmdlets share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_ACTIVEDIRECTORY_H
#define HOP_CMDLETS_ACTIVEDIRECTORY_H

#include "ad/directory.h"
#include "ad/property.h"
#include "ad/sd.h"
#include "engine/cmdlet.h"
#include "value/class.h"
#include "value/collections.h"
#include "value/context.h"

#define HOP_AD_CMDLETS_(X)                                                     \
    X(get_ad_computer)                                                         \
    X(get_ad_user)                                                             \
    X(get_ad_service_account)                                                  \
    X(get_ad_group)                                                            \
    X(get_ad_object)                                                           \
    X(get_ad_domain)                                                           \
    X(get_ad_domain_controller)                                                \
    X(set_ad_computer)                                                         \
    X(set_ad_user)                                                             \
    X(set_ad_service_account)                                                  \
    X(set_ad_account_control)                                                  \
    X(set_ad_object) X(enable_ad_account) X(disable_ad_account)                \
        X(new_ad_computer) X(new_ad_user) X(new_ad_service_account)            \
            X(remove_ad_computer) X(remove_ad_user)                            \
                X(remove_ad_service_account) X(remove_ad_object)               \
                    X(get_ad_group_member) X(add_ad_group_member)              \
                        X(remove_ad_group_member) X(set_ad_account_password)   \
                            X(setspn) X(install_ad_service_account)            \
                                X(test_ad_service_account)                     \
                                    X(uninstall_ad_service_account)

#define X(c) extern const struct hop_cmdlet hop_cmdlet_##c;
HOP_AD_CMDLETS_(X)
#undef X

extern const struct hop_cmdlet_module hop_module_activedirectory;

/* ---- objects (objects.c) ---- */

/* The class that an entry's objectClass makes it. */
const struct hop_class *ad_class_of_entry(const struct hop_directory_entry *e);
enum ad_shape {
    AD_AS_IT_IS,     /* ADComputer, ADUser ... */
    AD_AS_OBJECT,    /* ADObject, as Get-ADObject gives whatever it is */
    AD_AS_PRINCIPAL, /* ADPrincipal, as members of groups are */
};

/* The properties that are always shown, and those named in more ("*": all there
 * are); owned. */
struct hop_value ad_object_new(struct hop_context *cx, struct hop_directory *d,
                               const struct hop_directory_entry *e,
                               enum ad_shape shape, const char *const *more,
                               size_t n);
/* The text of one of its properties (borrowed), or NULL; v may be any value. */
const char *ad_object_text(struct hop_value v, const char *property);
/* The values of an attribute as they come, NULL when the entry has none. */
const struct hop_directory_attribute *
ad_attribute(const struct hop_directory_entry *e, const char *name);
const char *ad_attribute_text(const struct hop_directory_entry *e,
                              const char *name);
/* Ends with NULL. */
extern const struct hop_class *const ad_classes[];

/* SecurityIdentifier, ActiveDirectorySecurity (security.c); owned. */
struct hop_value ad_sid_value(struct hop_context *cx,
                              const struct hop_sid *sid);
/* d: asked for the names of the SIDs. */
struct hop_value ad_security_value(struct hop_context *cx,
                                   struct hop_directory *d, const void *p,
                                   size_t n);
/* The bytes of an ActiveDirectorySecurity; false: v is none. */
bool ad_security_bytes(struct hop_value v, struct hop_buf *out);
/* The first address of that family (AF_INET, AF_INET6) that this host finds for
 * the name; null without; owned. */
struct hop_value ad_address(const char *host, int family);
/* DOMAIN\name, the DN when dn; the SID's text when nobody has it. */
void ad_name_of_sid(struct hop_directory *d, const struct hop_sid *sid, bool dn,
                    struct hop_buf *out);

/* ---- sessions (session.c) ---- */

/* The parameters that all have, in the order of the enum; they stand first. */
enum { AD_SERVER, AD_CREDENTIAL, AD_AUTH_TYPE, AD_COMMON };
#define AD_COMMON_PARAMS                                                       \
    [AD_SERVER] = {"Server", "string", HOP_NOT_NULL_OR_EMPTY},                 \
    [AD_CREDENTIAL] = {"Credential", "pscredential", HOP_CREDENTIAL},          \
    [AD_AUTH_TYPE] = {"AuthType", "string", .set = "Negotiate Basic 0 1"}

/* A directory that is open while the command runs: the first member of every
 * cmdlet's state. */
struct ad_session {
    struct hop_directory *d;
};

/* Opens it once; false: an exception is pending. */
HOP_MUST_CHECK bool ad_open(struct hop_command *c);
struct hop_directory *ad_directory(struct hop_command *c);
void ad_dispose(struct hop_command *c);
/* What the directory refused, as an exception; always false. */
bool ad_throw(struct hop_command *c, const struct hop_error *err,
              struct hop_value target);

/* The same where the caller knows the code of Windows' (MS-ERREF 2.2) that the
 * directory does not tell. */
bool ad_throw_reason(struct hop_command *c, const struct hop_error *err,
                     struct hop_value target, uint32_t win32);

/* The LDAP filter for objects of these kinds (enum in ad/property.h); 0: any.
 */
const char *ad_kind_filter(uint32_t kinds);
/* Finds the one object that identity (an AD object, a DN, GUID, SID or
 * sAMAccountName) names among those of the kinds and hands it to each; false
 * with an exception pending (ADIdentityNotFoundException) when there is none.
 */
HOP_MUST_CHECK bool ad_find(struct hop_command *c, struct hop_value identity,
                            uint32_t kinds, const char *const *attributes,
                            hop_directory_entry_fn *each, void *ctx);
/* The value of the cmdlet's -Partition, NULL without. */
const char *ad_partition(struct hop_command *c);
/* Its DN alone; free(). */
HOP_MUST_CHECK bool ad_find_dn(struct hop_command *c, struct hop_value identity,
                               uint32_t kinds, char **dn);

/* ---- edits (edit.c) ---- */

struct ad_edits; /* changes of one entry, in the order they were added */

struct ad_edits *ad_edits_new(void);
void ad_edits_free(struct ad_edits *e);
/* values: n of them, copied; lens NULL: texts. */
void ad_edits_add(struct ad_edits *e, enum hop_directory_change change,
                  const char *attribute, const char *const *values,
                  const size_t *lens, size_t n);
const struct hop_directory_edit *ad_edits_all(const struct ad_edits *e,
                                              size_t *n);
/* Puts a value of any kind (or an array of them; null: clears) in, written as
 * the attribute wants it. */
HOP_MUST_CHECK bool ad_edits_set(struct hop_command *c, struct ad_edits *e,
                                 enum hop_directory_change change,
                                 const char *attribute, struct hop_value v);
/* -PrincipalsAllowedToDelegateToAccount and its like: the accounts' SIDs as a
 * security descriptor; null clears. */
HOP_MUST_CHECK bool ad_edits_principals(struct hop_command *c,
                                        struct ad_edits *e,
                                        const char *attribute,
                                        struct hop_value principals);

#endif
