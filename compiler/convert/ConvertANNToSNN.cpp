//===- Turn activations into neurons, and what lies between them into synapses -------------------------===//
#include "compiler/convert/Lowering.h"
#include "compiler/convert/Passes.h"
#include "compiler/convert/Spelling.h"
#include "compiler/convert/SpikingForm.h"
#include "dialects/ann/Attributes.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Numbers.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SmallString.h"

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_CONVERTANNTOSNNPASS
#include "compiler/convert/Passes.h.inc"

//===- Lowering --------------------------------------------------------------------------------------------===//

Value Lowering::toCurrent(Location loc, Value stream) {
  if (isa<snn::CurrentType>(stream.getType()))
    return stream;
  Value current =
      builder.create<snn::ReshapeOp>(loc, stream, snn::getStreamShape(stream.getType()));
  setDepth(current, getDepth(stream));
  return current;
}

FailureOr<Value> Lowering::expand(Operation *op, Value stream, ArrayRef<int64_t> shape) {
  SmallVector<int64_t> from(snn::getStreamShape(stream.getType()));
  int64_t depth = getDepth(stream);
  auto create = [&](Value result) {
    setDepth(result, depth);
    stream = result;
  };
  if (from.size() < shape.size()) {
    from.insert(from.begin(), shape.size() - from.size(), 1);
    create(builder.create<snn::ReshapeOp>(op->getLoc(), stream, from));
  }
  for (size_t d = 0; d < shape.size(); ++d) {
    if (from.size() != shape.size() || (from[d] != shape[d] && from[d] != 1))
      return op->emitOpError() << "operands do not broadcast within a sample";
    if (from[d] != shape[d])
      create(builder.create<snn::GatherOp>(op->getLoc(), stream, static_cast<int64_t>(d),
                                           SmallVector<int64_t>(shape[d], 0)));
  }
  return stream;
}

Value Lowering::constant(Location loc, ArrayRef<int64_t> shape, ArrayRef<double> numbers) {
  auto type = RankedTensorType::get(shape, elementType);
  auto attr = cast<TypedAttr>(Attribute(makeConstant(type, numbers)));
  return builder.create<arith::ConstantOp>(loc, attr);
}

FailureOr<std::vector<double>> Lowering::getConstant(Operation *op, Value value, StringRef name) {
  std::optional<std::vector<double>> numbers = readConstant(value);
  if (!numbers)
    return op->emitOpError() << name << " must be a constant to become synapses";
  return std::move(*numbers);
}

namespace {

const HandlerTable &getHandlers() {
  static const HandlerTable table = [] {
    HandlerTable handlers;
    addLinearHandlers(handlers);
    addShapeHandlers(handlers);
    addNeuronHandlers(handlers);
    addProductHandlers(handlers);
    return handlers;
  }();
  return table;
}

std::string listHandlers() {
  SmallVector<StringRef> names;
  for (StringRef name : getHandlers().keys())
    names.push_back(name.drop_front(strlen("ann.")));
  llvm::sort(names);
  return llvm::join(names, ", ");
}

bool isForHost(Operation *op) { return op->hasAttr(ann::ANNDialect::kHostAttrName); }

/// Converts one function: its input is encoded, its operations handled in order, its result decoded.
class FunctionConverter {
public:
  FunctionConverter(func::FuncOp function, const ConversionOptions &options)
      : function(function), builder(function.getContext()), lowering(options, builder) {}

