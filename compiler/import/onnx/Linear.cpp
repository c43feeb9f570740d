//===- Operators with weights -----------------------------------------------------------------------------------------===//
#include "compiler/import/onnx/Handlers.h"
#include "compiler/import/onnx/Windows.h"
#include "dialects/support/Constants.h"

using namespace mlir;

namespace snnc::onnx_import {

FailureOr<Value> getOptionalInput(Node &node, int64_t index) {
  return node.hasInput(index) ? node.getInput(index) : FailureOr<Value>(Value());
}

FailureOr<Value> importConv(Node &node) {
  FailureOr<Value> input = node.getInput(0), weight = node.getInput(1),
                   bias = getOptionalInput(node, 2);
  if (failed(input) || failed(weight) || failed(bias))
    return failure();
  return importConvolution(node, *input, *weight, *bias);
}

namespace {

/// Pads of a transposed convolution, where auto_pad or output_shape ask for a size.
LogicalResult fitOutput(Node &node, ArrayRef<int64_t> input, Windows &windows,
                        std::vector<int64_t> &padding) {
  size_t spatial = input.size() - 2;
  std::string automatic = node.getString("auto_pad", "NOTSET");
  std::vector<int64_t> wanted = node.getInts("output_shape", {});
  if (wanted.size() == input.size())
    wanted.erase(wanted.begin(), wanted.begin() + 2); // some files give batch and channels, too
  bool same = automatic == "SAME_UPPER" || automatic == "SAME_LOWER";
  if (wanted.empty() && !same)
    return success();
  if (!wanted.empty() && wanted.size() != spatial)
    return node.error() << "output_shape must be given for " << spatial << " spatial dimensions";
  for (size_t d = 0; d < spatial; ++d) {
    int64_t stride = windows.strides[d];
    int64_t full = (input[2 + d] - 1) * stride + (windows.kernel[d] - 1) * windows.dilations[d] + 1;
    int64_t total = full + padding[d] - (wanted.empty() ? input[2 + d] * stride : wanted[d]);
    // What the kernels do not reach is padding of the output.
    padding[d] += std::max<int64_t>(0, -total);
    total = std::max<int64_t>(0, total);
    windows.pads[d] = automatic == "SAME_UPPER" ? total / 2 : total - total / 2;
    windows.pads[spatial + d] = total - windows.pads[d];
  }
  return success();
}

FailureOr<Value> importConvTranspose(Node &node) {
  FailureOr<Value> input = node.getInput(0), weight = node.getInput(1),
                   bias = getOptionalInput(node, 2);
  if (failed(input) || failed(weight) || failed(bias))
    return failure();
  ArrayRef<int64_t> shape = Node::shapeOf(*weight), in = Node::shapeOf(*input);
  if (shape.size() != in.size() || shape.size() < 3)
    return node.error() << "input and weight must have the same 3 to 5 dimensions, found "
                        << in.size() << " and " << shape.size();
  FailureOr<Windows> windows = readWindows(node, in, shape.drop_front(2), /*automatic=*/false);
  if (failed(windows))
    return failure();
  std::vector<int64_t> padding =
      node.getInts("output_padding", std::vector<int64_t>(in.size() - 2, 0));
  if (padding.size() != in.size() - 2)
    return node.error() << "output_padding must be given for " << in.size() - 2
                        << " spatial dimensions";
  if (failed(fitOutput(node, in, *windows, padding)))
    return failure();
  return node.create<ann::ConvTransposeOp>(*input, *weight, *bias, windows->strides, windows->pads,
                                           windows->dilations, padding,
                                           static_cast<uint64_t>(node.getInt("group", 1)));
}

} // namespace

Value createConstantLike(Node &node, Value value, ArrayRef<int64_t> shape,
                         ArrayRef<double> numbers) {
  auto type =
      RankedTensorType::get(shape, cast<RankedTensorType>(value.getType()).getElementType());
  return node.createConstant(makeConstant(type, numbers));
}

FailureOr<Value> scaleBy(Node &node, Value value, double factor) {
  if (factor == 1)
    return value;
  auto type = cast<RankedTensorType>(value.getType());
  if (std::optional<std::vector<double>> numbers = readConstant(value)) {
    for (double &number : *numbers)
      number *= factor;
    return node.createConstant(makeConstant(type, *numbers));
  }
  return node.create<ann::MulOp>(value, createConstantLike(node, value, {}, factor));
}

namespace {

/// C of a Gemm as one bias per column (a constant may be a scalar or 1 x M as well), or nothing where
/// it is something else.
Value getBias(Node &node, Value c, int64_t columns) {
  if (Node::shapeOf(c) == ArrayRef<int64_t>{columns})
    return c;
  std::optional<std::vector<double>> numbers = readConstant(c);
  if (!numbers || (numbers->size() != 1 && Node::shapeOf(c) != ArrayRef<int64_t>{1, columns}))
    return {};
  if (numbers->size() == 1)
    numbers->assign(columns, numbers->front());
  auto type = cast<RankedTensorType>(c.getType());
  return node.createConstant(makeConstant(type.clone({columns}), *numbers));
}

} // namespace

FailureOr<Value> importGemm(Node &node) {
  FailureOr<Value> input = node.getInput(0), weight = node.getInput(1),
                   c = getOptionalInput(node, 2);
  double alpha = node.getFloat("alpha", 1), beta = node.getFloat("beta", 1);
  bool transposeA = node.getInt("transA", 0) != 0, transposeB = node.getInt("transB", 0) != 0;
  if (failed(input) || failed(weight) || failed(c))
    return failure();
  if (Node::shapeOf(*weight).size() != 2)
    return node.error() << "B must be a matrix, found " << Node::shapeOf(*weight).size()
                        << " dimensions";
  if (transposeA)
    input = node.create<ann::TransposeOp>(*input, ArrayRef<int64_t>{1, 0});
  weight = scaleBy(node, *weight, alpha);
  if (succeeded(c) && *c)
    c = scaleBy(node, *c, beta);
  if (failed(input) || failed(weight) || failed(c))
    return failure();
  Value bias = *c ? getBias(node, *c, Node::shapeOf(*weight)[transposeB ? 0 : 1]) : Value();
  FailureOr<Value> product = node.create<ann::GemmOp>(*input, *weight, bias, transposeB);
  if (failed(product) || bias || !*c)
    return product;
  return node.create<ann::AddOp>(*product, *c);
}

namespace {

FailureOr<Value> importMatMul(Node &node) {
  FailureOr<Value> lhs = node.getInput(0), rhs = node.getInput(1);
  if (failed(lhs) || failed(rhs))
    return failure();
  return node.create<ann::MatMulOp>(*lhs, *rhs);
}

} // namespace

FailureOr<Value> importConvolution(Node &node, Value input, Value weight, Value bias) {
  ArrayRef<int64_t> shape = Node::shapeOf(weight);
  if (shape.size() != Node::shapeOf(input).size() || shape.size() < 3)
    return node.error() << "input and weight must have the same 3 to 5 dimensions, found "
                        << Node::shapeOf(input).size() << " and " << shape.size();
  FailureOr<Windows> windows = readWindows(node, Node::shapeOf(input), shape.drop_front(2));
  if (failed(windows))
    return failure();
  return node.create<ann::ConvOp>(input, weight, bias, windows->strides, windows->pads,
                                  windows->dilations,
                                  static_cast<uint64_t>(node.getInt("group", 1)));
}

void addLinearHandlers(HandlerTable &table) {
  table["Conv"] = importConv;
  table["ConvTranspose"] = importConvTranspose;
  table["Gemm"] = importGemm;
  table["MatMul"] = importMatMul;
}

} // namespace snnc::onnx_import
