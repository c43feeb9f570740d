//===- From an integer network to tasks over streams and buffers ------------------------------------------===//
#include "compiler/reference/Updates.h"
#include "compiler/schedule/Apply.h"
#include "compiler/schedule/Passes.h"
#include "compiler/schedule/Ports.h"
#include "compiler/schedule/Synapses.h"
#include "dialects/exec/Storage.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Head.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "snn/fixed.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_CONVERTSNNTOEXECPASS
#include "compiler/schedule/Passes.h.inc"
} // namespace snnc

namespace snnc::exec {

namespace {

using Numbers = std::vector<int64_t>;

ArrayRef<int64_t> getShape(Value stream) { return snn::getStreamShape(stream.getType()); }

/// Synapses that keep what changes add up to: what they deliver is no linear map of the changes.
bool keepsSums(Operation *op) {
  auto synapse = dyn_cast<snn::SynapseOpInterface>(op);
  return synapse && (synapse.isBilinear() || isa<snn::RequantizeOp>(op));
}

/// Sums of sums: what one reader gets of several.
bool isSum(Operation *op) { return isa<snn::AddOp, snn::BiasOp>(op); }

bool isSynapse(Operation *op) { return isa<snn::SynapseOpInterface>(op); }

/// The streams an operation reads.
SmallVector<Value> getStreams(Operation *op) {
  SmallVector<Value> streams;
  for (Value operand : op->getOperands())
    if (isa<snn::SpikesType, snn::CurrentType>(operand.getType()))
      streams.push_back(operand);
  return streams;
}

/// Whether synapses add directly to the sums of the only operand that reads `stream`.
bool isShared(Value stream) {
  return stream.hasOneUse() && isa<snn::CurrentType>(stream.getType());
}

class Conversion {
public:
  Conversion(func::FuncOp network, StringRef model, int64_t steps)
      : network(network), builder(network.getContext()), model(model), steps(steps) {}

  LogicalResult run() {
    if (failed(collect()) || failed(makeProgram()))
      return failure();
    for (Operation *op : llvm::reverse(operations))
      assignSums(op);
    builder.setInsertionPointToEnd(&program.getBody().front());
    for (Operation *op : operations)
      convert(op);
    addBackgrounds();
    network.erase();
    return success();
  }

private:
  func::FuncOp network;
  OpBuilder builder;
  StringRef model;
  int64_t steps;
  ProgramOp program;
  SmallVector<Operation *> operations; ///< decoders last
  DenseMap<Value, Value> sumsOf;       ///< of a current: what its synapses add to
  DenseMap<Value, Value> streamOf;     ///< of a stream: what takes its place
  DenseMap<Value, Numbers>
      starts; ///< A(0) of a current; of spikes what receivers take them to be; none: 0
  DenseMap<Operation *, SmallVector<Value>>
      operands; ///< the sums of each operand, of what keeps or compares them
  DenseMap<Operation *, SmallVector<DeliverOp>> deliveries;
  DenseMap<Operation *, Operation *> taskOf; ///< of what keeps or compares sums

  // ---- The program ----

  LogicalResult collect() {
    SmallVector<Operation *> decoders;
    for (Operation &op : network.front()) {
      if (isa<func::ReturnOp, arith::ConstantOp>(op) || op.hasTrait<Head>())
        continue;
      if (auto encode = dyn_cast<snn::EncodeOp>(op); encode && !encode.getFixed())
        return encode.emitOpError() << "is not in integers; --snn-quantize makes it so";
      if (auto map = dyn_cast<snn::IndexMapOpInterface>(op); map && map.getBorder() != 0)
        return map.emitOpError() << "pads with a border, which integers have as a bias";
      if (!isa<snn::EncodeOp, snn::NeuronOp, snn::DecodeOp>(op) && !isSynapse(&op))
        return op.emitOpError() << "has no form in integers on a processor";
      (isa<snn::DecodeOp>(op) ? decoders : operations).push_back(&op);
    }
    operations.append(decoders);
    return success();
  }

  LogicalResult makeProgram() {
    auto encodes = llvm::to_vector(network.getOps<snn::EncodeOp>());
    if (encodes.size() != 1)
      return network.emitError() << "has " << encodes.size() << " 'snn.encode': a network has one";
    FailureOr<ArrayAttr> outputs = getOutputs(network);
    if (failed(outputs))
      return failure();
    builder.setInsertionPointAfter(network);
    program = builder.create<ProgramOp>(
        network.getLoc(), network.getSymName(), model,
        steps ? steps : snn::countSteps(network).value_or(snn::kDefaultSteps), getInputs(network),
        *outputs, /*updates=*/false, OrderAttr(), DenseI64ArrayAttr());
    builder.createBlock(&program.getBody());
    return success();
  }

  // ---- Sums ----

  Value addSums(Value stream) {
    auto type = MemRefType::get(getShape(stream), builder.getI32Type());
    return builder.create<BufferOp>(stream.getLoc(), type, "sums", "sums of currents",
                                    IntegerAttr(), false, 1, DenseI64ArrayAttr(),
                                    DenseI64ArrayAttr(), IntegerAttr());
  }

