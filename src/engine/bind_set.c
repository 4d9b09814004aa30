/* Choosing the parameter set, and asking for what is missing.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engine/bind_internal.h"

#define BINDING        "ParameterBindingException"
#define TRANSFORMATION "ParameterBindingArgumentTransformationException"
#define VALIDATION     "ParameterBindingValidationException"

/* ---- choosing the set
 * -------------------------------------------------------------------------------------
 */

unsigned
flags_in(const struct meta_param *p, int set)
{
    unsigned flags = 0;

    for (uint32_t i = 0; i < p->n_sets; i++)
        if (p->sets[i].set == SET_ALL || p->sets[i].set == set)
            flags |= p->sets[i].flags;
    return flags;
}

/* Mandatory parameters of a set that are not bound; those that the pipeline may
 * still bring do not count when asked so. */
int
missing_in(struct hop_command *c, int set, bool pipeline_may, int *first)
{
    int n = 0;

    for (uint32_t i = 0; i < c->meta->n; i++) {
        struct meta_param *p = &c->meta->params[i];
        unsigned flags;
        if (c->bound[i].state != BOUND_NONE ||
            !(set < 0 ? true : (p->mask & (1u << set)) != 0))
            continue;
        flags = flags_in(p, set);
        if (!(flags & HOP_MANDATORY) ||
            (pipeline_may && flags & (HOP_BY_VALUE | HOP_BY_NAME)))
            continue;
        if (first && !n)
            *first = (int)i;
        n++;
    }
    return n;
}

/* Can the pipeline still bring this argument? */
static bool
may_come(struct hop_command *c, const struct meta_param *p, int set)
{
    return c->expects_input && flags_in(p, set) & (HOP_BY_VALUE | HOP_BY_NAME);
}

static bool
missing_error(struct hop_command *c, int set)
{
    struct hop_buf b HOP_AUTO_BUF = HOP_BUF_INIT;

    for (uint32_t i = 0; i < c->meta->n; i++) {
        struct meta_param *p = &c->meta->params[i];

        if (c->bound[i].state == BOUND_NONE &&
            (set < 0 || p->mask & (1u << set)) &&
            flags_in(p, set) & HOP_MANDATORY && !may_come(c, p, set))
            hop_buf_addf(&b, " %s", p->name);
    }
    return binding_error(c, BINDING, "MissingMandatoryParameter",
                         HOP_CAT_INVALID_ARGUMENT,
                         "Cannot process command because of one or more "
                         "missing mandatory parameters:%s.",
                         hop_buf_str(&b));
}

/* Asks the host for the missing mandatory parameters. */
static bool
prompt_missing(struct hop_command *c, int set)
{
    struct hop_host *h = c->rs->host;
    struct hop_field fields[16];
    int index[16];
    struct hop_value values[16] = {{0}};
    enum hop_ask asked;
    size_t n = 0;
    char caption[200];

    if (!h || !h->ops->prompt || !h->ops->interactive)
        return missing_error(c, set);
    for (uint32_t i = 0; i < c->meta->n && n < 16; i++) {
        struct meta_param *p = &c->meta->params[i];
        if (c->bound[i].state != BOUND_NONE ||
            (set >= 0 && !(p->mask & (1u << set))) ||
            !(flags_in(p, set) & HOP_MANDATORY) || may_come(c, p, set))
            continue;
        index[n] = (int)i;
        fields[n++] = (struct hop_field){
            .name = p->name,
            .label = p->name,
            .help = p->sets[0].help,
            .type = p->type->name,
            .mandatory = true,
            .list = p->type->element != NULL,
            .secure = p->type == &hop_class_secure_string,
            .credential = p->type == &hop_class_pscredential};
    }
    snprintf(caption, sizeof(caption),
             "cmdlet %s at command pipeline position %d", c->info->name,
             c->position);
    asked = h->ops->prompt(
        h, caption, "Supply values for the following parameters:", fields, n,
        values);
    if (asked == HOP_ASK_STOPPED)
        c->rs->stop = 1;
    if (asked != HOP_ASK_OK)
        return asked != HOP_ASK_STOPPED && missing_error(c, set);
    bool ok = true;
    for (size_t i = 0; i < n; i++) {
        ok = ok &&
             bind_value(c, &c->meta->params[index[i]], values[i], BOUND_LINE);
        hop_release(values[i]);
    }
    return ok;
}

static int
only_bit(uint32_t mask, uint32_t n)
{
    int found = -1;

    for (uint32_t i = 0; i < n; i++)
        if (mask & (1u << i)) {
            if (found >= 0)
                return -1;
            found = (int)i;
        }
    return found;
}

/* final: no more input can bring arguments. */
bool
choose_set(struct hop_command *c, bool final)
{
    struct meta *m = c->meta;
    uint32_t all = m->n_sets >= 32 ? 0xffffffffu : (1u << m->n_sets) - 1;
    uint32_t valid = c->sets & all;
    uint32_t complete = 0;
    int one;

    c->set = -1;
    if (!m->n_sets)
        return missing_in(c, -1, !final, NULL) ? prompt_missing(c, -1) : true;
    if (!valid)
        return not_resolved(c, HOP_CAT_INVALID_ARGUMENT);
    one = only_bit(valid, m->n_sets);
    if (one < 0) {
        for (uint32_t i = 0; i < m->n_sets; i++)
            if (valid & (1u << i) && !missing_in(c, (int)i, !final, NULL))
                complete |= 1u << i;
        if (m->default_set >= 0 && complete & (1u << m->default_set))
            one = m->default_set;
        else if (only_bit(complete, m->n_sets) >= 0)
            one = only_bit(complete, m->n_sets);
        else if (!complete && m->default_set >= 0 &&
                 valid & (1u << m->default_set))
            one = m->default_set;
        else if (final)
            return not_resolved(c, HOP_CAT_INVALID_ARGUMENT);
    }
    c->set = one;
    if (one >= 0 && missing_in(c, one, !final, NULL))
        return prompt_missing(c, one);
    return true;
}
