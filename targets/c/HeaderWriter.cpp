#include "compiler/support/Text.h"
#include "targets/c/EmitC.h"
#include "targets/c/NetworkWriter.h"
#include <cctype>
#include <fmt/format.h>
#include <set>

namespace snnc::c {

using namespace ::snn::detail;

namespace {

std::string toUpper(std::string text) {
  for (char &c : text)
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

uint64_t countNeurons(const Layout &layout) {
  uint64_t neurons = 0;
  for (const ::snn::LayerInfo &layer : layout.program.layers())
    neurons += layer.isNeuron ? layer.neurons : 0;
  return neurons;
}

int getFraction(const Layout &layout, const Decoder &decoder) {
  return layout.network.operations[decoder.operation].fixedOutput.fraction;
}

/// What `number` of so many fraction bits stands for.
std::string toValue(const char *number, int fraction) {
  return fraction < 0 ? fmt::format("{} * 2^{}", number, -fraction)
                      : fmt::format("{} / 2^{}", number, fraction);
}

/// What is left to the caller: how it is written in a comment, and what it does to classes.
std::string describeHead(const ::snn::OutputInfo &output) {
  using ::snn::HeadFunction;
  if (!output.head)
    return "";
  switch (*output.head) {
  case HeadFunction::Softmax:
    return "before softmax, which leaves the largest the largest";
  case HeadFunction::LogSoftmax:
    return "before log_softmax, which leaves the largest the largest";
  case HeadFunction::Sigmoid:
    return "before sigmoid, which gives more than 1/2 where they are above 0";
  case HeadFunction::HardSigmoid:
    return "before hard_sigmoid";
  case HeadFunction::Tanh:
    return "before tanh, which keeps their sign and order";
  case HeadFunction::ArgMax:
    return "before argmax: the index of the largest is the network's output";
  }
  return "";
}

/// The decoders that outputs have, with the first output of each.
std::vector<std::pair<const Decoder *, const ::snn::OutputInfo *>>
getOutputs(const Layout &layout) {
  std::vector<std::pair<const Decoder *, const ::snn::OutputInfo *>> outputs;
  for (const Decoder &decoder : layout.plan.decoders)
    for (const ::snn::OutputInfo &output : layout.program.outputs())
      if (output.decodedOffset == decoder.offset) {
        outputs.emplace_back(&decoder, &output);
        break;
      }
  return outputs;
}

std::string writeOutputs(const Layout &layout) {
  auto outputs = getOutputs(layout);
  if (outputs.size() == 1) {
    std::string head = describeHead(*outputs[0].second);
    const int fraction = getFraction(layout, *outputs[0].first);
    return fmt::format(" * Output: {} numbers of {} fraction bits (value = {}); the "
                       "largest is the class.\n{}",
                       layout.plan.decodedSize, fraction, toValue("output", fraction),
                       head.empty() ? "" : " * They are " + head + ".\n");
  }
  std::string text =
      fmt::format(" * Outputs: {} numbers, one output after another:\n", layout.plan.decodedSize);
  for (auto [decoder, output] : outputs) {
    std::string head = describeHead(*output);
    text += fmt::format(
        " *   {}: from {} on, {} of {} fraction bits (value = {}){}\n", toIdentifier(output->name),
        decoder->offset, decoder->order.size(), getFraction(layout, *decoder),
        toValue("number", getFraction(layout, *decoder)), head.empty() ? "" : "; " + head);
  }
  return text;
}

/// Of a network with several inputs, where each begins.
std::string writeInputs(const Layout &layout) {
  std::string text;
  for (const ::snn::InputInfo &input : layout.program.inputs())
    if (layout.program.inputs().size() > 1)
      text += fmt::format(" *   {}: from {} on, {}\n", toIdentifier(input.name), input.offset,
                          fmt::join(input.shape, "x"));
  return text;
}

std::string writeHead(const Layout &layout) {
  const FixedInput &form = layout.encoder().fixedInput;
  return fmt::format(
      "/* The network {0}: {1} neurons, {2} time steps, in integers.\n * Written by snnc {3}; do "
      "not "
      "edit.\n *\n * Input: {4} of {5}, channels first; {6}.\n{7}{8} * State: {9} bytes, "
      "below. No "
      "heap, no floating point, no recursion, nothing of libc.\n */\n",
      toComment(layout.network.model), countNeurons(layout), layout.program.steps(), SNNC_VERSION,
      layout.inputType(), fmt::join(layout.network.inputShape, "x"),
      form.isByte
          ? "the bytes of an image (normalization is inside)"
          : fmt::format("numbers of {} fraction bits (normalization is inside)", form.rawFraction),
      writeInputs(layout), writeOutputs(layout), layout.getStateBytes());
}

std::string writeConstants(const Layout &layout) {
  const FixedInput &form = layout.encoder().fixedInput;
  std::string parts;
  std::set<std::string> used;
  for (auto [decoder, output] : getOutputs(layout)) {
    std::string base = toUpper(toIdentifier(output->name)), name = base;
    for (int i = 2; !used.insert(name).second; ++i)
      name = fmt::format("{}_{}", base, i);
    if (layout.plan.decoders.size() > 1)
      parts += fmt::format("/* {1} */\n#define {0}_OUTPUT_AT_{1} {2}U\n#define {0}_OUTPUT_SIZE_{1} "
                           "{3}U\n#define {0}_OUTPUT_FRACTION_{1} {4}\n",
                           layout.options.name, name, decoder->offset, decoder->order.size(),
                           getFraction(layout, *decoder));
  }
  return fmt::format("#define {0}_INPUT_SIZE {1}U\n#define {0}_INPUT_BITS {5}\n#define "
                     "{0}_INPUT_FRACTION {6}\n#define {0}_OUTPUT_SIZE {2}U\n"
                     "#define {0}_OUTPUT_FRACTION {3}\n#define {0}_FIRST_OUTPUT_SIZE "
                     "{8}U\n#define {0}_STEPS {4}U\n{7}\n",
                     layout.options.name, layout.program.inputSize(), layout.plan.decodedSize,
                     getFraction(layout, layout.plan.decoders.front()), layout.program.steps(),
                     form.isByte ? 8 : 16, form.rawFraction, parts,
                     layout.program.outputs().front().decodedSize);
}

/// A row for each buffer: its bytes in the struct, which begin at `base`, its name in the source, what it
/// holds, and the layers that need it.
std::string writeChart(const Layout &layout, const Memory &memory, uint64_t base) {
  std::string text;
  for (const Memory::Buffer &buffer : memory.inOrder()) {
    uint64_t from = base + buffer.offset * memory.width;
    auto nameOf = [&](size_t layer) {
      const std::string &name = layout.layerNames[layer];
      return name.substr(0, name.size() - 1);
    };
    std::string layers = nameOf(buffer.first);
    if (buffer.last != buffer.first)
      layers += " to " + nameOf(buffer.last);
    text += fmt::format(" *   {:>7} .. {:>7}  {}: {}; {}\n", from,
                        from + buffer.size * memory.width, buffer.name, buffer.what, layers);
  }
  return text;
}

std::string writeState(const Layout &layout) {
  return fmt::format(
      "/* Everything that changes; one for each running sample. Buffers that no layer needs at "
      "the\n"
      " * same time share memory. From byte .. to byte, the name in the source, what is held, and "
      "while\n"
      " * which layers run:\n *\n{}{} */\ntypedef struct {{\n  int32_t words[{}];\n  int16_t "
      "halves[{}];\n{}}} {}_state;\n\n",
      writeChart(layout, layout.words, 0),
      writeChart(layout, layout.halves, layout.words.getBytes()), layout.words.size(),
      layout.halves.size(), layout.inLayers() ? "" : "  uint32_t time; /* steps done */\n",
      layout.options.name);
}

std::string writeFunctions(const Layout &layout) {
  std::string text;
  if (!layout.inLayers())
    text =
        fmt::format("/* Begins a sample. */\nvoid {0}_init({0}_state *state, const {1} "
                    "input[{0}_INPUT_SIZE]);\n\n/* One time step through all layers. */\nvoid "
                    "{0}_step({0}_state *state);\n\n/* What the network has found so far. */\nvoid "
                    "{0}_output(const {0}_state *state, int32_t output[{0}_OUTPUT_SIZE]);\n\n",
                    layout.options.name, layout.inputType());
  return text + fmt::format("/* A whole sample{2}. */\nvoid {0}_run({0}_state *state, const {1} "
                            "input[{0}_INPUT_SIZE],\n    int32_t output[{0}_OUTPUT_SIZE]);\n\n",
                            layout.options.name, layout.inputType(),
                            layout.inLayers() ? ", layer by layer through all steps"
                                              : ": init, all steps, output");
}

} // namespace

std::string writeHeader(const Layout &layout) {
  std::string guard = toUpper(layout.options.name);
  return writeHead(layout) +
         fmt::format(
             "#ifndef {0}_NETWORK_H\n#define {0}_NETWORK_H\n\n#include <stdint.h>\n\n#ifdef "
             "__cplusplus\nextern \"C\" {{\n#endif\n\n",
             guard) +
         writeConstants(layout) + writeState(layout) + writeFunctions(layout) +
         "#ifdef __cplusplus\n}\n#endif\n\n#endif\n";
}

} // namespace snnc::c
