#include "compiler/schedule/Staircase.h"

#include "snn/fixed.h"

using namespace mlir;

namespace snnc::exec {

namespace {

constexpr int32_t kLeast = INT16_MIN, kGreatest = INT16_MAX;

} // namespace

Staircase::Staircase(FireOp fire)
    : form(fire.getFixed()), function(fire.getFunction()),
      isTernary(fire.getSpikes().getType().getCode() == snn::SpikeCode::Ternary),
      tieAbove(::snn::getInfo(fire.getFunction()).tie == ::snn::Tie::Above) {
  if (form.getTable())
    table.assign(form.getTable().asArrayRef().begin(), form.getTable().asArrayRef().end());
}

int32_t Staircase::getTarget(int16_t estimate, int32_t gain) const {
  if (!table.empty()) {
    int16_t value = snn_table(table.data(), estimate);
    return gain ? snn_requantize(value, gain, static_cast<unsigned>(form.getGainShift())) : value;
  }
  if (function == ::snn::Function::Abs)
    return estimate < 0 ? -estimate : estimate;
  return estimate > 0 ? estimate : 0;
}

int32_t Staircase::climb(int16_t estimate, int32_t initial, int32_t gain) const {
  int32_t target = getTarget(estimate, gain), y = initial;
  auto up = static_cast<unsigned>(form.getOperandFraction() - form.getEventFraction());
  for (auto [k, step] : llvm::enumerate(form.getSteps().asArrayRef())) {
    int32_t d = snn_error(y, up, target);
    int sign = isTernary
                   ? snn_ternary(d, static_cast<int32_t>(form.getZones()[static_cast<unsigned>(k)]))
                   : snn_sign(d, tieAbove);
    y -= sign * static_cast<int32_t>(step);
  }
  return y - initial;
}

std::array<int64_t, 2> Staircase::getRange(int32_t initial, int32_t gain) const {
  std::array<int64_t, 2> range = {INT32_MAX, INT32_MIN};
  for (int32_t v = kLeast; v <= kGreatest; ++v) {
    int64_t end = climb(static_cast<int16_t>(v), initial, gain);
    range = {std::min(range[0], end), std::max(range[1], end)};
  }
  return range;
}

std::optional<std::array<int64_t, 5>> Staircase::getClosedForm(int64_t reach) const {
  // From a shift of 33 on, h has a bit more than the estimate, and the estimate is h rounded: (h + half) >> extra. Small
  // sums are shifted to the left for it.
  int64_t left = std::max<int64_t>(0, 33 - form.getShifts()[0]);
  if (left > 30 || reach > (int64_t{INT32_MAX} >> left))
    return std::nullopt;
  int64_t extra = form.getShifts()[0] + left - 32,
          shift = extra + form.getOperandFraction() - form.getEventFraction() + 1;
  if (!table.empty() || function == ::snn::Function::Abs || !isTernary || extra < 1 || extra > 14 ||
      shift > 30)
    return std::nullopt;
  // Every other value has a wider tread: 0 to 1 and 1 to 2 are each a half of a period of two.
  const int64_t half = int64_t{1} << (extra - 1), period = int64_t{1} << shift;
  std::array<int64_t, 3> first = {-1, -1, -1}; // the least h of values 0, 1, 2
  int64_t last = 0, max = 0;                   // the greatest value, and an h that has it
  std::vector<int32_t> ends;
  for (int32_t v = 0; v <= kGreatest; ++v) {
    int32_t end = climb(static_cast<int16_t>(v), 0, 0);
    ends.push_back(end);
    if (end >= 0 && end < 3 && first[static_cast<size_t>(end)] < 0)
      first[static_cast<size_t>(end)] = std::max<int64_t>(0, (int64_t{v} << extra) - half);
    if (end > last) {
      last = end;
      max = int64_t{v} << extra;
    }
  }
  if (first[0] != 0 || first[1] < 0 || first[2] < 0)
    return std::nullopt;
  const int64_t a = period - first[1], b = period - first[2];
  if (a < 0 || b < 0)
    return std::nullopt;
  auto get = [&](int64_t h) {
    h = std::min(h, max);
    return ((h + a) >> shift) + ((h + b) >> shift);
  };
  // It rises with h: both ends of what one estimate stands for are enough.
  for (int32_t v = 0; v <= kGreatest; ++v) {
    int64_t low = std::max<int64_t>(0, (int64_t{v} << extra) - half),
            high = (int64_t{v} << extra) + half - 1;
    if (v == kGreatest)
      high = INT32_MAX; // it saturates
    if (get(low) != ends[static_cast<size_t>(v)] || get(high) != ends[static_cast<size_t>(v)])
      return std::nullopt;
  }
  return std::array<int64_t, 5>{a, b, shift, max, left};
}

} // namespace snnc::exec
