//===- Record the range of every activation on calibration data -----------------------------------------===//
#include "compiler/calibrate/Observer.h"
#include "compiler/calibrate/Passes.h"
#include "compiler/import/numpy/Dataset.h"
#include "compiler/support/Progress.h"
#include "dialects/ann/ANN.h"
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

struct Calibrate : impl::CalibratePassBase<Calibrate> {
  using CalibratePassBase::CalibratePassBase;

  void runOnOperation() override {
    if (failed(calibrate(getOperation())))
      signalPassFailure();
  }

private:
  LogicalResult calibrate(func::FuncOp function) {
    std::optional<Granularity> granularity = llvm::StringSwitch<std::optional<Granularity>>(per)
                                                 .Case("channel", Granularity::Channel)
                                                 .Case("neuron", Granularity::Neuron)
                                                 .Case("tensor", Granularity::Tensor)
                                                 .Default(std::nullopt);
    if (!granularity)
      return function.emitError() << "per '" << per << "' is not one of channel, neuron, tensor";
    if (data.empty())
      return function.emitError() << "calibration needs images; give them with data=FILE";
    auto dataset = numpy::Dataset::load(data);
    if (!dataset)
      return function.emitError() << dataset.error();
    FailureOr<reference::Evaluator> evaluator = reference::Evaluator::create(function);
    if (failed(evaluator))
      return failure();

    ObserverOptions options;
    options.granularity = *granularity;
    options.images = limit > 0 ? std::min<int64_t>(limit, dataset->size()) : dataset->size();
    if (failed(readInput(function, *dataset, options)))
      return failure();
    Progress progress("calibrating", options.images);
    options.progress = [&](int64_t done) { progress.update(done); };
    std::string error;
    FailureOr<Ranges> ranges = observe(*evaluator, getOperations(function), options, error);
    if (failed(ranges))
      return function.emitError() << error;
    return annotate(function, *ranges);
  }

  /// Shape, normalization and source of the images.
  LogicalResult readInput(func::FuncOp function, const numpy::Dataset &dataset,
                          ObserverOptions &options) {
    auto type = dyn_cast<RankedTensorType>(function.getArgument(0).getType());
    if (function.getNumArguments() != 1 || !type || type.getRank() < 2)
      return function.emitError() << "calibration needs one input with a batch dimension";
    options.shape.assign(type.getShape().begin() + 1, type.getShape().end());
    if (auto status = dataset.checkShape(options.shape); !status)
      return function.emitError() << status.error();
    numpy::Normalization normalization;
    auto read = [&](StringRef name) -> std::vector<double> {
      auto attr = function.getArgAttrOfType<DenseF64ArrayAttr>(0, name);
      return attr ? std::vector<double>(attr.asArrayRef().begin(), attr.asArrayRef().end())
                  : std::vector<double>();
    };
    normalization.mean = read("ann.mean");
    normalization.std = read("ann.std");
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

  static SmallVector<Operation *> getOperations(func::FuncOp function) {
    SmallVector<Operation *> operations;
    function.walk([&](Operation *op) {
      if (op->hasTrait<ann::Nonlinear>())
        operations.push_back(op);
    });
    return operations;
  }

  LogicalResult annotate(func::FuncOp function, const Ranges &ranges) {
    for (auto &[op, range] : ranges) {
      auto type = cast<RankedTensorType>(op->getResult(0).getType());
      double largest = type.getElementType().isF64() ? std::numeric_limits<double>::max()
                                                     : std::numeric_limits<float>::max();
      for (auto [lower, upper] : llvm::zip(range.lower, range.upper))
        if (!(std::abs(lower) <= largest && std::abs(upper) <= largest))
          return op->emitError() << "activation is not finite on the calibration data; "
                                    "is the input normalized as the network was trained?";
      op->setAttr(ann::ANNDialect::kRangeAttrName,
                  ann::RangeAttr::get(&getContext(),
                                      makeAttr(&getContext(), range.shape, range.lower),
                                      makeAttr(&getContext(), range.shape, range.upper)));
    }
    return success();
  }
};

} // namespace
} // namespace snnc
