/* Completion: what the text in front of a cursor asks for, and the list of
 * what fits.
 *
 * hop_complete looks at the text alone; what exists (commands, variables,
 * members, files ...) comes from a table of functions, which the engine or a
 * test fills.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_LANG_COMPLETE_H
#define HOP_LANG_COMPLETE_H

#include "base/arena.h"
#include "lang/parse.h"

/* System.Management.Automation.CompletionResultType, same values. */
enum hop_complete_type {
    HOP_COMPLETE_TEXT,
    HOP_COMPLETE_HISTORY,
    HOP_COMPLETE_COMMAND,
    HOP_COMPLETE_ITEM,      /* ProviderItem: a file */
    HOP_COMPLETE_CONTAINER, /* ProviderContainer: a directory */
    HOP_COMPLETE_PROPERTY,
    HOP_COMPLETE_METHOD,
    HOP_COMPLETE_PARAMETER,
    HOP_COMPLETE_VALUE, /* ParameterValue */
    HOP_COMPLETE_VARIABLE,
    HOP_COMPLETE_NAMESPACE,
    HOP_COMPLETE_TYPE_NAME,
    HOP_COMPLETE_KEYWORD,
};

struct hop_complete_result {
    const char *text; /* to stand in the source: quoted, with $ or dash */
    const char *item; /* to show in a list */
    const char *tip;
    enum hop_complete_type type;
};

/* What stands at the cursor. */
enum hop_complete_kind {
    HOP_COMPLETE_NOTHING,
    HOP_COMPLETE_FOR_COMMAND,
    HOP_COMPLETE_FOR_PARAMETER,
    HOP_COMPLETE_FOR_ARGUMENT,
    HOP_COMPLETE_FOR_VARIABLE,
    HOP_COMPLETE_FOR_MEMBER,
    HOP_COMPLETE_FOR_TYPE,
    HOP_COMPLETE_FOR_OPERATOR,
    HOP_COMPLETE_FOR_PATH, /* file name of a redirection */
};

struct hop_complete_request {
    enum hop_complete_kind kind;
    const char *word; /* typed so far, unquoted; without $, dash, bracket */
    char quote;       /* ' or " when the word is quoted, else 0 */
    /* Parameter, argument: the command at work; its name may be NULL when it
     * is no constant. */
    const struct hop_ast_command *command;
    const char *command_name;
    const char *parameter; /* argument: the one named in front, or NULL */
    unsigned position;     /* argument: how many positional ones precede */
    /* Member: the expression before the dot. */
    const struct hop_ast *target;
    bool is_static;
    bool splatted;         /* variable: @ stands in front */
    struct hop_unit *unit; /* of the nodes; lives as long as the completion */
};

struct hop_completion_list {
    struct hop_arena arena;
    uint32_t start, length; /* the bytes of the text to replace */
    struct hop_complete_request request;
    struct hop_complete_result *results;
    size_t n, cap;
};

/* Adds a result; the texts are copied.  item and tip may be NULL: the text. */
void hop_complete_add(struct hop_completion_list *l, const char *text,
                      const char *item, const char *tip,
                      enum hop_complete_type type);

/* Each function adds what begins with l->request.word, any case, and may be
 * NULL.  Names are given plain: sigils and quotes are put on afterwards. */
struct hop_complete_lookup {
    void *ctx;
    void (*commands)(void *ctx, struct hop_completion_list *l);
    void (*parameters)(void *ctx, struct hop_completion_list *l);
    /* Values of an argument; when it adds none, paths are looked up. */
    void (*values)(void *ctx, struct hop_completion_list *l);
    void (*variables)(void *ctx, struct hop_completion_list *l);
    void (*members)(void *ctx, struct hop_completion_list *l);
    void (*types)(void *ctx, struct hop_completion_list *l);
    void (*paths)(void *ctx, struct hop_completion_list *l);
};

/* Completes n bytes of text at a cursor (a byte offset).  Owned by the
 * caller: hop_complete_free. */
struct hop_completion_list *
hop_complete(const char *text, size_t n, size_t cursor,
             const struct hop_complete_lookup *lookup);
void hop_complete_free(struct hop_completion_list *l);

/* True when name begins with the word of the request, ignoring case. */
bool hop_complete_fits(const struct hop_completion_list *l, const char *name);

#endif
