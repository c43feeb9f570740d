#include "compiler/quantize/Formats.h"

#include "compiler/quantize/PrepareIntegers.h"
#include "dialects/snn/Attributes.h"

using namespace mlir;

namespace snnc::quantize {

namespace {

NamedAttribute name(Builder &builder, StringRef name, int64_t number) {
  return builder.getNamedAttr(name, builder.getI64IntegerAttr(number));
}

NamedAttribute name(Builder &builder, StringRef name, ArrayRef<int64_t> numbers) {
  return builder.getNamedAttr(name, builder.getDenseI64ArrayAttr(numbers));
}

void set(Operation *op, ArrayRef<NamedAttribute> entries) {
  op->setAttr(snn::kFormatAttrName, DictionaryAttr::get(op->getContext(), entries));
}

DictionaryAttr get(Operation *op) {
  return op->getAttrOfType<DictionaryAttr>(snn::kFormatAttrName);
}

int64_t getNumber(DictionaryAttr format, StringRef name) {
  return format.getAs<IntegerAttr>(name).getInt();
}

} // namespace

void setFormat(snn::NeuronOp neuron, const NeuronFormat &format) {
  Builder builder(neuron.getContext());
  SmallVector<int64_t> inputs(format.inputFractions.begin(), format.inputFractions.end());
  set(neuron,
      {name(builder, "align", format.align), name(builder, "epsilon", format.epsilon),
       name(builder, "event_fraction", format.steps.fraction),
       name(builder, "input_fractions", inputs),
       name(builder, "operand_fraction", format.operandFraction),
       builder.getNamedAttr("schedule", format.steps.schedule),
       name(builder, "state", format.stateBits), name(builder, "steps", format.steps.steps)});
}

NeuronFormat getFormat(snn::NeuronOp neuron) {
  DictionaryAttr written = get(neuron);
  NeuronFormat format;
  format.stateBits = static_cast<unsigned>(getNumber(written, "state"));
  format.steps.fraction = static_cast<unsigned>(getNumber(written, "event_fraction"));
  format.steps.steps = written.getAs<DenseI64ArrayAttr>("steps").asArrayRef().vec();
  format.steps.schedule = written.getAs<snn::ScheduleAttr>("schedule");
  llvm::append_range(format.inputFractions,
                     written.getAs<DenseI64ArrayAttr>("input_fractions").asArrayRef());
  format.operandFraction = static_cast<int>(getNumber(written, "operand_fraction"));
  format.align = getNumber(written, "align");
  format.epsilon = getNumber(written, "epsilon");
  return format;
}

void setFormat(snn::EncodeOp encode, const InputFormat &format) {
  Builder builder(encode.getContext());
  SmallVector<NamedAttribute> entries = {builder.getNamedAttr("fixed", format.fixed)};
  if (format.schedule)
    entries.push_back(builder.getNamedAttr("schedule", format.schedule));
  set(encode, entries);
}

InputFormat getFormat(snn::EncodeOp encode) {
  DictionaryAttr written = get(encode);
  return {written.getAs<snn::FixedInputAttr>("fixed"),
          written.getAs<snn::ScheduleAttr>("schedule")};
}

void setFormat(snn::SynapseOpInterface synapse, const SynapseFormat &format) {
  Builder builder(synapse.getContext());
  Operation *op = synapse;
  SmallVector<NamedAttribute> entries = {builder.getNamedAttr("lsb", format.lsb)};
  if (isa<snn::RequantizeOp>(op))
    entries.push_back(name(builder, "limit", format.limit));
  if (isa<snn::WeightedOpInterface>(op))
    entries.append({name(builder, "bits", format.bits), name(builder, "shift", format.shift)});
  set(op, entries);
}

std::optional<SynapseFormat> getFormat(snn::SynapseOpInterface synapse) {
  Operation *op = synapse;
  DictionaryAttr written = get(op);
  if (!written)
    return std::nullopt;
  SynapseFormat format;
  format.lsb = written.getAs<ElementsAttr>("lsb");
  if (isa<snn::RequantizeOp>(op))
    format.limit = getNumber(written, "limit");
  if (isa<snn::WeightedOpInterface>(op)) {
    format.bits = static_cast<unsigned>(getNumber(written, "bits"));
    format.shift = static_cast<unsigned>(getNumber(written, "shift"));
  }
  return format;
}

LogicalResult checkFormats(func::FuncOp network) {
  for (Operation &op : network.front())
    if ((isa<snn::EncodeOp, snn::NeuronOp, snn::AddOp>(op) || isWeighted(&op)) && !get(&op))
      return op.emitOpError() << "has no '" << snn::kFormatAttrName
                              << "'; run --snn-choose-formats on the whole network";
  return success();
}

} // namespace snnc::quantize
