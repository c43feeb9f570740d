#include "runtime/src/engine/fixed/FixedEncoder.h"

#include "snn/fixed.h"
#include <cmath>

namespace snn::detail {

double getRawScale(const FixedInput &form) {
  return form.isByte ? UINT8_MAX : std::ldexp(1.0, form.rawFraction);
}

FixedEncoder::FixedEncoder(const Plan &plan)
    : plan(plan), operation(plan.network.operations.front()), input(plan.inputOrder.size()) {}

void FixedEncoder::start(const double *values) {
  read(values, input.now);
  restart();
}

namespace {

/// Raw numbers as the nearest integers from `min` to `max`, ties away from 0; what is no number is the least one. As
/// std::round has it, without a call for each.
void roundRaw(const double *values, size_t count, double scale, int32_t min, int32_t max,
              int32_t *raw) {
  for (size_t i = 0; i < count; ++i) {
    double x = values[i] * scale;
    x = x > min ? x : min;
    x = x < max ? x : max;
    const auto whole = static_cast<int32_t>(x);
    const double rest = x - whole;
    raw[i] = whole + (rest >= 0.5 ? 1 : 0) - (rest <= -0.5 ? 1 : 0);
  }
}

} // namespace

void FixedEncoder::read(const double *values, std::vector<int16_t> &target) const {
  constexpr size_t kChunk = 256;
  const FixedInput &form = operation.fixedInput;
  const double scale = getRawScale(form);
  const int32_t min = form.isByte ? 0 : INT16_MIN, max = form.isByte ? UINT8_MAX : INT16_MAX;
  const size_t perChannel = target.size() / plan.network.inputShape[0];
  int32_t raw[kChunk];
  int16_t ofByte[UINT8_MAX + 1];
  for (size_t c = 0, first = 0; first < target.size(); ++c, first += perChannel) {
    auto encode = [&](int32_t number) {
      return snn_encode(number, form.multipliers[c], form.offsets[c], form.shift);
    };
    const bool hasTable = form.isByte && perChannel > kChunk;
    for (int32_t byte = 0; hasTable && byte <= UINT8_MAX; ++byte)
      ofByte[byte] = encode(byte);
    for (size_t begin = first, end = first + perChannel; begin < end; begin += kChunk) {
      const size_t count = std::min(kChunk, end - begin);
      roundRaw(values + begin, count, scale, min, max, raw);
      const uint32_t *places = plan.inputOrder.data() + begin;
      for (size_t i = 0; i < count; ++i)
        target[places[i]] = hasTable ? ofByte[raw[i]] : encode(raw[i]);
    }
  }
}

void FixedEncoder::encode(uint32_t t, Events<int32_t> &events) {
  const FixedInput &form = operation.fixedInput;
  events.clear();
  const bool isActive = operation.hasSchedule && operation.schedule.isActive(t);
  const unsigned up = static_cast<uint32_t>(form.fraction) - form.eventFraction;
  const int32_t step = isActive ? form.steps[t - operation.schedule.start] : 0;
  if (operation.inputCode == InputCode::Direct && t == 0)
    sendAll(input.now, events);
  else if (operation.inputCode == InputCode::Float && isActive)
    input.sendChanges(events, [&](int16_t x, int32_t sent) {
      return snn_approach(x - sent, step, form.eventFraction);
    });
  else if (operation.inputCode == InputCode::Spike && isActive)
    input.sendSigns(step, events, [up](int16_t x, int32_t sent) {
      return snn_sign(snn_error(sent, up, x), /*tie_above=*/1) > 0;
    });
}

void FixedEncoder::change(const double *values, Events<int32_t> &changes) {
  read(values, input.next);
  input.sendUpdate(plan.network.inputShape, changes);
}

/// Of the normalized input: the largest change that does not exceed that of raw numbers.
void FixedEncoder::setThreshold(double threshold) {
  const FixedInput &form = operation.fixedInput;
  input.next.resize(input.now.size());
  input.thresholds.clear();
  for (int32_t multiplier : form.multipliers)
    input.thresholds.push_back(static_cast<int32_t>(
        std::min(std::floor(std::ldexp(threshold * getRawScale(form) *
                                           std::abs(static_cast<double>(multiplier)),
                                       -static_cast<int>(form.shift))),
                 double{UINT16_MAX})));
}

} // namespace snn::detail
