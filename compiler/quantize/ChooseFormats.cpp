#include "compiler/quantize/ChooseFormats.h"

#include "compiler/quantize/ChooseScales.h"
#include "compiler/quantize/Observed.h"
#include "compiler/quantize/Passes.h"
#include "compiler/quantize/Relieve.h"
#include "dialects/snn/Attributes.h"
#include "dialects/support/Numbers.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include <cmath>

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_CHOOSEFORMATSPASS
#include "compiler/quantize/Passes.h.inc"

namespace quantize {

namespace {

/// How often a network is changed for what its operations demand before we give up.
constexpr unsigned kMaxChanges = 64;

/// The largest number that the input is, normalized.
double getInputMagnitude(snn::EncodeOp encode, const std::optional<ObservedInput> &seen,
                         bool isByte) {
  if (seen && !isByte)
    return seen->normalized.magnitude();
  // Bytes are 0 to 1, and what is not known is taken to be.
  double max = 0;
  int64_t channels = encode.getSpikes().getType().getShape()[0];
  for (int64_t c = 0; c < channels; ++c)
    for (double value : {0.0, 1.0}) {
      value -= encode.getMean() ? (*encode.getMean())[c] : 0;
      value /= encode.getStd() ? (*encode.getStd())[c] : 1;
      max = std::max(max, std::abs(value));
    }
  return max;
}

FailureOr<IntegerSteps> chooseInputSteps(snn::EncodeOp encode, int64_t totalSteps) {
  if (!encode.getSchedule())
    return IntegerSteps();
  FailureOr<IntegerSteps> made =
      quantizeSteps(encode, encode.getScheduleAttr(), totalSteps, kStepFraction);
  if (failed(made))
    return failure();
  for (int64_t step : made->steps)
    if (encode.getCode() == snn::InputCode::Float && step > (int64_t{1} << made->fraction))
      return encode.emitOpError() << "has steps above 1, which overshoot the input";
  return made;
}

LogicalResult chooseInput(snn::EncodeOp encode, const Settings &settings) {
  FailureOr<IntegerSteps> steps = chooseInputSteps(encode, settings.steps);
  if (failed(steps))
    return failure();
  std::optional<ObservedInput> seen = getObserved(encode, settings.inputHeadroom);
  const double max = getInputMagnitude(encode, seen, settings.isByte);
  snn::FixedInputAttr fixed =
      makeInput(encode, settings.isByte, seen ? seen->raw.magnitude() : 1, max, *steps);
  if (encode.getCode() == snn::InputCode::Float &&
      std::ldexp(max, static_cast<int>(fixed.getFraction())) > INT16_MAX)
    return encode.emitOpError() << "takes inputs of up to " << showNumber(max)
                                << ", which do not fit in 16 bits beside its steps; scale them "
                                   "(--std), or use the direct input code";
  setFormat(encode, {fixed, steps->schedule});
  return success();
}

} // namespace

LogicalResult chooseFormats(func::FuncOp network, const Settings &settings, RoundingMemo &memo) {
  for (auto pool : network.getOps<snn::AveragePoolOp>())
    if (snn::getCommonCount(pool) == 0)
      return pool.emitOpError() << "averages windows of too many different sizes for integers";
  if (failed(chooseInput(*network.getOps<snn::EncodeOp>().begin(), settings)) ||
      failed(chooseFractions(network, settings)))
    return failure();
  for (auto synapse : network.getOps<snn::SynapseOpInterface>())
    synapse->removeAttr(snn::kFormatAttrName); // of an earlier choice
  const Magnitudes magnitudes(settings.headroom);
  for (unsigned changes = 0; changes < kMaxChanges; ++changes) {
    Importance importance(network, magnitudes);
    ScaleChooser chooser(network, settings.weightBits, magnitudes, importance, memo);
    if (chooser.getDemands().empty()) {
      chooser.writeFormats();
      return success();
    }
    meetDemands(chooser.getDemands());
  }
  return network.emitError() << "finds no LSBs in which no weights are lost";
}

} // namespace quantize

namespace {

using namespace quantize;

struct ChooseFormats : impl::ChooseFormatsPassBase<ChooseFormats> {
  using ChooseFormatsPassBase::ChooseFormatsPassBase;

  void runOnOperation() override {
    func::FuncOp network = getOperation();
    const Settings settings{weightBits, stateBits,     steps,       input == "u8",
                            headroom,   inputHeadroom, signFraction};
    RoundingMemo memo;
    if (failed(checkSettings(network, settings, input)) || failed(checkIntegerForm(network)) ||
        failed(checkPrepared(network)) || failed(isObserved(network, headroom)) ||
        failed(chooseFormats(network, settings, memo)))
      signalPassFailure();
  }
};

} // namespace
} // namespace snnc
