//===- Synapses and index maps: shapes, and what events add --------------------------------------------===//
#include "dialects/exec/Exec.h"

#include "dialects/exec/Storage.h"
#include "dialects/support/Shapes.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"
#include <numeric>

using namespace mlir;
using ::snn::IndexMap;

#include "dialects/exec/ExecEnums.cpp.inc"

#include "dialects/exec/ExecAttrInterfaces.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/exec/ExecAttrs.cpp.inc"

namespace snnc::exec {

using EmitError = function_ref<InFlightDiagnostic()>;
using Shape = SmallVector<int64_t>;

void ExecDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/exec/ExecAttrs.cpp.inc"
      >();
}

//===- Windows -----------------------------------------------------------------------------------------===//

namespace {

/// A window along one or two dimensions, which are rows and columns; one dimension is a single row.
struct Window {
  struct Axis {
    int64_t in, out, kernel, stride, pad, dilation;
    /// The window that sees position `at` through tap k, or -1.
    int64_t find(int64_t at, int64_t k) const {
      int64_t offset = at + pad - k * dilation;
      return offset < 0 || offset % stride != 0 || offset / stride >= out ? -1 : offset / stride;
    }
  };
  Axis y, x;

  Window(ArrayRef<int64_t> in, ArrayRef<int64_t> out, ArrayRef<int64_t> kernel,
         ArrayRef<int64_t> strides, ArrayRef<int64_t> pads, ArrayRef<int64_t> dilations)
      : y{1, 1, 1, 1, 0, 1} {
    size_t last = kernel.size() - 1;
    auto axis = [&](size_t d) {
      return Axis{in[d + 1],  out[d + 1], kernel[d],
                  strides[d], pads[d],    dilations.empty() ? 1 : dilations[d]};
    };
    x = axis(last);
    if (last > 0)
      y = axis(0);
  }

  /// Visits each output pixel that sees an input pixel, and its tap.
  template <typename Visit>
  void forEach(int64_t pixel, Visit visit) const {
    for (int64_t ky = 0; ky < y.kernel; ++ky) {
      int64_t row = y.find(pixel / x.in, ky);
      for (int64_t kx = 0; row >= 0 && kx < x.kernel; ++kx)
        if (int64_t column = x.find(pixel % x.in, kx); column >= 0)
          visit(row * x.out + column, ky * x.kernel + kx);
    }
  }
};

/// The shape that a window over C x spatial gives, with `channels`.
FailureOr<Shape> slide(ArrayRef<int64_t> in, int64_t channels, ArrayRef<int64_t> kernel,
                       ArrayRef<int64_t> strides, ArrayRef<int64_t> pads,
                       ArrayRef<int64_t> dilations, EmitError emitError) {
  size_t spatial = in.size() - 1;
  bool fits = (spatial == 1 || spatial == 2) && kernel.size() == spatial &&
              strides.size() == spatial && pads.size() == 2 * spatial &&
              (dilations.empty() || dilations.size() == spatial) && allPositive(kernel) &&
              allPositive(strides) && allPositive(dilations) && noneNegative(pads);
  Shape out{channels};
  for (size_t d = 0; fits && d < spatial; ++d) {
    out.push_back(countWindows(in[d + 1], kernel[d], strides[d], pads[d] + pads[spatial + d],
                               dilations.empty() ? 1 : dilations[d]));
    fits = out.back() > 0;
  }
  if (!fits)
    return emitError() << "has a window that does not fit a stream of shape " << showShape(in);
  return out;
}

} // namespace

FailureOr<Shape> ConvAttr::inferShape(ArrayRef<int64_t> in, ShapedType weights,
                                      EmitError emitError) const {
  ArrayRef<int64_t> shape = weights ? weights.getShape() : ArrayRef<int64_t>();
  if (shape.size() != in.size() + 1 || in.size() < 2 || getGroup() < 1 ||
      shape[1] * getGroup() != in[0] || shape[0] % getGroup() != 0)
    return emitError() << "needs weights O x C/group x kernel for a stream of shape "
                       << showShape(in) << ", found " << showShape(shape);
  return slide(in, shape[0], shape.drop_front(2), getStrides(), getPads(), getDilations(),
               emitError);
}

