/* transfer/Get of winrm/config: the settings as XML.  Clients look for
 * MaxEnvelopeSizekb (Ruby's WinRM does so before each PowerShell shell).
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "server/net_state.h"
#include "wsman/uri.h"

#define DEPTH_MAX 8

/* Settings that are nobody's business over the network. */
static bool
is_private(const char *path)
{
    return strncmp(path, "Linux/", 6) == 0 ||
           strcmp(path, "Service/RootSDDL") == 0;
}

/* WinRM's element for the drive's folder "Shell" is Winrs. */
static void
add_name(struct hop_buf *out, const char *name, size_t n)
{
    if (n == 5 && strncmp(name, "Shell", 5) == 0)
        hop_buf_adds(out, "Winrs");
    else
        hop_buf_add(out, name, n);
}

static void
add_tag(struct hop_buf *out, const char *slash, const char *name, size_t n)
{
    hop_buf_addf(out, "<%scfg:", slash);
    add_name(out, name, n);
    hop_buf_addc(out, '>');
}

static void
add_text(struct hop_buf *out, const char *s)
{
    for (; *s != '\0'; s++) {
        if (*s == '<')
            hop_buf_adds(out, "&lt;");
        else if (*s == '&')
            hop_buf_adds(out, "&amp;");
        else
            hop_buf_addc(out, *s);
    }
}

struct folder {
    const char *name;
    size_t len;
};

/* How many leading folders of the path are already open. */
static size_t
common_depth(const struct folder *open, size_t depth, const char *path)
{
    for (size_t i = 0; i < depth; i++) {
        size_t n = strcspn(path, "/");
        if (path[n] == '\0' || n != open[i].len ||
            strncmp(path, open[i].name, n) != 0)
            return i;
        path += n + 1;
    }
    return depth;
}

/* The table is in the order of the tree: folders are opened and closed on the
 * way through it. */
static void
add_tree(const struct hop_config *config, struct hop_buf *out)
{
    struct folder open[DEPTH_MAX];
    size_t depth = 0;

    for (size_t i = 0; i < HOP_SET_COUNT; i++) {
        const char *path = hop_setting_table[i].path;
        HOP_AUTO_BUF struct hop_buf value = HOP_BUF_INIT;
        if (is_private(path) || !hop_config_get(config, path, &value))
            continue;
        size_t keep = common_depth(open, depth, path);
        while (depth > keep) {
            depth--;
            add_tag(out, "/", open[depth].name, open[depth].len);
        }
        for (size_t k = 0; k < keep; k++)
            path = strchr(path, '/') + 1;
        for (const char *slash;
             (slash = strchr(path, '/')) != NULL && depth < DEPTH_MAX;
             path = slash + 1) {
            open[depth] = (struct folder){path, (size_t)(slash - path)};
            add_tag(out, "", open[depth].name, open[depth].len);
            depth++;
        }
        add_tag(out, "", path, strlen(path));
        add_text(out, hop_buf_str(&value));
        add_tag(out, "/", path, strlen(path));
    }
    while (depth > 0) {
        depth--;
        add_tag(out, "/", open[depth].name, open[depth].len);
    }
}

void
net_config_get(struct net_conn *c)
{
    HOP_AUTO_BUF struct hop_buf xml = HOP_BUF_INIT;
    struct hop_wsman_message answer;
    char id[NET_MESSAGE_ID];

    hop_buf_adds(&xml, "<cfg:Config xmlns:cfg=\"" HOP_NS_CONFIG
                       "\" xml:lang=\"en-US\">");
    add_tree(&c->net->config, &xml);
    hop_buf_adds(&xml, "</cfg:Config>");
    net_reply_init(c, &answer, HOP_WSMAN_GET_RESPONSE, id);
    answer.body_xml = xml.data;
    answer.body_xml_len = xml.len;
    net_reply_message(c, &answer);
}
