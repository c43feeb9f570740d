//===- Folds: what is already known, and what changes nothing -----------------------------------------------===//
#include "dialects/ann/ANN.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;

namespace snnc::ann {

namespace {

using Numbers = std::vector<double>;

/// The numbers of a folded operand, when it is a constant.
std::optional<Numbers> read(Attribute attr) {
  auto elements = dyn_cast_or_null<ElementsAttr>(attr);
  if (!elements)
    return std::nullopt;
  FailureOr<Numbers> numbers = readNumbers(elements);
  return succeeded(numbers) ? std::optional(std::move(*numbers)) : std::nullopt;
}

/// A constant of the result's type, when that is static.
OpFoldResult make(Value result, const Numbers &numbers) {
  auto type = cast<RankedTensorType>(result.getType());
  if (!type.hasStaticShape())
    return {};
  return Attribute(makeConstant(type, numbers));
}

/// A constant of moved elements: `getSource(at)` is where the element at `at` of the result lies in
/// the input, and whether it lies there at all.
template <typename GetSource>
OpFoldResult move(Value result, Value input, Attribute constant, double border,
                  GetSource getSource) {
  std::optional<Numbers> in = read(constant);
  auto type = cast<RankedTensorType>(result.getType());
  if (!in || !type.hasStaticShape())
    return {};
  ArrayRef<int64_t> shape = getTensorShape(input), out = type.getShape();
  SmallVector<int64_t> at(out.size(), 0), from(shape.size(), 0);
  Numbers numbers(countElements(out));
  for (double &number : numbers) {
    getSource(at, from);
    int64_t source = 0;
    for (size_t d = 0; d < shape.size() && source >= 0; ++d)
      source = from[d] < 0 || from[d] >= shape[d] ? -1 : source * shape[d] + from[d];
    number = source < 0 ? border : (*in)[source];
    for (size_t d = at.size(); d-- > 0 && ++at[d] == out[d];)
      at[d] = 0;
  }
  return make(result, numbers);
}

/// The same elements under another shape.
template <typename Op, typename Adaptor>
OpFoldResult foldReshape(Op op, Adaptor adaptor) {
  if (op.getInput().getType() == op.getOutput().getType())
    return op.getInput();
  if (std::optional<Numbers> numbers = read(adaptor.getInput()))
    return make(op.getOutput(), *numbers);
  return {};
}

} // namespace

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValueAttr(); }

OpFoldResult FlattenOp::fold(FoldAdaptor adaptor) { return foldReshape(*this, adaptor); }

OpFoldResult ReshapeOp::fold(FoldAdaptor adaptor) {
  // What an earlier reshape made of the elements does not matter.
  if (auto before = getInput().getDefiningOp<ReshapeOp>()) {
    getInputMutable().assign(before.getInput());
    return getOutput();
  }
  return foldReshape(*this, adaptor);
}

OpFoldResult TransposeOp::fold(FoldAdaptor adaptor) {
  if (llvm::equal(getPerm(), llvm::seq<int64_t>(0, getPerm().size())))
    return getInput();
  if (auto before = getInput().getDefiningOp<TransposeOp>()) {
    SmallVector<int64_t> perm;
    for (int64_t dimension : getPerm())
      perm.push_back(before.getPerm()[dimension]);
    setPerm(perm);
    getInputMutable().assign(before.getInput());
    return getOutput();
  }
  return move(getOutput(), getInput(), adaptor.getInput(), 0,
              [&](ArrayRef<int64_t> at, MutableArrayRef<int64_t> from) {
                for (size_t d = 0; d < at.size(); ++d)
                  from[getPerm()[d]] = at[d];
              });
}

OpFoldResult PadOp::fold(FoldAdaptor adaptor) {
  if (llvm::all_of(getPads(), [](int64_t pad) { return pad == 0; }))
    return getInput();
  return move(getOutput(), getInput(), adaptor.getInput(), getValue().convertToDouble(),
              [&](ArrayRef<int64_t> at, MutableArrayRef<int64_t> from) {
                for (size_t d = 0; d < at.size(); ++d)
                  from[d] = at[d] - getPads()[d];
              });
}

