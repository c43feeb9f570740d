//===- Products of two activations ------------------------------------------------------------------------===//
//
// A bilinear synapse computes them exactly from the events of both (docs/spec/snn.md, "Bilinear
// synapses"). With `products=neuron`, as in the paper's code, a neuron follows each scalar product and
// each square: N * K * M neurons for a matrix product. With `products=auto` that is a choice by cost
// (ProductCost.h) for products element by element; a matrix product is a synapse, since its neurons
// are charged by as many operations as the synapse takes, and come on top.
//
//===----------------------------------------------------------------------------------------------------===//
#include "compiler/convert/Lowering.h"
#include "compiler/convert/ProductCost.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace snnc {

namespace {

Value reshape(Operation *op, Lowering &lowering, Value stream, ArrayRef<int64_t> shape) {
  Value result = lowering.builder.create<snn::ReshapeOp>(op->getLoc(), stream, shape);
  lowering.setDepth(result, lowering.getDepth(stream));
  return result;
}

Value transposeLastTwo(Operation *op, Lowering &lowering, Value stream) {
  auto perm = llvm::to_vector(llvm::seq<int64_t>(0, snn::getStreamShape(stream.getType()).size()));
  std::swap(perm[perm.size() - 1], perm[perm.size() - 2]);
  Value result = lowering.builder.create<snn::TransposeOp>(op->getLoc(), stream, perm);
  lowering.setDepth(result, lowering.getDepth(stream));
  return result;
}

/// Every scalar product as a neuron: ... x N x M x K of them, and their sums along K.
FailureOr<Value> lowerToProductNeurons(Operation *op, Lowering &lowering, Value lhs, Value rhs) {
  auto left = llvm::to_vector(snn::getStreamShape(lhs.getType()));
  rhs = transposeLastTwo(op, lowering, rhs);
  auto right = llvm::to_vector(snn::getStreamShape(rhs.getType()));
  SmallVector<int64_t> products(left);
  products.insert(products.end() - 1, right[right.size() - 2]);
  left.insert(left.end() - 1, 1);
  right.insert(right.end() - 2, 1);
  FailureOr<Value> a = lowering.expand(op, reshape(op, lowering, lhs, left), products);
  FailureOr<Value> b = lowering.expand(op, reshape(op, lowering, rhs, right), products);
  if (failed(a) || failed(b))
    return failure();
  FailureOr<Value> neurons =
      createNeuron(op, lowering, snn::Function::Mul, {},
                   {lowering.toCurrent(op->getLoc(), *a), lowering.toCurrent(op->getLoc(), *b)});
  if (failed(neurons))
    return failure();
  std::vector<double> ones(products.back(), 1.0);
  Value weight = lowering.constant(op->getLoc(), {products.back(), 1}, ones);
  Value sums = lowering.builder.create<snn::GemmOp>(op->getLoc(), *neurons, weight, Value());
  lowering.setDepth(sums, lowering.getDepth(*neurons));
  products.pop_back();
  return reshape(op, lowering, sums, products);
}

/// A neuron of a product that is not calibrated could leave its schedule's reach: without a range it is
/// not chosen.
bool chooseNeuron(Operation *op, const Lowering &lowering, snn::Function function) {
  const ConversionOptions &options = lowering.options;
  if (options.products != Products::Auto)
    return options.products == Products::Neuron;
  if (options.dynamics == Dynamics::Subgradient || options.scalesOnlyRelu ||
      !op->hasAttr(ann::ANNDialect::kRangeAttrName))
    return false;
  ProductCost cost = estimateProduct(op, function, options.code.getKind());
  return cost.neuron < cost.synapse;
}

/// Element by element: x * x, or a * b.
FailureOr<Value> lowerElementwise(Operation *op, Lowering &lowering, snn::Function function) {
  if (chooseNeuron(op, lowering, function))
    return lowerNeuron(op, lowering, function, {});
  ArrayRef<int64_t> shape =
      cast<RankedTensorType>(op->getResult(0).getType()).getShape().drop_front();
  SmallVector<Value> streams;
  for (Value operand : op->getOperands()) {
    FailureOr<Value> stream = lowering.expand(op, lowering.getStream(operand), shape);
    if (failed(stream))
      return failure();
    streams.push_back(*stream);
  }
  return lowering.builder.create<snn::MulOp>(op->getLoc(), streams.front(), streams.back())
      .getCurrent();
}

FailureOr<Value> lowerSquare(Operation *op, Lowering &lowering) {
  return lowerElementwise(op, lowering, snn::Function::Square);
}

FailureOr<Value> lowerMul(Operation *op, Lowering &lowering) {
  auto mul = cast<ann::MulOp>(op);
  Value lhs = lowering.getStream(mul.getLhs()), rhs = lowering.getStream(mul.getRhs());
  if (lhs && rhs)
    return lowerElementwise(op, lowering, snn::Function::Mul);
  return lowerScaleByConstant(op, lowering, lhs ? lhs : rhs, lhs ? mul.getRhs() : mul.getLhs());
}

} // namespace

FailureOr<Value> lowerActivationMatMul(Operation *op, Lowering &lowering, Value lhs, Value rhs) {
  ArrayRef<int64_t> left = snn::getStreamShape(lhs.getType());
  ArrayRef<int64_t> right = snn::getStreamShape(rhs.getType());
  if (left.size() != right.size() || left.size() < 2)
    return op->emitOpError() << "of two activations needs operands of one rank, 3 at least, found "
                             << left.size() + 1 << " and " << right.size() + 1;
  // Leading dimensions broadcast to those of the result.
  ArrayRef<int64_t> result =
      cast<RankedTensorType>(op->getResult(0).getType()).getShape().drop_front();
  auto withLeading = [&](ArrayRef<int64_t> shape) {
    SmallVector<int64_t> full(result.drop_back(2));
    full.append(shape.end() - 2, shape.end());
    return full;
  };
  FailureOr<Value> a = lowering.expand(op, lhs, withLeading(left));
  FailureOr<Value> b = lowering.expand(op, rhs, withLeading(right));
  if (failed(a) || failed(b))
    return failure();
  if (lowering.options.products == Products::Neuron)
    return lowerToProductNeurons(op, lowering, *a, *b);
  return lowering.builder.create<snn::MatMulOp>(op->getLoc(), *a, *b).getCurrent();
}

void addProductHandlers(HandlerTable &table) {
  table["ann.mul"] = lowerMul;
  table["ann.square"] = lowerSquare;
}

} // namespace snnc
