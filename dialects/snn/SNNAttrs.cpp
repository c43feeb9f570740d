//===- Codes and schedules: text form, legality, and the law of the steps -----------------------------===//
#include "dialects/snn/SNN.h"

#include "dialects/support/Numbers.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"
#include <charconv>
#include <cmath>
#include <limits>

using namespace mlir;

#define GET_ATTRDEF_CLASSES
#include "dialects/snn/SNNAttrs.cpp.inc"

namespace snnc::snn {

void SNNDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/snn/SNNAttrs.cpp.inc"
      >();
}

namespace {

/// Parses one of an enum's keywords, and lists them all when it is another word.
template <typename Enum>
ParseResult parseKeyword(AsmParser &parser, std::optional<Enum> (*symbolize)(StringRef),
                         Enum &result, StringRef choices) {
  StringRef keyword;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseKeyword(&keyword))
    return failure();
  std::optional<Enum> value = symbolize(keyword);
  if (!value)
    return parser.emitError(loc) << "'" << keyword << "' is not one of " << choices;
  result = *value;
  return success();
}

/// A number, with or without a decimal point.
ParseResult parseNumber(AsmParser &parser, double &number) { return parser.parseFloat(number); }

/// The shortest decimal that reads back as the same number: 0.95, not 0.94999999999999996.
void printNumber(AsmPrinter &printer, double number) {
  char digits[32];
  std::string text(digits, std::to_chars(std::begin(digits), std::end(digits), number).ptr);
  if (text.find('.') == std::string::npos)
    text.insert(std::min(text.find('e'), text.size()), ".0");
  printer << text;
}

} // namespace

//===- Code -------------------------------------------------------------------------------------------===//

Attribute CodeAttr::parse(AsmParser &parser, Type) {
  SMLoc loc = parser.getCurrentLocation();
  SpikeCode kind;
  double deadZone = 0;
  if (parser.parseLess() ||
      parseKeyword<SpikeCode>(parser, symbolizeSpikeCode, kind, "sign, ternary"))
    return {};
  SmallVector<double> early;
  DenseF64ArrayAttr zones;
  auto parseEarly = [&] { return parseNumber(parser, early.emplace_back()); };
  if (succeeded(parser.parseOptionalComma())) {
    if (parseNumber(parser, deadZone))
      return {};
    if (succeeded(parser.parseOptionalComma())) {
      if (parser.parseKeyword("early") || parser.parseEqual() ||
          parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, parseEarly))
        return {};
      zones = DenseF64ArrayAttr::get(parser.getContext(), early);
    }
  }
  if (parser.parseGreater())
    return {};
  return parser.getChecked<CodeAttr>(loc, parser.getContext(), kind, APFloat(deadZone), zones);
}

void CodeAttr::print(AsmPrinter &printer) const {
  printer << "<" << stringifySpikeCode(getKind());
  if (getKind() == SpikeCode::Ternary) {
    printer << ", ";
    printNumber(printer, getDeadZone());
  }
  if (getEarly()) {
    printer << ", early = [";
    llvm::interleaveComma(getEarlyDeadZones(), printer,
                          [&](double zone) { printNumber(printer, zone); });
    printer << "]";
  }
  printer << ">";
}

LogicalResult CodeAttr::verify(function_ref<InFlightDiagnostic()> emitError, SpikeCode kind,
                               APFloat deadZone, DenseF64ArrayAttr early) {
  if (kind != SpikeCode::Sign && kind != SpikeCode::Ternary)
    return emitError() << "a neuron's code is sign or ternary, found " << stringifySpikeCode(kind);
  SmallVector<double> zones{deadZone.convertToDouble()};
  if (early)
    llvm::append_range(zones, early.asArrayRef());
  for (double zone : zones)
    // SNN-N5
    if (!(zone >= 0) || !std::isfinite(zone))
      return emitError() << "the dead zone must be a number of step sizes, at least 0, found "
                         << showNumber(zone);
  if (early && early.empty())
    return emitError() << "early dead zones must be one or more, or left out";
  // SNN-N5
  if (kind == SpikeCode::Sign && (zones.front() != 0 || early))
    return emitError() << "the sign code has no dead zone; use ternary";
  return success();
}

//===- Schedule ---------------------------------------------------------------------------------------===//

Attribute ScheduleAttr::parse(AsmParser &parser, Type) {
  SMLoc loc = parser.getCurrentLocation();
  ScheduleKind kind;
  double first, ratio = 1.0;
  int64_t repeat = 1, start = 0, steps = kUnlimited;
  if (parser.parseLess() ||
      parseKeyword<ScheduleKind>(parser, symbolizeScheduleKind, kind,
                                 "exponential, inverse, constant, dyadic") ||
      parser.parseLParen() || parseNumber(parser, first))
    return {};
  if (kind == ScheduleKind::Exponential && (parser.parseComma() || parseNumber(parser, ratio)))
    return {};
  if (kind == ScheduleKind::Dyadic && (parser.parseComma() || parser.parseInteger(repeat)))
    return {};
  if (parser.parseRParen())
    return {};
  while (succeeded(parser.parseOptionalComma())) {
    StringRef key;
    SMLoc keyLoc = parser.getCurrentLocation();
    if (parser.parseKeyword(&key) || parser.parseEqual())
      return {};
    if (key != "start" && key != "steps") {
      parser.emitError(keyLoc) << "'" << key << "' is not one of start, steps";
      return {};
    }
    if (parser.parseInteger(key == "start" ? start : steps))
      return {};
  }
  if (parser.parseGreater())
    return {};
  return parser.getChecked<ScheduleAttr>(loc, parser.getContext(), kind, APFloat(first),
                                         APFloat(ratio), repeat, start, steps);
}

