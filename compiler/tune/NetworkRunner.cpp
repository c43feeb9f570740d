#include "compiler/tune/NetworkRunner.h"

#include "compiler/tune/Sensitivity.h"
#include "compiler/tune/Settings.h"
#include <cmath>

using namespace mlir;

namespace snnc::tune {

namespace {

/// Images that recordings are made of: few, for they are averaged over many neurons.
constexpr int64_t kRecorded = 24;
/// Neurons of each layer and recorded image: enough to compare choices that differ by a percent.
constexpr int64_t kPerImage = 250;

/// Gives `neuron` the schedule, code and initial output of `choice`, whose steps halve from `first` on.
void apply(snn::NeuronOp neuron, double first, uint32_t start, const Choice &choice) {
  MLIRContext *context = neuron.getContext();
  // Dyadic steps are powers of two. Others that halve are exponential.
  int exponent = 0;
  const bool isDyadic = std::frexp(first, &exponent) == 0.5;
  neuron.setScheduleAttr(snn::ScheduleAttr::get(
      context, isDyadic ? snn::ScheduleKind::Dyadic : snn::ScheduleKind::Exponential, first,
      isDyadic ? 1.0 : 0.5, /*repeat=*/1, static_cast<int64_t>(start),
      static_cast<int64_t>(choice.zones.size())));
  ArrayRef<double> zones = choice.zones;
  bool varies = llvm::any_of(zones, [&](double zone) { return zone != zones.back(); });
  neuron.setCodeAttr(snn::CodeAttr::get(context, snn::SpikeCode::Ternary, zones.back(),
                                        varies ? DenseF64ArrayAttr::get(context, zones.drop_back())
                                               : DenseF64ArrayAttr()));
  if (choice.initial.empty())
    neuron.removeInitialAttr();
  else
    neuron.setInitialAttr(makePerChannel(neuron, choice.initial));
}

} // namespace

func::FuncOp NetworkRunner::put(const Candidate &candidate, OwningOpRef<func::FuncOp> &copy) {
  func::FuncOp into = network;
  if (candidate.units != units) {
    copy = network.clone();
    into = *copy;
    balanceUnits(into, candidate.units);
  }
  for (auto [neuron, frame, choice] :
       llvm::zip_equal(getNeurons(into), candidate.frames, candidate.choices))
    apply(neuron, frame.first * choice.scale, frame.start, choice);
  return into;
}

data::Result<Measurement> NetworkRunner::measure(const Candidate &candidate, Images images) {
  OwningOpRef<func::FuncOp> copy;
  return bench.measure(put(candidate, copy), candidate.countSteps(), images.begin, images.end);
}

data::Result<std::vector<Recording>> NetworkRunner::record(const Candidate &candidate,
                                                           uint32_t steps) {
  OwningOpRef<func::FuncOp> copy;
  return bench.record(put(candidate, copy), steps, kRecorded, kPerImage);
}

data::Status NetworkRunner::settle(const Balance &wanted) {
  if (wanted == units)
    return data::success();
  assert(units == (Balance{0, 1}) && "units of a network are settled once");
  balanceUnits(network, wanted);
  units = wanted;
  if (failed(fold(network)))
    return data::Error{"scales cannot be folded"};
  return data::success();
}

LogicalResult NetworkRunner::finish(const Candidate &candidate) {
  assert(candidate.units == units && "candidates are chosen after units are settled");
  auto type = cast<FloatType>(
      cast<RankedTensorType>(network.getFunctionType().getInput(0)).getElementType());
  for (auto [neuron, frame, choice] :
       llvm::zip_equal(getNeurons(network), candidate.frames, candidate.choices)) {
    apply(neuron, frame.first, frame.start, choice);
    // A factor on the range is a larger unit: neurons send as they were measured.
    SmallVector<int64_t> along(neuron.getSpikes().getType().getShape().size(), 1);
    if (choice.scale != 1)
      scaleUnits(neuron, {along, {choice.scale}}, type);
  }
  return fold(network);
}

} // namespace snnc::tune
