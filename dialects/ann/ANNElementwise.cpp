//===- Element by element: functions, shapes, folds, canonical forms --------------------------------------------===//
#include "dialects/ann/Inference.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Numbers.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>
#include <limits>
#include <numbers>

using namespace mlir;

namespace snnc::ann {

using Function = std::function<double(double, double)>;

//===- The functions ---------------------------------------------------------------------------------------===//

namespace {

double sigmoid(double x) {
  // exp never overflows: its argument is not positive.
  double e = std::exp(-std::abs(x));
  return x >= 0 ? 1 / (1 + e) : e / (1 + e);
}

double gelu(double x) { return x / 2 * (1 + std::erf(x / std::numbers::sqrt2)); }

double geluTanh(double x) {
  double inner = std::sqrt(2 / std::numbers::pi) * (x + 0.044715 * x * x * x);
  return x / 2 * (1 + std::tanh(inner));
}

double softplus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }

double mish(double x) { return x * std::tanh(softplus(x)); }

double signOf(double x) { return x > 0 ? 1 : x < 0 ? -1 : x; } // NaN stays NaN

double shrink(double x, double lambda, double bias) {
  return x > lambda ? x - bias : x < -lambda ? x + bias : 0;
}

double leaky(double x, double slope) { return x >= 0 ? x : slope * x; }

} // namespace

Function ReluOp::getFunction() {
  return [](double x, double) { return std::max(x, 0.0); };
}
Function LeakyReluOp::getFunction() {
  return [alpha = getAlpha().convertToDouble()](double x, double) { return leaky(x, alpha); };
}
Function PReluOp::getFunction() { return leaky; }
Function GeluOp::getFunction() {
  if (getApproximate() == GeluForm::Tanh)
    return [](double x, double) { return geluTanh(x); };
  return [](double x, double) { return gelu(x); };
}
Function SiluOp::getFunction() {
  return [](double x, double) { return x * sigmoid(x); };
}
Function HardSwishOp::getFunction() {
  return [](double x, double) { return x * std::clamp(x / 6 + 0.5, 0.0, 1.0); };
}
Function HardSigmoidOp::getFunction() {
  return [alpha = getAlpha().convertToDouble(), beta = getBeta().convertToDouble()](
             double x, double) { return std::clamp(alpha * x + beta, 0.0, 1.0); };
}
Function SigmoidOp::getFunction() {
  return [](double x, double) { return sigmoid(x); };
}
Function TanhOp::getFunction() {
  return [](double x, double) { return std::tanh(x); };
}
Function EluOp::getFunction() {
  return [alpha = getAlpha().convertToDouble()](double x, double) {
    return x >= 0 ? x : alpha * std::expm1(x);
  };
}
Function SoftplusOp::getFunction() {
  return [](double x, double) { return softplus(x); };
}
Function ClipOp::getFunction() {
  return [lower = getLower(), upper = getUpper()](double x, double) {
    return std::min(std::max(x, lower), upper);
  };
}
Function ErfOp::getFunction() {
  return [](double x, double) { return std::erf(x); };
}
Function ExpOp::getFunction() {
  return [](double x, double) { return std::exp(x); };
}
Function SqrtOp::getFunction() {
  return [](double x, double) { return std::sqrt(x); };
}
Function ReciprocalOp::getFunction() {
  return [](double x, double) { return 1 / x; };
}
Function AbsOp::getFunction() {
  return [](double x, double) { return std::abs(x); };
}
Function SquareOp::getFunction() {
  return [](double x, double) { return x * x; };
}
Function MishOp::getFunction() {
  return [](double x, double) { return mish(x); };
}
Function SoftsignOp::getFunction() {
  return [](double x, double) { return x / (1 + std::abs(x)); };
}
Function LogOp::getFunction() {
  return [](double x, double) { return std::log(x); };
}
Function SinOp::getFunction() {
  return [](double x, double) { return std::sin(x); };
}
Function CosOp::getFunction() {
  return [](double x, double) { return std::cos(x); };
}
Function SignOp::getFunction() {
  return [](double x, double) { return signOf(x); };
}
Function FloorOp::getFunction() {
  return [](double x, double) { return std::floor(x); };
}
Function CeilOp::getFunction() {
  return [](double x, double) { return std::ceil(x); };
}
Function RoundOp::getFunction() {
  return [](double x, double) { return std::nearbyint(x); };
}
Function ThresholdedReluOp::getFunction() {
  return [alpha = getAlpha().convertToDouble()](double x, double) { return x > alpha ? x : 0; };
}
Function ShrinkOp::getFunction() {
  return [lambda = getLambda().convertToDouble(),
          bias = getBias().convertToDouble()](double x, double) { return shrink(x, lambda, bias); };
}
Function NegOp::getFunction() {
  return [](double x, double) { return -x; };
}
Function AddOp::getFunction() {
  return [](double a, double b) { return a + b; };
}
Function SubOp::getFunction() {
  return [](double a, double b) { return a - b; };
}
Function MulOp::getFunction() {
  return [](double a, double b) { return a * b; };
}
Function DivOp::getFunction() {
  return [](double a, double b) { return a / b; };
}
Function NormOp::getFunction() {
  return [epsilon = getEpsilon().convertToDouble()](double x, double v) {
    return x / std::sqrt(v + epsilon);
  };
}
Function MaxOp::getFunction() {
  return [](double a, double b) { return std::max(a, b); };
}
Function MinOp::getFunction() {
  return [](double a, double b) { return std::min(a, b); };
}

