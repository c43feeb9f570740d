#include "targets/core/model/CoreModel.h"

#define TOML_EXCEPTIONS 0
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <functional>
#include <sstream>
#include <toml++/toml.h>

namespace snnc::core {

// Made by CMake from targets/core/models/*.toml: name and text of each.
struct BundledModel {
  const char *name, *text;
};
extern const BundledModel kBundledModels[];
extern const size_t kBundledModelCount;

namespace {

/// Takes a TOML document apart, key by key; what is left over at the end is an error. The first error
/// counts.
class Reader {
public:
  Reader(const toml::table &document, std::string file)
      : document(document), file(std::move(file)) {}

  std::variant<CoreModel, ModelError> read() {
    text(document, "name", model.name);
    text(document, "title", model.title);
    readSources();
    section("mesh", [&] {
      integer("width", model.mesh.width, 1);
      integer("height", model.mesh.height, 1);
      integer("cores_per_router", model.mesh.coresPerRouter, 1);
    });
    section("core", [&] { readLimits(model.limits); });
    section("capabilities", [&] { readCapabilities(model.capabilities); });
    section("energy", [&] { readEnergy(model.energy); });
    section("timing", [&] { readTiming(model.timing); });
    for (auto &&[key, node] : document)
      if (!isKnown("", key.str()))
        fail(node, std::string(key.str()), "is not a key of a core model");
    if (error.empty() && model.mesh.cores() > (1 << 20))
      fail(*document.get("mesh"), "mesh", "has more than 1048576 cores");
    if (!error.empty())
      return ModelError{error};
    return model;
  }

private:
  const toml::table &document;
  std::string file, error;
  CoreModel model;
  const toml::table *current = nullptr;
  std::string currentName;
  std::vector<std::string> known;

  void fail(const toml::node &where, const std::string &key, const std::string &what) {
    if (error.empty())
      error = fmt::format("{}:{}: {} {}", file, where.source().begin.line, key, what);
  }
  bool isKnown(const std::string &table, std::string_view key) const {
    return std::find(known.begin(), known.end(), table + "/" + std::string(key)) != known.end();
  }
  const toml::node *take(const toml::table &table, const std::string &key) {
    known.push_back((&table == &document ? "" : currentName) + "/" + key);
    return table.get(key);
  }

  void text(const toml::table &table, const std::string &key, std::string &result) {
    const toml::node *node = take(table, key);
    if (!node) {
      if (error.empty())
        error = fmt::format("{}:1: {} is missing; a core model has a name and a title", file, key);
      return;
    }
    if (auto value = node->value_exact<std::string>(); value && !value->empty())
      result = *value;
    else
      fail(*node, key, "must be a text");
  }

  void readSources() {
    const toml::node *node = take(document, "sources");
    if (!node)
      return;
    if (!node->is_table())
      return fail(*node, "sources", "must be a table of publications");
    for (auto &&[key, publication] : *node->as_table()) {
      if (auto value = publication.value_exact<std::string>())
        model.sources.emplace(key.str(), *value);
      else
        fail(publication, "sources." + std::string(key.str()), "must be a text");
    }
  }

  void section(const std::string &name, const std::function<void()> &readKeys) {
    const toml::node *node = take(document, name);
    if (!node)
      return;
    if (!node->is_table())
      return fail(*node, name, "must be a table");
    current = node->as_table();
    currentName = name;
    readKeys();
    for (auto &&[key, value] : *current)
      if (!isKnown(name, key.str()))
        fail(value, name + "." + std::string(key.str()),
             fmt::format("is not a key of [{}], which has {}", name, keysOf(name)));
  }
  std::string keysOf(const std::string &table) const {
    std::vector<std::string> keys;
    for (const std::string &entry : known)
      if (entry.rfind(table + "/", 0) == 0)
        keys.push_back(entry.substr(table.size() + 1));
    return fmt::format("{}", fmt::join(keys, ", "));
  }

  /// The value behind a key: plain, or { value = ..., source = "..." }.
  const toml::node *value(const std::string &key) {
    const toml::node *node = take(*current, key);
    if (!node || !node->is_table())
      return node;
    const toml::table &table = *node->as_table();
    std::string fullKey = currentName + "." + key;
    for (auto &&[inner, other] : table)
      if (inner.str() != "value" && inner.str() != "source")
        fail(other, fullKey, "has only a value and a source");
    const toml::node *given = table.get("value");
    if (!given) {
      fail(*node, fullKey, "has no value");
      return nullptr;
    }
    const toml::node *source = table.get("source");
    auto cited = source ? source->value_exact<std::string>() : std::nullopt;
    if (source && !cited)
      fail(*source, fullKey, "must cite its source as a text");
    if (cited) {
      std::string publication = cited->substr(0, cited->find_first_of(", :"));
      if (!model.sources.count(publication))
        fail(*source, fullKey, fmt::format("cites '{}', which is not in [sources]", publication));
    }
    model.figures.push_back({fullKey, show(*given), cited.value_or("")});
    return given;
  }
  static std::string show(const toml::node &node) {
    std::ostringstream stream;
    node.visit([&](const auto &value) {
      if constexpr (toml::is_value<decltype(value)>)
        stream << *value;
    });
    return stream.str();
  }

