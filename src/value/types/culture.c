/* System.Globalization.CultureInfo: the invariant culture, which everything
 * here follows, and the names of others.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/text.h"
#include "value/collections.h"
#include "value/types/def.h"
#include "value/types/interfaces.h"
#include "value/types/more.h"

struct culture {
    struct hop_object base;
    const struct culture_row *row;
};

static const struct culture_row {
    const char *name, *english, *two, *three;
    int lcid;
} cultures[] = {
    {"", "Invariant Language (Invariant Country)", "iv", "ivl", 127},
    {"en-US", "English (United States)", "en", "eng", 1033},
    {"en-GB", "English (United Kingdom)", "en", "eng", 2057},
    {"en", "English", "en", "eng", 9},
    {"de-DE", "German (Germany)", "de", "deu", 1031},
    {"de", "German", "de", "deu", 7},
    {"fr-FR", "French (France)", "fr", "fra", 1036},
    {"fr", "French", "fr", "fra", 12},
    {"es-ES", "Spanish (Spain)", "es", "spa", 3082},
    {"es", "Spanish", "es", "spa", 10},
    {"it-IT", "Italian (Italy)", "it", "ita", 1040},
    {"it", "Italian", "it", "ita", 16},
    {"ja-JP", "Japanese (Japan)", "ja", "jpn", 1041},
    {"ja", "Japanese", "ja", "jpn", 17},
    {"nl-NL", "Dutch (Netherlands)", "nl", "nld", 1043},
    {"pl-PL", "Polish (Poland)", "pl", "pol", 1045},
    {"pt-BR", "Portuguese (Brazil)", "pt", "por", 1046},
    {"pt-PT", "Portuguese (Portugal)", "pt", "por", 2070},
    {"ru-RU", "Russian (Russia)", "ru", "rus", 1049},
    {"sv-SE", "Swedish (Sweden)", "sv", "swe", 1053},
    {"tr-TR", "Turkish (T\xC3\xBCrkiye)", "tr", "tur", 1055},
    {"zh-CN", "Chinese (China)", "zh", "zho", 2052},
};

static struct hop_value
make(struct hop_context *cx, const struct culture_row *row)
{
    struct culture *c = hop_object_new(cx, &hop_class_culture_info);

    c->row = row;
    return hop_obj(c);
}

static const struct culture_row *
find(const char *name)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(cultures); i++)
        if (hop_ascii_ieq(cultures[i].name, name))
            return &cultures[i];
    return NULL;
}

static bool
no_culture(struct hop_context *cx, const char *name)
{
    return hop_throw(cx, &hop_exception_culture_not_found,
                     "Culture is not supported. (Parameter 'name')\n%s is an "
                     "invalid culture identifier.",
                     name);
}

static const struct culture_row *
row_of(struct hop_value v)
{
    return ((struct culture *)hop_value_base(v).u.o)->row;
}

enum { C_NAME, C_ENGLISH, C_TWO, C_THREE, C_LCID, C_NEUTRAL, C_READ_ONLY };

GETTER(get)
{
    const struct culture_row *r = row_of(self);

    (void)cx;
    *out = data == C_LCID        ? hop_int(r->lcid)
           : data == C_TWO       ? hop_text(r->two)
           : data == C_THREE     ? hop_text(r->three)
           : data == C_ENGLISH   ? hop_text(r->english)
           : data == C_NEUTRAL   ? hop_bool(r->name[0] && !strchr(r->name, '-'))
           : data == C_READ_ONLY ? hop_bool(true)
                                 : hop_text(r->name);
    return true;
}

GETTER(get_invariant)
{
    (void)self;
    (void)data;
    *out = make(cx, &cultures[0]);
    return true;
}

/* Assigning a culture is allowed and changes nothing: text is invariant. */
SETTER(ignore)
{
    (void)cx;
    (void)self;
    (void)data;
    (void)v;
    return true;
}

METHOD(from_name)
{
    const struct culture_row *row;

    if (ARG_NULL(0))
        return hop_throw_null(cx, "name");
    row = find(ARG_S(0)->data);
    if (!row)
        return no_culture(cx, ARG_S(0)->data);
    RETURN(make(cx, row));
}