//===- Shapes ----------------------------------------------------------------------------------------------===//

bool keepsBatch(ArrayRef<int64_t> lhs, ArrayRef<int64_t> rhs) {
  if (lhs.size() < rhs.size())
    std::swap(lhs, rhs);
  // More dimensions would come before the batch of the shorter one.
  size_t more = lhs.size() - rhs.size();
  if (more > 0 && llvm::any_of(rhs, ShapedType::isDynamic))
    return false;
  return llvm::all_of(llvm::zip(lhs.drop_front(more), rhs), [](auto pair) {
    auto [one, other] = pair;
    bool isOne = ShapedType::isDynamic(one), isOther = ShapedType::isDynamic(other);
    return isOne == isOther || (isOne ? other : one) == 1;
  });
}

LogicalResult inferBroadcast(StringRef name, MLIRContext *context, std::optional<Location> location,
                             Value lhs, Value rhs, Types &types) {
  SmallVector<int64_t> out;
  if (!OpTrait::util::getBroadcastedShape(getTensorShape(lhs), getTensorShape(rhs), out))
    return ShapeErrors(name, location, context)()
           << "operands must broadcast, found " << showShape(getTensorShape(lhs)) << " and "
           << showShape(getTensorShape(rhs));
  if (!keepsBatch(getTensorShape(lhs), getTensorShape(rhs)))
    return ShapeErrors(name, location, context)()
           << "must keep the dynamic batch in its place, found " << showShape(getTensorShape(lhs))
           << " and " << showShape(getTensorShape(rhs));
  return give(lhs, out, types);
}

LogicalResult PReluOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                                        Adaptor op, Types &types) {
  ArrayRef<int64_t> in = getTensorShape(op.getInput()), slope = getTensorShape(op.getSlope());
  SmallVector<int64_t> out;
  if (!OpTrait::util::getBroadcastedShape(in, slope, out) || ArrayRef(out) != in)
    return ShapeErrors("ann.prelu", location, context)()
           << "slope " << showShape(slope) << " does not broadcast to the input " << showShape(in);
  return give(op.getInput(), in, types);
}

//===- Clip ------------------------------------------------------------------------------------------------===//

double ClipOp::getLower() {
  return getMin() ? getMin()->convertToDouble() : -std::numeric_limits<double>::infinity();
}

double ClipOp::getUpper() {
  return getMax() ? getMax()->convertToDouble() : std::numeric_limits<double>::infinity();
}

LogicalResult ClipOp::verify() {
  if (!(getLower() <= getUpper()))
    return emitOpError() << "min must not exceed max, found " << showNumber(getLower()) << " and "
                         << showNumber(getUpper());
  return success();
}

LogicalResult ClipOp::canonicalize(ClipOp op, PatternRewriter &rewriter) {
  if (std::isinf(op.getUpper()) && op.getLower() == 0)
    rewriter.replaceOpWithNewOp<ReluOp>(op, op.getType(), op.getInput());
  else if (std::isinf(op.getUpper()) && std::isinf(op.getLower()))
    rewriter.replaceOp(op, op.getInput());
  else
    return failure();
  return success();
}

