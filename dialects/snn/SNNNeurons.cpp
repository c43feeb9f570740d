//===- Neurons, encode and decode: legality ----------------------------------------------------------------===//
#include "dialects/snn/SNN.h"

#include "dialects/support/Constants.h"
#include "dialects/support/Numbers.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>

using namespace mlir;

namespace snnc::snn {
static ParseResult parseFunctionName(OpAsmParser &parser, FunctionAttr &function) {
  return detail::parseFunctionName(parser, function);
}
static void printFunctionName(OpAsmPrinter &printer, Operation *, FunctionAttr function) {
  printer << stringifyFunction(function.getValue());
}

/// Numbers as elements of their type are printed: what is infinite by its bits, which the parser reads. An array of numbers
/// alone would print a word.
static ParseResult parseParameters(OpAsmParser &parser, DenseF64ArrayAttr &params) {
  params = llvm::dyn_cast_or_null<DenseF64ArrayAttr>(DenseF64ArrayAttr::parse(parser, Type()));
  return success(params != nullptr);
}
static void printParameters(OpAsmPrinter &printer, Operation *op, DenseF64ArrayAttr params) {
  Builder builder(op->getContext());
  printer << '[';
  llvm::interleaveComma(params.asArrayRef(), printer, [&](double number) {
    printer.printAttributeWithoutType(builder.getF64FloatAttr(number));
  });
  printer << ']';
}

static ParseResult parseInputCodeName(OpAsmParser &parser, InputCodeAttr &code) {
  return detail::parseInputCodeName(parser, code);
}
static void printInputCodeName(OpAsmPrinter &printer, Operation *, InputCodeAttr code) {
  printer << stringifyInputCode(code.getValue());
}
} // namespace snnc::snn

#define GET_OP_CLASSES
#include "dialects/snn/SNNOps.cpp.inc"

