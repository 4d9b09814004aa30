/* The types beyond the core, by file; a line here makes a type known.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef HOP_VALUE_TYPES_MORE_H
#define HOP_VALUE_TYPES_MORE_H

#include "value/class.h"
#include "value/types/culture_parts.h"
#include "value/types/encoding.h"
#include "value/types/file_info.h"
#include "value/types/secure.h"

extern const struct hop_class hop_class_network_credential,
    hop_class_bit_array, hop_class_name_value_collection,
    hop_class_priority_queue, hop_class_uri_builder;

/* A part of a URI with what may not stand in it as %XX; owned. */
struct hop_string *hop_uri_escape(const char *s, size_t n);

/* Types of one class each, without functions for C. */
#define HOP_MORE_(X)                                                           \
    X(convert)                                                                 \
    X(bit_converter)                                                           \
    X(environment) X(marshal) X(zip_file)                                                             \
    X(random)                                                                  \
    X(console) X(console_writer) X(stopwatch) X(tuple) X(tuple1) X(tuple2) X(  \
        tuple3) X(hash_algorithm) X(md5) X(sha1) X(sha256) X(sha384) X(sha512) \
        X(md5_provider) X(sha1_provider) X(sha1_managed) X(sha256_managed) X(  \
            sha256_provider) X(sha384_managed) X(sha512_managed) X(hash_name)  \
            X(hmac) X(hmac_md5) X(hmac_sha1) X(hmac_sha256) X(hmac_sha384) X(  \
                hmac_sha512) X(rfc2898) X(random_generator) X(random_provider) \
                X(symmetric) X(aes) X(aes_managed) X(aes_provider) X(          \
                    crypto_transform) X(icrypto_transform) X(crypto_stream)    \
                    X(ip_endpoint) X(mail_address) X(web_utility) X(thread) X( \
                        monitor) X(interlocked) X(gc) X(app_domain)            \
                        X(os_platform) X(runtime_information) X(buffer) X(     \
                            value_tuple) X(value_tuple2) X(value_tuple3)       \
                            X(enumerable) X(dns) X(host_entry) X(              \
                                language_primitives) X(data_table) X(data_row) \
                                X(data_column) X(data_columns) X(data_rows)    \
                                    X(xml_names) X(time_zone) X(stream)        \
                                        X(memory_stream) X(file_stream) X(     \
                                            text_reader) X(stream_reader)      \
                                            X(string_reader) X(binary_reader)  \
                                                X(text_writer)                 \
                                                    X(stream_writer)           \
                                                        X(string_writer)       \
                                                            X(binary_writer)

#define X(c) extern const struct hop_class hop_class_##c;
HOP_MORE_(X)
#undef X

/* clang-format off */
#define HOP_MORE_CLASSES \
    &hop_class_string_builder, \
    &hop_class_ipaddress, \
    &hop_class_xml_node, \
    &hop_class_xml_document, \
    &hop_class_xml_element, \
    &hop_class_secure_string, \
    &hop_class_marshal, \
    &hop_class_zip_file, \
    &hop_class_pscredential, \
    &hop_class_network_credential, \
    &hop_class_uri, \
    &hop_class_culture_info, \
    &hop_class_calendar, \
    &hop_class_gregorian_calendar, \
    &hop_class_text_info, \
    &hop_class_date_format_info, \
    &hop_class_number_format_info, \
    &hop_class_file_system_info, \
    &hop_class_file_info, \
    &hop_class_directory_info, \
    &hop_class_path, \
    &hop_class_file, \
    &hop_class_directory, \
    &hop_class_encoding, \
    &hop_class_utf8_encoding, \
    &hop_class_unicode_encoding, \
    &hop_class_utf32_encoding, \
    &hop_class_ascii_encoding, \
    &hop_class_latin1_encoding, \
    &hop_class_bit_array, \
    &hop_class_name_value_collection, \
    &hop_class_priority_queue, \
    &hop_class_uri_builder,

#define HOP_MORE_ACCELERATORS \
    {"xml", &hop_class_xml_document}, \
    {"ipaddress", &hop_class_ipaddress}, \
    {"ipendpoint", &hop_class_ip_endpoint}, \
    {"mailaddress", &hop_class_mail_address}, \
    {"cultureinfo", &hop_class_culture_info}, \
    {"pscredential", &hop_class_pscredential}, \
    {"securestring", &hop_class_secure_string}, \
    {"uri", &hop_class_uri},
/* clang-format on */

#endif
