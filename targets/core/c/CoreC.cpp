#include "targets/core/c/CoreC.h"

#include "compiler/support/Text.h"
#include "targets/core/c/ChipC.h"
#include "targets/core/c/Tables.h"
#include "targets/core/simulator/Boxes.h"
#include "targets/core/simulator/Synapses.h"
#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iterator>
#include <map>

namespace snnc::core {

// Made by CMake: the text of fixed.h and of the kernels.
extern const char *const kFixedHeader, *const kCoreHeader, *const kCoreSource;

namespace {

/// The name of a function in the kernels.
std::string getKernel(Function function) {
  std::string name = "SNN_CORE_";
  for (char c : getInfo(function).name)
    name += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

/// A table with one entry for each run of `span` equal numbers, when the box's planes are such runs.
struct Spanned {
  std::vector<int32_t> numbers;
  uint64_t span = 1;
};
Spanned shorten(const std::vector<int32_t> &numbers, uint64_t plane) {
  bool same = plane > 0 && numbers.size() % plane == 0;
  for (size_t i = 0; same && i < numbers.size(); ++i)
    same = numbers[i] == numbers[i / plane * plane];
  if (!same)
    return {numbers, 1};
  Spanned result{{}, plane};
  for (size_t i = 0; i < numbers.size(); i += plane)
    result.numbers.push_back(numbers[i]);
  return result;
}

class CoreWriter {
public:
  CoreWriter(const Program &program, size_t index)
      : program(program), core(program.cores[index]), name(fmt::format("core_{:03}", index)) {}

  std::string write() {
    std::string layers;
    for (const Population &box : core.populations)
      layers +=
          fmt::format("{}'{}' {} of {}", layers.empty() ? "" : ", ", program.layers[box.layer].name,
                      fmt::join(box.sizes, "x"), fmt::join(program.layers[box.layer].shape, "x"));
    text = fmt::format("/* {} of {} at router ({}, {}): {}. Made by snnc {}. */\n"
                       "#include \"cores.h\"\n\n",
                       name, toComment(program.network), core.x, core.y, toComment(layers),
                       SNNC_VERSION);
    for (size_t p = 0; p < core.populations.size(); ++p)
      writePopulation(p);
    writeFunctions();
    return text;
  }

private:
  const Program &program;
  const Core &core;
  std::string name, text;
  std::vector<std::string> calls; ///< per population: what its step adds up

  void writePopulation(size_t p) {
    const Population &box = core.populations[p];
    const Layer &layer = program.layers[box.layer];
    std::string prefix = fmt::format("p{}", p);
    std::vector<uint32_t> neurons = listNeurons(box, layer.shape);
    text += fmt::format("/* ---- {} ---- */\n", toComment(layer.name));
    text += writeTable("uint32_t", prefix + "_position", neurons);
    if (layer.kind == LayerKind::Product) {
      writeProduct(prefix, layer, box);
      return writePaths(prefix, layer, box, p);
    }
    auto writeSpans = [&](const std::string &what, const std::vector<int32_t> &ofLayer) {
      return writeOwn(prefix + what, ofLayer, neurons, neurons.size() / box.sizes[0]);
    };
    std::vector<uint64_t> startSpans, multiplierSpans;
    for (size_t o = 0; o < layer.operands.size(); ++o) {
      startSpans.push_back(writeSpans(fmt::format("_start{}", o), layer.operands[o].start));
      multiplierSpans.push_back(
          writeSpans(fmt::format("_multiplier{}", o), layer.operands[o].multipliers));
    }
    if (!layer.initial.empty()) {
      std::vector<int32_t> initial;
      for (uint32_t neuron : neurons)
        initial.push_back(layer.initial[neuron]);
      text += writeTable("int32_t", prefix + "_initial", initial);
    }
    text += writeTable("int32_t", prefix + "_step", layer.steps);
    text += writeTable("int32_t", prefix + "_zone", layer.zones);
    if (!layer.table.empty())
      text += writeTable("int16_t", prefix + "_table", layer.table);
    const uint64_t gainSpan = writeSpans("_gain", layer.gains);
    const std::vector<uint64_t> boundSpans = {writeSpans("_lower", layer.lower),
                                              writeSpans("_upper", layer.upper)};
    writeRecord(prefix, layer, neurons.size(), startSpans, multiplierSpans, gainSpan, boundSpans);
    writePaths(prefix, layer, box, p);
  }

  /// Writes those of a layer's numbers that are of `neurons`, and returns what span each has; nothing where there are none.
  uint64_t writeOwn(const std::string &table, const std::vector<int32_t> &ofLayer,
                    const std::vector<uint32_t> &neurons, uint64_t plane) {
    if (ofLayer.empty())
      return 1;
    std::vector<int32_t> own;
    for (uint32_t neuron : neurons)
      own.push_back(ofLayer[neuron]);
    Spanned spanned = shorten(own, plane);
    text += writeTable("int32_t", table, spanned.numbers);
    return spanned.span;
  }

  void writeProduct(const std::string &prefix, const Layer &layer, const Population &box) {
    for (size_t o = 0; o < 2; ++o) {
      std::vector<int32_t> start;
      for (uint32_t position : listNeurons(takenBy(box, layer, o), shapeOf(layer, o)))
        start.push_back(layer.operands[o].start[position]);
      text += writeTable("int32_t", fmt::format("{}_start{}", prefix, o), start);
    }
    uint64_t rows = layer.matrix ? box.sizes[box.sizes.size() - 2] : 1;
    uint64_t columns = layer.matrix ? box.sizes.back() : 1;
    text += fmt::format(
        "static const snn_core_product {0} = {{\n"
        "  .blocks = {1}, .rows = {2}, .inner = {3}, .columns = {4}, .position = {0}_position,\n"
        "  .start = {{{0}_start0, {0}_start1}}\n}};\n",
        prefix, countElements(box.sizes) / rows / columns, rows,
        layer.matrix ? layer.operands[0].shape.back() : 1, columns);
  }

  /// What each path adds to: the sums of an operand lie behind those of the one before it.
  void writePaths(const std::string &prefix, const Layer &layer, const Population &box, size_t p) {
    calls.emplace_back();
    for (size_t i = 0; i < layer.paths.size(); ++i) {
      const Path &path = layer.paths[i];
      uint64_t behind = path.operand ? countElements(takenBy(box, layer, 0).sizes) : 0;
      writePath(fmt::format("{}_path{}", prefix, i), shapeOf(layer, path.operand), path,
                takenBy(box, layer, path.operand), behind, p);
    }
  }

  void writeRecord(const std::string &prefix, const Layer &layer, size_t neurons,
                   const std::vector<uint64_t> &startSpans,
                   const std::vector<uint64_t> &multiplierSpans, uint64_t gainSpan,
                   const std::vector<uint64_t> &boundSpans) {
    auto pair = [&](auto item) {
      return layer.operands.size() == 2 ? fmt::format("{}, {}", item(0), item(1))
                                        : fmt::format("{}, {}", item(0), "0");
    };
    // A span divides: that of an operand that is not there is 1.
    auto spans = [&](const std::vector<uint64_t> &of) {
      return fmt::format("{}, {}", of[0], of.size() > 1 ? of[1] : 1);
    };
    bool hasMultipliers = !layer.operands[0].multipliers.empty();
    bool keepsSum = layer.kind == LayerKind::Output || layer.stateBits == 32;
    text += fmt::format(
        "static const snn_core_population {0} = {{\n"
        "  .neurons = {1}, .operands = {2}, .position = {0}_position,\n"
        "  .start = {{{3}}}, .multiplier = {{{4}}},\n"
        "  .start_span = {{{5}}}, .multiplier_span = {{{6}}}, .shift = {{{7}}},\n"
        "  .state_bits = {8}, .up = {9}, .ternary = {10}, .function = {11}, .tie_above = {14},\n"
        "  .table = {15}, .align = {17}, .epsilon = {18}, .limit = {19}, .initial = {16}, "
        ".first_step = {12}, "
        ".steps = {13}, .step = {0}_step, "
        ".zone = "
        "{0}_zone,\n  .gain = {20}, .gain_span = {21}, .gain_shift = {22}, "
        ".hysteresis = {23}, .reach = {24},\n"
        "  .bound = {{{25}}}, .bound_span = {{{26}}}\n}};\n",
        prefix, neurons, layer.operands.size(),
        pair([&](int o) { return fmt::format("{}_start{}", prefix, o); }),
        hasMultipliers ? pair([&](int o) { return fmt::format("{}_multiplier{}", prefix, o); })
                       : "0, 0",
        spans(startSpans), spans(multiplierSpans),
        pair([&](int o) { return fmt::format("{}", layer.operands[o].shift); }),
        layer.kind == LayerKind::Relay ? 16
        : keepsSum                     ? 32
                                       : 16,
        layer.kind == LayerKind::Neuron
            ? static_cast<uint32_t>(layer.fraction) - layer.eventFraction
            : 0,
        layer.ternary ? 1 : 0, getKernel(layer.function), layer.firstStep, layer.steps.size(),
        layer.tieAbove ? 1 : 0, layer.table.empty() ? std::string("0") : prefix + "_table",
        layer.initial.empty() ? std::string("0") : prefix + "_initial", layer.align, layer.epsilon,
        layer.limit, layer.gains.empty() ? std::string("0") : prefix + "_gain", gainSpan,
        layer.gainShift, layer.hysteresis, layer.reach(),
        layer.lower.empty() ? std::string("0, 0") : fmt::format("{0}_lower, {0}_upper", prefix),
        spans(boundSpans));
  }

  /// A convolution straight from the source keeps its kernel; anything else becomes a list of weights.
  void writePath(const std::string &id, const Shape &shape, const Path &path, const Population &box,
                 uint64_t behind, size_t p) {
    auto heard = std::find_if(core.axons.begin(), core.axons.end(),
                              [&](const Axons &axons) { return axons.layer == path.source; });
    if (heard == core.axons.end())
      return;
    bool isConv = path.stages.size() == 1 && path.stages[0].kind == Stage::Kind::Conv &&
                  path.stages[0].from.size() == 3 && path.stages[0].group == 1;
    if (isConv)
      writeConv(id, path.stages[0], box);
    else
      writeSparse(id, shape, path, *heard, box);
    calls[p] += fmt::format("  snn_core_add_{}(&{}, &heard[{}], state->p{}_sums + {});\n",
                            isConv ? "conv" : "sparse", id, heard - core.axons.begin(), p, behind);
  }

  void writeConv(const std::string &id, const Stage &stage, const Population &box) {
    std::vector<int16_t> weights;
    uint32_t inputs = stage.weightShape[1], taps = stage.weightShape[2] * stage.weightShape[3];
    for (uint32_t i = 0; i < inputs; ++i)
      for (uint32_t tap = 0; tap < taps; ++tap)
        for (uint32_t o = box.offsets[0]; o < box.offsets[0] + box.sizes[0]; ++o)
          weights.push_back(stage.weight[(uint64_t(o) * inputs + i) * taps + tap]);
    text += writeTable("int16_t", id + "_weights", weights);
    text += fmt::format(
        "static const snn_core_conv {0} = {{\n"
        "  .height = {1}, .width = {2}, .out_height = {3}, .out_width = {4},\n"
        "  .kernel_height = {5}, .kernel_width = {6}, .stride_y = {7}, .stride_x = {8},\n"
        "  .dilation_y = {9}, .dilation_x = {10}, .pad_y = {11}, .pad_x = {12},\n"
        "  .first_y = {13}, .first_x = {14}, .channels = {15}, .rows = {16}, .columns = {17},\n"
        "  .shift = {18}, .weights = {0}_weights\n}};\n",
        id, stage.from[1], stage.from[2], stage.to[1], stage.to[2], stage.weightShape[2],
        stage.weightShape[3], stage.strides[0], stage.strides[1], stage.dilations[0],
        stage.dilations[1], stage.pads[0], stage.pads[1], box.offsets[1], box.offsets[2],
        box.sizes[0], box.sizes[1], box.sizes[2], stage.shift);
  }

  void writeSparse(const std::string &id, const Shape &shape, const Path &path, const Axons &heard,
                   const Population &box) {
    Synapses synapses(path, shape);
    uint64_t neurons = countElements(box.sizes);
    uint32_t first = heard.runs.front().first;
    uint32_t end = heard.runs.back().first + heard.runs.back().count;
    std::vector<uint32_t> begin, target;
    std::vector<int32_t> weight, sums(neurons);
    for (uint32_t neuron = first; neuron < end; ++neuron) {
      begin.push_back(static_cast<uint32_t>(target.size()));
      std::fill(sums.begin(), sums.end(), 0);
      if (synapses.deliver(neuron, 1, box, sums.data()) == 0)
        continue;
      for (size_t i = 0; i < neurons; ++i)
        if (sums[i] != 0) {
          target.push_back(static_cast<uint32_t>(i));
          weight.push_back(sums[i]);
        }
    }
    begin.push_back(static_cast<uint32_t>(target.size()));
    text += writeTable("uint32_t", id + "_begin", begin);
    text += writeTable("uint32_t", id + "_target", target);
    text += writeTable("int32_t", id + "_weight", weight);
    text +=
        fmt::format("static const snn_core_sparse {0} = {{\n  .first = {1}, .count = {2}, .begin = "
                    "{0}_begin, .target = {0}_target, .weight = {0}_weight\n}};\n",
                    id, first, end - first);
  }

  /// The state of a population before the first step, and what it sends in a step; {0} is its number.
  static const char *getStart(LayerKind kind) {
    if (kind == LayerKind::Product)
      return "  snn_core_start_product(&p{0}, state->p{0}_factors, state->p{0}_sums);\n";
    if (kind == LayerKind::Rounding)
      return "  snn_core_start_rounding(&p{0}, state->p{0}_sums, state->p{0}_passed);\n";
    return "  snn_core_start(&p{0}, state->p{0}_sums, state->p{0}_values, state->p{0}_y);\n";
  }
  static const char *getSend(LayerKind kind, bool updates) {
    switch (kind) {
    case LayerKind::Neuron:
      if (updates)
        return "  (state->is_update != 0U ? snn_core_follow : snn_core_fire)(&p{0}, t, "
               "state->p{0}_sums,\n      state->p{0}_values, state->p{0}_y, sent);\n";
      return "  snn_core_fire(&p{0}, t, state->p{0}_sums, state->p{0}_values, state->p{0}_y, "
             "sent);\n";
    case LayerKind::Relay:
      return "  snn_core_relay(&p{0}, state->p{0}_sums, sent);\n";
    case LayerKind::Product:
      return "  snn_core_multiply(&p{0}, state->p{0}_factors, state->p{0}_sums, sent);\n";
    case LayerKind::Rounding:
      return "  snn_core_round(&p{0}, state->p{0}_sums, state->p{0}_passed, sent);\n";
    case LayerKind::Input:
    case LayerKind::Output:
      break;
    }
    return "";
  }

  void writeFunctions() {
    auto kindOf = [&](size_t p) { return program.layers[core.populations[p].layer].kind; };
    text += fmt::format("\nvoid {0}_start({0}_state *state) {{\n", name);
    for (size_t p = 0; p < core.populations.size(); ++p)
      text += fmt::format(fmt::runtime(getStart(kindOf(p))), p);
    if (program.updates)
      text += fmt::format("  state->is_update = 0;\n}}\n\nvoid {0}_update({0}_state *state) {{\n"
                          "  state->is_update = 1;\n",
                          name);
    text +=
        fmt::format("}}\n\nvoid {0}_step({0}_state *state, uint32_t population, uint32_t t,\n"
                    "                   const snn_core_events *heard, snn_core_events *sent) {{\n"
                    "  switch (population) {{\n",
                    name);
    for (size_t p = 0; p < core.populations.size(); ++p)
      text += fmt::format("  case {}:\n{}", p, calls[p]) +
              fmt::format(fmt::runtime(getSend(kindOf(p), program.updates)), p) + "  break;\n";
    text += "  default:\n  break;\n  }\n  (void)t;\n  (void)heard;\n  (void)sent;\n}\n";
  }
};

} // namespace

std::vector<CFile> writeC(const Program &program) {
  std::vector<CFile> files{{"fixed.h", kFixedHeader},
                           {"snn_core.h", kCoreHeader},
                           {"snn_core.c", kCoreSource},
                           {"cores.h", writeChipHeader(program)},
                           {"chip.c", writeChip(program)}};
  for (size_t i = 0; i < program.cores.size(); ++i)
    files.push_back({fmt::format("core-{:03}.c", i), CoreWriter(program, i).write()});
  return files;
}

} // namespace snnc::core
