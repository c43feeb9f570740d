//===- Streams: text form and legality ----------------------------------------------------------------===//
#include "dialects/snn/SNN.h"

#include "dialects/support/Shapes.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace {

/// A stream's shape: 16x8x8.
ParseResult parseShape(AsmParser &parser, SmallVectorImpl<int64_t> &shape) {
  return parser.parseDimensionList(shape, /*allowDynamic=*/false, /*withTrailingX=*/false);
}

void printShape(AsmPrinter &printer, ArrayRef<int64_t> shape) {
  llvm::interleave(shape, printer.getStream(), "x");
}

/// What spikes carry: a code, and `fixed` where it is in integers.
ParseResult parseContents(AsmParser &parser, snnc::snn::SpikeCode &code, bool &isFixed) {
  FailureOr<snnc::snn::SpikeCode> parsed = FieldParser<snnc::snn::SpikeCode>::parse(parser);
  if (failed(parsed))
    return failure();
  code = *parsed;
  isFixed = succeeded(parser.parseOptionalComma());
  return isFixed ? parser.parseKeyword("fixed") : ParseResult(success());
}

void printFixed(AsmPrinter &printer, bool isFixed) {
  if (isFixed)
    printer << ", fixed";
}

void printContents(AsmPrinter &printer, snnc::snn::SpikeCode code, bool isFixed) {
  printer << stringifySpikeCode(code);
  printFixed(printer, isFixed);
}

/// SNN-S1: at least one dimension, and all of them positive.
LogicalResult verifyShape(function_ref<InFlightDiagnostic()> emitError, ArrayRef<int64_t> shape) {
  if (shape.empty())
    return emitError() << "a stream has at least one dimension";
  for (int64_t dimension : shape)
    if (dimension < 1)
      return emitError() << "dimensions of a stream are positive, found " << dimension;
  return success();
}

} // namespace

#define GET_TYPEDEF_CLASSES
#include "dialects/snn/SNNTypes.cpp.inc"

namespace snnc::snn {

void SNNDialect::registerTypes() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "dialects/snn/SNNTypes.cpp.inc"
      >();
}

LogicalResult SpikesType::verify(function_ref<InFlightDiagnostic()> emitError,
                                 ArrayRef<int64_t> shape, SpikeCode code, bool isFixed) {
  if (isFixed && (code == SpikeCode::Binary || code == SpikeCode::Analog))
    return emitError() << "rates have no integer form";
  return verifyShape(emitError, shape);
}

int64_t SpikesType::getNumElements() const { return countElements(getShape()); }

StreamMeaning SpikesType::getMeaning() const {
  return getCode() == SpikeCode::Binary || getCode() == SpikeCode::Analog ? StreamMeaning::Rate
                                                                          : StreamMeaning::Change;
}

Type CurrentType::parse(AsmParser &parser) {
  SMLoc loc = parser.getCurrentLocation();
  SmallVector<int64_t> shape;
  StreamMeaning meaning = StreamMeaning::Change;
  bool isFixed = false;
  if (parser.parseLess() || parseShape(parser, shape))
    return {};
  if (succeeded(parser.parseOptionalComma())) {
    if (succeeded(parser.parseOptionalKeyword("fixed")))
      isFixed = true;
    else if (parser.parseKeyword("rate"))
      return {};
    else
      meaning = StreamMeaning::Rate;
  }
  if (parser.parseGreater())
    return {};
  return parser.getChecked<CurrentType>(loc, parser.getContext(), shape, meaning, isFixed);
}

void CurrentType::print(AsmPrinter &printer) const {
  printer << "<";
  printShape(printer, getShape());
  if (getMeaning() == StreamMeaning::Rate)
    printer << ", rate";
  printFixed(printer, getIsFixed());
  printer << ">";
}

LogicalResult CurrentType::verify(function_ref<InFlightDiagnostic()> emitError,
                                  ArrayRef<int64_t> shape, StreamMeaning meaning, bool isFixed) {
  if (isFixed && meaning == StreamMeaning::Rate)
    return emitError() << "rates have no integer form";
  return verifyShape(emitError, shape);
}

int64_t CurrentType::getNumElements() const { return countElements(getShape()); }

ArrayRef<int64_t> getStreamShape(Type stream) {
  if (auto spikes = dyn_cast<SpikesType>(stream))
    return spikes.getShape();
  return cast<CurrentType>(stream).getShape();
}

StreamMeaning getStreamMeaning(Type stream) {
  if (auto spikes = dyn_cast<SpikesType>(stream))
    return spikes.getMeaning();
  return cast<CurrentType>(stream).getMeaning();
}

bool isFixed(Type stream) {
  if (auto spikes = dyn_cast<SpikesType>(stream))
    return spikes.getIsFixed();
  return cast<CurrentType>(stream).getIsFixed();
}

} // namespace snnc::snn
