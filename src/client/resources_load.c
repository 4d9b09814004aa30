/* SPDX-License-Identifier: MIT */
#include "base/module.h"
#include "client/resources.h"

static const struct hop_resources *resources;

const struct hop_resources *
hop_resources_load(struct hop_error *err)
{
    if (!resources)
        resources = hop_module_load("hop-resource.so", "hop_resources_table",
                                    "connections", HOP_ERROR_GENERIC, err);
    return resources;
}
