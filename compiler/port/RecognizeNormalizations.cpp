//===- Normalizations that exporters spell out ------------------------------------------------------------------===//
//
// A layer normalization arrives as nine operators, a group normalization as three; scale and bias follow either.
//
//===------------------------------------------------------------------------------------------------------===//
#include "compiler/port/RecognizeClusters.h"

#include "dialects/ann/ANN.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;

namespace snnc {

namespace {

//===- Layer normalization ---------------------------------------------------------------------------------===//

Value createFilled(PatternRewriter &rewriter, Location loc, Type element, ArrayRef<int64_t> shape,
                   double number) {
  auto type = RankedTensorType::get(shape, element);
  std::vector<double> numbers(countElements(shape), number);
  return rewriter.create<ann::ConstantOp>(loc, makeConstant(type, numbers));
}

/// The first dimension of `axes` where they are all dimensions from there on.
std::optional<int64_t> getTrailing(ArrayRef<int64_t> axes, size_t rank) {
  if (axes.empty() || axes.size() > rank)
    return std::nullopt;
  auto first = static_cast<int64_t>(rank - axes.size());
  for (auto [i, axis] : llvm::enumerate(axes))
    if (axis != first + static_cast<int64_t>(i))
      return std::nullopt;
  return first;
}

/// x, where `value` is x - mean(x) over the dimensions `axes`.
Value getCentered(Value value, ArrayRef<int64_t> axes) {
  auto sub = value.getDefiningOp<ann::SubOp>();
  auto mean = sub ? sub.getRhs().getDefiningOp<ann::ReduceMeanOp>() : ann::ReduceMeanOp();
  if (!mean || !mean.getKeepdims() || mean.getAxes() != axes || mean.getInput() != sub.getLhs())
    return {};
  return sub.getLhs();
}

/// The deviation sqrt(mean(square(x - mean(x))) + epsilon) of an activation.
struct Deviation {
  Value x;
  int64_t axis = 0;
  double epsilon = 0;

  static std::optional<Deviation> match(Value value) {
    auto root = value.getDefiningOp<ann::SqrtOp>();
    auto sum = root ? root.getInput().getDefiningOp<ann::AddOp>() : ann::AddOp();
    if (!sum)
      return std::nullopt;
    for (auto [variance, constant] :
         {std::pair(sum.getLhs(), sum.getRhs()), std::pair(sum.getRhs(), sum.getLhs())}) {
      auto mean = variance.getDefiningOp<ann::ReduceMeanOp>();
      std::optional<double> epsilon = getScalar(constant);
      Value squared = mean ? getSquared(mean.getInput()) : Value();
      if (!epsilon || !squared || !mean.getKeepdims())
        continue;
      Deviation found{getCentered(squared, mean.getAxes()), 0, *epsilon};
      auto axis = getTrailing(mean.getAxes(), getTensorShape(mean.getInput()).size());
      if (!found.x || !axis)
        continue;
      found.axis = *axis;
      return found;
    }
    return std::nullopt;
  }

  static Value getSquared(Value value) {
    if (auto square = value.getDefiningOp<ann::SquareOp>())
      return square.getInput();
    auto product = value.getDefiningOp<ann::MulOp>();
    return product && product.getLhs() == product.getRhs() ? product.getLhs() : Value();
  }
};

/// (x - mean(x)) / deviation(x), or times its reciprocal.
template <typename Op>
struct RecognizeLayerNorm : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;

  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    Value divisor = op.getRhs(), centered = op.getLhs();
    if (isa<ann::MulOp>(op.getOperation())) {
      auto inverse = divisor.getDefiningOp<ann::ReciprocalOp>();
      if (!inverse) {
        std::swap(divisor, centered);
        inverse = divisor.getDefiningOp<ann::ReciprocalOp>();
      }
      divisor = inverse ? inverse.getInput() : Value();
    }
    std::optional<Deviation> deviation;
    if (divisor)
      deviation = Deviation::match(divisor);
    if (!deviation)
      return failure();
    ArrayRef<int64_t> shape = getTensorShape(deviation->x);
    SmallVector<int64_t> axes =
        llvm::to_vector(llvm::seq<int64_t>(deviation->axis, static_cast<int64_t>(shape.size())));
    if (getCentered(centered, axes) != deviation->x)
      return failure();
    Type element = cast<RankedTensorType>(op.getType()).getElementType();
    Value scale =
        createFilled(rewriter, op.getLoc(), element, shape.drop_front(deviation->axis), 1);
    rewriter.replaceOpWithNewOp<ann::LayerNormOp>(op, op.getType(), deviation->x, scale, Value(),
                                                  static_cast<uint64_t>(deviation->axis),
                                                  llvm::APFloat(deviation->epsilon));
    return success();
  }
};

//===- Group normalization ---------------------------------------------------------------------------------===//