  /// Backwards, so that the reader of a sum is known before its parts.
  void assignSums(Operation *op) {
    if (isSynapse(op) && !sumsOf.contains(op->getResult(0)))
      sumsOf[op->getResult(0)] = addSums(op->getResult(0));
    if (isSum(op)) {
      // By value: an insertion moves what the map has.
      Value sums = sumsOf.lookup(op->getResult(0));
      for (Value stream : getStreams(op))
        if (isShared(stream))
          sumsOf[stream] = sums;
    } else if (keepsSums(op) || isa<snn::NeuronOp, snn::DecodeOp>(op)) {
      for (Value stream : getStreams(op)) {
        Value sums = addSums(stream);
        if (isShared(stream))
          sumsOf[stream] = sums;
        operands[op].push_back(sums);
      }
    }
  }

  // ---- Streams ----

  /// What carries the events of `stream` to `loc`; sums are passed on where they are first needed.
  Value getStream(Value stream, Location loc) {
    Value &found = streamOf[stream];
    if (!found)
      found = builder.create<PassOp>(loc, stream.getType(), sumsOf[stream], Value());
    return found;
  }

  DeliverOp addDelivery(Operation *op, Value stream, Value target,
                        const Connection &connection = {}) {
    auto deliver = builder.create<DeliverOp>(
        op->getLoc(), getStream(stream, op->getLoc()), target, connection.synapse,
        connection.weights, builder.getArrayAttr(connection.map), connection.factors, KernelAttr());
    deliveries[op].push_back(deliver);
    return deliver;
  }

  Numbers getStart(Value stream) {
    auto found = starts.find(stream);
    return found == starts.end()
               ? Numbers(static_cast<size_t>(ShapedType::getNumElements(getShape(stream))), 0)
               : found->second;
  }

  ElementsAttr writeStart(Value stream) {
    Numbers start = getStart(stream);
    return makeBroadcast(builder.getContext(), getShape(stream),
                         std::vector<int32_t>(start.begin(), start.end()), "start");
  }

  // ---- Operations ----

  void convert(Operation *op) {
    if (auto encode = dyn_cast<snn::EncodeOp>(op))
      return convertEncode(encode);
    if (isSynapse(op) && !keepsSums(op))
      return convertSynapse(op);
    for (auto [stream, sums] : llvm::zip(getStreams(op), operands[op]))
      if (!isShared(stream))
        addDelivery(op, stream, sums);
    llvm::TypeSwitch<Operation *>(op)
        .Case([&](snn::NeuronOp neuron) { convertNeuron(neuron); })
        .Case([&](snn::DecodeOp decode) {
          taskOf[op] = builder.create<DecodeOp>(op->getLoc(), operands[op][0],
                                                writeStart(decode.getCurrent()), *decode.getFixed(),
                                                OutputForm::Int32, 0);
        })
        .Case([&](snn::RequantizeOp requantize) { convertRequantize(requantize); })
        .Default([&](Operation *) { convertProduct(op); });
  }

  void convertEncode(snn::EncodeOp op) {
    int64_t start = op.getSchedule() ? op.getSchedule()->getStart() : 0;
    streamOf[op.getSpikes()] = builder.create<EncodeOp>(
        op.getLoc(), op.getSpikes().getType(), op.getCodeAttr(), builder.getI64IntegerAttr(start),
        *op.getFixed(), InputFormAttr(), DenseI64ArrayAttr(), UnitAttr(), Value(), Value(), Value(),
        Value(), Value());
  }

  void convertNeuron(snn::NeuronOp op) {
    SmallVector<Attribute> begins;
    for (Value current : op.getCurrents())
      begins.push_back(writeStart(current));
    Numbers assumed = getStart(op.getSpikes());
    for (std::optional<ElementsAttr> part : {op.getInitial(), op.getOffset()})
      if (part)
        for (auto [sum, number] : llvm::zip(assumed, expand(*part, getShape(op.getSpikes()))))
          sum += number;
    starts[op.getSpikes()] = std::move(assumed);
    auto fire = builder.create<FireOp>(
        op.getLoc(), op.getSpikes().getType(), op.getFunctionAttr(), operands[op],
        builder.getI64IntegerAttr(op.getSchedule().getStart()), builder.getArrayAttr(begins),
        op.getInitialAttr(), builder.getI64IntegerAttr(reference::getIntegerHysteresis(op)),
        *op.getFixed(), DenseI64ArrayAttr(), DenseI64ArrayAttr(), DenseI64ArrayAttr(), UnitAttr(),
        ValueRange(), Value(), Value(), Value(), ValueRange());
    streamOf[op.getSpikes()] = fire.getSpikes();
    taskOf[op] = fire;
  }

