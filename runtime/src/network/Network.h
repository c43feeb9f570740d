//===- Network: a program after every check ------------------------------------------------------------===//
//
// What a program file says, in plain structures whose every index and shape has been verified, so that
// nothing behind this point checks again. Tensors still point into the file.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_NETWORK_NETWORK_H
#define SNN_SRC_NETWORK_NETWORK_H

#include "runtime/src/network/Schedule.h"
#include "snn/Costs.h"
#include "snn/Functions.h"
#include "snn/Program.h"
#include <cstring>
#include <string>
#include <vector>

namespace snn::detail {

using Shape = std::vector<uint32_t>;

enum class SpikeCode { Sign, Ternary, Graded, Binary, Analog };
enum class InputCode { Direct, Float, Spike, Analog };

/// Numbers in the file: f32, f64, or integers.
struct TensorView {
  enum class Element { F32, F64, I8, I16, I32 };

  Shape shape;
  const uint8_t *data = nullptr;
  size_t size = 0;
  Element element = Element::F32;
  uint32_t bits = 0; ///< of integers: 2 and 4 are kept as I8

  explicit operator bool() const { return data != nullptr; }
  double operator[](size_t i) const {
    switch (element) {
    case Element::F32:
      return static_cast<double>(load<float>(i));
    case Element::F64:
      return load<double>(i);
    case Element::I8:
      return load<int8_t>(i);
    case Element::I16:
      return load<int16_t>(i);
    case Element::I32:
      return load<int32_t>(i);
    }
    return 0;
  }

private:
  template <typename T>
  T load(size_t i) const {
    T value;
    std::memcpy(&value, data + i * sizeof(T), sizeof(T));
    return value;
  }
};

/// The integer forms of the encoder, a population and the decoder; see the format.
struct FixedInput {
  bool isByte = true;
  int32_t rawFraction = 0, fraction = 0;
  uint32_t shift = 0, eventFraction = 0;
  std::vector<int32_t> multipliers, offsets, steps;
};
struct FixedNeuron {
  uint32_t stateBits = 0, eventFraction = 0, operandFraction = 0;
  std::vector<int32_t> steps, zones;
  std::vector<uint32_t> shifts;
  std::vector<TensorView> multipliers;
  std::vector<int16_t> table; ///< of a function that is not exact
  TensorView gains;           ///< of a table whose neurons have ranges of their own
  uint32_t gainShift = 0;
  TensorView lower, upper;         ///< of a clip that has no table
  uint32_t align = 0, epsilon = 0; ///< of products, quotients and norms

  /// No |y| exceeds it.
  int32_t reach() const;
};
struct FixedOutput {
  uint32_t shift = 0;
  int32_t fraction = 0;
  TensorView multipliers;
};

struct Stream {
  Shape shape;
  uint64_t size = 0;
  bool isSpikes = false;
  SpikeCode code = SpikeCode::Sign; ///< of spikes
  bool isRate = false;
};

/// One operation; which members count depends on `kind`, as in the format.
struct Operation {
  enum class Kind {
    Encode,
    Conv,
    Gemm,
    AveragePool,
    Scale,
    Bias,
    Add,
    Reshape,
    Transpose,
    Pad,
    Slice,
    Concat,
    Neuron,
    IntegrateAndFire,
    Decode,
    Gather,
    MatMul,
    Mul,
    Requantize
  };

  Kind kind = Kind::Add;
  std::string name;
  std::vector<uint32_t> inputs;
  int32_t output = -1;
  uint64_t annMacs = 0;

  TensorView weight, bias; ///< Conv, Gemm; `weight` is also Scale's factor and Bias's value
  Shape strides, kernel, perm, starts;
  std::vector<int32_t> pads, steps;
  Shape dilations;
  Shape indices; ///< Gather
  uint32_t group = 1, axis = 0;
  bool countIncludePad = false;
  double border = 0; ///< Pad

  bool hasSchedule = false;
  Schedule schedule;
  InputCode inputCode = InputCode::Direct;
  Function function = Function::Relu;
  std::vector<double> parameters; ///< of the function
  SpikeCode code = SpikeCode::Sign;
  double deadZone = 0;
  std::vector<double> earlyDeadZones; ///< of the first steps; `deadZone` from then on
  double hysteresis = 0; ///< no dead zone of an update is smaller; in last steps of the schedule
  TensorView range, initial, offset;

  /// Of the population's own step k, in step sizes.
  double deadZoneAt(uint32_t k) const {
    return k < earlyDeadZones.size() ? earlyDeadZones[k] : deadZone;
  }

  uint32_t shift = 0; ///< of integer weights, and of Requantize
  int32_t limit = 0;  ///< Requantize; its multipliers are in `weight`
  FixedInput fixedInput;
  FixedNeuron fixedNeuron;
  FixedOutput fixedOutput;

  bool isBilinear() const { return kind == Kind::MatMul || kind == Kind::Mul; }
  /// Whether it is a synapse that keeps what its inputs' changes add up to.
  bool keepsSums() const { return isBilinear() || kind == Kind::Requantize; }
  bool isSynapse() const {
    return kind != Kind::Encode && kind != Kind::Neuron && kind != Kind::IntegrateAndFire &&
           kind != Kind::Decode;
  }
};

/// What the host computes of decoded numbers, as in the format.
struct HeadStep {
  enum class Kind { Reshape, Transpose, Softmax, LogSoftmax, Sigmoid, HardSigmoid, Tanh, ArgMax };
  Kind kind = Kind::Reshape;
  Shape shape; ///< of the result
  uint32_t axis = 0;
  Shape perm;
  std::vector<double> parameters;
};

struct Output {
  std::string name;
  uint32_t decoder = 0; ///< among the decoders
  std::vector<HeadStep> head;
};

struct InputPart {
  std::string name;
  Shape shape;
};

struct Network {
  std::string model;
  Precision precision = Precision::F32;
  uint32_t steps = 0;
  Shape inputShape;
  std::vector<double> mean, std;
  std::vector<Stream> streams;
  std::vector<Operation> operations; ///< the decoders last
  std::vector<Output> outputs;       ///< at least one
  std::vector<InputPart> inputParts; ///< empty: one input
  Costs costs = kFormerCosts;
  std::optional<InputRange> inputRange;
  std::vector<Reference> references;
  std::vector<std::string> metrics;

  /// The operations that decode, in order.
  std::vector<uint32_t> getDecoders() const;
};

/// Number of elements; saturates rather than overflows.
uint64_t countElements(const Shape &shape);

/// Shape of what `operation` gives for its inputs; empty when they do not fit.
Shape inferShape(const Operation &operation, const std::vector<Stream> &streams);

/// Verifies `bytes` and gives what they say. `name` stands for the file in errors.
Result<Network> readProgram(const uint8_t *bytes, size_t size, const std::string &name);

} // namespace snn::detail

#endif
