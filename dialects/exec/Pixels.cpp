#include "dialects/exec/Pixels.h"

#include "dialects/exec/Storage.h"
#include "dialects/support/Shapes.h"
#include <algorithm>
#include <limits>

using namespace mlir;

namespace snnc::exec {

namespace {

constexpr int64_t kNone = std::numeric_limits<int64_t>::max();

/// The first element that a window over a stream of channels x rows x columns reads for each pixel of `out`.
std::vector<int64_t> findFirstOfWindows(ArrayRef<int64_t> in, ArrayRef<int64_t> out,
                                        ArrayRef<int64_t> strides, ArrayRef<int64_t> pads) {
  std::vector<int64_t> first;
  for (int64_t y = 0; y < out[1]; ++y)
    for (int64_t x = 0; x < out[2]; ++x) {
      int64_t row = std::max<int64_t>(0, y * strides[0] - pads[0]),
              column = std::max<int64_t>(0, x * strides[1] - pads[1]);
      first.push_back((row * in[2] + column) * in[0]);
    }
  return first;
}

/// The first element that a delivery by one of the kernels that gather reads for each pixel of its sums.
std::vector<int64_t> findFirstRead(DeliverOp deliver, int64_t pixels) {
  const ::snn::IndexMap map = deliver.getIndexMap();
  ArrayRef<int64_t> in = map.out(), out = getShape(deliver.getTarget());
  switch (*deliver.getKernel()) {
  case Kernel::GatherConv:
  case Kernel::GatherDepthwise: {
    auto conv = cast<ConvAttr>(*deliver.getSynapse());
    return findFirstOfWindows(in, out, conv.getStrides(), conv.getPads());
  }
  case Kernel::GatherPool: {
    auto pool = cast<PoolAttr>(*deliver.getSynapse());
    return findFirstOfWindows(in, out, pool.getStrides(), pool.getPads());
  }
  default:
    break;
  }
  std::vector<int64_t> first(static_cast<size_t>(pixels), kNone);
  if (*deliver.getKernel() == Kernel::GatherMove) {
    const ::snn::IndexMap moved = toStored(map);
    for (auto [i, source] : llvm::enumerate(moved.sources()))
      if (int64_t &min = first[i / static_cast<size_t>(getPixelSize(out))]; source >= 0)
        min = std::min(min, source);
    return first;
  }
  // The pixel itself, whose elements are those of the stream, one pixel behind another.
  int64_t size = countElements(in) / pixels;
  for (int64_t pixel = 0; pixel < pixels; ++pixel)
    first[static_cast<size_t>(pixel)] = pixel * size;
  return first;
}

} // namespace

bool isGather(Kernel kernel) {
  switch (kernel) {
  case Kernel::GatherConv:
  case Kernel::GatherDepthwise:
  case Kernel::GatherGemm:
  case Kernel::GatherPool:
  case Kernel::GatherMap:
  case Kernel::GatherMove:
    return true;
  default:
    return false;
  }
}

bool staysInLayer(PassOp pass) {
  return llvm::all_of(pass.getCurrent().getUsers(), [&](Operation *user) {
    return isa<DeliverOp>(user) && user->getBlock() == pass->getBlock();
  });
}

bool isByPixel(Value sums) {
  bool isRead = false;
  for (Operation *user : sums.getUsers()) {
    auto deliver = dyn_cast<DeliverOp>(user);
    auto fire = dyn_cast<FireOp>(user);
    auto pass = dyn_cast<PassOp>(user);
    auto product = dyn_cast<MultiplyOp>(user);
    auto requantize = dyn_cast<RequantizeOp>(user);
    bool isGathered = (deliver && deliver.getKernel() && isGather(*deliver.getKernel())) ||
                      (product && product.getTarget() == sums);
    bool isTaken = (fire && fire.getSums().size() == 1) || (pass && staysInLayer(pass)) ||
                   (requantize && requantize.getFrom() == sums);
    // What all neurons of a sign-coded population send together is in its values.
    if (!isGathered && !isTaken && !isa<BackgroundOp>(user))
      return false;
    isRead |= isTaken;
  }
  return isRead;
}

std::optional<int64_t> getOutputPart(DecodeOp decode) {
  constexpr int64_t kColumns = 64; // so many fill whole bytes of a row of weights
  if (decode.getForm() == OutputForm::Int32)
    return std::nullopt; // they are added up where they are to be
  ArrayRef<int64_t> shape = getShape(decode.getFrom());
  const int64_t size = countElements(shape), pixel = getPixelSize(shape);
  bool isFilled = false, isMatrix = true;
  for (Operation *user : decode.getFrom().getUsers()) {
    auto deliver = dyn_cast<DeliverOp>(user);
    if (!deliver && (user == decode || isa<BackgroundOp>(user)))
      continue;
    if (!deliver || deliver->getBlock() != decode->getBlock() || !deliver.getKernel() ||
        !isGather(*deliver.getKernel()))
      return std::nullopt;
    isFilled = true;
    isMatrix &= *deliver.getKernel() == Kernel::GatherGemm &&
                isa<FireOp>(getSender(deliver.getStream()).getOperation());
  }
  if (!isFilled)
    return std::nullopt;
  if (pixel < size)
    return pixel;
  return isMatrix && size > kColumns ? std::optional(kColumns) : std::nullopt;
}

Value getFused(LayerOp layer) {
  Value sums;
  for (Operation &task : layer.getBody().front())
    if (auto requantize = dyn_cast<RequantizeOp>(task))
      sums = requantize.getFrom();
    else if (auto fire = dyn_cast<FireOp>(task))
      sums = fire.getSums()[0];
  return sums && isByPixel(sums) ? sums : Value();
}

std::optional<int64_t> getLead(LayerOp layer, Value stream) {
  Value sums = getFused(layer);
  if (!sums)
    return std::nullopt;
  ArrayRef<int64_t> shape = getShape(sums);
  int64_t size = getPixelSize(shape), pixels = countElements(shape) / size;
  std::optional<int64_t> lead;
  for (auto deliver : layer.getBody().front().getOps<DeliverOp>()) {
    // What goes to other sums is read before the first pixel.
    if (getSender(deliver.getStream()) != getSender(stream) || deliver.getTarget() != sums)
      continue;
    std::vector<int64_t> first = findFirstRead(deliver, pixels);
    int64_t next = kNone; // the first that any later pixel reads
    for (int64_t pixel = pixels - 1; pixel > 0; --pixel) {
      next = std::min(next, first[static_cast<size_t>(pixel)]);
      if (next != kNone)
        lead = std::max(lead.value_or(-kNone), pixel * size - next);
    }
  }
  return lead;
}

} // namespace snnc::exec
