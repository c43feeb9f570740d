//===- Front: what a search saw, for people ------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_TUNE_FRONT_H
#define SNNC_COMPILER_TUNE_FRONT_H

#include "compiler/data/Result.h"
#include "compiler/tune/Measurement.h"
#include <string>

namespace snnc::tune {

/// One network that was tried.
struct Point {
  Measurement found;     ///< on images of the search
  double events = 0;     ///< per neuron and image
  uint32_t steps = 0;    ///< time steps in all
  uint32_t perLayer = 0; ///< steps of a layer, at most
  double price = 0;      ///< of an event, in distortion
};

struct Front {
  std::string goal, budget;
  bool isKept = true;        ///< whether the chosen one keeps the budget
  std::vector<Point> points; ///< in the order they were tried
  Point chosen;
  Measurement heldOut; ///< of the chosen one, on images that the search did not see
};

/// Whether no other point has fewer events at no less agreement, or more agreement at no more events.
bool isOnFront(const Front &front, const Point &point);

/// The points as a table, as JSON, and as a plot of agreement over events.
std::string toTable(const Front &front);
std::string toJSON(const Front &front);
std::string toSVG(const Front &front);

/// Writes the form that the ending of `path` asks for: .json, .svg, or a table.
data::Status writeFront(const std::string &path, const Front &front);

} // namespace snnc::tune

#endif
