//===- How factors pass through synapses, and what synapses add -----------------------------------------------===//
#include "dialects/snn/SNN.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"

using namespace mlir;

namespace snnc::snn {

namespace {

using Numbers = std::vector<double>;
using Pulled = std::optional<SmallVector<Numbers>>;

ArrayRef<int64_t> getShape(Value stream) { return getStreamShape(stream.getType()); }

/// The factor per row of the matrices of a stream (... x N x K), when it is the same along each row.
std::optional<Numbers> takeRows(const Numbers &factor, ArrayRef<int64_t> shape) {
  Numbers rows;
  for (size_t i = 0; i < factor.size(); ++i) {
    if (i % shape.back() == 0)
      rows.push_back(factor[i]);
    else if (factor[i] != rows.back())
      return std::nullopt;
  }
  return rows;
}

/// The factor per column of each of a stream's matrices (... x K x M), when it is the same along each column.
std::optional<Numbers> takeColumns(const Numbers &factor, ArrayRef<int64_t> shape) {
  size_t columns = shape.back(), rows = shape[shape.size() - 2];
  Numbers result;
  for (size_t i = 0; i < factor.size(); ++i) {
    size_t matrix = i / (rows * columns), column = i % columns;
    if (i / columns % rows == 0)
      result.push_back(factor[i]);
    else if (factor[i] != result[matrix * columns + column])
      return std::nullopt;
  }
  return result;
}

/// One number per row, for every element of a stream of `shape`; and one per column likewise.
Numbers spreadRows(const Numbers &rows, ArrayRef<int64_t> shape) {
  Numbers result(countElements(shape));
  for (size_t i = 0; i < result.size(); ++i)
    result[i] = rows[i / shape.back()];
  return result;
}
Numbers spreadColumns(const Numbers &columns, ArrayRef<int64_t> shape) {
  size_t width = shape.back(), height = shape[shape.size() - 2];
  Numbers result(countElements(shape));
  for (size_t i = 0; i < result.size(); ++i)
    result[i] = columns[i / (width * height) * width + i % width];
  return result;
}

/// A factor of `from` as one of `to`, which has the same channels; it must be the same all over each of them.
std::optional<Numbers> takeToChannelsOf(Value to, Value from, const Numbers &factor) {
  std::optional<Numbers> channels = takeChannels(factor, {getShape(from), 0});
  if (!channels)
    return std::nullopt;
  return spreadChannels(*channels, {getShape(to), 0}, countElements(getShape(to)));
}

} // namespace

//===- Index maps -----------------------------------------------------------------------------------------===//

Pulled detail::pullThroughMap(Operation *op, const Numbers &factor) {
  auto map = dyn_cast<IndexMapOpInterface>(op);
  if (!map)
    return std::nullopt;
  SmallVector<Numbers> factors;
  std::vector<bool> isBorder(factor.size(), true);
  for (auto [index, stream] : llvm::enumerate(cast<SynapseOpInterface>(op).getStreams())) {
    ::snn::IndexMap moved = map.getIndexMap(static_cast<unsigned>(index));
    Numbers before(countElements(getShape(stream)), 1.0);
    std::vector<bool> isSet(before.size(), false);
    for (auto [i, source] : llvm::enumerate(moved.sources())) {
      if (source == ::snn::IndexMap::kNone)
        continue;
      if (isSet[source] && before[source] != factor[i])
        return std::nullopt; // copies of one element, with different factors
      before[source] = factor[i];
      isSet[source] = true;
      isBorder[i] = false;
    }
    factors.push_back(std::move(before));
  }
  // A border at 0 stays 0 under any factor; another one stays only without a factor.
  for (size_t i = 0; i < factor.size() && map.getBorder() != 0; ++i)
    if (isBorder[i] && factor[i] != 1.0)
      return std::nullopt;
  return factors;
}

/// Not through one of several streams: others would go without the factor, and what is behind could not take it.
std::optional<Numbers> detail::pushThroughMap(Operation *op, unsigned index,
                                              const Numbers &factor) {
  auto map = dyn_cast<IndexMapOpInterface>(op);
  if (!map || op->getNumOperands() != 1)
    return std::nullopt;
  Numbers behind;
  ::snn::IndexMap moved = map.getIndexMap(index);
  for (int64_t source : moved.sources())
    behind.push_back(source == ::snn::IndexMap::kNone ? 1.0 : factor[source]);
  return behind;
}

//===- Pools and sums -------------------------------------------------------------------------------------===//

Pulled AveragePoolOp::pullFactor(const Numbers &factor) {
  std::optional<Numbers> before = takeToChannelsOf(getStream(), getCurrent(), factor);
  return before ? Pulled({*before}) : std::nullopt;
}

std::optional<Numbers> AveragePoolOp::pushFactor(unsigned, const Numbers &factor) {
  return takeToChannelsOf(getCurrent(), getStream(), factor);
}

Pulled BiasOp::pullFactor(const Numbers &factor) { return Pulled({factor}); }

Pulled AddOp::pullFactor(const Numbers &factor) { return Pulled({factor, factor}); }

//===- Products -------------------------------------------------------------------------------------------===//

/// A factor per row belongs to the left operand, one per column to the right.
Pulled MatMulOp::pullFactor(const Numbers &factor) {
  ArrayRef<int64_t> shape = getShape(getCurrent());
  if (getLhs() == getRhs())
    return std::nullopt;
  if (std::optional<Numbers> rows = takeRows(factor, shape))
    return Pulled({spreadRows(*rows, getShape(getLhs())), {}});
  if (std::optional<Numbers> columns = takeColumns(factor, shape))
    return Pulled({{}, spreadColumns(*columns, getShape(getRhs()))});
  return std::nullopt;
}

std::optional<Numbers> MatMulOp::pushFactor(unsigned index, const Numbers &factor) {
  ArrayRef<int64_t> out = getShape(getCurrent());
  if (getLhs() == getRhs())
    return std::nullopt;
  if (index == 0) {
    std::optional<Numbers> rows = takeRows(factor, getShape(getLhs()));
    return rows ? std::optional(spreadRows(*rows, out)) : std::nullopt;
  }
  std::optional<Numbers> columns = takeColumns(factor, getShape(getRhs()));
  return columns ? std::optional(spreadColumns(*columns, out)) : std::nullopt;
}

Pulled MulOp::pullFactor(const Numbers &factor) {
  return getLhs() != getRhs() ? Pulled({factor, {}}) : std::nullopt;
}

std::optional<Numbers> MulOp::pushFactor(unsigned, const Numbers &factor) {
  return getLhs() != getRhs() ? std::optional(factor) : std::nullopt;
}

//===- What is added ----------------------------------------------------------------------------------------===//

AddedConstant BiasOp::getAddedConstant() { return {getValue(), std::nullopt}; }

AddedConstant ConvOp::getAddedConstant() { return {getBias(), 0}; }

AddedConstant GemmOp::getAddedConstant() { return {getBias(), getShape(getCurrent()).size() - 1}; }

std::optional<Numbers> readAddedConstant(SynapseOpInterface synapse) {
  AddedConstant added = synapse.getAddedConstant();
  if (!added.numbers)
    return std::nullopt;
  ArrayRef<int64_t> shape = synapse.getCurrent().getType().getShape();
  ::snn::IndexMap::Shape from(getTensorShape(added.numbers)), to(shape.begin(), shape.end());
  if (added.dimension) {
    from.assign(shape.size(), 1);
    from[*added.dimension] = shape[*added.dimension];
  }
  Numbers numbers = readWeights(added.numbers), all;
  for (int64_t source : ::snn::IndexMap(from).broadcast(to).sources())
    all.push_back(numbers[static_cast<size_t>(source)]);
  return all;
}

} // namespace snnc::snn
