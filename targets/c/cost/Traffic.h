//===- Traffic: what streams of a program carry -------------------------------------------------------------===//
#ifndef SNNC_TARGETS_C_COST_TRAFFIC_H
#define SNNC_TARGETS_C_COST_TRAFFIC_H

#include "targets/c/Network.h"
#include "targets/c/SelfTest.h"

namespace snnc::c {

/// From what encoders and populations send, what all streams do.
class Traffic {
public:
  Traffic(const Network &network, const Activity &activity)
      : network(network), activity(activity) {}

  /// The share of a stream's values that are not 0, of sums that pass on in a time step.
  double getDensity(mlir::Value stream) const;
  double getEvents(mlir::Value stream) const;
  /// Time steps in which a stream has anything.
  double getActiveSteps(mlir::Value stream) const;

private:
  const Network &network;
  const Activity &activity;
  mutable llvm::DenseMap<mlir::Value, double> densities; ///< of streams that pass sums on

  double getSumDensity(mlir::Value memory) const;
};

/// What an event of a delivery reaches, on average.
struct Reach {
  double pixels = 0, synapses = 1; ///< pixels: of windows
};
Reach getReach(exec::DeliverOp deliver);

/// Whether a delivery looks for windows, and does not add rows of a matrix.
bool hasWindow(exec::DeliverOp deliver);

} // namespace snnc::c

#endif
