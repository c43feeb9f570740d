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
void RealAnn<T>::evaluate(const double *values, double *result) {
  readInput(plan, values, input);
  output.resize(plan.decodedSize);
  unreachable.restart(plan.layers.size());
  run([&](const Task &task, const Events<T> &wanted) { count(task, wanted); });
  std::copy(output.begin(), output.end(), result);
}

template <typename T>
std::vector<uint64_t> RealAnn<T>::countUnreachable(uint32_t steps) {
  return unreachable.get(
      steps, [&] { run([&](const Task &task, const Events<T> &wanted) { count(task, wanted); }); });
}

template <typename T>
void RealAnn<T>::count(const Task &task, const Events<T> &wanted) {
  const bool integrates = task.kind == Task::Kind::Integrate;
  if ((task.kind != Task::Kind::Fire && !integrates) || !unreachable.isAsked())
    return;
  const Schedule &schedule = plan.network.operations[task.operation].schedule;
  unreachable.set(task.layer,
                  detail::countUnreachable(
                      wanted, typed.populations[typed.populationOf[task.operation]].initial,
                      integrates ? kFullRate : getReach(schedule, unreachable.steps())));
}

template <typename T>
void RealAnn<T>::run(const Visit &visit) {
  if (!state)
    state.emplace(plan.network, typed, /*isGraded=*/true);
  auto source = [&](const Task &task) {
    runSource(task);
    visit(task, std::as_const(state->at(task.stream, 0)));
  };
  runPass(
      typed, *state, nullptr, source, [](uint32_t, const Aligned<T> &) {},
      State<T>::PassStart::Silent);
}

template <typename T>
void RealAnn<T>::runSource(const Task &task) {
  if (task.kind == Task::Kind::Multiply) {
    detail::multiply(typed, task, *state);
    return;
  }
  if (task.kind == Task::Kind::Decode) {
    const Decoder &decoder = plan.decoderOf(task);
    const uint32_t terminal = typed.populations[decoder.population].terminals[0];
    const Aligned<T> &last = state->accumulators[typed.terminals[terminal].accumulator];
    for (size_t i = 0; i < decoder.order.size(); ++i)
      output[decoder.offset + i] = static_cast<double>(last[decoder.order[i]]);
    return;
  }
  Events<T> &events = state->at(task.stream, 0);
  events.clear();
  if (task.kind == Task::Kind::Encode)
    return sendAll(input, events);
  const Population<T> &population = typed.populations[typed.populationOf[task.operation]];
  Neurons<T> neurons = getNeurons<T>(plan.network, typed, population, *state, nullptr);
  withFunction(plan.network.operations[population.operation].function,
               [&](auto function) { detail::evaluate<decltype(function)>(neurons, events); });
}

template Neurons<float> getNeurons(const Network &, const TypedPlan<float> &,
                                   const Population<float> &, const State<float> &, float *);
template Neurons<double> getNeurons(const Network &, const TypedPlan<double> &,
                                    const Population<double> &, const State<double> &, double *);
template class RealAnn<float>;
template class RealAnn<double>;

} // namespace snn::detail
