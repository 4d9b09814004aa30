/* SPDX-License-Identifier: MIT */
#include "auth/mech.h"

static const char *const names[] = {
    [HOP_AUTH_NONE] = "None",         [HOP_AUTH_NEGOTIATE] = "Negotiate",
    [HOP_AUTH_KERBEROS] = "Kerberos", [HOP_AUTH_NTLM] = "NTLM",
    [HOP_AUTH_BASIC] = "Basic",       [HOP_AUTH_CERTIFICATE] = "Certificate",
    [HOP_AUTH_CREDSSP] = "CredSSP",
};
_Static_assert(sizeof(names) / sizeof(names[0]) == HOP_AUTH_MECHS,
               "each mechanism has a name");

const char *
hop_auth_mech_name(enum hop_auth_mech mech)
{
    return mech >= HOP_AUTH_MECHS ? "unknown" : names[mech];
}
