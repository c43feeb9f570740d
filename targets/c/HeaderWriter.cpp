#include "compiler/support/Text.h"
#include "targets/c/EmitC.h"
#include "targets/c/Lines.h"
#include "targets/c/NetworkWriter.h"
#include "targets/c/State.h"
#include "llvm/ADT/StringSwitch.h"
#include <cctype>
#include <fmt/format.h>
#include <set>

namespace snnc::c {

using namespace mlir;

namespace {

std::string toUpper(std::string text) {
  for (char &c : text)
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

uint64_t countNeurons(const Network &network) {
  uint64_t neurons = 0;
  network.program.walk([&](exec::FireOp fire) { neurons += getStreamSize(fire.getSpikes()); });
  return neurons;
}

/// Fraction bits of the numbers that are given.
int64_t getFraction(const Network::Decoder &decoder) {
  exec::DecodeOp op = decoder.op;
  if (op.getForm() == exec::OutputForm::Class)
    return 0;
  return op.getFixed().getFraction() - static_cast<int64_t>(op.getDrop());
}

/// What `number` of so many fraction bits stands for.
std::string toValue(const char *number, int64_t fraction) {
  return fraction < 0 ? fmt::format("{} * 2^{}", number, -fraction)
                      : fmt::format("{} / 2^{}", number, fraction);
}

/// What is left to the caller: how it is written in a comment, and what it does to classes.
std::string describeHead(exec::OutputAttr output) {
  return llvm::StringSwitch<std::string>(output.getHead())
      .Case("softmax", "before softmax, which leaves the largest the largest")
      .Case("log_softmax", "before log_softmax, which leaves the largest the largest")
      .Case("sigmoid", "before sigmoid, which gives more than 1/2 where they are above 0")
      .Case("hard_sigmoid", "before hard_sigmoid")
      .Case("tanh", "before tanh, which keeps their sign and order")
      .Case("argmax", "before argmax: the index of the largest is the network's output")
      .Default("");
}

/// The decoders that outputs have, with the first output of each.
std::vector<std::pair<const Network::Decoder *, exec::OutputAttr>>
getOutputs(const Network &network) {
  std::vector<std::pair<const Network::Decoder *, exec::OutputAttr>> outputs;
  for (const auto &[i, decoder] : llvm::enumerate(network.decoders))
    for (auto output : network.program.getOutputs().getAsRange<exec::OutputAttr>())
      if (output.getDecoder() == static_cast<int64_t>(i)) {
        outputs.emplace_back(&decoder, output);
        break;
      }
  return outputs;
}

/// The decoder of the first output.
const Network::Decoder &getFirst(const Network &network) {
  auto first = cast<exec::OutputAttr>(network.program.getOutputs()[0]);
  return network.decoders[static_cast<size_t>(first.getDecoder())];
}

/// Classes, one for each output.
std::string writeClasses(const Network &network) {
  if (network.decoders.size() == 1)
    return fmt::format(" * Output: the class, the place of the largest of {} numbers (the first of "
                       "several).\n",
                       getSize(exec::DecodeOp(network.decoders[0].op).getFrom()));
  std::string text = fmt::format(" * Outputs: {} classes, each the place of an output's largest "
                                 "number (the first of several):\n",
                                 network.decodedSize);
  for (auto [decoder, output] : getOutputs(network))
    text += fmt::format(" *   {}: at {}, of {} numbers\n", toIdentifier(output.getName().str()),
                        decoder->offset, getSize(exec::DecodeOp(decoder->op).getFrom()));
  return text;
}

std::string writeOutputs(const Network &network) {
  const bool isByte = getOutputForm(network.program) == exec::OutputForm::Int8;
  const char *saturated = isByte ? " * Beyond -127 and 127 numbers are -127 and 127.\n" : "";
  if (getOutputForm(network.program) == exec::OutputForm::Class)
    return writeClasses(network);
  auto outputs = getOutputs(network);
  if (outputs.size() == 1) {
    std::string head = describeHead(outputs[0].second);
    const int64_t fraction = getFraction(*outputs[0].first);
    return fmt::format(" * Output: {} numbers of {} fraction bits (value = {}); the "
                       "largest is the class.\n{}{}",
                       network.decodedSize, fraction, toValue("output", fraction), saturated,
                       head.empty() ? "" : " * They are " + head + ".\n");
  }
  std::string text =
      fmt::format(" * Outputs: {} numbers, one output after another:\n", network.decodedSize);
  for (auto [decoder, output] : outputs) {
    std::string head = describeHead(output);
    text += fmt::format(" *   {}: from {} on, {} of {} fraction bits (value = {}){}\n",
                        toIdentifier(output.getName().str()), decoder->offset, decoder->size,
                        getFraction(*decoder), toValue("number", getFraction(*decoder)),
                        head.empty() ? "" : "; " + head);
  }
  return text + saturated;
}

/// Of a network with several inputs, where each begins.
std::string writeInputs(const Network &network) {
  std::string text;
  ArrayAttr inputs = network.program.getInputs();
  int64_t offset = 0;
  for (auto input : inputs.getAsRange<exec::InputAttr>()) {
    ArrayRef<int64_t> shape = input.getShape().asArrayRef();
    if (inputs.size() > 1)
      text += fmt::format(" *   {}: from {} on, {}\n", toIdentifier(input.getName().str()), offset,
                          fmt::join(shape, "x"));
    offset += ShapedType::getNumElements(shape);
  }
  return text;
}

/// Of a network that follows a stream, what that costs.
std::string writeUpdates(const Network &network) {
  if (!network.takesUpdates())
    return "";
  std::string without;
  if (uint64_t bytes = network.options.bytesWithoutUpdates)
    without = fmt::format(" Without updates it would take {} bytes.", bytes);
  return fmt::format(
      " * It takes updates: states live on from frame to frame, and only what changed is "
      "computed.{}\n",
      without);
}

/// What an input's numbers are.
std::string describeInput(const Network &network) {
  switch (network.inputForm()) {
  case exec::InputForm::Int8:
    return network.isByte() ? "the bytes of an image less 128" : "integers";
  case exec::InputForm::Float:
    return network.isByte() ? "the bytes of an image divided by 255" : "numbers as they are";
  default:
    return network.isByte() ? "the bytes of an image"
                            : fmt::format("numbers of {} fraction bits",
                                          network.encode.getFixed().getRawFraction());
  }
}

std::string writeHead(const Network &network) {
  return fmt::format(
      "/* The network {0}: {1} neurons, {2} time steps, in integers.\n * Written by snnc {3}; do "
      "not "
      "edit.\n *\n * Input: {4} of {5}, channels first; {6} (normalization is inside).\n{7}{8} * "
      "State: {9} bytes, "
      "below. No "
      "heap, {11}, no recursion, nothing of libc.\n{10} */\n",
      toComment(network.program.getModel().str()), countNeurons(network),
      network.program.getSteps(), SNNC_VERSION, network.inputType(),
      fmt::join(network.inputShape(), "x"), describeInput(network), writeInputs(network),
      writeOutputs(network), getStateBytes(network.program), writeUpdates(network),
      network.inputForm() == exec::InputForm::Float
          ? "no floating point but where the input is read"
          : "no floating point");
}

std::string writeConstants(const Network &network) {
  snn::FixedInputAttr form = network.encode.getFixed();
  std::string parts;
  std::set<std::string> used;
  const bool isClass = getOutputForm(network.program) == exec::OutputForm::Class;
  const bool isRaw = network.inputForm() == exec::InputForm::Raw;
  for (auto [decoder, output] : getOutputs(network)) {
    std::string base = toUpper(toIdentifier(output.getName().str())), name = base;
    for (int i = 2; !used.insert(name).second; ++i)
      name = fmt::format("{}_{}", base, i);
    if (network.decoders.size() > 1)
      parts += fmt::format("/* {1} */\n#define {0}_OUTPUT_AT_{1} {2}U\n#define {0}_OUTPUT_SIZE_{1} "
                           "{3}U\n#define {0}_OUTPUT_FRACTION_{1} {4}\n",
                           network.options.name, name, decoder->offset, decoder->size,
                           getFraction(*decoder));
  }
  if (network.takesUpdates())
    parts += fmt::format("#define {}_INPUT_CHANNELS {}U\n", network.options.name,
                         network.inputShape()[0]);
  return fmt::format(
      "#define {0}_INPUT_SIZE {1}U\n#define {0}_INPUT_BITS {5}\n#define "
      "{0}_INPUT_IS_SIGNED {11}\n#define {0}_INPUT_FRACTION {6}\n#define {0}_OUTPUT_SIZE {2}U\n"
      "#define {0}_OUTPUT_BITS {9}\n#define {0}_OUTPUT_IS_CLASS {10}\n#define "
      "{0}_OUTPUT_FRACTION {3}\n#define {0}_FIRST_OUTPUT_SIZE "
      "{8}U\n#define {0}_STEPS {4}U\n{7}\n",
      network.options.name, network.inputSize(), network.decodedSize,
      getFraction(network.decoders.front()), network.program.getSteps(),
      network.inputNumbers().bits, isRaw ? form.getRawFraction() : 0, parts, getFirst(network).size,
      network.outputBits(), isClass ? 1 : 0, isRaw && network.isByte() ? 0 : 1);
}

std::string writeState(const Network &network) {
  return fmt::format("/* Everything that changes; one for each running sample. Each member with "
                     "its first byte and the "
                     "one behind it, what it holds, and while which layers run. What no layer "
                     "needs at the same time "
                     "shares memory. */\ntypedef struct {{\n{}{}}} {}_state;\n\n",
                     writeMembers(network.program),
                     network.inLayers() ? "" : "  uint32_t time; /* steps done */\n",
                     network.options.name);
}

std::string writeFunctions(const Network &network) {
  std::string text;
  if (!network.inLayers())
    text =
        fmt::format("/* Begins a sample. */\nvoid {0}_init({0}_state *state, const {1} "
                    "input[{0}_INPUT_SIZE]);\n\n/* One time step through all layers. */\nvoid "
                    "{0}_step({0}_state *state);\n\n/* What the network has found so far. */\nvoid "
                    "{0}_output(const {0}_state *state, {2} output[{0}_OUTPUT_SIZE]);\n\n",
                    network.options.name, network.inputType(), network.outputType());
  if (network.takesUpdates())
    text = fmt::format("/* The next input of a stream, after {0}_run or another update: only what "
                       "changed is computed. */\nvoid "
                       "{0}_update({0}_state *state, const {1} input[{0}_INPUT_SIZE],\n    {2} "
                       "output[{0}_OUTPUT_SIZE]);\n\n",
                       network.options.name, network.inputType(), network.outputType());
  return text + fmt::format("/* A whole sample{2}; input and output do not overlap. */\nvoid "
                            "{0}_run({0}_state *state, const {1} "
                            "input[{0}_INPUT_SIZE],\n    {3} output[{0}_OUTPUT_SIZE]);\n\n",
                            network.options.name, network.inputType(),
                            network.byValues()   ? ", layer by layer"
                            : network.inLayers() ? ", layer by layer through all steps"
                                                 : ": init, all steps, output",
                            network.outputType());
}

} // namespace

std::string writeHeader(const Network &network) {
  std::string guard = toUpper(network.options.name);
  return writeHead(network) +
         fmt::format(
             "#ifndef {0}_NETWORK_H\n#define {0}_NETWORK_H\n\n#include <stdint.h>\n\n#ifdef "
             "__cplusplus\nextern \"C\" {{\n#endif\n\n",
             guard) +
         writeConstants(network) + wrapLines(writeState(network)) + writeFunctions(network) +
         "#ifdef __cplusplus\n}\n#endif\n\n#endif\n";
}

} // namespace snnc::c