  void integer(const std::string &key, int64_t &result, int64_t least) {
    const toml::node *node = value(key);
    if (!node)
      return;
    auto number = node->value_exact<int64_t>();
    if (!number || *number < least || *number > (int64_t(1) << 40))
      return fail(*node, currentName + "." + key,
                  fmt::format("must be a whole number from {}, found {}", least, show(*node)));
    result = *number;
  }
  void number(const std::string &key, double &result) {
    const toml::node *node = value(key);
    if (!node)
      return;
    auto number = node->value<double>();
    if (!number || node->is_boolean() || !std::isfinite(*number) || *number < 0)
      return fail(*node, currentName + "." + key,
                  fmt::format("must be a number of at least 0, found {}", show(*node)));
    result = *number;
  }
  void flag(const std::string &key, bool &result) {
    const toml::node *node = value(key);
    if (!node)
      return;
    if (auto given = node->value_exact<bool>())
      result = *given;
    else
      fail(*node, currentName + "." + key,
           fmt::format("must be true or false, found {}", show(*node)));
  }

  void readLimits(Limits &limits) {
    integer("neurons", limits.neurons, 1);
    integer("populations", limits.populations, 1);
    integer("synapse_bits", limits.synapseBits, 1);
    integer("neuron_bits", limits.neuronBits, 1);
    integer("weight_bits", limits.weightBits, 1);
    integer("state_bits", limits.stateBits, 1);
    integer("fan_in", limits.fanIn, 1);
    integer("fan_out", limits.fanOut, 1);
    integer("in_axons", limits.inAxons, 1);
    integer("out_axons", limits.outAxons, 1);
    integer("destinations", limits.destinations, 1);
    integer("max_delay", limits.maxDelay, 0);
  }

  void readCapabilities(Capabilities &capabilities) {
    if (const toml::node *node = value("neuron")) {
      auto kind = node->value_exact<std::string>();
      if (kind == "programmable")
        capabilities.neuron = NeuronKind::Programmable;
      else if (kind == "integrate_and_fire")
        capabilities.neuron = NeuronKind::IntegrateAndFire;
      else
        fail(*node, "capabilities.neuron",
             "must be \"programmable\" or \"integrate_and_fire\", found " + show(*node));
    }
    flag("signed_events", capabilities.signedEvents);
    integer("graded_bits", capabilities.gradedBits, 0);
    flag("step_shift", capabilities.stepShift);
    flag("shared_weights", capabilities.sharedWeights);
    integer("axon_channels", capabilities.axonChannels, 1);
    integer("weight_values", capabilities.weightValues, 0);
    flag("sign_per_source", capabilities.signPerSource);
  }

  void readEnergy(Energy &energy) {
    number("static_mw", energy.staticMilliwatts);
    number("clock_uw_per_mhz", energy.clockMicrowattsPerMegahertz);
    number("synaptic_operation_pj", energy.synapticOperation);
    number("neuron_update_pj", energy.neuronUpdate);
    number("spike_pj", energy.spike);
    number("message_pj", energy.message);
    number("hop_x_pj", energy.hopX);
    number("hop_y_pj", energy.hopY);
  }

  void readTiming(Timing &timing) {
    number("clock_mhz", timing.clockMegahertz);
    number("step_ns", timing.step);
    number("barrier_ns", timing.barrier);
    number("synaptic_operation_ns", timing.synapticOperation);
    number("neuron_update_ns", timing.neuronUpdate);
    number("spike_ns", timing.spike);
    number("hop_x_ns", timing.hopX);
    number("hop_y_ns", timing.hopY);
  }
};

} // namespace

std::variant<CoreModel, ModelError> parseModel(const std::string &text, const std::string &file) {
  toml::parse_result parsed = toml::parse(text);
  if (!parsed) {
    std::string why(parsed.error().description());
    return ModelError{fmt::format("{}:{}: {}", file, parsed.error().source().begin.line, why)};
  }
  return Reader(parsed.table(), file).read();
}

std::variant<CoreModel, ModelError> loadModel(const std::string &nameOrPath) {
  for (size_t i = 0; i < kBundledModelCount; ++i)
    if (nameOrPath == kBundledModels[i].name)
      return parseModel(kBundledModels[i].text, nameOrPath + ".toml");
  if (nameOrPath.size() < 5 || nameOrPath.substr(nameOrPath.size() - 5) != ".toml")
    return ModelError{fmt::format("'{}' is not a core model; there are {}, or a file FILE.toml",
                                  nameOrPath, fmt::join(bundledModels(), ", "))};
  std::ifstream stream(nameOrPath, std::ios::binary);
  if (!stream)
    return ModelError{fmt::format("{}: cannot be read", nameOrPath)};
  std::ostringstream text;
  text << stream.rdbuf();
  return parseModel(text.str(), nameOrPath);
}

std::vector<std::string> bundledModels() {
  std::vector<std::string> names;
  for (size_t i = 0; i < kBundledModelCount; ++i)
    names.push_back(kBundledModels[i].name);
  return names;
}

} // namespace snnc::core