void ScheduleAttr::print(AsmPrinter &printer) const {
  printer << "<" << stringifyScheduleKind(getKind()) << "(";
  printNumber(printer, getFirst());
  if (getKind() == ScheduleKind::Exponential) {
    printer << ", ";
    printNumber(printer, getRatio());
  }
  if (getKind() == ScheduleKind::Dyadic)
    printer << ", " << getRepeat();
  printer << ")";
  if (getStart() != 0)
    printer << ", start = " << getStart();
  if (getSteps() != kUnlimited)
    printer << ", steps = " << getSteps();
  printer << ">";
}

LogicalResult ScheduleAttr::verify(function_ref<InFlightDiagnostic()> emitError, ScheduleKind kind,
                                   APFloat firstValue, APFloat ratioValue, int64_t repeat,
                                   int64_t start, int64_t steps) {
  double first = firstValue.convertToDouble(), ratio = ratioValue.convertToDouble();
  // SNN-H1
  if (!(first > 0) || !std::isfinite(first))
    return emitError() << "the first step size must be positive, found " << showNumber(first);
  // Below one half the later steps together are smaller than the step before them, and values in
  // between are never reached.
  // SNN-H2
  if (kind == ScheduleKind::Exponential && !(ratio >= 0.5 && ratio < 1))
    return emitError() << "the ratio of an exponential schedule must be at least 0.5 and below 1, "
                          "found "
                       << showNumber(ratio);
  int exponent;
  // SNN-H3
  if (kind == ScheduleKind::Dyadic && std::frexp(first, &exponent) != 0.5)
    return emitError() << "the first step size of a dyadic schedule must be a power of two, found "
                       << showNumber(first);
  // SNN-H4
  if (repeat < 1)
    return emitError() << "a dyadic schedule repeats each step size at least once, found "
                       << repeat;
  // SNN-H4
  if (start < 0)
    return emitError() << "the start must be a time step, at least 0, found " << start;
  // SNN-H4
  if (steps != kUnlimited && steps < 1)
    return emitError() << "the number of steps must be at least 1, found " << steps;
  return success();
}

bool ScheduleAttr::isActive(int64_t t) const {
  int64_t k = t - getStart();
  return k >= 0 && (getSteps() == kUnlimited || k < getSteps());
}

double ScheduleAttr::getStepSize(int64_t t) const {
  if (!isActive(t))
    return 0;
  int64_t k = t - getStart();
  switch (getKind()) {
  case ScheduleKind::Exponential:
    return getFirst() * std::pow(getRatio(), static_cast<double>(k));
  case ScheduleKind::Inverse:
    return getFirst() / static_cast<double>(k + 1);
  case ScheduleKind::Constant:
    return getFirst();
  case ScheduleKind::Dyadic:
    return std::ldexp(getFirst(), -static_cast<int>(k / getRepeat()));
  }
  return 0;
}

double ScheduleAttr::getReach() const {
  if (getSteps() != kUnlimited) {
    double reach = 0;
    for (int64_t k = 0; k < getSteps(); ++k)
      reach += getStepSize(getStart() + k);
    return reach;
  }
  if (getKind() == ScheduleKind::Exponential)
    return getFirst() / (1 - getRatio());
  if (getKind() == ScheduleKind::Dyadic)
    return 2 * getFirst() * static_cast<double>(getRepeat());
  return std::numeric_limits<double>::infinity();
}

ScheduleAttr ScheduleAttr::withStart(int64_t start) const {
  return get(getContext(), getKind(), getFirst(), getRatio(), getRepeat(), start, getSteps());
}

//===- Function -----------------------------------------------------------------------------------------===//

ParseResult detail::parseInputCodeName(AsmParser &parser, InputCodeAttr &code) {
  FailureOr<InputCode> found = FieldParser<InputCode>::parse(parser);
  if (failed(found))
    return failure();
  code = InputCodeAttr::get(parser.getContext(), *found);
  return success();
}

ParseResult detail::parseFunctionName(AsmParser &parser, FunctionAttr &function) {
  SMLoc loc = parser.getCurrentLocation();
  StringRef keyword;
  if (parser.parseKeyword(&keyword))
    return failure();
  if (std::optional<Function> found = symbolizeFunction(keyword)) {
    function = FunctionAttr::get(parser.getContext(), *found);
    return success();
  }
  std::string names;
  for (size_t i = 0; i < ::snn::kFunctionCount; ++i)
    names += (i ? ", " : "") + stringifyFunction(Function(i)).str();
  return parser.emitError(loc) << "'" << keyword << "' is not one of the functions " << names;
}

Attribute FunctionAttr::parse(AsmParser &parser, Type) {
  FunctionAttr function;
  if (parser.parseLess() || detail::parseFunctionName(parser, function) || parser.parseGreater())
    return {};
  return function;
}

void FunctionAttr::print(AsmPrinter &printer) const {
  printer << "<" << stringifyFunction(getValue()) << ">";
}

} // namespace snnc::snn
