//===- Plan: a network made ready to run ------------------------------------------------------------------===//
//
// A time step is a list of tasks over events and accumulators:
//
//   Encode, Fire, Integrate   put events on a stream
//   Deliver                   takes them through a synapse into an accumulator
//   Harvest                   turns what an accumulator holds into graded events, and empties it
//   Multiply                  takes the changes of two accumulators through a bilinear synapse, or those of
//                             one through a requantize
//   Decode                    reads the output
//
// A current that only one neuron operand (or a decoder) reads is that neuron's own estimate `x`: its
// synapses add to it directly, and nothing is copied or cleared. Sums of currents share an accumulator.
// Any other current has an accumulator of its own, which is harvested for the synapses behind it.
//
// Sign-coded neurons send an event where the sign is +1 only; that all of them move in every step is
// the constant `background` of each receiver (docs/spec/snn.md: L(2 s - 1) = 2 L(s) - L(1)).
//
//===----------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_PLAN_PLAN_H
#define SNN_SRC_PLAN_PLAN_H

#include "runtime/src/kernels/Kernels.h"
#include "runtime/src/support/Repeated.h"
#include <optional>
#include <variant>

namespace snn::detail {

struct Task {
  enum class Kind { Encode, Fire, Integrate, Deliver, Harvest, Multiply, Decode };
  Kind kind;
  uint32_t operation = 0;   ///< in Network::operations
  uint32_t stream = 0;      ///< whose events it makes or takes
  uint32_t accumulator = 0; ///< Deliver, Multiply: to; Harvest: from
  uint32_t delivery = 0;    ///< Deliver: in TypedPlan::deliveries; Multiply: in TypedPlan::products
  uint32_t layer = 0;       ///< in Program::layers(), where its work is counted
  bool isInner = false;     ///< Deliver: takes what a Harvest of its own group gives
};

/// The tasks that end in one source of events, or in a current that several sources read: what can run
/// through all time steps before the next group begins. Groups are in execution order, and those of a
/// step may run one after another as well as the plan's tasks may.
struct Group {
  std::vector<uint32_t> tasks;
  /// The steps in which its neurons compare; before, what arrives is only added up.
  uint32_t start = 0, end = UINT32_MAX;
  /// Parts of its neurons that begin with multiples of `unit` need nothing of each other within the group, and have
  /// no word of events in common. 0: it does not end in neurons, or needs what another of its tasks gives in order.
  uint32_t unit = 0;
};

/// What a sign-coded stream gives an estimate in each of its steps, per unit of step size.
template <typename T>
struct Background {
  uint32_t stream = 0; ///< the source
  Repeated<T> value;
};

/// Accumulators that neurons, bilinear synapses and the decoder read. That of a bilinear synapse holds
/// the changes of one step; the estimate is in the state.
template <typename T>
struct Terminal {
  uint32_t accumulator = 0;
  Repeated<T> start;  ///< A of what receivers take all outputs to be before the first step
  Repeated<T> silent; ///< A(0), where that is another; empty: the same
  std::vector<Background<T>> backgrounds;
};

/// What a requantize makes of the elements of a sum.
struct Rounding {
  std::vector<int32_t> multipliers; ///< per element
  uint32_t shift = 0;
  int32_t limit = 0;
  bool isBound = false; ///< of magnitudes: what the result may be at most
};

/// A synapse that keeps estimates, and the terminals of its operands.
struct PlannedProduct {
  Product product;                  ///< of a bilinear one
  std::vector<uint32_t> terminals;  ///< two of it, one of a requantize
  std::optional<Rounding> rounding; ///< of a requantize
};

template <typename T>
struct Population {
  uint32_t operation = 0, stream = 0, layer = 0;
  std::vector<uint32_t> terminals; ///< one per operand
  Repeated<T> range;               ///< per neuron; empty: 1
  std::vector<T> parameters;       ///< of the function
  std::vector<T> initial;          ///< y before the first step, per neuron; empty: 0
};

template <typename T>
struct TypedPlan {
  std::vector<Task> tasks;
  std::vector<Group> groups;
  std::vector<bool> retained; ///< by stream: whether another group reads its events
  std::vector<Range> spans;   ///< by stream: the time steps in which it may have events
  std::vector<Delivery<T>> deliveries;
  std::vector<PlannedProduct> products;
  std::vector<uint64_t> accumulators; ///< their sizes
  std::vector<Terminal<T>> terminals;
  std::vector<Population<T>> populations; ///< neurons, then the decoders
  std::vector<int32_t> populationOf;      ///< by operation; -1: none
};

/// An integer network: in integers, and, as the ANN that it stands for, in real numbers.
struct FixedPlan {
  TypedPlan<int32_t> typed;
  TypedPlan<double> ann; ///< the same weights; currents and spikes in LSBs
  /// By population and operand: one multiplier per neuron.
  std::vector<std::vector<Repeated<int32_t>>> multipliers;
  /// By population: what the values of its table are multiplied by, one per neuron; empty: by nothing.
  std::vector<Repeated<int32_t>> gains;
  /// By population, of clips: what they are between, one for each neuron.
  std::vector<Repeated<int32_t>> lower, upper;
  /// By population: whether outside of updates its neurons send what a ReLU of the same estimates sends.
  std::vector<bool> isRelu;
};

/// Where what a decoder gives is found.
struct Decoder {
  uint32_t operation = 0, population = 0;
  uint64_t offset = 0;         ///< among all decoded numbers
  std::vector<uint32_t> order; ///< where each number, row-major, is stored
};

struct Plan {
  Network network;
  std::vector<LayerInfo> layers;
  std::vector<Decoder> decoders;
  uint64_t decodedSize = 0;
  std::vector<InputInfo> inputs;
  std::vector<OutputInfo> outputs;
  std::vector<uint32_t> inputOrder; ///< likewise for the input
  std::variant<TypedPlan<float>, TypedPlan<double>, FixedPlan> typed;
  std::string updateProblem; ///< what `proveSums` says of updates

  /// Of a Decode task.
  const Decoder &decoderOf(const Task &task) const;
};

/// Where element i, in row-major order, of a stream of `shape` is stored.
std::vector<uint32_t> getStorageOrder(const Shape &shape);

/// The least common multiple of the positive counts; stops growing above kLargestPool.
int64_t getCommonMultiple(const std::vector<int64_t> &counts);
inline constexpr int64_t kLargestPool = 32767;

/// The plan of a network whose every number is a magnitude: sums become bounds.
TypedPlan<double> makeMagnitudePlan(const Network &network);

/// Makes a verified network ready; an integer one only after `proveSums`.
Plan makePlan(Network network);

/// Constraint FX-Q4 of docs/spec/fixed-point.md: what keeps a sum of an integer network from fitting in 32
/// bits, or an empty string; and what keeps changes from fitting that updates cause (FX-Q14).
struct SumProof {
  std::string problem, updateProblem;
};
SumProof proveSums(const Network &network);

} // namespace snn::detail

#endif
