/* The topics of help that are no commands: about_...
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_CORE_HELP_TOPIC_H
#define HOP_CMDLETS_CORE_HELP_TOPIC_H

struct hop_help_topic {
    const char *name, *synopsis, *text;
};

/* Ends with a NULL name; the first one is shown by Get-Help alone. */
extern const struct hop_help_topic hop_help_topics[];

#endif
