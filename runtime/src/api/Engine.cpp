#include "snn/Engine.h"

#include "runtime/src/engine/steps/Runner.h"
#include "runtime/src/engine/update/CheckUpdates.h"
#include "runtime/src/plan/Heads.h"

namespace snn {

namespace {

std::unique_ptr<detail::Runner> makeRunner(const detail::Plan &plan, const EngineOptions &options) {
  if (auto *fixed = std::get_if<detail::FixedPlan>(&plan.typed))
    return makeFixedRunner(plan, *fixed, options);
  if (auto *typed = std::get_if<detail::TypedPlan<float>>(&plan.typed))
    return makeRealRunner(plan, *typed, options);
  return makeRealRunner(plan, std::get<detail::TypedPlan<double>>(plan.typed), options);
}

} // namespace

std::optional<Error> checkUpdates(const Program &program) {
  std::string problem = detail::checkUpdates(*program.plan());
  return problem.empty() ? std::nullopt : std::optional(Error{problem});
}

struct Engine::Impl {
  std::shared_ptr<const detail::Plan> plan; ///< outlives the runner
  std::unique_ptr<detail::Runner> runner;
  std::vector<double> output;  ///< behind the heads
  std::vector<double> decoded; ///< of the ANN
};

Engine::Engine(const Program &program, const EngineOptions &options)
    : impl(std::make_unique<Impl>()) {
  impl->plan = program.plan();
  impl->runner = makeRunner(*impl->plan, options);
}
Engine::~Engine() = default;
Engine::Engine(Engine &&) noexcept = default;
Engine &Engine::operator=(Engine &&) noexcept = default;

void Engine::start(const double *values) { impl->runner->start(values); }
std::optional<Error> Engine::update(const double *values) { return impl->runner->update(values); }
void Engine::step() { impl->runner->step(); }
void Engine::run(uint32_t steps, Order order, const Visit &visit) {
  if (order == Order::Layers)
    return impl->runner->runLayers(steps, visit);
  while (impl->runner->progress.time < steps) {
    impl->runner->step();
    if (visit)
      visit(impl->runner->progress.time);
  }
}
uint32_t Engine::time() const { return impl->runner->progress.time; }
uint32_t Engine::eventsEnd() const { return impl->runner->progress.eventsEnd; }
const double *Engine::output() const {
  impl->runner->bringOutput();
  if (!detail::hasHeads(*impl->plan))
    return impl->runner->progress.output.data();
  impl->output.resize(detail::getOutputSize(*impl->plan));
  detail::applyHeads(*impl->plan, impl->runner->progress.output.data(), impl->output.data());
  return impl->output.data();
}
const double *Engine::decoded() const {
  impl->runner->bringOutput();
  return impl->runner->progress.output.data();
}
const std::vector<LayerStatistics> &Engine::statistics() const {
  return impl->runner->progress.statistics;
}
const std::vector<unsigned> &Engine::layerThreads() const {
  return impl->runner->progress.layerThreads;
}
bool Engine::look(size_t layer, double *targets, double *outputs) {
  return impl->runner->look(layer, targets, outputs);
}
void Engine::watch(Watch watch) { impl->runner->progress.watch = std::move(watch); }
void Engine::evaluate(const double *values, double *output) {
  if (!detail::hasHeads(*impl->plan))
    return impl->runner->evaluate(values, output);
  impl->decoded.resize(impl->plan->decodedSize);
  impl->runner->evaluate(values, impl->decoded.data());
  detail::applyHeads(*impl->plan, impl->decoded.data(), output);
}
void Engine::evaluateDecoded(const double *values, double *decoded) {
  impl->runner->evaluate(values, decoded);
}
std::vector<double> Engine::compareLayers() const { return impl->runner->compareLayers(); }
std::vector<uint64_t> Engine::countUnreachable(uint32_t steps) const {
  return impl->runner->countUnreachable(steps);
}

} // namespace snn
