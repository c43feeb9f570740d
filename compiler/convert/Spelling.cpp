#include "compiler/convert/Spelling.h"

#include "compiler/options/Options.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <cmath>

using namespace mlir;

namespace snnc {

namespace {

/// No time step of a run is later.
constexpr double kMaxSteps = 1 << 20;

constexpr llvm::StringLiteral kSchedules =
    "exponential:FIRST,RATIO, inverse:FIRST, constant:FIRST, dyadic:FIRST,REPEAT,STEPS";

/// The numbers behind the colon, or nothing when one of them is not a number.
std::optional<SmallVector<double>> parseNumbers(StringRef text) {
  SmallVector<double> numbers;
  if (text.empty())
    return numbers;
  SmallVector<StringRef> parts;
  text.split(parts, ',');
  for (StringRef part : parts)
    if (part.trim().getAsDouble(numbers.emplace_back()))
      return std::nullopt;
  return numbers;
}

} // namespace

FailureOr<snn::ScheduleAttr> parseSchedule(MLIRContext *context, StringRef text,
                                           EmitError emitError) {
  auto [name, rest] = text.split(':');
  std::optional<snn::ScheduleKind> kind = snn::symbolizeScheduleKind(name);
  std::optional<SmallVector<double>> numbers = parseNumbers(rest);
  if (!kind || !numbers)
    return emitError() << "schedule '" << text << "' is not one of " << kSchedules;
  size_t wanted = *kind == snn::ScheduleKind::Exponential ? 2
                  : *kind == snn::ScheduleKind::Dyadic    ? 3
                                                          : 1;
  if (numbers->size() != wanted)
    return emitError() << "schedule '" << text << "' has " << numbers->size() << " number"
                       << (numbers->size() == 1 ? "" : "s") << " where " << name << " takes "
                       << wanted << ": one of " << kSchedules;
  double ratio = 1;
  int64_t repeat = 1, steps = snn::ScheduleAttr::kUnlimited;
  if (*kind == snn::ScheduleKind::Exponential)
    ratio = (*numbers)[1];
  if (*kind == snn::ScheduleKind::Dyadic) {
    for (double count : llvm::drop_begin(*numbers))
      if (!(count >= 1 && count <= kMaxSteps) || count != std::floor(count))
        return emitError() << "schedule '" << text << "' must have whole numbers of at least 1 for "
                           << "REPEAT and STEPS";
    repeat = static_cast<int64_t>((*numbers)[1]);
    steps = static_cast<int64_t>((*numbers)[2]);
  }
  auto schedule =
      snn::ScheduleAttr::getChecked(emitError, context, *kind, llvm::APFloat((*numbers)[0]),
                                    llvm::APFloat(ratio), repeat, int64_t{0}, steps);
  if (!schedule)
    return failure();
  return schedule;
}

FailureOr<snn::CodeAttr> parseCode(MLIRContext *context, StringRef text, EmitError emitError) {
  auto [name, rest] = text.split(':');
  std::optional<snn::SpikeCode> kind = snn::symbolizeSpikeCode(name);
  std::optional<SmallVector<double>> numbers = parseNumbers(rest);
  bool known = kind == snn::SpikeCode::Sign || kind == snn::SpikeCode::Ternary;
  if (!known || !numbers || numbers->size() > (kind == snn::SpikeCode::Ternary ? 1 : 0))
    return emitError() << "code '" << text << "' is not one of sign, ternary, ternary:DEAD_ZONE";
  double deadZone = numbers->empty() ? 0.5 : (*numbers)[0];
  auto code = snn::CodeAttr::getChecked(
      emitError, context, *kind, llvm::APFloat(*kind == snn::SpikeCode::Sign ? 0.0 : deadZone),
      DenseF64ArrayAttr());
  if (!code)
    return failure();
  return code;
}

FailureOr<snn::InputCode> parseInputCode(StringRef text, EmitError emitError) {
  auto code = options::parse<options::InputCode>(text, emitError);
  if (failed(code))
    return failure();
  return *snn::symbolizeInputCode(text);
}

} // namespace snnc
