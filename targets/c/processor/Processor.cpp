#include "targets/c/processor/Processor.h"

#include "compiler/data/Toml.h"
#include <optional>

namespace snnc::c {

// Made by CMake from targets/c/processors/*.toml.
std::span<const data::BundledToml> getBundledProcessors();

const std::array<CostInfo, kCosts> kCostInfos = {{
#define SNNC_COST(name, what) {#name, what},
#include "targets/c/processor/Costs.def"
}};

namespace {

class Reader {
public:
  explicit Reader(data::TomlDocument &document)
      : document(document), root(document, document.root(), "") {}

  Processor read() {
    root.readText("name", processor.name);
    root.readText("title", processor.title);
    root.readText("compiler", processor.compiler);
    if (auto table = getTable("instructions")) {
      for (size_t i = 0; i < kCosts; ++i)
        table->readNumber(kCostInfos[i].name, processor.instructions[i]);
      table->checkKeys("is not a key of a processor");
    }
    readByOrder("code", processor.kernelCode, &processor.layerCode);
    readByOrder("inline", processor.inlineShare, nullptr);
    readByOrder("inline_code", processor.inlineKernelCode, &processor.inlineLayerCode);
    root.checkKeys("is not a key of a processor, which has " + root.getKeys());
    return processor;
  }

private:
  data::TomlDocument &document;
  data::TomlTable root;
  Processor processor;

  std::optional<data::TomlTable> getTable(const std::string &key) {
    const toml::node *node = root.take(key);
    if (node && node->is_table())
      return data::TomlTable(document, *node->as_table(), key);
    document.fail(node, "[" + key + "]", "is missing (scripts/measure-costs measures it)");
    return std::nullopt;
  }

  /// A number for each order, and one for a layer where there is any.
  void readByOrder(const char *section, std::array<double, 3> &numbers, double *layer) {
    constexpr const char *kOrders[] = {"steps", "layers", "values"};
    auto table = getTable(section);
    if (!table)
      return;
    for (size_t i = 0; i < numbers.size(); ++i)
      table->readNumber(kOrders[i], numbers[i]);
    if (layer)
      table->readNumber("layer", *layer);
    table->checkKeys("is not a key of a processor");
  }
};

} // namespace

::snn::Result<Processor> parseProcessor(const std::string &text, const std::string &file) {
  data::TomlDocument document(text, file);
  Processor processor = Reader(document).read();
  if (!document.error().empty())
    return ::snn::Error{document.error()};
  return processor;
}

::snn::Result<Processor> loadProcessor(const std::string &nameOrPath) {
  auto found = data::findToml(nameOrPath, getBundledProcessors(), "processor");
  if (!found)
    return ::snn::Error{found.error()};
  return parseProcessor(found->text, found->file);
}

std::vector<std::string> bundledProcessors() { return data::getNames(getBundledProcessors()); }

} // namespace snnc::c
