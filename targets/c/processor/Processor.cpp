#include "targets/c/processor/Processor.h"

#define TOML_EXCEPTIONS 0
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <toml++/toml.h>

namespace snnc::c {

// Made by CMake from targets/c/processors/*.toml: name and text of each.
struct BundledProcessor {
  const char *name, *text;
};
extern const BundledProcessor kBundledProcessors[];
extern const size_t kBundledProcessorCount;

const std::array<CostInfo, kCosts> kCostInfos = {{
#define SNNC_COST(name, what) {#name, what},
#include "targets/c/processor/Costs.def"
}};

namespace {

/// Takes a document apart; the first error counts.
class Reader {
public:
  Reader(const toml::table &document, std::string file)
      : document(document), file(std::move(file)) {}

  ::snn::Result<Processor> read() {
    readText("name", processor.name);
    readText("title", processor.title);
    readText("compiler", processor.compiler);
    if (const toml::table *table = getTable("instructions")) {
      for (size_t i = 0; i < kCosts; ++i)
        readNumber(*table, "instructions", kCostInfos[i].name, processor.instructions[i]);
      checkKeys(*table, "instructions", [](std::string_view key) {
        return std::any_of(kCostInfos.begin(), kCostInfos.end(),
                           [&](const CostInfo &info) { return key == info.name; });
      });
    }
    readByOrder("code", processor.kernelCode, &processor.layerCode);
    readByOrder("inline", processor.inlineShare, nullptr);
    readByOrder("inline_code", processor.inlineKernelCode, &processor.inlineLayerCode);
    constexpr std::string_view kKeys[] = {"name", "title",  "compiler",   "instructions",
                                          "code", "inline", "inline_code"};
    for (auto &&[key, node] : document)
      if (std::string name(key.str());
          std::find(std::begin(kKeys), std::end(kKeys), name) == std::end(kKeys))
        fail(
            &node, name,
            "is not a key of a processor, which has name, title, compiler, [instructions], [code], "
            "[inline], [inline_code]");
    if (!error.empty())
      return ::snn::Error{error};
    return processor;
  }

private:
  const toml::table &document;
  std::string file, error;
  Processor processor;

  void fail(const toml::node *where, const std::string &key, const std::string &what) {
    if (error.empty())
      error = fmt::format("{}:{}: {} {}", file, where ? where->source().begin.line : 1, key, what);
  }

  void readText(const std::string &key, std::string &result) {
    const toml::node *node = document.get(key);
    auto value = node ? node->value_exact<std::string>() : std::nullopt;
    if (value && !value->empty())
      result = *value;
    else
      fail(node, key, "must be a text");
  }

  const toml::table *getTable(const std::string &key) {
    const toml::node *node = document.get(key);
    if (node && node->is_table())
      return node->as_table();
    fail(node, "[" + key + "]", "is missing (scripts/measure-costs measures it)");
    return nullptr;
  }

  void readNumber(const toml::table &table, const std::string &section, const std::string &key,
                  double &result) {
    const toml::node *node = table.get(key);
    auto number = node && node->is_number() ? node->value<double>() : std::nullopt;
    if (number && std::isfinite(*number) && *number >= 0)
      result = *number;
    else
      fail(node ? node : &table, section + "." + key, "must be a number of at least 0");
  }

  /// A number for each order, and one for a layer where there is any.
  void readByOrder(const char *section, std::array<double, 3> &numbers, double *layer) {
    constexpr const char *kOrders[] = {"steps", "layers", "values"};
    const toml::table *table = getTable(section);
    if (!table)
      return;
    for (size_t i = 0; i < numbers.size(); ++i)
      readNumber(*table, section, kOrders[i], numbers[i]);
    if (layer)
      readNumber(*table, section, "layer", *layer);
    checkKeys(*table, section, [&](std::string_view key) {
      return (layer && key == "layer") ||
             std::find(std::begin(kOrders), std::end(kOrders), key) != std::end(kOrders);
    });
  }

  template <typename IsKey>
  void checkKeys(const toml::table &table, const std::string &section, IsKey isKey) {
    for (auto &&[key, node] : table)
      if (!isKey(key.str()))
        fail(&node, section + "." + std::string(key.str()), "is not a key of a processor");
  }
};

} // namespace

::snn::Result<Processor> parseProcessor(const std::string &text, const std::string &file) {
  toml::parse_result parsed = toml::parse(text);
  if (!parsed)
    return ::snn::Error{fmt::format("{}:{}: {}", file, parsed.error().source().begin.line,
                                    std::string(parsed.error().description()))};
  return Reader(parsed.table(), file).read();
}

::snn::Result<Processor> loadProcessor(const std::string &nameOrPath) {
  for (size_t i = 0; i < kBundledProcessorCount; ++i)
    if (nameOrPath == kBundledProcessors[i].name)
      return parseProcessor(kBundledProcessors[i].text, nameOrPath + ".toml");
  if (nameOrPath.size() < 5 || nameOrPath.substr(nameOrPath.size() - 5) != ".toml")
    return ::snn::Error{fmt::format("'{}' is not a processor; there are {}, or a file FILE.toml",
                                    nameOrPath, fmt::join(bundledProcessors(), ", "))};
  std::ifstream stream(nameOrPath, std::ios::binary);
  if (!stream)
    return ::snn::Error{fmt::format("{}: cannot be read", nameOrPath)};
  std::ostringstream text;
  text << stream.rdbuf();
  return parseProcessor(text.str(), nameOrPath);
}

std::vector<std::string> bundledProcessors() {
  std::vector<std::string> names;
  for (size_t i = 0; i < kBundledProcessorCount; ++i)
    names.push_back(kBundledProcessors[i].name);
  return names;
}

} // namespace snnc::c
