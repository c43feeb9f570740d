#include "targets/core/model/CoreModel.h"

#include "compiler/data/Toml.h"
#include <fmt/format.h>
#include <functional>
#include <optional>

namespace snnc::core {

// Made by CMake from targets/core/models/*.toml.
std::span<const data::BundledToml> getBundledModels();

namespace {

class Reader {
public:
  explicit Reader(data::TomlDocument &document)
      : document(document), root(document, document.root(), "") {}

  CoreModel read() {
    readText("name", model.name);
    readText("title", model.title);
    readSources();
    readSection("mesh", [&] {
      integer("width", model.mesh.width, 1);
      integer("height", model.mesh.height, 1);
      integer("cores_per_router", model.mesh.coresPerRouter, 1);
    });
    readSection("core", [&] { readLimits(model.limits); });
    readSection("capabilities", [&] { readCapabilities(model.capabilities); });
    readSection("energy", [&] { readEnergy(model.energy); });
    readSection("timing", [&] { readTiming(model.timing); });
    root.checkKeys("is not a key of a core model");
    if (document.error().empty() && model.mesh.cores() > (1 << 20))
      root.fail(root.take("mesh"), "mesh", "has more than 1048576 cores");
    return model;
  }

private:
  data::TomlDocument &document;
  data::TomlTable root;
  CoreModel model;
  std::optional<data::TomlTable> section; ///< the one that is read

  void readText(const std::string &key, std::string &result) {
    if (document.root().contains(key))
      root.readText(key, result);
    else
      document.fail(nullptr, key, "is missing; a core model has a name and a title");
  }

  void readSources() {
    const toml::node *node = root.take("sources");
    if (!node)
      return;
    if (!node->is_table())
      return root.fail(node, "sources", "must be a table of publications");
    for (auto &&[key, publication] : *node->as_table()) {
      if (auto value = publication.value_exact<std::string>())
        model.sources.emplace(key.str(), *value);
      else
        root.fail(&publication, "sources." + std::string(key.str()), "must be a text");
    }
  }

  void readSection(const std::string &name, const std::function<void()> &readKeys) {
    const toml::node *node = root.take(name);
    if (!node)
      return;
    if (!node->is_table())
      return root.fail(node, name, "must be a table");
    section.emplace(document, *node->as_table(), name);
    readKeys();
    section->checkKeys(fmt::format("is not a key of [{}], which has {}", name, section->getKeys()));
  }

  /// The value behind a key: plain, or { value = ..., source = "..." }.
  const toml::node *value(const std::string &key) {
    const toml::node *node = section->take(key);
    if (!node || !node->is_table())
      return node;
    const toml::table &table = *node->as_table();
    for (auto &&[inner, other] : table)
      if (inner.str() != "value" && inner.str() != "source")
        section->fail(&other, key, "has only a value and a source");
    const toml::node *given = table.get("value");
    if (!given) {
      section->fail(node, key, "has no value");
      return nullptr;
    }
    model.figures.push_back(
        {section->getName(key), data::show(*given), readCited(table.get("source"), key)});
    return given;
  }

  /// The publication that a value is from, and where in it; empty where none is named.
  std::string readCited(const toml::node *source, const std::string &key) {
    if (!source)
      return "";
    auto cited = source->value_exact<std::string>();
    if (!cited) {
      section->fail(source, key, "must cite its source as a text");
      return "";
    }
    std::string publication = cited->substr(0, cited->find_first_of(", :"));
    if (!model.sources.count(publication))
      section->fail(source, key, fmt::format("cites '{}', which is not in [sources]", publication));
    return *cited;
  }

  void integer(const std::string &key, int64_t &result, int64_t min) {
    if (const toml::node *node = value(key))
      section->convertInteger(*node, key, result, min);
  }
  void number(const std::string &key, double &result) {
    if (const toml::node *node = value(key))
      section->convert(*node, key, result);
  }
  void flag(const std::string &key, bool &result) {
    if (const toml::node *node = value(key))
      section->convert(*node, key, result);
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
        section->fail(node, "neuron",
                      "must be \"programmable\" or \"integrate_and_fire\", found " +
                          data::show(*node));
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

::snn::Result<CoreModel> parseModel(const std::string &text, const std::string &file) {
  data::TomlDocument document(text, file);
  CoreModel model = Reader(document).read();
  if (!document.error().empty())
    return ::snn::Error{document.error()};
  return model;
}

::snn::Result<CoreModel> loadModel(const std::string &nameOrPath) {
  auto found = data::findToml(nameOrPath, getBundledModels(), "core model");
  if (!found)
    return ::snn::Error{found.error()};
  return parseModel(found->text, found->file);
}

std::vector<std::string> bundledModels() { return data::getNames(getBundledModels()); }

} // namespace snnc::core
