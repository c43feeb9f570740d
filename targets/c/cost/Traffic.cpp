#include "targets/c/cost/Traffic.h"

#include "dialects/exec/Storage.h"
#include "targets/c/cost/Windows.h"
#include <algorithm>
#include <cmath>

using namespace mlir;

namespace snnc::c {

using namespace exec;

double Traffic::getDensity(Value stream) const {
  Operation *sender = getSender(stream);
  auto pass = dyn_cast<PassOp>(sender);
  if (!pass)
    return activity.nonZero[network.getTraceNumber(sender)];
  auto [known, isNew] = densities.try_emplace(stream, 1);
  return isNew ? densities[stream] = getSumDensity(pass.getFrom()) : known->second;
}

/// Of sums, before they are requantized: as if what is not 0 met elements by chance.
double Traffic::getSumDensity(Value memory) const {
  RequantizeOp writer = getWriter(memory);
  Value sums = writer ? writer.getFrom() : memory;
  if (writer && llvm::any_of(expandStored(writer.getStart(), getShape(sums)),
                             [](int32_t start) { return start != 0; }))
    return 1;
  double zeros = 1;
  for (Operation *user : sums.getUsers()) {
    if (isa<MultiplyOp>(user) && cast<TaskOpInterface>(user).getFilledSums() == sums)
      return 1;
    auto deliver = dyn_cast<DeliverOp>(user);
    if (!deliver)
      continue;
    Value from = deliver.getStream();
    auto size = static_cast<double>(getStreamSize(from));
    double density = network.byValues() || network.isGraded(from)
                         ? getDensity(from)
                         : std::min(1.0, getEvents(from) / getActiveSteps(from) / size);
    zeros *= std::pow(1 - density,
                      size * getReach(deliver).synapses / static_cast<double>(getSize(sums)));
  }
  return 1 - zeros;
}

double Traffic::getEvents(Value stream) const {
  return activity.events[network.getTraceNumber(getSender(stream))];
}

double Traffic::getActiveSteps(Value stream) const {
  Operation *sender = getSender(stream);
  if (auto fire = dyn_cast<FireOp>(sender))
    return static_cast<double>(fire.getFixed().getSteps().size());
  if (auto encode = dyn_cast<EncodeOp>(sender))
    return std::max<double>(1, static_cast<double>(encode.getFixed().getSteps().size()));
  double max = 1;
  for (Operation *user : cast<PassOp>(sender).getFrom().getUsers())
    if (auto deliver = dyn_cast<DeliverOp>(user))
      max = std::max(max, getActiveSteps(deliver.getStream()));
  return max;
}

bool hasWindow(DeliverOp deliver) {
  Kernel kernel = *deliver.getKernel();
  return kernel != Kernel::Gemm && kernel != Kernel::GatherGemm;
}

Reach getReach(DeliverOp deliver) {
  if (!deliver.getSynapse())
    return {0, static_cast<double>(getSize(deliver.getTarget())) /
                   static_cast<double>(getStreamSize(deliver.getStream()))};
  if (hasWindow(deliver)) {
    Window window(deliver);
    double pixels = window.getTaps() / window.inPixels;
    return {pixels, pixels * window.outputsPerGroup};
  }
  bool isConv = isa<ConvAttr>(*deliver.getSynapse());
  return {0, static_cast<double>(deliver.getWeights()->getShapedType().getShape()[isConv ? 0 : 1])};
}

} // namespace snnc::c
