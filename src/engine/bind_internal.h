/* What the files about binding share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_ENGINE_BIND_INTERNAL_H
#define HOP_ENGINE_BIND_INTERNAL_H

#include "engine/engine.h"

#define ERROR_BINDING        "ParameterBindingException"
#define ERROR_TRANSFORMATION "ParameterBindingArgumentTransformationException"
#define ERROR_VALIDATION     "ParameterBindingValidationException"

/* The type as messages name it. */
const char *bind_brief_type(const struct meta_param *p, struct hop_buf *b);

/* Makes the pending exception a binding error; false. */
HOP_MUST_CHECK bool bind_conversion_failed(struct hop_command *c,
                                           const struct meta_param *p);

/* The parameter as a variable of the script (v borrowed). */
void bind_put_variable(struct hop_command *c, const struct meta_param *p,
                       struct hop_value v);

/* Room for the values of all parameters. */
void bind_reserve(struct hop_command *c);
HOP_MUST_CHECK bool bind_argument(struct hop_command *c, struct meta_param *p,
                                  const struct argument *g,
                                  enum bound_state state);

/* A script block for a parameter that takes pipeline input runs for each
 * object. */
HOP_MUST_CHECK bool bind_delays(struct hop_command *c,
                                const struct meta_param *p, struct hop_value v);

/* Does a parameter take what is left over, names that nobody knows with it? */
HOP_MUST_CHECK bool bind_takes_rest(const struct hop_command *c);

/* False: an error is pending. */
HOP_MUST_CHECK bool bind_positional(struct hop_command *c, bool *used);
HOP_MUST_CHECK bool bind_remaining(struct hop_command *c, const bool *used);

/* What they ask of a parameter and its sets. */
bool not_resolved(struct hop_command *c, enum hop_category category);
bool binding_error(struct hop_command *c, const char *cls, const char *id,
                   enum hop_category category, const char *fmt, ...)
    HOP_PRINTF(5, 6);
bool is_script_command(const struct hop_command *c);
bool accepts_pipeline(const struct meta_param *p);
bool row_applies(const struct hop_command *c, const struct meta_set *s);
bool fits(const struct meta_param *p, struct hop_value v);
unsigned flags_in(const struct meta_param *p, int set);
int missing_in(struct hop_command *c, int set, bool pipeline_may, int *first);
bool choose_set(struct hop_command *c, bool final);
bool restore_defaults(struct hop_command *c);

#endif
