//===- Turn a spiking network into integers ------------------------------------------------------------------===//
//
// In this order, because each needs what is before it: ranges of the operands; fraction bits and steps of
// the populations, and with them the LSB of every spike; the LSBs of currents, and with them integer
// weights and biases; the multipliers from each current's LSB to its population's; the proof that sums
// fit. Where weights would be lost, or one does not fit, everything behind the ranges is done again with a requantize or
// with fewer bits in front of it.
//
//===----------------------------------------------------------------------------------------------===//
#include "compiler/data/InputParts.h"
#include "compiler/quantize/Observed.h"
#include "compiler/quantize/Passes.h"
#include "compiler/quantize/Relieve.h"
#include "dialects/snn/Attributes.h"
#include "dialects/snn/SNN.h"
#include "dialects/support/Numbers.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/OwningOpRef.h"

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_QUANTIZEPASS
#include "compiler/quantize/Passes.h.inc"

namespace {

using namespace quantize;

/// Weight bits that are not given up without a word.
constexpr unsigned kNotedBits = 2;

/// How often a network is changed before we give up.
constexpr unsigned kMostAttempts = 64;

struct Quantize : impl::QuantizePassBase<Quantize> {
  using QuantizePassBase::QuantizePassBase;

  void runOnOperation() override {
    if (failed(quantize(getOperation())))
      signalPassFailure();
  }

private:
  LogicalResult check(func::FuncOp network) {
    if (weightBits != 8 && weightBits != 4 && weightBits != 2)
      return network.emitError() << "weight-bits are 8, 4 or 2, found " << weightBits.getValue();
    if (stateBits != 16 && stateBits != 32)
      return network.emitError() << "state-bits are 16 or 32, found " << stateBits.getValue();
    if (!input.empty() && input != "u8" && input != "i16")
      return network.emitError() << "input is u8 or i16, found '" << input.getValue() << "'";
    return checkIntegerForm(network);
  }

  LogicalResult quantize(func::FuncOp network) {
    if (failed(check(network)))
      return failure();
    Observation seen;
    Settings settings{weightBits, stateBits,     steps,        input == "u8",
                      headroom,   inputHeadroom, kSignFraction};
    if (!calibration.empty()) {
      auto dataset = data::Dataset::load(calibration, {}, getInputParts(network));
      if (!dataset)
        return network.emitError() << dataset.error();
      FailureOr<Ranges> observed = observeOperands(network, *dataset, limit, headroom);
      if (failed(observed))
        return failure();
      recordRanges(network, *observed);
      seen = {std::move(observed->magnitudes), std::move(observed->moments)};
      widen(seen.magnitudes, headroom);
      settings.isByte |= input.empty() && dataset->hasBytes();
    }
    FailureOr<bool> isKnown = isObserved(network);
    if (failed(isKnown))
      return failure();
    auto encode = *network.getOps<snn::EncodeOp>().begin();
    IntegerSteps inputSteps;
    if (encode.getSchedule()) {
      FailureOr<IntegerSteps> made =
          quantizeSteps(encode, encode.getScheduleAttr(), steps, kStepFraction);
      if (failed(made))
        return failure();
      inputSteps = *made;
      for (int64_t step : inputSteps.steps)
        if (encode.getCode() == snn::InputCode::Float && step > (int64_t{1} << inputSteps.fraction))
          return encode.emitOpError() << "has steps above 1, which overshoot the input";
    }
    FailureOr<Fit> best = findFit(network, settings, seen, inputSteps);
    if (failed(best))
      return failure();
    if (!best->network)
      return mlir::emitError(*best->widest)
             << "has sums that do not fit in 32 bits even with the fewest bits of its weights and "
                "of what they "
                "multiply; use fewer steps, a smaller first step or --weight-bits 4";
    for (auto [location, lost] : best->notes)
      mlir::emitWarning(location) << "weights have " << lost
                                  << " bits less than asked for, so that sums fit in 32 bits";
    network.getBody().takeBody(best->network->getBody());
    for (auto constant : llvm::make_early_inc_range(network.getOps<arith::ConstantOp>()))
      if (constant->use_empty())
        constant->erase();
    report(network, *isKnown, best->given.weightBits);
    return success();
  }

  /// What images tell beyond the ranges, which are attributes: nothing without images.
  struct Observation {
    llvm::DenseMap<Value, Numbers> magnitudes;
    std::vector<std::vector<InputMoments>> moments;
  };

