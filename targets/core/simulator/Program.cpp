#include "targets/core/simulator/Program.h"

#include "targets/core/format/core_generated.h"
#include <algorithm>
#include <iterator>
#include <numeric>

namespace fb = snn::core::format;

namespace snnc::core {

namespace {

// The file's numbers are those of Kinds.def, and there are no others.
#define SNN_CORE_LAYER(Case, name) static_assert(int(fb::LayerKind_##Case) == int(LayerKind::Case));
#define SNN_CORE_INPUT(Case, name) static_assert(int(fb::InputCode_##Case) == int(InputCode::Case));
#define SNN_CORE_FUNCTION(Case, name, operands, align)                                             \
  static_assert(int(fb::Function_##Case) == int(Function::Case));
#include "targets/core/simulator/Kinds.def"

constexpr FunctionInfo kFunctions[] = {
#define SNN_CORE_FUNCTION(Case, name, operands, align) {name, operands, align},
#include "targets/core/simulator/Kinds.def"
};
constexpr std::string_view kStages[] = {
#define SNN_CORE_STAGE(Case, name) name,
#include "targets/core/simulator/Kinds.def"
};
constexpr std::string_view kLayers[] = {
#define SNN_CORE_LAYER(Case, name) name,
#include "targets/core/simulator/Kinds.def"
};
static_assert(std::size(kFunctions) == fb::Function_MAX + 1);
static_assert(std::size(kLayers) == fb::LayerKind_MAX + 1);
static_assert(int(InputCode::Spike) == fb::InputCode_MAX);

} // namespace

const FunctionInfo &getInfo(Function function) { return kFunctions[static_cast<size_t>(function)]; }
std::string_view getName(Stage::Kind kind) { return kStages[static_cast<size_t>(kind)]; }
std::string_view getName(LayerKind kind) { return kLayers[static_cast<size_t>(kind)]; }

std::vector<const Layer *> Program::outputs() const {
  std::vector<const Layer *> found;
  for (const Layer &layer : layers)
    if (layer.kind == LayerKind::Output)
      found.push_back(&layer);
  return found;
}

int64_t Layer::reach() const { return std::accumulate(steps.begin(), steps.end(), int64_t{0}); }

uint64_t Program::outputSize() const {
  uint64_t size = 0;
  for (const Layer *output : outputs())
    size += output->size();
  return size;
}

uint64_t countElements(const Shape &shape) {
  uint64_t count = 1;
  for (uint32_t size : shape) {
    if (size != 0 && count > (uint64_t(1) << 40) / size)
      return uint64_t(1) << 40;
    count *= size;
  }
  return count;
}

uint32_t Program::chipSteps() const {
  uint32_t deepest = 0;
  for (const Layer &layer : layers)
    deepest = std::max(deepest, layer.depth);
  return steps + deepest;
}

} // namespace snnc::core
