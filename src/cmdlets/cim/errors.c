/* What a host says when it gives no instances, as an error of the command.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>

#include "cmdlets/cim/commands.h"

static const struct {
    uint32_t code;
    enum hop_category category;
} rows[] = {
    {HOP_CIM_E_NOT_FOUND, HOP_CAT_OBJECT_NOT_FOUND},
    {HOP_CIM_E_ACCESS_DENIED, HOP_CAT_PERMISSION_DENIED},
    {0x80070005u, HOP_CAT_PERMISSION_DENIED},
    {HOP_CIM_E_INVALID_PARAMETER, HOP_CAT_INVALID_ARGUMENT},
    {HOP_CIM_E_INVALID_NAMESPACE, HOP_CAT_METADATA_ERROR},
    {HOP_CIM_E_INVALID_CLASS, HOP_CAT_METADATA_ERROR},
    {HOP_CIM_E_INVALID_QUERY, HOP_CAT_INVALID_ARGUMENT},
    {HOP_CIM_E_NO_METHOD, HOP_CAT_METADATA_ERROR},
    {0x8009030Eu, HOP_CAT_AUTHENTICATION_ERROR},
    {0x8009030Cu, HOP_CAT_AUTHENTICATION_ERROR},
    {0x80338012u, HOP_CAT_CONNECTION_ERROR},
    {0x80338126u, HOP_CAT_CONNECTION_ERROR},
};

static enum hop_category
category_of(uint32_t code)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(rows); i++)
        if (rows[i].code == code)
            return rows[i].category;
    return HOP_CAT_NOT_SPECIFIED;
}

bool
cim_report(struct hop_command *c, const struct cim_target *t,
           const struct hop_error *err, struct hop_value subject)
{
    uint32_t code = (uint32_t)err->code;
    char id[32];
    struct hop_error_spec spec = {.id = id,
                                  .category = category_of(code),
                                  .exception =
                                      CIM_INFRASTRUCTURE "CimException",
                                  .target = subject};

    snprintf(id, sizeof(id), "HRESULT 0x%08x", code ? code : HOP_CIM_E_FAILED);
    if (t->computer)
        return hop_command_error(c, &spec, "%s: %s", t->computer, err->text);
    return hop_command_error(c, &spec, "%s", err->text);
}
