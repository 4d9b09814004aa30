/* SPDX-License-Identifier: MIT */
#include "lang/exceptions.h"

#include <string.h>

#include "base/cleanup.h"
#include "lang/names.h"

#define S   "System."
#define IO  "System.IO."
#define SMA "System.Management.Automation."

static const struct {
    const char *name, *base;
} exceptions[] = {
    {S "Exception", NULL},
    {S "SystemException", S "Exception"},
    {S "ApplicationException", S "Exception"},
    {S "ArgumentException", S "SystemException"},
    {S "ArgumentNullException", S "ArgumentException"},
    {S "ArgumentOutOfRangeException", S "ArgumentException"},
    {S "ArithmeticException", S "SystemException"},
    {S "DivideByZeroException", S "ArithmeticException"},
    {S "OverflowException", S "ArithmeticException"},
    {S "FormatException", S "SystemException"},
    {S "UriFormatException", S "FormatException"},
    {S "IndexOutOfRangeException", S "SystemException"},
    {S "InvalidCastException", S "SystemException"},
    {S "InvalidOperationException", S "SystemException"},
    {S "ObjectDisposedException", S "InvalidOperationException"},
    {S "NotImplementedException", S "SystemException"},
    {S "NotSupportedException", S "SystemException"},
    {S "NullReferenceException", S "SystemException"},
    {S "OperationCanceledException", S "SystemException"},
    {S "OutOfMemoryException", S "SystemException"},
    {S "TimeoutException", S "SystemException"},
    {S "UnauthorizedAccessException", S "SystemException"},
    {S "Security.SecurityException", S "SystemException"},
    {S "Collections.Generic.KeyNotFoundException", S "SystemException"},
    {S "Net.WebException", S "InvalidOperationException"},
    {S "Net.Http.HttpRequestException", S "Exception"},
    {S "Text.Json.JsonException", S "Exception"},
    {S "Xml.XmlException", S "SystemException"},
    {S "ComponentModel.Win32Exception",
     S "Runtime.InteropServices.ExternalException"},
    {S "Runtime.InteropServices.ExternalException", S "SystemException"},
    {IO "IOException", S "SystemException"},
    {IO "FileNotFoundException", IO "IOException"},
    {IO "DirectoryNotFoundException", IO "IOException"},
    {IO "DriveNotFoundException", IO "IOException"},
    {IO "EndOfStreamException", IO "IOException"},
    {IO "FileLoadException", IO "IOException"},
    {IO "PathTooLongException", IO "IOException"},
    {SMA "RuntimeException", S "SystemException"},
    {SMA "ActionPreferenceStopException", SMA "RuntimeException"},
    {SMA "CmdletInvocationException", SMA "RuntimeException"},
    {SMA "CmdletProviderInvocationException", SMA "CmdletInvocationException"},
    {SMA "CommandNotFoundException", SMA "RuntimeException"},
    {SMA "ExtendedTypeSystemException", SMA "RuntimeException"},
    {SMA "GetValueException", SMA "ExtendedTypeSystemException"},
    {SMA "GetValueInvocationException", SMA "GetValueException"},
    {SMA "MethodException", SMA "ExtendedTypeSystemException"},
    {SMA "MethodInvocationException", SMA "MethodException"},
    {SMA "SetValueException", SMA "ExtendedTypeSystemException"},
    {SMA "SetValueInvocationException", SMA "SetValueException"},
    {SMA "HaltCommandException", S "SystemException"},
    {SMA "IncompleteParseException", SMA "ParseException"},
    {SMA "ParseException", SMA "RuntimeException"},
    {SMA "MetadataException", SMA "RuntimeException"},
    {SMA "ValidationMetadataException", SMA "MetadataException"},
    {SMA "ParameterBindingException", SMA "RuntimeException"},
    {SMA "PipelineStoppedException", SMA "RuntimeException"},
    {SMA "ProviderInvocationException", SMA "RuntimeException"},
    {SMA "PSArgumentException", S "ArgumentException"},
    {SMA "PSArgumentNullException", S "ArgumentNullException"},
    {SMA "PSArgumentOutOfRangeException", S "ArgumentOutOfRangeException"},
    {SMA "PSInvalidCastException", S "InvalidCastException"},
    {SMA "PSInvalidOperationException", S "InvalidOperationException"},
    {SMA "PSNotImplementedException", S "NotImplementedException"},
    {SMA "PSNotSupportedException", S "NotSupportedException"},
    {SMA "PSSecurityException", SMA "RuntimeException"},
    {SMA "RemoteException", SMA "RuntimeException"},
    {SMA "ScriptCallDepthException", S "SystemException"},
    {SMA "ScriptRequiresException", SMA "RuntimeException"},
    {SMA "SessionStateException", SMA "RuntimeException"},
    {SMA "DriveNotFoundException", SMA "SessionStateException"},
    {SMA "ItemNotFoundException", SMA "SessionStateException"},
    {SMA "ProviderNotFoundException", SMA "SessionStateException"},
    {SMA "SessionStateOverflowException", SMA "SessionStateException"},
    {SMA "SessionStateUnauthorizedAccessException",
     SMA "SessionStateException"},
    {SMA "WildcardPatternException", SMA "RuntimeException"},
};

const char *
lang_exception_name(struct hop_name written)
{
    for (size_t i = 0; i < HOP_ARRAY_SIZE(exceptions); i++) {
        const char *name = exceptions[i].name;

        if (lang_name_is(written, name) ||
            lang_name_is(written, name + strlen(S)))
            return name;
    }
    return NULL;
}

bool
lang_exception_is(const char *derived, const char *base)
{
    while (derived && strcmp(derived, base) != 0) {
        const char *next = NULL;

        for (size_t i = 0; i < HOP_ARRAY_SIZE(exceptions); i++)
            if (strcmp(exceptions[i].name, derived) == 0)
                next = exceptions[i].base;
        derived = next;
    }
    return derived != NULL;
}
