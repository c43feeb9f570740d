#include "targets/c/TableWriter.h"

#include "targets/c/Maps.h"
#include "targets/c/ProductWriter.h"
#include "targets/c/Tables.h"
#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>

namespace snnc::c {

using namespace ::snn::detail;
using TaskKind = ::snn::detail::Task::Kind;
using OperationKind = ::snn::detail::Operation::Kind;

std::string TableWriter::write() {
  tables.clear();
  addInput();
  for (size_t p = 0; p < layout.typed.populations.size(); ++p)
    addPopulation(p);
  for (size_t g = 0; g < layout.typed.groups.size(); ++g)
    for (uint32_t i : layout.typed.groups[g].tasks)
      if (const Task &task = layout.typed.tasks[i]; task.kind == TaskKind::Deliver)
        addSynapse(task, fmt::format("{}_synapse{}", layout.layerNames[g], i));
      else if (task.kind == TaskKind::Multiply)
        tables += ProductWriter(layout, g, task).writeTables();
  return std::move(tables);
}

void TableWriter::addInput() {
  const FixedInput &form = layout.encoder().fixedInput;
  tables += makeTable("input: multipliers of the channels", "int32_t", "input_multipliers",
                      form.multipliers);
  tables += makeTable("input: offsets of the channels", "int32_t", "input_offsets", form.offsets);
  const Shape &shape = layout.network.inputShape;
  tables += fmt::format(
      "static const snn_input input_form = {{input_multipliers, input_offsets, {}, "
      "{}, {}, {}}};\n\n",
      shape[0], layout.plan.inputOrder.size() / shape[0], shape.size() == 3 ? 1 : 0, form.shift);
  if (!form.steps.empty())
    tables += makeTable(fmt::format("input: steps of {} fraction bits", form.eventFraction),
                        "int32_t", layout.senderOf(layout.encoder().output) + "_steps", form.steps);
}

//===- Neurons -----------------------------------------------------------------------------------------===//

void TableWriter::addNumbers(const std::string &comment, const std::string &name,
                             const std::vector<int32_t> &values) {
  std::vector<int32_t> period = getPeriod(values);
  tables += makeTable(comment, "int32_t", name + "_values", period);
  tables +=
      fmt::format("static const snn_numbers {0} = {{{0}_values, {1}}};\n\n", name, period.size());
}

void TableWriter::addPopulation(size_t p) {
  const Population<int32_t> &population = layout.typed.populations[p];
  bool isDecoder = layout.network.operations[population.operation].kind == OperationKind::Decode;
  const std::string &name = layout.nameOf(population);
  for (size_t n = 0; n < population.terminals.size(); ++n) {
    std::string suffix = n ? "2" : "";
    const Terminal<int32_t> &terminal = layout.typed.terminals[population.terminals[n]];
    addNumbers(name + ": where its sums start, A(0)", name + "_start" + suffix, terminal.start);
    addNumbers(name + ": from its sums to " + (isDecoder ? "the output" : "its estimates"),
               name + "_scale" + suffix, layout.fixed.multipliers[p][n].expand());
    for (const Background<int32_t> &background : terminal.backgrounds) {
      const std::string &sender = layout.senderOf(background.stream);
      tables += makeTable(fmt::format("{}: what all neurons of {} send together", name, sender),
                          "int32_t", fmt::format("{}_from_{}{}", name, sender, suffix),
                          background.value.expand());
    }
  }
  if (!isDecoder)
    addNeurons(name, p);
}

/// The name of a function in the kernels.
static const char *getFunction(const Operation &op) {
  if (!op.fixedNeuron.table.empty())
    return "SNN_TABLE";
  switch (op.function) {
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
  case ::snn::Function::Relu:
    return "SNN_RELU";
  default: // all others have tables
    throw std::logic_error(
        fmt::format("function '{}' has no form in C", ::snn::getInfo(op.function).name));
  }
}

void TableWriter::addNeurons(const std::string &name, size_t p) {
  const Layout::Population &population = layout.typed.populations[p];
  const Operation &op = layout.network.operations[population.operation];
  const FixedNeuron &neuron = op.fixedNeuron;
  std::string initial = "NULL, 0";
  if (!population.initial.empty()) {
    std::vector<int32_t> period = getPeriod(population.initial);
    tables += makeTable(name + ": where y starts", "int32_t", name + "_initial", period);
    initial = fmt::format("{}_initial, {}", name, period.size());
  }
  tables += makeTable(fmt::format("{}: steps of {} fraction bits", name, neuron.eventFraction),
                      "int32_t", name + "_steps", neuron.steps);
  if (!neuron.zones.empty())
    tables +=
        makeTable(fmt::format("{}: dead zones of {} fraction bits", name, neuron.operandFraction),
                  "int32_t", name + "_zones", neuron.zones);
  if (!neuron.table.empty())
    tables += makeTable(name + ": its function", "int16_t", name + "_table", neuron.table);
  std::string gains = "NULL, 0";
  if (!layout.fixed.gains[p].empty()) {
    std::vector<int32_t> period = getPeriod(layout.fixed.gains[p].expand());
    tables +=
        makeTable(name + ": from its function to its ranges", "int32_t", name + "_gains", period);
    gains = fmt::format("{}_gains, {}", name, period.size());
  }
  tables += fmt::format("static const snn_population {}_neurons = {{{}, {}, {}, {}, {}, {}, {}, "
                        "{{{}}}, {{{}}}, {}}};\n\n",
                        name, getFunction(op), neuron.table.empty() ? "NULL" : name + "_table",
                        layout.network.streams[population.stream].size,
                        neuron.operandFraction - neuron.eventFraction,
                        ::snn::getInfo(op.function).tie == ::snn::Tie::Above ? 1 : 0, neuron.align,
                        neuron.epsilon, initial, gains, neuron.gainShift);
}

//===- Synapses ----------------------------------------------------------------------------------------===//

namespace {

using Kind = Delivery<int32_t>::Kind;

/// A window of a single place adds a row of weights to a pixel, as a product with a matrix does: with less arithmetic
/// than any other window.
bool isProduct(const Delivery<int32_t> &d) {
  return d.kind == Kind::Gemm || (d.isPlain() && d.kernelHeight == 1 && d.kernelWidth == 1 &&
                                  d.strideY == 1 && d.strideX == 1 && d.padY == 0 && d.padX == 0 &&
                                  d.out.height == d.in.height && d.out.width == d.in.width);
}

/// Whether a move leaves everything at its place.
bool isIdentity(const Delivery<int32_t> &d) {
  for (size_t i = 0; i < d.target.size(); ++i)
    if (d.target[i] != static_cast<int32_t>(i))
      return false;
  return true;
}

/// Whether 16 bits do not number all places that elements go to.
bool isWide(const Layout &layout, const Delivery<int32_t> &d) {
  bool isFar = std::any_of(d.target.begin(), d.target.end(), [&](int32_t target) {
    return target >= static_cast<int64_t>(layout.options.shortIndices);
  });
  return isFar && (d.kind == Kind::Copy || !isIdentity(d));
}

const char *getKernel(const Layout &layout, const Delivery<int32_t> &d) {
  if (isProduct(d))
    return "snn_gemm_event";
  switch (d.kind) {
  case Kind::Conv:
    return "snn_conv_event";
  case Kind::Pool:
    return "snn_pool_event";
  case Kind::Copy:
    return isWide(layout, d) ? "snn_copy_wide_event" : "snn_copy_event";
  default:
    return isWide(layout, d) ? "snn_map_wide_event" : "snn_map_event";
  }
}

/// Places as a table has them; nowhere is the largest number of its width.
std::vector<uint32_t> getPlaces(std::vector<uint32_t> places, bool isWide) {
  for (uint32_t &place : places)
    if (place == kNowhere && !isWide)
      place = UINT16_MAX;
  return places;
}

/// What the numbers of a window are, for the reader.
std::string describeWindow(const Delivery<int32_t> &d) {
  return fmt::format(
      "/* from {}x{}x{} to {}x{}x{}, window {}x{}, stride {}x{}, pad {}x{}, dilation "
      "{}x{} */\n",
      d.in.channels, d.in.height, d.in.width, d.out.channels, d.out.height, d.out.width,
      d.kernelHeight, d.kernelWidth, d.strideY, d.strideX, d.padY, d.padX, d.dilationY,
      d.dilationX);
}

std::string makeWindow(const Delivery<int32_t> &d) {
  uint32_t inPlane = d.in.height * d.in.width, outPlane = d.out.height * d.out.width;
  return fmt::format("{{{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}}}",
                     d.in.channels, d.in.height, d.in.width, d.channelLast ? 1 : inPlane,
                     d.channelLast ? d.in.channels : 1, d.out.height, d.out.width,
                     d.channelLast ? 1 : outPlane, d.channelLast ? d.out.channels : 1,
                     d.kernelHeight, d.kernelWidth, d.strideY, d.strideX, d.padY, d.padX,
                     d.dilationY, d.dilationX);
}

} // namespace

std::string TableWriter::getSynapse(const Layout &layout, size_t group, uint32_t task) {
  const Delivery &d = layout.typed.deliveries[layout.typed.tasks[task].delivery];
  return fmt::format("{}, &{}_synapse{}", getKernel(layout, d), layout.layerNames[group], task);
}

void TableWriter::addSynapse(const Layout::Task &task, const std::string &name) {
  const Delivery &d = layout.typed.deliveries[task.delivery];
  const Operation &op = layout.network.operations[task.operation];
  switch (d.kind) {
  case Kind::Conv:
  case Kind::Gemm:
    return addWeights(op, d, name);
  case Kind::Pool:
    return addPool(op, d, name);
  case Kind::Copy:
    return addCopy(op, d, name);
  default:
    return addMap(task, d, name);
  }
}

void TableWriter::addWeights(const Operation &op, const Delivery &d, const std::string &name) {
  bool isConv = !isProduct(d);
  PackedWeights packed = packWeights(op, d);
  tables +=
      makeTable(fmt::format("{}: {}-bit weights {}", op.name, packed.bits,
                            isConv ? "[input channel][tap][output channel]" : "[input][output]"),
                "uint8_t", name + "_weights", packed.bytes);
  std::string weights = fmt::format("{{{}_weights, {}, {}}}", name, packed.bits, packed.rowBytes);
  if (isConv)
    tables += describeWindow(d) +
              fmt::format("static const snn_conv {} = {{\n    {},\n    {}, {}, {}, {}}};\n\n", name,
                          makeWindow(d), d.inputsPerGroup, d.outputsPerGroup, weights, op.shift);
  else
    tables +=
        fmt::format("static const snn_gemm {} = {{{}, {}, {}, {}, {}}};\n\n", name,
                    d.kind == Kind::Gemm ? d.rows : d.in.channels,
                    d.kind == Kind::Gemm ? d.columns : d.out.channels, d.inner, weights, op.shift);
}

void TableWriter::addPool(const Operation &op, const Delivery &d, const std::string &name) {
  tables += makeTable(op.name + ": shares of each output pixel", "int16_t", name + "_shares",
                      std::vector<int32_t>(d.weights.begin(), d.weights.end()));
  tables += describeWindow(d);
  tables += fmt::format("static const snn_pool {} = {{\n    {},\n    {}_shares}};\n\n", name,
                        makeWindow(d), name);
}

/// Moves and scales.
void TableWriter::addMap(const Layout::Task &task, const Delivery &d, const std::string &name) {
  const std::string &op = layout.network.operations[task.operation].name;
  std::string places = "NULL, NULL, NULL, 1, 1", factors = "NULL, 1";
  bool stays = isIdentity(d), wide = isWide(layout, d);
  const char *type = wide ? "uint32_t" : "uint16_t";
  std::array<uint64_t, 3> sizes = layout.getStorageSizes(task.stream);
  if (auto axes = stays ? std::nullopt : separate(d.target, sizes)) {
    const char *parts[] = {"first", "second", "third"};
    for (size_t i = 0; i < 3; ++i)
      tables += makeTable(fmt::format("{}: where each element goes, {} part", op, parts[i]), type,
                          fmt::format("{}_{}", name, parts[i]), getPlaces((*axes)[i], wide));
    places = fmt::format("{0}_first, {0}_second, {0}_third, {1}, {2}", name, sizes[1], sizes[2]);
  } else if (!stays) {
    std::vector<uint32_t> targets;
    for (int32_t target : d.target)
      targets.push_back(target < 0 ? kNowhere : static_cast<uint32_t>(target));
    tables += makeTable(op + ": where each element goes", type, name + "_first",
                        getPlaces(std::move(targets), wide));
    places = name + "_first, NULL, NULL, 1, 1";
  }
  if (!d.weights.empty()) {
    std::vector<int32_t> period = getFactorPeriod({d.weights.begin(), d.weights.end()}, d.target);
    tables += makeTable(op + ": factors", "int32_t", name + "_factors", period);
    factors = fmt::format("{}_factors, {}", name, period.size());
  }
  tables += fmt::format("static const snn_map{} {} = {{{}, {}}};\n\n", wide ? "_wide" : "", name,
                        places, factors);
}

void TableWriter::addCopy(const Operation &op, const Delivery &d, const std::string &name) {
  tables += makeTable(op.name + ": where the places of each element begin", "uint32_t",
                      name + "_first", d.first);
  bool wide = isWide(layout, d);
  tables += makeTable(op.name + ": where each element goes", wide ? "uint32_t" : "uint16_t",
                      name + "_targets", std::vector<uint32_t>(d.target.begin(), d.target.end()));
  tables += fmt::format("static const snn_copy{1} {0} = {{{0}_first, {0}_targets}};\n\n", name,
                        wide ? "_wide" : "");
}

} // namespace snnc::c
