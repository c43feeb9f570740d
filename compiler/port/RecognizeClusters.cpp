//===- Functions that exporters spell out -------------------------------------------------------------------------===//
//
// GELU arrives as five operators, layer normalization as nine. What a cluster of arithmetic computes is
// found by algebra and not by shape: with an activation x and an opaque function T of it (erf, tanh,
// sigmoid ...), it is a polynomial in x and T, and x/2 + x T/2 is GELU in whatever order it is written.
//
//===------------------------------------------------------------------------------------------------===//
#include "compiler/port/Passes.h"
#include "dialects/ann/ANN.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "llvm/ADT/Sequence.h"

#include <cmath>
#include <map>
#include <numbers>

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_RECOGNIZECLUSTERSPASS
#include "compiler/port/Passes.h.inc"

namespace {

//===- Polynomials -----------------------------------------------------------------------------------------===//

/// Coefficients by the powers of x and T.
using Polynomial = std::map<std::pair<int, int>, double>;

constexpr int kHighestPower = 3, kDeepest = 8;

std::optional<double> getScalar(Value value) {
  ElementsAttr attr = getConstantAttr(value);
  if (!attr || !(attr.isSplat() || attr.getNumElements() == 1))
    return std::nullopt;
  FailureOr<std::vector<double>> numbers = readNumbers(attr);
  return succeeded(numbers) && !numbers->empty() ? std::optional(numbers->front()) : std::nullopt;
}

std::optional<Polynomial> multiply(const Polynomial &a, const Polynomial &b) {
  Polynomial product;
  for (auto [i, s] : a)
    for (auto [j, t] : b) {
      if (i.first + j.first > kHighestPower || i.second + j.second > 1)
        return std::nullopt;
      product[{i.first + j.first, i.second + j.second}] += s * t;
    }
  return product;
}

/// What `value` is as a polynomial in `x` and `T` (which may be null); nothing where it is something
/// else.
std::optional<Polynomial> expand(Value value, Value x, Value T, int depth = kDeepest) {
  if (value == x)
    return Polynomial{{{1, 0}, 1.0}};
  if (value == T)
    return Polynomial{{{0, 1}, 1.0}};
  if (std::optional<double> number = getScalar(value))
    return Polynomial{{{0, 0}, *number}};
  Operation *op = value.getDefiningOp();
  if (!op || depth == 0 || !isa<ann::ElementwiseOpInterface>(op))
    return std::nullopt;
  auto operand = [&](unsigned i) { return expand(op->getOperand(i), x, T, depth - 1); };
  auto scaled = [](std::optional<Polynomial> polynomial, double factor) {
    if (polynomial)
      for (auto &term : *polynomial)
        term.second *= factor;
    return polynomial;
  };
  if (isa<ann::NegOp>(op))
    return scaled(operand(0), -1);
  if (isa<ann::SquareOp>(op)) {
    auto base = operand(0);
    return base ? multiply(*base, *base) : std::nullopt;
  }
  if (auto div = dyn_cast<ann::DivOp>(op)) {
    std::optional<double> divisor = getScalar(div.getRhs());
    return divisor && *divisor != 0 ? scaled(operand(0), 1 / *divisor) : std::nullopt;
  }
  if (!isa<ann::AddOp, ann::SubOp, ann::MulOp>(op))
    return std::nullopt;
  auto lhs = operand(0), rhs = isa<ann::SubOp>(op) ? scaled(operand(1), -1) : operand(1);
  if (!lhs || !rhs)
    return std::nullopt;
  if (isa<ann::MulOp>(op))
    return multiply(*lhs, *rhs);
  for (auto [powers, coefficient] : *rhs)
    (*lhs)[powers] += coefficient;
  return lhs;
}

/// Whether two polynomials are the same, but for the rounding of constants to f32.
bool isClose(const std::optional<Polynomial> &found, const Polynomial &wanted) {
  if (!found)
    return false;
  Polynomial difference = wanted;
  for (auto [powers, coefficient] : *found)
    difference[powers] -= coefficient;
  return llvm::all_of(difference, [&](auto term) {
    auto expected = wanted.find(term.first);
    double size = expected == wanted.end() ? 1.0 : std::abs(expected->second);
    return std::abs(term.second) <= 1e-5 * size;
  });
}

//===- Activations -----------------------------------------------------------------------------------------===//

/// The activations that the argument of T may be a function of: its own operands first.
SmallVector<Value> getCandidates(Value argument) {
  SmallVector<Value> candidates{argument};
  for (size_t i = 0; i < candidates.size() && candidates.size() < 16; ++i)
    if (Operation *op = candidates[i].getDefiningOp();
        isa_and_nonnull<ann::ElementwiseOpInterface>(op))
      for (Value operand : op->getOperands())
        if (!getConstantAttr(operand) && operand.getType() == argument.getType() &&
            !llvm::is_contained(candidates, operand))
          candidates.push_back(operand);
  return candidates;
}

/// A cluster: `function` of an argument that is `inner` of x, in arithmetic that comes to `outer`.
struct Cluster {
  Polynomial inner, outer;
  /// Creates the operator that it is.
  Value (*create)(PatternRewriter &rewriter, Location loc, Value x);
};

template <typename Op, typename... Args>
Value createOp(PatternRewriter &rewriter, Location loc, Value x, Args... args) {
  return rewriter.create<Op>(loc, x.getType(), x, args...);
}

Value createGelu(PatternRewriter &rewriter, Location loc, Value x) {
  return createOp<ann::GeluOp>(rewriter, loc, x, ann::GeluForm::None);
}
Value createGeluTanh(PatternRewriter &rewriter, Location loc, Value x) {
  return createOp<ann::GeluOp>(rewriter, loc, x, ann::GeluForm::Tanh);
}
Value createSilu(PatternRewriter &rewriter, Location loc, Value x) {
  return createOp<ann::SiluOp>(rewriter, loc, x);
}
Value createHardSwish(PatternRewriter &rewriter, Location loc, Value x) {
  return createOp<ann::HardSwishOp>(rewriter, loc, x);
}
Value createHardSigmoid(PatternRewriter &rewriter, Location loc, Value x) {
  return createOp<ann::HardSigmoidOp>(rewriter, loc, x, llvm::APFloat(1.0 / 6), llvm::APFloat(0.5));
}

/// The clusters around `op`.
SmallVector<Cluster> getClusters(Operation *op) {
  using std::numbers::pi;
  const double c = std::sqrt(2 / pi);
  const Polynomial x{{{1, 0}, 1.0}}, half{{{1, 0}, 0.5}, {{1, 1}, 0.5}};
  if (isa<ann::ErfOp>(op))
    return {{{{{1, 0}, 1 / std::numbers::sqrt2}}, half, createGelu}};
  if (isa<ann::TanhOp>(op))
    return {{{{{1, 0}, c}, {{3, 0}, c * 0.044715}}, half, createGeluTanh}};
  if (isa<ann::SigmoidOp>(op))
    return {{x, {{{1, 1}, 1.0}}, createSilu}};
  if (auto sigmoid = dyn_cast<ann::HardSigmoidOp>(op);
      sigmoid && std::abs(sigmoid.getAlpha().convertToDouble() - 1.0 / 6) < 1e-6 &&
      std::abs(sigmoid.getBeta().convertToDouble() - 0.5) < 1e-6)
    return {{x, {{{1, 1}, 1.0}}, createHardSwish}};
  if (auto clip = dyn_cast<ann::ClipOp>(op); clip && clip.getLower() == 0 && clip.getUpper() == 6)
    return {{{{{1, 0}, 1.0}, {{0, 0}, 3.0}}, {{{1, 1}, 1.0 / 6}}, createHardSwish},
            {{{{1, 0}, 1.0}, {{0, 0}, 3.0}}, {{{0, 1}, 1.0 / 6}}, createHardSigmoid}};
  return {};
}

/// The value at or behind `T` that is `outer` in `x` and `T`, if there is one.
Value findRoot(Value T, Value x, const Polynomial &outer) {
  SmallVector<Value> behind{T};
  for (size_t i = 0; i < behind.size() && behind.size() < 16; ++i) {
    if (isClose(expand(behind[i], x, T), outer))
      return behind[i];
    for (Operation *user : behind[i].getUsers())
      if (isa<ann::AddOp, ann::SubOp, ann::MulOp, ann::DivOp, ann::NegOp>(user) &&
          user->getResult(0).getType() == T.getType())
        behind.push_back(user->getResult(0));
  }
  return {};
}

struct RecognizeActivation : RewritePattern {
  explicit RecognizeActivation(MLIRContext *context)
      : RewritePattern(MatchAnyOpTypeTag(), 1, context) {}

  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    for (const Cluster &cluster : getClusters(op))
      for (Value x : getCandidates(op->getOperand(0))) {
        if (!isClose(expand(op->getOperand(0), x, {}), cluster.inner))
          continue;
        Value root = findRoot(op->getResult(0), x, cluster.outer);
        if (!root)
          continue;
        rewriter.setInsertionPoint(root.getDefiningOp());
        rewriter.replaceOp(root.getDefiningOp(), cluster.create(rewriter, root.getLoc(), x));
        return success();
      }
    return failure();
  }
};

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

struct RecognizeClusters : impl::RecognizeClustersPassBase<RecognizeClusters> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<RecognizeActivation, RecognizeLayerNorm<ann::DivOp>,
                 RecognizeLayerNorm<ann::MulOp>, RecognizeGroupNorm>(&getContext());
    addAffine<ann::LayerNormOp>(patterns);
    addAffine<ann::InstanceNormOp>(patterns);
    addAffine<ann::GroupNormOp>(patterns);
    if (failed(applyPatternsAndFoldGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
} // namespace snnc
