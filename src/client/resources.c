/* SPDX-License-Identifier: MIT */
#include "client/resources.h"

#include "client/connection.h"
#include "client/hop.h"

_Static_assert(sizeof(struct hop_resources_pair) ==
                       sizeof(struct hop_selector) &&
                   sizeof(struct hop_resources_pair) ==
                       sizeof(struct hop_variable),
               "pairs of a name and a value are the same everywhere");

static struct hop_resource
resource(const struct hop_resources_name *r)
{
    return (struct hop_resource){
        .size = sizeof(struct hop_resource),
        .uri = r->uri,
        .selectors = (const struct hop_selector *)r->selectors,
        .selector_count = r->selector_count,
        .options = (const struct hop_variable *)r->options,
        .option_count = r->option_count};
}

static bool
get(hop_connection *c, const struct hop_resources_name *r, const char **xml)
{
    struct hop_resource at = resource(r);

    return hop_resource_get(c, &at, xml);
}

static bool
put(hop_connection *c, const struct hop_resources_name *r, const char *body,
    const char **xml)
{
    struct hop_resource at = resource(r);

    return hop_resource_put(c, &at, body, xml);
}

static bool
create(hop_connection *c, const struct hop_resources_name *r, const char *body,
       const char **xml)
{
    struct hop_resource at = resource(r);

    return hop_resource_create(c, &at, body, xml);
}

static bool
remove_one(hop_connection *c, const struct hop_resources_name *r)
{
    struct hop_resource at = resource(r);

    return hop_resource_delete(c, &at);
}

static bool
invoke(hop_connection *c, const struct hop_resources_name *r,
       const char *action, const char *body, const char **xml)
{
    struct hop_resource at = resource(r);

    return hop_resource_invoke(c, &at, action, body, xml);
}

static bool
enumerate(hop_connection *c, const struct hop_resources_name *r,
          const struct hop_resources_query *q)
{
    struct hop_resource at = resource(r);
    struct hop_enumerate how = {.size = sizeof(how),
                                .dialect = q->dialect,
                                .filter = q->filter,
                                .mode = (enum hop_enumerate_mode)q->mode,
                                .batch = q->batch,
                                .ctx = q->ctx,
                                .item = q->item};

    return hop_resource_enumerate(c, &at, &how);
}

static bool
identify(hop_connection *c, struct hop_resources_identity *out)
{
    struct hop_identity id;

    if (!hop_connection_identify(c, &id))
        return false;
    *out = (struct hop_resources_identity){
        id.protocol_version, id.product_vendor, id.product_version};
    return true;
}

const struct hop_resources hop_resources_table = {
    .new = connection_new_for_cmdlet,
    .free = hop_connection_free,
    .set_text = hop_connection_set_text,
    .set_number = hop_connection_set_number,
    .open = hop_connection_open,
    .identify = identify,
    .error = hop_connection_error,
    .code = hop_connection_code,
    .cause = hop_connection_cause,
    .get = get,
    .put = put,
    .create = create,
    .remove = remove_one,
    .invoke = invoke,
    .enumerate = enumerate,
};
