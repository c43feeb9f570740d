//===- Normalizations and softmax from means, squares, roots and quotients ---------------------------------===//
//
//   normalization   m = mean(x), d = x - m, v = mean(d * d), norm(d, v) * scale + bias
//   softmax         e = exp(x - max(x)), e / sum(e)
//
// in the order of the paper's code, which subtracts no maximum. The tree of a maximum serves reductions, too.
//
//===------------------------------------------------------------------------------------------------===//
#include "compiler/port/Decompositions.h"
#include "dialects/ann/ANN.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include "llvm/ADT/Sequence.h"
#include <limits>

using namespace mlir;

namespace snnc {

namespace {

/// (x - mean) / sqrt(variance + epsilon) over the dimensions from `axis` on.
Value normalize(PatternRewriter &rewriter, Location loc, Value x, int64_t axis, APFloat epsilon) {
  auto rank = static_cast<int64_t>(getTensorShape(x).size());
  auto axes = llvm::to_vector(llvm::seq(axis, rank));
  Value mean = rewriter.create<ann::ReduceMeanOp>(loc, x, axes, /*keepdims=*/true);
  Value centered = rewriter.create<ann::SubOp>(loc, x, mean);
  Value square = rewriter.create<ann::SquareOp>(loc, centered.getType(), centered);
  Value variance = rewriter.create<ann::ReduceMeanOp>(loc, square, axes, /*keepdims=*/true);
  return rewriter.create<ann::NormOp>(loc, centered, variance, epsilon);
}

/// x * scale + bias, both constants of one number per channel (dimension 1 of x).
Value applyPerChannel(PatternRewriter &rewriter, Location loc, Value x, Value scale, Value bias) {
  SmallVector<int64_t> shape(getTensorShape(x).size() - 1, 1);
  shape[0] = getTensorShape(scale)[0];
  auto spread = [&](Value constant) -> Value {
    return rewriter.createOrFold<ann::ReshapeOp>(loc, constant, shape);
  };
  Value scaled = rewriter.create<ann::MulOp>(loc, x, spread(scale));
  return rewriter.create<ann::AddOp>(loc, scaled, spread(bias));
}

struct DecomposeLayerNorm : OpRewritePattern<ann::LayerNormOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ann::LayerNormOp op, PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value result = normalize(rewriter, loc, op.getInput(), op.getAxis(), op.getEpsilon());
    result = rewriter.create<ann::MulOp>(loc, result, op.getScale());
    if (op.getBias())
      result = rewriter.create<ann::AddOp>(loc, result, op.getBias());
    rewriter.replaceOp(op, result);
    return success();
  }
};

struct DecomposeInstanceNorm : OpRewritePattern<ann::InstanceNormOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ann::InstanceNormOp op, PatternRewriter &rewriter) const override {
    Value result = normalize(rewriter, op.getLoc(), op.getInput(), 2, op.getEpsilon());
    rewriter.replaceOp(op,
                       applyPerChannel(rewriter, op.getLoc(), result, op.getScale(), op.getBias()));
    return success();
  }
};

/// The channels of a group lie side by side: a reshape brings them together.
struct DecomposeGroupNorm : OpRewritePattern<ann::GroupNormOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ann::GroupNormOp op, PatternRewriter &rewriter) const override {
    ArrayRef<int64_t> in = getTensorShape(op.getInput());
    int64_t perGroup = countElements(in.drop_front()) / op.getNumGroups();
    int64_t batch = ShapedType::isDynamic(in[0]) ? -1 : in[0];
    SmallVector<int64_t> grouped{batch, static_cast<int64_t>(op.getNumGroups()), perGroup};
    SmallVector<int64_t> shape(in);
    shape[0] = batch;
    Value x = rewriter.create<ann::ReshapeOp>(op.getLoc(), op.getInput(), grouped);
    Value result = normalize(rewriter, op.getLoc(), x, 2, op.getEpsilon());
    result = rewriter.create<ann::ReshapeOp>(op.getLoc(), result, shape);
    rewriter.replaceOp(op,
                       applyPerChannel(rewriter, op.getLoc(), result, op.getScale(), op.getBias()));
    return success();
  }
};

