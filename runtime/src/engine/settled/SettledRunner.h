//===- SettledRunner: groups whose inputs are final, without steps --------------------------------------------------===//
#ifndef SNN_SRC_ENGINE_SETTLED_SETTLEDRUNNER_H
#define SNN_SRC_ENGINE_SETTLED_SETTLEDRUNNER_H

#include "runtime/src/engine/settled/FinalInputs.h"
#include "runtime/src/engine/steps/Sample.h"

namespace snn::detail {

class SettledRunner {
public:
  SettledRunner(const FixedPlan &fixed, Sample<int32_t> &sample);

  bool isEmpty() const { return settled.empty(); }
  /// The steps without which nothing settles.
  uint32_t end() const { return settled.end; }
  bool has(size_t group) const { return !settled.groups[group].empty(); }
  /// What a group adds to.
  const std::vector<uint32_t> &accumulatorsOf(size_t group) const {
    return settled.accumulators[group];
  }

  /// By stream: whether nobody reads its events, as long as nobody watches.
  std::vector<bool> unread() const;

  /// Begins a sample: the encoder's numbers in storage order.
  void begin(const std::vector<int16_t> &input);

  /// Whether the neurons that a group ends in must compare step by step, because somebody reads their events or
  /// `isWatched`, or they are of another kind.
  bool needsSteps(size_t group, bool isWatched) const;
  /// Runs a group. Neurons that need steps are left out: their accumulators, which have started, hold their sums then, and
  /// `keep` follows with what they came to.
  void run(size_t group, bool needsSteps);
  void keep(size_t group, const Aligned<int32_t> &y);

private:
  Sample<int32_t> &sample;
  const SettledPlan settled;
  std::vector<FinalValues> values;               ///< by stream
  std::vector<FinalValues> rounds;               ///< by product: what a requantize passes on
  std::vector<const Repeated<int32_t> *> starts; ///< by accumulator of a terminal
  struct alignas(64) Part {
    std::vector<FinalInputs> inputs; ///< by source of the node that runs
    Aligned<int32_t> tile;           ///< some sums
    Events<int32_t> list;
    kernels::Climb climb;
    uint64_t events = 0;   ///< of its neurons
    std::vector<Way> ways; ///< by source
  };
  std::vector<Part> parts;
  bool isMade = false; ///< whether there is room for final numbers

  const Task &taskOf(uint32_t i) const { return sample.typed.tasks[i]; }
  void make();
  uint32_t countParts(const SettledNode &node) const;
  void runNode(const SettledNode &node, bool isWhole);
  void computePart(const SettledNode &node, bool isWhole, Range elements, uint32_t index);
  void addSources(const SettledNode &node, Range tile, int32_t *accumulator, Part &part,
                  uint32_t index);
  void finishCurrent(const SettledNode &node);
  void count(const SettledNode &node);
  void countDelivery(const Task &task);
  uint64_t countOperations(const Delivery<int32_t> &delivery, const FinalValues &from);
};

} // namespace snn::detail

#endif
