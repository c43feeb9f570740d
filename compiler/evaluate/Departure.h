//===- Departure: the first layer of a program that is not where the network is ------------------------------===//
#ifndef SNNC_COMPILER_EVALUATE_DEPARTURE_H
#define SNNC_COMPILER_EVALUATE_DEPARTURE_H

#include "compiler/evaluate/RealNetwork.h"
#include "snn/Engine.h"

namespace snnc {

/// What became of one layer.
struct LayerError {
  std::string name;
  /// How far its outputs are from the network's activations, and from the values that it strives for by what it
  /// received: root mean squares of the differences, in units of those of what they are beside. The first leaves
  /// out one gain for each channel, which is a matter of units.
  double total = 0, following = 0;
};

/// Each layer of `program` that one activation of `real` (ported, its operations named as the layers) stands
/// for, in order of execution, on images `indices` of `dataset`.
data::Result<std::vector<LayerError>> compareLayers(const RealNetwork &real,
                                                    const ::snn::Program &program,
                                                    const data::Dataset &dataset,
                                                    const std::vector<int64_t> &indices);

/// The first layer that is much farther off than all before it; nothing where errors grow little by little.
const LayerError *findDeparture(const std::vector<LayerError> &layers);

} // namespace snnc

#endif
