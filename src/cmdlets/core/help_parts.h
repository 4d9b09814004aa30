/* The parts that help objects are made of.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_CORE_HELP_PARTS_H
#define HOP_CMDLETS_CORE_HELP_PARTS_H

#include "engine/engine.h"
#include "lang/help.h"

#define HOP_HELP_MAML     "MamlCommandHelpInfo"
#define HOP_HELP_EXTENDED "ExtendedCmdletHelpInfo"

struct hop_help_making {
    struct hop_runspace *rs;
    struct hop_context *cx;
    struct cmdinfo *c;
    struct meta *meta;
    struct hop_help *help;
    const char *type; /* one of these */
};

/* An object of these type names alone (the first in front). */
struct hop_value hop_help_object(struct hop_help_making *k, const char *first,
                                 const char *second);

/* "MamlCommandHelpInfo#syntax" */
struct hop_value hop_help_part(struct hop_help_making *k, const char *name);

/* Takes v. */
void hop_help_put(struct hop_value o, const char *name, struct hop_value v);
void hop_help_put_text(struct hop_value o, const char *name, const char *text);

/* Text without blank lines and blanks around it. */
struct hop_value hop_help_trimmed(const char *s);

/* An empty array of objects; owned. */
struct hop_array *hop_help_objects(struct hop_help_making *k);

/* Takes the text's value. */
struct hop_value hop_help_paragraph(struct hop_help_making *k,
                                    struct hop_value text);
struct hop_value hop_help_paragraphs(struct hop_help_making *k,
                                     const char *text);

/* One object stands for itself, more are an array. */
struct hop_value hop_help_one_or_more(struct hop_array *a);

/* { outer: { inner: { type: { name } } } } for inputs and outputs. */
struct hop_value hop_help_types(struct hop_help_making *k, const char *outer,
                                const char *inner, const char *const *names,
                                size_t n);

/* The sections of a help object; owned. */
struct hop_value hop_help_parameters(struct hop_help_making *k);
struct hop_value hop_help_syntax(struct hop_help_making *k);

#endif