void ConvAttr::forEachRow(int64_t element, ArrayRef<int64_t> in, ArrayRef<int64_t> out,
                          ArrayRef<int64_t> weights, function_ref<void(const Row &)> visit) const {
  Window window(in, out, weights.drop_front(2), getStrides(), getPads(), getDilations());
  int64_t plane = countElements(in) / in[0], outPlane = countElements(out) / out[0];
  int64_t taps = countElements(weights.drop_front(2)), perGroup = weights[1];
  int64_t channel = element / plane, outputs = out[0] / getGroup();
  int64_t first = channel / perGroup * outputs;
  window.forEach(element % plane, [&](int64_t pixel, int64_t tap) {
    visit({first * outPlane + pixel, outPlane, (first * perGroup + channel % perGroup) * taps + tap,
           perGroup * taps, outputs});
  });
}

namespace {

std::vector<int32_t> shiftLeft(ElementsAttr weights, int64_t shift) {
  std::vector<int32_t> numbers = readIntegers(weights);
  for (int32_t &number : numbers)
    number *= 1 << shift;
  return numbers;
}

} // namespace

std::vector<int32_t> ConvAttr::getNumbers(ElementsAttr weights, ArrayRef<int64_t>,
                                          ArrayRef<int64_t>) const {
  return shiftLeft(weights, getShift());
}

FailureOr<Shape> GemmAttr::inferShape(ArrayRef<int64_t> in, ShapedType weights,
                                      EmitError emitError) const {
  if (!weights || weights.getRank() != 2 || weights.getDimSize(0) != in.back())
    return emitError() << "needs weights K x M for a stream of shape " << showShape(in)
                       << ", found "
                       << showShape(weights ? weights.getShape() : ArrayRef<int64_t>());
  Shape out(in);
  out.back() = weights.getDimSize(1);
  return out;
}

void GemmAttr::forEachRow(int64_t element, ArrayRef<int64_t>, ArrayRef<int64_t>,
                          ArrayRef<int64_t> weights, function_ref<void(const Row &)> visit) const {
  int64_t rows = weights[0], columns = weights[1];
  visit({element / rows * columns, 1, element % rows * columns, 1, columns});
}

std::vector<int32_t> GemmAttr::getNumbers(ElementsAttr weights, ArrayRef<int64_t>,
                                          ArrayRef<int64_t>) const {
  return shiftLeft(weights, getShift());
}

FailureOr<Shape> PoolAttr::inferShape(ArrayRef<int64_t> in, ShapedType weights,
                                      EmitError emitError) const {
  if (weights)
    return emitError() << "has no weights: a pool has none";
  FailureOr<Shape> out = slide(in, in[0], getKernel(), getStrides(), getPads(), {}, emitError);
  if (succeeded(out) && !getShares(*this, in, *out))
    return emitError() << "averages windows of too many different sizes for 16 bits";
  return out;
}

void PoolAttr::forEachRow(int64_t element, ArrayRef<int64_t> in, ArrayRef<int64_t> out,
                          ArrayRef<int64_t>, function_ref<void(const Row &)> visit) const {
  Window window(in, out, getKernel(), getStrides(), getPads(), {});
  int64_t plane = countElements(in) / in[0], outPlane = countElements(out) / out[0];
  window.forEach(element % plane, [&](int64_t pixel, int64_t) {
    visit({element / plane * outPlane + pixel, 1, pixel, 1, 1});
  });
}

std::vector<int32_t> PoolAttr::getNumbers(ElementsAttr, ArrayRef<int64_t> in,
                                          ArrayRef<int64_t> out) const {
  return *getShares(*this, in, out);
}

