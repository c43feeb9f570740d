#include "runtime/src/engine/real/RealAnn.h"

#include "runtime/src/engine/real/RealEncoder.h"

namespace snn::detail {

namespace {

constexpr double kFullRate = 1; ///< a spike in every step

/// How far outputs come in `steps` time steps, and one step more, within which a value counts as reached.
double getReach(const Schedule &schedule, uint32_t steps) {
  double sum = 0, last = 0;
  for (uint32_t t = 0; t < steps; ++t)
    if (double step = schedule.stepSize(t); step > 0)
      sum += last = step;
  return sum + last;
}

} // namespace

template <typename T>
Neurons<T> getNeurons(const Network &network, const TypedPlan<T> &typed,
                      const Population<T> &population, const State<T> &state, T *outputs) {
  auto estimates = [&](size_t operand) -> const T * {
    return operand < population.terminals.size()
               ? state.accumulators[typed.terminals[population.terminals[operand]].accumulator]
                     .data()
               : nullptr;
  };
  return {{estimates(0), estimates(1)},
          outputs,
          population.range.empty() ? nullptr : &population.range,
          population.parameters.data(),
          static_cast<uint32_t>(network.streams[population.stream].size)};
}

template <typename T>
void RealValues<T>::read(const Pass &pass, const double *raw) {
  readInput(pass.plan, raw, input);
}

template <typename T>
void RealValues<T>::encode(const Pass &, Events<T> &events) const {
  sendAll(input, events);
}

template <typename T>
void RealValues<T>::fire(const Pass &pass, const Task &task, Events<T> &events) const {
  const Population<T> &population = pass.typed.populations[pass.populationOf(task)];
  const Neurons<T> neurons =
      getNeurons<T>(pass.plan.network, pass.typed, population, *pass.state, nullptr);
  withFunction(pass.operationOf(task).function,
               [&](auto function) { detail::evaluate<decltype(function)>(neurons, events); });
}

template <typename T>
double RealValues<T>::decode(const Pass &pass, const Decoder &decoder, uint32_t i) const {
  return static_cast<double>(pass.sumsOf(decoder.population, 0)[i]);
}

template <typename T>
uint64_t RealValues<T>::countBeyond(const Pass &pass, const Task &task, const Events<T> &wanted,
                                    uint32_t steps) const {
  return detail::countUnreachable(wanted, pass.typed.populations[pass.populationOf(task)].initial,
                                  task.kind == Task::Kind::Integrate
                                      ? kFullRate
                                      : getReach(pass.operationOf(task).schedule, steps));
}

template Neurons<float> getNeurons(const Network &, const TypedPlan<float> &,
                                   const Population<float> &, const State<float> &, float *);
template Neurons<double> getNeurons(const Network &, const TypedPlan<double> &,
                                    const Population<double> &, const State<double> &, double *);
template class RealValues<float>;
template class RealValues<double>;

} // namespace snn::detail