/// `count` elements of `x` from `first` on along dimension `axis`.
Value slice(PatternRewriter &rewriter, Location loc, Value x, int64_t axis, int64_t first,
            int64_t count) {
  SmallVector<int64_t> sizes(getTensorShape(x)), starts(sizes.size(), 0), steps(sizes.size(), 1);
  if (ShapedType::isDynamic(sizes[0]))
    sizes[0] = -1;
  starts[axis] = first;
  sizes[axis] = count;
  return rewriter.create<ann::SliceOp>(loc, x, starts, sizes, steps);
}

/// The largest (or smallest) element along `axis`, which keeps size 1: the halves are compared element by
/// element until one is left. Of an odd number the one in the middle is in both halves.
template <typename Op = ann::MaxOp>
Value findExtremum(PatternRewriter &rewriter, Location loc, Value x, int64_t axis) {
  for (int64_t size; (size = getTensorShape(x)[axis]) > 1;) {
    int64_t half = (size + 1) / 2;
    Value first = slice(rewriter, loc, x, axis, 0, half);
    Value second = slice(rewriter, loc, x, axis, size - half, half);
    x = rewriter.create<Op>(loc, first, second);
  }
  return x;
}

/// Without the maximum, a row whose inputs are all far below those of other images has exponentials, and
/// a sum of them, smaller than the steps of a neuron, and nothing can be divided by it.
struct DecomposeSoftmax : OpRewritePattern<ann::SoftmaxOp> {
  DecomposeSoftmax(MLIRContext *context, bool subtractMaximum)
      : OpRewritePattern(context), subtractMaximum(subtractMaximum) {}

  LogicalResult matchAndRewrite(ann::SoftmaxOp op, PatternRewriter &rewriter) const override {
    if (op->hasAttr(ann::ANNDialect::kHostAttrName))
      return failure();
    Location loc = op.getLoc();
    auto axis = static_cast<int64_t>(op.getAxis());
    Value x = op.getInput();
    if (subtractMaximum)
      x = rewriter.create<ann::SubOp>(loc, x, findExtremum(rewriter, loc, x, axis));
    Value exp = rewriter.create<ann::ExpOp>(loc, x.getType(), x);
    Value sum = rewriter.create<ann::ReduceSumOp>(loc, exp, axis, /*keepdims=*/true);
    rewriter.replaceOpWithNewOp<ann::DivOp>(op, exp, sum);
    return success();
  }

private:
  bool subtractMaximum;
};

/// x - max - log(sum(exp(x - max))). The sum is between 1 and the number of elements, where the logarithm
/// is tame.
struct DecomposeLogSoftmax : OpRewritePattern<ann::LogSoftmaxOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ann::LogSoftmaxOp op, PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    auto axis = static_cast<int64_t>(op.getAxis());
    Value x = rewriter.create<ann::SubOp>(loc, op.getInput(),
                                          findExtremum(rewriter, loc, op.getInput(), axis));
    Value exp = rewriter.create<ann::ExpOp>(loc, x.getType(), x);
    Value sum = rewriter.create<ann::ReduceSumOp>(loc, exp, axis, /*keepdims=*/true);
    Value log = rewriter.create<ann::LogOp>(loc, sum.getType(), sum);
    rewriter.replaceOpWithNewOp<ann::SubOp>(op, x, log);
    return success();
  }
};

/// Trees of `Extremum`, one dimension after the other.
template <typename Op, typename Extremum>
struct DecomposeReduction : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;

  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    Value result = op.getInput();
    for (int64_t axis : op.getAxes())
      result = findExtremum<Extremum>(rewriter, op.getLoc(), result, axis);
    if (result.getType() != op.getType()) {
      SmallVector<int64_t> shape(getTensorShape(op.getOutput()));
      if (!shape.empty() && ShapedType::isDynamic(shape[0]))
        shape[0] = -1;
      result = rewriter.create<ann::ReshapeOp>(op.getLoc(), result, shape);
    }
    rewriter.replaceOp(op, result);
    return success();
  }
};

//===- Constant operands -----------------------------------------------------------------------------------===//