  LogicalResult convert() {
    if (failed(checkSignature()))
      return failure();
    SmallVector<Operation *> operations;
    for (Operation &op : function.front())
      operations.push_back(&op);
    builder.setInsertionPointToStart(&function.front());
    if (failed(encode()))
      return failure();
    // All that cannot be converted is reported, but not what only follows from it.
    llvm::SmallDenseSet<Operation *> failedOperations;
    for (Operation *op : operations) {
      bool follows = llvm::any_of(op->getOperands(), [&](Value operand) {
        return failedOperations.contains(operand.getDefiningOp());
      });
      builder.setInsertionPoint(op);
      if (follows || failed(convert(op)))
        failedOperations.insert(op);
    }
    if (!failedOperations.empty())
      return failure();
    for (Operation *op : llvm::reverse(operations))
      if (!isa<func::ReturnOp>(op))
        op->erase();
    return success();
  }

private:
  LogicalResult checkSignature() {
    FunctionType type = function.getFunctionType();
    if (type.getNumInputs() != 1 || type.getNumResults() == 0)
      return function.emitError() << "a network has one input and one result or several, found "
                                  << type.getNumInputs() << " and " << type.getNumResults();
    for (Type tensor : llvm::concat<const Type>(type.getInputs(), type.getResults())) {
      auto ranked = dyn_cast<RankedTensorType>(tensor);
      if (!ranked || ranked.getRank() < 2 || !isa<FloatType>(ranked.getElementType()))
        return function.emitError() << "inputs and results must be float tensors with a batch "
                                       "dimension in front, found "
                                    << tensor;
    }
    lowering.elementType =
        cast<FloatType>(cast<RankedTensorType>(type.getInput(0)).getElementType());
    return success();
  }

  LogicalResult encode() {
    const ConversionOptions &options = lowering.options;
    bool isRate = options.dynamics == Dynamics::Subgradient;
    snn::InputCode code = isRate ? snn::InputCode::Analog : options.inputCode;
    bool shrinks = code == snn::InputCode::Float || code == snn::InputCode::Spike;
    snn::SpikeCode sends = code == snn::InputCode::Analog  ? snn::SpikeCode::Analog
                           : code == snn::InputCode::Spike ? snn::SpikeCode::Sign
                                                           : snn::SpikeCode::Graded;
    BlockArgument input = function.getArgument(0);
    ArrayRef<int64_t> shape = cast<RankedTensorType>(input.getType()).getShape().drop_front();
    auto spikes = snn::SpikesType::get(function.getContext(), shape, sends);
    auto encode = builder.create<snn::EncodeOp>(
        NameLoc::get(builder.getStringAttr("input")), spikes, input, code,
        shrinks ? options.schedule : snn::ScheduleAttr(),
        function.getArgAttrOfType<DenseF64ArrayAttr>(0, ann::kMeanAttrName),
        function.getArgAttrOfType<DenseF64ArrayAttr>(0, ann::kStdAttrName));
    function.removeArgAttr(0, ann::kMeanAttrName);
    function.removeArgAttr(0, ann::kStdAttrName);
    lowering.setStream(input, encode.getSpikes());
    return success();
  }

  LogicalResult convert(Operation *op) {
    if (auto end = dyn_cast<func::ReturnOp>(op))
      return decode(end);
    if (failed(verifySpikingForm(op)))
      return failure();
    // What the host computes is put behind the decoders at the end.
    if (isa<ann::ConstantOp>(op) || isForHost(op))
      return success();
    FailureOr<Value> stream = getHandlers().at(op->getName().getStringRef())(op, lowering);
    if (failed(stream))
      return failure();
    int64_t depth = 0;
    for (Value operand : op->getOperands())
      if (Value source = lowering.getStream(operand))
        depth = std::max(depth, lowering.getDepth(source));
    if (lowering.getDepth(*stream) == 0)
      lowering.setDepth(*stream, depth);
    lowering.setStream(op->getResult(0), *stream);
    return success();
  }

  /// Every output, and what the host computes of it. Decoders come last, heads behind them.
  LogicalResult decode(func::ReturnOp end) {
    llvm::MapVector<Value, Value> decoded; // of what is decoded
    for (Value result : end.getOperands()) {
      Value source = result;
      while (Operation *op = source.getDefiningOp()) {
        if (!isForHost(op))
          break;
        source = op->getOperand(0);
      }
      decoded.insert({source, Value()});
    }
    for (auto &[source, tensor] : decoded) {
      FailureOr<Value> made = decode(end, source, decoded.size() > 1);
      if (failed(made))
        return failure();
      tensor = *made;
    }
    IRMapping heads;
    for (auto &[source, tensor] : decoded)
      heads.map(source, tensor);
    for (Operation &op : *end->getBlock())
      if (isForHost(&op) && heads.contains(op.getOperand(0)))
        builder.clone(op, heads)->removeAttr(ann::ANNDialect::kHostAttrName);
    for (OpOperand &operand : end->getOpOperands())
      operand.set(heads.lookup(operand.get()));
    return success();
  }

