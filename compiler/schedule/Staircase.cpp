#include "compiler/schedule/Staircase.h"

#include "dialects/support/Constants.h"
#include "snn/Clip.h"
#include <algorithm>

using namespace mlir;
using Numbers = std::vector<double>;

namespace snnc::exec {

namespace {

/// The closed form, without its shift to the left, in which values repeat after `count`; empty where that is not so. `ends` are by
/// estimate, which stand for 2^`extra` h each.
std::vector<int64_t> fit(const std::vector<int32_t> &ends, int64_t extra, int64_t shift,
                         size_t count) {
  if (shift > 30)
    return {};
  const int64_t half = int64_t{1} << (extra - 1), period = int64_t{1} << shift;
  auto getFirst = [&](size_t v) {
    return std::max<int64_t>(0, (static_cast<int64_t>(v) << extra) - half);
  };
  // The least h of each of the first values, and one of the greatest.
  std::vector<int64_t> offsets;
  int64_t max = 0, last = 0;
  for (size_t v = 0; v < ends.size(); ++v) {
    if (offsets.size() < count && ends[v] == static_cast<int32_t>(offsets.size()) + 1)
      offsets.push_back(period - getFirst(v));
    if (ends[v] > last) {
      last = ends[v];
      max = static_cast<int64_t>(v) << extra;
    }
  }
  if (offsets.size() != count || llvm::any_of(offsets, [](int64_t offset) { return offset < 0; }))
    return {};
  auto get = [&](int64_t h) {
    int64_t value = 0;
    for (int64_t offset : offsets)
      value += (std::min(h, max) + offset) >> shift;
    return value;
  };
  // It rises with h: both ends of what one estimate stands for are enough. The last one saturates.
  for (size_t v = 0; v < ends.size(); ++v) {
    int64_t high = v + 1 == ends.size() ? INT32_MAX : getFirst(v + 1) - 1;
    if (get(getFirst(v)) != ends[v] || get(high) != ends[v])
      return {};
  }
  std::vector<int64_t> closed = {shift, max};
  closed.insert(closed.end(), offsets.begin(), offsets.end());
  return closed;
}

} // namespace

bool followsRelu(FireOp fire) {
  snn::FixedNeuronAttr form = fire.getFixed();
  auto read = [](ElementsAttr attr) { return attr ? *readNumbers(attr) : Numbers(); };
  return ::snn::followsRelu(
      fire.getFunction(), read(form.getLower()), read(form.getUpper()),
      read(fire.getInitial().value_or(ElementsAttr())),
      static_cast<unsigned>(form.getOperandFraction() - form.getEventFraction()),
      form.getSteps().asArrayRef(), form.getZones().asArrayRef());
}

Staircase::Staircase(FireOp fire)
    : form(fire.getFixed()),
      isTernary(fire.getSpikes().getType().getCode() == snn::SpikeCode::Ternary),
      tieAbove(::snn::getInfo(fire.getFunction()).tie == ::snn::Tie::Above),
      risesFromZero(followsRelu(fire)) {
  if (form.getTable())
    table.assign(form.getTable().asArrayRef().begin(), form.getTable().asArrayRef().end());
  target.form = ::snn::getTargetForm(fire.getFunction(), !table.empty(), risesFromZero).value();
  target.table = table.data();
  target.gainShift = static_cast<unsigned>(form.getGainShift());
  if (target.form != ::snn::TargetForm::Clip)
    return;
  Numbers lowest = *readNumbers(form.getLower()), highest = *readNumbers(form.getUpper());
  auto [lowestLower, highestLower] = std::minmax_element(lowest.begin(), lowest.end());
  auto [lowestUpper, highestUpper] = std::minmax_element(highest.begin(), highest.end());
  target.lower = static_cast<int32_t>(*lowestLower);
  target.upper = static_cast<int32_t>(*highestUpper);
  risesFromZero =
      target.lower == 0 && *lowestLower == *highestLower && *lowestUpper == *highestUpper;
}

int32_t Staircase::climb(int16_t estimate, int32_t initial, int32_t gain) const {
  ::snn::Target mine = target;
  mine.gain = gain;
  auto up = static_cast<unsigned>(form.getOperandFraction() - form.getEventFraction());
  auto signOf = [&](int32_t error, size_t k) {
    return isTernary ? snn_ternary(error, static_cast<int32_t>(form.getZones().asArrayRef()[k]))
                     : snn_sign(error, tieAbove);
  };
  return ::snn::climb(initial, up, mine.of(estimate), form.getSteps().asArrayRef(), signOf) -
         initial;
}

std::array<int64_t, 2> Staircase::getRange(int32_t initial, int32_t gain) const {
  std::array<int64_t, 2> range = {INT32_MAX, INT32_MIN};
  for (int32_t v = kMin; v <= kMax; ++v) {
    int64_t end = climb(static_cast<int16_t>(v), initial, gain);
    range = {std::min(range[0], end), std::max(range[1], end)};
  }
  return range;
}

std::optional<std::array<int64_t, 2>> Staircase::getShifts(int64_t reach) const {
  // From a shift of 33 on, h has a bit more than the estimate, and the estimate is h rounded: (h + half) >> extra. Small
  // sums are shifted to the left for it.
  int64_t left = std::max<int64_t>(0, 33 - form.getShifts()[0]),
          extra = form.getShifts()[0] + left - 32;
  bool isShifted = left <= 30 && reach <= (int64_t{INT32_MAX} >> left);
  if (!isShifted || !risesFromZero || !isTernary || extra > 14)
    return std::nullopt;
  return std::array{left, extra};
}

std::vector<int32_t> Staircase::getEnds() const {
  std::vector<int32_t> ends;
  for (int32_t v = 0; v <= kMax; ++v)
    ends.push_back(climb(static_cast<int16_t>(v), 0, 0));
  return ends;
}

std::optional<std::vector<int64_t>> Staircase::getClosedForm(int64_t reach) const {
  auto shifts = getShifts(reach);
  if (!shifts)
    return std::nullopt;
  auto [left, extra] = *shifts;
  std::vector<int32_t> ends = getEnds();
  // Treads have not all the same width: they repeat after two values, or four where zones are rounded coarsely.
  for (int64_t shift = extra + form.getOperandFraction() - form.getEventFraction() + 1, count = 2;
       count <= 4; ++shift, count *= 2)
    if (auto closed = fit(ends, extra, shift, static_cast<size_t>(count)); !closed.empty()) {
      closed.insert(closed.begin() + 2, left);
      return closed;
    }
  return std::nullopt;
}

std::optional<std::vector<int64_t>> Staircase::getPeriodicForm(int64_t reach) const {
  auto shifts = getShifts(reach);
  if (!shifts)
    return std::nullopt;
  std::vector<int32_t> ends = getEnds();
  size_t last = 0; // the estimate behind which nothing rises
  for (size_t v = 1; v < ends.size(); ++v)
    last = ends[v] != ends[v - 1] ? v : last;
  for (size_t n = 2; n <= std::min<size_t>(last, 256); n *= 2) {
    // One period, and the last one, in which neurons come to their limits.
    const size_t top = last / n * n;
    const int64_t rise = ends[n] - ends[0];
    std::vector<int64_t> treads(ends.begin(), ends.begin() + static_cast<std::ptrdiff_t>(n));
    for (size_t v = top; v < top + n; ++v)
      treads.push_back(ends[std::min(v, last)] - static_cast<int64_t>(top / n) * rise);
    bool repeats = llvm::all_of(treads, [](int64_t t) { return t >= 0 && t <= UINT8_MAX; });
    for (size_t v = 0; repeats && v < top; ++v)
      repeats = ends[v] == static_cast<int64_t>(v / n) * rise + treads[v % n];
    if (!repeats)
      continue;
    auto [left, extra] = *shifts;
    std::vector<int64_t> form = {extra, static_cast<int64_t>(last) << extra, left, rise};
    form.insert(form.end(), treads.begin(), treads.end());
    return form;
  }
  return std::nullopt;
}

} // namespace snnc::exec
