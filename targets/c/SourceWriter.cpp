#include "compiler/support/Text.h"
#include "targets/c/LayerWriter.h"
#include "targets/c/Lines.h"
#include "targets/c/NetworkWriter.h"
#include "targets/c/TableWriter.h"
#include "targets/c/UpdateWriter.h"
#include "targets/c/ValueWriter.h"
#include <fmt/format.h>

using namespace mlir;

namespace snnc::c {

namespace {

constexpr const char *kStepAt =
    "/* The step of a layer that starts at time `start`, 0 when it is silent at time t. */\n"
    "static int32_t snn_at(const int32_t *steps, uint32_t count, uint32_t start, uint32_t t) {\n"
    "  return t >= start && t - start < count ? steps[t - start] : 0;\n}\n\n";

bool contains(const std::string &text, const char *part) {
  return text.find(part) != std::string::npos;
}

/// What the function of a layer is given beside the state: how it is declared, and in its call.
std::pair<std::string, const char *> writeParameters(const Network &network, exec::LayerOp layer) {
  const bool reads = network.byValues() && ValueWriter(network).readsInput(layer);
  const bool writes = network.writesOutput(layer);
  return {(reads ? fmt::format(", const {} *input", network.inputType()) : "") +
              (writes ? fmt::format(", {} *output", network.outputType()) : ""),
          reads && writes ? ", input, output"
          : reads         ? ", input"
          : writes        ? ", output"
                          : ""};
}

/// One function per layer, through all steps, and one that calls them.
std::string writeLayers(const Network &network) {
  LayerWriter writer(network);
  const std::string &name = network.options.name;
  std::string functions, calls;
  for (auto [i, layer] : llvm::enumerate(network.layers)) {
    const std::string mark = i == 0 ? "" : fmt::format("  SNN_LAYER({}U);\n", i);
    auto [parameters, arguments] = writeParameters(network, layer);
    if (network.byValues()) {
      std::string body = ValueWriter(network).writeLayer(layer);
      if (body.empty())
        continue;
      if (!contains(body, "state->"))
        body.insert(0, "  (void)state;\n");
      functions +=
          fmt::format("/* {} */\nstatic void run_{}({}_state *state{}) {{\n{}}}\n\n",
                      writer.describe(layer), network.nameOf(layer), name, parameters, body);
      calls += mark + fmt::format("  run_{}(state{});\n", network.nameOf(layer), arguments);
      continue;
    }
    std::string step = writer.writeStep(layer), start = writer.writeLayerStart(layer);
    if (step.empty() && start.empty())
      continue;
    functions +=
        fmt::format("/* {} */\nstatic void run_{}({}_state *state{}) {{\n{}  uint32_t t;\n{}{}"
                    "  for (t = 0; t < {}_STEPS; ++t) {{\n{}  }}\n}}\n\n",
                    writer.describe(layer), network.nameOf(layer), name, parameters,
                    writer.writeVariables(layer), contains(step, "step") ? "  int32_t step;\n" : "",
                    start, name, step);
    calls += mark + fmt::format("  run_{}(state{});\n", network.nameOf(layer), arguments);
  }
  return functions +
         fmt::format(
             "void {0}_run({0}_state *state, const {1} input[{0}_INPUT_SIZE],\n    {6} "
             "output[{0}_OUTPUT_SIZE]) {{\n  SNN_LAYER(0U);\n{2}{3}{4}  SNN_LAYER({5}U);\n}}\n",
             name, network.inputType(), writer.writeInit(), calls, writer.writeDecode(),
             network.layers.size(), network.outputType());
}

/// The lists of events of a step, and one time step through all layers.
std::string writeStepFunction(const Network &network, const LayerWriter &writer) {
  std::string steps, lists;
  for (auto [i, each] : llvm::enumerate(network.layers)) {
    exec::LayerOp layer = each;
    if (std::string step = writer.writeStep(layer); !step.empty())
      steps += fmt::format("\n  SNN_LAYER({}U);\n  /* {} */\n  {{\n{}{}  }}\n", i,
                           writer.describe(layer), indent(writer.writeVariables(layer)), step);
    Value sent = layer.getSent();
    if (sent && !network.isGraded(sent) && !network.hasTrain(sent))
      lists +=
          fmt::format("  snn_events {} = {{(uint16_t *){}, {}, 0, 0}};\n", network.getEvents(sent),
                      network.at(network.eventsOf(sent).getMemory()), getStreamSize(sent));
  }
  return fmt::format("void {0}_step({0}_state *state) {{\n  const uint32_t t = state->time;\n{1}{2}"
                     "{3}  SNN_LAYER({4}U);\n  state->time = t + 1U;\n}}\n\n",
                     network.options.name, contains(steps, "step") ? "  int32_t step;\n" : "",
                     lists, steps, network.layers.size());
}

std::string writeSteps(const Network &network) {
  LayerWriter writer(network);
  const std::string &name = network.options.name;
  std::string start = writer.writeInit();
  for (exec::LayerOp layer : network.layers)
    start += writer.writeStarts(layer);
  start += writer.writeTrainStarts();
  std::string code =
      fmt::format("void {0}_init({0}_state *state, const {1} input[{0}_INPUT_SIZE]) {{\n{2}  "
                  "state->time = 0;\n}}\n\n",
                  name, network.inputType(), start);
  code += writeStepFunction(network, writer);
  code += fmt::format("void {0}_output(const {0}_state *state, {2} output[{0}_OUTPUT_SIZE]) "
                      "{{\n{1}}}\n\n",
                      name, writer.writeDecode(), network.outputType());
  return code +
         fmt::format(
             "void {0}_run({0}_state *state, const {1} input[{0}_INPUT_SIZE],\n    {2} "
             "output[{0}_OUTPUT_SIZE]) {{\n  uint32_t t;\n  {0}_init(state, input);\n  for (t = 0; "
             "t < {0}_STEPS; ++t) {{\n    {0}_step(state);\n  }}\n  {0}_output(state, "
             "output);\n}}\n",
             name, network.inputType(), network.outputType());
}

} // namespace

std::string writeSource(const Network &network) {
  bool isInline = network.options.kernels == Kernels::Inline;
  bool isUpdated = network.takesUpdates();
  std::string kernels = isInline             ? kInlineKernels
                        : isUpdated          ? "#include \"snn_updates.h\"\n"
                        : network.byValues() ? "#include \"snn_values.h\"\n"
                                             : "#include \"snn_kernels.h\"\n";
  if (getOutputForm(network.program) != exec::OutputForm::Int32)
    kernels += "#include \"snn_outputs.h\"\n";
  if (network.inputForm() != exec::InputForm::Raw)
    kernels += "#include \"snn_input_forms.h\"\n";
  if (isInline)
    for (const std::string &source : getKernelSources(network.program))
      kernels += fmt::format("#include \"{}\"\n", source);
  std::string code = isUpdated            ? UpdateWriter(network).write()
                     : network.inLayers() ? writeLayers(network)
                                          : writeSteps(network);
  return wrapLines(
      fmt::format("/* The network {}, in integers. Written by snnc {}; do not edit.\n *\n * Tables "
                  "first, then the layers in the order in which they run. */\n#include \"{}.h\"\n\n"
                  "{}\n#include <stddef.h>\n\n",
                  toComment(network.program.getModel().str()), SNNC_VERSION, network.options.name,
                  kernels) +
      TableWriter(network).write() + (isUpdated ? UpdateWriter::writeTables(network) : "") +
      (contains(code, "snn_at(") ? kStepAt : "") + code);
}

} // namespace snnc::c
