//===- Layout: names and places of everything that a generated network has ---------------------------------===//
//
// The plan of the runtime (runtime/src/Plan.h) says which tasks there are; its groups are the layers of the
// generated code. Here each gets a name, and each buffer of theirs a place in the state. The writers only
// read it.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_TARGETS_C_LAYOUT_H
#define SNNC_TARGETS_C_LAYOUT_H

#include "runtime/src/Plan.h"
#include "targets/c/EmitC.h"
#include "targets/c/Memory.h"
#include <array>
#include <optional>

namespace snnc::c {

class Layout {
public:
  using Group = ::snn::detail::Group;
  using Operation = ::snn::detail::Operation;
  using Population = ::snn::detail::Population<int32_t>;
  using Stream = ::snn::detail::Stream;
  using Task = ::snn::detail::Task;
  using Terminal = ::snn::detail::Terminal<int32_t>;

  /// Buffers of a population, by number in `words` and `halves`.
  struct Places {
    std::vector<size_t> sums, estimates; ///< per operand: words; halves (16-bit states)
    size_t outputs = 0;                  ///< halves: y (step by step; else the train says it)
  };

  /// Buffers of a synapse that keeps what its operands' changes add up to, per operand.
  struct ProductPlaces {
    std::vector<size_t> changes; ///< of a step: words
    std::vector<size_t>
        kept;             ///< what they add up to: halves, where that is proven to fit, else words
    bool isShort = false; ///< which of them
  };

  Layout(const ::snn::Program &program, const EmitOptions &options);

  /// What keeps the network from this form, or an empty string.
  std::string check() const;

  const ::snn::Program &program;
  const EmitOptions &options;
  const ::snn::detail::Plan &plan;
  const ::snn::detail::FixedPlan &fixed;
  ::snn::detail::TypedPlan<int32_t> typed; ///< the program's, with its chains joined
  const ::snn::detail::Network &network;

  /// By group. Each ends in _, no other two underscores follow each other in names, and no name that is made of one
  /// of a layer reads like that of another layer, of a kernel or of the network.
  std::vector<std::string> layerNames;
  std::vector<size_t> groupOfStream;             ///< that sends it
  std::vector<size_t> lastReader;                ///< group, by stream
  Memory words{"words", 4}, halves{"halves", 2}; ///< the state
  std::vector<size_t> accumulators;              ///< in words, by accumulator of the plan
  std::vector<uint64_t>
      slots; ///< by accumulator: how many time steps are kept, each behind the one before
  std::vector<Places> places;                ///< by population
  std::vector<ProductPlaces> products;       ///< by product of the plan
  std::vector<std::optional<size_t>> events; ///< by stream: list in halves, or train
  size_t input = 0, sent = 0;                ///< of the encoder: halves, words
  std::optional<size_t> encoded;             ///< its estimates, in words

  bool inLayers() const { return options.order == Order::Layers; }
  /// What the state takes; step by step with the number of steps done.
  uint64_t getStateBytes() const {
    return (words.getBytes() + halves.getBytes() + 3) / 4 * 4 + (inLayers() ? 0 : 4);
  }
  /// The type of a raw input.
  const char *inputType() const;
  const Operation &encoder() const { return network.operations.front(); }
  const Stream &streamOf(uint32_t i) const { return network.streams[i]; }
  const Population &populationOf(const Task &task) const;
  /// The layer that a population's neurons, or the decoder, are.
  size_t groupOf(const Population &population) const;
  const std::string &nameOf(const Population &population) const {
    return layerNames[groupOf(population)];
  }
  const std::string &senderOf(uint32_t stream) const { return layerNames[groupOfStream[stream]]; }

  /// A stream's dimensions as its elements are stored: rows, columns, channels, or the last three in order.
  std::array<uint64_t, 3> getStorageSizes(uint32_t stream) const;
  bool isGraded(uint32_t stream) const;
  /// Bits that a step of a stream takes in a train, and of all its steps.
  unsigned getEventBits(uint32_t stream) const;
  unsigned getTrainBits(uint32_t stream) const;
  const Operation &sourceOf(uint32_t stream) const;
  const std::vector<int32_t> &stepsOf(uint32_t stream) const;

  bool hasShortTrain(uint32_t stream) const { return getTrainBits(stream) <= 16; }
  /// Whether a stream's events are kept for all steps, instead of as a list of one step: layer by layer, and of layers
  /// whose elements 16 bits cannot number.
  bool hasTrain(uint32_t stream) const {
    return !isGraded(stream) && (inLayers() || isWide(stream));
  }
  bool isWide(uint32_t stream) const { return streamOf(stream).size > options.shortIndices - 1; }

  // ---- C expressions: where a buffer is ----
  std::string word(size_t buffer) const;
  std::string half(size_t buffer) const;
  /// Of an accumulator in time step t.
  std::string sumsOf(uint32_t accumulator) const;
  /// What the float input code sends in time step t.
  std::string sentOf() const;

private:
  bool keepsSent() const; ///< of the float input code, for later layers
  void nameLayers();
  void findReaders();
  void placeBuffers();
  void placeAccumulators();
  void placeEvents();
  void placeInput();
  void placePopulations();
  void placeProducts();
};

} // namespace snnc::c

#endif
