/* Language modes: what a program may do where a session is limited.
 *
 * Every script block keeps the mode that it was made in and runs in that mode
 * wherever it is called from (about_Language_Modes).  ConstrainedLanguage is
 * enforced where types are used: methods, property setters, constructors and
 * conversions work on core types only.  RestrictedLanguage and NoLanguage are
 * enforced where text becomes a program.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_ENGINE_LANGUAGE_H
#define HOP_ENGINE_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/runspace.h"
#include "value/value.h"

struct hop_block;
struct hop_unit;

/* Types on which everything is allowed in ConstrainedLanguage. */
bool language_is_core(const struct hop_class *c);

/* May the running program do this?  False: the error is pending.  target is
 * the object, or a type when is_static. */
HOP_MUST_CHECK bool language_may_call(struct hop_runspace *rs,
                                      struct hop_value target,
                                      const struct hop_string *name,
                                      bool is_static);
HOP_MUST_CHECK bool language_may_set(struct hop_runspace *rs,
                                     struct hop_value target,
                                     const struct hop_string *name,
                                     bool is_static);
HOP_MUST_CHECK bool language_may_create(struct hop_runspace *rs,
                                        const struct hop_class *c);
HOP_MUST_CHECK bool language_may_convert(struct hop_runspace *rs,
                                         struct hop_value v,
                                         const struct hop_class *to);
/* The same without an error: -as gives null then. */
bool language_can_convert(const struct hop_runspace *rs, struct hop_value v,
                          const struct hop_class *to);

/* The mode a block runs in when it is called now. */
enum hop_language_mode language_of_call(const struct hop_runspace *rs,
                                        const struct hop_block *b,
                                        bool new_scope);
/* Changes the mode and gives the old one.  binding: arguments of a limited
 * caller are being bound to a trusted command, so that texts that become
 * script blocks stay limited and hash tables do not become objects. */
struct language_state {
    enum hop_language_mode mode;
    bool binding;
};
struct language_state language_set(struct hop_runspace *rs,
                                   enum hop_language_mode mode, bool binding);
void language_restore(struct hop_runspace *rs, struct language_state s);

/* May the block be run in the caller's scope?  Not across a mode boundary. */
HOP_MUST_CHECK bool language_may_dot(struct hop_runspace *rs,
                                     const struct hop_block *b,
                                     const char *command);
/* May the text of the unit become a script block?  In NoLanguage none may, in
 * RestrictedLanguage what a data section may hold, with any command. */
HOP_MUST_CHECK bool language_may_parse(struct hop_runspace *rs,
                                       struct hop_unit *u);
/* Does the unit keep to the Restricted language?  False: a ParseException is
 * pending; the errors are the unit's then. */
struct hop_restriction;
HOP_MUST_CHECK bool language_check(struct hop_runspace *rs, struct hop_unit *u,
                                   const struct hop_restriction *r);

#endif