namespace snnc::snn {

void SNNDialect::registerOperations() {
  addOperations<
#define GET_OP_LIST
#include "dialects/snn/SNNOps.cpp.inc"
      >();
}

//===- Encode and decode --------------------------------------------------------------------------------------===//

namespace {

/// What the encoder sends for each input code.
SpikeCode getSpikeCode(InputCode code) {
  switch (code) {
  case InputCode::Direct:
  case InputCode::Float:
    return SpikeCode::Graded;
  case InputCode::Spike:
    return SpikeCode::Sign;
  case InputCode::Analog:
    return SpikeCode::Analog;
  }
  return SpikeCode::Graded;
}

/// The shape of one sample of a tensor with a batch dimension, or nothing when it has none.
ArrayRef<int64_t> getSampleShape(Value tensor) {
  ArrayRef<int64_t> shape = cast<RankedTensorType>(tensor.getType()).getShape();
  return shape.empty() ? shape : shape.drop_front();
}

LogicalResult verifyNormalization(EncodeOp op, std::optional<ArrayRef<double>> numbers,
                                  StringRef name, int64_t channels) {
  if (!numbers)
    return success();
  if (static_cast<int64_t>(numbers->size()) != channels)
    return op.emitOpError() << name << " has " << numbers->size() << " numbers, but the input has "
                            << channels << " channels";
  for (double number : *numbers)
    if (!std::isfinite(number) || (name == "std" && !(number > 0)))
      return op.emitOpError() << name << " must be " << (name == "std" ? "positive" : "finite")
                              << ", found " << showNumber(number);
  return success();
}

} // namespace

LogicalResult EncodeOp::verify() {
  SpikesType spikes = getSpikes().getType();
  if (spikes.getCode() != getSpikeCode(getCode()))
    return emitOpError() << "with code " << stringifyInputCode(getCode()) << " sends "
                         << stringifySpikeCode(getSpikeCode(getCode())) << " spikes, not "
                         << stringifySpikeCode(spikes.getCode());
  // SNN-E1
  if (getSampleShape(getInput()) != spikes.getShape())
    return emitOpError() << "must send spikes of the input's shape without its batch dimension";
  // SNN-E2
  bool needsSchedule = getCode() == InputCode::Float || getCode() == InputCode::Spike;
  if (needsSchedule != getSchedule().has_value())
    return emitOpError() << "with code " << stringifyInputCode(getCode())
                         << (needsSchedule ? " needs a schedule" : " takes no schedule");
  if (failed(detail::verifyFixed(*this)) ||
      failed(verifyNormalization(*this, getMean(), "mean", spikes.getShape().front())))
    return failure();
  return verifyNormalization(*this, getStd(), "std", spikes.getShape().front());
}

/// Behind a decoder there is only what the host can compute of one tensor (SNN-D3).
static LogicalResult verifyHead(Operation *op) {
  for (Operation *user : op->getUsers()) {
    if (user->hasTrait<OpTrait::IsTerminator>())
      continue;
    if (!user->hasTrait<Head>() || user->getNumOperands() != 1)
      return op->emitOpError() << "is read by '" << user->getName()
                               << "', but behind a decoder only functions that end a network "
                                  "(softmax, sigmoid, ...) and moves of elements are possible";
    if (failed(verifyHead(user)))
      return failure();
  }
  return success();
}

std::optional<int64_t> countSteps(Operation *network) {
  int64_t last = 0;
  bool ends = true;
  network->walk([&](NeuronOpInterface neuron) {
    ScheduleAttr schedule = neuron.getSchedule();
    ends &= schedule.getSteps() != ScheduleAttr::kUnlimited;
    last = std::max(last, schedule.getStart() + schedule.getSteps());
  });
  // Without neurons all is said once the input is.
  if (last == 0 && ends)
    network->walk([&](EncodeOp encode) { last = encode.getCode() == InputCode::Direct; });
  return ends && last > 0 ? std::optional(last) : std::nullopt;
}

std::optional<OutputPath> getOutputPath(Value result) {
  OutputPath path;
  Operation *op = result.getDefiningOp();
  for (; op && op->hasTrait<Head>(); op = op->getOperand(0).getDefiningOp())
    path.head.push_back(op);
  path.decode = dyn_cast_or_null<DecodeOp>(op);
  if (!path.decode)
    return std::nullopt;
  std::reverse(path.head.begin(), path.head.end());
  return path;
}

LogicalResult DecodeOp::verify() {
  if (failed(verifyHead(*this)))
    return failure();
  CurrentType current = getCurrent().getType();
  // SNN-D1
  if (getSampleShape(getOutput()) != current.getShape())
    return emitOpError() << "must give a tensor of the current's shape behind a batch dimension";
  bool isRate = current.getMeaning() == StreamMeaning::Rate;
  // SNN-D2
  if (isRate != getSchedule().has_value())
    return emitOpError() << (isRate ? "of rates needs a schedule to average with"
                                    : "of changes sums them and takes no schedule");
  return detail::verifyFixed(*this);
}

//===- Neurons ----------------------------------------------------------------------------------------------------===//

namespace {

/// SNN-N3: `attr` broadcasts to the population; real numbers are finite, and positive where they must be.
LogicalResult verifyNumbers(NeuronOp op, std::optional<ElementsAttr> attr, StringRef name,
                            bool positive) {
  if (!attr)
    return success();
  ArrayRef<int64_t> shape = op.getSpikes().getType().getShape();
  ArrayRef<int64_t> found = attr->getShapedType().getShape();
  bool fits = found.size() == shape.size();
  for (size_t d = 0; fits && d < shape.size(); ++d)
    fits = found[d] == 1 || found[d] == shape[d];
  if (!fits)
    return op.emitOpError() << name
                            << " must have the population's shape, with 1 where it is the same "
                               "along a dimension";
  if (op.getFixed())
    return success(); // integers, of which detail::verifyFixed knows
  FailureOr<std::vector<double>> numbers = readNumbers(*attr);
  if (failed(numbers) || !isa<FloatType>(attr->getElementType()))
    return op.emitOpError() << name << " must be f32 or f64 numbers";
  for (double number : *numbers)
    if ((positive && !(number > 0)) || !std::isfinite(number))
      return op.emitOpError() << name << " must be " << (positive ? "positive" : "finite")
                              << ", found " << showNumber(number);
  return success();
}

/// SNN-N4: as many parameters as the function has, each within its bound.
LogicalResult verifyParameters(NeuronOp op) {
  Function function = op.getFunction();
  const ::snn::FunctionInfo &info = ::snn::getInfo(function);
  ArrayRef<double> params = op.getParams().value_or(ArrayRef<double>());
  unsigned count = info.parameterCount();
  if (params.size() != count)
    return op.emitOpError() << stringifyFunction(function) << " takes " << count << " parameter"
                            << (count == 1 ? "" : "s") << ", found " << params.size();
  for (unsigned i = 0; i < count; ++i) {
    if (::snn::isLegal(function, i, params.data()))
      continue;
    ::snn::Bound bound = info.parameters[i].bound;
    return op.emitOpError() << stringifyFunction(function) << " takes a parameter '"
                            << StringRef(info.parameters[i].name.data(),
                                         info.parameters[i].name.size())
                            << "' that "
                            << (bound == ::snn::Bound::Any           ? "is a number"
                                : bound == ::snn::Bound::Finite      ? "is finite"
                                : bound == ::snn::Bound::NotNegative ? "is finite and at least 0"
                                                                     : "is not below the first")
                            << ", found " << showNumber(params[i]);
  }
  return success();
}

/// A dead zone for updates, which counts in last steps (SNN-N6).
LogicalResult verifyHysteresis(NeuronOp op) {
  if (!op.getHysteresis())
    return success();
  double zone = op.getHysteresis()->convertToDouble();
  if (!std::isfinite(zone) || zone < 0)
    return op.emitOpError() << "has a hysteresis that is finite and at least 0, found "
                            << showNumber(zone);
  if (op.getCode().getKind() != SpikeCode::Ternary)
    return op.emitOpError() << "with the sign code takes no hysteresis: it is a dead zone";
  if (op.getSchedule().getSteps() < 0)
    return op.emitOpError()
           << "counts its hysteresis in last steps, but its schedule has no last one";
  if (op.getFixed() && op.getFunction() == Function::Norm && zone > 0)
    return op.emitOpError() << "of a norm in integers takes no hysteresis";
  return success();
}

} // namespace

LogicalResult NeuronOp::verify() {
  unsigned arity = ::snn::getInfo(getFunction()).operands;
  // SNN-N1
  if (getCurrents().size() != arity)
    return emitOpError() << stringifyFunction(getFunction()) << " takes " << arity << " current"
                         << (arity == 1 ? "" : "s") << ", found " << getCurrents().size();
  SpikesType spikes = getSpikes().getType();
  for (Value operand : getCurrents()) {
    auto current = cast<CurrentType>(operand.getType());
    if (current.getMeaning() != StreamMeaning::Change)
      return emitOpError() << "follows changes; rates are for 'snn.if'";
    if (current.getShape() != spikes.getShape())
      return emitOpError() << "must have currents and spikes of one shape";
  }
  // SNN-N2
  if (spikes.getCode() != getCode().getKind())
    return emitOpError() << "with code " << stringifySpikeCode(getCode().getKind()) << " sends "
                         << stringifySpikeCode(getCode().getKind()) << " spikes, not "
                         << stringifySpikeCode(spikes.getCode());
  if (failed(verifyParameters(*this)) ||
      failed(verifyNumbers(*this, getRange(), "range", /*positive=*/true)) ||
      failed(verifyNumbers(*this, getInitial(), "initial", /*positive=*/false)) ||
      failed(verifyNumbers(*this, getOffset(), "offset", /*positive=*/false)) ||
      failed(verifyHysteresis(*this)))
    return failure();
  return detail::verifyFixed(*this);
}

LogicalResult IfOp::verify() {
  if (getCurrent().getType().getMeaning() != StreamMeaning::Rate)
    return emitOpError() << "averages rates; changes are for 'snn.neuron'";
  if (getSpikes().getType().getCode() != SpikeCode::Binary)
    return emitOpError() << "sends binary spikes, not "
                         << stringifySpikeCode(getSpikes().getType().getCode());
  if (getSpikes().getType().getShape() != getCurrent().getType().getShape())
    return emitOpError() << "must have a current and spikes of one shape";
  return success();
}

} // namespace snnc::snn