  /// A network in integers, and what was given up for its sums; without a network, where they do not fit.
  struct Fit {
    OwningOpRef<func::FuncOp> network;
    Concessions given;
    std::optional<Location> widest;
    SmallVector<std::pair<Location, unsigned>>
        notes; ///< sums whose weights lost many bits, and how many

    bool isBetterThan(const Fit &other) const {
      return network &&
             (!other.network || std::tie(given.weightBits, given.roundings) <
                                    std::tie(other.given.weightBits, other.given.roundings));
    }
  };

  /// The network in integers that gives up the fewest weight bits; of those, one with the fewest sums that are
  /// rounded, and then one with fine steps of the sign code.
  FailureOr<Fit> findFit(func::FuncOp network, Settings settings, const Observation &seen,
                         const IntegerSteps &inputSteps) {
    Fit best;
    RoundingMemo memo;
    for (unsigned fraction : {kSignFraction, kStepFraction}) {
      if (fraction == kStepFraction && !hasSigns(network))
        continue;
      settings.signFraction = fraction;
      FailureOr<std::vector<Choice>> choices = chooseFractions(network, settings);
      if (failed(choices))
        return failure();
      FailureOr<Fit> found = fit(network, settings, seen, *choices, inputSteps, memo);
      if (failed(found))
        return failure();
      if (!best.widest || found->isBetterThan(best))
        best = std::move(*found);
      if (best.network && best.given.weightBits + best.given.roundings == 0)
        break;
    }
    return best;
  }

  static bool hasSigns(func::FuncOp network) {
    return llvm::any_of(network.getOps<snn::NeuronOp>(), [](snn::NeuronOp neuron) {
      return neuron.getCode().getKind() == snn::SpikeCode::Sign;
    });
  }

  /// Tries until no weights are lost and every sum fits in 32 bits; no network where none will.
  FailureOr<Fit> fit(func::FuncOp network, const Settings &settings, const Observation &seen,
                     const std::vector<Choice> &choices, const IntegerSteps &inputSteps,
                     RoundingMemo &memo) {
    IRMapping mapping;
    OwningOpRef<func::FuncOp> prepared(cast<func::FuncOp>(network->clone(mapping)));
    Magnitudes known;
    for (const auto &[stream, largest] : seen.magnitudes)
      known.insert(mapping.lookup(stream), largest);
    prepareIntegers(*prepared);
    Fit found;
    for (unsigned attempt = 0; attempt < kMostAttempts; ++attempt) {
      IRMapping toCopy;
      OwningOpRef<func::FuncOp> copy(cast<func::FuncOp>((*prepared)->clone(toCopy)));
      Magnitudes magnitudes = known.map(toCopy);
      FailureOr<Obstacles> obstacles =
          Attempt(*copy, settings, seen.moments, magnitudes, choices, inputSteps, memo).run();
      if (failed(obstacles))
        return failure();
      if (!obstacles->demands.empty()) {
        meetDemands(*prepared, obstacles->demands);
        continue;
      }
      if (!obstacles->overflow) {
        for (Operation &op : prepared->front())
          if (unsigned lost = getLostBits(&op); lost >= kNotedBits)
            found.notes.push_back({op.getLoc(), lost});
        found.network = std::move(copy);
        return found;
      }
      Block &operations = prepared->front();
      found.widest =
          std::next(operations.begin(), static_cast<ptrdiff_t>(obstacles->overflow->number))
              ->getLoc();
      if (!relieve(*prepared, *obstacles->overflow, toCopy, settings.weightBits, found.given))
        break;
    }
    if (!found.widest)
      found.widest = network.getLoc();
    return found;
  }

  void report(func::FuncOp network, bool hasData, unsigned lost) {
    int64_t layers = 0, saturated = 0;
    for (auto neuron : network.getOps<snn::NeuronOp>()) {
      ++layers;
      if (auto seen = neuron->getAttrOfType<DictionaryAttr>(snn::kQuantizationAttrName))
        saturated += seen.getAs<IntegerAttr>("saturated").getInt();
    }
    auto remark = network.emitRemark()
                  << "quantized " << layers << " populations to " << unsigned(weightBits)
                  << "-bit weights and " << unsigned(stateBits) << "-bit states";
    if (hasData)
      remark << ", " << saturated << " estimates saturate on the images";
    else
      remark << "; no images, so estimates are taken to stay within " << showNumber(kUsualEstimate)
             << " units";
    if (lost > 0)
      remark << "; " << lost << " weight bits given up so that sums fit in 32 bits";
  }
};

} // namespace
} // namespace snnc
