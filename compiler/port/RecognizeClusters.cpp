//===- Functions that exporters spell out -------------------------------------------------------------------------===//
//
// GELU arrives as five operators. What a cluster of arithmetic computes is
// found by algebra and not by shape: with an activation x and an opaque function T of it (erf, tanh,
// sigmoid ...), it is a polynomial in x and T, and x/2 + x T/2 is GELU in whatever order it is written.
//
//===------------------------------------------------------------------------------------------------===//
#include "compiler/port/RecognizeClusters.h"
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

std::optional<double> getScalar(Value value) {
  ElementsAttr attr = getConstantAttr(value);
  if (!attr || !(attr.isSplat() || attr.getNumElements() == 1))
    return std::nullopt;
  FailureOr<std::vector<double>> numbers = readNumbers(attr);
  return succeeded(numbers) && !numbers->empty() ? std::optional(numbers->front()) : std::nullopt;
}

namespace {

//===- Polynomials -----------------------------------------------------------------------------------------===//

/// Coefficients by the powers of x and T.
using Polynomial = std::map<std::pair<int, int>, double>;

constexpr int kHighestPower = 3, kDeepest = 8;

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

struct RecognizeClusters : impl::RecognizeClustersPassBase<RecognizeClusters> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<RecognizeActivation>(&getContext());
    addNormalizationClusters(patterns);
    if (failed(applyPatternsAndFoldGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
} // namespace snnc
