//===- Turn a spiking network into integers ------------------------------------------------------------------===//
//
// In this order, because each needs what is before it: ranges of the operands; fraction bits and steps of
// the populations, and with them the LSB of every spike; the LSBs of currents, and with them integer
// weights and biases; the multipliers from each current's LSB to its population's; the proof that sums
// fit. Where one does not, everything behind the ranges is done again with fewer bits in front of it.
//
//===----------------------------------------------------------------------------------------------===//
#include "compiler/quantize/Attempt.h"
#include "compiler/quantize/Passes.h"
#include "dialects/snn/SNN.h"
#include "dialects/support/Numbers.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/OwningOpRef.h"

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_QUANTIZEPASS
#include "compiler/quantize/Passes.h.inc"

namespace {

using namespace quantize;

/// How often a layer may lose a weight bit before we give up.
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
    if (network.isDeclaration() || network.getOps<snn::EncodeOp>().empty())
      return network.emitError() << "has no 'snn.encode': convert the network to spikes first";
    for (Operation &op : network.front()) {
      if (auto end = dyn_cast<snn::DecodeOp>(op); end && end.getCurrent().getType().getIsFixed())
        return op.emitOpError() << "is in integers already";
      if (auto synapse = dyn_cast<snn::SynapseOpInterface>(op); synapse && synapse.isBilinear())
        return op.emitOpError() << "multiplies two streams, which has no integer form";
      if (isa<snn::IfOp>(op) ||
          (isa<snn::EncodeOp>(op) && cast<snn::EncodeOp>(op).getCode() == snn::InputCode::Analog))
        return op.emitOpError() << "carries rates, which have no integer form; convert the network "
                                   "with signgd dynamics";
      if (!isa<snn::EncodeOp, snn::DecodeOp, snn::NeuronOp, snn::SynapseOpInterface,
               arith::ConstantOp, func::ReturnOp>(op))
        return op.emitOpError() << "has no integer form";
    }
    return success();
  }

  LogicalResult quantize(func::FuncOp network) {
    if (failed(check(network)))
      return failure();
    std::optional<Ranges> ranges;
    Settings settings{weightBits, stateBits, steps, input == "u8"};
    if (!data.empty()) {
      auto dataset = numpy::Dataset::load(data);
      if (!dataset)
        return network.emitError() << dataset.error();
      FailureOr<Ranges> observed = observeOperands(network, *dataset, limit);
      if (failed(observed))
        return failure();
      ranges = std::move(*observed);
      settings.isByte |= input.empty() && dataset->hasBytes();
    }
    FailureOr<std::vector<Choice>> choices =
        chooseFractions(network, ranges ? &*ranges : nullptr, settings);
    if (failed(choices))
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
    prepareIntegers(network);
    return fit(network, settings, ranges ? &*ranges : nullptr, *choices, inputSteps);
  }

  /// Tries until every sum fits in 32 bits.
  LogicalResult fit(func::FuncOp network, const Settings &settings, const Ranges *ranges,
                    const std::vector<Choice> &choices, const IntegerSteps &inputSteps) {
    std::vector<unsigned> coarser(network.front().getOperations().size(), 0);
    for (unsigned attempt = 0; attempt < kMostAttempts; ++attempt) {
      OwningOpRef<func::FuncOp> copy(network.clone());
      FailureOr<std::optional<size_t>> overflow =
          Attempt(*copy, settings, ranges, choices, inputSteps).run(coarser);
      if (failed(overflow))
        return failure();
      if (!*overflow) {
        network.getBody().takeBody(copy->getBody());
        for (auto constant : llvm::make_early_inc_range(network.getOps<arith::ConstantOp>()))
          if (constant->use_empty())
            constant->erase();
        report(network, ranges != nullptr, attempt);
        return success();
      }
      ++coarser[**overflow];
      if (coarser[**overflow] >= settings.weightBits)
        break;
    }
    return network.emitError() << "has sums that do not fit in 32 bits even with the fewest weight "
                                  "bits; use fewer steps or a smaller first step";
  }

  void report(func::FuncOp network, bool hasData, unsigned lost) {
    int64_t layers = 0, saturated = 0;
    for (auto neuron : network.getOps<snn::NeuronOp>()) {
      ++layers;
      if (auto seen = neuron->getAttrOfType<DictionaryAttr>("snn.quantization"))
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
