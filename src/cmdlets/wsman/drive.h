/* Between the sources of the drive WSMan:.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_WSMAN_DRIVE_H
#define HOP_CMDLETS_WSMAN_DRIVE_H

#include "cmdlets/wsman/place.h"
#include "engine/provider.h"

#define DRIVE_PARTS 8
#define DRIVE_KEYS  3

enum drive_kind { NOTHING, TOP, HOST, LIST, FOLDER, LEAF };

/* What a path leads to. */
struct spot {
    enum drive_kind kind;
    char *parts[DRIVE_PARTS];
    size_t n;
    struct place *place; /* borrowed */
    /* What has it: the resource's address and which one. */
    char uri[256];
    char selector_text[DRIVE_KEYS][256];
    struct hop_wsman_selector selectors[DRIVE_KEYS];
    size_t selector_count;
    struct hop_buf xml;
    struct hop_arena arena;
    const struct hop_xml_node *root, *node; /* node: of a FOLDER or LEAF */
    const struct hop_xml_attr *attr;        /* the LEAF is that */
    char name[256];                         /* as it is written */
};

struct drive_list {
    const char *name, *suffix;
    const char *keys[DRIVE_KEYS]; /* selectors of its items */
};

void drive_spot_done(struct spot *s);
/* NOTHING where there is nothing; false: it could not be asked. */
HOP_MUST_CHECK bool drive_find(struct spot *s, const struct hop_item_path *p,
                               struct hop_error *err);
/* Throws it; always false. */
bool drive_fail(const struct hop_item_path *p, const struct hop_error *err);
struct hop_settings_request drive_request(const struct spot *s,
                                          enum hop_wsman_kind verb);
/* NULL when there is none of that name. */
const struct drive_list *drive_list_find(const char *name);
/* Adds a selector. */
void drive_select(struct spot *s, const char *key, const char *value);
/* The name of the item that the selectors say. */
void drive_name_item(const struct drive_list *list, struct spot *s);
struct hop_value drive_container(struct hop_context *cx, const struct spot *s);
/* The index of a parameter of the cmdlet's own, or SIZE_MAX. */
size_t drive_parameter(const struct hop_item_path *p, const char *name);
/* Asks, unless -Force is there. */
HOP_MUST_CHECK bool drive_agreed(const struct hop_item_path *p,
                                 const char *query, const char *caption,
                                 bool *go);

/* ---- drive_new.c: New-Item */
const struct hop_param *drive_new_parameters(const struct drive_list *list,
                                             size_t *n);
bool drive_new(const struct hop_item_path *p, const char *type,
               struct hop_value value, bool force, struct hop_value *out);

#endif