Value negate(PatternRewriter &rewriter, Location loc, Value x) {
  return rewriter.createOrFold<ann::NegOp>(loc, x.getType(), x);
}

Value createRelu(PatternRewriter &rewriter, Location loc, Value x) {
  return rewriter.create<ann::ReluOp>(loc, x.getType(), x);
}

/// c / x = c * (1 / x).
struct DivideConstant : OpRewritePattern<ann::DivOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ann::DivOp op, PatternRewriter &rewriter) const override {
    if (!getConstantAttr(op.getLhs()) || getConstantAttr(op.getRhs()))
      return failure();
    Value inverse =
        rewriter.create<ann::ReciprocalOp>(op.getLoc(), op.getRhs().getType(), op.getRhs());
    rewriter.replaceOpWithNewOp<ann::MulOp>(op, inverse, op.getLhs());
    return success();
  }
};

/// max(x, c) = relu(x - c) + c and min(x, c) = c - relu(c - x): one operand instead of two.
template <typename Op, bool isMax>
struct CompareWithConstant : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;

  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    bool isLeft = getConstantAttr(op.getLhs()) != nullptr;
    if (isLeft == (getConstantAttr(op.getRhs()) != nullptr))
      return failure();
    Location loc = op.getLoc();
    Value c = isLeft ? op.getLhs() : op.getRhs(), x = isLeft ? op.getRhs() : op.getLhs();
    if (x.getType() == op.getType() && isNoBound(c)) {
      rewriter.replaceOp(op, x);
      return success();
    }
    Value relu;
    if (isMax) {
      relu =
          createRelu(rewriter, loc, rewriter.create<ann::AddOp>(loc, x, negate(rewriter, loc, c)));
    } else {
      relu =
          createRelu(rewriter, loc, rewriter.create<ann::AddOp>(loc, negate(rewriter, loc, x), c));
      relu = negate(rewriter, loc, relu);
    }
    rewriter.replaceOpWithNewOp<ann::AddOp>(op, relu, c);
    return success();
  }

private:
  /// Whether every number of a constant is infinite, or the largest there is, where it binds nothing.
  static bool isNoBound(Value c) {
    auto numbers = readConstant(c);
    return numbers && llvm::all_of(*numbers, [](double number) {
             return (isMax ? -number : number) >= std::numeric_limits<float>::max();
           });
  }
};

/// max(x, slope * x) where no slope exceeds 1; else relu(x) - slope * relu(-x).
struct DecomposePRelu : OpRewritePattern<ann::PReluOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ann::PReluOp op, PatternRewriter &rewriter) const override {
    auto slopes = readConstant(op.getSlope());
    if (!slopes)
      return failure();
    Location loc = op.getLoc();
    Value x = op.getInput();
    if (llvm::all_of(*slopes, [](double slope) { return slope <= 1; })) {
      Value scaled = rewriter.create<ann::MulOp>(loc, x, op.getSlope());
      rewriter.replaceOpWithNewOp<ann::MaxOp>(op, x, scaled);
      return success();
    }
    Value below = createRelu(rewriter, loc, negate(rewriter, loc, x));
    Value scaled = rewriter.create<ann::MulOp>(loc, below, op.getSlope());
    rewriter.replaceOpWithNewOp<ann::SubOp>(op, createRelu(rewriter, loc, x), scaled);
    return success();
  }
};

} // namespace

void populateNormalizationDecompositions(RewritePatternSet &patterns, bool subtractMaximum) {
  patterns.add<DecomposeLayerNorm, DecomposeInstanceNorm, DecomposeGroupNorm, DecomposeLogSoftmax,
               DecomposeReduction<ann::ReduceMaxOp, ann::MaxOp>,
               DecomposeReduction<ann::ReduceMinOp, ann::MinOp>>(patterns.getContext());
  patterns.add<DecomposeSoftmax>(patterns.getContext(), subtractMaximum);
}

void populateConstantDecompositions(RewritePatternSet &patterns) {
  patterns.add<DivideConstant, CompareWithConstant<ann::MaxOp, true>,
               CompareWithConstant<ann::MinOp, false>, DecomposePRelu>(patterns.getContext());
}

} // namespace snnc
