/* A page of help being drawn: its lines, and the parts that views share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_FORMAT_HELP_PAGE_H
#define HOP_CMDLETS_FORMAT_HELP_PAGE_H

#include "engine/runspace.h"
#include "value/value.h"

/* A drawing at work: where it goes, and what it reads. */
struct hop_page {
    struct hop_context *cx;
    struct hop_doc *d;
};

/* Draws what v says. */
typedef void hop_draw_fn(struct hop_page *p, struct hop_value v);

/* What is read: a member of v, and its text; both owned. */
struct hop_value hop_page_get(struct hop_page *p, struct hop_value v,
                              const char *name);
struct hop_string *hop_page_text_of(struct hop_page *p, struct hop_value v);
struct hop_string *hop_page_get_text(struct hop_page *p, struct hop_value v,
                                     const char *name);
HOP_MUST_CHECK bool hop_page_is_text(struct hop_page *p, struct hop_value v,
                                     const char *name, const char *text);
HOP_MUST_CHECK bool hop_page_has_member(struct hop_page *p, struct hop_value v,
                                        const char *name);

/* What is written. */
void hop_page_say(struct hop_page *p, const char *s);
void hop_page_line(struct hop_page *p, const char *s);
void hop_page_blank(struct hop_page *p);
void hop_page_indent(struct hop_page *p);
void hop_page_outdent(struct hop_page *p);
void hop_page_say_member(struct hop_page *p, struct hop_value v,
                         const char *name);
void hop_page_say_command(struct hop_page *p, const char *what,
                          const struct hop_string *name, const char *option);

/* Draws each of a member's items by f. */
void hop_page_each(struct hop_page *p, struct hop_value v, const char *name,
                   void (*f)(struct hop_page *p, struct hop_value item));

/* Parts of a page. */
hop_draw_fn hop_draw_paragraph, hop_draw_details, hop_draw_syntax,
    hop_draw_indented_syntax, hop_draw_description, hop_draw_links,
    hop_draw_related, hop_draw_remarks;

/* Parameters. */
hop_draw_fn hop_draw_parameter_head;
void hop_draw_field(struct hop_page *p, struct hop_value v, const char *label,
                    const char *name);
hop_draw_fn hop_draw_parameter;
void hop_draw_common(struct hop_page *p);
hop_draw_fn hop_draw_parameters, hop_draw_brief_parameters,
    hop_draw_parameters_alone;

/* Types, notes, examples. */
hop_draw_fn hop_draw_inputs, hop_draw_outputs, hop_draw_notes,
    hop_draw_notes_alone, hop_draw_examples, hop_draw_example_alone;

#endif
