//===- Linear operators become synapses ---------------------------------------------------------------===//
#include "compiler/convert/Lowering.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;

namespace snnc {

namespace {

ArrayRef<int64_t> shapeOf(Value tensor) {
  return cast<RankedTensorType>(tensor.getType()).getShape();
}

std::vector<double> transpose(const std::vector<double> &matrix, int64_t rows, int64_t columns) {
  std::vector<double> result(matrix.size());
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < columns; ++j)
      result[j * rows + i] = matrix[i * columns + j];
  return result;
}

FailureOr<Value> lowerBias(Operation *op, Value bias, Lowering &lowering) {
  if (!bias)
    return Value();
  FailureOr<std::vector<double>> numbers = lowering.getConstant(op, bias, "bias");
  if (failed(numbers))
    return failure();
  return lowering.constant(op->getLoc(), shapeOf(bias), *numbers);
}

FailureOr<Value> lowerConv(Operation *op, Lowering &lowering) {
  auto conv = cast<ann::ConvOp>(op);
  FailureOr<std::vector<double>> weight = lowering.getConstant(op, conv.getWeight(), "weight");
  FailureOr<Value> bias = lowerBias(op, conv.getBias(), lowering);
  if (failed(weight) || failed(bias))
    return failure();
  if (shapeOf(conv.getInput()).size() > 4)
    return op->emitOpError() << "has " << shapeOf(conv.getInput()).size() - 2
                             << " spatial dimensions; spiking convolutions have one or two";
  Value constant = lowering.constant(op->getLoc(), shapeOf(conv.getWeight()), *weight);
  return lowering.builder
      .create<snn::ConvOp>(op->getLoc(), lowering.getStream(conv.getInput()), constant, *bias,
                           conv.getStrides(), conv.getPads(), conv.getDilations(), conv.getGroup())
      .getCurrent();
}

/// A stream times a constant K x M matrix, along the stream's last dimension.
Value createGemm(Operation *op, Lowering &lowering, Value stream, ArrayRef<double> weight,
                 int64_t k, int64_t m, Value bias = {}) {
  Value constant = lowering.constant(op->getLoc(), {k, m}, weight);
  return lowering.builder.create<snn::GemmOp>(op->getLoc(), stream, constant, bias).getCurrent();
}

FailureOr<Value> lowerGemm(Operation *op, Lowering &lowering) {
  auto gemm = cast<ann::GemmOp>(op);
  Value input = lowering.getStream(gemm.getInput());
  if (!input)
    return op->emitOpError() << "input must depend on the network's input";
  FailureOr<std::vector<double>> weight = lowering.getConstant(op, gemm.getWeight(), "weight");
  FailureOr<Value> bias = lowerBias(op, gemm.getBias(), lowering);
  if (failed(weight) || failed(bias))
    return failure();
  ArrayRef<int64_t> shape = shapeOf(gemm.getWeight());
  int64_t k = gemm.getTransposeB() ? shape[1] : shape[0];
  int64_t m = gemm.getTransposeB() ? shape[0] : shape[1];
  if (gemm.getTransposeB())
    *weight = transpose(*weight, m, k);
  return createGemm(op, lowering, input, *weight, k, m, *bias);
}

Value swapLastTwo(Operation *op, Lowering &lowering, Value stream) {
  auto perm = llvm::to_vector(llvm::seq<int64_t>(0, snn::getStreamShape(stream.getType()).size()));
  std::swap(perm[perm.size() - 1], perm[perm.size() - 2]);
  return lowering.builder.create<snn::TransposeOp>(op->getLoc(), stream, perm).getCurrent();
}

FailureOr<Value> lowerMatMul(Operation *op, Lowering &lowering) {
  auto matmul = cast<ann::MatMulOp>(op);
  Value lhs = lowering.getStream(matmul.getLhs()), rhs = lowering.getStream(matmul.getRhs());
  if (lhs && rhs)
    return lowerActivationMatMul(op, lowering, lhs, rhs);
  Value weightOperand = lhs ? matmul.getRhs() : matmul.getLhs();
  ArrayRef<int64_t> shape = shapeOf(weightOperand);
  if (shape.size() != 2)
    return op->emitOpError() << "constant operand must be a matrix, found " << shape.size()
                             << " dimensions";
  FailureOr<std::vector<double>> weight = lowering.getConstant(op, weightOperand, "one operand");
  if (failed(weight))
    return failure();
  if (lhs)
    return createGemm(op, lowering, lhs, *weight, shape[0], shape[1]);
  // A x = (x' A')': the stream's second to last dimension is the one to connect.
  if (shapeOf(matmul.getRhs()).size() < 3)
    return op->emitOpError() << "with a constant on the left needs an activation of at least 3 "
                                "dimensions";
  Value product = createGemm(op, lowering, swapLastTwo(op, lowering, rhs),
                             transpose(*weight, shape[0], shape[1]), shape[1], shape[0]);
  return swapLastTwo(op, lowering, product);
}

/// A batch normalization that was not fused: one weight and one bias per channel.
FailureOr<Value> lowerBatchNorm(Operation *op, Lowering &lowering) {
  auto norm = cast<ann::BatchNormOp>(op);
  auto scale = lowering.getConstant(op, norm.getScale(), "scale");
  auto bias = lowering.getConstant(op, norm.getBias(), "bias");
  auto mean = lowering.getConstant(op, norm.getMean(), "mean");
  auto variance = lowering.getConstant(op, norm.getVariance(), "variance");
  if (failed(scale) || failed(bias) || failed(mean) || failed(variance))
    return failure();
  double epsilon = norm.getEpsilon().convertToDouble();
  for (size_t c = 0; c < scale->size(); ++c) {
    (*scale)[c] /= std::sqrt((*variance)[c] + epsilon);
    (*bias)[c] -= (*mean)[c] * (*scale)[c];
  }
  Value stream = lowering.getStream(norm.getInput());
  SmallVector<int64_t> shape(snn::getStreamShape(stream.getType()).size(), 1);
  shape[0] = static_cast<int64_t>(scale->size());
  Value scaled = lowering.builder.create<snn::ScaleOp>(
      op->getLoc(), stream, lowering.constant(op->getLoc(), shape, *scale));
  return lowering.builder
      .create<snn::BiasOp>(op->getLoc(), scaled, lowering.constant(op->getLoc(), shape, *bias))
      .getCurrent();
}

/// The numbers of a constant operand of a broadcasting operator, in a shape of the stream's rank.
FailureOr<Value> lowerBroadcastConstant(Operation *op, Value constant, Value stream,
                                        Lowering &lowering) {
  FailureOr<std::vector<double>> numbers = lowering.getConstant(op, constant, "one operand");
  if (failed(numbers))
    return failure();
  SmallVector<int64_t> shape(shapeOf(constant));
  size_t rank = snn::getStreamShape(stream.getType()).size();
  if (shape.size() == rank + 1 && shape[0] == 1)
    shape.erase(shape.begin());
  if (shape.size() > rank)
    return op->emitOpError() << "constant operand has a batch dimension of its own";
  shape.insert(shape.begin(), rank - shape.size(), 1);
  for (auto [found, wanted] : llvm::zip(shape, snn::getStreamShape(stream.getType())))
    if (found != 1 && found != wanted)
      return op->emitOpError() << "would enlarge the activation; insert the expansion before it";
  return lowering.constant(op->getLoc(), shape, *numbers);
}

/// A sum of two activations, each broadcast to the result.
FailureOr<Value> createSum(Operation *op, Lowering &lowering, Value lhs, Value rhs) {
  ArrayRef<int64_t> shape = shapeOf(op->getResult(0)).drop_front();
  FailureOr<Value> a = lowering.expand(op, lhs, shape), b = lowering.expand(op, rhs, shape);
  if (failed(a) || failed(b))
    return failure();
  return lowering.builder.create<snn::AddOp>(op->getLoc(), *a, *b).getCurrent();
}

/// An activation, broadcast to the result, plus a constant.
FailureOr<Value> createShifted(Operation *op, Lowering &lowering, Value stream, Value constant) {
  FailureOr<Value> expanded = lowering.expand(op, stream, shapeOf(op->getResult(0)).drop_front());
  if (failed(expanded))
    return failure();
  FailureOr<Value> value = lowerBroadcastConstant(op, constant, *expanded, lowering);
  if (failed(value))
    return failure();
  return lowering.builder.create<snn::BiasOp>(op->getLoc(), *expanded, *value).getCurrent();
}

Value createNegative(Operation *op, Lowering &lowering, Value stream) {
  SmallVector<int64_t> shape(snn::getStreamShape(stream.getType()).size(), 1);
  return lowering.builder.create<snn::ScaleOp>(op->getLoc(), stream,
                                               lowering.constant(op->getLoc(), shape, -1.0));
}

FailureOr<Value> lowerAdd(Operation *op, Lowering &lowering) {
  auto add = cast<ann::AddOp>(op);
  Value lhs = lowering.getStream(add.getLhs()), rhs = lowering.getStream(add.getRhs());
  if (lhs && rhs)
    return createSum(op, lowering, lhs, rhs);
  return createShifted(op, lowering, lhs ? lhs : rhs, lhs ? add.getRhs() : add.getLhs());
}

/// A constant on the right is an addition in canonical form.
FailureOr<Value> lowerSub(Operation *op, Lowering &lowering) {
  auto sub = cast<ann::SubOp>(op);
  Value lhs = lowering.getStream(sub.getLhs()), rhs = lowering.getStream(sub.getRhs());
  if (!rhs)
    return op->emitOpError() << "of a constant must be canonical: an addition";
  Value negative = createNegative(op, lowering, rhs);
  return lhs ? createSum(op, lowering, lhs, negative)
             : createShifted(op, lowering, negative, sub.getLhs());
}

FailureOr<Value> lowerNeg(Operation *op, Lowering &lowering) {
  return createNegative(op, lowering, lowering.getStream(op->getOperand(0)));
}

Value createAveragePool(Operation *op, Lowering &lowering, Value stream, ArrayRef<int64_t> kernel,
                        ArrayRef<int64_t> strides, ArrayRef<int64_t> pads, bool countIncludePad) {
  return lowering.builder
      .create<snn::AveragePoolOp>(op->getLoc(), stream, kernel, strides, pads, countIncludePad)
      .getCurrent();
}

FailureOr<Value> lowerAveragePool(Operation *op, Lowering &lowering) {
  auto pool = cast<ann::AveragePoolOp>(op);
  if (pool.getCeilMode() || llvm::any_of(pool.getDilations(), [](int64_t d) { return d != 1; }))
    return op->emitOpError() << "with ceil_mode or dilations must be decomposed first";
  if (pool.getKernelShape().size() > 2)
    return op->emitOpError() << "has " << pool.getKernelShape().size()
                             << " spatial dimensions; spiking pools have one or two";
  return createAveragePool(op, lowering, lowering.getStream(pool.getInput()), pool.getKernelShape(),
                           pool.getStrides(), pool.getPads(), pool.getCountIncludePad());
}

/// The mean over all spatial positions; two spatial dimensions at most are left apart.
Value createGlobalMean(Operation *op, Lowering &lowering, Value stream) {
  ArrayRef<int64_t> shape = snn::getStreamShape(stream.getType());
  SmallVector<int64_t> ones(shape.size() - 1, 1), zeros(2 * (shape.size() - 1), 0);
  return createAveragePool(op, lowering, stream, shape.drop_front(), ones, zeros, false);
}

FailureOr<Value> lowerGlobalAveragePool(Operation *op, Lowering &lowering) {
  auto pool = cast<ann::GlobalAveragePoolOp>(op);
  Value stream = lowering.getStream(pool.getInput());
  if (snn::getStreamShape(stream.getType()).size() > 3)
    return op->emitOpError() << "has more than two spatial dimensions";
  return createGlobalMean(op, lowering, stream);
}

/// A sum or a mean is a connection to all elements along the reduced dimensions, of one weight: they
/// are brought to the end, flattened, and connected to one output.
FailureOr<Value> lowerReduction(Operation *op, Lowering &lowering, Value input,
                                ArrayRef<int64_t> axes, bool isMean) {
  OpBuilder &builder = lowering.builder;
  Value stream = lowering.getStream(input);
  SmallVector<int64_t> shape(snn::getStreamShape(stream.getType()));
  SmallVector<int64_t> perm, kept, reduced;
  int64_t count = 1;
  for (int64_t d = 0; d < static_cast<int64_t>(shape.size()); ++d)
    if (llvm::is_contained(axes, d + 1)) {
      reduced.push_back(d);
      count *= shape[d];
    } else {
      perm.push_back(d);
      kept.push_back(shape[d]);
    }
  if (llvm::is_contained(axes, 0))
    return op->emitOpError() << "reduces the batch dimension, which has no spiking form";
  perm.append(reduced);
  auto flat = kept;
  flat.push_back(count);
  Value current = stream;
  if (!llvm::is_sorted(perm))
    current = builder.create<snn::TransposeOp>(op->getLoc(), current, perm);
  if (ArrayRef<int64_t>(flat) != snn::getStreamShape(current.getType()))
    current = builder.create<snn::ReshapeOp>(op->getLoc(), current, flat);
  std::vector<double> weight(count, isMean ? 1.0 / static_cast<double>(count) : 1.0);
  current = createGemm(op, lowering, current, weight, count, 1);
  SmallVector<int64_t> result(shapeOf(op->getResult(0)).drop_front());
  if (result.empty())
    result.push_back(1);
  return builder.create<snn::ReshapeOp>(op->getLoc(), current, result).getCurrent();
}

FailureOr<Value> lowerReduceMean(Operation *op, Lowering &lowering) {
  auto mean = cast<ann::ReduceMeanOp>(op);
  return lowerReduction(op, lowering, mean.getInput(), mean.getAxes(), /*isMean=*/true);
}

FailureOr<Value> lowerReduceSum(Operation *op, Lowering &lowering) {
  auto sum = cast<ann::ReduceSumOp>(op);
  return lowerReduction(op, lowering, sum.getInput(), sum.getAxes(), /*isMean=*/false);
}

} // namespace

