#include "compiler/quantize/Observed.h"

#include "dialects/snn/Attributes.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Numbers.h"
#include "mlir/IR/DialectResourceBlobManager.h"

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
       builder.getNamedAttr("min", builder.getF64FloatAttr(range.min)),
       builder.getNamedAttr("max", builder.getF64FloatAttr(range.max)),
       builder.getNamedAttr("seen", builder.getI64IntegerAttr(static_cast<int64_t>(range.total)))});
}

OperandRange read(DictionaryAttr written) {
  OperandRange range;
  range.min = written.getAs<FloatAttr>("min").getValueAsDouble();
  range.max = written.getAs<FloatAttr>("max").getValueAsDouble();
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

ElementsAttr write(MLIRContext *context, ArrayRef<int64_t> shape, Numbers &numbers,
                   StringRef name) {
  const Numbers taken = std::move(numbers);
  return makeConstant(RankedTensorType::get(shape, Float64Type::get(context)), taken, name);
}

DictionaryAttr write(MLIRContext *context, GroupMoments &moments, double headroom) {
  Builder builder(context);
  auto groups = static_cast<int64_t>(moments.groups);
  const int64_t means = static_cast<int64_t>(moments.means.size()) / groups;
  const int64_t factors = static_cast<int64_t>(moments.factors.size()) / groups;
  return builder.getDictionaryAttr(
      {builder.getNamedAttr("factors",
                            write(context, {groups, factors}, moments.factors, "factors")),
       builder.getNamedAttr("headroom", builder.getF64FloatAttr(headroom)),
       builder.getNamedAttr("means", write(context, {groups, means}, moments.means, "means"))});
}

/// Numbers where they lie, or a copy of them.
ArrayRef<double> view(ElementsAttr attr, Numbers &copy) {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attr)) {
    ArrayRef<char> bytes = resource.getRawHandle().getBlob()->getData();
    if (reinterpret_cast<uintptr_t>(bytes.data()) % alignof(double) == 0)
      return {reinterpret_cast<const double *>(bytes.data()), bytes.size() / sizeof(double)};
  }
  copy = *readNumbers(attr);
  return copy;
}

void release(Attribute attr) {
  if (auto resource = dyn_cast_or_null<DenseResourceElementsAttr>(attr))
    *resource.getRawHandle().getBlob() = AsmResourceBlob();
}

/// Which of the attributes `op` should have.
SmallVector<StringRef, 2> getExpected(Operation *op) {
  if (isa<snn::EncodeOp, snn::NeuronOp>(op))
    return {snn::kObservedAttrName, snn::kMagnitudesAttrName};
  if (isa<snn::WeightedOpInterface>(op))
    return {snn::kMagnitudesAttrName, snn::kMomentsAttrName};
  // These may be there to prepare the network for integers.
  if (isa<snn::SynapseOpInterface>(op) && !isa<snn::ScaleOp, snn::BiasOp, snn::RequantizeOp>(op))
    return {snn::kMagnitudesAttrName};
  return {};
}

} // namespace

void recordRanges(func::FuncOp network, Ranges &ranges) {
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
  for (Operation &op : network.front())
    if (op.getNumResults() == 1)
      if (auto found = ranges.magnitudes.find(op.getResult(0)); found != ranges.magnitudes.end())
        op.setAttr(snn::kMagnitudesAttrName,
                   write(context, snn::getStreamShape(op.getResult(0).getType()), found->second,
                         "magnitudes"));
  for (auto &[op, moments] : ranges.moments)
    op->setAttr(snn::kMomentsAttrName, write(context, moments, ranges.headroom));
}

FailureOr<bool> isObserved(func::FuncOp network, double headroom) {
  Operation *with = nullptr, *without = nullptr;
  StringRef missing;
  for (Operation &op : network.front())
    for (StringRef name : getExpected(&op)) {
      if (op.hasAttr(name)) {
        with = &op;
      } else if (!without) {
        without = &op;
        missing = name;
      }
    }
  if (with && without)
    return without->emitOpError() << "has no '" << missing
                                  << "', but others have; run --snn-observe on the whole network";
  for (Operation &op : network.front())
    if (auto moments = op.getAttrOfType<DictionaryAttr>(snn::kMomentsAttrName))
      if (double taken = moments.getAs<FloatAttr>("headroom").getValueAsDouble(); taken != headroom)
        return op.emitOpError() << "has moments for a headroom of " << showNumber(taken)
                                << ", not of " << showNumber(headroom)
                                << "; run --snn-observe with that one";
  return with != nullptr;
}

void releaseObserved(func::FuncOp network) {
  for (Operation &op : network.front()) {
    release(op.getAttr(snn::kMagnitudesAttrName));
    if (auto moments = op.getAttrOfType<DictionaryAttr>(snn::kMomentsAttrName))
      for (NamedAttribute entry : moments)
        release(entry.getValue());
  }
}

SeenMoments::SeenMoments(Operation *op) {
  auto written = op->getAttrOfType<DictionaryAttr>(snn::kMomentsAttrName);
  if (!written)
    return;
  auto all = written.getAs<ElementsAttr>("means");
  groups =
      divide(static_cast<size_t>(all.getShapedType().getDimSize(0)), view(all, means),
             view(written.getAs<ElementsAttr>("factors"), factors), written.getAsOpaquePointer());
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
