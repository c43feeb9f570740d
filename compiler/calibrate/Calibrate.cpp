//===- Record the range of every activation on calibration data -----------------------------------------===//
#include "compiler/calibrate/Domains.h"
#include "compiler/calibrate/Passes.h"
#include "compiler/calibrate/Saturation.h"
#include "compiler/data/Dataset.h"
#include "compiler/data/InputParts.h"
#include "compiler/support/Progress.h"
#include "dialects/ann/ANN.h"
#include "dialects/ann/Attributes.h"
#include "dialects/support/Numbers.h"
#include "dialects/support/Shapes.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>
#include <limits>

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_CALIBRATEPASS
#include "compiler/calibrate/Passes.h.inc"

namespace {

DenseElementsAttr makeAttr(MLIRContext *context, ArrayRef<int64_t> shape,
                           ArrayRef<double> numbers) {
  return DenseElementsAttr::get(RankedTensorType::get(shape, Float64Type::get(context)), numbers);
}

/// What an operation gives at most, in either direction, whatever its operands are.
std::pair<double, double> getBounds(Operation *op) {
  using Bounds = std::pair<double, double>;
  return llvm::TypeSwitch<Operation *, Bounds>(op)
      .Case<ann::SigmoidOp, ann::HardSigmoidOp>([](auto) { return Bounds(0, 1); })
      .Case<ann::TanhOp, ann::ErfOp>([](auto) { return Bounds(-1, 1); })
      .Case([](ann::ClipOp clip) { return Bounds(clip.getLower(), clip.getUpper()); })
      .Default([](Operation *) {
        constexpr double kNone = std::numeric_limits<double>::infinity();
        return Bounds(-kNone, kNone);
      });
}

/// The range of all channels for each of them.
void share(Range &range) {
  size_t channels = range.lower.size();
  double lower = *llvm::min_element(range.lower), upper = *llvm::max_element(range.upper);
  range.lower.assign(channels, lower);
  range.upper.assign(channels, upper);
}

/// `headroom` times as far from 0, but not beyond what the function can give.
void widen(Operation *op, Range &range, double headroom) {
  auto [min, max] = getBounds(op);
  // What is seen stays in the range, whatever rounding does.
  for (double &number : range.lower)
    number = std::min(number, std::max(number * headroom, min));
  for (double &number : range.upper)
    number = std::max(number, std::min(number * headroom, max));
}

struct Calibrate : impl::CalibratePassBase<Calibrate> {
  using CalibratePassBase::CalibratePassBase;

  void runOnOperation() override {
    if (failed(calibrate(getOperation())))
      signalPassFailure();
  }

private:
  LogicalResult calibrate(func::FuncOp function) {
    auto granularity = options::parse<Granularity>(scalePer, [&] { return function.emitError(); });
    if (failed(granularity))
      return failure();
    if (!(headroom >= 1 && std::isfinite(headroom)))
      return function.emitError() << "headroom must be at least 1, found "
                                  << showNumber(double(headroom));
    if (calibration.empty())
      return function.emitError() << "calibration needs images; give them with data=FILE";
    auto dataset = data::Dataset::load(calibration, {}, getInputParts(function));
    if (!dataset)
      return function.emitError() << dataset.error();
    FailureOr<reference::Evaluator> evaluator = reference::Evaluator::create(function);
    if (failed(evaluator))
      return failure();

    ObserverOptions options;
    options.images = limit > 0 ? std::min<int64_t>(limit, dataset->size()) : dataset->size();
    if (failed(readInput(function, *dataset, options)))
      return failure();
    Progress progress("calibrating", options.images);
    options.progress = [&](int64_t done) { progress.update(done); };
    std::vector<Demand> demands = getDemands(function);
    std::vector<Watched> watched;
    function.walk([&](Operation *op) {
      if (op->hasTrait<ann::Nonlinear>() && !op->hasAttr(ann::ANNDialect::kHostAttrName))
        watched.push_back({op->getResult(0), *granularity});
    });
    for (const Demand &demand : demands)
      watched.push_back(demand.operand);
    SmallVector<ann::ClipOp> saturations;
    function.walk([&](ann::ClipOp clip) {
      if (!clip->hasAttr(ann::kSaturationAttrName))
        return;
      saturations.push_back(clip);
      watched.push_back({clip.getInput(), Granularity::Tensor});
    });
    ::snn::Result<Ranges> ranges = observe(*evaluator, watched, options);
    if (!ranges)
      return function.emitError() << ranges.error();
    for (const Demand &demand : demands)
      if (failed(check(demand, ranges->at(demand.operand))))
        return failure();
    if (failed(annotate(function, *ranges, *granularity, options.images)))
      return failure();
    for (const Demand &demand : demands)
      makePositive(demand, ranges->at(demand.operand));
    // The consumer goes before what it consumes, which may be another of them.
    for (ann::ClipOp clip : llvm::reverse(saturations)) {
      const Range &range = ranges->at({clip.getInput(), Granularity::Tensor});
      // Data may go `headroom` times as far from 0 as what was seen.
      double lower = range.lower.front(), upper = range.upper.front();
      relaxSaturation(clip, lower < 0 ? lower * headroom : lower,
                      upper > 0 ? upper * headroom : upper);
    }
    return success();
  }

