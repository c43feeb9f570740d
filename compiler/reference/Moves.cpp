//===- Element by element, and operators that only move elements -----------------------------------------------===//
#include "compiler/reference/Indexing.h"
#include "compiler/reference/Kernels.h"

#include <algorithm>

using namespace mlir;

namespace snnc::reference {

Tensor mapElements(const Tensor &input, const ScalarFunction &function) {
  Tensor result(input.shape);
  for (int64_t i = 0; i < input.size(); ++i)
    result.data[i] = function(input.data[i], 0);
  return result;
}

Tensor mapElements(const Tensor &lhs, const Tensor &rhs, const ScalarFunction &function) {
  if (lhs.shape == rhs.shape) {
    Tensor result(lhs.shape);
    for (int64_t i = 0; i < lhs.size(); ++i)
      result.data[i] = function(lhs.data[i], rhs.data[i]);
    return result;
  }
  std::vector<int64_t> shape(std::max(lhs.rank(), rhs.rank()), 1);
  for (const Tensor *operand : {&lhs, &rhs})
    for (int64_t d = 0; d < operand->rank(); ++d) {
      int64_t &dimension = shape[shape.size() - operand->rank() + d];
      dimension = dimension == 1 ? operand->shape[d] : dimension;
    }
  Tensor result(shape);
  int64_t i = 0;
  forEach(shape, [&](Shape at) {
    result.data[i++] =
        function(lhs.data[broadcast(at, lhs.shape)], rhs.data[broadcast(at, rhs.shape)]);
  });
  return result;
}

Tensor reshape(const Tensor &input, RankedTensorType type) {
  std::vector<int64_t> shape(type.getShape());
  int64_t known = 1;
  for (int64_t dimension : shape)
    known *= ShapedType::isDynamic(dimension) ? 1 : dimension;
  for (int64_t &dimension : shape)
    if (ShapedType::isDynamic(dimension))
      dimension = known ? input.size() / known : 0;
  return Tensor(shape, input.data);
}

namespace {

/// A tensor of `shape` whose element at `at` is the input's at `getSource(at)`, or `border` where
/// that is outside.
template <typename GetSource>
Tensor move(const Tensor &input, std::vector<int64_t> shape, double border, GetSource getSource) {
  Tensor result(std::move(shape));
  SmallVector<int64_t> from(input.rank());
  int64_t i = 0;
  forEach(result.shape, [&](Shape at) {
    getSource(at, from);
    int64_t source = flatten(from, input.shape);
    result.data[i++] = source >= 0 ? input.data[source] : border;
  });
  return result;
}

using Index = SmallVector<int64_t>;

} // namespace

Tensor transpose(ann::TransposeOp op, const Tensor &input) {
  std::vector<int64_t> shape;
  for (int64_t dimension : op.getPerm())
    shape.push_back(input.shape[dimension]);
  return move(input, shape, 0, [&](Shape at, Index &from) {
    for (size_t d = 0; d < at.size(); ++d)
      from[op.getPerm()[d]] = at[d];
  });
}

Tensor pad(ann::PadOp op, const Tensor &input) {
  ArrayRef<int64_t> pads = op.getPads();
  std::vector<int64_t> shape = input.shape;
  for (size_t d = 0; d < shape.size(); ++d)
    shape[d] += pads[d] + pads[shape.size() + d];
  return move(input, shape, op.getValue().convertToDouble(), [&](Shape at, Index &from) {
    for (size_t d = 0; d < at.size(); ++d)
      from[d] = at[d] - pads[d];
  });
}

Tensor slice(ann::SliceOp op, const Tensor &input) {
  std::vector<int64_t> shape(op.getSizes());
  for (size_t d = 0; d < shape.size(); ++d)
    if (shape[d] == -1)
      shape[d] = input.shape[d];
  mlir::ArrayRef<int64_t> starts = op.getStarts(), steps = op.getSteps();
  return move(input, shape, 0, [&](Shape at, Index &from) {
    for (size_t d = 0; d < at.size(); ++d)
      from[d] = starts[d] + at[d] * steps[d];
  });
}

Tensor concat(ann::ConcatOp op, const std::vector<const Tensor *> &inputs) {
  int64_t axis = op.getAxis();
  std::vector<int64_t> shape = inputs.front()->shape;
  shape[axis] = 0;
  for (const Tensor *input : inputs)
    shape[axis] += input->shape[axis];
  Tensor result(shape);
  int64_t i = 0;
  forEach(shape, [&](Shape at) {
    SmallVector<int64_t> from(at);
    size_t part = 0;
    while (from[axis] >= inputs[part]->shape[axis])
      from[axis] -= inputs[part++]->shape[axis];
    result.data[i++] = inputs[part]->data[flatten(from, inputs[part]->shape)];
  });
  return result;
}

Tensor gather(ann::GatherOp op, const Tensor &input) {
  auto axis = static_cast<int64_t>(op.getAxis());
  std::vector<int64_t> shape = input.shape;
  shape[axis] = static_cast<int64_t>(op.getIndices().size());
  return move(input, shape, 0, [&](Shape at, Index &from) {
    from.assign(at.begin(), at.end());
    from[axis] = op.getIndices()[at[axis]];
  });
}

Tensor expand(ann::ExpandOp op, const Tensor &input) {
  std::vector<int64_t> shape(cast<RankedTensorType>(op.getOutput().getType()).getShape());
  if (!shape.empty() && ShapedType::isDynamic(shape[0]))
    shape[0] = input.shape[0];
  Tensor result(shape);
  int64_t i = 0;
  forEach(shape, [&](Shape at) { result.data[i++] = input.data[broadcast(at, input.shape)]; });
  return result;
}

Tensor resize(ann::ResizeOp op, const Tensor &input) {
  std::vector<int64_t> shape = input.shape;
  for (size_t d = 2; d < shape.size(); ++d)
    shape[d] *= op.getScales()[d - 2];
  return move(input, shape, 0, [&](Shape at, Index &from) {
    for (size_t d = 0; d < at.size(); ++d)
      from[d] = d < 2 ? at[d] : at[d] / op.getScales()[d - 2];
  });
}

} // namespace snnc::reference
