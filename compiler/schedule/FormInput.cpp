//===- In what form a program is given its input ------------------------------------------------------------===//
#include "compiler/schedule/Passes.h"
#include "mlir/IR/Builders.h"
#include <cmath>
#include <fmt/format.h>

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_EXECFORMINPUTPASS
#include "compiler/schedule/Passes.h.inc"
} // namespace snnc

namespace snnc::exec {

namespace {

struct ExecFormInput : impl::ExecFormInputPassBase<ExecFormInput> {
  using ExecFormInputPassBase::ExecFormInputPassBase;

  void runOnOperation() override {
    if (failed(set(getOperation())))
      signalPassFailure();
  }

private:
  LogicalResult set(ProgramOp program) {
    std::optional<InputForm> wanted = symbolizeInputForm(form);
    if (!wanted)
      return program.emitOpError() << "input form '" << form << "' is not one of raw, int8, float";
    if (*wanted == InputForm::Raw)
      return success();
    if (program.getUpdates())
      return program.emitOpError() << "takes updates, whose inputs are raw";
    EncodeOp encode = getEncode(program);
    const int64_t fraction = encode.getFixed().getRawFraction();
    if (*wanted == InputForm::Int8 && fraction < 0)
      return emitError(encode.getLoc()) << "the input is so large that its integers are worth "
                                        << (1 << -fraction) << "; it has no form of 8 bits";
    // Raw numbers have 16 bits: with more fraction bits they do not hold the integers of 8.
    constexpr int64_t kMaxFraction = 8;
    if (*wanted == InputForm::Int8 && fraction > kMaxFraction)
      return emitError(encode.getLoc()) << fmt::format(
                 "the input stays within {}, and integers of 8 bits go to 128; calibrate "
                 "on such integers, or take floats",
                 std::ldexp(1, static_cast<int>(15 - fraction)));
    encode.setForm(*wanted);
    return success();
  }
};

} // namespace
} // namespace snnc::exec