FailureOr<Value> lowerScaleByConstant(Operation *op, Lowering &lowering, Value stream,
                                      Value constant) {
  FailureOr<Value> expanded = lowering.expand(op, stream, shapeOf(op->getResult(0)).drop_front());
  if (failed(expanded))
    return failure();
  FailureOr<Value> factor = lowerBroadcastConstant(op, constant, *expanded, lowering);
  if (failed(factor))
    return failure();
  return lowering.builder.create<snn::ScaleOp>(op->getLoc(), *expanded, *factor).getCurrent();
}

void addLinearHandlers(HandlerTable &table) {
  table["ann.conv"] = lowerConv;
  table["ann.conv_transpose"] = lowerConvTranspose;
  table["ann.gemm"] = lowerGemm;
  table["ann.matmul"] = lowerMatMul;
  table["ann.batch_norm"] = lowerBatchNorm;
  table["ann.add"] = lowerAdd;
  table["ann.sub"] = lowerSub;
  table["ann.neg"] = lowerNeg;
  table["ann.average_pool"] = lowerAveragePool;
  table["ann.global_average_pool"] = lowerGlobalAveragePool;
  table["ann.reduce_mean"] = lowerReduceMean;
  table["ann.reduce_sum"] = lowerReduceSum;
}

} // namespace snnc
