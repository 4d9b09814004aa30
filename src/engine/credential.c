/* [Credential()]: a user's name where a credential is wanted is asked about,
 * by the host's own question.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "engine/engine.h"
#include "engine/host.h"
#include "value/types/secure.h"

/* Where nobody can be asked the name stays, and does not convert. */
bool
transform_credential(struct hop_command *c, struct hop_value *v)
{
    struct hop_host *host = hop_runspace_host(c->rs);
    struct hop_value given = hop_value_base(*v);
    HOP_AUTO_VALUE struct hop_value secret = hop_null(), user = hop_null(),
                                    out = hop_null();
    HOP_AUTO_FREE char *name = NULL;
    char *password = NULL;

    if (!hop_is_string(given) || *hop_cstr(given) == '\0' || host == NULL ||
        host->ops->credential == NULL ||
        host->ops->credential(host,
                              &(struct hop_logon_question){
                                  .caption = "PowerShell credential request",
                                  .message = "Enter your credentials.",
                                  .user = hop_cstr(given),
                                  .target = "",
                                  .types = HOP_LOGON_TYPES,
                                  .options = HOP_LOGON_OPTIONS,
                              },
                              &name, &password) != HOP_ASK_OK)
        return true;
    secret = hop_secure_new(&c->rs->cx, password, strlen(password));
    explicit_bzero(password, strlen(password));
    free(password);
    user = hop_text(name);
    if (!hop_construct(&c->rs->cx, &hop_class_pscredential,
                       (struct hop_value[]){user, secret}, 2, &out))
        return false;
    hop_value_set(v, out);
    out = hop_null();
    return true;
}
