#include "compiler/import/onnx/ShapeArithmetic.h"

#include "compiler/import/onnx/Node.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <limits>

using namespace mlir;

namespace snnc::onnx_import {

namespace {

using Inputs = std::vector<const Integers *>;

/// Larger integer tensors are data, not shapes.
constexpr int64_t kLargest = 1 << 20;

struct Context {
  Node &node;
  const Inputs &inputs;
  std::string &reason;

  FailureOr<Integers> fail(const llvm::Twine &why) const {
    reason = why.str();
    return failure();
  }
  const Integers *input(size_t i) const { return i < inputs.size() ? inputs[i] : nullptr; }
};

/// Elements of a shape; the largest number where they cannot be counted.
int64_t countOf(ArrayRef<int64_t> shape) {
  int64_t count = 1;
  for (int64_t dimension : shape)
    if (__builtin_mul_overflow(count, dimension, &count))
      return std::numeric_limits<int64_t>::max();
  return count;
}

/// One element of binary arithmetic. The batch size is unknown: only what leaves it as it is works.
std::optional<int64_t> combine(StringRef op, int64_t a, int64_t b) {
  bool anyBatch = a == kBatch || b == kBatch;
  if (op == "Equal")
    return a == b; // the batch size equals only itself
  if (anyBatch) {
    if ((op == "Mul" || op == "Div") && b == 1)
      return a;
    if (op == "Mul" && a == 1)
      return b;
    if ((op == "Add" || op == "Sub") && b == 0)
      return a;
    if (op == "Add" && a == 0)
      return b;
    return std::nullopt;
  }
  int64_t result = 0;
  bool isLowest = a == std::numeric_limits<int64_t>::min();
  if ((op == "Add" && !__builtin_add_overflow(a, b, &result)) ||
      (op == "Sub" && !__builtin_sub_overflow(a, b, &result)) ||
      (op == "Mul" && !__builtin_mul_overflow(a, b, &result)))
    return result;
  if (op == "Div" && b != 0 && !(isLowest && b == -1))
    return a / b;
  return std::nullopt;
}

FailureOr<Integers> computeBinary(const Context &c) {
  const Integers *a = c.input(0), *b = c.input(1);
  if (!a || !b)
    return c.fail("needs two inputs");
  bool scalarA = a->values.size() == 1, scalarB = b->values.size() == 1;
  if (!scalarA && !scalarB && a->shape != b->shape)
    return c.fail("broadcasts integers, which shape arithmetic does not support");
  Integers result = scalarA && (!scalarB || b->shape.size() > a->shape.size()) ? *b : *a;
  for (size_t i = 0; i < result.values.size(); ++i) {
    std::optional<int64_t> value =
        combine(c.node.op(), a->values[scalarA ? 0 : i], b->values[scalarB ? 0 : i]);
    if (!value)
      return c.fail("computes with the batch size, divides by zero, or leaves 64 bits");
    result.values[i] = *value;
  }
  return result;
}

FailureOr<Integers> computeGather(const Context &c) {
  const Integers *data = c.input(0), *index = c.input(1);
  if (!data || !index || data->shape.size() != 1 || c.node.getInt("axis", 0) != 0)
    return c.fail("gathers from integers that are not a list");
  Integers result{index->shape, {}};
  auto size = static_cast<int64_t>(data->values.size());
  for (int64_t i : index->values) {
    if (i < -size || i >= size)
      return c.fail("index " + llvm::Twine(i) + " is outside of a list of " + llvm::Twine(size));
    result.values.push_back(data->values[i < 0 ? i + size : i]);
  }
  return result;
}

FailureOr<Integers> computeConcat(const Context &c) {
  Integers result = Integers::list({});
  for (const Integers *input : c.inputs) {
    if (!input || input->shape.size() != 1)
      return c.fail("joins integers that are not lists");
    llvm::append_range(result.values, input->values);
  }
  c.node.getInt("axis", 0);
  result.shape = {static_cast<int64_t>(result.values.size())};
  return result;
}

FailureOr<Integers> computeSlice(const Context &c) {
  const Integers *data = c.input(0);
  auto bound = [&](StringRef name, size_t i) -> std::vector<int64_t> {
    if (c.node.hasAttribute(name))
      return c.node.getInts(name, {});
    return c.input(i) ? c.input(i)->values : std::vector<int64_t>();
  };
  std::vector<int64_t> starts = bound("starts", 1), ends = bound("ends", 2),
                       axes = bound("axes", 3), steps = bound("steps", 4);
  if (!data || starts.size() != 1 || ends.size() != 1 || data->shape.empty() ||
      (!axes.empty() && axes[0] != 0))
    return c.fail("slices integers along something else than their first dimension");
  int64_t size = data->shape[0], step = steps.empty() ? 1 : steps[0];
  if (step == 0 || starts[0] == kBatch || ends[0] == kBatch)
    return c.fail("slices by the batch size, or in steps of 0");
  step = std::clamp(step, -size - 1, size + 1); // a longer one also leaves
  auto wrap = [&](int64_t at) { return at < 0 ? at + size : at; };
  int64_t first =
      std::clamp<int64_t>(wrap(starts[0]), step > 0 ? 0 : -1, step > 0 ? size : size - 1);
  int64_t last = ends[0] < -size ? -1 : std::min(wrap(ends[0]), size);
  int64_t row = size > 0 ? static_cast<int64_t>(data->values.size()) / size : 0;
  Integers result{data->shape, {}};
  result.shape[0] = 0;
  for (int64_t i = first; step > 0 ? i < last : i > last; i += step, ++result.shape[0])
    for (int64_t k = 0; k < row; ++k)
      result.values.push_back(data->values[i * row + k]);
  return result;
}

FailureOr<Integers> computeConstantOfShape(const Context &c) {
  const Integers *shape = c.input(0);
  if (!shape || llvm::is_contained(shape->values, kBatch))
    return c.fail("makes a tensor with the batch size as a dimension");
  int64_t count = countOf(shape->values), fill = 0;
  if (count < 0 || count > kLargest)
    return c.fail("makes a tensor of " + llvm::Twine(count) + " integers");
  if (const auto *value = c.node.getAttribute("value")) {
    std::string reason;
    ONNX_NAMESPACE::TensorProto tensor = value->t();
    FailureOr<Numbers> numbers = readTensor(tensor, "", *c.node.location.getContext(), reason);
    auto *integers = succeeded(numbers) ? std::get_if<Integers>(&*numbers) : nullptr;
    if (!integers || integers->values.size() != 1)
      return c.fail("fills with something else than one integer");
    fill = integers->values[0];
  }
  return Integers{shape->values, std::vector<int64_t>(count, fill)};
}

FailureOr<Integers> computeReshape(const Context &c) {
  const Integers *data = c.input(0), *shape = c.input(1);
  if (!data || !shape)
    return c.fail("needs two inputs");
  Integers result{shape->values, data->values};
  std::optional<size_t> unknown;
  for (auto [i, dimension] : llvm::enumerate(result.shape)) {
    if (dimension == 0 && i < data->shape.size())
      dimension = data->shape[i];
    if (dimension == -1)
      unknown = i;
  }
  auto size = static_cast<int64_t>(data->values.size());
  if (unknown) {
    result.shape[*unknown] = 1;
    int64_t known = countOf(result.shape);
    result.shape[*unknown] = known > 0 ? size / known : 0;
  }
  if (countOf(result.shape) != size)
    return c.fail("reshapes integers to a shape that does not hold them");
  return result;
}

FailureOr<Integers> computeTranspose(const Context &c) {
  const Integers *data = c.input(0);
  if (!data || data->shape.size() > 2)
    return c.fail("transposes integers of more than 2 dimensions");
  std::vector<int64_t> perm = c.node.getInts("perm", {});
  bool keeps = data->shape.size() < 2 || (perm.size() == 2 && perm[0] == 0);
  if (keeps)
    return *data;
  int64_t rows = data->shape[0], columns = data->shape[1];
  Integers result{{columns, rows}, {}};
  for (int64_t j = 0; j < columns; ++j)
    for (int64_t i = 0; i < rows; ++i)
      result.values.push_back(data->values[i * columns + j]);
  return result;
}

/// Squeeze and Unsqueeze of what is a scalar or a list: only the shape changes.
FailureOr<Integers> computeAxes(const Context &c) {
  Integers result = *c.input(0);
  c.node.getInts("axes", {});
  bool squeeze = c.node.op() == "Squeeze";
  if (squeeze && result.values.size() == 1) {
    result.shape = {};
    return result;
  }
  if (!squeeze && result.shape.empty()) {
    result.shape = {1};
    return result;
  }
  return c.fail("changes the dimensions of integers that are neither a scalar nor a list of one");
}

FailureOr<Integers> computeRange(const Context &c) {
  for (size_t i = 0; i < 3; ++i)
    if (!c.input(i) || c.input(i)->values.size() != 1 || c.input(i)->values[0] == kBatch)
      return c.fail("counts up to the batch size, or by something else than one integer");
  int64_t start = c.input(0)->values[0], limit = c.input(1)->values[0],
          delta = c.input(2)->values[0];
  int64_t distance = 0;
  if (delta == 0 || __builtin_sub_overflow(limit, start, &distance) || distance > kLargest ||
      distance < -kLargest)
    return c.fail("counts in steps of 0, or too far");
  std::vector<int64_t> values;
  for (int64_t i = start; delta > 0 ? i < limit : i > limit;) {
    values.push_back(i);
    if (__builtin_add_overflow(i, delta, &i))
      break;
  }
  return Integers::list(std::move(values));
}

FailureOr<Integers> computeWhere(const Context &c) {
  const Integers *condition = c.input(0), *yes = c.input(1), *no = c.input(2);
  if (!condition || !yes || !no)
    return c.fail("needs three inputs");
  size_t size = std::max({condition->values.size(), yes->values.size(), no->values.size()});
  auto pick = [&](const Integers *from, size_t i) {
    return from->values[from->values.size() == 1 ? 0 : i];
  };
  for (const Integers *input : c.inputs)
    if (input->values.size() != 1 && input->values.size() != size)
      return c.fail("broadcasts integers, which shape arithmetic does not support");
  const Integers *shaped = condition->values.size() == size ? condition
                           : yes->values.size() == size     ? yes
                                                            : no;
  Integers result{shaped->shape, {}};
  for (size_t i = 0; i < size; ++i)
    result.values.push_back(pick(condition, i) ? pick(yes, i) : pick(no, i));
  return result;
}

FailureOr<Integers> computeExpand(const Context &c) {
  const Integers *data = c.input(0), *shape = c.input(1);
  if (!data || !shape || data->values.size() != 1 || llvm::is_contained(shape->values, kBatch) ||
      countOf(shape->values) > kLargest || countOf(shape->values) < 0)
    return c.fail("expands integers to something that is not known");
  return Integers{shape->values, std::vector<int64_t>(countOf(shape->values), data->values[0])};
}

/// Integers stay integers: Cast, Floor, Identity.
FailureOr<Integers> computeSame(const Context &c) {
  c.node.getInt("to", 0);
  if (!c.input(0))
    return c.fail("needs an input");
  return *c.input(0);
}

using Compute = FailureOr<Integers> (*)(const Context &);

const llvm::StringMap<Compute> &getTable() {
  static const llvm::StringMap<Compute> table = {
      {"Add", computeBinary},      {"Sub", computeBinary},
      {"Mul", computeBinary},      {"Div", computeBinary},
      {"Equal", computeBinary},    {"Gather", computeGather},
      {"Concat", computeConcat},   {"Slice", computeSlice},
      {"Reshape", computeReshape}, {"ConstantOfShape", computeConstantOfShape},
      {"Squeeze", computeAxes},    {"Unsqueeze", computeAxes},
      {"Range", computeRange},     {"Where", computeWhere},
      {"Expand", computeExpand},   {"Transpose", computeTranspose},
      {"Cast", computeSame},       {"Floor", computeSame},
      {"Identity", computeSame},
  };
  return table;
}

} // namespace

bool isShapeOperator(StringRef op) { return op == "Shape" || getTable().contains(op); }

FailureOr<Integers> computeIntegers(Node &node, const Inputs &inputs, std::string &reason) {
  auto compute = getTable().find(node.op());
  if (compute == getTable().end() || !inputs.front()) {
    reason = "cannot be computed on integers";
    return failure();
  }
  return compute->second({node, inputs, reason});
}

} // namespace snnc::onnx_import
