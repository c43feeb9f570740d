#include "compiler/tune/Candidate.h"

#include <fmt/format.h>

namespace snnc::tune {

void Candidate::countSteps() {
  steps = perLayer = 0;
  for (auto [frame, choice] : llvm::zip(frames, choices)) {
    auto taken = static_cast<uint32_t>(choice.zones.size());
    perLayer = std::max(perLayer, taken);
    steps = std::max(steps, frame.start + taken);
  }
}

std::string Candidate::getName() const {
  std::string text = toJSON(*this).dump();
  for (const Frame &frame : frames)
    text += fmt::format(" {}", frame.start);
  uint64_t hash = 14695981039346656037u; // FNV-1a
  for (char letter : text)
    hash = (hash ^ static_cast<unsigned char>(letter)) * 1099511628211u;
  return fmt::format("{} steps, {:016x}", steps, hash);
}

nlohmann::json toJSON(const Candidate &candidate) {
  nlohmann::json choices = nlohmann::json::array();
  for (const Choice &choice : candidate.choices)
    choices.push_back(
        {{"scale", choice.scale}, {"zones", choice.zones}, {"initial", choice.initial}});
  return choices;
}

Choice toChoice(const nlohmann::json &json) {
  return {json.at("scale"), json.at("zones"), json.at("initial")};
}

} // namespace snnc::tune
