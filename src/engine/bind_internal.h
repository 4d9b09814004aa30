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

#endif
