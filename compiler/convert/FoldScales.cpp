//===- Move scales into the weights before or behind them -------------------------------------------------===//
//
// Two walks, each in one direction, so that nothing ever goes back and forth:
//
//   up    from every scale towards the inputs: through bias, pools, shape operations, both sides of an
//         add and one side of a product, into a convolution, a gemm or another scale. What arrives at
//         spikes stays there.
//   down  from every scale on spikes towards the outputs: through pools, shape operations and products,
//         into the input side of a convolution or a gemm.
//
// A factor is carried as one number per element of the stream it applies to; "per channel" is then a
// property to look for, not a case to write.
//
//===------------------------------------------------------------------------------------------------===//
#include "compiler/convert/Passes.h"
#include "dialects/snn/SNN.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_FOLDSCALESPASS
#include "compiler/convert/Passes.h.inc"

namespace {

using Numbers = std::vector<double>;

ArrayRef<int64_t> shapeOf(Value tensor) {
  return cast<RankedTensorType>(tensor.getType()).getShape();
}
ArrayRef<int64_t> streamShape(Value stream) { return snn::getStreamShape(stream.getType()); }

/// The factor per channel (dimension 0), when it is the same all over each channel.
std::optional<Numbers> perChannel(const Numbers &factor, ArrayRef<int64_t> shape) {
  return snn::takeChannels(factor, {shape, 0});
}

/// One number per element of a stream of `shape` from a tensor that broadcasts to it.
Numbers expand(const Numbers &numbers, ArrayRef<int64_t> from, ArrayRef<int64_t> shape) {
  Numbers result(countElements(shape));
  SmallVector<int64_t> at(shape.size(), 0);
  for (double &value : result) {
    int64_t index = 0;
    for (size_t i = 0; i < shape.size(); ++i)
      index = index * from[i] + (from[i] == 1 ? 0 : at[i]);
    value = numbers[index];
    for (size_t i = at.size(); i-- > 0 && ++at[i] == shape[i];)
      at[i] = 0;
  }
  return result;
}

class Folder {
public:
  explicit Folder(func::FuncOp function) : function(function), builder(function.getContext()) {}

  /// Returns the number of scales that disappeared.
  int64_t run() {
    int64_t before = count();
    for (snn::ScaleOp scale : collect())
      replace(scale, up(scale.getStream(), factorOf(scale)));
    for (snn::ScaleOp scale : collect())
      if (isa<snn::SpikesType>(scale.getStream().getType()))
        foldDown(scale);
    sweep();
    return before - count();
  }

private:
  func::FuncOp function;
  OpBuilder builder;
  Type elementType; ///< of the factors, the same all over a network

  SmallVector<snn::ScaleOp> collect() {
    SmallVector<snn::ScaleOp> scales;
    function.walk([&](snn::ScaleOp scale) { scales.push_back(scale); });
    return scales;
  }
  int64_t count() { return static_cast<int64_t>(collect().size()); }

  void replace(Operation *op, Value value) {
    op->getResult(0).replaceAllUsesWith(value);
    eraseDead(op);
  }

