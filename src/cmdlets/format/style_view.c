/* How $PSStyle is shown: each sequence in its own style, and spelled out.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cmdlets/format/style_view.h"

#define PSSTYLE "System.Management.Automation.PSStyle"

/* A sequence, the same as text that can be typed, and the end of it. */
#define SEQUENCE(label, path)                                                  \
    {                                                                          \
        label, .script = "\"$($_." path ")$($_." path                          \
                         ".Replace([string][char]27, '`e'))$($_.Reset)\""      \
    }
#define VALUE(label)                                                           \
    {                                                                          \
        label, .script = "$_." label                                           \
    }
#define PLAIN(name)      SEQUENCE(name, name)
#define PART(part, name) SEQUENCE(part "." name, part "." name)
#define COLORS(part)                                                           \
    PART(part, "Black"), PART(part, "BrightBlack"), PART(part, "White"),       \
        PART(part, "BrightWhite"), PART(part, "Red"), PART(part, "BrightRed"), \
        PART(part, "Magenta"), PART(part, "BrightMagenta"),                    \
        PART(part, "Blue"), PART(part, "BrightBlue"), PART(part, "Cyan"),      \
        PART(part, "BrightCyan"), PART(part, "Green"),                         \
        PART(part, "BrightGreen"), PART(part, "Yellow"),                       \
        PART(part, "BrightYellow")
#define FORMATTING(name) PART("Formatting", name)

static const struct hop_view_item all[] = {
    PLAIN("Reset"),
    PLAIN("BlinkOff"),
    PLAIN("Blink"),
    PLAIN("BoldOff"),
    PLAIN("Bold"),
    PLAIN("DimOff"),
    PLAIN("Dim"),
    PLAIN("Hidden"),
    PLAIN("HiddenOff"),
    PLAIN("Reverse"),
    PLAIN("ReverseOff"),
    PLAIN("ItalicOff"),
    PLAIN("Italic"),
    PLAIN("UnderlineOff"),
    PLAIN("Underline"),
    PLAIN("StrikethroughOff"),
    PLAIN("Strikethrough"),
    VALUE("OutputRendering"),
    FORMATTING("FormatAccent"),
    FORMATTING("ErrorAccent"),
    FORMATTING("Error"),
    FORMATTING("Warning"),
    FORMATTING("Verbose"),
    FORMATTING("Debug"),
    FORMATTING("TableHeader"),
    FORMATTING("CustomTableHeaderLabel"),
    FORMATTING("FeedbackName"),
    FORMATTING("FeedbackText"),
    FORMATTING("FeedbackAction"),
    PART("Progress", "Style"),
    VALUE("Progress.MaxWidth"),
    VALUE("Progress.View"),
    VALUE("Progress.UseOSCIndicator"),
    PART("FileInfo", "Directory"),
    PART("FileInfo", "SymbolicLink"),
    PART("FileInfo", "Executable"),
    {"FileInfo.Extension", .script = "$_.FileInfo.Extension.Keys -join ','"},
    COLORS("Foreground"),
    COLORS("Background"),
};

const struct hop_view hop_style_view = {
    .name = PSSTYLE,
    .types = PSSTYLE,
    .shape = HOP_SHAPE_LIST,
    .item = all,
    .n = sizeof(all) / sizeof(all[0]),
};
