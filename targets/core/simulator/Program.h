//===- Program: a core program after every check -------------------------------------------------------===//
//
// What a .snnk file says (targets/core/format/core.fbs), in plain structures whose every index, shape and
// range has been verified. No MLIR here, no LLVM.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_TARGETS_CORE_SIMULATOR_PROGRAM_H
#define SNNC_TARGETS_CORE_SIMULATOR_PROGRAM_H

#include "snn/Result.h"
#include "targets/core/model/CoreModel.h"
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace snnc::core {

using Shape = std::vector<uint32_t>;

uint64_t countElements(const Shape &shape);

/// One linear map; members count as in the format.
struct Stage {
  enum class Kind {
#define SNN_CORE_STAGE(Case, name) Case,
#include "targets/core/simulator/Kinds.def"
  };
  Kind kind = Kind::Reshape;
  Shape from, to;
  std::vector<int16_t> weight;
  Shape weightShape, strides, dilations, kernel, perm, starts, indices;
  std::vector<int32_t> pads, steps;
  uint32_t group = 1, shift = 0, common = 1, axis = 0;
  bool countIncludePad = false;
};

struct Path {
  uint32_t source = 0, operand = 0;
  std::vector<Stage> stages;
};

struct Operand {
  std::vector<int32_t> start;       ///< A(0), per neuron; of a product, per element of the operand
  std::vector<int32_t> multipliers; ///< per neuron
  uint32_t shift = 0;
  Shape shape; ///< of a product's operand; else empty: that of the layer
};

enum class LayerKind {
#define SNN_CORE_LAYER(Case, name) Case,
#include "targets/core/simulator/Kinds.def"
};
enum class InputCode {
#define SNN_CORE_INPUT(Case, name) Case,
#include "targets/core/simulator/Kinds.def"
};
enum class Function {
#define SNN_CORE_FUNCTION(Case, name, operands, align) Case,
#include "targets/core/simulator/Kinds.def"
};

struct FunctionInfo {
  std::string_view name;
  unsigned operands;
  uint32_t largestAlign;
};

/// What Kinds.def says.
const FunctionInfo &getInfo(Function function);
std::string_view getName(Stage::Kind kind);
std::string_view getName(LayerKind kind);

struct Layer {
  std::string name;
  LayerKind kind = LayerKind::Relay;
  Shape shape;
  uint32_t depth = 0, polarities = 1, digits = 1;
  std::vector<Path> paths;
  std::vector<Operand> operands;
  int32_t limit = 0; ///< of a rounding: what it passes on is between -limit and limit
  bool matrix =
      false; ///< a product of matrices in the last two dimensions, else element by element
  Function function = Function::Relu;
  bool tieAbove = false;      ///< an error of 0 counts as too high
  std::vector<int16_t> table; ///< of Function::Table: 257 values
  std::vector<int32_t> gains; ///< what these are multiplied by, per neuron; empty: by nothing
  uint32_t gainShift = 0;
  std::vector<int32_t> lower, upper; ///< of Function::Clip: what estimates are between, per neuron
  uint32_t align = 0;                ///< of Function::Product, Quotient and Norm
  int32_t epsilon = 0;               ///< of Function::Norm
  bool ternary = false;
  int32_t fraction = 0; ///< may be negative of the input and the output
  uint32_t stateBits = 32, eventFraction = 0, firstStep = 0;
  std::vector<int32_t> steps, zones;
  int32_t hysteresis = 0;       ///< in updates no dead zone is smaller
  std::vector<int32_t> initial; ///< where y starts, per neuron; empty: at 0
  InputCode inputCode = InputCode::Direct;
  bool rawBytes = false;
  int32_t rawFraction = 0; ///< likewise
  uint32_t inputShift = 0;
  std::vector<int32_t> inputMultipliers, inputOffsets;

  uint64_t size() const { return countElements(shape); }
  /// How far y can get from where it starts: the sum of the steps.
  int64_t reach() const;
  /// The step of its own schedule at its time step `t`, or -1 when it is silent.
  int64_t activeStep(int64_t t) const {
    int64_t k = t - firstStep;
    return k >= 0 && k < static_cast<int64_t>(steps.size()) ? k : -1;
  }
};

/// A box of a layer's neurons.
struct Population {
  uint32_t layer = 0;
  Shape offsets, sizes;
};

struct Run {
  uint32_t first = 0, count = 0;
};
struct Axons {
  uint32_t layer = 0;
  std::vector<Run> runs;
};
struct Usage {
  std::string limit;
  int64_t used = 0, available = kUnlimited;
};

struct Core {
  uint32_t x = 0, y = 0, slot = 0;
  std::vector<Population> populations;
  std::vector<Axons> axons;
  std::vector<Usage> usage;
};

struct Program {
  std::string network, model;
  Mesh mesh;
  uint32_t steps = 0;
  bool updates = false;            ///< takes new inputs while it runs (docs/spec/snn.md, "Updates")
  std::vector<int32_t> thresholds; ///< of updates, per channel: what a change must exceed
  std::vector<Layer> layers;       ///< the first is the input, the last an output
  std::vector<Core> cores;
  Energy energy;
  Timing timing;

  const Layer &input() const { return layers.front(); }
  /// The layers that are outputs, in order; what they give follows each other.
  std::vector<const Layer *> outputs() const;
  uint64_t outputSize() const;
  /// Steps of the chip for one sample.
  uint32_t chipSteps() const;
};

/// Why a program that says that it takes updates does not (SNN-U1 to SNN-U4); empty: it does. One with an input.
std::string checkUpdates(const Program &program);

inline constexpr uint32_t kFormatVersion = 3;

/// The bytes of a .snnk file; the same program gives the same bytes.
std::vector<uint8_t> writeProgram(const Program &program);

/// Verifies `bytes` and gives what they say. `name` stands for the file in errors.
::snn::Result<Program> readProgram(const uint8_t *bytes, size_t size, const std::string &name);

} // namespace snnc::core

#endif