  /// Erases every operation whose result nobody reads.
  void sweep() {
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(function.front())))
      if (isOpTriviallyDead(&op))
        op.erase();
  }

  /// Erases `op` and what only it used.
  void eraseDead(Operation *op) {
    if (!op || !op->use_empty() || op->getNumResults() == 0)
      return;
    auto operands = llvm::to_vector(op->getOperands());
    op->erase();
    for (Value operand : operands)
      eraseDead(operand.getDefiningOp());
  }

  Numbers factorOf(snn::ScaleOp scale) {
    elementType = cast<RankedTensorType>(scale.getFactor().getType()).getElementType();
    return expand(snn::readWeights(scale.getFactor()), shapeOf(scale.getFactor()),
                  streamShape(scale.getStream()));
  }

  Value constant(Value like, ArrayRef<int64_t> shape, ArrayRef<double> numbers) {
    auto element = cast<RankedTensorType>(like.getType()).getElementType();
    auto attr = makeConstant(RankedTensorType::get(shape, element), numbers);
    return builder.create<arith::ConstantOp>(like.getLoc(), cast<TypedAttr>(Attribute(attr)));
  }

  /// A scale op as small as its factor allows; none when every factor is 1.
  Value createScale(Value stream, const Numbers &factor) {
    builder.setInsertionPointAfterValue(stream);
    if (isa<snn::CurrentType>(stream.getType()) &&
        llvm::all_of(factor, [](double value) { return value == 1.0; }))
      return stream;
    SmallVector<int64_t> shape(streamShape(stream));
    Numbers numbers = factor;
    if (std::optional<Numbers> channels = perChannel(factor, streamShape(stream))) {
      shape.assign(shape.size(), 1);
      shape[0] = static_cast<int64_t>(channels->size());
      numbers = *channels;
    }
    auto attr = makeConstant(RankedTensorType::get(shape, elementType), numbers);
    Value value =
        builder.create<arith::ConstantOp>(stream.getLoc(), cast<TypedAttr>(Attribute(attr)));
    return builder.create<snn::ScaleOp>(stream.getLoc(), stream, value);
  }

  // ---- up ----

  /// A stream that is `factor` times `value`.
  Value up(Value value, const Numbers &factor) {
    Operation *op = value.getDefiningOp();
    if (auto scale = value.getDefiningOp<snn::ScaleOp>())
      return upScale(scale, factor);
    if (!op || !value.hasOneUse() || !isa<snn::CurrentType>(value.getType()))
      return createScale(value, factor);
    Value result;
    if (auto weighted = dyn_cast<snn::WeightedOpInterface>(op))
      result = upWeighted(weighted, factor);
    else if (auto synapse = dyn_cast<snn::SynapseOpInterface>(op))
      result = upStreams(synapse, factor);
    return result ? result : createScale(value, factor);
  }

  Value upWeighted(snn::WeightedOpInterface op, const Numbers &factor) {
    snn::WeightLayout layout = op.getWeightLayout();
    std::optional<Numbers> channels =
        snn::takeChannels(factor, {streamShape(op.getCurrent()), layout.outDimension});
    if (!channels)
      return {};
    Numbers weight = snn::readWeights(op.getWeight());
    layout.forEachWeight(
        [&](int64_t at, int64_t output, int64_t) { weight[at] *= (*channels)[output]; });
    builder.setInsertionPoint(op);
    Value oldWeight = op.getWeight(), oldBias = op.getBias();
    op.setWeight(constant(oldWeight, shapeOf(oldWeight), weight));
    if (oldBias) {
      Numbers bias = snn::readWeights(oldBias);
      for (size_t i = 0; i < bias.size(); ++i)
        bias[i] *= (*channels)[i];
      op.setBias(constant(oldBias, shapeOf(oldBias), bias));
      eraseDead(oldBias.getDefiningOp());
    }
    eraseDead(oldWeight.getDefiningOp());
    return op.getCurrent();
  }

  /// The same operation on streams that take the factor; what it adds is multiplied by it.
  Value upStreams(snn::SynapseOpInterface op, const Numbers &factor) {
    std::optional<SmallVector<Numbers>> before = op.pullFactor(factor);
    if (!before)
      return {};
    SmallVector<Value> operands(op->getOperands());
    for (auto [operand, ofStream] : llvm::zip(operands, *before))
      if (!ofStream.empty())
        operand = up(operand, ofStream);
    builder.setInsertionPoint(op);
    if (Value added = op.getAddedConstant().numbers)
      *llvm::find(operands, added) = scaleAdded(op, factor);
    Operation *clone = builder.clone(*op);
    clone->setOperands(operands);
    return clone->getResult(0);
  }

  /// What `op` adds, times `factor`; one number per channel where that is enough.
  Value scaleAdded(snn::SynapseOpInterface op, const Numbers &factor) {
    Numbers value = *snn::readAddedConstant(op);
    for (size_t i = 0; i < value.size(); ++i)
      value[i] *= factor[i];
    SmallVector<int64_t> shape(streamShape(op.getCurrent()));
    if (std::optional<Numbers> channels = perChannel(value, shape)) {
      shape.assign(shape.size(), 1);
      shape[0] = static_cast<int64_t>(channels->size());
      value = *channels;
    }
    return constant(op.getAddedConstant().numbers, shape, value);
  }

  Value upScale(snn::ScaleOp scale, const Numbers &factor) {
    Numbers merged = factorOf(scale);
    for (size_t i = 0; i < merged.size(); ++i)
      merged[i] *= factor[i];
    // Others may read this scale: its own stream is then not ours to change.
    return scale.getCurrent().hasOneUse() ? up(scale.getStream(), merged)
                                          : createScale(scale.getStream(), merged);
  }

  /// The same operation with another stream as operand `index`.
  Value withStream(Operation *op, Value stream, unsigned index = 0) {
    builder.setInsertionPoint(op);
    Operation *clone = builder.clone(*op);
    clone->setOperand(index, stream);
    auto type = cast<snn::CurrentType>(op->getResult(0).getType());
    clone->getResult(0).setType(
        snn::CurrentType::get(type.getContext(), type.getShape(), type.getMeaning()));
    return clone->getResult(0);
  }

  // ---- down ----

  /// Folds a scale on spikes into every reader that can take it.
  void foldDown(snn::ScaleOp scale) {
    Numbers factor = factorOf(scale);
    SmallVector<OpOperand *> uses;
    for (OpOperand &use : scale.getCurrent().getUses())
      uses.push_back(&use);
    for (OpOperand *use : uses)
      if (canGoDown(*use, factor))
        down(*use, scale.getStream(), factor);
  }

  bool canGoDown(OpOperand &use, const Numbers &factor) {
    Operation *op = use.getOwner();
    if (auto weighted = dyn_cast<snn::WeightedOpInterface>(op))
      return takeInputs(weighted, factor).has_value();
    if (!op->hasOneUse())
      return false;
    auto synapse = dyn_cast<snn::SynapseOpInterface>(op);
    std::optional<Numbers> behind =
        synapse ? synapse.pushFactor(use.getOperandNumber(), factor) : std::nullopt;
    return behind && canGoDown(*op->getUses().begin(), *behind);
  }

  /// The factor per channel of the stream that the weights of `op` tell apart.
  static std::optional<Numbers> takeInputs(snn::WeightedOpInterface op, const Numbers &factor) {
    return snn::takeChannels(factor,
                             {streamShape(op.getStream()), op.getWeightLayout().inDimension});
  }

  /// Redoes the reader on `stream`, without the factor that its own stream has over it, down to the
  /// weights that take the factor instead.
  void down(OpOperand &use, Value stream, const Numbers &factor) {
    Operation *op = use.getOwner();
    Value moved = withStream(op, stream, use.getOperandNumber());
    auto weighted = moved.getDefiningOp<snn::WeightedOpInterface>();
    if (!weighted)
      return down(*op->getUses().begin(), moved,
                  *cast<snn::SynapseOpInterface>(op).pushFactor(use.getOperandNumber(), factor));
    scaleInputs(weighted, *takeInputs(weighted, factor));
    op->getResult(0).replaceAllUsesWith(moved);
  }

  void scaleInputs(snn::WeightedOpInterface op, const Numbers &channels) {
    Numbers weight = snn::readWeights(op.getWeight());
    op.getWeightLayout().forEachWeight(
        [&](int64_t at, int64_t, int64_t channel) { weight[at] *= channels[channel]; });
    builder.setInsertionPoint(op);
    Value old = op.getWeight();
    op.setWeight(constant(old, shapeOf(old), weight));
  }
};

struct FoldScales : impl::FoldScalesPassBase<FoldScales> {
  void runOnOperation() override {
    if (getOperation().isDeclaration())
      return;
    int64_t before = 0;
    getOperation().walk([&](snn::ScaleOp) { ++before; });
    int64_t folded = Folder(getOperation()).run();
    if (before > 0)
      getOperation().emitRemark() << "folded " << folded << " of " << before
                                  << " scales into weights";
  }
};

} // namespace
} // namespace snnc
