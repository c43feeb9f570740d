#include "targets/core/c/ChipC.h"

#include "compiler/support/Text.h"
#include "targets/core/c/Tables.h"
#include "targets/core/simulator/Boxes.h"
#include <fmt/format.h>
#include <map>

namespace snnc::core {

namespace {

//===- The chip around the cores ------------------------------------------------------------------------------===//

class ChipWriter {
public:
  explicit ChipWriter(const Program &program) : program(program) {}

  std::string writeHeader() {
    std::string text = fmt::format(
        "/* {} on the cores of {}. Made by snnc {}. */\n#ifndef CORES_H\n#define CORES_H\n\n"
        "#include \"snn_core.h\"\n\n"
        "enum {{ CHIP_INPUTS = {}, CHIP_OUTPUTS = {}, CHIP_TIME_STEPS = {}, CHIP_STEPS = {} }};\n",
        toComment(program.network), toComment(program.model), SNNC_VERSION, program.input().size(),
        program.outputSize(), program.steps, program.chipSteps());
    for (size_t i = 0; i < program.cores.size(); ++i) {
      std::string name = fmt::format("core_{:03}", i);
      text += "\ntypedef struct {\n";
      if (program.updates)
        text += "  uint32_t is_update;\n";
      for (size_t p = 0; p < program.cores[i].populations.size(); ++p) {
        const Population &box = program.cores[i].populations[p];
        uint64_t neurons = countElements(box.sizes);
        const Layer &layer = program.layers[box.layer];
        if (layer.kind == LayerKind::Product) {
          uint64_t factors = countElements(takenBy(box, layer, 0).sizes) +
                             countElements(takenBy(box, layer, 1).sizes);
          text += fmt::format("  int32_t p{0}_factors[{1}];\n  int32_t p{0}_sums[{2}];\n", p,
                              factors, factors + neurons);
          continue;
        }
        if (layer.kind == LayerKind::Rounding) {
          text +=
              fmt::format("  int32_t p{0}_sums[{1}];\n  int32_t p{0}_passed[{1}];\n", p, neurons);
          continue;
        }
        uint64_t operands = layer.operands.size();
        text += fmt::format("  int32_t p{0}_sums[{1}];\n  int16_t p{0}_values[{1}];\n"
                            "  int16_t p{0}_y[{2}];\n",
                            p, neurons * operands, neurons);
      }
      text += fmt::format(
          "}} {0}_state;\nvoid {0}_start({0}_state *state);\n{1}"
          "/* Time step `t` of a population: `heard` is one entry for each layer it hears, "
          "of that time step. */\n"
          "void {0}_step({0}_state *state, uint32_t population, uint32_t t,\n"
          "                   const snn_core_events *heard, snn_core_events *sent);\n",
          name,
          program.updates ? fmt::format("/* A new input begins; what runs goes on. */\n"
                                        "void {0}_update({0}_state *state);\n",
                                        name)
                          : "");
    }
    text +=
        "\n/* Runs a sample: raw integers of the input, outputs of the last time step, one after "
        "another\n * and before any function that ends the network (softmax ...), which is the "
        "host's. Keeps the\n * state of the chip in one static place: one sample at a time. */\n"
        "void chip_run(const int32_t raw[CHIP_INPUTS], int32_t output[CHIP_OUTPUTS]);\n";
    if (program.updates)
      text += "\n/* The next input of a stream, behind chip_run or chip_update: sends what "
              "changed. */\n"
              "void chip_update(const int32_t raw[CHIP_INPUTS], int32_t output[CHIP_OUTPUTS]);\n";
    text += "\n#endif\n";
    return text;
  }

  std::string writeChip() {
    text = fmt::format(
        "/* The mesh around the cores of {}: in step h of the chip a layer of depth d takes "
        "its\n * time step h - d. Made by snnc {}. */\n#include \"cores.h\"\n\n",
        toComment(program.network), SNNC_VERSION);
    numberProducers();
    writeState();
    writeEncoder();
    writeRun();
    return text;
  }

private:
  const Program &program;
  std::string text;
  std::vector<std::vector<std::pair<size_t, size_t>>> producers; ///< per layer: core, population
  std::map<std::pair<size_t, size_t>, size_t> numberOf;

