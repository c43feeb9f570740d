#include "compiler/tune/Front.h"

#include "compiler/data/Files.h"
#include "compiler/support/Json.h"
#include "compiler/support/Text.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <nlohmann/json.hpp>
#include <tuple>

namespace snnc::tune {

bool isOnFront(const Front &front, const Point &point) {
  // Of what was given up after a few images too little is known.
  double images = 0;
  for (const Point &other : front.points)
    images = std::max(images, other.found.images);
  if (point.found.images < images)
    return false;
  return std::none_of(front.points.begin(), front.points.end(), [&](const Point &other) {
    if (other.found.images < images)
      return false;
    bool noWorse =
        other.events <= point.events && other.found.getAgreement() >= point.found.getAgreement();
    bool better =
        other.events < point.events || other.found.getAgreement() > point.found.getAgreement();
    return noWorse && better;
  });
}

static std::vector<Point> sortByEvents(std::vector<Point> points) {
  llvm::sort(points, [](const Point &a, const Point &b) {
    return std::tuple(a.events, a.found.getAgreement(), a.price) <
           std::tuple(b.events, b.found.getAgreement(), b.price);
  });
  return points;
}

std::string toTable(const Front &front) {
  std::string text =
      fmt::format("tuned for {}, {} (* no other has fewer events and agrees as often)\n"
                  "    steps  a layer's  agreement    safe    error  events per neuron  images\n",
                  front.goal, front.budget);
  std::vector<Point> sorted = sortByEvents(front.points);
  auto row = [&](const char *mark, const Point &point) {
    fmt::format_to(std::back_inserter(text),
                   "  {} {:>5}  {:>9}  {:>9.4f}  {:>6.4f}  {:>7.5f}  {:>17.3f}  {:>6.0f}\n", mark,
                   point.steps, point.perLayer, point.found.getAgreement(),
                   point.found.getSafeAgreement(), point.found.getDistortion(), point.events,
                   point.found.images);
  };
  for (const Point &point : sorted)
    row(isOnFront(front, point) ? "*" : " ", point);
  text += front.isKept ? "  chosen\n" : "  chosen, though it does not keep the budget\n";
  row(" ", front.chosen);
  if (front.heldOut.images > 0)
    fmt::format_to(std::back_inserter(text),
                   "  on {:.0f} images that the search did not see: agreement {:.4f}, safe {:.4f}, "
                   "error {:.5f}\n",
                   front.heldOut.images, front.heldOut.getAgreement(),
                   front.heldOut.getSafeAgreement(), front.heldOut.getDistortion());
  return text;
}

static nlohmann::ordered_json toJSON(const Point &point) {
  nlohmann::ordered_json json;
  json["steps"] = point.steps;
  json["steps_per_layer"] = point.perLayer;
  json["event_price"] = point.price;
  json["images"] = static_cast<int64_t>(point.found.images);
  json["agreement"] = point.found.getAgreement();
  json["safe_agreement"] = point.found.getSafeAgreement();
  json["accuracy"] = point.found.getAccuracy();
  json["distortion"] = point.found.getDistortion();
  json["events_per_neuron"] = point.events;
  json["energy_pj"] = point.found.getEnergy();
  return json;
}

std::string toJSON(const Front &front) {
  nlohmann::ordered_json json;
  json["goal"] = front.goal;
  json["budget"] = front.budget;
  json["kept"] = front.isKept;
  json["points"] = nlohmann::ordered_json::array();
  for (const Point &point : front.points)
    json["points"].push_back(toJSON(point));
  json["chosen"] = toJSON(front.chosen);
  json["held_out"] = {{"images", static_cast<int64_t>(front.heldOut.images)},
                      {"agreement", front.heldOut.getAgreement()},
                      {"safe_agreement", front.heldOut.getSafeAgreement()},
                      {"accuracy", front.heldOut.getAccuracy()},
                      {"distortion", front.heldOut.getDistortion()}};
  return toText(json, 2);
}

std::string toSVG(const Front &front) {
  constexpr double kWidth = 560, kHeight = 360, kLeft = 60, kTop = 30, kRight = 20, kBottom = 50;
  double max = 0, min = 1;
  for (const Point &point : front.points) {
    max = std::max(max, point.events * 1.05);
    min = std::min(min, point.found.getAgreement());
  }
  max = max > 0 ? max : 1;
  min = std::max(0.0, std::min(0.99, min - 0.01));
  auto x = [&](double events) { return kLeft + events / max * (kWidth - kLeft - kRight); };
  auto y = [&](double agreement) {
    return kTop + (1 - agreement) / (1 - min) * (kHeight - kTop - kBottom);
  };
  std::string text;
  auto out = std::back_inserter(text);
  fmt::format_to(out,
                 "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" "
                 "viewBox=\"0 0 {0} {1}\" font-family=\"sans-serif\" font-size=\"12\">\n"
                 "<rect width=\"{0}\" height=\"{1}\" fill=\"white\"/>\n",
                 kWidth, kHeight);
  for (int i = 0; i <= 5; ++i) {
    double share = min + (1 - min) * i / 5, events = max * i / 5;
    fmt::format_to(out,
                   "<path d=\"M{:.1f} {:.1f}H{}\" stroke=\"#dddddd\"/>\n"
                   "<text x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">{:.3f}</text>\n"
                   "<text x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">{:.2f}</text>\n",
                   kLeft, y(share), kWidth - kRight, kLeft - 6, y(share) + 4, share, x(events),
                   kHeight - kBottom + 18, events);
  }
  std::vector<Point> best;
  for (const Point &point : front.points)
    if (isOnFront(front, point))
      best.push_back(point);
  best = sortByEvents(best);
  std::string line;
  for (const Point &point : best)
    line += fmt::format("{}{:.1f} {:.1f}", line.empty() ? "M" : "L", x(point.events),
                        y(point.found.getAgreement()));
  if (!line.empty())
    fmt::format_to(out, "<path d=\"{}\" fill=\"none\" stroke=\"#1f6fb4\"/>\n", line);
  for (const Point &point : front.points)
    fmt::format_to(
        out,
        "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.5\" fill=\"{}\"><title>{} steps, {} a "
        "layer: {:.4f} at {:.3f}</title></circle>\n",
        x(point.events), y(point.found.getAgreement()),
        isOnFront(front, point) ? "#1f6fb4" : "#bbbbbb", point.steps, point.perLayer,
        point.found.getAgreement(), point.events);
  fmt::format_to(
      out,
      "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"6\" fill=\"none\" stroke=\"#c0392b\" "
      "stroke-width=\"2\"/>\n"
      "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">events per neuron and image</text>\n"
      "<text x=\"{}\" y=\"18\">agreement with the ANN (ring: chosen, {}, {})</text>\n"
      "</svg>\n",
      x(front.chosen.events), y(front.chosen.found.getAgreement()), (kLeft + kWidth - kRight) / 2,
      kHeight - 10, kLeft, toXML(front.goal), toXML(front.budget));
  return text;
}

data::Status writeFront(const std::string &path, const Front &front) {
  llvm::StringRef name(path);
  std::string text = name.ends_with(".json")  ? toJSON(front)
                     : name.ends_with(".svg") ? toSVG(front)
                                              : toTable(front);
  return data::writeFile(path, std::as_bytes(std::span(text.data(), text.size())));
}

} // namespace snnc::tune
