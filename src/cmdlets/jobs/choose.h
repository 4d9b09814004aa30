/* Which jobs a command means.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_CMDLETS_JOBS_CHOOSE_H
#define HOP_CMDLETS_JOBS_CHOOSE_H

#include "cmdlets/jobs/jobs.h"

/* The parameters by which jobs are chosen; each job cmdlet has those that it
 * takes at these indices and its own behind them. */
enum {
    JOB_BY_ID,
    JOB_BY_NAME,
    JOB_BY_INSTANCE,
    JOB_CHOICES /* the indices behind are each cmdlet's own */
};

#define JOB_STATE_TYPE "System.Management.Automation.JobState"
#define JOBS_TYPE      "System.Management.Automation.Job[]"
#define JOB_SET(set)   HOP_SETS({set, HOP_MANDATORY, HOP_POS(0)})
/* must: HOP_MANDATORY or 0, for -Id. */
#define JOB_CHOOSING(must)                                                     \
    [JOB_BY_ID] = {"Id", "int[]", HOP_BY_NAME | HOP_NOT_NULL_OR_EMPTY,         \
                   .in =                                                       \
                       HOP_SETS({"SessionIdParameterSet", must, HOP_POS(0)})}, \
    [JOB_BY_NAME] = {"Name", "string[]", HOP_BY_NAME | HOP_NOT_NULL_OR_EMPTY,  \
                     .in = JOB_SET("NameParameterSet")},                       \
    [JOB_BY_INSTANCE] = {"InstanceId", "guid[]",                               \
                         HOP_BY_NAME | HOP_NOT_NULL_OR_EMPTY,                  \
                         .in = JOB_SET("InstanceIdParameterSet")}
#define JOB_WITH_STATE                                                         \
    {                                                                          \
        "State", JOB_STATE_TYPE, HOP_BY_NAME,                                  \
            .in = JOB_SET("StateParameterSet")                                 \
    }
#define JOB_WITH_FILTER                                                        \
    {                                                                          \
        "Filter", "hashtable", HOP_BY_NAME | HOP_NOT_NULL_OR_EMPTY,            \
            .in = JOB_SET("FilterParameterSet")                                \
    }
#define JOB_WITH_COMMAND                                                       \
    {                                                                          \
        "Command", "string[]", HOP_BY_NAME | HOP_NOT_NULL_OR_EMPTY,            \
            .in = HOP_SETS({"CommandParameterSet", 0, 0})                      \
    }
#define JOB_WITH_JOB                                                           \
    {                                                                          \
        "Job", JOBS_TYPE, HOP_BY_VALUE | HOP_BY_NAME | HOP_NOT_NULL_OR_EMPTY,  \
            .in = JOB_SET("JobParameterSet")                                   \
    }

/* Where a cmdlet has the others; 0: it has none. */
struct job_choice {
    size_t state, job, command, filter;
};

typedef bool job_each_fn(struct hop_command *c, struct job *j);

/* Calls fn for the jobs that the arguments mean; those that are named and not
 * there are errors. */
HOP_MUST_CHECK bool job_each(struct hop_command *c,
                             const struct job_choice *choice, job_each_fn *fn);
/* For job_each: puts the job on the hop_list_sink that is the cmdlet's state.
 */
HOP_MUST_CHECK bool job_gather(struct hop_command *c, struct job *j);
HOP_MUST_CHECK bool job_gather_begin(struct hop_command *c);
void job_gather_dispose(struct hop_command *c);

#endif
