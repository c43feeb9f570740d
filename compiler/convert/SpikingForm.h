//===- SpikingForm: which operators can be converted ---------------------------------------------------------===//
#ifndef SNNC_COMPILER_CONVERT_SPIKINGFORM_H
#define SNNC_COMPILER_CONVERT_SPIKINGFORM_H

#include "mlir/IR/Operation.h"

namespace snnc {

/// Whether `--convert-ann-to-snn` knows what to make of `op`, an operation of a network in the ann dialect; emits an error at
/// it otherwise. Constants, the end of the network and what the host computes need no spiking form.
mlir::LogicalResult verifySpikingForm(mlir::Operation *op);

} // namespace snnc

#endif
