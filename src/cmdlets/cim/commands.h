/* The module CimCmdlets, and what other commands ask of hosts by it: services,
 * event logs, processes of this host or, with -ComputerName, of another.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_CIM_COMMANDS_H
#define HOP_CMDLETS_CIM_COMMANDS_H

#include "cim/cim.h"
#include "engine/cmdlet.h"
#include "value/class.h"
#include "value/collections.h"
#include "value/context.h"

/* clang-format off */
#define HOP_CIM_CMDLETS_(X) \
    X(get_cim_class) \
    X(get_cim_instance) \
    X(get_cim_session) \
    X(invoke_cim_method) \
    X(new_cim_session) \
    X(new_cim_session_option) \
    X(remove_cim_session)
/* clang-format on */
#define X(c) extern const struct hop_cmdlet hop_cmdlet_##c;
HOP_CIM_CMDLETS_(X)
#undef X

/* Get-WinEvent has a module of its own. */
extern const struct hop_cmdlet hop_cmdlet_get_win_event;

extern const struct hop_cmdlet_module hop_module_cim, hop_module_diagnostics;

#define CIM_INFRASTRUCTURE "Microsoft.Management.Infrastructure."
#define CIM_COMMANDS       CIM_INFRASTRUCTURE "CimCmdlets."
#define CIM_NAMESPACE      "root/cimv2"

/* ---- whom to ask (ask.c) ---- */

/* A host and how to reach it.  Texts are owned. */
struct cim_target {
    char *computer; /* NULL: this host, without a server */
    char *auth;     /* "Kerberos" ..., or NULL */
    char *user;
    struct hop_value credential; /* PSCredential, or null */
    struct hop_context *cx;      /* of the credential */
    uint32_t port;               /* 0: the usual one */
    bool use_ssl, skip_ca, skip_cn;
    int64_t timeout_ms; /* of an operation; 0: the usual one */
};
#define CIM_AUTO_TARGET HOP_CLEANUP(cim_target_done)
void cim_target_done(struct cim_target *t);
/* A copy of what to reach; owned. */
void cim_target_copy(struct cim_target *to, const struct cim_target *from);
/* Is the name this host's own ("localhost", ".", its name)? */
bool cim_is_local(const char *computer);
/* The name that results carry: the target's, or this host's. */
const char *cim_target_name(const struct cim_target *t, char host[65]);

struct cim_question {
    const char *ns;           /* NULL: CIM_NAMESPACE */
    const char *class_name;   /* of a query without FROM */
    const char *resource_uri; /* instead of class and namespace, or NULL */
    const char *filter;       /* WQL condition, or NULL */
    const char *query;        /* whole WQL query, or NULL */
    const struct hop_cim_argument *keys; /* get the one instance */
    size_t key_count;
    uint32_t most; /* no more instances are wanted; 0: all */
};

/* Gets each instance, borrowed; false: no more are wanted. */
typedef bool cim_item_fn(void *ctx, const struct hop_cim_instance *i);
/* The instances, as they come; errors as hop_error with the code that the host
 * gave. */
HOP_MUST_CHECK bool cim_each(const struct cim_target *t,
                             const struct cim_question *q, cim_item_fn *item,
                             void *ctx, struct hop_error *err);

/* Calls a method; *out gets ReturnValue and what else comes. */
HOP_MUST_CHECK bool cim_call(const struct cim_target *t,
                             const struct cim_question *q, const char *method,
                             const struct hop_cim_argument *in, size_t n_in,
                             struct hop_cim_instance *out,
                             struct hop_error *err);

/* ---- errors (errors.c) ---- */

/* The failure as a non-terminating error of the command, in CIM's words:
 * "HRESULT 0x80041010", with what the user can do. */
HOP_MUST_CHECK bool cim_report(struct hop_command *c,
                               const struct cim_target *t,
                               const struct hop_error *err,
                               struct hop_value subject);

/* ---- objects (object.c) ---- */

struct cim_object {
    struct hop_object base;
    struct hop_dict *properties; /* ordered, by name in any case */
    char *class_name, *ns, *computer;
    char *keys;               /* blank-separated names */
    struct cim_target target; /* where it came from */
};
extern const struct hop_class hop_class_cim_instance;
extern const struct hop_class *const cim_classes[];
/* The CimInstance in v, or NULL. */
struct cim_object *cim_object_of(struct hop_value v);
/* From an instance; shown: a WQL query whose columns it has, or NULL. */
struct hop_wql;
struct hop_value cim_object_new(struct hop_context *cx,
                                const struct hop_cim_instance *i,
                                const char *ns, const struct cim_target *t,
                                const struct hop_wql *columns, bool key_only);
struct hop_value cim_value_of(struct hop_context *cx, enum hop_cim_type type,
                              unsigned flags, const struct hop_cim_value *v);
/* The value as text for a key or an argument of a method; owned.  NULL for
 * null. */
char *cim_text_of(struct hop_context *cx, struct hop_value v);
/* A CimClass of this host's; owned. */
struct hop_value cim_class_object(struct hop_context *cx,
                                  const struct hop_cim_class *cls,
                                  const char *computer);

/* ---- sessions (session.c) ---- */

/* The target of a CimSession, or NULL. */
const struct cim_target *cim_session_target(struct hop_value v);
/* Fills a target with a name and the caller's way of reaching it. */
void cim_target_init(struct cim_target *t, const char *computer);

#endif
