/* Objects that came over the wire without a type of their own here: a bag of
 * properties with type names, and the text that ToString gave there.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CLIXML_CLASSES_H
#define HOP_CLIXML_CLASSES_H

#include "value/class.h"
#include "value/exception.h"

struct hop_bag {
    struct hop_object base;
    struct hop_string *text; /* or NULL */
};

/* typed: it has adapted properties, so that GetType() says PSObject. */
struct hop_bag *hop_clixml_bag_new(struct hop_context *cx, bool typed);
bool hop_clixml_is_bag(struct hop_value v);
bool hop_clixml_bag_has_text(struct hop_value v);

#endif
