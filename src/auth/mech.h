/* The ways of proving an identity, and what the two ends agree on.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_AUTH_MECH_H
#define HOP_AUTH_MECH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum hop_auth_mech {
    HOP_AUTH_NONE,
    HOP_AUTH_NEGOTIATE, /* SPNEGO choosing Kerberos or NTLM, RFC 4178 */
    HOP_AUTH_KERBEROS,  /* RFC 4121 tokens without SPNEGO */
    HOP_AUTH_NTLM,      /* NTLMSSP messages without SPNEGO, MS-NLMP */
    HOP_AUTH_BASIC,     /* user and password, inside TLS only */
    HOP_AUTH_CERTIFICATE,
    HOP_AUTH_CREDSSP,
    HOP_AUTH_MECHS
};

/* "Negotiate", "Kerberos", "NTLM", "Basic", "Certificate", "CredSSP": the
 * words of Get-WSManInstance and of PowerShell's -Authentication. */
const char *hop_auth_mech_name(enum hop_auth_mech mech);

/* How one step of an exchange of tokens ended. */
enum hop_auth_step {
    HOP_AUTH_FAILED,   /* err says why; the exchange is over */
    HOP_AUTH_CONTINUE, /* send the output, come back with the answer */
    HOP_AUTH_DONE,     /* established; send the output when it is not empty */
    HOP_AUTH_PENDING,  /* an acceptor alone: wait for its descriptor */
};

/* How much of the user's credential goes along to the server. */
enum hop_auth_delegate {
    HOP_DELEGATE_NONE,
    HOP_DELEGATE_POLICY, /* forward the TGT where the ticket carries the
                            domain's ok-as-delegate flag,
                            GSS_C_DELEG_POLICY_FLAG */
    HOP_DELEGATE_ALWAYS, /* forward it, or fail saying why it cannot be */
};

/* Channel bindings demanded by a server, WSMan's CbtHardeningLevel; the same
 * numbers as config/config.h's enum hop_cbt. */
enum hop_auth_cbt {
    HOP_AUTH_CBT_NONE,    /* bindings are not looked at */
    HOP_AUTH_CBT_RELAXED, /* those sent must fit */
    HOP_AUTH_CBT_STRICT,  /* they must be sent and fit */
};

#endif
