/* The settings of Hop: the WSMan tree that WinRM's users know, as readable
 * text.
 *
 *     # /etc/hop/wsman.conf
 *     MaxEnvelopeSizekb = 500
 *     Service/Auth/CredSSP = true
 *     Client/TrustedHosts = *.corp.test, b
 *     Listener/http/Port = 5985
 *
 * A path has WinRM's names (any case; '/' or '\' between them), a value ends
 * with its line; '#' at the start of a line begins a comment.  Files under
 * policy.d override the rest, as Group Policy does, and fix what they set.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CONFIG_CONFIG_H
#define HOP_CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

/* Where the privileged server keeps it. */
#define HOP_CONFIG_DIR "/etc/hop"

enum hop_config_id {
    HOP_SET_MAX_ENVELOPE_KB,
    HOP_SET_MAX_TIMEOUT_MS,
    HOP_SET_MAX_BATCH_ITEMS,
    HOP_SET_MAX_PROVIDER_REQUESTS,

    HOP_SET_CLIENT_NETWORK_DELAY_MS,
    HOP_SET_CLIENT_URL_PREFIX,
    HOP_SET_CLIENT_ALLOW_UNENCRYPTED,
    HOP_SET_CLIENT_AUTH_BASIC,
    HOP_SET_CLIENT_AUTH_DIGEST,
    HOP_SET_CLIENT_AUTH_KERBEROS,
    HOP_SET_CLIENT_AUTH_NEGOTIATE,
    HOP_SET_CLIENT_AUTH_CERTIFICATE,
    HOP_SET_CLIENT_AUTH_CREDSSP,
    HOP_SET_CLIENT_PORT_HTTP,
    HOP_SET_CLIENT_PORT_HTTPS,
    HOP_SET_CLIENT_TRUSTED_HOSTS,
    HOP_SET_CLIENT_FRESH,      /* AllowFreshCredentials: list of SPN patterns */
    HOP_SET_CLIENT_FRESH_NTLM, /* AllowFreshCredentialsWhenNTLMOnly */
    HOP_SET_CLIENT_FRESH_CONCAT, /* set by a policy: wsman.conf's own list */
    HOP_SET_CLIENT_FRESH_NTLM_CONCAT, /* counts beside the policy's */
    HOP_SET_CLIENT_DENY_FRESH,

    HOP_SET_SERVICE_ROOT_SDDL,
    HOP_SET_SERVICE_MAX_OPERATIONS,
    HOP_SET_SERVICE_MAX_OPERATIONS_PER_USER,
    HOP_SET_SERVICE_ENUMERATION_TIMEOUT_MS,
    HOP_SET_SERVICE_MAX_CONNECTIONS,
    HOP_SET_SERVICE_MAX_PACKET_SECONDS,
    HOP_SET_SERVICE_ALLOW_UNENCRYPTED,
    HOP_SET_SERVICE_AUTH_BASIC,
    HOP_SET_SERVICE_AUTH_KERBEROS,
    HOP_SET_SERVICE_AUTH_NEGOTIATE,
    HOP_SET_SERVICE_AUTH_CERTIFICATE,
    HOP_SET_SERVICE_AUTH_CREDSSP,
    HOP_SET_SERVICE_AUTH_CBT, /* enum hop_cbt */
    HOP_SET_SERVICE_PORT_HTTP,
    HOP_SET_SERVICE_PORT_HTTPS,
    HOP_SET_SERVICE_IPV4_FILTER,
    HOP_SET_SERVICE_IPV6_FILTER,
    HOP_SET_SERVICE_COMPAT_HTTP,
    HOP_SET_SERVICE_COMPAT_HTTPS,
    HOP_SET_SERVICE_THUMBPRINT,
    HOP_SET_SERVICE_ALLOW_REMOTE,
    HOP_SET_SERVICE_DISABLE_RUNAS, /* no endpoint runs as another account */

    HOP_SET_SHELL_ALLOW_REMOTE,
    HOP_SET_SHELL_IDLE_TIMEOUT_MS,
    HOP_SET_SHELL_MAX_USERS,
    HOP_SET_SHELL_MAX_RUN_TIME,
    HOP_SET_SHELL_MAX_PROCESSES,
    HOP_SET_SHELL_MAX_MEMORY_MB,
    HOP_SET_SHELL_MAX_PER_USER,

    /* Hop's own, below Linux/ */
    HOP_SET_KEYTAB,          /* "" : the system's */
    HOP_SET_NTLM_USERS,      /* NTLM_USER_FILE of gss-ntlmssp, "" : winbind */
    HOP_SET_CERTIFICATE_MAP, /* file: subject or UPN to user */
    HOP_SET_CLIENT_CA,       /* PEM file of authorities for certificates */
    HOP_SET_CREDSSP_MINIMUM_VERSION, /* of the peer, on both sides */
    HOP_SET_CREDSSP_CA,     /* PEM of who may sign a CredSSP server's */
    HOP_SET_CREDSSP_PINS,   /* "b.corp.test=HASH", "HASH": of its certificate */
    HOP_SET_CREDSSP_CERT,   /* the server's own, PEM with its key */
    HOP_SET_LOG_COMMANDS,   /* command lines in the journal */
    HOP_SET_ADMINISTRATORS, /* Unix groups, by commas, whose members
                               administer this host beside root */
    HOP_SET_CREDENTIAL_AGENT,        /* tickets for sessions on demand; else a
                                        forwarded TGT in a file of the session */
    HOP_SET_CERTIFICATE_DIRS,        /* beside CONFIG-DIR/certs */
    HOP_SET_CERTIFICATE_TOKENS,      /* PKCS#11 URIs */
    HOP_SET_GROUP_POLICY,            /* hopd runs gpupdate from time to time */
    HOP_SET_GROUP_POLICY_EVERY_MIN,  /* 0: every seven seconds */
    HOP_SET_GROUP_POLICY_OFFSET_MIN, /* up to so much more, by chance */
    HOP_SET_COUNT,
};