  FailureOr<Value> decode(func::ReturnOp end, Value source, bool isOneOfSeveral) {
    Value stream = lowering.getStream(source);
    if (!stream)
      return end.emitError() << "the network's result does not depend on its input";
    std::string name = isOneOfSeveral ? getName(end, source) : "output";
    Location loc = NameLoc::get(builder.getStringAttr(name));
    Value current = lowering.toCurrent(loc, stream);
    bool isRate = lowering.options.dynamics == Dynamics::Subgradient;
    return builder
        .create<snn::DecodeOp>(loc, source.getType(), current,
                               isRate ? lowering.options.schedule : snn::ScheduleAttr())
        .getOutput();
  }

  /// That of the first output that is `source`, or has it behind the host's functions.
  std::string getName(func::ReturnOp end, Value source) {
    for (auto [i, result] : llvm::enumerate(end.getOperands())) {
      Value from = result;
      while (from != source && from.getDefiningOp() && isForHost(from.getDefiningOp()))
        from = from.getDefiningOp()->getOperand(0);
      auto name = function.getResultAttrOfType<StringAttr>(i, ann::kNameAttrName);
      if (from == source)
        return name ? name.str() : "output_" + std::to_string(i);
    }
    return "output";
  }

  func::FuncOp function;
  OpBuilder builder;
  Lowering lowering;
};

struct ConvertANNToSNN : impl::ConvertANNToSNNPassBase<ConvertANNToSNN> {
  using ConvertANNToSNNPassBase::ConvertANNToSNNPassBase;

  void runOnOperation() override {
    FailureOr<ConversionOptions> options = getOptions();
    if (failed(options))
      return signalPassFailure();
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      bool isSpiking = !function.getOps<snn::EncodeOp>().empty();
      if (!function.isDeclaration() && !isSpiking &&
          failed(FunctionConverter(function, *options).convert()))
        return signalPassFailure();
    }
  }

private:
  FailureOr<ConversionOptions> getOptions() {
    auto emitError = [&] { return getOperation().emitError(); };
    ConversionOptions chosen;
    auto kind = options::parse<options::Dynamics>(dynamics, emitError);
    auto geluForm = options::parse<options::Gelu>(gelu, emitError);
    auto normForm = options::parse<options::Norm>(norm, emitError);
    auto productForm = options::parse<options::Products>(products, emitError);
    auto scaled = options::parse<options::ScalePer>(scalePer, emitError);
    if (failed(kind) || failed(geluForm) || failed(normForm) || failed(productForm) ||
        failed(scaled))
      return failure();
    chosen.dynamics = *kind;
    StringRef usual = chosen.dynamics == Dynamics::Signgd ? "exponential:0.15,0.95" : "inverse:1";
    auto scheduleAttr =
        parseSchedule(&getContext(), schedule.empty() ? usual : StringRef(schedule), emitError);
    auto codeAttr = parseCode(&getContext(), code, emitError);
    auto input = parseInputCode(inputCode, emitError);
    if (failed(scheduleAttr) || failed(codeAttr) || failed(input))
      return failure();
    if (chosen.dynamics == Dynamics::Subgradient && (code != "sign" || inputCode != "direct"))
      return emitError()
             << "subgradient dynamics has a code of its own (spikes of 0 or 1, an analog "
                "input); code and input-code are for signgd";
    if (!(skew >= 0 && skew <= 64))
      return emitError() << "skew must be between 0 and 64 time steps per layer, found "
                         << showNumber(double(skew));
    chosen.schedule = *scheduleAttr;
    chosen.code = *codeAttr;
    chosen.inputCode = *input;
    chosen.skew = skew;
    chosen.scalesOnlyRelu = *scaled == options::ScalePer::Neuron; // the paper's code does both
    chosen.geluBySigmoid = *geluForm == options::Gelu::Sigmoid;
    chosen.clampsNorm = *normForm == options::Norm::Clamped;
    chosen.products = *productForm;
    return chosen;
  }
};

} // namespace

LogicalResult verifySpikingForm(Operation *op) {
  if (isa<func::ReturnOp, ann::ConstantOp>(op) || isForHost(op) ||
      getHandlers().contains(op->getName().getStringRef()))
    return success();
  return op->emitOpError() << "has no spiking form; converted operators are " << listHandlers();
}

} // namespace snnc
