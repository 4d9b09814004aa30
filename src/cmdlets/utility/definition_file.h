/* .ps1xml files: types for Update-TypeData.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_UTILITY_DEFINITION_FILE_H
#define HOP_CMDLETS_UTILITY_DEFINITION_FILE_H

#include "cmdlets/utility/type_record.h"

/* The file that an argument names: *path is owned, or NULL when an error was
 * written (id for a file that is not there, "WrongExtension" for one that is
 * no .ps1xml).  False: the cmdlet ends. */
HOP_MUST_CHECK bool hop_definition_path(struct hop_command *c,
                                        struct hop_value name, const char *id,
                                        char **path);
/* Calls f with the record (borrowed) of each Type in the file.  False: why has
 * the reason, or f returned false. */
HOP_MUST_CHECK bool
hop_definition_types(struct hop_runspace *rs, const char *path,
                     struct hop_buf *why,
                     bool (*f)(void *arg, struct hop_record *r), void *arg);

#endif