enum hop_setting_type {
    HOP_SETTING_BOOL, /* true, false */
    HOP_SETTING_U32,
    HOP_SETTING_CHOICE, /* one of a list of words */
    HOP_SETTING_TEXT,
    HOP_SETTING_LIST, /* words separated by commas */
};

enum hop_cbt { HOP_CBT_NONE, HOP_CBT_RELAXED, HOP_CBT_STRICT };

struct hop_setting_row {
    const char *path;
    enum hop_setting_type type;
    uint32_t number; /* default of BOOL, U32, CHOICE */
    uint32_t min, max;
    const char *text; /* default of TEXT and LIST; words of CHOICE, by '|' */
};

extern const struct hop_setting_row hop_setting_table[HOP_SET_COUNT];

/* A subtree with names that the administrator chooses: Listener/NAME/Port,
 * Plugin/NAME/... */
struct hop_config_entry {
    char *path; /* as written, '/' between the parts */
    char *value;
    bool policy;
};

struct hop_config {
    uint32_t number[HOP_SET_COUNT];
    char *text[HOP_SET_COUNT];  /* NULL for numbers */
    bool set[HOP_SET_COUNT];    /* given by a file */
    bool policy[HOP_SET_COUNT]; /* fixed by a policy */
    char
        *under[HOP_SET_COUNT]; /* lists: what the policy stands over, or NULL */
    struct hop_config_entry *entries;
    size_t entry_count;
};

/* All defaults. */
void hop_config_init(struct hop_config *c);
void hop_config_done(struct hop_config *c);

/* Reads settings over those there are.  source names the text in errors:
 * "/etc/hop/wsman.conf:3: Service/Auth/Basci: no such setting".  All or
 * nothing. */
HOP_MUST_CHECK bool hop_config_parse(struct hop_config *c, const char *text,
                                     const char *source, bool policy,
                                     struct hop_error *err);
/* One setting by its path, as text.  0x8033808A (WSMAN domain) when a policy
 * fixes it and policy is false; a list beside which wsman.conf's own counts is
 * not fixed. */
HOP_MUST_CHECK bool hop_config_set(struct hop_config *c, const char *path,
                                   const char *value, bool policy,
                                   struct hop_error *err);
/* The text of one setting in out; false when there is no such path. */
HOP_MUST_CHECK bool hop_config_get(const struct hop_config *c, const char *path,
                                   struct hop_buf *out);
/* Whether a policy fixes the setting, or anything below the subtree. */
bool hop_config_is_fixed(const struct hop_config *c, const char *path);
/* 0x8033808A, in words.  Always false. */
bool hop_config_refuse_fixed(const char *path, struct hop_error *err);
/* Everything that differs from the defaults (all: every setting), as text that
 * hop_config_parse reads. */
void hop_config_format(const struct hop_config *c, bool all,
                       struct hop_buf *out);

/* Those of it that a policy fixes, in the same form. */
void hop_config_format_fixed(const struct hop_config *c, struct hop_buf *out);
/* CONFIG-DIR/certs, CONFIG-DIR and Linux/CertificateDirectories, by colons.
 * free(). */
char *hop_config_certificate_dirs(const struct hop_config *c, const char *dir);

static inline bool
hop_config_bool(const struct hop_config *c, enum hop_config_id s)
{
    return c->number[s] != 0;
}
static inline uint32_t
hop_config_u32(const struct hop_config *c, enum hop_config_id s)
{
    return c->number[s];
}
/* Never NULL; borrowed until the setting changes. */
const char *hop_config_text(const struct hop_config *c, enum hop_config_id s);
/* What counts beside a policy's list: wsman.conf's own, where the policy says
 * ConcatenateDefaults_...; else NULL. */
const char *hop_config_under(const struct hop_config *c, enum hop_config_id s);
/* True when a LIST has an entry that matches the word: "*", "*.corp.test" and
 * "wsman/b*" are patterns, letter case does not count. */
bool hop_config_list_has(const struct hop_config *c, enum hop_config_id s,
                         const char *word);

/* The same for one pattern. */
bool hop_config_pattern_fits(const char *pattern, const char *word);

/* The value at TREE/NAME/KEY, or NULL. */
const char *hop_config_entry(const struct hop_config *c, const char *tree,
                             const char *name, const char *key);
/* The names directly below a tree, in order of appearance: call with *at = 0
 * until NULL; the text lives in buf. */
const char *hop_config_entry_name(const struct hop_config *c, const char *tree,
                                  size_t *at, struct hop_buf *buf);

/* Reads DIR/wsman.conf (missing: defaults), then DIR/policy.d/NAME.conf in the
 * order of their names, then DIR/policy.d/domain.policy (grouppolicy.h). */
HOP_MUST_CHECK bool hop_config_load(struct hop_config *c, const char *dir,
                                    struct hop_error *err);
/* Puts a whole file in the place of another: readers see the old or the new
 * one.  Mode 0644. */
HOP_MUST_CHECK bool hop_config_write(const char *path,
                                     const struct hop_buf *text,
                                     struct hop_error *err);

#endif