  /// Shape, normalization and source of the images.
  LogicalResult readInput(func::FuncOp function, const data::Dataset &dataset,
                          ObserverOptions &options) {
    auto type = dyn_cast<RankedTensorType>(function.getArgument(0).getType());
    if (function.getNumArguments() != 1 || !type || type.getRank() < 2)
      return function.emitError() << "calibration needs one input with a batch dimension";
    options.shape.assign(type.getShape().begin() + 1, type.getShape().end());
    if (auto status = dataset.checkShape(options.shape); !status)
      return function.emitError() << status.error();
    if (auto status = dataset.checkBytes(); function.getArgAttr(0, ann::kBytesAttrName) && !status)
      return function.emitError() << status.error();
    data::Normalization normalization;
    auto read = [&](StringRef name) -> std::vector<double> {
      auto attr = function.getArgAttrOfType<DenseF64ArrayAttr>(0, name);
      return attr ? std::vector<double>(attr.asArrayRef().begin(), attr.asArrayRef().end())
                  : std::vector<double>();
    };
    normalization.mean = read(ann::kMeanAttrName);
    normalization.std = read(ann::kStdAttrName);
    int64_t channels = options.shape[0];
    if (auto status = normalization.check(channels); !status)
      return function.emitError() << status.error();
    int64_t size = dataset.imageSize();
    options.image = [&dataset, normalization, channels, size](int64_t index, double *values) {
      dataset.image(index, values);
      normalization.apply(std::span<double>(values, size), channels);
    };
    return success();
  }

  LogicalResult annotate(func::FuncOp function, const Ranges &ranges, Granularity granularity,
                         int64_t images) {
    bool ok = true;
    function.walk([&](Operation *op) {
      if (!op->hasTrait<ann::Nonlinear>() || op->hasAttr(ann::ANNDialect::kHostAttrName) || !ok)
        return;
      Range range = ranges.at({op->getResult(0), granularity});
      auto type = cast<RankedTensorType>(op->getResult(0).getType());
      double largest = type.getElementType().isF64() ? std::numeric_limits<double>::max()
                                                     : std::numeric_limits<float>::max();
      for (auto [lower, upper] : llvm::zip(range.lower, range.upper))
        ok &= std::abs(lower) <= largest && std::abs(upper) <= largest;
      if (!ok) {
        op->emitError() << "activation is not finite on the calibration data; "
                           "is the input normalized as the network was trained?";
        return;
      }
      // Of n values of a channel, the next exceeds the largest with a probability of 1 / (n + 1): a channel
      // of a fully connected layer that a few images show does not know its own range.
      int64_t values = images * countElements(type.getShape().drop_front());
      if (granularity == Granularity::Channel &&
          values < minValues * static_cast<int64_t>(range.lower.size()))
        share(range);
      widen(op, range, headroom);
      op->setAttr(ann::ANNDialect::kRangeAttrName,
                  ann::RangeAttr::get(&getContext(),
                                      makeAttr(&getContext(), range.shape, range.lower),
                                      makeAttr(&getContext(), range.shape, range.upper)));
    });
    return success(ok);
  }
};

} // namespace
} // namespace snnc
