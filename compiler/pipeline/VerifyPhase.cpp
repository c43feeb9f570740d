//===- Check what a phase promises ------------------------------------------------------------------------===//
//
// Promises are about whole functions: what a single operation must be, its own verifier says. A function that is spiking
// has the phases up to convert behind it, and is not held to what they promise of the ann dialect.
//
//===------------------------------------------------------------------------------------------------------===//
#include "compiler/convert/SpikingForm.h"
#include "compiler/pipeline/Passes.h"
#include "compiler/pipeline/Pipeline.h"
#include "compiler/quantize/BoundAccumulators.h"
#include "dialects/ann/ANN.h"
#include "dialects/snn/Attributes.h"
#include "dialects/snn/SNN.h"
#include "dialects/support/Constants.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_VERIFYPHASEPASS
#include "compiler/pipeline/Passes.h.inc"

namespace {

bool isSpiking(func::FuncOp function) { return !function.getOps<snn::EncodeOp>().empty(); }

bool isForHost(Operation *op) { return op->hasAttr(ann::ANNDialect::kHostAttrName); }

/// Runs `check` on every operation of the function's body; fails after all have been looked at.
LogicalResult checkAll(func::FuncOp function, function_ref<LogicalResult(Operation *)> check) {
  bool holds = true;
  function.getBody().walk([&](Operation *op) { holds &= succeeded(check(op)); });
  return success(holds);
}

/// Nothing but the batch, in front, may differ between runs.
LogicalResult verifyShape(Operation *op, Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (tensor && llvm::any_of(tensor.getShape().drop_front(tensor.getRank() > 0 ? 1 : 0),
                             ShapedType::isDynamic))
    return op->emitOpError() << "has a dimension beside the batch that is not fixed: " << type;
  return success();
}

/// The network stands in the ann dialect, and its shapes are known.
LogicalResult verifyImport(func::FuncOp function) {
  for (Type type : function.getArgumentTypes())
    if (failed(verifyShape(function, type)))
      return failure();
  return checkAll(function, [](Operation *op) -> LogicalResult {
    if (!isa<func::ReturnOp>(op) && !isa_and_nonnull<ann::ANNDialect>(op->getDialect()))
      return op->emitOpError() << "is not of the ann dialect";
    for (Type type : op->getResultTypes())
      if (failed(verifyShape(op, type)))
        return failure();
    return success();
  });
}

LogicalResult verifyPort(func::FuncOp function) { return checkAll(function, verifySpikingForm); }

/// A product by a constant is a scale and no activation, as the calibration itself puts before divisors below 0.
bool isScale(Operation *op) {
  return isa<ann::MulOp>(op) && llvm::any_of(op->getOperands(), [](Value operand) {
           return static_cast<bool>(getConstantAttr(operand));
         });
}

/// Every activation knows its range.
LogicalResult verifyCalibrate(func::FuncOp function) {
  return checkAll(function, [](Operation *op) -> LogicalResult {
    if (op->hasTrait<ann::Nonlinear>() && !isForHost(op) && !isScale(op) &&
        !op->hasAttr(ann::ANNDialect::kRangeAttrName))
      return op->emitOpError() << "does not know its range ('" << ann::ANNDialect::kRangeAttrName
                               << "')";
    return success();
  });
}

/// Whether the chain of operands that `op` begins with leads to a decoder, by what the host computes.
bool isBehindDecoder(Operation *op) {
  while (op && op->hasTrait<Head>())
    op = op->getOperand(0).getDefiningOp();
  return isa_and_nonnull<snn::DecodeOp>(op);
}

/// One encoder, synapses, neurons, decoders, and what the host computes behind them.
LogicalResult verifyConvert(func::FuncOp function) {
  size_t encoders = std::distance(function.getOps<snn::EncodeOp>().begin(),
                                  function.getOps<snn::EncodeOp>().end());
  if (encoders != 1)
    return function.emitOpError() << "has " << encoders << " encoders, a spiking network has one";
  return checkAll(function, [](Operation *op) -> LogicalResult {
    if (auto end = dyn_cast<func::ReturnOp>(op)) {
      for (Value result : end.getOperands())
        if (!snn::getOutputPath(result))
          return end.emitOpError() << "gives what no decoder leads to";
      return success();
    }
    if (isa_and_nonnull<snn::SNNDialect>(op->getDialect()) || op->hasTrait<OpTrait::ConstantLike>())
      return success();
    if (!isBehindDecoder(op))
      return op->emitOpError() << "is neither spiking nor computed behind a decoder";
    return success();
  });
}

/// Schedules were chosen, with an end.
LogicalResult verifyTune(func::FuncOp function) {
  return checkAll(function, [](Operation *op) -> LogicalResult {
    auto neuron = dyn_cast<snn::NeuronOpInterface>(op);
    if (neuron && neuron.getSchedule().getSteps() == snn::ScheduleAttr::kUnlimited)
      return op->emitOpError() << "has a schedule without an end";
    return success();
  });
}

/// Integers everywhere, nothing that is only planned, and sums that fit.
LogicalResult verifyQuantize(func::FuncOp function) {
  auto isReal = [](Type type) {
    return isa<snn::SpikesType, snn::CurrentType>(type) && !snn::isFixed(type);
  };
  LogicalResult areIntegers = checkAll(function, [&](Operation *op) -> LogicalResult {
    if (llvm::any_of(op->getResultTypes(), isReal))
      return op->emitOpError() << "gives a stream of real numbers";
    for (StringRef plan : snn::kPlanAttrNames)
      if (op->hasAttr(plan))
        return op->emitOpError() << "still has a plan of the quantizer, '" << plan << "'";
    return success();
  });
  if (failed(areIntegers))
    return failure();
  return quantize::proveSums(function);
}

LogicalResult verify(Phase phase, func::FuncOp function) {
  switch (phase) {
  case Phase::Import:
    return isSpiking(function) ? success() : verifyImport(function);
  case Phase::Port:
    return isSpiking(function) ? success() : verifyPort(function);
  case Phase::Calibrate:
    return isSpiking(function) ? success() : verifyCalibrate(function);
  case Phase::Convert:
    return verifyConvert(function);
  case Phase::Tune:
    return success(succeeded(verifyConvert(function)) && succeeded(verifyTune(function)));
  case Phase::Quantize:
    return success(succeeded(verifyConvert(function)) && succeeded(verifyQuantize(function)));
  }
  return failure();
}

struct VerifyPhase : impl::VerifyPhasePassBase<VerifyPhase> {
  using VerifyPhasePassBase::VerifyPhasePassBase;

  void runOnOperation() override {
    markAllAnalysesPreserved();
    std::optional<Phase> known = parsePhase(phase);
    if (!known) {
      getOperation().emitError() << "phase '" << phase << "' is not one of " << listPhases();
      return signalPassFailure();
    }
    // Errors come from checks that know nothing of phases; a note behind each says who promised.
    ScopedDiagnosticHandler handler(&getContext(), [&](Diagnostic &diagnostic) {
      if (diagnostic.getSeverity() == DiagnosticSeverity::Error)
        diagnostic.attachNote() << "phase '" << phase << "' promises: " << getSentence(*known);
      return failure();
    });
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (!function.isDeclaration() && failed(verify(*known, function)))
        signalPassFailure();
  }

private:
  static std::string listPhases() {
    std::string names;
    for (Phase known : kPhases)
      names += (names.empty() ? "" : ", ") + snnc::getName(known).str();
    return names;
  }
};

} // namespace
} // namespace snnc
