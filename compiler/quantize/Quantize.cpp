//===- Turn a spiking network into integers ------------------------------------------------------------------===//
//
// The phases in their order, each of which is a pass by itself: observe; prepare; choose formats; convert; prove that sums
// fit. Formats are written on the network, and a clone of it is converted: where a sum does not fit, formats are chosen
// again with a requantize or with fewer bits in front of it.
//
//===----------------------------------------------------------------------------------------------===//
#include "compiler/data/InputParts.h"
#include "compiler/quantize/ChooseFormats.h"
#include "compiler/quantize/ConvertIntegers.h"
#include "compiler/quantize/Observed.h"
#include "compiler/quantize/Passes.h"
#include "compiler/quantize/Relieve.h"
#include "dialects/snn/Attributes.h"
#include "dialects/snn/SNN.h"
#include "dialects/support/Numbers.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_QUANTIZEPASS
#include "compiler/quantize/Passes.h.inc"

namespace {

using namespace quantize;

/// Weight bits that are not given up without a word.
constexpr unsigned kNotedBits = 2;

/// How often a network is changed before we give up.
constexpr unsigned kMaxAttempts = 64;

struct Quantize : impl::QuantizePassBase<Quantize> {
  using QuantizePassBase::QuantizePassBase;

  void runOnOperation() override {
    if (failed(quantize(getOperation())))
      signalPassFailure();
  }

private:
  LogicalResult quantize(func::FuncOp network) {
    Settings settings{weightBits, stateBits,     steps,        input == "u8",
                      headroom,   inputHeadroom, kSignFraction};
    if (failed(checkSettings(network, settings, input)) || failed(checkIntegerForm(network)))
      return failure();
    if (!calibration.empty()) {
      auto dataset = data::Dataset::load(calibration, {}, getInputParts(network));
      if (!dataset)
        return network.emitError() << dataset.error();
      FailureOr<Ranges> observed = observeOperands(network, *dataset, limit, headroom);
      if (failed(observed))
        return failure();
      recordRanges(network, *observed);
      settings.isByte |= input.empty() && dataset->hasBytes();
    }
    FailureOr<bool> isKnown = isObserved(network, headroom);
    if (failed(isKnown))
      return failure();
    FailureOr<Fit> best = findFit(network, settings);
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
    if (!calibration.empty())
      releaseObserved(network);
    network.getBody().takeBody(best->network->getBody());
    report(network, *isKnown, best->given.weightBits);
    return success();
  }

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
  FailureOr<Fit> findFit(func::FuncOp network, Settings settings) {
    Fit best;
    RoundingMemo memo;
    for (unsigned fraction : {kSignFraction, kStepFraction}) {
      if (fraction == kStepFraction && !hasSigns(network))
        continue;
      settings.signFraction = fraction;
      FailureOr<Fit> found = fit(network, settings, memo);
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

  /// Tries until every sum fits in 32 bits; no network where none will.
  FailureOr<Fit> fit(func::FuncOp network, const Settings &settings, RoundingMemo &memo) {
    OwningOpRef<func::FuncOp> prepared(network.clone());
    prepareIntegers(*prepared);
    Fit found;
    for (unsigned attempt = 0; attempt < kMaxAttempts; ++attempt) {
      if (failed(chooseFormats(*prepared, settings, memo)))
        return failure();
      IRMapping toCopy;
      OwningOpRef<func::FuncOp> copy(cast<func::FuncOp>((*prepared)->clone(toCopy)));
      FailureOr<AccumulatorBounds> bounds = convertToIntegers(*copy, memo);
      if (failed(bounds))
        return failure();
      if (bounds->overflows.empty()) {
        for (Operation &op : prepared->front())
          if (unsigned lost = getLostBits(&op); lost >= kNotedBits)
            found.notes.push_back({op.getLoc(), lost});
        found.network = std::move(copy);
        return found;
      }
      if (!relieveAll(*prepared, findOriginals(*prepared, toCopy, *bounds), settings.weightBits,
                      found))
        break;
    }
    if (!found.widest)
      found.widest = network.getLoc();
    return found;
  }

  /// What does not fit, in the network that `toCopy` leads from.
  static SmallVector<Overflow> findOriginals(func::FuncOp network, const IRMapping &toCopy,
                                             const AccumulatorBounds &bounds) {
    llvm::SmallDenseMap<Operation *, unsigned> missing;
    for (const AccumulatorBounds::Overflow &overflow : bounds.overflows)
      missing[overflow.op] = overflow.missing;
    SmallVector<Overflow> found;
    for (Operation &op : network.front())
      if (unsigned bits = missing.lookup(toCopy.lookupOrNull(&op)))
        found.push_back({&op, bits});
    return found;
  }

  /// Relieves the first sum of each part of the network that populations separate from others: what is done about one may be
  /// enough for those behind it, and is nothing to other parts.
  static bool relieveAll(func::FuncOp network, ArrayRef<Overflow> overflows, unsigned weightBits,
                         Fit &found) {
    llvm::EquivalenceClasses<Operation *> parts = getLinearParts(network);
    llvm::SmallPtrSet<Operation *, 8> relieved;
    for (const Overflow &overflow : overflows) {
      if (!relieved.insert(parts.getLeaderValue(overflow.op)).second)
        continue;
      found.widest = overflow.op->getLoc();
      if (!relieve(network, overflow, weightBits, found.given))
        return false;
    }
    return true;
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
