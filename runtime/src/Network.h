//===- Network: a program after every check ------------------------------------------------------------===//
//
// What a program file says, in plain structures whose every index and shape has been verified, so that
// nothing behind this point checks again. Tensors still point into the file.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_NETWORK_H
#define SNN_SRC_NETWORK_H

#include "runtime/src/Schedule.h"
#include "snn/Functions.h"
#include "snn/Program.h"
#include <cstring>
#include <string>
#include <vector>

namespace snn::detail {

using Shape = std::vector<uint32_t>;

enum class SpikeCode { Sign, Ternary, Graded, Binary, Analog };
enum class InputCode { Direct, Float, Spike, Analog };

/// Numbers in the file, f32 or f64.
struct TensorView {
  Shape shape;
  const uint8_t *data = nullptr;
  size_t size = 0;
  bool isDouble = false;

  explicit operator bool() const { return data != nullptr; }
  double operator[](size_t i) const {
    return isDouble ? load<double>(i) : static_cast<double>(load<float>(i));
  }

private:
  template <typename T>
  T load(size_t i) const {
    T value;
    std::memcpy(&value, data + i * sizeof(T), sizeof(T));
    return value;
  }
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
    Mul
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
  TensorView range, initial, offset;

  /// Of the population's own step k, in step sizes.
  double deadZoneAt(uint32_t k) const {
    return k < earlyDeadZones.size() ? earlyDeadZones[k] : deadZone;
  }

  bool isBilinear() const { return kind == Kind::MatMul || kind == Kind::Mul; }
  bool isSynapse() const {
    return kind != Kind::Encode && kind != Kind::Neuron && kind != Kind::IntegrateAndFire &&
           kind != Kind::Decode;
  }
};

struct Network {
  std::string model;
  Precision precision = Precision::F32;
  uint32_t steps = 0;
  Shape inputShape;
  std::vector<double> mean, std;
  std::vector<Stream> streams;
  std::vector<Operation> operations;
};

/// Number of elements; saturates rather than overflows.
uint64_t countElements(const Shape &shape);

/// Shape of what `operation` gives for its inputs; empty when they do not fit.
Shape inferShape(const Operation &operation, const std::vector<Stream> &streams);

/// Verifies `bytes` and gives what they say. `name` stands for the file in errors.
Result<Network> readProgram(const uint8_t *bytes, size_t size, const std::string &name);

} // namespace snn::detail

#endif
