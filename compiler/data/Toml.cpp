#include "compiler/data/Toml.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <sstream>

namespace snnc::data {

TomlDocument::TomlDocument(std::string_view text, std::string file) : file(std::move(file)) {
  toml::parse_result parsed = toml::parse(text);
  if (parsed)
    top = std::move(parsed).table();
  else
    problem = fmt::format("{}:{}: {}", this->file, parsed.error().source().begin.line,
                          parsed.error().description());
}

void TomlDocument::fail(const toml::node *where, const std::string &key, const std::string &what) {
  // The whole document has no line of its own.
  const uint32_t line = where ? std::max<uint32_t>(where->source().begin.line, 1) : 1;
  if (problem.empty())
    problem = fmt::format("{}:{}: {} {}", file, line, key, what);
}

const toml::node *TomlTable::take(const std::string &key) {
  known.push_back(key);
  return table->get(key);
}

std::string TomlTable::getKeys() const { return fmt::format("{}", fmt::join(known, ", ")); }

void TomlTable::checkKeys(const std::string &what) {
  for (auto &&[key, node] : *table)
    if (std::find(known.begin(), known.end(), key.str()) == known.end())
      fail(&node, std::string(key.str()), what);
}

void TomlTable::readText(const std::string &key, std::string &result) {
  const toml::node *node = take(key);
  auto value = node ? node->value_exact<std::string>() : std::nullopt;
  if (!node)
    fail(node, key, "is missing");
  else if (value && !value->empty())
    result = *value;
  else
    fail(node, key, "must be a text");
}

void TomlTable::readNumber(const std::string &key, double &result) {
  if (const toml::node *node = take(key))
    convert(*node, key, result);
  else
    fail(node, key, "is missing");
}

void TomlTable::convert(const toml::node &value, const std::string &key, double &result) {
  auto number = value.is_number() ? value.value<double>() : std::nullopt;
  if (number && std::isfinite(*number) && *number >= 0)
    result = *number;
  else
    fail(&value, key, "must be a number of at least 0, found " + show(value));
}

void TomlTable::convert(const toml::node &value, const std::string &key, bool &result) {
  if (auto flag = value.value_exact<bool>())
    result = *flag;
  else
    fail(&value, key, "must be true or false, found " + show(value));
}

void TomlTable::convertInteger(const toml::node &value, const std::string &key, int64_t &result,
                               int64_t min) {
  auto number = value.value_exact<int64_t>();
  if (number && *number >= min && *number <= (int64_t{1} << 40))
    result = *number;
  else
    fail(&value, key, fmt::format("must be a whole number from {}, found {}", min, show(value)));
}

std::string show(const toml::node &value) {
  std::ostringstream stream;
  value.visit([&](const auto &one) {
    if constexpr (toml::is_value<decltype(one)>)
      stream << *one;
    else
      stream << "a list or a table";
  });
  return stream.str();
}

std::vector<std::string> getNames(std::span<const BundledToml> bundled) {
  std::vector<std::string> names;
  for (const BundledToml &one : bundled)
    names.push_back(one.name);
  return names;
}

Result<TomlText> findToml(const std::string &nameOrPath, std::span<const BundledToml> bundled,
                          std::string_view what) {
  for (const BundledToml &one : bundled)
    if (nameOrPath == one.name)
      return TomlText{nameOrPath + ".toml", one.text};
  if (!nameOrPath.ends_with(".toml") || nameOrPath.size() < 6)
    return Error{fmt::format("'{}' is not a {}; there are {}, or a file FILE.toml", nameOrPath,
                             what, fmt::join(getNames(bundled), ", "))};
  std::ifstream stream(nameOrPath, std::ios::binary);
  if (!stream)
    return Error{fmt::format("{}: cannot be read", nameOrPath)};
  std::ostringstream text;
  text << stream.rdbuf();
  return TomlText{nameOrPath, text.str()};
}

} // namespace snnc::data
