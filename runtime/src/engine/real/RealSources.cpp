#include "runtime/src/engine/real/RealSources.h"

#include "runtime/src/engine/real/RealAnn.h"
#include "runtime/src/kernels/Fire.h"

namespace snn::detail {

template <typename T>
void RealSources<T>::start(size_t p, Range part) {
  for (uint32_t index : sample.typed.populations[p].terminals)
    sample.state.start(sample.typed, sample.typed.terminals[index], part);
  sample.startOutputs(p, part);
}

template <typename T>
void RealSources<T>::receive(const Group &group, const Task &task, uint32_t t) {
  auto p = static_cast<size_t>(sample.typed.populationOf[task.operation]);
  const Population<T> &population = sample.typed.populations[p];
  if (!rates.has(population))
    return backgrounds.add(group, population.terminals, t, Range(), sample.workers.front());
  rates.average(p, t, sample.state);
  if (task.kind == Task::Kind::Integrate) {
    Events<T> &events = sample.state.at(task.stream, t);
    rates.integrate(p, t, sample.y[p], events);
    sample.progress.statistics[task.layer].updates += sample.y[p].size();
    sample.count(task, events, t);
  }
}

template <typename T>
void RealSources<T>::compare(const Group &group, const Task &task, uint32_t t, Range part,
                             Worker<T> &worker) {
  auto p = static_cast<size_t>(sample.typed.populationOf[task.operation]);
  const Population<T> &population = sample.typed.populations[p];
  if (worker.comparisons.empty()) {
    if (t >= group.end && sample.keepsLate)
      backgrounds.add(group, population.terminals, t, part, worker);
    return; // else what arrives now is kept, or of no use
  }
  const Operation &op = sample.operationOf(population);
  Neurons<T> neurons =
      getNeurons<T>(sample.network, sample.typed, population, sample.state, sample.y[p].data());
  neurons.rises = backgrounds.get(group, population.terminals, t, worker);
  if (op.code == SpikeCode::Sign)
    kernels::fireSign<T>(op.function, neurons, worker.comparisons, part);
  else
    kernels::fireTernary<T>(op.function, neurons, worker.comparisons, part);
}

template class RealSources<float>;
template class RealSources<double>;

} // namespace snn::detail
