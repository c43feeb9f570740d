//===- Functions of one input, element by element ----------------------------------------------------------------===//
#include "compiler/import/onnx/Handlers.h"
#include "compiler/import/onnx/Quantized.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Numbers.h"
#include <cmath>
#include <limits>

using namespace mlir;

namespace snnc::onnx_import {

namespace {

template <typename Op>
FailureOr<Value> importUnary(Node &node) {
  FailureOr<Value> input = node.getInput(0);
  if (failed(input))
    return failure();
  return node.create<Op>(*input);
}

/// Functions with the parameter alpha.
template <typename Op>
FailureOr<Value> importAlpha(Node &node, double usual) {
  FailureOr<Value> input = node.getInput(0);
  if (failed(input))
    return failure();
  return node.create<Op>(*input, llvm::APFloat(node.getFloat("alpha", usual)));
}

FailureOr<Value> importHardSigmoid(Node &node) {
  FailureOr<Value> input = node.getInput(0);
  if (failed(input))
    return failure();
  return node.create<ann::HardSigmoidOp>(*input, llvm::APFloat(node.getFloat("alpha", 0.2)),
                                         llvm::APFloat(node.getFloat("beta", 0.5)));
}

FailureOr<Value> importGelu(Node &node) {
  FailureOr<Value> input = node.getInput(0);
  if (failed(input))
    return failure();
  std::string approximate = node.getString("approximate", "none");
  if (approximate != "none" && approximate != "tanh")
    return node.error() << "approximate '" << approximate << "' is not one of none, tanh";
  return node.create<ann::GeluOp>(*input, approximate == "tanh" ? ann::GeluForm::Tanh
                                                                : ann::GeluForm::None);
}

/// gamma * Elu.
FailureOr<Value> importSelu(Node &node) {
  FailureOr<Value> elu = importAlpha<ann::EluOp>(node, 1.67326319217681884765625);
  if (failed(elu))
    return failure();
  return scaleBy(node, *elu, node.getFloat("gamma", 1.05070102214813232421875));
}

/// alpha * Elu of x / alpha.
FailureOr<Value> importCelu(Node &node) {
  FailureOr<Value> input = node.getInput(0);
  double alpha = node.getFloat("alpha", 1.0);
  if (failed(input))
    return failure();
  if (!(alpha > 0))
    return node.error() << "alpha must be positive, found " << showNumber(alpha);
  FailureOr<Value> scaled = scaleBy(node, *input, 1 / alpha);
  if (failed(scaled))
    return failure();
  FailureOr<Value> elu = node.create<ann::EluOp>(*scaled, llvm::APFloat(1.0));
  return failed(elu) ? elu : scaleBy(node, *elu, alpha);
}

FailureOr<Value> importThresholdedRelu(Node &node) {
  if (node.getFloat("alpha", 1.0) == 0)
    return importUnary<ann::ReluOp>(node);
  return importAlpha<ann::ThresholdedReluOp>(node, 1.0);
}

FailureOr<Value> importShrink(Node &node) {
  FailureOr<Value> input = node.getInput(0);
  double lambda = node.getFloat("lambd", 0.5), bias = node.getFloat("bias", 0.0);
  if (failed(input))
    return failure();
  if (!(lambda >= 0))
    return node.error() << "lambd must be at least 0, found " << showNumber(lambda);
  return node.create<ann::ShrinkOp>(*input, llvm::APFloat(lambda), llvm::APFloat(bias));
}

FailureOr<Value> importPRelu(Node &node) {
  FailureOr<Value> input = node.getInput(0), slope = node.getInput(1);
  if (failed(input) || failed(slope))
    return failure();
  return node.create<ann::PReluOp>(*input, *slope);
}

/// A bound of Clip: an attribute until opset 10, an input from 11 on.
/// `side` is -1 for the lower one, 1 for the upper one.
FailureOr<std::optional<double>> getBound(Node &node, StringRef name, int64_t index, int side) {
  std::optional<double> bound;
  if (node.hasAttribute(name))
    bound = node.getFloat(name, 0);
  if (node.hasInput(index)) {
    FailureOr<double> number = node.getNumber(index);
    if (failed(number))
      return failure();
    bound = *number;
  }
  // Infinities, and the largest numbers of f32 in older files, stand for no bound.
  if (!bound || std::abs(*bound) < std::numeric_limits<float>::max())
    return bound;
  if (*bound * side < 0)
    return node.error() << name << " of " << showNumber(*bound) << " leaves no number";
  return std::optional<double>();
}

FailureOr<Value> importClip(Node &node) {
  FailureOr<Value> input = node.getInput(0);
  FailureOr<std::optional<double>> lower = getBound(node, "min", 1, -1),
                                   upper = getBound(node, "max", 2, 1);
  if (failed(input) || failed(lower) || failed(upper))
    return failure();
  // max counts where they cross.
  if (*lower && *upper && **lower > **upper)
    *lower = *upper;
  Builder builder(input->getContext());
  auto attr = [&](std::optional<double> bound) {
    return bound ? builder.getF64FloatAttr(*bound) : FloatAttr();
  };
  return node.create<ann::ClipOp>(*input, attr(*lower), attr(*upper));
}

/// In inference it gives what it gets.
FailureOr<Value> importDropout(Node &node) {
  node.getFloat("ratio", 0.5);
  node.getInt("seed", 0);
  node.getInt("is_test", 1);
  if (node.hasInput(2)) {
    FailureOr<std::vector<int64_t>> training = node.getIntegers(2);
    if (failed(training))
      return failure();
    if (!training->empty() && training->front() != 0)
      return node.error() << "is in training mode; export the model with model.eval()";
  }
  return node.getInput(0);
}

FailureOr<Value> importIdentity(Node &node) { return node.getInput(0); }

/// Between types of floats nothing changes but how numbers are rounded; that is left out.
FailureOr<Value> importCast(Node &node) {
  int64_t to = node.getInt("to", 0);
  node.getInt("saturate", 1); // of 8-bit floats
  FailureOr<Value> input = node.getInput(0);
  if (isFloatType(to) || failed(input))
    return input;
  ElementsAttr constant = getConstantAttr(*input);
  if (!constant)
    return node.error() << "casts an activation to something else than float";
  FailureOr<std::vector<double>> numbers = readNumbers(constant);
  if (failed(numbers))
    return failure();
  Known known;
  known.integers =
      Integers{constant.getShapedType().getShape().vec(), {}, static_cast<int32_t>(to)};
  for (double number : *numbers) {
    if (!(std::abs(number) < 0x1p62))
      return node.error() << "casts " << number << " to an integer";
    known.integers->values.push_back(
        to == ONNX_NAMESPACE::TensorProto::BOOL ? number != 0 : static_cast<int64_t>(number));
  }
  node.give(std::move(known));
  return Value();
}

/// A Cast to the type of another input.
FailureOr<Value> importCastLike(Node &node) {
  Known *like = node.getKnown(1);
  if (like && (like->floats || (like->value && !like->quantized)))
    return node.getInput(0);
  return node.error() << "casts an activation to something else than float";
}

} // namespace

void addElementwiseHandlers(HandlerTable &table) {
  table["Abs"] = importUnary<ann::AbsOp>;
  table["Cast"] = importCast;
  table["CastLike"] = importCastLike;
  table["Ceil"] = importUnary<ann::CeilOp>;
  table["Celu"] = importCelu;
  table["Clip"] = importClip;
  table["Cos"] = importUnary<ann::CosOp>;
  table["Dropout"] = importDropout;
  table["Elu"] = [](Node &node) { return importAlpha<ann::EluOp>(node, 1.0); };
  table["Erf"] = importUnary<ann::ErfOp>;
  table["Exp"] = importUnary<ann::ExpOp>;
  table["Floor"] = importUnary<ann::FloorOp>;
  table["Gelu"] = importGelu;
  table["HardSigmoid"] = importHardSigmoid;
  table["HardSwish"] = importUnary<ann::HardSwishOp>;
  table["Identity"] = importIdentity;
  table["LeakyRelu"] = [](Node &node) { return importAlpha<ann::LeakyReluOp>(node, 0.01); };
  table["Log"] = importUnary<ann::LogOp>;
  table["Mish"] = importUnary<ann::MishOp>;
  table["Neg"] = importUnary<ann::NegOp>;
  table["PRelu"] = importPRelu;
  table["Reciprocal"] = importUnary<ann::ReciprocalOp>;
  table["Relu"] = importUnary<ann::ReluOp>;
  table["Round"] = importUnary<ann::RoundOp>;
  table["Selu"] = importSelu;
  table["Shrink"] = importShrink;
  table["Sigmoid"] = importUnary<ann::SigmoidOp>;
  table["Sign"] = importUnary<ann::SignOp>;
  table["Sin"] = importUnary<ann::SinOp>;
  table["Softplus"] = importUnary<ann::SoftplusOp>;
  table["Softsign"] = importUnary<ann::SoftsignOp>;
  table["Sqrt"] = importUnary<ann::SqrtOp>;
  table["Tanh"] = importUnary<ann::TanhOp>;
  table["ThresholdedRelu"] = importThresholdedRelu;
}

} // namespace snnc::onnx_import
