/* What a connection was told, shared by its wires.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CLIENT_SETTINGS_H
#define HOP_CLIENT_SETTINGS_H

#include "auth/cred.h"
#include "auth/mech.h"
#include "base/secret.h"
#include "client/endpoint.h"
#include "client/hop.h"
#include "config/config.h"
#include "net/tls.h"

#define SETTING_TEXTS (HOP_SET_CREDSSP_PIN + 1)
#define SETTING_FIRST HOP_SET_AUTH
#define SETTING_COUNT (HOP_SET_UTF16 - SETTING_FIRST + 1)

struct settings {
    char *texts[SETTING_TEXTS]; /* by enum hop_setting; never the password */
    long numbers[SETTING_COUNT];
    struct hop_secret *password;
    /* made from these by settings_resolve, when the first call comes */
    bool resolved;
    struct endpoint endpoint;
    char *spn_host;  /* the name that Kerberos is asked for */
    char *full_host; /* of a short name, in the realm's domain; or NULL */
    char *proxy, *proxy_authorization;
    struct hop_cred *cred; /* NULL where none is needed */
    struct hop_tls_context *tls;
    struct hop_config config; /* the Client settings of this host */
    bool has_config;
    bool from_cmdlet; /* errors name cmdlets' parameters, not winrs's options */
};

/* What an error advises, as who reads it writes it. */
enum settings_word {
    WORD_TLS,
    WORD_NO_TLS_SEAL,
    WORD_USER,
    WORD_AUTH,
    WORD_CERTIFICATE, /* what to do when it is not accepted */
    WORD_COUNT
};
const char *settings_word(const struct settings *s, enum settings_word which);

void settings_init(struct settings *s);
void settings_done(struct settings *s);
HOP_MUST_CHECK bool settings_set_text(struct settings *s,
                                      enum hop_setting which, const char *value,
                                      struct hop_error *err);
HOP_MUST_CHECK bool settings_set_number(struct settings *s,
                                        enum hop_setting which, long value,
                                        struct hop_error *err);
static inline long
setting(const struct settings *s, enum hop_setting which)
{
    return s->numbers[which - SETTING_FIRST];
}
/* Checks that they go together and makes the rest. */
HOP_MUST_CHECK bool settings_resolve(struct settings *s, struct hop_error *err);
/* Whether NTLM may be used towards the server: over TLS, to this host itself,
 * or as Client/TrustedHosts says.  Fails with 0x803380E4. */
HOP_MUST_CHECK bool settings_may_ntlm(const struct settings *s,
                                      struct hop_error *err);
/* True when bodies must be sealed by the security context. */
bool settings_must_seal(const struct settings *s);

#endif
