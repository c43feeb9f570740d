//===- Kernels: the operators of the ann dialect on tensors -----------------------------------------------===//
//
// One function per operator, named after it, in the order of ANNOps.td. Shapes have been checked by
// shape inference; batch sizes are those of the operands.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_REFERENCE_KERNELS_H
#define SNNC_COMPILER_REFERENCE_KERNELS_H

#include "compiler/reference/Tensor.h"
#include "dialects/ann/ANN.h"

namespace snnc::reference {

// A missing bias is null.
Tensor conv(ann::ConvOp op, const Tensor &input, const Tensor &weight, const Tensor *bias);
Tensor convTranspose(ann::ConvTransposeOp op, const Tensor &input, const Tensor &weight,
                     const Tensor *bias);
Tensor gemm(ann::GemmOp op, const Tensor &input, const Tensor &weight, const Tensor *bias);
Tensor matmul(const Tensor &lhs, const Tensor &rhs);
Tensor batchNorm(ann::BatchNormOp op, const Tensor &input, const Tensor &scale, const Tensor &bias,
                 const Tensor &mean, const Tensor &variance);
Tensor layerNorm(ann::LayerNormOp op, const Tensor &input, const Tensor &scale, const Tensor *bias);
Tensor instanceNorm(ann::InstanceNormOp op, const Tensor &input, const Tensor &scale,
                    const Tensor &bias);
Tensor groupNorm(ann::GroupNormOp op, const Tensor &input, const Tensor &scale, const Tensor &bias);
Tensor softmax(int64_t axis, const Tensor &input);
Tensor logSoftmax(int64_t axis, const Tensor &input);
Tensor argMax(int64_t axis, const Tensor &input);

Tensor averagePool(ann::AveragePoolOp op, const Tensor &input);
Tensor maxPool(ann::MaxPoolOp op, const Tensor &input);
Tensor globalAveragePool(const Tensor &input);
Tensor reduceMean(ann::ReduceMeanOp op, const Tensor &input);
Tensor reduceSum(ann::ReduceSumOp op, const Tensor &input);
Tensor reduceMax(ann::ReduceMaxOp op, const Tensor &input);
Tensor reduceMin(ann::ReduceMinOp op, const Tensor &input);

/// `function` of every element, or of every pair of elements that broadcasting brings together.
using ScalarFunction = std::function<double(double, double)>;
Tensor mapElements(const Tensor &input, const ScalarFunction &function);
Tensor mapElements(const Tensor &lhs, const Tensor &rhs, const ScalarFunction &function);

/// The same elements in the shape `type` has, its dynamic batch filled in.
Tensor reshape(const Tensor &input, mlir::RankedTensorType type);
Tensor transpose(ann::TransposeOp op, const Tensor &input);
Tensor pad(ann::PadOp op, const Tensor &input);
Tensor slice(ann::SliceOp op, const Tensor &input);
Tensor concat(ann::ConcatOp op, const std::vector<const Tensor *> &inputs);
Tensor gather(ann::GatherOp op, const Tensor &input);
Tensor expand(ann::ExpandOp op, const Tensor &input);
Tensor resize(ann::ResizeOp op, const Tensor &input);

} // namespace snnc::reference

#endif
