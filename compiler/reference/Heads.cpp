#include "compiler/reference/Heads.h"

#include "compiler/reference/Evaluator.h"
#include "dialects/support/Shapes.h"

using namespace mlir;

namespace snnc::reference {

Numbers applyHeads(func::FuncOp network, llvm::function_ref<Numbers(snn::DecodeOp)> getDecoded) {
  Numbers all;
  for (Value result : network.front().getTerminator()->getOperands()) {
    std::optional<snn::OutputPath> path = snn::getOutputPath(result);
    if (!path)
      continue; // not verified, and said elsewhere
    std::vector<int64_t> shape(getTensorShape(path->decode.getOutput()));
    shape[0] = 1;
    Tensor value(shape, getDecoded(path->decode));
    for (Operation *op : path->head)
      value = evaluate(op, {&value});
    llvm::append_range(all, value.data);
  }
  return all;
}

} // namespace snnc::reference
