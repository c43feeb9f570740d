//===- A program that takes new inputs while it runs ---------------------------------------------------------===//
#include "compiler/reference/Updates.h"
#include "compiler/schedule/Passes.h"
#include "dialects/support/Numbers.h"
#include "mlir/IR/Builders.h"
#include <cmath>

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_EXECENABLEUPDATESPASS
#include "compiler/schedule/Passes.h.inc"
} // namespace snnc

namespace snnc::exec {

namespace {

/// What changed may go from one end of a sum to the other.
constexpr int64_t kLargestJump = 1073741823;

/// Whether a population can follow (docs/spec/snn.md, SNN-U2 to U4), and its schedule ends within `steps`.
LogicalResult check(FireOp fire, int64_t steps) {
  if (fire.getSpikes().getType().getCode() != snn::SpikeCode::Ternary)
    return fire.emitOpError() << "takes no updates: with the sign code it is never silent";
  if (fire.getFixed().getState() != 32)
    return fire.emitOpError() << "takes no updates: estimates of 16 bits round every change "
                                 "(--state-bits 32)";
  int64_t end = static_cast<int64_t>(fire.getStart()) + fire.getFixed().getSteps().size();
  if (end > steps)
    return fire.emitOpError() << "takes no updates: its schedule ends after " << end
                              << " time steps, and the program after " << steps;
  return success();
}

LogicalResult check(BufferOp buffer) {
  if (auto range = buffer.getRange(); range && (*range)[1] > kLargestJump)
    return mlir::emitError(buffer.getLoc())
           << "'" << buffer.getName()
           << "' takes no updates: its sums may change by more than 32 bits hold";
  return success();
}

struct ExecEnableUpdates : impl::ExecEnableUpdatesPassBase<ExecEnableUpdates> {
  using ExecEnableUpdatesPassBase::ExecEnableUpdatesPassBase;

  void runOnOperation() override {
    if (failed(enable(getOperation())))
      signalPassFailure();
  }

private:
  LogicalResult enable(ProgramOp program) {
    if (!(inputThreshold >= 0 && std::isfinite(inputThreshold)))
      return program.emitOpError()
             << "needs an input threshold that is finite and at least 0, found "
             << showNumber(double(inputThreshold));
    if (program.getOrder())
      return program.emitOpError()
             << "has places for its buffers already; updates come before them";
    EncodeOp encode = getEncode(program);
    if (encode.getCode() != snn::InputCode::Direct)
      return encode.emitOpError()
             << "takes no updates: only the direct code sends just what changed";
    WalkResult result = program.walk([&](Operation *op) {
      auto fire = dyn_cast<FireOp>(op);
      auto buffer = dyn_cast<BufferOp>(op);
      bool isRefused = (fire && failed(check(fire, static_cast<int64_t>(program.getSteps())))) ||
                       (buffer && failed(check(buffer)));
      return isRefused ? WalkResult::interrupt() : WalkResult::advance();
    });
    if (result.wasInterrupted())
      return failure();
    encode.setThresholds(
        ArrayRef<int64_t>(reference::getThresholds(encode.getFixed(), inputThreshold)));
    program.setUpdates(true);
    return success();
  }
};

} // namespace
} // namespace snnc::exec