  void numberProducers() {
    producers.resize(program.layers.size());
    for (size_t core = 0; core < program.cores.size(); ++core)
      for (size_t p = 0; p < program.cores[core].populations.size(); ++p) {
        uint32_t layer = program.cores[core].populations[p].layer;
        numberOf[{core, p}] = producers[layer].size();
        producers[layer].emplace_back(core, p);
      }
  }

  /// Events of a layer, kept for all its time steps: each population writes behind the one before it.
  void writeState() {
    for (size_t layer = 0; layer < program.layers.size(); ++layer)
      text += program.layers[layer].kind == LayerKind::Output
                  ? ""
                  : fmt::format("static snn_core_event events_{0}[CHIP_TIME_STEPS][{1}];\n"
                                "static uint32_t count_{0}[CHIP_TIME_STEPS];\n",
                                layer, program.layers[layer].size());
    for (size_t core = 0; core < program.cores.size(); ++core)
      text += fmt::format("static core_{0:03}_state state_{0};\n", core);
    for (size_t layer = 0; layer < program.layers.size(); ++layer)
      if (program.layers[layer].kind == LayerKind::Output)
        text += writeTable("int32_t", fmt::format("multiplier_{}", layer),
                           program.layers[layer].operands[0].multipliers);
  }

  void writeEncoder() {
    const Layer &input = program.input();
    text += writeTable("int32_t", "input_multiplier", input.inputMultipliers);
    text += writeTable("int32_t", "input_offset", input.inputOffsets);
    text += writeTable("int32_t", "input_step", input.steps);
    std::string value;
    switch (input.inputCode) {
    case InputCode::Direct:
      value = program.updates ? fmt::format("t == 0U && (is_update == 0U || q - e[i] > "
                                            "threshold[i / {0}U] || e[i] - q > threshold[i / {0}U])"
                                            "\n                              ? q - e[i] : 0",
                                            input.size() / input.shape[0])
                              : "t == 0U ? q : 0";
      break;
    case InputCode::Float:
      value = fmt::format("k < {} ? snn_approach(q - e[i], input_step[k], {}) : 0",
                          input.steps.size(), input.eventFraction);
      break;
    case InputCode::Spike:
      value = fmt::format("k < {} ? -input_step[k] * snn_sign(snn_error(e[i], {}, q), 1) : 0",
                          input.steps.size(),
                          static_cast<uint32_t>(input.fraction) - input.eventFraction);
      break;
    }
    if (program.updates)
      text += writeTable("int32_t", "threshold", program.thresholds) +
              "static uint32_t is_update; /* whether states live on */\n";
    text += fmt::format("\nstatic void encode(const int32_t *raw, int32_t *e, uint32_t t) {{\n"
                        "  const uint32_t k = t - {0}U;\n  count_0[t] = 0;\n"
                        "  for (uint32_t i = 0; i < CHIP_INPUTS; ++i) {{\n"
                        "    const int32_t q = snn_encode(raw[i], input_multiplier[i / {1}U], "
                        "input_offset[i / {1}U], {2}U);\n"
                        "    const int32_t value = {3};\n    e[i] += value;\n"
                        "    if (value != 0) {{\n      events_0[t][count_0[t]].neuron = i;\n"
                        "      events_0[t][count_0[t]++].value = value;\n    }}\n  }}\n"
                        "  (void)k;\n  (void)input_step;\n}}\n",
                        input.firstStep, input.size() / input.shape[0], input.inputShift, value);
  }

