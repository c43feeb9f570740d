//===- Lines: how lines of C are set -------------------------------------------------------------------------===//
#ifndef SNNC_TARGETS_C_LINES_H
#define SNNC_TARGETS_C_LINES_H

#include <cstddef>
#include <string>

namespace snnc::c {

/// Every line that is not empty, so many spaces further right.
std::string indent(const std::string &lines, size_t by = 2);

/// Breaks lines that are too long behind a comma, or the spaces of a comment.
std::string wrapLines(const std::string &text);

} // namespace snnc::c

#endif
