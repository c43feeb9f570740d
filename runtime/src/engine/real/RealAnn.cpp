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
void RealAnn<T>::read(const double *values) {
  readInput(plan, values, input);
}

template <typename T>
void RealAnn<T>::encode(Events<T> &events) const {
  sendAll(input, events);
}

template <typename T>
void RealAnn<T>::fire(const Task &task, Events<T> &events) const {
  const Population<T> &population = typed.populations[this->populationOf(task)];
  const Neurons<T> neurons = getNeurons<T>(plan.network, typed, population, *state, nullptr);
  withFunction(this->operationOf(task).function,
               [&](auto function) { detail::evaluate<decltype(function)>(neurons, events); });
}

template <typename T>
double RealAnn<T>::decode(const Decoder &decoder, uint32_t i) const {
  return static_cast<double>(this->sumsOf(decoder.population, 0)[i]);
}

template <typename T>
uint64_t RealAnn<T>::countBeyond(const Task &task, const Events<T> &wanted, uint32_t steps) const {
  return detail::countUnreachable(wanted, typed.populations[this->populationOf(task)].initial,
                                  task.kind == Task::Kind::Integrate
                                      ? kFullRate
                                      : getReach(this->operationOf(task).schedule, steps));
}

template Neurons<float> getNeurons(const Network &, const TypedPlan<float> &,
                                   const Population<float> &, const State<float> &, float *);
template Neurons<double> getNeurons(const Network &, const TypedPlan<double> &,
                                    const Population<double> &, const State<double> &, double *);
template class RealAnn<float>;
template class RealAnn<double>;

} // namespace snn::detail
