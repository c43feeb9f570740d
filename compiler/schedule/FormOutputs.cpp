//===- What a program gives of its outputs -------------------------------------------------------------------===//
#include "compiler/schedule/Passes.h"
#include "mlir/IR/Builders.h"

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_EXECFORMOUTPUTSPASS
#include "compiler/schedule/Passes.h.inc"
} // namespace snnc

namespace snnc::exec {

namespace {

struct ExecFormOutputs : impl::ExecFormOutputsPassBase<ExecFormOutputs> {
  using ExecFormOutputsPassBase::ExecFormOutputsPassBase;

  void runOnOperation() override {
    if (failed(set(getOperation())))
      signalPassFailure();
  }

private:
  LogicalResult set(ProgramOp program) {
    std::optional<OutputForm> wanted = symbolizeOutputForm(form);
    if (!wanted)
      return program.emitOpError()
             << "output form '" << form << "' is not one of int32, int8, class";
    SmallVector<DecodeOp> decoders;
    program.walk([&](DecodeOp decode) { decoders.push_back(decode); });
    bool isByte = *wanted == OutputForm::Int8;
    if (isByte ? fractions.size() != 1 && fractions.size() != decoders.size() : !fractions.empty())
      return program.emitOpError()
             << "has " << decoders.size() << " outputs, and " << fractions.size()
             << " numbers of fraction bits: outputs of 8 bits have one for all, or one each";
    for (auto [i, decode] : llvm::enumerate(decoders)) {
      if (!isByte) {
        decode.setForm(*wanted);
        continue;
      }
      int64_t fraction = fractions.size() == 1 ? fractions[0] : fractions[i];
      int64_t drop = decode.getFixed().getFraction() - fraction;
      if (drop < 0 || drop > 31)
        return emitError(decode.getLoc())
               << "the output has " << decode.getFixed().getFraction()
               << " fraction bits; of 8 bits it may have up to 31 fewer, and no more, not "
               << fraction;
      decode.setForm(*wanted);
      decode.setDrop(static_cast<uint64_t>(drop));
    }
    return success();
  }
};

} // namespace
} // namespace snnc::exec