/// PyTorch writes it as an instance normalization of the groups: Reshape, InstanceNormalization, Reshape.
struct RecognizeGroupNorm : OpRewritePattern<ann::ReshapeOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ann::ReshapeOp op, PatternRewriter &rewriter) const override {
    auto norm = op.getInput().getDefiningOp<ann::InstanceNormOp>();
    auto split = norm ? norm.getInput().getDefiningOp<ann::ReshapeOp>() : ann::ReshapeOp();
    if (!split || split.getInput().getType() != op.getType())
      return failure();
    ArrayRef<int64_t> shape = getTensorShape(op.getOutput()),
                      rows = getTensorShape(norm.getInput());
    if (shape.size() < 3 || rows[0] != shape[0] || shape[1] % rows[1] != 0)
      return failure();
    int64_t repeat = shape[1] / rows[1];
    auto scale = readConstant(norm.getScale()), bias = readConstant(norm.getBias());
    if (!scale || !bias)
      return failure();
    auto spread = [&](const std::vector<double> &groups) -> Value {
      std::vector<double> channels;
      for (double number : groups)
        channels.insert(channels.end(), repeat, number);
      auto type = cast<RankedTensorType>(norm.getScale().getType()).clone({shape[1]});
      return rewriter.create<ann::ConstantOp>(op.getLoc(), makeConstant(type, channels));
    };
    rewriter.replaceOpWithNewOp<ann::GroupNormOp>(
        op, op.getType(), split.getInput(), spread(*scale), spread(*bias),
        static_cast<uint64_t>(rows[1]), norm.getEpsilon());
    return success();
  }
};

//===- What follows a normalization: its scale and its bias ------------------------------------------------===//

/// The numbers of a constant operand in the shape of `norm`'s scale, when it broadcasts to it: trailing
/// dimensions of a layer, or channels.
std::optional<std::vector<double>> getAffine(Operation *norm, Value value) {
  auto numbers = readConstant(value);
  if (!numbers)
    return std::nullopt;
  SmallVector<int64_t> shape(getTensorShape(value));
  SmallVector<int64_t> wanted(getTensorShape(norm->getOperand(1)));
  auto rank = getTensorShape(norm->getOperand(0)).size();
  if (!isa<ann::LayerNormOp>(norm))
    wanted.append(rank - 2, 1); // C x 1 x 1
  while (shape.size() < wanted.size())
    shape.insert(shape.begin(), 1);
  while (shape.size() > wanted.size() && shape.front() == 1)
    shape.erase(shape.begin());
  if (numbers->size() == 1)
    return std::vector<double>(countElements(wanted), numbers->front());
  if (shape != wanted)
    return std::nullopt;
  return numbers;
}

template <typename Norm, typename Op>
struct FoldAffine : OpRewritePattern<Op> {
  using OpRewritePattern<Op>::OpRewritePattern;

  LogicalResult matchAndRewrite(Op op, PatternRewriter &rewriter) const override {
    for (auto [value, constant] :
         {std::pair(op.getLhs(), op.getRhs()), std::pair(op.getRhs(), op.getLhs())}) {
      auto norm = value.template getDefiningOp<Norm>();
      if (!norm || !norm->hasOneUse() || norm.getType() != op.getType())
        continue;
      auto factor = getAffine(norm, constant), scale = readConstant(norm.getScale());
      std::optional<std::vector<double>> bias;
      if (norm.getBias())
        bias = readConstant(norm.getBias());
      if (!factor || !scale || (norm.getBias() && !bias))
        continue;
      bool isScale = isa<ann::MulOp>(op.getOperation());
      if (!bias && !isScale)
        bias.emplace(scale->size(), 0.0);
      for (size_t i = 0; i < scale->size(); ++i) {
        if (isScale)
          (*scale)[i] *= (*factor)[i];
        if (bias)
          (*bias)[i] = isScale ? (*bias)[i] * (*factor)[i] : (*bias)[i] + (*factor)[i];
      }
      auto type = cast<RankedTensorType>(norm.getScale().getType());
      auto create = [&](const std::vector<double> &numbers) {
        return rewriter.create<ann::ConstantOp>(op.getLoc(), makeConstant(type, numbers));
      };
      Value newScale = create(*scale), newBias = bias ? Value(create(*bias)) : Value();
      auto folded = cast<Norm>(rewriter.clone(*norm));
      folded.getScaleMutable().assign(newScale);
      if (newBias)
        folded.getBiasMutable().assign(newBias);
      rewriter.replaceOp(op, folded);
      return success();
    }
    return failure();
  }
};

template <typename Norm>
void addAffine(RewritePatternSet &patterns) {
  patterns.add<FoldAffine<Norm, ann::MulOp>, FoldAffine<Norm, ann::AddOp>>(patterns.getContext());
}

} // namespace

void addNormalizationClusters(RewritePatternSet &patterns) {
  patterns.add<RecognizeLayerNorm<ann::DivOp>, RecognizeLayerNorm<ann::MulOp>, RecognizeGroupNorm>(
      patterns.getContext());
  addAffine<ann::LayerNormOp>(patterns);
  addAffine<ann::InstanceNormOp>(patterns);
  addAffine<ann::GroupNormOp>(patterns);
}

} // namespace snnc
