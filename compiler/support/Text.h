//===- Text: other people's names in what we print and generate ----------------------------------------------===//
//
// The names of nodes, layers, files and chips come from outside and may hold anything: line breaks, the end of a
// comment, bytes that are no UTF-8. Whatever is printed or generated takes them through one of these.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_SUPPORT_TEXT_H
#define SNNC_COMPILER_SUPPORT_TEXT_H

#include <string>
#include <string_view>

namespace snnc {

/// For a terminal, on one line: control characters and bytes that are no UTF-8 are written as \n, \t or \x1b.
std::string showText(std::string_view text);

/// For the inside of a comment of C: printable ASCII that neither ends nor opens a comment, splices lines or makes a
/// trigraph. Everything else becomes _.
std::string toComment(std::string_view text);

/// As a string literal of C, with its quotes, in ASCII.
std::string toCString(std::string_view text);

/// For the text or an attribute of XML: its own signs are escaped, and what it may not hold becomes U+FFFD.
std::string toXML(std::string_view text);

/// As a C identifier without an underscore at an end or two in a row: what is not allowed becomes _.
std::string toIdentifier(const std::string &text);

} // namespace snnc

#endif
