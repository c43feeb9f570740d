#include "runtime/src/plan/Heads.h"

#include <algorithm>
#include <cmath>

namespace snn::detail {

namespace {

using Kind = HeadStep::Kind;

/// Rows along a dimension: `count` numbers `stride` apart.
struct Rows {
  size_t count, stride;

  Rows(const Shape &shape, uint32_t axis) : count(shape[axis]), stride(1) {
    for (size_t d = axis + 1; d < shape.size(); ++d)
      stride *= shape[d];
  }

  /// Calls `visit` with the first element of every row, in order.
  template <typename Visit>
  void forEach(size_t size, Visit visit) const {
    for (size_t outer = 0; outer < size; outer += count * stride)
      for (size_t inner = 0; inner < stride; ++inner)
        visit(outer + inner);
  }
};

/// exp(x - most) / sum, or, as logarithms, x - most - log(sum): no exponential overflows.
void applySoftmax(const Rows &rows, bool isLogarithm, std::vector<double> &values) {
  rows.forEach(values.size(), [&](size_t first) {
    double *row = values.data() + first;
    double max = row[0], sum = 0;
    for (size_t i = 1; i < rows.count; ++i)
      max = std::max(max, row[i * rows.stride]);
    for (size_t i = 0; i < rows.count; ++i)
      sum += std::exp(row[i * rows.stride] - max);
    for (size_t i = 0; i < rows.count; ++i) {
      double &value = row[i * rows.stride];
      value = isLogarithm ? value - max - std::log(sum) : std::exp(value - max) / sum;
    }
  });
}

std::vector<double> findLargest(const Rows &rows, const std::vector<double> &values) {
  std::vector<double> indices;
  rows.forEach(values.size(), [&](size_t first) {
    size_t best = 0;
    for (size_t i = 1; i < rows.count; ++i)
      if (values[first + i * rows.stride] > values[first + best * rows.stride])
        best = i;
    indices.push_back(static_cast<double>(best));
  });
  return indices;
}

std::vector<double> transpose(const Shape &from, const HeadStep &step,
                              const std::vector<double> &values) {
  std::vector<size_t> strides(from.size(), 1);
  for (size_t d = from.size(); d-- > 1;)
    strides[d - 1] = strides[d] * from[d];
  std::vector<double> result(values.size());
  Shape at(from.size(), 0);
  for (double &value : result) {
    size_t source = 0;
    for (size_t d = 0; d < at.size(); ++d)
      source += at[d] * strides[step.perm[d]];
    value = values[source];
    for (size_t d = at.size(); d-- > 0 && ++at[d] == step.shape[d];)
      at[d] = 0;
  }
  return result;
}

void apply(const HeadStep &step, const Shape &from, std::vector<double> &values) {
  switch (step.kind) {
  case Kind::Reshape:
    return;
  case Kind::Transpose:
    values = transpose(from, step, values);
    return;
  case Kind::Softmax:
  case Kind::LogSoftmax:
    return applySoftmax(Rows(from, step.axis), step.kind == Kind::LogSoftmax, values);
  case Kind::ArgMax:
    values = findLargest(Rows(from, step.axis), values);
    return;
  case Kind::Sigmoid:
    for (double &value : values)
      value = 1 / (1 + std::exp(-value));
    return;
  case Kind::HardSigmoid:
    for (double &value : values)
      value = std::clamp(step.parameters[0] * value + step.parameters[1], 0.0, 1.0);
    return;
  case Kind::Tanh:
    for (double &value : values)
      value = std::tanh(value);
    return;
  }
}

} // namespace

std::optional<HeadFunction> getFunction(const std::vector<HeadStep> &head) {
  static_assert(int(HeadFunction::ArgMax) + int(Kind::Softmax) == int(Kind::ArgMax));
  for (auto step = head.rbegin(); step != head.rend(); ++step)
    if (step->kind >= Kind::Softmax)
      return HeadFunction(int(step->kind) - int(Kind::Softmax));
  return std::nullopt;
}

bool hasHeads(const Plan &plan) {
  uint32_t next = 0;
  for (const Output &output : plan.network.outputs)
    if (output.decoder != next++ || !output.head.empty())
      return true;
  return false;
}

uint64_t getOutputSize(const Plan &plan) {
  return plan.outputs.back().offset + plan.outputs.back().size;
}

void applyHeads(const Plan &plan, const double *decoded, double *output) {
  for (size_t i = 0; i < plan.outputs.size(); ++i) {
    const OutputInfo &info = plan.outputs[i];
    const double *first = decoded + info.decodedOffset;
    std::vector<double> values(first, first + info.decodedSize);
    Shape shape = info.decodedShape;
    for (const HeadStep &step : plan.network.outputs[i].head) {
      apply(step, shape, values);
      shape = step.shape;
    }
    std::copy(values.begin(), values.end(), output + info.offset);
  }
}

} // namespace snn::detail
