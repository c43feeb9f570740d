#include "compiler/quantize/Observed.h"

#include "dialects/snn/Attributes.h"

using namespace mlir;

namespace snnc::quantize {

namespace {

/// Of the numbers by exponent only those from the first to the last that there are.
Attribute write(MLIRContext *context, const OperandRange &range) {
  Builder builder(context);
  auto isSome = [](uint64_t count) { return count > 0; };
  auto first = llvm::find_if(range.ofExponent, isSome);
  auto last = std::find_if(range.ofExponent.rbegin(), range.ofExponent.rend(), isSome).base();
  SmallVector<int64_t> counts;
  if (first != range.ofExponent.end())
    counts.append(first, last);
  int64_t exponent = counts.empty() ? 0 : first - range.ofExponent.begin() - OperandRange::kZero;
  return builder.getDictionaryAttr(
      {builder.getNamedAttr("counts", builder.getDenseI64ArrayAttr(counts)),
       builder.getNamedAttr("exponent", builder.getI64IntegerAttr(exponent)),
       builder.getNamedAttr("least", builder.getF64FloatAttr(range.least)),
       builder.getNamedAttr("most", builder.getF64FloatAttr(range.most)),
       builder.getNamedAttr("seen", builder.getI64IntegerAttr(static_cast<int64_t>(range.total)))});
}

OperandRange read(DictionaryAttr written) {
  OperandRange range;
  range.least = written.getAs<FloatAttr>("least").getValueAsDouble();
  range.most = written.getAs<FloatAttr>("most").getValueAsDouble();
  range.total = static_cast<uint64_t>(written.getAs<IntegerAttr>("seen").getInt());
  llvm::copy(written.getAs<DenseI64ArrayAttr>("counts").asArrayRef(),
             range.ofExponent.begin() + written.getAs<IntegerAttr>("exponent").getInt() +
                 OperandRange::kZero);
  return range;
}

SmallVector<OperandRange, 2> readAll(Operation *op, double headroom) {
  SmallVector<OperandRange, 2> ranges;
  if (auto written = op->getAttrOfType<ArrayAttr>(snn::kObservedAttrName))
    for (auto one : written.getAsRange<DictionaryAttr>())
      ranges.emplace_back(read(one)).widen(headroom);
  return ranges;
}

} // namespace

void recordRanges(func::FuncOp network, const Ranges &ranges) {
  MLIRContext *context = network.getContext();
  auto record = [&](Operation *op, ArrayRef<Attribute> all) {
    op->setAttr(snn::kObservedAttrName, ArrayAttr::get(context, all));
  };
  for (auto encode : network.getOps<snn::EncodeOp>())
    record(encode, {write(context, ranges.raw), write(context, ranges.input)});
  for (auto neuron : network.getOps<snn::NeuronOp>()) {
    SmallVector<Attribute> all;
    for (OpOperand &operand : neuron->getOpOperands())
      all.push_back(write(context, ranges.operands.find(&operand)->second));
    record(neuron, all);
  }
}

FailureOr<bool> isObserved(func::FuncOp network) {
  Operation *with = nullptr, *without = nullptr;
  for (Operation &op : network.front())
    if (isa<snn::EncodeOp, snn::NeuronOp>(op))
      (op.hasAttr(snn::kObservedAttrName) ? with : without) = &op;
  if (with && without)
    return without->emitOpError() << "has no '" << snn::kObservedAttrName
                                  << "', but others have; run --snn-observe on the whole network";
  return with != nullptr;
}

SmallVector<OperandRange, 2> getObserved(snn::NeuronOp neuron, double headroom) {
  return readAll(neuron, headroom);
}

std::optional<ObservedInput> getObserved(snn::EncodeOp encode, double headroom) {
  SmallVector<OperandRange, 2> ranges = readAll(encode, headroom);
  if (ranges.empty())
    return std::nullopt;
  return ObservedInput{ranges[0], ranges[1]};
}

} // namespace snnc::quantize
