//===- SettledPlan: what is final before it is needed -----------------------------------------------------------===//
//
// In a staged schedule all that a layer takes is final before the layer starts. Such a group of the plan, settled, needs no
// steps: its sums are one product of final numbers, and what each neuron comes to, and how many events it sends, follows from
// its sum (kernels/Staircase.h). Events themselves are made only where somebody reads them.
//
// Of integers the sums, and with them all events, are those of the steps, whatever the order of additions.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_ENGINE_SETTLED_SETTLEDPLAN_H
#define SNN_SRC_ENGINE_SETTLED_SETTLEDPLAN_H

#include "runtime/src/kernels/Staircase.h"
#include "runtime/src/plan/Plan.h"

namespace snn::detail {

/// In what form the final numbers of a stream are kept.
enum class Store {
  None,      ///< not at all: they are not final, or a decoder's
  Input,     ///< the encoder's, in 16 bits
  Bytes,     ///< y of a population within -127 to 127, 128 higher
  Positives, ///< y of a population within 0 to 255, in bytes, too
  Shorts,    ///< y of another population
  Sums       ///< of a current, in 32 bits
};
inline bool isOfBytes(Store store) { return store == Store::Bytes || store == Store::Positives; }

/// What ends in neurons, in a current, or in a rounded current; everything that is added to it is final then.
struct SettledNode {
  enum class Kind { Fire, Harvest, Round };
  Kind kind = Kind::Fire;
  uint32_t task = 0;             ///< the one that it ends in, in TypedPlan::tasks
  uint32_t accumulator = 0;      ///< what it ends in reads
  std::vector<uint32_t> sources; ///< Deliver tasks, and Multiply tasks of other nodes
  uint32_t unit = 0; ///< as of a Group: parts of it begin with multiples of that many elements
  bool isTiled =
      false; ///< whether all sources can go to a part of the sums without looking at all of theirs
  std::optional<kernels::Staircase>
      staircase; ///< of neurons that it can be told of; others compare step by step
};

struct SettledPlan {
  std::vector<std::vector<SettledNode>> groups;    ///< by group; empty: not settled
  std::vector<std::vector<uint32_t>> accumulators; ///< likewise: those of its nodes
  std::vector<Store> stores;                       ///< by stream
  std::vector<bool> needsEvents; ///< by stream: whether a group that is not settled reads them
  uint32_t end = 0; ///< the steps that it takes until all of the settled groups are done

  bool empty() const { return end == 0; }
};

/// Of a network without updates, whose groups run layer by layer from the first step to the last.
SettledPlan settle(const Network &network, const FixedPlan &plan);

} // namespace snn::detail

#endif