OpFoldResult SliceOp::fold(FoldAdaptor adaptor) {
  bool forward = llvm::all_of(getSteps(), [](int64_t step) { return step == 1; });
  if (forward && getInput().getType() == getOutput().getType())
    return getInput();
  return move(getOutput(), getInput(), adaptor.getInput(), 0,
              [&](ArrayRef<int64_t> at, MutableArrayRef<int64_t> from) {
                for (size_t d = 0; d < at.size(); ++d)
                  from[d] = getStarts()[d] + at[d] * getSteps()[d];
              });
}

OpFoldResult ConcatOp::fold(FoldAdaptor adaptor) {
  if (getInputs().size() == 1)
    return getInputs().front();
  auto type = cast<RankedTensorType>(getOutput().getType());
  if (!type.hasStaticShape())
    return {};
  // Elements of one operand lie side by side in rows as long as its part of the axis and all behind.
  int64_t rows = countElements(type.getShape().take_front(getAxis()));
  std::vector<Numbers> parts;
  for (Attribute attr : adaptor.getInputs()) {
    std::optional<Numbers> numbers = read(attr);
    if (!numbers)
      return {};
    parts.push_back(std::move(*numbers));
  }
  Numbers all;
  for (int64_t row = 0; row < rows; ++row)
    for (const Numbers &part : parts) {
      size_t length = part.size() / rows;
      all.insert(all.end(), part.begin() + row * length, part.begin() + (row + 1) * length);
    }
  return make(getOutput(), all);
}

OpFoldResult GatherOp::fold(FoldAdaptor adaptor) {
  if (getInput().getType() == getOutput().getType() &&
      llvm::equal(getIndices(), llvm::seq<int64_t>(0, getIndices().size())))
    return getInput();
  return move(getOutput(), getInput(), adaptor.getInput(), 0,
              [&](ArrayRef<int64_t> at, MutableArrayRef<int64_t> from) {
                llvm::copy(at, from.begin());
                from[getAxis()] = getIndices()[at[getAxis()]];
              });
}

OpFoldResult ExpandOp::fold(FoldAdaptor adaptor) {
  if (getInput().getType() == getOutput().getType())
    return getInput();
  ArrayRef<int64_t> shape = getTensorShape(getInput());
  return move(getOutput(), getInput(), adaptor.getInput(), 0,
              [&](ArrayRef<int64_t> at, MutableArrayRef<int64_t> from) {
                for (size_t d = 0; d < from.size(); ++d)
                  from[d] = shape[d] == 1 ? 0 : at[at.size() - from.size() + d];
              });
}

OpFoldResult ResizeOp::fold(FoldAdaptor adaptor) {
  if (llvm::all_of(getScales(), [](int64_t scale) { return scale == 1; }))
    return getInput();
  return move(getOutput(), getInput(), adaptor.getInput(), 0,
              [&](ArrayRef<int64_t> at, MutableArrayRef<int64_t> from) {
                for (size_t d = 0; d < from.size(); ++d)
                  from[d] = d < 2 ? at[d] : at[d] / getScales()[d - 2];
              });
}

LogicalResult GatherOp::canonicalize(GatherOp op, PatternRewriter &rewriter) {
  // Positions that are equally far apart are a slice.
  ArrayRef<int64_t> indices = op.getIndices();
  int64_t step = indices.size() > 1 ? indices[1] - indices[0] : 1;
  for (size_t i = 1; i < indices.size(); ++i)
    if (step == 0 || indices[i] - indices[i - 1] != step)
      return failure();
  ArrayRef<int64_t> shape = getTensorShape(op.getInput());
  SmallVector<int64_t> starts(shape.size(), 0), sizes(shape), steps(shape.size(), 1);
  if (ShapedType::isDynamic(sizes[0]))
    sizes[0] = -1;
  starts[op.getAxis()] = indices[0];
  sizes[op.getAxis()] = static_cast<int64_t>(indices.size());
  steps[op.getAxis()] = step;
  auto attributes = op->getDiscardableAttrDictionary();
  auto slice = rewriter.replaceOpWithNewOp<SliceOp>(op, op.getInput(), starts, sizes, steps);
  slice->setDiscardableAttrs(attributes);
  return success();
}

} // namespace snnc::ann
