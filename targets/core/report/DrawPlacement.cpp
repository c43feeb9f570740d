//===- The placement as a picture ----------------------------------------------------------------------------===//
#include "compiler/support/Text.h"
#include "targets/core/report/Report.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

namespace snnc::core {

namespace {

constexpr int kCell = 56, kGap = 6, kMargin = 24, kHead = 44;

/// From white (nothing) through yellow to red (the fullest).
std::string colour(double load) {
  double part = std::clamp(load, 0.0, 1.0);
  auto channel = [](double value) { return static_cast<int>(value * 255 + 0.5); };
  double green = part < 0.5 ? 1 - 0.3 * part : 1.55 - 1.4 * part;
  return fmt::format("rgb({},{},{})", channel(1 - 0.1 * part), channel(green),
                     channel(0.92 * (1 - part)));
}

double getLoad(const Program &program, const Activity *activity, size_t core) {
  if (activity && activity->samples > 0)
    return static_cast<double>(activity->cores[core].synapticOps);
  for (const Usage &usage : program.cores[core].usage)
    if (usage.limit == "synapse_bits")
      return static_cast<double>(usage.used);
  return 0;
}

} // namespace

std::string drawPlacement(const Program &program, const Activity *activity) {
  // Several cores of a router lie side by side; empty columns and rows at the far edges are left out.
  int64_t slots = program.mesh.coresPerRouter, width = 1, height = 1;
  double max = 0;
  for (size_t i = 0; i < program.cores.size(); ++i) {
    width = std::max<int64_t>(width, program.cores[i].x + 1);
    height = std::max<int64_t>(height, program.cores[i].y + 1);
    max = std::max(max, getLoad(program, activity, i));
  }
  auto pixels = [](int64_t cells) { return 2 * kMargin + cells * (kCell + kGap) - kGap; };
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} "
      "{1}\" "
      "font-family=\"sans-serif\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n",
      std::max<int64_t>(pixels(width * slots), 360), pixels(height) + kHead);
  auto out = std::back_inserter(svg);
  fmt::format_to(
      out,
      "<text x=\"{}\" y=\"28\" font-size=\"15\">{} on {}: {} cores of {} x {} routers, by "
      "{}</text>\n",
      kMargin, toXML(program.network), toXML(program.model), program.cores.size(),
      program.mesh.width, program.mesh.height,
      activity && activity->samples > 0 ? "synaptic operations" : "synapse memory");
  for (size_t i = 0; i < program.cores.size(); ++i) {
    const Core &core = program.cores[i];
    int64_t x = kMargin + (core.x * slots + core.slot) * (kCell + kGap);
    int64_t y = kMargin + kHead + core.y * (kCell + kGap) - kGap;
    double load = getLoad(program, activity, i);
    std::string layers;
    for (const Population &population : core.populations)
      layers += (layers.empty() ? "" : ", ") + program.layers[population.layer].name;
    fmt::format_to(out,
                   "<g><title>core {} at ({}, {}): {}; load {:.0f}</title><rect x=\"{}\" y=\"{}\" "
                   "width=\"{}\" height=\"{}\" rx=\"4\" fill=\"{}\" stroke=\"#555\"/>",
                   i, core.x, core.y, toXML(layers), load, x, y, kCell, kCell,
                   colour(max > 0 ? load / max : 0));
    fmt::format_to(out, "<text x=\"{}\" y=\"{}\" font-size=\"13\">{}</text>", x + 5, y + 17, i);
    uint32_t first = core.populations.empty() ? 0 : core.populations.front().layer;
    fmt::format_to(out, "<text x=\"{}\" y=\"{}\" font-size=\"11\" fill=\"#444\">L{}</text></g>\n",
                   x + 5, y + kCell - 7, first);
  }
  return svg + "</svg>\n";
}

} // namespace snnc::core
