/* Registry policy files, and what they mean for the settings.
 *
 * SPDX-License-Identifier: MIT
 */
#include "config/grouppolicy.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    HOP_AUTO_REGISTRY struct hop_registry r = {0};
    HOP_AUTO_GROUP_SETTINGS struct hop_group_settings s = {0};
    HOP_CLEANUP(hop_config_done) struct hop_config c;
    struct hop_error err = {0};

    hop_config_init(&c);
    if (!hop_registry_apply(&r, data, size, 0, &err)) {
        MUST(err.text[0] != '\0' && r.count == 0);
        return 0;
    }
    hop_group_settings(&r, &s);
    for (size_t k = 0; k < s.count; k++) {
        MUST((s.rows[k].value != NULL) != (s.rows[k].problem != NULL));
        MUST(hop_group_settings_know(s.rows[k].path));
        MUST(s.rows[k].value == NULL ||
             hop_config_set(&c, s.rows[k].path, s.rows[k].value, true, &err));
    }
    return 0;
}
