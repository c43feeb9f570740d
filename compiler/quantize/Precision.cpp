//===- What would be lost: parts of a sum that its LSBs do not do justice to ---------------------------------===//
#include "compiler/quantize/ChooseScales.h"
#include "compiler/quantize/Requantizes.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include <algorithm>
#include <cmath>

using namespace mlir;

namespace snnc::quantize {

namespace {

/// What a part of a sum may be off by: of what it adds, and in units of the receivers.
constexpr double kTolerance = 1.0 / (1 << 8);
/// Beside spikes, what is requantized has at least this many bits.
constexpr int kBitsBesideSpikes = 7;

ArrayRef<int64_t> getShape(Value stream) { return snn::getStreamShape(stream.getType()); }

bool hasSources(OpOperand &operand) {
  SmallVector<OpOperand *> sources;
  collectSources(operand, sources);
  return llvm::any_of(sources, [](OpOperand *use) { return isPassedOnWhole(use->get()); });
}

/// Of the numbers of one index of the dimension that shares an LSB.
void takeLargest(Numbers &numbers, ArrayRef<int64_t> shape, SharedBy sharedBy) {
  size_t last = shape.back(), plane = numbers.size() / shape.front();
  auto classOf = [&](size_t i) -> size_t {
    return sharedBy == SharedBy::First ? i / plane : sharedBy == SharedBy::Last ? i % last : 0;
  };
  if (sharedBy == SharedBy::Sum)
    return;
  Numbers max(numbers.size(), 0);
  for (size_t i = 0; i < numbers.size(); ++i)
    max[classOf(i)] = std::max(max[classOf(i)], numbers[i]);
  for (size_t i = 0; i < numbers.size(); ++i)
    numbers[i] = max[classOf(i)];
}

} // namespace

Numbers ScaleChooser::getMagnitudes(Value stream) const {
  if (std::optional<Numbers> known = magnitudes.get(stream))
    return *known;
  Numbers numbers = importance.get(stream);
  for (double &number : numbers)
    number = isa<snn::SpikesType>(stream.getType()) ? 1 : kUsualEstimate / number;
  return numbers;
}

/// Factors are rounded to whole LSBs of the sum.
void ScaleChooser::checkScale(snn::ScaleOp op) {
  if (!hasSources(op->getOpOperand(0)) && !isInserted(op))
    return;
  const Numbers &in = get(op.getStream()), &out = get(op.getCurrent());
  const Numbers &matters = importance.get(op.getCurrent());
  Numbers factors = getFactors(op), magnitude = getMagnitudes(op.getStream());
  bool isPrecise = true;
  for (size_t i = 0; i < in.size(); ++i) {
    double exact = std::abs(factors[i]) / out[i];
    double off = std::abs(exact - std::min(std::round(exact), getLargest(op)));
    double unit = out[i] * magnitude[i] / in[i] * matters[i]; // of a factor by 1
    isPrecise &= off * unit <= kTolerance * std::max(1.0, exact * unit);
  }
  if (!isPrecise)
    demands.push_back({isInserted(op) ? Demand::Replace : Demand::Round, op});
}

/// Weights are rounded to whole LSBs of their output, whatever an integer of their input is worth: where that is little,
/// its weights are small integers, though it counts to large ones.
void ScaleChooser::checkWeights(Operation *op) {
  if (!hasSources(op->getOpOperand(0)))
    return;
  Value stream = op->getOperand(0);
  std::vector<WeightRow> rows = getRows(op);
  Numbers magnitude = getMagnitudes(stream);
  const Numbers &lsbs = get(stream), &matters = importance.get(op->getResult(0));
  snn::WeightLayout layout = cast<snn::WeightedOpInterface>(op).getWeightLayout();
  snn::ChannelView in(getShape(stream), layout.inDimension);
  snn::ChannelView out(getShape(op->getResult(0)), layout.outDimension);
  auto channels = static_cast<size_t>(in.count);
  Numbers matter(rows.size(), 0); // by output channel
  for (size_t i = 0; i < matters.size(); ++i)
    matter[out.of(i)] = std::max(matter[out.of(i)], matters[i]);
  // By input channel: what its weights are off by, what they would be by themselves, and their largest integer.
  Numbers off(channels, 0), alone(channels, 0), fill(channels, 0);
  for (auto [o, row] : llvm::enumerate(rows)) {
    double unit = getUnit(op, o);
    for (size_t i = 0; i < row.weights.size(); ++i) {
      int64_t c = layout.getChannel(o, i / layout.taps);
      double weight = std::abs(row.weights[i]);
      off[c] = std::max(off[c], unit * matter[o] / 2);
      alone[c] = std::max(alone[c], weight * matter[o] / (2 * getLargest(op)));
      fill[c] = std::max(fill[c], weight * row.inputs[i] / unit);
    }
  }
  Numbers max(channels, 0);
  for (size_t i = 0; i < lsbs.size(); ++i) {
    double &number = max[in.of(i)];
    number = std::max(number, magnitude[i]);
  }
  double lost = 0, usual = 0;
  for (size_t c = 0; c < channels; ++c) {
    auto square = [&](double number) { return number * number * static_cast<double>(layout.taps); };
    usual += square(alone[c] * max[c]);
    if (fill[c] < getLargest(op) / 4)
      lost += square(off[c] * max[c] / lsbs[in.first(c)]);
  }
  if (std::sqrt(lost) > 2 * kTolerance && lost > usual)
    demands.push_back({Demand::Round, op});
}

double ScaleChooser::getResolution(snn::RequantizeOp op) const {
  double max = 0;
  for (auto [magnitude, matters] :
       llvm::zip(getMagnitudes(op.getStream()), importance.get(op.getCurrent())))
    max = std::max(max, magnitude * matters);
  return std::ldexp(1.0, std::ilogb(max > 0 ? max : 1) + 2 - getBits(op));
}

/// All parts of what weights multiply get LSBs that matter as much to those who read them, so that their weights
/// are about as large: those of spikes, which have theirs, or as many as there are bits for.
Numbers ScaleChooser::getRounded(snn::RequantizeOp op) const {
  SmallVector<OpOperand *> readers, sources;
  collectReaders(op.getCurrent(), readers);
  double resolution = getResolution(op), spikes = 0, coarsest = 0;
  bool hasWeights = false;
  for (OpOperand *reader : readers)
    if (isa<snn::WeightedOpInterface>(reader->getOwner())) {
      collectSources(*reader, sources);
      hasWeights = true;
    }
  for (OpOperand *source : sources) {
    if (auto other = source->get().getDefiningOp<snn::RequantizeOp>();
        other && getSharedBy(other) != SharedBy::Sum) {
      double its = getResolution(other);
      resolution = std::max(resolution, its);
      coarsest = std::max(coarsest, std::ldexp(its, getBits(other) - 2 - kBitsBesideSpikes));
    } else if (isa<snn::SpikesType>(source->get().getType())) {
      for (auto [lsb, matters] : llvm::zip(get(source->get()), importance.get(*source)))
        spikes = std::max(spikes, lsb * matters);
    }
  }
  resolution = std::max(resolution, std::min(spikes, coarsest));
  Numbers lsbs = importance.get(op.getCurrent());
  takeLargest(lsbs, getShape(op.getCurrent()), getSharedBy(op));
  for (double &number : lsbs)
    number = resolution / number;
  if (getSharedBy(op) != SharedBy::All || hasWeights)
    return lsbs;
  // Operands of products keep one power of two.
  double max = magnitudes.getLargest(op.getStream()).value_or(kUsualEstimate);
  return Numbers(lsbs.size(), std::ldexp(1.0, std::ilogb(max > 0 ? max : 1) + 2 - getBits(op)));
}

/// Twice to four times what was seen is not cut off.
double ScaleChooser::getLimit(snn::RequantizeOp op) const {
  bool isKnown = magnitudes.getLargest(op.getStream()).has_value();
  Numbers magnitude = getMagnitudes(op.getStream());
  double max = 0;
  for (auto [number, lsb] : llvm::zip(magnitude, get(op.getCurrent())))
    max = std::max(max,
                   (isKnown || getSharedBy(op) != SharedBy::All ? number : kUsualEstimate) / lsb);
  max = max > 0 ? std::ldexp(1.0, std::ilogb(max) + 2) : 2;
  return std::clamp(max, 2.0, 0x1p30) - 1;
}

} // namespace snnc::quantize
