/* The exception classes: hop_exception_format is System.FormatException, and
 * so on.  All are struct hop_exception (value/context.h).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_EXCEPTION_H
#define HOP_VALUE_EXCEPTION_H

#include "value/class.h"
#include "value/context.h"

/* What nothing here can do. */
#define HOP_NOT_ON_THIS_PLATFORM "Operation is not supported on this platform."

/* X(C name, .NET name, C name of the base, standard message) */
#define HOP_EXCEPTIONS(X)                                                      \
    X(system, "System.SystemException", base, "System error.")                 \
    X(application, "System.ApplicationException", base,                        \
      "Error in the application.")                                             \
    X(aggregate, "System.AggregateException", base,                            \
      "One or more errors occurred.")                                          \
    X(argument, "System.ArgumentException", system,                            \
      "Value does not fall within the expected range.")                        \
    X(argument_null, "System.ArgumentNullException", argument,                 \
      "Value cannot be null.")                                                 \
    X(argument_range, "System.ArgumentOutOfRangeException", argument,          \
      "Specified argument was out of the range of valid values.")              \
    X(culture_not_found, "System.Globalization.CultureNotFoundException",      \
      argument, "Culture is not supported.")                                   \
    X(arithmetic, "System.ArithmeticException", system,                        \
      "Overflow or underflow in the arithmetic operation.")                    \
    X(divide_by_zero, "System.DivideByZeroException", arithmetic,              \
      "Attempted to divide by zero.")                                          \
    X(overflow, "System.OverflowException", arithmetic,                        \
      "Arithmetic operation resulted in an overflow.")                         \
    X(not_finite, "System.NotFiniteNumberException", arithmetic,               \
      "Number encountered was not a finite quantity.")                         \
    X(format, "System.FormatException", system,                                \
      "One of the identified items was in an invalid format.")                 \
    X(uri_format, "System.UriFormatException", format,                         \
      "Invalid URI: The format of the URI could not be determined.")           \
    X(invalid_operation, "System.InvalidOperationException", system,           \
      "Operation is not valid due to the current state of the object.")        \
    X(object_disposed, "System.ObjectDisposedException", invalid_operation,    \
      "Cannot access a disposed object.")                                      \
    X(invalid_cast, "System.InvalidCastException", system,                     \
      "Specified cast is not valid.")                                          \
    X(index_range, "System.IndexOutOfRangeException", system,                  \
      "Index was outside the bounds of the array.")                            \
    X(key_not_found, "System.Collections.Generic.KeyNotFoundException",        \
      system, "The given key was not present in the dictionary.")              \
    X(null_reference, "System.NullReferenceException", system,                 \
      "Object reference not set to an instance of an object.")                 \
    X(not_implemented, "System.NotImplementedException", system,               \
      "The method or operation is not implemented.")                           \
    X(not_supported, "System.NotSupportedException", system,                   \
      "Specified method is not supported.")                                    \
    X(platform_not_supported, "System.PlatformNotSupportedException",          \
      not_supported, HOP_NOT_ON_THIS_PLATFORM)                                 \
    X(out_of_memory, "System.OutOfMemoryException", system,                    \
      "Insufficient memory to continue the execution of the program.")         \
    X(time_zone_not_found, "System.TimeZoneNotFoundException", base,           \
      "The time zone was not found on this computer.")                         \
    X(rank, "System.RankException", system,                                    \
      "Attempted to operate on an array with the incorrect number of "         \
      "dimensions.")                                                           \
    X(array_type_mismatch, "System.ArrayTypeMismatchException", system,        \
      "Attempted to access an element as a type incompatible with the array.") \
    X(timeout, "System.TimeoutException", system,                              \
      "The operation has timed out.")                                          \
    X(unauthorized_access, "System.UnauthorizedAccessException", system,       \
      "Attempted to perform an unauthorized operation.")                       \
    X(operation_canceled, "System.OperationCanceledException", system,         \
      "The operation was canceled.")                                           \
    X(task_canceled, "System.Threading.Tasks.TaskCanceledException",           \
      operation_canceled, "A task was canceled.")                              \
    X(type_load, "System.TypeLoadException", system,                           \
      "Failure has occurred while loading a type.")                            \
    X(entry_point, "System.EntryPointNotFoundException", type_load,            \
      "Entry point was not found.")                                            \
    X(type_init, "System.TypeInitializationException", system,                 \
      "The type initializer threw an exception.")                              \
    X(member_access, "System.MemberAccessException", system,                   \
      "Cannot access member.")                                                 \
    X(missing_member, "System.MissingMemberException", member_access,          \
      "Attempted to access a missing member.")                                 \
    X(missing_method, "System.MissingMethodException", missing_member,         \
      "Attempted to access a missing method.")                                 \
    X(missing_field, "System.MissingFieldException", missing_member,           \
      "Attempted to access a non-existing field.")                             \
    X(security, "System.Security.SecurityException", system,                   \
      "Security error.")                                                       \
    X(crypto, "System.Security.Cryptography.CryptographicException", system,   \
      "Error occurred during a cryptographic operation.")                      \
    X(authentication,                                                          \
      "System.Security.Authentication.AuthenticationException", system,        \
      "System error.")                                                         \
    X(io, "System.IO.IOException", system, "I/O error occurred.")              \
    X(file_not_found, "System.IO.FileNotFoundException", io,                   \
      "Unable to find the specified file.")                                    \
    X(directory_not_found, "System.IO.DirectoryNotFoundException", io,         \
      "Attempted to access a path that is not on the disk.")                   \
    X(drive_not_found, "System.IO.DriveNotFoundException", io,                 \
      "Could not find the drive.")                                             \
    X(path_too_long, "System.IO.PathTooLongException", io,                     \
      "The specified file name or path is too long.")                          \
    X(end_of_stream, "System.IO.EndOfStreamException", io,                     \
      "Attempted to read past the end of the stream.")                         \
    X(invalid_data, "System.IO.InvalidDataException", system,                  \
      "Found invalid data while decoding.")                                    \
    X(external, "System.Runtime.InteropServices.ExternalException", system,    \
      "External component has thrown an exception.")                           \
    X(win32, "System.ComponentModel.Win32Exception", external,                 \
      "Unknown error")                                                         \
    X(socket, "System.Net.Sockets.SocketException", win32,                     \
      "Unknown socket error")                                                  \
    X(com, "System.Runtime.InteropServices.COMException", external,            \
      "Error HRESULT E_FAIL has been returned from a call to a COM "           \
      "component.")                                                            \
    X(web, "System.Net.WebException", invalid_operation, "Web error.")         \
    X(http_request, "System.Net.Http.HttpRequestException", base,              \
      "An error occurred while sending the request.")                          \
    X(xml, "System.Xml.XmlException", system, "An XML error has occurred.")    \
    X(xpath, "System.Xml.XPath.XPathException", system,                        \
      "An XPath error has occurred.")                                          \
    X(json, "System.Text.Json.JsonException", base, "JSON error.")             \
    X(regex_parse, "System.Text.RegularExpressions.RegexParseException",       \
      argument, "Invalid pattern.")                                            \
    X(decoder_fallback, "System.Text.DecoderFallbackException", argument,      \
      "Unable to translate bytes.")                                            \
    X(data, "System.Data.DataException", system, "Data Exception.")            \
    X(no_null, "System.Data.NoNullAllowedException", data,                     \
      "Null not allowed in this column.")                                      \
    X(duplicate_name, "System.Data.DuplicateNameException", data,              \
      "Duplicate name not allowed.")                                           \
    X(missing_key, "System.Data.MissingPrimaryKeyException", data,             \
      "Missing primary key.")                                                  \
    X(data_expression, "System.Data.InvalidExpressionException", data,         \
      "Invalid expression.")                                                   \
    X(data_syntax, "System.Data.SyntaxErrorException", data_expression,        \
      "Syntax error.")                                                         \
    X(evaluate, "System.Data.EvaluateException", data_expression,              \
      "The expression cannot be evaluated.")                                   \
    X(constraint, "System.Data.ConstraintException", data,                     \
      "Constraint Exception.")                                                 \
    X(target_invocation, "System.Reflection.TargetInvocationException",        \
      application,                                                             \
      "Exception has been thrown by the target of an invocation.")             \
    X(ambiguous_match, "System.Reflection.AmbiguousMatchException", system,    \
      "Ambiguous match found.")                                                \
    X(runtime, HOP_SMA_ "RuntimeException", system, "System error.")           \
    X(ps_argument, HOP_SMA_ "PSArgumentException", argument,                   \
      "Value does not fall within the expected range.")                        \
    X(ps_argument_null, HOP_SMA_ "PSArgumentNullException", argument_null,     \
      "Value cannot be null.")                                                 \
    X(ps_argument_range, HOP_SMA_ "PSArgumentOutOfRangeException",             \
      argument_range,                                                          \
      "Specified argument was out of the range of valid values.")              \
    X(ps_invalid_operation, HOP_SMA_ "PSInvalidOperationException",            \
      invalid_operation,                                                       \
      "Operation is not valid due to the current state of the object.")        \
    X(ps_not_supported, HOP_SMA_ "PSNotSupportedException", not_supported,     \
      "Specified method is not supported.")                                    \
    X(ps_not_implemented, HOP_SMA_ "PSNotImplementedException",                \
      not_implemented, "The method or operation is not implemented.")          \
    X(ps_object_disposed, HOP_SMA_ "PSObjectDisposedException",                \
      object_disposed, "Cannot access a disposed object.")                     \
    X(ps_security, HOP_SMA_ "PSSecurityException", runtime, "System error.")   \
    X(ps_invalid_cast, HOP_SMA_ "PSInvalidCastException", invalid_cast,        \
      "Specified cast is not valid.")                                          \
    X(extended_type_system, HOP_SMA_ "ExtendedTypeSystemException", runtime,   \
      "System error.")                                                         \
    X(method, HOP_SMA_ "MethodException", extended_type_system,                \
      "System error.")                                                         \
    X(method_invocation, HOP_SMA_ "MethodInvocationException", method,         \
      "System error.")                                                         \
    X(get_value, HOP_SMA_ "GetValueException", extended_type_system,           \
      "System error.")                                                         \
    X(get_value_invocation, HOP_SMA_ "GetValueInvocationException", get_value, \
      "System error.")                                                         \
    X(set_value, HOP_SMA_ "SetValueException", extended_type_system,           \
      "System error.")                                                         \
    X(set_value_invocation, HOP_SMA_ "SetValueInvocationException", set_value, \
      "System error.")                                                         \
    X(property_not_found, HOP_SMA_ "PropertyNotFoundException",                \
      extended_type_system, "System error.")                                   \
    X(cmdlet_invocation, HOP_SMA_ "CmdletInvocationException", runtime,        \
      "System error.")                                                         \
    X(command_not_found, HOP_SMA_ "CommandNotFoundException", runtime,         \
      "System error.")                                                         \
    X(application_failed, HOP_SMA_ "ApplicationFailedException", runtime,      \
      "The running command stopped.")                                          \
    X(native_exit, HOP_SMA_ "NativeCommandExitException", runtime,             \
      "System error.")                                                         \
    X(script_call_depth, HOP_SMA_ "ScriptCallDepthException", system,          \
      "The script failed due to call depth overflow.")                         \
    X(script_requires, HOP_SMA_ "ScriptRequiresException", runtime,            \
      "System error.")                                                         \
    X(parse, HOP_SMA_ "ParseException", runtime, "System error.")              \
    X(incomplete_parse, HOP_SMA_ "IncompleteParseException", parse,            \
      "System error.")                                                         \
    X(parameter_binding, HOP_SMA_ "ParameterBindingException", runtime,        \
      "System error.")                                                         \
    X(parameter_binding_argument_transformation,                               \
      HOP_SMA_ "ParameterBindingArgumentTransformationException",              \
      parameter_binding, "System error.")                                      \
    X(parameter_binding_validation,                                            \
      HOP_SMA_ "ParameterBindingValidationException", parameter_binding,       \
      "System error.")                                                         \
    X(metadata, HOP_SMA_ "MetadataException", runtime, "System error.")        \
    X(validation_metadata, HOP_SMA_ "ValidationMetadataException", metadata,   \
      "System error.")                                                         \
    X(argument_transformation_metadata,                                        \
      HOP_SMA_ "ArgumentTransformationMetadataException", metadata,            \
      "System error.")                                                         \
    X(parsing_metadata, HOP_SMA_ "ParsingMetadataException", metadata,         \
      "System error.")                                                         \
    X(pipeline_stopped, HOP_SMA_ "PipelineStoppedException", runtime,          \
      "The pipeline has been stopped.")                                        \
    X(invalid_powershell_state, HOP_SMA_ "InvalidPowerShellStateException",    \
      system, "System error.")                                                 \
    X(invalid_runspace_state,                                                  \
      HOP_SMA_ "Runspaces.InvalidRunspaceStateException", system,              \
      "System error.")                                                         \
    X(pipeline_closed, HOP_SMA_ "PipelineClosedException", runtime,            \
      "The pipeline has been closed.")                                         \
    X(action_stop, HOP_SMA_ "ActionPreferenceStopException", runtime,          \
      "System error.")                                                         \
    X(session_state, HOP_SMA_ "SessionStateException", runtime,                \
      "System error.")                                                         \
    X(unauthorized_session,                                                    \
      HOP_SMA_ "SessionStateUnauthorizedAccessException", session_state,       \
      "System error.")                                                         \
    X(item_not_found, HOP_SMA_ "ItemNotFoundException", session_state,         \
      "System error.")                                                         \
    X(ps_drive_not_found, HOP_SMA_ "DriveNotFoundException", session_state,    \
      "System error.")                                                         \
    X(provider_not_found, HOP_SMA_ "ProviderNotFoundException", session_state, \
      "System error.")                                                         \
    X(provider_invocation, HOP_SMA_ "ProviderInvocationException", runtime,    \
      "System error.")                                                         \
    X(wildcard_pattern, HOP_SMA_ "WildcardPatternException", runtime,          \
      "System error.")                                                         \
    X(remote, HOP_SMA_ "RemoteException", runtime, "System error.")            \
    X(jump_to_flow, HOP_SMA_ "FlowControlException", system, "System error.")  \
    X(halt_command, HOP_SMA_ "HaltCommandException", system, "System error.")  \
    X(help_not_found, "Microsoft.PowerShell.Commands.HelpNotFoundException",   \
      system, "System error.")                                                 \
    X(write_error, "Microsoft.PowerShell.Commands.WriteErrorException",        \
      system, "System error.")                                                 \
    X(service_command,                                                         \
      "Microsoft.PowerShell.Commands.ServiceCommandException", system,         \
      "System error.")                                                         \
    X(process_command,                                                         \
      "Microsoft.PowerShell.Commands.ProcessCommandException", system,         \
      "System error.")                                                         \
    X(http_response, "Microsoft.PowerShell.Commands.HttpResponseException",    \
      http_request, "System error.")                                           \
    X(remote_transport, HOP_SMA_ "Remoting.PSRemotingTransportException",      \
      runtime, "System error.")                                                \
    X(host, HOP_SMA_ "Host.HostException", runtime, "System error.")           \
    X(ps_remoting_data, HOP_SMA_ "Remoting.PSRemotingDataStructureException",  \
      runtime, "System error.")

#define HOP_SMA_ "System.Management.Automation."

/* System.Exception itself. */
extern const struct hop_class hop_exception_base;
#define X(c, name, parent, text)                                               \
    extern const struct hop_class hop_exception_##c;
HOP_EXCEPTIONS(X)
#undef X

#endif
