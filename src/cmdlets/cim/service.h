/* System.ServiceProcess.ServiceController: a service of this host or of
 * another.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_CIM_SERVICE_H
#define HOP_CMDLETS_CIM_SERVICE_H

#include "cmdlets/cim/commands.h"

struct service {
    struct hop_object base;
    char *name, *title, *description, *user, *path;
    int status, mode; /* of the enums' values */
    bool can_stop, can_pause;
    struct cim_target target; /* where it is */
};

extern const struct hop_class hop_class_service;

/* The service in v, or NULL. */
struct service *service_of(struct hop_value v);
/* From a Win32_Service; owned. */
struct hop_value service_new(struct hop_context *cx, const struct cim_target *t,
                             const struct hop_cim_instance *i);
/* Looks again; false with err: it is gone. */
HOP_MUST_CHECK bool service_refresh(struct service *s, struct hop_error *err);

/* StartService ... of its host; false says what did not work. */
HOP_MUST_CHECK bool service_call(struct service *s, const char *method,
                                 const struct hop_cim_argument *in, size_t n,
                                 struct hop_error *err);

enum service_status {
    SERVICE_STOPPED = 1,
    SERVICE_RUNNING = 4,
    SERVICE_PAUSED = 7
};

#endif
