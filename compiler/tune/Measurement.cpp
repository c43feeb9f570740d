#include "compiler/tune/Measurement.h"

namespace snnc::tune {

double Measurement::getEvents(const std::vector<double> &shares) const {
  double sum = 0;
  for (size_t i = 0; i < events.size(); ++i)
    sum += shares[i] * events[i];
  return sum / std::max(images, 1.0);
}

Measurement &Measurement::operator+=(const Measurement &other) {
  images += other.images;
  agreeing += other.agreeing;
  right += other.right;
  safe += other.safe;
  lost += other.lost;
  gained += other.gained;
  both += other.both;
  own += other.own;
  ann += other.ann;
  missed += other.missed;
  numbers += other.numbers;
  energy += other.energy;
  events.resize(std::max(events.size(), other.events.size()));
  for (size_t i = 0; i < other.events.size(); ++i)
    events[i] += other.events[i];
  return *this;
}

nlohmann::json toJSON(const Measurement &found) {
  return {found.images,  found.agreeing, found.right, found.safe, found.lost,
          found.gained,  found.both,     found.own,   found.ann,  found.missed,
          found.numbers, found.energy,   found.events};
}

Measurement toMeasurement(const nlohmann::json &json) {
  return {json[0], json[1], json[2], json[3],  json[4],  json[5], json[6],
          json[7], json[8], json[9], json[10], json[11], json[12]};
}

} // namespace snnc::tune
