//===- DenseSynapses: a synapse applied to all numbers of its streams at once -----------------------------===//
#ifndef SNNC_COMPILER_QUANTIZE_DENSESYNAPSES_H
#define SNNC_COMPILER_QUANTIZE_DENSESYNAPSES_H

#include "compiler/reference/Synapses.h"
#include <mutex>
#include <unordered_map>

namespace snnc::quantize {

using reference::Numbers;
using reference::Part;

/// Which numbers the weights are: themselves, or their magnitudes (for bounds).
enum class Weights { Signed, Magnitude };

/// Like `reference::applySynapse`, with loops that are fast enough for many images. Keeps the weights
/// that it has read. Threads may share it.
class DenseSynapses {
public:
  /// `result` is none of `inputs`; its memory is used again.
  void apply(snn::SynapseOpInterface synapse, llvm::ArrayRef<const Numbers *> inputs, Part part,
             Weights weights, Numbers &result);

private:
  std::mutex reading;
  std::unordered_map<const void *, Numbers>
      constants; ///< by value; what it holds stays where it is

  const Numbers &read(mlir::Value constant);
  void applyConv(snn::ConvOp conv, const Numbers &in, Part part, Weights weights, Numbers &out);
  void applyGemm(snn::GemmOp gemm, const Numbers &in, Part part, Weights weights, Numbers &out);
};

} // namespace snnc::quantize

#endif
