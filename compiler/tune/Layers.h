//===- Layers: what a search knows of a network, as plain data -----------------------------------------------===//
#ifndef SNNC_COMPILER_TUNE_LAYERS_H
#define SNNC_COMPILER_TUNE_LAYERS_H

#include "compiler/tune/Candidate.h"
#include "compiler/tune/Ladder.h"
#include "compiler/tune/Measurement.h"

namespace snnc::tune {

/// One entry for each population, in program order.
struct Layers {
  std::vector<int64_t> depths;      ///< populations on the longest way to it
  std::vector<double> neuronShares; ///< of all neurons, that a layer has
  /// Of all events (or their work), that one in every neuron of a layer is.
  std::vector<double> shares;
  double first = 0.5; ///< the first step of all layers

  size_t size() const { return depths.size(); }
  int64_t getDeepest() const { return *std::max_element(depths.begin(), depths.end()); }

  double getCost(const Measurement &found) const { return found.getEvents(shares); }
  /// A price at which events hardly matter to a network as good as `found`.
  double getLowPrice(const Measurement &found) const;
  /// What is better is less: of two networks the one is better whose events times a power of its error are fewer.
  double getScore(const Measurement &found) const;

  /// Every layer takes `perLayer` steps, in the deepest ones up to `cut` fewer; they begin evenly over the time
  /// there is.
  Candidate makeUniform(uint32_t steps, uint32_t perLayer, double zone, uint32_t cut) const;
  /// All layers are alike.
  Candidate makeEqual(const Uniform &uniform) const;
};

} // namespace snnc::tune

#endif
