#include "targets/c/TableWriter.h"

#include "compiler/schedule/Staircase.h"
#include "dialects/exec/Storage.h"
#include "dialects/support/Shapes.h"
#include "snn/fixed.h"
#include "targets/c/Tables.h"
#include "llvm/ADT/TypeSwitch.h"
#include <fmt/format.h>

using namespace mlir;

namespace snnc::c {

using namespace exec;

namespace {

std::vector<int32_t> toIntegers(DenseI64ArrayAttr numbers) {
  return {numbers.asArrayRef().begin(), numbers.asArrayRef().end()};
}

} // namespace

std::string TableWriter::write() {
  std::string all = writeInput();
  for (LayerOp layer : network.layers)
    all += writeLayer(layer);
  return all;
}

std::string TableWriter::writeInput() {
  tables.clear();
  addInput();
  return std::move(tables);
}

std::string TableWriter::writeLayer(LayerOp layer, bool traces) {
  tables.clear();
  withTraces = traces;
  for (Operation &op : layer.getBody().front())
    llvm::TypeSwitch<Operation *>(&op)
        .Case([&](FireOp fire) { addFire(fire); })
        .Case([&](DecodeOp decode) {
          addOperand(network.nameOf(decode), "", decode.getFrom(), decode.getStart(),
                     decode.getFixed().getMultipliers(), true);
        })
        .Case([&](DeliverOp deliver) { addSynapse(deliver); })
        .Case([&](BackgroundOp background) {
          if (network.byValues()) // values are what is sent in the end, with this in it
            return;
          tables += makeTable(
              fmt::format("{}: what all neurons of {} send together", getTaskName(background),
                          network.senderOf(background.getStream())),
              "int32_t", network.nameOf(background, "background"),
              expandStored(background.getValues(), getShape(background.getTarget())));
        })
        .Case([&](MultiplyOp product) { addMultiply(product); })
        .Case([&](RequantizeOp requantize) { addRequantize(requantize); });
  return std::move(tables);
}

void TableWriter::addInput() {
  EncodeOp encode = network.encode;
  snn::FixedInputAttr form = encode.getFixed();
  tables += makeTable("input: multipliers of the channels", "int32_t", "input_multipliers",
                      toIntegers(form.getMultipliers()));
  tables += makeTable("input: offsets of the channels", "int32_t", "input_offsets",
                      toIntegers(form.getOffsets()));
  ArrayRef<int64_t> shape = network.inputShape();
  tables += fmt::format(
      "static const snn_input input_form = {{input_multipliers, input_offsets, {}, "
      "{}, {}, {}}};\n\n",
      shape[0], countElements(shape) / shape[0], shape.size() == 3 ? 1 : 0, form.getShift());
  if (!encode.getValues() && network.isByte()) {
    std::vector<int32_t> numbers;
    for (size_t c = 0; c < static_cast<size_t>(shape[0]); ++c)
      for (int32_t raw = 0; raw < 256; ++raw)
        numbers.push_back(snn_encode(raw,
                                     static_cast<int32_t>(form.getMultipliers().asArrayRef()[c]),
                                     static_cast<int32_t>(form.getOffsets().asArrayRef()[c]),
                                     static_cast<unsigned>(form.getShift())));
    tables += makeTable("input: what the bytes of each channel stand for", "int16_t",
                        "input_normalized", numbers);
  }
  if (!form.getSteps().empty())
    tables += makeTable(fmt::format("input: steps of {} fraction bits", form.getEventFraction()),
                        "int32_t", network.senderOf(encode.getSpikes()) + "_steps",
                        toIntegers(form.getSteps()));
}

//===- Neurons -----------------------------------------------------------------------------------------===//

std::string TableWriter::addPeriod(const std::string &comment, const std::string &name,
                                   const std::vector<int32_t> &values) {
  std::vector<int32_t> period = getPeriod(values);
  tables += makeTable(comment, "int32_t", name, period);
  return fmt::format("{}, {}", name, period.size());
}

/// A lower bound and an upper one in turn, for as many neurons as these repeat after.
std::string TableWriter::addBounds(const std::string &name, const std::vector<int32_t> &lower,
                                   const std::vector<int32_t> &upper) {
  std::vector<int32_t> pairs, bounds;
  for (auto [from, to] : llvm::zip(lower, upper))
    pairs.push_back(from * 65536 + (to + 32768));
  const size_t count = getPeriod(pairs).size();
  for (size_t i = 0; i < count; ++i)
    bounds.insert(bounds.end(), {lower[i], upper[i]});
  tables += makeTable(name + ": its bounds", "int32_t", name + "_bounds", bounds);
  return fmt::format("{}_bounds, {}", name, bounds.size());
}

void TableWriter::addNumbers(const std::string &comment, const std::string &name,
                             const std::vector<int32_t> &values) {
  std::string numbers = addPeriod(comment, name + "_values", values);
  tables += fmt::format("static const snn_numbers {} = {{{}}};\n\n", name, numbers);
}

void TableWriter::addOperand(const std::string &name, const std::string &suffix, Value sums,
                             ElementsAttr start, ElementsAttr multipliers, bool isDecoder) {
  addNumbers(name + ": where its sums start, A(0)", name + "_start" + suffix,
             expandStored(start, getShape(sums)));
  addNumbers(name + ": from its sums to " + (isDecoder ? "the output" : "its estimates"),
             name + "_scale" + suffix, expandStored(multipliers, getShape(sums)));
}

/// The name of a function in the kernels.
static const char *getFunction(FireOp fire, bool takesUpdates) {
  if (fire.getFixed().getTable() && !fire.getFixed().getTable().empty())
    return "SNN_TABLE";
  switch (fire.getFunction()) {
  case ::snn::Function::Max:
    return "SNN_MAX";
  case ::snn::Function::Min:
    return "SNN_MIN";
  case ::snn::Function::Abs:
    return "SNN_ABS";
  case ::snn::Function::Mul:
    return "SNN_PRODUCT";
  case ::snn::Function::Div:
    return "SNN_QUOTIENT";
  case ::snn::Function::Norm:
    return "SNN_NORM";
  case ::snn::Function::Clip:
    return takesUpdates || !followsRelu(fire) ? "SNN_CLIP" : "SNN_RELU";
  default: // the dialect's verifier lets no other function go without a table
    return "SNN_RELU";
  }
}

void TableWriter::addFire(FireOp fire) {
  snn::FixedNeuronAttr form = fire.getFixed();
  std::string name = network.nameOf(fire);
  ArrayRef<int64_t> shape = fire.getSpikes().getType().getShape();
  bool endsWithoutSteps = network.byValues() && (fire.getClosed() || fire.getPeriodic());
  if (endsWithoutSteps && !withTraces) {
    addNumbers(name, name + "_start", expandStored(cast<ElementsAttr>(fire.getStarts()[0]), shape));
    addPeriod(name, name + "_scale_values",
              expandStored(cast<ElementsAttr>(form.getMultipliers()[0]), shape));
    return addEnd(fire, "");
  }
  for (auto [n, sums] : llvm::enumerate(fire.getSums()))
    addOperand(name, n ? "2" : "", sums, cast<ElementsAttr>(fire.getStarts()[n]),
               cast<ElementsAttr>(form.getMultipliers()[n]), false);
  std::string initial = "NULL, 0", own = initial;
  std::string table = "NULL", function = getFunction(fire, network.takesUpdates());
  if (fire.getInitial())
    initial = addPeriod(name + ": where y starts", name + "_initial",
                        expandStored(*fire.getInitial(), shape));
  tables += makeTable(fmt::format("{}: steps of {} fraction bits", name, form.getEventFraction()),
                      "int32_t", name + "_steps", toIntegers(form.getSteps()));
  if (!form.getZones().empty())
    tables += makeTable(
        fmt::format("{}: dead zones of {} fraction bits", name, form.getOperandFraction()),
        "int32_t", name + "_zones", toIntegers(form.getZones()));
  if (form.getTable() && !form.getTable().empty()) {
    table = name + "_table";
    tables += makeTable(name + ": its function", "int16_t", table, toIntegers(form.getTable()));
  }
  if (form.getGains())
    own = addPeriod(name + ": from its function to its ranges", name + "_gains",
                    expandStored(form.getGains(), shape));
  if (function == "SNN_CLIP")
    own =
        addBounds(name, expandStored(form.getLower(), shape), expandStored(form.getUpper(), shape));
  bool isAbove = ::snn::getInfo(fire.getFunction()).tie == ::snn::Tie::Above;
  tables += fmt::format("static const snn_population {}_neurons = {{{}, {}, {}, {}, {}, {}, {}, "
                        "{{{}}}, {{{}}}, {}}};\n\n",
                        name, function, table, countElements(shape),
                        form.getOperandFraction() - form.getEventFraction(), isAbove ? 1 : 0,
                        form.getAlign(), form.getEpsilon(), initial, own, form.getGainShift());
  if (network.byValues())
    addEnd(fire, form.getZones().empty() ? "NULL" : name + "_zones");
}

/// By values: the steps of a population all at once (not without `zones`), and what stands for them.
void TableWriter::addEnd(FireOp fire, const std::string &zones) {
  std::string name = network.nameOf(fire);
  if (!zones.empty())
    tables += fmt::format("static const snn_stairs {0}_stairs = {{{0}_steps, {1}, {2}, {3}}};\n\n",
                          name, zones, fire.getFixed().getSteps().size(),
                          network.getTraceNumber(fire) *
                                  static_cast<uint64_t>(network.program.getSteps()) +
                              static_cast<uint64_t>(fire.getStart()));
  std::optional<ArrayRef<int64_t>> form = fire.getClosed() ? fire.getClosed() : fire.getPeriodic();
  if (!form)
    return;
  std::vector<int32_t> multipliers = getPeriod(expandStored(
      cast<ElementsAttr>(fire.getFixed().getMultipliers()[0]), getShape(fire.getSums()[0])));
  std::string head = fmt::format("{{{}_scale_values, {}}}, {}", name, multipliers.size(),
                                 fmt::join(form->take_front(3), ", "));
  if (fire.getClosed()) {
    ArrayRef<int64_t> offsets = form->drop_front(3);
    tables += fmt::format("static const snn_closed {}_closed = {{{}, {}, {{{}}}}};\n\n", name, head,
                          offsets.size(), fmt::join(offsets, ", "));
    return;
  }
  ArrayRef<int64_t> treads = form->drop_front(4);
  uint64_t bits = llvm::Log2_64(treads.size() / 2),
           last = static_cast<uint64_t>((*form)[1] >> (*form)[0]) >> bits;
  tables += makeTable(name + ": what a period of estimates ends at, and the last one", "uint8_t",
                      name + "_treads", std::vector<int64_t>(treads.begin(), treads.end()));
  tables += fmt::format(
      "static const snn_periodic {0}_periodic = {{{1}, {2}, {3}, {4}, {0}_treads}};\n\n", name,
      head, (*form)[3], bits, last);
}

} // namespace snnc::c
