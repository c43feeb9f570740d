//===- Program: a compiled spiking network ------------------------------------------------------===//
//
// A program is immutable and cheap to copy; any number of engines in any number of threads may use
// one at the same time. The file is mapped and verified while it is loaded, and not needed afterwards.
//
//===------------------------------------------------------------------------------------------===//
#ifndef SNN_PROGRAM_H
#define SNN_PROGRAM_H

#include "snn/Result.h"
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace snn {

enum class Precision { F32, F64, Fixed };

/// One population of neurons, the encoder ("input") or the decoder ("output"), in execution order.
struct LayerInfo {
  std::string name;
  uint64_t neurons = 0;  ///< elements of the population
  uint64_t annMacs = 0;  ///< multiply-accumulates of the ANN on the way into it, per sample
  bool isNeuron = false; ///< false for the encoder and the decoder
};

/// What the host computes last of what an output's decoder gives.
enum class HeadFunction { Softmax, LogSoftmax, Sigmoid, HardSigmoid, Tanh, ArgMax };

/// One output of the network. A function that ends a network (its head) is not spiking: the host computes it,
/// in double precision, of what the network's decoder gives.
struct OutputInfo {
  std::string name;
  std::vector<uint32_t> shape;      ///< without batch
  uint64_t offset = 0, size = 0;    ///< in Engine::output()
  std::optional<HeadFunction> head; ///< absent: the decoded numbers are the output
  std::optional<uint32_t>
      axis; ///< of `shape`, along which a softmax or log_softmax goes; absent also
            ///< where elements are moved behind it
  uint64_t decodedOffset = 0;         ///< in Engine::decoded()
  uint64_t decodedSize = 0;           ///< likewise
  std::vector<uint32_t> decodedShape; ///< without batch
};

/// One of the inputs, which follow each other in what an engine is given.
struct InputInfo {
  std::string name;            ///< empty where it is not known
  std::vector<uint32_t> shape; ///< without batch
  uint64_t offset = 0, size = 0;
};

/// How an output compared with that of the network the program was compiled from, on calibration data.
struct Reference {
  std::string output, metric; ///< name; classes[:AXIS], threshold:T or regression
  uint64_t images = 0;
  std::optional<double> agreement; ///< share of the same answers; absent where there are none
  double outputError =
      0; ///< root mean square of the differences, in units of the network's spread; may be infinite
};

/// The least and the most of the numbers that the input had in calibration, before normalization.
struct InputRange {
  double min = 0, max = 0;
};

namespace detail {
struct Plan;
}

class Program {
public:
  /// Maps and verifies the file at `path`. The error names the file and what is wrong with it.
  static Result<Program> load(const std::string &path);
  /// The same for bytes in memory; `name` stands for the file in errors.
  static Result<Program> fromBytes(std::vector<std::byte> bytes, const std::string &name);

  const std::string &model() const;
  Precision precision() const;
  /// Time steps the program was compiled for; an engine may run more or fewer.
  uint32_t steps() const;
  /// Shape of one input sample, without batch.
  const std::vector<uint32_t> &inputShape() const;
  uint64_t inputSize() const;
  /// The inputs, in the model's order; one that holds all of `inputShape`, or several.
  const std::vector<InputInfo> &inputs() const;
  /// The outputs, in the model's order; at least one. The first is what classes, agreement and stop rules go by.
  const std::vector<OutputInfo> &outputs() const;
  /// Elements of all outputs together.
  uint64_t outputSize() const;
  /// Numbers that the decoders give together.
  uint64_t decodedSize() const;
  /// What the compiler measured, one for each output; empty where it had no data to measure with.
  const std::vector<Reference> &references() const;
  /// Absent where the program was compiled without calibration data.
  const std::optional<InputRange> &inputRange() const;
  /// How outputs are judged, as users asked for it while compiling: [NAME=]METRIC, NAME of an output.
  const std::vector<std::string> &metrics() const;
  /// Multiply-accumulates of the ANN, per sample.
  uint64_t annMacs() const;
  const std::vector<LayerInfo> &layers() const;

  /// The engine's own view; not part of the interface.
  const std::shared_ptr<const detail::Plan> &plan() const { return shared; }

private:
  explicit Program(std::shared_ptr<const detail::Plan> plan) : shared(std::move(plan)) {}
  std::shared_ptr<const detail::Plan> shared;
};

} // namespace snn

#endif
