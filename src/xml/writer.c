/* SPDX-License-Identifier: MIT */
#include "xml/writer.h"

#include <stdarg.h>
#include <string.h>

#include "base/base64.h"
#include "base/text.h"

/* What stands for a byte; NULL means the byte itself (or, from 0x80 up, a
 * character to be looked at). */
static const char *const in_text[128] = {
    ['\r'] = "&#xD;", ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;"};
static const char *const in_attr[128] = {
    ['\t'] = "&#x9;", ['\n'] = "&#xA;", ['\r'] = "&#xD;", ['"'] = "&quot;",
    ['&'] = "&amp;",  ['<'] = "&lt;",   ['>'] = "&gt;"};

#define REPLACEMENT "\xEF\xBF\xBD"

/* XML 1.0 section 2.2, Char. */
static bool
is_xml_char(uint32_t cp)
{
    return cp == '\t' || cp == '\n' || cp == '\r' ||
           (cp >= 0x20 && cp < 0xD800) || (cp >= 0xE000 && cp < 0xFFFE) ||
           cp >= 0x10000;
}

/* What to write for the character at s, NULL for the *used bytes themselves. */
static const char *
replacement(const char *const table[128], const char *s, size_t n, size_t *used)
{
    unsigned char c = (unsigned char)*s;

    *used = 1;
    if (c < 0x80 && table[c])
        return table[c];
    if (c >= 0x20 && c < 0x80)
        return NULL;
    if (c >= 0x80) {
        uint32_t cp = hop_utf8_decode(s, n, used);

        /* A malformed byte is read as U+FFFD of length 1. */
        return *used == 1 || !is_xml_char(cp) ? REPLACEMENT : NULL;
    }
    return is_xml_char(c) ? NULL : REPLACEMENT;
}

static void
escape(struct hop_buf *out, const char *const table[128], const char *s,
       size_t n)
{
    size_t done = 0, i = 0;

    while (i < n) {
        size_t used;
        const char *r = replacement(table, s + i, n - i, &used);

        if (r) {
            hop_buf_add(out, s + done, i - done);
            hop_buf_adds(out, r);
            done = i + used;
        }
        i += used;
    }
    hop_buf_add(out, s + done, n - done);
}

void
hop_xml_escape(struct hop_buf *out, const char *s, size_t n)
{
    escape(out, in_text, s, n);
}

void
hop_xml_escape_attr(struct hop_buf *out, const char *s, size_t n)
{
    escape(out, in_attr, s, n);
}

static void
finish_tag(struct hop_xml_writer *w)
{
    if (w->tag_open)
        hop_buf_addc(w->out, '>');
    w->tag_open = false;
}

void
hop_xml_open(struct hop_xml_writer *w, const char *name)
{
    finish_tag(w);
    hop_buf_addc(w->out, '<');
    hop_buf_adds(w->out, name);
    w->tag_open = true;
}

void
hop_xml_attr(struct hop_xml_writer *w, const char *name, const char *value)
{
    hop_buf_addc(w->out, ' ');
    hop_buf_adds(w->out, name);
    hop_buf_adds(w->out, "=\"");
    hop_xml_escape_attr(w->out, value, strlen(value));
    hop_buf_addc(w->out, '"');
}

void
hop_xml_attrf(struct hop_xml_writer *w, const char *name, const char *fmt, ...)
{
    HOP_AUTO_BUF struct hop_buf value = HOP_BUF_INIT;
    va_list ap;

    va_start(ap, fmt);
    hop_buf_vaddf(&value, fmt, ap);
    va_end(ap);
    hop_xml_attr(w, name, hop_buf_str(&value));
}

void
hop_xml_declare(struct hop_xml_writer *w, const char *prefix, const char *uri)
{
    hop_buf_adds(w->out, *prefix ? " xmlns:" : " xmlns");
    hop_buf_adds(w->out, prefix);
    hop_buf_adds(w->out, "=\"");
    hop_xml_escape_attr(w->out, uri, strlen(uri));
    hop_buf_addc(w->out, '"');
}

void
hop_xml_textn(struct hop_xml_writer *w, const char *s, size_t n)
{
    finish_tag(w);
    hop_xml_escape(w->out, s, n);
}

void
hop_xml_text(struct hop_xml_writer *w, const char *s)
{
    hop_xml_textn(w, s, strlen(s));
}

void
hop_xml_textf(struct hop_xml_writer *w, const char *fmt, ...)
{
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
    va_list ap;

    va_start(ap, fmt);
    hop_buf_vaddf(&text, fmt, ap);
    va_end(ap);
    hop_xml_text(w, hop_buf_str(&text));
}

void
hop_xml_base64(struct hop_xml_writer *w, const void *p, size_t n)
{
    finish_tag(w);
    hop_base64_encode(w->out, p, n);
}

void
hop_xml_raw(struct hop_xml_writer *w, const char *s, size_t n)
{
    finish_tag(w);
    hop_buf_add(w->out, s, n);
}

void
hop_xml_close(struct hop_xml_writer *w, const char *name)
{
    if (w->tag_open) {
        hop_buf_adds(w->out, "/>");
        w->tag_open = false;
        return;
    }
    hop_buf_adds(w->out, "</");
    hop_buf_adds(w->out, name);
    hop_buf_addc(w->out, '>');
}

void
hop_xml_element(struct hop_xml_writer *w, const char *name, const char *text)
{
    if (text == NULL)
        return;
    hop_xml_open(w, name);
    hop_xml_text(w, text);
    hop_xml_close(w, name);
}

void
hop_xml_elementf(struct hop_xml_writer *w, const char *name, const char *fmt,
                 ...)
{
    HOP_AUTO_BUF struct hop_buf text = HOP_BUF_INIT;
    va_list ap;

    va_start(ap, fmt);
    hop_buf_vaddf(&text, fmt, ap);
    va_end(ap);
    hop_xml_element(w, name, hop_buf_str(&text));
}