LogicalResult ShrinkOp::verify() {
  if (!(getLambda().convertToDouble() >= 0))
    return emitOpError() << "lambda must be at least 0, found "
                         << showNumber(getLambda().convertToDouble());
  return success();
}

//===- Folds -----------------------------------------------------------------------------------------------===//

/// The number that changes nothing as the right operand, if there is one.
static std::optional<double> getNeutral(Operation *op) {
  if (isa<AddOp, SubOp>(op))
    return 0.0;
  if (isa<MulOp, DivOp>(op))
    return 1.0;
  return std::nullopt;
}

OpFoldResult detail::foldElementwise(Operation *op, ArrayRef<Attribute> operands) {
  std::vector<std::vector<double>> numbers;
  for (Attribute attr : operands) {
    auto elements = dyn_cast_or_null<ElementsAttr>(attr);
    FailureOr<std::vector<double>> read = failure();
    if (elements)
      read = readNumbers(elements);
    numbers.push_back(succeeded(read) ? std::move(*read) : std::vector<double>());
  }
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  if (std::optional<double> neutral = getNeutral(op);
      neutral && !numbers[1].empty() && op->getOperand(0).getType() == type &&
      llvm::all_of(numbers[1], [&](double number) { return number == *neutral; }))
    return op->getOperand(0);
  if (!type.hasStaticShape() ||
      llvm::any_of(numbers, [](const auto &operand) { return operand.empty(); }))
    return {};

  Function function = cast<ElementwiseOpInterface>(op).getFunction();
  std::vector<double> result(type.getNumElements());
  SmallVector<int64_t> at(type.getRank(), 0);
  auto pick = [&](size_t operand) {
    ArrayRef<int64_t> shape = getTensorShape(op->getOperand(operand));
    int64_t position = 0;
    for (size_t d = 0; d < shape.size(); ++d)
      position = position * shape[d] + (shape[d] == 1 ? 0 : at[at.size() - shape.size() + d]);
    return numbers[operand][position];
  };
  for (double &element : result) {
    element = function(pick(0), numbers.size() > 1 ? pick(1) : 0.0);
    for (size_t d = at.size(); d-- > 0 && ++at[d] == type.getDimSize(d);)
      at[d] = 0;
  }
  return Attribute(makeConstant(type, result));
}

//===- Canonical forms: constants stand on the right of add and mul ------------------------------------------===//

/// `function` of every number of a constant.
static Value mapConstant(PatternRewriter &rewriter, Location loc, Value constant,
                         ArrayRef<double> numbers, double (*function)(double)) {
  std::vector<double> mapped(numbers.size());
  llvm::transform(numbers, mapped.begin(), function);
  auto type = cast<RankedTensorType>(constant.getType());
  return rewriter.create<ConstantOp>(loc, makeConstant(type, mapped));
}

LogicalResult SubOp::canonicalize(SubOp op, PatternRewriter &rewriter) {
  if (auto numbers = readConstant(op.getRhs())) {
    Value negated = mapConstant(rewriter, op.getLoc(), op.getRhs(), *numbers,
                                [](double number) { return -number; });
    rewriter.replaceOpWithNewOp<AddOp>(op, op.getType(), op.getLhs(), negated);
    return success();
  }
  if (getConstantAttr(op.getLhs())) {
    Value negated = rewriter.create<NegOp>(op.getLoc(), op.getRhs().getType(), op.getRhs());
    rewriter.replaceOpWithNewOp<AddOp>(op, op.getType(), negated, op.getLhs());
    return success();
  }
  return failure();
}

LogicalResult MulOp::canonicalize(MulOp op, PatternRewriter &rewriter) {
  if (op.getLhs() != op.getRhs())
    return failure();
  rewriter.replaceOpWithNewOp<SquareOp>(op, op.getType(), op.getLhs());
  return success();
}

LogicalResult DivOp::canonicalize(DivOp op, PatternRewriter &rewriter) {
  auto numbers = readConstant(op.getRhs());
  if (!numbers || llvm::is_contained(*numbers, 0.0))
    return failure();
  Value inverse = mapConstant(rewriter, op.getLoc(), op.getRhs(), *numbers,
                              [](double number) { return 1 / number; });
  rewriter.replaceOpWithNewOp<MulOp>(op, op.getType(), op.getLhs(), inverse);
  return success();
}

} // namespace snnc::ann
