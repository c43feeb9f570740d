//===- Json: JSON as text ---------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_SUPPORT_JSON_H
#define SNNC_COMPILER_SUPPORT_JSON_H

#include <nlohmann/json.hpp>
#include <string>

namespace snnc {

/// Names may hold bytes that are no UTF-8, which JSON cannot: they become U+FFFD. On one line without an indent.
template <typename Json>
std::string toText(const Json &json, int indent = -1) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace snnc

#endif
