#include "compiler/import/onnx/ShapeArithmetic.h"

#include "compiler/import/onnx/IntegerArithmetic.h"
#include "compiler/import/onnx/Node.h"
#include "compiler/import/onnx/Quantized.h"
#include "dialects/support/Shapes.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <cstring>
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

  const Integers *input(size_t i) const { return i < inputs.size() ? inputs[i] : nullptr; }
};

FailureOr<Integers> computeBinary(const Context &c) {
  if (!c.input(0) || !c.input(1))
    return c.node.error() << "needs two inputs";
  Integers result = *c.input(0);
  for (const Integers *next : ArrayRef(c.inputs).drop_front()) {
    std::optional<std::vector<int64_t>> shape = broadcast(result.shape, next->shape);
    if (!shape || countOf(*shape) > kLargest)
      return c.node.error() << "computes with integers whose shapes do not fit";
    Integers combined{*shape, {}, result.type};
    for (int64_t i = 0, count = countOf(*shape); i < count; ++i) {
      std::optional<int64_t> value =
          combine(c.node.op(), pick(result, *shape, i), pick(*next, *shape, i));
      if (!value)
        return c.node.error() << "computes with the batch size, divides by zero, or leaves 64 bits";
      combined.values.push_back(*value);
    }
    result = std::move(combined);
  }
  c.node.getInt("fmod", 0);
  return result;
}

FailureOr<Integers> computeUnary(const Context &c) {
  if (!c.input(0))
    return c.node.error() << "needs an input";
  Integers result = *c.input(0);
  StringRef op = c.node.op();
  for (int64_t &value : result.values) {
    bool isLogic = op == "Not";
    if (value == kBatch && op != "Abs")
      return c.node.error() << "computes with the batch size";
    if (value == std::numeric_limits<int64_t>::min())
      return c.node.error() << "leaves 64 bits";
    value = isLogic ? value == 0 : op == "Neg" ? -value : value == kBatch ? value : std::abs(value);
  }
  return result;
}

/// ReduceProd and its like, of a list or of all elements: one number.
FailureOr<Integers> computeReduction(const Context &c) {
  const Integers *data = c.input(0);
  std::vector<int64_t> axes = c.node.getInts("axes", {});
  if (c.input(1))
    axes = c.input(1)->values;
  bool keepdims = c.node.getInt("keepdims", 1) != 0;
  c.node.getInt("noop_with_empty_axes", 0);
  bool isAll = data && (axes.size() == data->shape.size() || axes.empty());
  if (!isAll || data->values.empty())
    return c.node.error() << "reduces integers along some of their dimensions";
  StringRef op = c.node.op().drop_front(strlen("Reduce"));
  StringRef step = op == "Prod" ? "Mul" : op == "Sum" ? "Add" : op;
  int64_t result = data->values[0];
  for (int64_t value : ArrayRef(data->values).drop_front()) {
    std::optional<int64_t> next = combine(step, result, value);
    if (!next)
      return c.node.error() << "computes with the batch size, or leaves 64 bits";
    result = *next;
  }
  return Integers{std::vector<int64_t>(keepdims ? data->shape.size() : 0, 1), {result}, data->type};
}

FailureOr<Integers> computeGather(const Context &c) {
  const Integers *data = c.input(0), *index = c.input(1);
  if (!data || !index || data->shape.size() != 1 || c.node.getInt("axis", 0) != 0)
    return c.node.error() << "gathers from integers that are not a list";
  Integers result{index->shape, {}, data->type};
  auto size = static_cast<int64_t>(data->values.size());
  for (int64_t i : index->values) {
    if (i < -size || i >= size)
      return c.node.error() << "index " << i << " is outside of a list of " << size;
    result.values.push_back(data->values[i < 0 ? i + size : i]);
  }
  return result;
}

