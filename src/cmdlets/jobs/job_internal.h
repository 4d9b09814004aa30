/* What the files about jobs share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_JOBS_JOB_INTERNAL_H
#define HOP_CMDLETS_JOBS_JOB_INTERNAL_H

#include "cmdlets/jobs/jobs.h"

#define JOB_USING      "__using_"
#define JOB_FRAME_HEAD 5
#define JOB_MAX_FRAME  ((size_t)256 << 20)

/* Takes what comes while the prompt waits. */
void job_attend_idly(struct hop_runspace *rs, struct job *j);

/* The classes of jobs. */
extern const struct hop_class class_remoting_job;
extern const struct hop_class class_child_job;
extern const struct hop_class class_thread_job;
extern const struct hop_class class_task_job;
extern const struct hop_class class_task_child_job;

/* A job of the class, with the next id; in no table yet. */
struct job *job_new(struct hop_runspace *rs, const struct hop_class *cls,
                    const struct job_task *t);
struct hop_value job_now(void);

/* The next id, then the jobs (borrowed). */
struct hop_array *job_table_of(struct hop_runspace *rs);

/* Start-ThreadJob: *out is in the table, borrowed. */
HOP_MUST_CHECK bool job_thread(struct hop_command *c, const struct job_task *t,
                               struct hop_value *out);

#endif
