#include "compiler/calibrate/Domains.h"

#include "dialects/ann/ANN.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Numbers.h"
#include "dialects/support/Shapes.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/TypeSwitch.h"
#include <algorithm>

using namespace mlir;

namespace snnc {

namespace {

std::optional<Demand> getDemand(Operation *op) {
  auto demand = [&](Domain domain, unsigned operand, Granularity granularity) {
    return std::optional(Demand{op, domain, {op->getOperand(operand), granularity}});
  };
  if (op->hasAttr(ann::ANNDialect::kSpreadAttrName))
    return demand(Domain::Together, 0, Granularity::Tensor);
  return llvm::TypeSwitch<Operation *, std::optional<Demand>>(op)
      .Case([&](ann::DivOp) { return demand(Domain::OneSign, 1, Granularity::Neuron); })
      .Case([&](ann::ReciprocalOp) { return demand(Domain::OneSign, 0, Granularity::Neuron); })
      .Case([&](ann::SqrtOp) { return demand(Domain::NotNegative, 0, Granularity::Tensor); })
      .Case([&](ann::LogOp) { return demand(Domain::AboveZero, 0, Granularity::Tensor); })
      .Case([&](ann::NormOp) { return demand(Domain::Positive, 1, Granularity::Tensor); })
      .Default([](Operation *) { return std::nullopt; });
}

/// The smallest and the largest number of all entries.
std::pair<double, double> getExtremes(const Range &range) {
  return {*llvm::min_element(range.lower), *llvm::max_element(range.upper)};
}

InFlightDiagnostic report(Operation *op, const char *does, double min, double max) {
  return op->emitOpError() << does << " numbers from " << showNumber(min) << " to "
                           << showNumber(max) << " on the calibration data; ";
}

} // namespace

llvm::StringRef describe(Domain domain) {
  switch (domain) {
  case Domain::OneSign:
    return "where denominators have one sign; calibration checks it";
  case Domain::NotNegative:
    return "where operands are not negative; calibration checks it";
  case Domain::AboveZero:
    return "where operands are positive; calibration checks it";
  case Domain::Positive: // a variance
    return "";
  case Domain::Together:
    return "where scores are closer than the mask is low; calibration checks it";
  }
  return "";
}

std::vector<Demand> getDemands(func::FuncOp network) {
  std::vector<Demand> demands;
  network.walk([&](Operation *op) {
    std::optional<Demand> demand = getDemand(op);
    // Constant operands have no range: they are in the weights, or seen when they are folded.
    if (demand && !getConstantAttr(demand->operand.activation))
      demands.push_back(*demand);
  });
  return demands;
}

LogicalResult check(const Demand &demand, const Range &range) {
  // Something before it is no number: it is reported there.
  if (llvm::any_of(range.lower, [](double number) { return std::isnan(number); }))
    return success();
  auto [min, max] = getExtremes(range);
  switch (demand.domain) {
  case Domain::OneSign:
    for (auto [lower, upper] : llvm::zip(range.lower, range.upper))
      if (lower <= 0 && upper >= 0)
        return report(demand.op, "divides by", lower, upper)
               << "a neuron can divide by numbers of one sign only, away from 0; add a constant to "
                  "the "
                  "denominator, or take its absolute value";
    return success();
  case Domain::NotNegative:
    if (min < 0)
      return report(demand.op, "takes roots of", min, max)
             << "they must not be negative; add a constant, or clip them at 0";
    return success();
  case Domain::AboveZero:
    if (min <= 0)
      return report(demand.op, "takes logarithms of", min, max)
             << "they must be positive; add a constant, or clip them above 0";
    return success();
  case Domain::Positive: {
    double epsilon = cast<ann::NormOp>(demand.op).getEpsilon().convertToDouble();
    if (min + epsilon <= 0)
      return report(demand.op, "normalizes by variances which are", min, max)
             << "with its epsilon of " << showNumber(epsilon)
             << " they must be positive; give it a larger one";
    return success();
  }
  case Domain::Together: {
    double spread =
        cast<FloatAttr>(demand.op->getAttr(ann::ANNDialect::kSpreadAttrName)).getValueAsDouble();
    if (max - min > spread)
      return report(demand.op, "masks", min, max)
             << "its mask hides elements only while they are less than " << showNumber(spread)
             << " apart; make it lower, or minus infinity";
    return success();
  }
  }
  return success();
}

namespace {

/// `value` times the signs, which broadcast to each other.
Value withSigns(OpBuilder &builder, Location loc, Value value, const Range &range) {
  std::vector<double> signs;
  for (double upper : range.upper)
    signs.push_back(upper < 0 ? -1 : 1);
  if (llvm::all_of(signs, [](double sign) { return sign < 0; }))
    return builder.createOrFold<ann::NegOp>(loc, value.getType(), value);
  auto element = cast<RankedTensorType>(value.getType()).getElementType();
  auto type = RankedTensorType::get(range.shape, element);
  Value constant = builder.create<ann::ConstantOp>(loc, makeConstant(type, signs));
  return builder.createOrFold<ann::MulOp>(loc, value, constant);
}

/// The range of the magnitudes; where an entry stands for both signs, from 0 on.
ann::RangeAttr makePositive(ann::RangeAttr range) {
  std::vector<double> lower, upper;
  for (auto [low, high] :
       llvm::zip(range.getLower().getValues<double>(), range.getUpper().getValues<double>())) {
    lower.push_back(std::max({low, -high, 0.0}));
    upper.push_back(std::max(high, -low));
  }
  auto type = range.getLower().getType();
  return ann::RangeAttr::get(range.getContext(), DenseElementsAttr::get(type, ArrayRef(lower)),
                             DenseElementsAttr::get(type, ArrayRef(upper)));
}

} // namespace

void makePositive(const Demand &demand, const Range &range) {
  if (demand.domain != Domain::OneSign ||
      llvm::none_of(range.upper, [](double upper) { return upper < 0; }))
    return;
  Operation *op = demand.op;
  OpBuilder builder(op);
  // a / b = (s a) / (s b) and 1 / b = s (1 / (s b)), with the sign s of b.
  if (auto div = dyn_cast<ann::DivOp>(op)) {
    div.getLhsMutable().assign(withSigns(builder, op->getLoc(), div.getLhs(), range));
    div.getRhsMutable().assign(withSigns(builder, op->getLoc(), div.getRhs(), range));
    return;
  }
  auto reciprocal = cast<ann::ReciprocalOp>(op);
  SmallVector<OpOperand *> uses;
  for (OpOperand &use : reciprocal->getUses())
    uses.push_back(&use);
  reciprocal.getInputMutable().assign(
      withSigns(builder, op->getLoc(), reciprocal.getInput(), range));
  if (auto own = op->getAttrOfType<ann::RangeAttr>(ann::ANNDialect::kRangeAttrName))
    op->setAttr(ann::ANNDialect::kRangeAttrName, makePositive(own));
  builder.setInsertionPointAfter(op);
  Value result = withSigns(builder, op->getLoc(), reciprocal.getOutput(), range);
  for (OpOperand *use : uses)
    use->set(result);
}

} // namespace snnc
