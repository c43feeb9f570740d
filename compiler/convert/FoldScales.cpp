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
#include "compiler/convert/Moves.h"
#include "compiler/convert/Passes.h"
#include "dialects/snn/SNN.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/TypeSwitch.h"

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
  Numbers channels(shape[0]);
  int64_t size = countElements(shape.drop_front());
  for (int64_t c = 0; c < shape[0]; ++c) {
    channels[c] = factor[c * size];
    for (int64_t i = 1; i < size; ++i)
      if (factor[c * size + i] != channels[c])
        return std::nullopt;
  }
  return channels;
}

/// The factor per element of the last dimension, when it is the same along all others.
std::optional<Numbers> perLast(const Numbers &factor, ArrayRef<int64_t> shape) {
  size_t size = shape.back();
  for (size_t i = size; i < factor.size(); ++i)
    if (factor[i] != factor[i % size])
      return std::nullopt;
  return Numbers(factor.begin(), factor.begin() + size);
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

/// The factor per row of the matrices of a stream (... x N x K), when it is the same along each row.
std::optional<Numbers> perRow(const Numbers &factor, ArrayRef<int64_t> shape) {
  Numbers rows;
  for (size_t i = 0; i < factor.size(); ++i) {
    if (i % shape.back() == 0)
      rows.push_back(factor[i]);
    else if (factor[i] != rows.back())
      return std::nullopt;
  }
  return rows;
}

/// The factor per column of each of a stream's matrices (... x K x M), when it is the same along each
/// column.
std::optional<Numbers> perColumn(const Numbers &factor, ArrayRef<int64_t> shape) {
  size_t columns = shape.back(), rows = shape[shape.size() - 2];
  Numbers result;
  for (size_t i = 0; i < factor.size(); ++i) {
    size_t matrix = i / (rows * columns), column = i % columns;
    if (i / columns % rows == 0)
      result.push_back(factor[i]);
    else if (factor[i] != result[matrix * columns + column])
      return std::nullopt;
  }
  return result;
}

/// One number per row, for every element of a stream of `shape`; and one per column likewise.
Numbers spreadRows(const Numbers &rows, ArrayRef<int64_t> shape) {
  Numbers result(countElements(shape));
  for (size_t i = 0; i < result.size(); ++i)
    result[i] = rows[i / shape.back()];
  return result;
}
Numbers spreadColumns(const Numbers &columns, ArrayRef<int64_t> shape) {
  size_t width = shape.back(), height = shape[shape.size() - 2];
  Numbers result(countElements(shape));
  for (size_t i = 0; i < result.size(); ++i)
    result[i] = columns[i / (width * height) * width + i % width];
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
    Value result =
        llvm::TypeSwitch<Operation *, Value>(op)
            .Case([&](snn::ConvOp conv) { return upConv(conv, factor); })
            .Case([&](snn::GemmOp gemm) { return upGemm(gemm, factor); })
            .Case([&](snn::BiasOp bias) { return upBias(bias, factor); })
            .Case([&](snn::AddOp add) { return upAdd(add, factor); })
            .Case([&](snn::AveragePoolOp pool) { return upPool(pool, factor); })
            .Case([&](snn::ConcatOp concat) { return upConcat(concat, factor); })
            .Case([&](snn::MatMulOp matmul) { return upMatMul(matmul, factor); })
            .Case([&](snn::MulOp mul) { return upMul(mul, factor); })
            .Case<snn::ReshapeOp, snn::TransposeOp, snn::PadOp, snn::SliceOp, snn::GatherOp>(
                [&](Operation *move) { return upMove(move, factor); })
            .Default([](Operation *) { return Value(); });
    return result ? result : createScale(value, factor);
  }

  Value upConv(snn::ConvOp conv, const Numbers &factor) {
    std::optional<Numbers> channels = perChannel(factor, streamShape(conv.getCurrent()));
    if (!channels)
      return {};
    Numbers weight = snn::readWeights(conv.getWeight());
    size_t perOutput = weight.size() / channels->size();
    for (size_t i = 0; i < weight.size(); ++i)
      weight[i] *= (*channels)[i / perOutput];
    setWeights(conv, weight, *channels);
    return conv.getCurrent();
  }

  Value upGemm(snn::GemmOp gemm, const Numbers &factor) {
    std::optional<Numbers> columns = perLast(factor, streamShape(gemm.getCurrent()));
    if (!columns)
      return {};
    Numbers weight = snn::readWeights(gemm.getWeight());
    for (size_t i = 0; i < weight.size(); ++i)
      weight[i] *= (*columns)[i % columns->size()];
    setWeights(gemm, weight, *columns);
    return gemm.getCurrent();
  }

  /// Gives a convolution or gemm new weights, and its bias times `gain`.
  template <typename Op>
  void setWeights(Op op, const Numbers &weight, const Numbers &gain) {
    builder.setInsertionPoint(op);
    Value oldWeight = op.getWeight(), oldBias = op.getBias();
    op.getWeightMutable().assign(constant(oldWeight, shapeOf(oldWeight), weight));
    if (oldBias) {
      Numbers bias = snn::readWeights(oldBias);
      for (size_t i = 0; i < bias.size(); ++i)
        bias[i] *= gain[i];
      op.getBiasMutable().assign(constant(oldBias, shapeOf(oldBias), bias));
      eraseDead(oldBias.getDefiningOp());
    }
    eraseDead(oldWeight.getDefiningOp());
  }

  Value upScale(snn::ScaleOp scale, const Numbers &factor) {
    Numbers merged = factorOf(scale);
    for (size_t i = 0; i < merged.size(); ++i)
      merged[i] *= factor[i];
    // Others may read this scale: its own stream is then not ours to change.
    return scale.getCurrent().hasOneUse() ? up(scale.getStream(), merged)
                                          : createScale(scale.getStream(), merged);
  }

  Value upBias(snn::BiasOp bias, const Numbers &factor) {
    ArrayRef<int64_t> shape = streamShape(bias.getCurrent());
    Numbers value = expand(snn::readWeights(bias.getValue()), shapeOf(bias.getValue()), shape);
    for (size_t i = 0; i < value.size(); ++i)
      value[i] *= factor[i];
    Value scaled = up(bias.getStream(), factor);
    builder.setInsertionPoint(bias);
    std::optional<Numbers> channels = perChannel(value, shape);
    SmallVector<int64_t> valueShape(shape);
    if (channels) {
      valueShape.assign(shape.size(), 1);
      valueShape[0] = shape[0];
    }
    return builder.create<snn::BiasOp>(
        bias.getLoc(), scaled, constant(bias.getValue(), valueShape, channels ? *channels : value));
  }

  Value upAdd(snn::AddOp add, const Numbers &factor) {
    Value lhs = up(add.getLhs(), factor), rhs = up(add.getRhs(), factor);
    builder.setInsertionPoint(add);
    return builder.create<snn::AddOp>(add.getLoc(), lhs, rhs);
  }

  Value upPool(snn::AveragePoolOp pool, const Numbers &factor) {
    std::optional<Numbers> channels = perChannel(factor, streamShape(pool.getCurrent()));
    if (!channels)
      return {};
    ArrayRef<int64_t> in = streamShape(pool.getStream());
    Numbers before(countElements(in));
    for (size_t i = 0; i < before.size(); ++i)
      before[i] = (*channels)[i / (before.size() / channels->size())];
    return withStream(pool, up(pool.getStream(), before));
  }

  /// Through an operation that moves elements; elements it drops keep the factor 1.
  Value upMove(Operation *op, const Numbers &factor) {
    Value stream = op->getOperand(0);
    std::vector<int64_t> sources = *getSources(op);
    Numbers before(countElements(streamShape(stream)), 1.0);
    std::vector<bool> isSet(before.size(), false);
    for (size_t i = 0; i < sources.size(); ++i) {
      if (sources[i] < 0)
        continue;
      if (isSet[sources[i]] && before[sources[i]] != factor[i])
        return {}; // copies of one element, with different factors
      before[sources[i]] = factor[i];
      isSet[sources[i]] = true;
    }
    if (auto pad = dyn_cast<snn::PadOp>(op); pad && !padCommutes(pad, sources, factor))
      return {};
    return withStream(op, up(stream, before));
  }

  Value upConcat(snn::ConcatOp concat, const Numbers &factor) {
    ArrayRef<int64_t> shape = streamShape(concat.getCurrent());
    size_t axis = concat.getAxis();
    int64_t inner = countElements(shape.drop_front(axis + 1)), offset = 0;
    SmallVector<Value> parts;
    for (Value part : concat.getStreams()) {
      int64_t size = streamShape(part)[axis];
      Numbers ofPart;
      for (int64_t outer = 0; outer < countElements(shape.take_front(axis)); ++outer) {
        auto first = factor.begin() + (outer * shape[axis] + offset) * inner;
        ofPart.insert(ofPart.end(), first, first + size * inner);
      }
      parts.push_back(up(part, ofPart));
      offset += size;
    }
    builder.setInsertionPoint(concat);
    return builder.create<snn::ConcatOp>(concat.getLoc(), parts, axis);
  }

  /// A factor per row belongs to the left operand, one per column to the right.
  Value upMatMul(snn::MatMulOp matmul, const Numbers &factor) {
    ArrayRef<int64_t> shape = streamShape(matmul.getCurrent());
    Value lhs = matmul.getLhs(), rhs = matmul.getRhs();
    if (lhs == rhs)
      return {};
    if (std::optional<Numbers> rows = perRow(factor, shape))
      lhs = up(lhs, spreadRows(*rows, streamShape(lhs)));
    else if (std::optional<Numbers> columns = perColumn(factor, shape))
      rhs = up(rhs, spreadColumns(*columns, streamShape(rhs)));
    else
      return {};
    builder.setInsertionPoint(matmul);
    return builder.create<snn::MatMulOp>(matmul.getLoc(), lhs, rhs);
  }

  Value upMul(snn::MulOp mul, const Numbers &factor) {
    if (mul.getLhs() == mul.getRhs())
      return {};
    Value lhs = up(mul.getLhs(), factor);
    builder.setInsertionPoint(mul);
    return builder.create<snn::MulOp>(mul.getLoc(), lhs, mul.getRhs());
  }

  /// A border at 0 stays 0 under any factor; another value only under one factor all over.
  static bool padCommutes(snn::PadOp pad, ArrayRef<int64_t> sources, const Numbers &factor) {
    double value = pad.getValue().convertToDouble();
    return value == 0 || llvm::all_of(llvm::zip(sources, factor), [](auto pair) {
             return std::get<0>(pair) >= 0 || std::get<1>(pair) == 1.0;
           });
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

  /// The factor behind an operation that moves elements, pools or multiplies them, or nothing.
  std::optional<Numbers> factorBehind(OpOperand &use, const Numbers &factor) {
    Operation *op = use.getOwner();
    if (auto pool = dyn_cast<snn::AveragePoolOp>(op)) {
      std::optional<Numbers> channels = perChannel(factor, streamShape(pool.getStream()));
      if (!channels)
        return std::nullopt;
      Numbers behind(countElements(streamShape(pool.getCurrent())));
      for (size_t i = 0; i < behind.size(); ++i)
        behind[i] = (*channels)[i / (behind.size() / channels->size())];
      return behind;
    }
    if (auto matmul = dyn_cast<snn::MatMulOp>(op))
      return factorBehind(matmul, use.getOperandNumber() == 0, factor);
    if (auto mul = dyn_cast<snn::MulOp>(op))
      return mul.getLhs() != mul.getRhs() ? std::optional(factor) : std::nullopt;
    if (!isMove(op))
      return std::nullopt;
    std::vector<int64_t> sources = *getSources(op);
    Numbers behind(sources.size(), 1.0);
    for (size_t i = 0; i < sources.size(); ++i)
      if (sources[i] >= 0)
        behind[i] = factor[sources[i]];
    return behind;
  }

  static std::optional<Numbers> factorBehind(snn::MatMulOp matmul, bool isLeft,
                                             const Numbers &factor) {
    ArrayRef<int64_t> out = streamShape(matmul.getCurrent());
    if (matmul.getLhs() == matmul.getRhs())
      return std::nullopt;
    if (isLeft) {
      std::optional<Numbers> rows = perRow(factor, streamShape(matmul.getLhs()));
      return rows ? std::optional(spreadRows(*rows, out)) : std::nullopt;
    }
    std::optional<Numbers> columns = perColumn(factor, streamShape(matmul.getRhs()));
    return columns ? std::optional(spreadColumns(*columns, out)) : std::nullopt;
  }

  bool canGoDown(OpOperand &use, const Numbers &factor) {
    Operation *op = use.getOwner();
    if (auto conv = dyn_cast<snn::ConvOp>(op))
      return perChannel(factor, streamShape(conv.getStream())).has_value();
    if (auto gemm = dyn_cast<snn::GemmOp>(op))
      return perLast(factor, streamShape(gemm.getStream())).has_value();
    if (!op->hasOneUse())
      return false;
    std::optional<Numbers> behind = factorBehind(use, factor);
    return behind && canGoDown(*op->getUses().begin(), *behind);
  }

  /// Redoes the reader on `stream`, without the factor that its own stream has over it, down to the
  /// weights that take the factor instead.
  void down(OpOperand &use, Value stream, const Numbers &factor) {
    Operation *op = use.getOwner();
    Value moved = withStream(op, stream, use.getOperandNumber());
    if (auto conv = moved.getDefiningOp<snn::ConvOp>())
      scaleInput(conv, *perChannel(factor, streamShape(stream)));
    else if (auto gemm = moved.getDefiningOp<snn::GemmOp>())
      scaleInput(gemm, *perLast(factor, streamShape(stream)));
    else
      return down(*op->getUses().begin(), moved, *factorBehind(use, factor));
    op->getResult(0).replaceAllUsesWith(moved);
  }

  void scaleInput(snn::ConvOp conv, const Numbers &channels) {
    Numbers weight = snn::readWeights(conv.getWeight());
    ArrayRef<int64_t> shape = shapeOf(conv.getWeight());
    int64_t kernel = countElements(shape.drop_front(2)), perGroup = shape[0] / conv.getGroup();
    for (int64_t i = 0; i < static_cast<int64_t>(weight.size()); ++i) {
      int64_t output = i / (kernel * shape[1]), input = i / kernel % shape[1];
      weight[i] *= channels[output / perGroup * shape[1] + input];
    }
    setInputWeights(conv, weight);
  }

  void scaleInput(snn::GemmOp gemm, const Numbers &rows) {
    Numbers weight = snn::readWeights(gemm.getWeight());
    int64_t columns = shapeOf(gemm.getWeight())[1];
    for (int64_t i = 0; i < static_cast<int64_t>(weight.size()); ++i)
      weight[i] *= rows[i / columns];
    setInputWeights(gemm, weight);
  }

  template <typename Op>
  void setInputWeights(Op op, const Numbers &weight) {
    builder.setInsertionPoint(op);
    Value old = op.getWeight();
    op.getWeightMutable().assign(constant(old, shapeOf(old), weight));
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
