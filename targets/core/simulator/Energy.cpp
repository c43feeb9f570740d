#include "targets/core/simulator/Energy.h"

#include <algorithm>

namespace snnc::core {

std::vector<EnergyPart> countEnergy(const Energy &energy, const Timing &timing,
                                    const Activity &activity) {
  auto samples = static_cast<double>(std::max<uint64_t>(1, activity.samples));
  std::vector<EnergyPart> parts;
  auto add = [&](const char *name, double each, uint64_t count) {
    std::optional<double> sum;
    if (each >= 0)
      sum = each * static_cast<double>(count) / samples;
    parts.push_back({name, false, sum});
  };
  double nanoseconds = activity.nanoseconds / samples;
  bool timed = nanoseconds > 0;
  std::optional<double> rest, clock;
  if (energy.staticMilliwatts >= 0 && timed)
    rest = energy.staticMilliwatts * nanoseconds; // mW x ns = pJ
  if (energy.clockMicrowattsPerMegahertz >= 0 && timing.clockMegahertz > 0 && timed)
    clock = energy.clockMicrowattsPerMegahertz * timing.clockMegahertz * 1e-3 * nanoseconds;
  parts.push_back({"rest", true, rest});
  parts.push_back({"clock", true, clock});
  add("synaptic operations", energy.synapticOperation, activity.synapticOps());
  add("neuron updates", energy.neuronUpdate, activity.updates());
  add("spikes", energy.spike, activity.spikes());
  add("messages", energy.message, activity.messages);
  add("hops in x", energy.hopX, activity.hopsX);
  add("hops in y", energy.hopY, activity.hopsY);
  return parts;
}

double getPower(const Energy &energy, double megahertz, double operations) {
  return std::max(0.0, energy.staticMilliwatts) * 1e-3 +
         std::max(0.0, energy.clockMicrowattsPerMegahertz) * 1e-6 * megahertz +
         std::max(0.0, energy.synapticOperation) * 1e-12 * operations;
}

} // namespace snnc::core
