#include "compiler/tune/Candidate.h"

#include <algorithm>
#include <fmt/format.h>

namespace snnc::tune {

uint32_t Candidate::countSteps() const {
  uint32_t steps = 0;
  for (size_t i = 0; i < frames.size(); ++i)
    steps = std::max(steps, frames[i].start + static_cast<uint32_t>(choices[i].zones.size()));
  return steps;
}

uint32_t Candidate::countLayerSteps() const {
  size_t steps = 0;
  for (const Choice &choice : choices)
    steps = std::max(steps, choice.zones.size());
  return static_cast<uint32_t>(steps);
}

uint64_t Candidate::hash() const {
  std::string text = toJSON(choices).dump();
  for (const Frame &frame : frames)
    text += fmt::format(" {}", frame.start);
  uint64_t hash = 14695981039346656037u; // FNV-1a
  for (char letter : text)
    hash = (hash ^ static_cast<unsigned char>(letter)) * 1099511628211u;
  return hash;
}

std::string Candidate::getName(const std::string &what) const {
  std::string text = fmt::format("{}, {} steps, {:016x}", what, countSteps(), hash());
  return units.exponent == 0 ? text
                             : fmt::format("units {} {}, {}", units.exponent, units.max, text);
}

nlohmann::json toJSON(const std::vector<Choice> &choices) {
  nlohmann::json json = nlohmann::json::array();
  for (const Choice &choice : choices)
    json.push_back({{"scale", choice.scale}, {"zones", choice.zones}, {"initial", choice.initial}});
  return json;
}

std::vector<Choice> toChoices(const nlohmann::json &json) {
  std::vector<Choice> choices;
  for (const nlohmann::json &one : json)
    choices.push_back({one.at("scale"), one.at("zones"), one.at("initial")});
  return choices;
}

} // namespace snnc::tune