  void writeRun() {
    text += "\nstatic int32_t e[CHIP_INPUTS]; /* what the input is estimated at */\n"
            "\nstatic void run_steps(const int32_t *raw, int32_t *output) {\n"
            "  for (uint32_t h = 0; h < CHIP_STEPS; ++h) {\n"
            "    if (h < CHIP_TIME_STEPS) {\n      encode(raw, e, h);\n    }\n";
    for (size_t layer = 1; layer < program.layers.size(); ++layer)
      writeLayer(layer);
    text += "  }\n";
    writeOutput();
    text += "}\n\nvoid chip_run(const int32_t raw[CHIP_INPUTS], int32_t output[CHIP_OUTPUTS]) {\n"
            "  for (uint32_t i = 0; i < CHIP_INPUTS; ++i) {\n    e[i] = 0;\n  }\n";
    writeForCores("start");
    text += program.updates ? "  is_update = 0;\n" : "";
    text += "  run_steps(raw, output);\n}\n";
    if (!program.updates)
      return;
    text += "\nvoid chip_update(const int32_t raw[CHIP_INPUTS], int32_t output[CHIP_OUTPUTS]) {\n";
    writeForCores("update");
    text += "  is_update = 1;\n  run_steps(raw, output);\n}\n";
  }

  void writeForCores(const char *function) {
    for (size_t core = 0; core < program.cores.size(); ++core)
      text += fmt::format("  core_{0:03}_{1}(&state_{0});\n", core, function);
  }

  void writeLayer(size_t index) {
    const Layer &layer = program.layers[index];
    bool sends = layer.kind != LayerKind::Output;
    text +=
        fmt::format("    if (h - {0}U < CHIP_TIME_STEPS) {{\n      const uint32_t t = h - {0}U;\n",
                    layer.depth);
    text += "      snn_core_events sent = {0, 0};\n";
    if (sends)
      text += fmt::format("      count_{}[t] = 0;\n", index);
    for (auto [core, p] : producers[index]) {
      const Core &on = program.cores[core];
      text += "      {\n";
      text += fmt::format("        const snn_core_events heard[{}] = {{",
                          std::max<size_t>(1, on.axons.size()));
      std::string list;
      for (const Axons &axons : on.axons) // of other populations' sources some steps may lie ahead
        list += isHeardBy(index, axons.layer)
                    ? fmt::format("{{events_{0}[t], count_{0}[t]}}, ", axons.layer)
                    : "{0, 0}, ";
      text += (list.empty() ? "{0, 0}, " : list) + "};\n";
      if (sends)
        text += fmt::format("        sent.events = events_{0}[t] + count_{0}[t];\n", index);
      text +=
          fmt::format("        core_{0:03}_step(&state_{0}, {1}U, t, heard, &sent);\n", core, p);
      if (sends)
        text += fmt::format("        count_{}[t] += sent.count;\n", index);
      text += "      }\n";
    }
    text += "    }\n";
  }

  bool isHeardBy(size_t layer, uint32_t source) const {
    return std::any_of(program.layers[layer].paths.begin(), program.layers[layer].paths.end(),
                       [&](const Path &path) { return path.source == source; });
  }

  /// Of all outputs, one after another.
  void writeOutput() {
    uint64_t first = 0;
    for (size_t index = 0; index < program.layers.size(); ++index) {
      const Layer &output = program.layers[index];
      if (output.kind != LayerKind::Output)
        continue;
      for (auto [core, p] : producers[index]) {
        const Population &box = program.cores[core].populations[p];
        std::vector<uint32_t> neurons = listNeurons(box, output.shape);
        for (size_t i = 0; i < neurons.size(); ++i)
          text += fmt::format("  output[{0}] = snn_rescale(state_{1}.p{2}_sums[{3}], "
                              "multiplier_{4}[{5}], {6}U);\n",
                              first + neurons[i], core, p, i, index, neurons[i],
                              output.operands[0].shift);
      }
      first += output.size();
    }
  }
};

} // namespace

std::string writeChipHeader(const Program &program) { return ChipWriter(program).writeHeader(); }
std::string writeChip(const Program &program) { return ChipWriter(program).writeChip(); }

} // namespace snnc::core