FailureOr<Integers> computeConcat(const Context &c) {
  Integers result = Integers::list({});
  for (const Integers *input : c.inputs) {
    if (!input || input->shape.size() != 1)
      return c.node.error() << "joins integers that are not lists";
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
    return c.node.error() << "slices integers along something else than their first dimension";
  int64_t size = data->shape[0], step = steps.empty() ? 1 : steps[0];
  if (step == 0 || starts[0] == kBatch || ends[0] == kBatch)
    return c.node.error() << "slices by the batch size, or in steps of 0";
  step = std::clamp(step, -size - 1, size + 1); // a longer one also leaves
  auto wrap = [&](int64_t at) { return at < 0 ? at + size : at; };
  int64_t first =
      std::clamp<int64_t>(wrap(starts[0]), step > 0 ? 0 : -1, step > 0 ? size : size - 1);
  int64_t last = ends[0] < -size ? -1 : std::min(wrap(ends[0]), size);
  int64_t row = size > 0 ? static_cast<int64_t>(data->values.size()) / size : 0;
  Integers result{data->shape, {}, data->type};
  result.shape[0] = 0;
  for (int64_t i = first; step > 0 ? i < last : i > last; i += step, ++result.shape[0])
    for (int64_t k = 0; k < row; ++k)
      result.values.push_back(data->values[i * row + k]);
  return result;
}

FailureOr<Integers> computeConstantOfShape(const Context &c) {
  const Integers *shape = c.input(0);
  if (!shape || llvm::is_contained(shape->values, kBatch))
    return c.node.error() << "makes a tensor with the batch size as a dimension";
  int64_t count = countOf(shape->values), fill = 0;
  if (count < 0 || count > kLargest)
    return c.node.error() << "makes a tensor of " + llvm::Twine(count) + " integers";
  if (const auto *value = c.node.getAttribute("value");
      value && !isFloatType(value->t().data_type())) {
    ONNX_NAMESPACE::TensorProto tensor = value->t();
    data::Result<Numbers> numbers = readTensor(tensor, "", *c.node.location.getContext());
    auto *integers = numbers ? std::get_if<Integers>(&*numbers) : nullptr;
    if (!integers || integers->values.size() != 1)
      return c.node.error() << "fills with something else than one integer";
    fill = integers->values[0];
  }
  return Integers{shape->values, std::vector<int64_t>(count, fill), 0};
}

FailureOr<Integers> computeReshape(const Context &c) {
  const Integers *data = c.input(0), *shape = c.input(1);
  if (!data || !shape)
    return c.node.error() << "needs two inputs";
  Integers result{shape->values, data->values, data->type};
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
    return c.node.error() << "reshapes integers to a shape that does not hold them";
  return result;
}

FailureOr<Integers> computeTranspose(const Context &c) {
  const Integers *data = c.input(0);
  if (!data)
    return c.node.error() << "needs an input";
  size_t rank = data->shape.size();
  std::vector<int64_t> reversed;
  for (size_t d = rank; d-- > 0;)
    reversed.push_back(static_cast<int64_t>(d));
  std::vector<int64_t> perm = c.node.getInts("perm", reversed);
  if (!isPermutation(perm, rank))
    return c.node.error() << "transposes by something that is no permutation";
  std::vector<int64_t> strides(rank, 1);
  for (size_t d = rank; d-- > 1;)
    strides[d - 1] = strides[d] * data->shape[d];
  Integers result{{}, {}, data->type};
  for (int64_t d : perm)
    result.shape.push_back(data->shape[d]);
  for (size_t i = 0; i < data->values.size(); ++i) {
    int64_t position = 0, rest = static_cast<int64_t>(i);
    for (size_t d = rank; d-- > 0; rest /= result.shape[d])
      position += rest % result.shape[d] * strides[perm[d]];
    result.values.push_back(data->values[position]);
  }
  return result;
}

/// Squeeze and Unsqueeze: only the shape changes.
FailureOr<Integers> computeAxes(const Context &c) {
  Integers result = *c.input(0);
  bool squeeze = c.node.op() == "Squeeze", isGiven = c.node.hasAttribute("axes") || c.input(1);
  std::vector<int64_t> axes = c.node.getInts("axes", {});
  if (c.input(1))
    axes = c.input(1)->values;
  auto rank = static_cast<int64_t>(result.shape.size() + (squeeze ? 0 : axes.size()));
  for (int64_t &axis : axes) {
    if (axis < -rank || axis >= rank)
      return c.node.error() << "axis " << axis << " is not a dimension of integers of rank "
                            << rank;
    axis += axis < 0 ? rank : 0;
  }
  llvm::sort(axes);
  std::vector<int64_t> shape;
  size_t next = 0;
  for (int64_t d = 0; d < rank; ++d) {
    bool isNamed = llvm::is_contained(axes, d);
    if (!squeeze)
      shape.push_back(isNamed ? 1 : result.shape[next++]);
    else if (isGiven ? !isNamed : result.shape[d] != 1)
      shape.push_back(result.shape[d]);
  }
  if (countOf(shape) != countOf(result.shape))
    return c.node.error() << "squeezes a dimension of integers that is not 1";
  result.shape = std::move(shape);
  return result;
}

FailureOr<Integers> computeRange(const Context &c) {
  for (size_t i = 0; i < 3; ++i)
    if (!c.input(i) || c.input(i)->values.size() != 1 || c.input(i)->values[0] == kBatch)
      return c.node.error() << "counts up to the batch size, or by something else than one integer";
  int64_t start = c.input(0)->values[0], limit = c.input(1)->values[0],
          delta = c.input(2)->values[0];
  int64_t distance = 0;
  if (delta == 0 || __builtin_sub_overflow(limit, start, &distance) || distance > kLargest ||
      distance < -kLargest)
    return c.node.error() << "counts in steps of 0, or too far";
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
    return c.node.error() << "needs three inputs";
  std::optional<std::vector<int64_t>> shape = broadcast(yes->shape, no->shape);
  if (shape)
    shape = broadcast(*shape, condition->shape);
  if (!shape || countOf(*shape) > kLargest)
    return c.node.error() << "chooses among integers whose shapes do not fit";
  Integers result{*shape, {}, yes->type};
  for (int64_t i = 0, count = countOf(*shape); i < count; ++i)
    result.values.push_back(pick(pick(*condition, *shape, i) ? *yes : *no, *shape, i));
  return result;
}

FailureOr<Integers> computeExpand(const Context &c) {
  const Integers *data = c.input(0), *wanted = c.input(1);
  if (!data || !wanted || llvm::is_contained(wanted->values, kBatch))
    return c.node.error() << "expands integers to something that is not known";
  std::optional<std::vector<int64_t>> shape = broadcast(data->shape, wanted->values);
  if (!shape || countOf(*shape) > kLargest || countOf(*shape) < 0)
    return c.node.error() << "expands integers to something that is not known";
  Integers result{*shape, {}, data->type};
  for (int64_t i = 0, count = countOf(*shape); i < count; ++i)
    result.values.push_back(pick(*data, *shape, i));
  return result;
}

/// Integers stay integers: Cast, Floor, Identity.
FailureOr<Integers> computeSame(const Context &c) {
  c.node.getInt("to", 0);
  if (!c.input(0))
    return c.node.error() << "needs an input";
  return *c.input(0);
}

using Compute = FailureOr<Integers> (*)(const Context &);

const llvm::StringMap<Compute> &getTable() {
  static const llvm::StringMap<Compute> table = {
      {"Add", computeBinary},          {"Sub", computeBinary},
      {"Mul", computeBinary},          {"Div", computeBinary},
      {"Equal", computeBinary},        {"Gather", computeGather},
      {"Concat", computeConcat},       {"Slice", computeSlice},
      {"Reshape", computeReshape},     {"ConstantOfShape", computeConstantOfShape},
      {"Squeeze", computeAxes},        {"Unsqueeze", computeAxes},
      {"Range", computeRange},         {"Where", computeWhere},
      {"Expand", computeExpand},       {"Transpose", computeTranspose},
      {"Cast", computeSame},           {"Floor", computeSame},
      {"Identity", computeSame},       {"Dropout", computeSame},
      {"And", computeBinary},          {"Or", computeBinary},
      {"Xor", computeBinary},          {"Greater", computeBinary},
      {"Less", computeBinary},         {"GreaterOrEqual", computeBinary},
      {"Mod", computeBinary},          {"LessOrEqual", computeBinary},
      {"Max", computeBinary},          {"Min", computeBinary},
      {"Not", computeUnary},           {"Neg", computeUnary},
      {"Abs", computeUnary},           {"ReduceMax", computeReduction},
      {"ReduceMin", computeReduction}, {"ReduceProd", computeReduction},
      {"ReduceSum", computeReduction}, {"CastLike", computeSame},
  };
  return table;
}

} // namespace

bool isShapeOperator(StringRef op) {
  return op == "Shape" || op == "Size" || getTable().contains(op);
}

FailureOr<Integers> computeIntegers(Node &node, const Inputs &inputs) {
  auto compute = getTable().find(node.op());
  if (compute == getTable().end() || !inputs.front())
    return node.error() << "cannot be computed on integers";
  return compute->second({node, inputs});
}

} // namespace snnc::onnx_import
