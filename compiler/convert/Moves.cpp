#include "compiler/convert/Moves.h"

#include "dialects/support/Shapes.h"
#include <numeric>

using namespace mlir;

namespace snnc {

bool isMove(Operation *op) {
  return isa<snn::ReshapeOp, snn::TransposeOp, snn::PadOp, snn::SliceOp, snn::GatherOp>(op);
}

std::optional<std::vector<int64_t>> getSources(Operation *op) {
  auto synapse = cast<snn::SynapseOpInterface>(op);
  ArrayRef<int64_t> out = synapse.getCurrent().getType().getShape();
  ArrayRef<int64_t> in = snn::getStreamShape(synapse.getStreams().front().getType());
  std::vector<int64_t> sources(countElements(out));
  if (isa<snn::ReshapeOp>(op)) {
    std::iota(sources.begin(), sources.end(), 0);
    return sources;
  }
  // Element `index` of the result lies at `at`; the operation says where that is in the stream.
  SmallVector<int64_t> at(out.size(), 0), from(in.size(), 0);
  for (int64_t &source : sources) {
    if (auto transpose = dyn_cast<snn::TransposeOp>(op)) {
      for (auto [i, dimension] : llvm::enumerate(transpose.getPerm()))
        from[dimension] = at[i];
    } else if (auto slice = dyn_cast<snn::SliceOp>(op)) {
      for (size_t i = 0; i < at.size(); ++i)
        from[i] = slice.getStarts()[i] + at[i] * slice.getSteps()[i];
    } else if (auto pad = dyn_cast<snn::PadOp>(op)) {
      for (size_t i = 0; i < at.size(); ++i)
        from[i] = at[i] - pad.getPads()[i];
    } else if (auto gather = dyn_cast<snn::GatherOp>(op)) {
      llvm::copy(at, from.begin());
      from[gather.getAxis()] = gather.getIndices()[at[gather.getAxis()]];
    } else {
      return std::nullopt;
    }
    source = 0;
    for (size_t i = 0; i < in.size() && source >= 0; ++i)
      source = from[i] < 0 || from[i] >= in[i] ? -1 : source * in[i] + from[i];
    for (size_t i = at.size(); i-- > 0 && ++at[i] == out[i];)
      at[i] = 0;
  }
  return sources;
}

} // namespace snnc
