//===- NetworkWriter: NAME.h and NAME.c ------------------------------------------------------------------===//
//
// The plan of the runtime, printed: its groups of tasks are the layers, in the order in which it runs them,
// so that the generated code adds and compares what the runtime does.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_TARGETS_C_NETWORKWRITER_H
#define SNNC_TARGETS_C_NETWORKWRITER_H

#include "runtime/src/Plan.h"
#include "targets/c/EmitC.h"
#include "targets/c/Memory.h"
#include <optional>

namespace snnc::c {

class NetworkWriter {
public:
  NetworkWriter(const ::snn::Program &program, const EmitOptions &options);

  /// What keeps the network from this form, or an empty string.
  std::string check() const;
  std::string writeHeader();
  std::string writeSource();

private:
  using Task = ::snn::detail::Task;
  using Operation = ::snn::detail::Operation;
  using Stream = ::snn::detail::Stream;
  using Population = ::snn::detail::Population<int32_t>;

  /// Buffers of a group or population, by number in `words` and `halves`.
  struct Places {
    std::vector<size_t> sums, estimates; ///< per operand: words; halves (16-bit states)
    size_t outputs = 0;                  ///< halves: y
  };

  const ::snn::Program &program;
  const EmitOptions &options;
  const ::snn::detail::Plan &plan;
  const ::snn::detail::FixedPlan &fixed;
  const ::snn::detail::Network &network;
  std::vector<std::string> layerNames; ///< by group
  std::vector<size_t> groupOfStream;   ///< that sends it
  std::vector<size_t> lastReader;      ///< group, by stream
  Memory words, halves;
  std::vector<size_t> accumulators;          ///< in words, by accumulator of the plan
  std::vector<Places> places;                ///< by population
  std::vector<std::optional<size_t>> events; ///< by stream: list in halves, or train
  size_t input = 0, encoded = 0, sent = 0;   ///< of the encoder
  std::vector<size_t> lists;                 ///< by group: the list of events it works with
  std::string tables, body;

  bool inLayers() const { return options.order == Order::Layers; }
  const Operation &encoder() const { return network.operations.front(); }
  const Stream &streamOf(uint32_t i) const { return network.streams[i]; }
  bool isGraded(uint32_t stream) const;
  /// Bits that a step of a stream takes in a train, and of all its steps.
  unsigned getEventBits(uint32_t stream) const;
  unsigned getTrainBits(uint32_t stream) const;
  const Operation &sourceOf(uint32_t stream) const;
  const std::vector<int32_t> &stepsOf(uint32_t stream) const;

  void nameLayers();
  void findReaders();
  void placeBuffers();
  void placeAccumulators();
  void placeEvents();

  // ---- Tables ----
  std::string writeTables();
  std::string addNumbers(const std::string &comment, const std::string &name,
                         const std::vector<int32_t> &values);
  std::string addSynapse(const Task &task, const std::string &name);
  std::string addWindow(const ::snn::detail::Delivery<int32_t> &d) const;

  // ---- Code ----
  std::string word(size_t buffer) const;
  std::string half(size_t buffer) const;
  std::string writeInit();
  std::string writeGroup(size_t group);
  std::string writeTask(size_t group, size_t task);
  std::string writeDeliver(size_t group, size_t task);
  std::string writeBackgrounds(size_t group, size_t p);
  std::string writeFire(size_t group, const Task &task);
  std::string writeEncode(size_t group, const Task &task);
  std::string writeStart(size_t p, const std::string &indent);
  std::string describe(size_t group) const;
  std::string eventsOf(uint32_t stream) const;
  std::string stepOf(uint32_t stream) const;
};

} // namespace snnc::c

#endif