  void convertRequantize(snn::RequantizeOp op) {
    Numbers start = getStart(op.getStream());
    std::vector<int32_t> multipliers = expand(op.getMultipliers(), getShape(op.getStream()));
    for (auto [number, multiplier] : llvm::zip(start, multipliers))
      number =
          snn_estimate(static_cast<int32_t>(number), multiplier,
                       static_cast<unsigned>(op.getShift()), static_cast<int32_t>(op.getLimit()));
    starts[op.getCurrent()] = std::move(start);
    taskOf[op] = builder.create<RequantizeOp>(op.getLoc(), operands[op][0], sumsOf[op.getCurrent()],
                                              /*whole=*/false, op.getMultipliers(), op.getShift(),
                                              op.getLimit(), writeStart(op.getStream()), Value());
  }

  void convertProduct(Operation *op) {
    Value lhs = op->getOperand(0), rhs = op->getOperand(1);
    auto product = builder.create<MultiplyOp>(
        op->getLoc(), operands[op][0], operands[op][1], sumsOf[op->getResult(0)],
        isa<snn::MulOp>(op), /*whole=*/false,
        builder.getArrayAttr({writeStart(lhs), writeStart(rhs)}), ValueRange());
    starts[op->getResult(0)] = multiply<int64_t>(product, getStart(lhs), getStart(rhs));
    taskOf[op] = product;
  }

  void convertSynapse(Operation *op) {
    Value current = op->getResult(0), target = sumsOf[current];
    Numbers start = getStart(current);
    for (Value stream : getStreams(op)) {
      if (isSum(op) && sumsOf.lookup(stream) == target) {
        for (auto [sum, number] : llvm::zip(start, getStart(stream)))
          sum += number;
        continue;
      }
      DeliverOp deliver = addDelivery(op, stream, target, getConnection(op, deliveries[op].size()));
      if (starts.contains(stream))
        apply<int64_t>(deliver, Sign::Kept, getStart(stream), start);
    }
    if (auto added = snn::readAddedConstant(cast<snn::SynapseOpInterface>(op)))
      for (auto [sum, number] : llvm::zip(start, *added))
        sum += static_cast<int64_t>(number);
    starts[current] = std::move(start);
  }

  // ---- What all neurons of a sign-coded population send together ----

  void addBackgrounds() {
    for (Operation *source : operations) {
      if (source->getNumResults() != 1)
        continue;
      auto spikes = dyn_cast<snn::SpikesType>(source->getResult(0).getType());
      if (spikes && spikes.getCode() == snn::SpikeCode::Sign)
        addBackgrounds(source->getResult(0));
    }
  }

  /// A linear pass with events of all of them, to whatever compares or keeps sums.
  void addBackgrounds(Value source) {
    DenseMap<Value, Numbers> sent;
    sent[source] = Numbers(static_cast<size_t>(ShapedType::getNumElements(getShape(source))), 1);
    for (Operation *op : operations) {
      auto reached = [&](Value stream) { return sent.contains(stream); };
      if (llvm::none_of(getStreams(op), reached))
        continue;
      if (Operation *task = taskOf.lookup(op)) {
        for (auto [stream, sums] : llvm::zip(getStreams(op), operands[op]))
          if (reached(stream))
            addBackground(task, source, stream, sums, sent[stream]);
        continue;
      }
      sent[op->getResult(0)] = passThrough(op, sent);
    }
  }

  Numbers passThrough(Operation *op, DenseMap<Value, Numbers> &sent) {
    Value current = op->getResult(0);
    Numbers numbers(static_cast<size_t>(ShapedType::getNumElements(getShape(current))), 0);
    size_t next = 0;
    for (Value stream : getStreams(op)) {
      bool isAdded = isSum(op) && sumsOf.lookup(stream) == sumsOf[current];
      DeliverOp deliver = isAdded ? DeliverOp() : deliveries[op][next++];
      auto found = sent.find(stream);
      if (found == sent.end())
        continue;
      if (deliver)
        apply<int64_t>(deliver, Sign::Kept, found->second, numbers);
      else
        for (auto [sum, number] : llvm::zip(numbers, found->second))
          sum += number;
    }
    return numbers;
  }

  void addBackground(Operation *task, Value source, Value stream, Value sums,
                     const Numbers &numbers) {
    if (llvm::all_of(numbers, [](int64_t number) { return number == 0; }))
      return;
    builder.setInsertionPoint(task);
    builder.create<BackgroundOp>(task->getLoc(), streamOf[source], sums,
                                 makeBroadcast(builder.getContext(), getShape(stream),
                                               std::vector<int32_t>(numbers.begin(), numbers.end()),
                                               "background"));
  }
};

struct ConvertSNNToExec : impl::ConvertSNNToExecPassBase<ConvertSNNToExec> {
  using ConvertSNNToExecPassBase::ConvertSNNToExecPassBase;

  void runOnOperation() override {
    for (auto network : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (failed(Conversion(network, model, steps).run()))
        return signalPassFailure();
  }
};

} // namespace
} // namespace snnc::exec
