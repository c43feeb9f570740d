#include "compiler/support/Text.h"
#include "targets/c/NetworkWriter.h"
#include <cctype>
#include <fmt/format.h>

namespace snnc::c {

using namespace ::snn::detail;

namespace {

uint64_t countNeurons(const Layout &layout) {
  uint64_t neurons = 0;
  for (const ::snn::LayerInfo &layer : layout.program.layers())
    neurons += layer.isNeuron ? layer.neurons : 0;
  return neurons;
}

std::string writeHead(const Layout &layout) {
  const FixedInput &form = layout.encoder().fixedInput;
  const FixedOutput &output = layout.network.operations.back().fixedOutput;
  return fmt::format(
      "/* The network {0}: {1} neurons, {2} time steps, in integers.\n * Written by snnc {3}; do "
      "not "
      "edit.\n *\n * Input: {4} of {5}, channels first; {6}.\n * Output: {7} numbers of {8} "
      "fraction bits (value = {10}); the largest is the class.\n * State: {9} bytes, "
      "below. No "
      "heap, no floating point, no recursion, nothing of libc.\n */\n",
      toComment(layout.network.model), countNeurons(layout), layout.program.steps(), SNNC_VERSION,
      layout.inputType(), fmt::join(layout.network.inputShape, "x"),
      form.isByte
          ? "the bytes of an image (normalization is inside)"
          : fmt::format("numbers of {} fraction bits (normalization is inside)", form.rawFraction),
      layout.program.outputSize(), output.fraction, layout.getStateBytes(),
      output.fraction < 0 ? fmt::format("output * 2^{}", -output.fraction)
                          : fmt::format("output / 2^{}", output.fraction));
}

std::string writeConstants(const Layout &layout) {
  const FixedInput &form = layout.encoder().fixedInput;
  return fmt::format("#define {0}_INPUT_SIZE {1}U\n#define {0}_INPUT_BITS {5}\n#define "
                     "{0}_INPUT_FRACTION {6}\n#define {0}_OUTPUT_SIZE {2}U\n"
                     "#define {0}_OUTPUT_FRACTION {3}\n#define {0}_STEPS {4}U\n\n",
                     layout.options.name, layout.program.inputSize(), layout.program.outputSize(),
                     layout.network.operations.back().fixedOutput.fraction, layout.program.steps(),
                     form.isByte ? 8 : 16, form.rawFraction);
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
  std::string guard;
  for (char c : layout.options.name)
    guard += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return writeHead(layout) +
         fmt::format(
             "#ifndef {0}_NETWORK_H\n#define {0}_NETWORK_H\n\n#include <stdint.h>\n\n#ifdef "
             "__cplusplus\nextern \"C\" {{\n#endif\n\n",
             guard) +
         writeConstants(layout) + writeState(layout) + writeFunctions(layout) +
         "#ifdef __cplusplus\n}\n#endif\n\n#endif\n";
}

} // namespace snnc::c
