//===- Operations of the exec dialect: legality --------------------------------------------------------===//
#include "dialects/exec/Exec.h"

#include "dialects/exec/Pixels.h"
#include "dialects/exec/Storage.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"

using namespace mlir;
using ::snn::IndexMap;

namespace snnc::exec {
static ParseResult parseFunctionName(OpAsmParser &parser, snn::FunctionAttr &function) {
  return snn::detail::parseFunctionName(parser, function);
}
static void printFunctionName(OpAsmPrinter &printer, Operation *, snn::FunctionAttr function) {
  printer << snn::stringifyFunction(function.getValue());
}
static ParseResult parseInputCodeName(OpAsmParser &parser, snn::InputCodeAttr &code) {
  return snn::detail::parseInputCodeName(parser, code);
}
static void printInputCodeName(OpAsmPrinter &printer, Operation *, snn::InputCodeAttr code) {
  printer << snn::stringifyInputCode(code.getValue());
}
} // namespace snnc::exec

#define GET_OP_CLASSES
#include "dialects/exec/ExecOps.cpp.inc"

namespace snnc::exec {

void ExecDialect::registerOperations() {
  addOperations<
#define GET_OP_LIST
#include "dialects/exec/ExecOps.cpp.inc"
      >();
}

namespace {

/// Whether numbers apply to every element of `shape`, and are there.
LogicalResult verifyNumbers(Operation *op, StringRef what, ElementsAttr numbers,
                            ArrayRef<int64_t> shape) {
  if (isa<IntegerType>(numbers.getElementType()) && holdsNumbers(numbers) &&
      broadcastsTo(numbers, shape))
    return success();
  return op->emitOpError() << "has " << what << " that are not integers for each element of "
                           << showShape(shape) << ", found " << numbers.getType();
}

LogicalResult verifyStarts(Operation *op, ArrayAttr starts, ValueRange operands) {
  if (starts.size() != operands.size())
    return op->emitOpError() << "has " << operands.size() << " operands, but " << starts.size()
                             << " starts";
  for (auto [start, operand] : llvm::zip(starts, operands))
    if (failed(verifyNumbers(op, "starts", cast<ElementsAttr>(start), getShape(operand))))
      return failure();
  return success();
}

LogicalResult verifySame(Operation *op, ArrayRef<int64_t> found, ArrayRef<int64_t> wanted) {
  if (found == wanted)
    return success();
  return op->emitOpError() << "needs memory of shape " << showShape(wanted) << ", found "
                           << showShape(found);
}

/// Whether numbers are those of FireOp's `periodic`.
bool isPeriodic(ArrayRef<int64_t> numbers) {
  if (numbers.size() < 8 || numbers.size() > 516 || !llvm::isPowerOf2_64(numbers.size() - 4))
    return false;
  return llvm::all_of(numbers.drop_front(4),
                      [](int64_t number) { return number >= 0 && number <= UINT8_MAX; });
}

/// Whether sums have 32 bits; what a whole exec.requantize has written may have fewer.
LogicalResult verifyWide(Operation *op, Value memory) {
  unsigned bits = cast<MemRefType>(memory.getType()).getElementTypeBitWidth();
  if (bits == 32 || getWriter(memory))
    return success();
  return op->emitOpError()
         << "has sums of 32 bits, but where a whole requantize writes them, found " << bits;
}

/// Whether `memory` has `times` bits for each of `elements`.
LogicalResult verifyMarks(Operation *op, Value memory, int64_t elements, int64_t times) {
  return verifySame(op, getShape(memory), {times * countMarkWords(elements)});
}

/// The layer that reads all of `from` last and sends what is in `to`, and the stream: it may write over what it has read.
std::optional<std::pair<LayerOp, Value>> findOverwriter(BufferOp from, BufferOp to) {
  if ((*from.getLive())[1] != (*to.getLive())[0])
    return std::nullopt;
  for (Operation *user : to.getMemory().getUsers()) {
    auto fire = dyn_cast<FireOp>(user);
    bool isWritten = (fire && fire.getValues() == to.getMemory()) ||
                     user == getWriter(to.getMemory()).getOperation();
    auto layer = isWritten ? user->getParentOfType<LayerOp>() : LayerOp();
    if (!layer)
      continue;
    for (auto deliver : layer.getBody().front().getOps<DeliverOp>())
      if (getValues(deliver.getStream()) == from.getMemory())
        return std::pair(layer, deliver.getStream());
  }
  return std::nullopt;
}

/// Whether a layer may write `to` where `from` is, which it reads.
bool mayOverwrite(BufferOp from, BufferOp to) {
  auto found = findOverwriter(from, to);
  if (!found)
    return false;
  std::optional<int64_t> lead = getLead(found->first, found->second);
  return !lead || static_cast<int64_t>(*to.getAt()) + *lead <= static_cast<int64_t>(*from.getAt());
}

/// Whether what keeps sums gives what the order asks for: by values all of it, else changes.
LogicalResult verifyWhole(ProgramOp program) {
  if (!program.getOrder())
    return success();
  bool isByValues = program.getOrder() == Order::Values;
  for (TaskOpInterface task : getTasks(program)) {
    auto product = dyn_cast<MultiplyOp>(task.getOperation());
    auto requantize = dyn_cast<RequantizeOp>(task.getOperation());
    bool isWhole = product ? product.getWhole() : requantize && requantize.getWhole();
    if ((product || requantize) && isWhole != isByValues)
      return task->emitOpError() << "gives " << (isWhole ? "all of its value" : "changes")
                                 << ", in the order of " << stringifyOrder(*program.getOrder());
  }
  return success();
}

/// Whether buffers that live at the same time lie apart, but for what a layer overwrites when it has read it.
LogicalResult verifyPlaces(ProgramOp program) {
  SmallVector<BufferOp> placed;
  for (auto buffer : program.getBody().getOps<BufferOp>()) {
    if (!buffer.getAt() || !buffer.getLive())
      continue;
    for (BufferOp other : placed) {
      bool together = (*buffer.getLive())[0] <= (*other.getLive())[1] &&
                      (*other.getLive())[0] <= (*buffer.getLive())[1];
      bool overlap = *buffer.getAt() < *other.getAt() + other.getNumElements() &&
                     *other.getAt() < *buffer.getAt() + buffer.getNumElements();
      bool sameArray =
          buffer.getBits() == other.getBits() && buffer.getOutput() == other.getOutput();
      if (sameArray && together && overlap && !mayOverwrite(buffer, other) &&
          !mayOverwrite(other, buffer))
        return buffer.emitOpError()
               << "lies where '" << other.getName() << "' does, which layers need at the same time";
    }
    placed.push_back(buffer);
  }
  return success();
}

} // namespace

//===- Structure ---------------------------------------------------------------------------------------===//

LogicalResult ProgramOp::verifyRegions() {
  int64_t decoders = 0, inputs = 0;
  walk([&](Operation *op) {
    decoders += isa<DecodeOp>(op);
    inputs += isa<EncodeOp>(op);
  });
  if (inputs != 1)
    return emitOpError() << "has " << inputs << " encoders; a network has one input";
  for (auto output : getOutputs().getAsRange<OutputAttr>())
    if (output.getDecoder() < 0 || output.getDecoder() >= decoders)
      return emitOpError() << "has an output of decoder " << output.getDecoder() << ", but "
                           << decoders << " decoders";
  for (Operation &op : getBody().front())
    if (!isa<BufferOp, LayerOp, TaskOpInterface>(op))
      return op.emitOpError() << "has no place in a program: buffers, layers and tasks do";
  if (getUpdates() && getOrder() == Order::Steps)
    return emitOpError() << "takes updates layer by layer, not step by step";
  if (failed(verifyWhole(*this)))
    return failure();
  return verifyPlaces(*this);
}

int64_t BufferOp::getNumElements() {
  return static_cast<int64_t>(getSlots()) *
         static_cast<int64_t>(
             getPart().value_or(static_cast<uint64_t>(getMemory().getType().getNumElements())));
}

LogicalResult BufferOp::verify() {
  if (static_cast<int64_t>(getSlots()) < 1)
    return emitOpError() << "has at least one slot, found " << static_cast<int64_t>(getSlots());
  if (getPart() && (static_cast<int64_t>(*getPart()) < 1 ||
                    static_cast<int64_t>(*getPart()) > getMemory().getType().getNumElements()))
    return emitOpError() << "has a part of 1 to " << getMemory().getType().getNumElements()
                         << " elements, found " << static_cast<int64_t>(*getPart());
  if (getOutput() && (getBits() != 32 || getPart() || static_cast<int64_t>(getSlots()) != 1))
    return emitOpError() << "lies in the output, which has all of its elements, of 32 bits";
  for (auto pair : {getRange(), getLive()})
    if (pair && (pair->size() != 2 || (*pair)[0] > (*pair)[1]))
      return emitOpError() << "has a range or life that is not a first and a last number";
  if (getAt() && static_cast<int64_t>(*getAt()) < 0)
    return emitOpError() << "lies at place 0 or behind it, found "
                         << static_cast<int64_t>(*getAt());
  return success();
}

LogicalResult LayerOp::verifyRegions() {
  Block &block = getBody().front();
  auto yield = block.empty() ? YieldOp() : dyn_cast<YieldOp>(block.back());
  if (!yield)
    return emitOpError() << "must end in exec.yield";
  Value sent = yield.getSent();
  if ((sent ? sent.getType() : Type()) != (getSent() ? getSent().getType() : Type()))
    return emitOpError() << "yields another stream than its result";
  if (sent && (!sent.getDefiningOp() || sent.getDefiningOp()->getBlock() != &block))
    return emitOpError() << "yields a stream that is not of one of its tasks";
  for (Operation &op : block)
    if (!isa<YieldOp, TaskOpInterface>(op))
      return op.emitOpError() << "has no place in a layer: tasks do";
  return success();
}

//===- Events --------------------------------------------------------------------------------------------===//

LogicalResult EncodeOp::verify() {
  if (getCode() == snn::InputCode::Analog || !getSpikes().getType().getIsFixed())
    return emitOpError() << "sends integers: changes of a fixed stream";
  int64_t channels = getSpikes().getType().getShape()[0];
  if (getFixed().getMultipliers().size() != channels || getFixed().getOffsets().size() != channels)
    return emitOpError() << "needs a multiplier and an offset for each of " << channels
                         << " channels";
  if (std::optional<ArrayRef<int64_t>> thresholds = getThresholds()) {
    if (getCode() != snn::InputCode::Direct)
      return emitOpError() << "has thresholds of changes, which only the direct code sends";
    if (static_cast<int64_t>(thresholds->size()) != channels ||
        llvm::any_of(*thresholds, [](int64_t number) { return number < 0; }))
      return emitOpError() << "needs a threshold of at least 0 for each of " << channels
                           << " channels";
  }
  if (getMarks())
    return verifyMarks(*this, getMarks(), getSpikes().getType().getNumElements(), 1);
  return success();
}

LogicalResult FireOp::verify() {
  ArrayRef<int64_t> shape = getSpikes().getType().getShape();
  if (!getSpikes().getType().getIsFixed())
    return emitOpError() << "sends events of a fixed stream";
  if (getSums().size() != static_cast<size_t>(::snn::getInfo(getFunction()).operands))
    return emitOpError() << "follows a function of " << ::snn::getInfo(getFunction()).operands
                         << " operands, found " << getSums().size();
  for (Value sums : getSums())
    if (failed(verifySame(*this, getShape(sums), shape)))
      return failure();
  if (getInitial() && failed(verifyNumbers(*this, "initial outputs", *getInitial(), shape)))
    return failure();
  if (failed(snn::detail::verifyTarget(*this, getFunction(), getFixed(), shape)))
    return failure();
  if (getFinal() && (getFinal()->size() != 2 || (*getFinal())[0] > (*getFinal())[1]))
    return emitOpError() << "ends within a least and a greatest number, found "
                         << getFinal()->size() << " numbers";
  if (getClosed() && (!llvm::is_contained({5, 7}, getClosed()->size()) || !getFinal()))
    return emitOpError() << "has a closed form of 2 or 4 offsets, behind three numbers, where it "
                            "has a final range";
  if (getPeriodic() && (!isPeriodic(*getPeriodic()) || !getFinal() || getClosed()))
    return emitOpError()
           << "has a periodic form of a power of two from 4 to 512 numbers of 0 to "
              "255, behind four numbers, where it has a final range and no closed form";
  if (getValues() && !getFinal())
    return emitOpError() << "has values where it has a final range";
  if (static_cast<int64_t>(getHysteresis()) < 0)
    return emitOpError() << "has a hysteresis of at least 0, found "
                         << static_cast<int64_t>(getHysteresis());
  if (!getMarks().empty() && getMarks().size() != 3)
    return emitOpError() << "has three buffers of marks or none, found " << getMarks().size();
  for (auto [n, marks] : llvm::enumerate(getMarks()))
    if (failed(verifyMarks(*this, marks, getSpikes().getType().getNumElements(), n == 2 ? 3 : 1)))
      return failure();
  return verifyStarts(*this, getStarts(), getSums());
}

LogicalResult PassOp::verify() {
  if (failed(verifyWide(*this, getFrom())))
    return failure();
  if (getMarks() && failed(verifySame(*this, getShape(getMarks()), {1})))
    return failure();
  return verifySame(*this, getShape(getFrom()), getCurrent().getType().getShape());
}

int64_t DecodeOp::getGivenSize() {
  return getForm() == OutputForm::Class ? 1
                                        : cast<MemRefType>(getFrom().getType()).getNumElements();
}

LogicalResult DecodeOp::verify() {
  auto drop = static_cast<int64_t>(getDrop());
  if (drop < 0 || drop > 31 || (drop != 0 && getForm() != OutputForm::Int8))
    return emitOpError() << "drops 0 to 31 bits of numbers of 8, found " << drop;
  ArrayRef<int64_t> shape = getShape(getFrom());
  int64_t size = countElements(shape);
  if (getForm() == OutputForm::Class &&
      (size < 2 || size > UINT16_MAX || (shape.size() == 3 && shape[0] != size && shape[0] != 1)))
    return emitOpError() << "gives a class of 2 to 65535 numbers without pixels, found "
                         << showShape(shape);
  return verifyNumbers(*this, "starts", getStart(), getShape(getFrom()));
}

SmallVector<Value> FireOp::getReadSums() { return llvm::to_vector_of<Value>(getSums()); }
SmallVector<Value> PassOp::getReadSums() { return {getFrom()}; }
SmallVector<Value> DecodeOp::getReadSums() { return {getFrom()}; }

//===- Synapses --------------------------------------------------------------------------------------------===//

IndexMap DeliverOp::getIndexMap() {
  return *makeIndexMap(snn::getStreamShape(getStream().getType()), getMap(),
                       [&] { return emitOpError(); });
}

LogicalResult DeliverOp::verify() {
  auto error = [&] { return emitOpError(); };
  ArrayRef<int64_t> shape = snn::getStreamShape(getStream().getType());
  if (getWeights() &&
      !(isa<IntegerType>(getWeights()->getElementType()) && holdsNumbers(*getWeights())))
    return emitOpError() << "has weights that are not integers";
  if (getFactors() && failed(verifyNumbers(*this, "factors", *getFactors(), shape)))
    return failure();
  FailureOr<IndexMap> map = makeIndexMap(shape, getMap(), error);
  if (failed(map))
    return failure();
  if (getFactors() && !map->isInjective())
    return emitOpError() << "has factors for elements that go to several places";
  SmallVector<int64_t> given(map->out().begin(), map->out().end());
  if (getSynapse()) {
    auto inferred = getSynapse()->inferShape(
        given, getWeights() ? getWeights()->getShapedType() : ShapedType(), error);
    if (failed(inferred))
      return failure();
    given = *inferred;
  }
  if (getDense() && (*getKernel() != Kernel::GatherConv && *getKernel() != Kernel::GatherGemm))
    return emitOpError() << "is dense; only gather_conv and gather_gemm are";
  if (getDense() && (!getWeights() || !getWeights()->getElementType().isInteger(8)))
    return emitOpError() << "is dense and has no weights of 8 bits";
  return verifySame(*this, getShape(getTarget()), given);
}

Value DeliverOp::getTakenStream() { return getStream(); }
Value DeliverOp::getFilledSums() { return getTarget(); }
Value BackgroundOp::getFilledSums() { return getTarget(); }
Value MultiplyOp::getFilledSums() { return getTarget(); }
Value RequantizeOp::getFilledSums() { return getTarget(); }

LogicalResult BackgroundOp::verify() {
  if (getStream().getType().getCode() != snn::SpikeCode::Sign)
    return emitOpError() << "is what a sign-coded stream sends";
  return verifyNumbers(*this, "values", getValues(), getShape(getTarget()));
}

LogicalResult MultiplyOp::verify() {
  for (Value memory : {getLhs(), getRhs()})
    if (failed(verifyWide(*this, memory)))
      return failure();
  ArrayRef<int64_t> lhs = getShape(getLhs()), rhs = getShape(getRhs());
  SmallVector<int64_t> given(lhs);
  if (getElementwise()) {
    if (failed(verifySame(*this, rhs, lhs)))
      return failure();
  } else {
    size_t rank = lhs.size();
    if (rank < 2 || rhs.size() != rank || lhs.drop_back(2) != rhs.drop_back(2) ||
        lhs[rank - 1] != rhs[rank - 2])
      return emitOpError() << "multiplies ...xNxK by ...xKxM, found " << showShape(lhs) << " and "
                           << showShape(rhs);
    given.back() = rhs.back();
  }
  if (failed(verifySame(*this, getShape(getTarget()), given)))
    return failure();
  return verifyStarts(*this, getStarts(), {getLhs(), getRhs()});
}

SmallVector<Value> MultiplyOp::getReadSums() { return {getLhs(), getRhs()}; }

LogicalResult RequantizeOp::verify() {
  if (failed(verifyWide(*this, getTarget())))
    return failure();
  for (Operation *user : getTarget().getUsers())
    if (getWhole() && user != getOperation() &&
        cast<TaskOpInterface>(user).getFilledSums() == getTarget())
      return emitOpError() << "writes all of its value, to memory that something else fills";
  ArrayRef<int64_t> shape = getShape(getFrom());
  if (failed(verifySame(*this, getShape(getTarget()), shape)) ||
      failed(verifyNumbers(*this, "multipliers", getMultipliers(), shape)))
    return failure();
  return verifyNumbers(*this, "starts", getStart(), shape);
}

SmallVector<Value> RequantizeOp::getReadSums() { return {getFrom()}; }

} // namespace snnc::exec
