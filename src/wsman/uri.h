/* The names of WS-Management on the wire: namespaces, actions, resources.
 * DSP0226 1.0, MS-WSMV 2.2.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_WSMAN_URI_H
#define HOP_WSMAN_URI_H

#define HOP_NS_SOAP        "http://www.w3.org/2003/05/soap-envelope"
#define HOP_NS_SOAP11      "http://schemas.xmlsoap.org/soap/envelope/"
#define HOP_NS_XML         "http://www.w3.org/XML/1998/namespace"
#define HOP_NS_XSI         "http://www.w3.org/2001/XMLSchema-instance"
#define HOP_NS_ADDRESSING  "http://schemas.xmlsoap.org/ws/2004/08/addressing"
#define HOP_NS_TRANSFER    "http://schemas.xmlsoap.org/ws/2004/09/transfer"
#define HOP_NS_ENUMERATION "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
#define HOP_NS_EVENTING    "http://schemas.xmlsoap.org/ws/2004/08/eventing"
#define HOP_NS_WSMAN       "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
#define HOP_NS_IDENTITY                                                        \
    "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"
#define HOP_NS_WSMV       "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"
#define HOP_NS_WSMANFAULT "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
#define HOP_NS_SHELL      "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
#define HOP_NS_CONFIG     "http://schemas.microsoft.com/wbem/wsman/1/config"
#define HOP_NS_POWERSHELL "http://schemas.microsoft.com/powershell"

#define HOP_URI_ANONYMOUS HOP_NS_ADDRESSING "/role/anonymous"
#define HOP_URI_FAULT_DETAIL                                                   \
    "http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/"

/* Resources. */
#define HOP_URI_SHELL         HOP_NS_SHELL
#define HOP_URI_SHELL_CMD     HOP_NS_SHELL "/cmd"
#define HOP_URI_SHELL_COMMAND HOP_NS_SHELL "/Command"
#define HOP_URI_POWERSHELL    HOP_NS_POWERSHELL "/" /* + configuration name */
#define HOP_URI_CONFIG        HOP_NS_CONFIG
#define HOP_URI_WMI           "http://schemas.microsoft.com/wbem/wsman/1/wmi/"

/* Actions; a response's is the request's with "Response" behind it. */
#define HOP_ACTION_GET        HOP_NS_TRANSFER "/Get"
#define HOP_ACTION_PUT        HOP_NS_TRANSFER "/Put"
#define HOP_ACTION_CREATE     HOP_NS_TRANSFER "/Create"
#define HOP_ACTION_DELETE     HOP_NS_TRANSFER "/Delete"
#define HOP_ACTION_ENUMERATE  HOP_NS_ENUMERATION "/Enumerate"
#define HOP_ACTION_PULL       HOP_NS_ENUMERATION "/Pull"
#define HOP_ACTION_RELEASE    HOP_NS_ENUMERATION "/Release"
#define HOP_ACTION_COMMAND    HOP_NS_SHELL "/Command"
#define HOP_ACTION_SEND       HOP_NS_SHELL "/Send"
#define HOP_ACTION_RECEIVE    HOP_NS_SHELL "/Receive"
#define HOP_ACTION_SIGNAL     HOP_NS_SHELL "/Signal"
#define HOP_ACTION_DISCONNECT HOP_NS_SHELL "/Disconnect"
#define HOP_ACTION_RECONNECT  HOP_NS_SHELL "/Reconnect"
#define HOP_ACTION_CONNECT    HOP_NS_SHELL "/Connect"

/* Action of the faults, by the namespace of their subcode. */
#define HOP_ACTION_FAULT_WSMAN                                                 \
    "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault"
#define HOP_ACTION_FAULT_ADDRESSING  HOP_NS_ADDRESSING "/fault"
#define HOP_ACTION_FAULT_TRANSFER    HOP_NS_TRANSFER "/fault"
#define HOP_ACTION_FAULT_ENUMERATION HOP_NS_ENUMERATION "/fault"

/* Signals, MS-WSMV 2.2.4.38; crtl_c is spelt so on the wire. */
#define HOP_SIGNAL_TERMINATE  HOP_NS_SHELL "/signal/terminate"
#define HOP_SIGNAL_CTRL_C     HOP_NS_SHELL "/signal/ctrl_c"
#define HOP_SIGNAL_CTRL_BREAK HOP_NS_SHELL "/signal/ctrl_break"
#define HOP_SIGNAL_PS_CTRL_C  "powershell/signal/crtl_c"

#define HOP_COMMAND_STATE HOP_NS_SHELL "/CommandState/" /* Done, ... */

#define HOP_DIALECT_WQL "http://schemas.microsoft.com/wbem/wsman/1/WQL"
#define HOP_DIALECT_SELECTOR                                                   \
    "http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter"
#define HOP_DIALECT_XPATH "http://www.w3.org/TR/1999/REC-xpath-19991116"

/* Options that change what a verb does. */
#define HOP_OPTION_NOPROFILE         "WINRS_NOPROFILE"
#define HOP_OPTION_CODEPAGE          "WINRS_CODEPAGE"
#define HOP_OPTION_CONSOLEMODE_STDIN "WINRS_CONSOLEMODE_STDIN"
#define HOP_OPTION_SKIP_CMD_SHELL    "WINRS_SKIP_CMD_SHELL"
#define HOP_OPTION_KEEPALIVE         "WSMAN_CMDSHELL_OPTION_KEEPALIVE"
#define HOP_OPTION_PROTOCOLVERSION   "protocolversion"

#endif
