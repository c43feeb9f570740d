#include "targets/c/cost/Gathers.h"

#include "dialects/exec/Pixels.h"
#include "dialects/exec/Storage.h"
#include "dialects/support/Shapes.h"
#include "targets/c/cost/Windows.h"
#include <algorithm>
#include <cmath>

using namespace mlir;

namespace snnc::c {

using namespace exec;

namespace {

/// Inputs that kernels collect before they add or multiply them (SNN_ENTRIES, SNN_DOT_INPUTS).
constexpr double kEntries = 64, kDotInputs = 256;

double pixelsOf(ArrayRef<int64_t> shape) {
  return static_cast<double>(countElements(shape) / getPixelSize(shape));
}

class Counter {
public:
  Counter(DeliverOp deliver, const Traffic &traffic, Counts &counts)
      : deliver(deliver), traffic(traffic), counts(counts) {}

  void count() {
    // Sums of which all elements are there have a loop for each delivery.
    if (!isByPixel(deliver.getTarget()))
      add(Cost::pixel, pixelsOf(getShape(deliver.getTarget())));
    switch (*deliver.getKernel()) {
    case Kernel::GatherConv:
      return countConv();
    case Kernel::GatherGemm:
      return countGemm();
    case Kernel::GatherDepthwise:
      return countDepthwise();
    case Kernel::GatherPool: {
      Window window(deliver);
      add(Cost::pool_tap, window.outPixels * window.kernelSize);
      return add(Cost::pool_add, window.getTaps() * window.inChannels);
    }
    default: // elements of pixels as they are
      return countElementwise();
    }
  }

private:
  DeliverOp deliver;
  const Traffic &traffic;
  Counts &counts;

  void add(Cost cost, double count) { counts[static_cast<size_t>(cost)] += count; }

  unsigned getBits() { return deliver.getWeights()->getElementType().getIntOrFloatBitWidth(); }

  /// Whether it reads the raw input where it is.
  bool isRaw() {
    auto encode = dyn_cast<EncodeOp>(getSender(deliver.getStream()).getOperation());
    return encode && !encode.getValues();
  }

  /// Rows of weights that are added for those of `inputs` that are not 0, of a pixel.
  void addRows(double pixels, double inputs, int64_t columns) {
    double entries = inputs * traffic.getDensity(deliver.getStream());
    double batches = std::min(1.0, entries) + std::floor(entries / kEntries);
    add(Cost::entry, pixels * entries);
    auto all = static_cast<double>(columns);
    // Eight sums at a time, then four, then one (snn_gather.c).
    double wide = getBits() == 8 ? std::floor(all / 8) * 8 : 0;
    double held = (getBits() == 2 ? 0 : std::floor(all / 4) * 4) - wide;
    add(Cost::wide_block, pixels * batches * wide / 8);
    add(Cost::block, pixels * batches * held / 4);
    add(Cost::wide_add8, pixels * entries * wide);
    add(getBits() == 8 ? Cost::add8 : Cost::add4, pixels * entries * held);
    add(getBits() == 2 ? Cost::add2 : Cost::add_rest, pixels * entries * (all - held - wide));
  }

  /// All inputs of a pixel are multiplied, in whole blocks (snn_dot.c).
  void addDot(double pixels, double inputs, int64_t columns) {
    double blocks = std::ceil(static_cast<double>(columns) / 4);
    add(Cost::dot_block, pixels * blocks * std::ceil(inputs / kDotInputs));
    add(*getDotBits(deliver) > 24 ? Cost::dot_add_wide : Cost::dot_add,
        pixels * blocks * 4 * std::ceil(inputs / 4) * 4);
  }

  void countConv() {
    Window window(deliver);
    auto columns = static_cast<int64_t>(window.outputsPerGroup);
    bool isDense = deliver.getDense();
    // What is in the padding is multiplied, too.
    double taps = isDense ? window.outPixels * window.kernelSize : window.getTaps();
    double looked = taps * window.inChannels;
    add(Cost::window, window.outPixels);
    if (isRaw()) {
      add(Cost::byte_tap, taps);
      add(isDense ? Cost::dot_byte : Cost::byte_input, looked);
    } else if (isDense) {
      add(Cost::dot_row, window.outPixels * window.kernelHeight);
      add(Cost::dot_input, looked);
    } else {
      add(Cost::row, window.getRows());
      add(Cost::input, looked);
    }
    if (isDense)
      addDot(window.outPixels, looked / window.outPixels, columns);
    else
      addRows(window.outPixels, looked / window.outPixels, columns);
  }

  void countGemm() {
    ArrayRef<int64_t> shape = deliver.getWeights()->getShapedType().getShape();
    bool isConv = isa<ConvAttr>(*deliver.getSynapse()), isDense = deliver.getDense();
    auto rows = static_cast<double>(shape[isConv ? 1 : 0]);
    double pixels = static_cast<double>(getStreamSize(deliver.getStream())) / rows;
    int64_t columns = shape[isConv ? 0 : 1];
    auto part = getBuffer(deliver.getTarget()).getPart();
    Cost input = isRaw() ? (isDense ? Cost::dot_half : Cost::half_input)
                         : (isDense ? Cost::dot_input : Cost::input);
    // Parts of an output's columns look at all inputs, each for itself.
    auto held = static_cast<int64_t>(part ? std::min<uint64_t>(*part, columns) : columns);
    for (int64_t first = 0; first < columns; first += held) {
      add(input, rows * pixels);
      add(Cost::matrix, pixels);
      if (isDense) {
        add(Cost::dot_row, pixels);
        addDot(pixels, rows, std::min(held, columns - first));
      } else {
        addRows(pixels, rows, std::min(held, columns - first));
      }
    }
  }

  void countDepthwise() {
    Window window(deliver);
    auto conv = cast<ConvAttr>(*deliver.getSynapse());
    Value values = getValues(deliver.getStream());
    bool isHeld = getBuffer(values).getBits() <= 16 && conv.getShift() == 0 && getBits() == 8;
    double held = isHeld ? std::floor(window.inChannels / 4) * 4 : 0;
    add(Cost::depthwise_window, window.outPixels);
    add(Cost::depthwise_row, window.getRows() * held / 4);
    add(Cost::depthwise_add, window.getTaps() * held);
    add(Cost::depthwise_other_row, window.getRows() * (window.inChannels - held));
    add(Cost::depthwise_other, window.getTaps() * (window.inChannels - held));
  }

  void countElementwise() {
    auto elements = static_cast<double>(getSize(deliver.getTarget()));
    add(Cost::map, pixelsOf(getShape(deliver.getTarget())));
    if (deliver.getFactors() || *deliver.getKernel() == Kernel::GatherMove)
      add(Cost::map_add_apart, elements);
    add(Cost::map_add, elements);
  }
};

} // namespace

void countGather(DeliverOp deliver, const Traffic &traffic, Counts &counts) {
  Counter(deliver, traffic, counts).count();
}

} // namespace snnc::c