std::optional<std::vector<int32_t>> getShares(PoolAttr pool, ArrayRef<int64_t> in,
                                              ArrayRef<int64_t> out) {
  Window window(in, out, pool.getKernel(), pool.getStrides(), pool.getPads(), {});
  auto inside = [&](const Window::Axis &axis, int64_t at) {
    int64_t first = at * axis.stride - axis.pad;
    return pool.getCountIncludePad()
               ? axis.kernel
               : std::max<int64_t>(
                     std::min(first + axis.kernel, axis.in) - std::max<int64_t>(first, 0), 0);
  };
  std::vector<int64_t> counts;
  for (int64_t y = 0; y < window.y.out; ++y)
    for (int64_t x = 0; x < window.x.out; ++x)
      counts.push_back(inside(window.y, y) * inside(window.x, x));
  int64_t common = 1;
  for (int64_t count : counts)
    if (count > 0 && common <= INT16_MAX)
      common = std::lcm(common, count);
  if (common > INT16_MAX)
    return std::nullopt;
  std::vector<int32_t> shares;
  for (int64_t count : counts)
    shares.push_back(count > 0 ? static_cast<int32_t>(common / count) : 0);
  return shares;
}

//===- Index maps ----------------------------------------------------------------------------------------===//

namespace {

InFlightDiagnostic refuse(EmitError emitError, Attribute step, const IndexMap &map) {
  return emitError() << "has a step " << step << " that does not fit a shape of "
                     << showShape(map.out());
}

IndexMap::Shape copy(DenseI64ArrayAttr numbers) {
  return {numbers.asArrayRef().begin(), numbers.asArrayRef().end()};
}

} // namespace

FailureOr<IndexMap> ReshapeAttr::follow(const IndexMap &map, EmitError emitError) const {
  if (!allPositive(getShape()) || countElements(getShape()) != countElements(map.out()))
    return refuse(emitError, *this, map);
  return map.reshape(copy(getShape()));
}

FailureOr<IndexMap> TransposeAttr::follow(const IndexMap &map, EmitError emitError) const {
  if (!isPermutation(getPerm(), map.out().size()))
    return refuse(emitError, *this, map);
  return map.transpose(copy(getPerm()));
}

FailureOr<IndexMap> SliceAttr::follow(const IndexMap &map, EmitError emitError) const {
  size_t rank = map.out().size();
  bool fits = size_t(getStarts().size()) == rank && size_t(getSizes().size()) == rank &&
              size_t(getSteps().size()) == rank && allPositive(getSizes());
  for (size_t d = 0; fits && d < rank; ++d) {
    int64_t first = getStarts()[d], last = first + (getSizes()[d] - 1) * getSteps()[d];
    fits = std::min(first, last) >= 0 && std::max(first, last) < map.out()[d];
  }
  if (!fits)
    return refuse(emitError, *this, map);
  return map.slice(copy(getStarts()), copy(getSizes()), copy(getSteps()));
}

FailureOr<IndexMap> PadAttr::follow(const IndexMap &map, EmitError emitError) const {
  size_t rank = map.out().size();
  bool fits = size_t(getPads().size()) == 2 * rank;
  for (size_t d = 0; fits && d < rank; ++d)
    fits = map.out()[d] + getPads()[d] + getPads()[rank + d] > 0;
  if (!fits)
    return refuse(emitError, *this, map);
  return map.pad(copy(getPads()));
}

FailureOr<IndexMap> GatherAttr::follow(const IndexMap &map, EmitError emitError) const {
  auto rank = static_cast<int64_t>(map.out().size());
  bool fits = getAxis() >= 0 && getAxis() < rank && !getIndices().empty();
  for (int64_t index : getIndices().asArrayRef())
    fits = fits && index >= 0 && index < map.out()[getAxis()];
  if (!fits)
    return refuse(emitError, *this, map);
  return map.gather(getAxis(), copy(getIndices()));
}

FailureOr<IndexMap> InsertAttr::follow(const IndexMap &map, EmitError emitError) const {
  auto rank = static_cast<int64_t>(map.out().size());
  if (getAxis() < 0 || getAxis() >= rank || getOffset() < 0 ||
      getOffset() + map.out()[getAxis()] > getSize())
    return refuse(emitError, *this, map);
  return map.insert(getAxis(), getOffset(), getSize());
}

FailureOr<IndexMap> makeIndexMap(ArrayRef<int64_t> shape, ArrayAttr steps, EmitError emitError) {
  IndexMap map({shape.begin(), shape.end()});
  for (Attribute step : steps) {
    FailureOr<IndexMap> next = cast<IndexStepAttrInterface>(step).follow(map, emitError);
    if (failed(next))
      return failure();
    map = std::move(*next);
  }
  return map;
}

} // namespace snnc::exec
