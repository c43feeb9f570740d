//===- The life and the place of every buffer -----------------------------------------------------------===//
#include "compiler/schedule/Passes.h"
#include "compiler/schedule/Placement.h"

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_EXECPLACEBUFFERSPASS
#include "compiler/schedule/Passes.h.inc"
} // namespace snnc

namespace snnc::exec {

namespace {

struct ExecPlaceBuffers : impl::ExecPlaceBuffersPassBase<ExecPlaceBuffers> {
  using ExecPlaceBuffersPassBase::ExecPlaceBuffersPassBase;

  void runOnOperation() override {
    ProgramOp program = getOperation();
    if (program.getOrder() || program.getBody().getOps<LayerOp>().empty()) {
      program.emitOpError() << "needs layers, and buffers that have no place yet";
      return signalPassFailure();
    }
    std::optional<Order> wanted = symbolizeOrder(order);
    if (!wanted && order != "auto") {
      program.emitOpError() << "order '" << order << "' is not one of steps, layers, values, auto";
      return signalPassFailure();
    }
    Placement placement(program, wanted ? *wanted : chooseOrder(program, shortIndices).order,
                        shortIndices, program.getUpdates());
    if (!placement.getProblem().empty()) {
      emitError(program.getLoc()) << placement.getProblem();
      return signalPassFailure();
    }
    placement.write();
  }
};

} // namespace
} // namespace snnc::exec