METHOD(all)
{
    struct hop_array *a = hop_array_new_of(
        cx, hop_types_array(cx, &hop_class_culture_info, 1), 0);

    for (size_t i = 0; i < HOP_ARRAY_SIZE(cultures); i++)
        hop_array_push(a, make(cx, &cultures[i]));
    RETURN(hop_obj(a));
}

static bool
to_text(struct hop_context *cx, struct hop_value v, struct hop_string **out)
{
    (void)cx;
    *out = hop_string_from(row_of(v)->name);
    return true;
}

static bool
equals(struct hop_context *cx, struct hop_value a, struct hop_value b)
{
    (void)cx;
    return row_of(a) == row_of(b);
}

static bool
parse(struct hop_context *cx, const struct hop_string *s, struct hop_value *out)
{
    const struct culture_row *row = find(s->data);

    if (!row)
        return no_culture(cx, s->data);
    *out = make(cx, row);
    return true;
}

/* data: one of the classes of what hangs on a culture. */
GETTER(get_part)
{
    (void)self;
    *out = hop_obj(hop_object_new(cx, (const struct hop_class *)data));
    return true;
}

#define PART(name, class, type)                                                \
    {                                                                          \
        name, "System.Globalization." type, get_part, NULL, 0,                 \
            (intptr_t)&hop_class_##class                                       \
    }
#define CULTURE "System.Globalization.CultureInfo"
static const struct hop_property properties[] = {
    {"LCID", "int", get, NULL, 0, C_LCID},
    {"Name", "string", get, NULL, 0, C_NAME},
    {"IetfLanguageTag", "string", get, NULL, 0, C_NAME},
    {"DisplayName", "string", get, NULL, 0, C_ENGLISH},
    {"NativeName", "string", get, NULL, 0, C_ENGLISH},
    {"EnglishName", "string", get, NULL, 0, C_ENGLISH},
    {"TwoLetterISOLanguageName", "string", get, NULL, 0, C_TWO},
    {"ThreeLetterISOLanguageName", "string", get, NULL, 0, C_THREE},
    {"IsNeutralCulture", "bool", get, NULL, 0, C_NEUTRAL},
    {"IsReadOnly", "bool", get, NULL, 0, C_READ_ONLY},
    PART("Calendar", gregorian_calendar, "Calendar"),
    PART("DateTimeFormat", date_format_info, "DateTimeFormatInfo"),
    PART("NumberFormat", number_format_info, "NumberFormatInfo"),
    PART("TextInfo", text_info, "TextInfo"),
    {"InvariantCulture", CULTURE, get_invariant, NULL, HOP_PROP_STATIC, 0},
    {"CurrentCulture", CULTURE, get_invariant, ignore, HOP_PROP_STATIC, 0},
    {"CurrentUICulture", CULTURE, get_invariant, ignore, HOP_PROP_STATIC, 0},
    {"DefaultThreadCurrentCulture", CULTURE, get_invariant, ignore,
     HOP_PROP_STATIC, 0},
    END_PROPERTIES,
};
static const struct hop_method methods[] = {
    {"static " CULTURE " GetCultureInfo(string name)", from_name},
    {"static " CULTURE " CreateSpecificCulture(string name)", from_name},
    {"static " CULTURE "[] GetCultures(int types)", all},
    END_METHODS,
};
static const struct hop_method constructors[] = {
    {"cultureinfo new(string name)", from_name},
    {"cultureinfo new(string name, bool useUserOverride)", from_name},
    END_METHODS,
};
static const struct hop_class *const interfaces[] = {
    &hop_class_icloneable, &hop_class_iformatprovider, NULL};

const struct hop_class hop_class_culture_info = {
    .name = CULTURE,
    .base = &hop_class_object,
    .interfaces = interfaces,
    .kind = HOP_OBJECT,
    .size = sizeof(struct culture),
    .properties = properties,
    .methods = methods,
    .constructors = constructors,
    .to_string = to_text,
    .equals = equals,
    .parse = parse,
};
