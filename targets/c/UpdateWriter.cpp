#include "targets/c/UpdateWriter.h"

#include "targets/c/TableWriter.h"
#include "targets/c/Tables.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/TypeSwitch.h"
#include <algorithm>
#include <fmt/format.h>

using namespace mlir;

namespace snnc::c {

using namespace exec;

namespace {

LayerOp getLayer(Operation *task) { return task->getParentOfType<LayerOp>(); }

/// Streams of other layers that a layer reads, as their senders give them.
llvm::SetVector<Value> getSources(LayerOp layer) {
  llvm::SetVector<Value> sources;
  for (TaskOpInterface task : getTasks(layer))
    if (Value stream = task.getTakenStream(); stream && getLayer(getSender(stream)) != layer)
      sources.insert(getSender(stream).getGivenStream());
  return sources;
}

/// The population whose sums these are, or null.
FireOp getPopulation(Value sums) {
  for (Operation *user : sums.getUsers())
    if (auto fire = dyn_cast<FireOp>(user))
      return fire;
  return {};
}

} // namespace

/// A population begins with its schedule, and a decoder reads when all is over; sums that are passed on begin with the
/// first of their readers.
UpdateWriter::UpdateWriter(const Network &network) : network(network), layers(network) {
  auto steps = static_cast<int64_t>(network.program.getSteps());
  for (LayerOp layer : llvm::reverse(network.layers)) {
    TaskOpInterface last = getLast(layer);
    int64_t first = steps - 1;
    if (auto fire = dyn_cast<FireOp>(last.getOperation()))
      first = static_cast<int64_t>(fire.getStart());
    else if (isa<PassOp>(last.getOperation()))
      for (LayerOp reader : network.layers)
        if (getSources(reader).contains(last.getGivenStream()))
          first = std::min(first, getFirstStep(reader));
    firstSteps[layer] = first;
  }
}

//===- Tables -------------------------------------------------------------------------------------------===//

namespace {

/// What an event of a delivery reaches, as a synapse whose sums are marks; its tables are added to `tables`.
std::string addReach(const Network &network, DeliverOp deliver, std::string &tables) {
  Synapse synapse = getSynapse(network, deliver);
  std::string name = network.nameOf(deliver, "synapse"), kernel, table = "NULL";
  std::string behind = name + (synapse.isMapped ? "_behind" : "");
  std::string reach = network.nameOf(deliver, "reach");
  const char *wide = synapse.isWide ? "_wide" : "";
  switch (*deliver.getKernel()) {
  case Kernel::Conv: {
    auto conv = cast<ConvAttr>(*deliver.getSynapse());
    ArrayRef<int64_t> shape = deliver.getWeights()->getShapedType().getShape();
    kernel = "snn_reach_window";
    tables += fmt::format("static const snn_window_reach {}_outputs = {{&{}.window, {}, {}}};\n",
                          reach, behind, shape[1], shape[0] / conv.getGroup());
    table = "&" + reach + "_outputs";
    break;
  }
  case Kernel::Pool:
    kernel = "snn_reach_window";
    tables += fmt::format("static const snn_window_reach {}_outputs = {{&{}.window, 1, 1}};\n",
                          reach, behind);
    table = "&" + reach + "_outputs";
    break;
  case Kernel::Gemm: {
    ArrayRef<int64_t> shape = deliver.getWeights()->getShapedType().getShape();
    bool isWindow = isa<ConvAttr>(*deliver.getSynapse());
    int64_t rows = isWindow ? shape[1] : shape[0], columns = isWindow ? shape[0] : shape[1];
    int64_t inner = getInner(deliver);
    kernel = "snn_reach_block";
    tables += fmt::format("static const snn_block_reach {}_outputs = {{{}, {}}};\n", reach,
                          rows * inner, columns * inner);
    table = "&" + reach + "_outputs";
    break;
  }
  case Kernel::Map:
    tables += fmt::format("static const snn_mapped{0} {1} = {{&{2}, snn_reach_place, NULL}};\n",
                          wide, reach, name);
    return fmt::format("snn_mapped{}_event, &{}", wide, reach);
  case Kernel::Copy:
    return fmt::format("snn_reach_copy{}, &{}", wide, name);
  default:
    break; // gathers are of the order of values
  }
  if (!synapse.isMapped)
    return kernel + ", " + table;
  tables += fmt::format("static const snn_mapped{0} {1} = {{&{2}_map, {3}, {4}}};\n", wide, reach,
                        name, kernel, table);
  return fmt::format("snn_mapped{}_event, &{}", wide, reach);
}

/// The dead zones of a sample, and with a hysteresis those of updates.
std::string writeZones(const Network &network, FireOp fire) {
  std::string name = network.nameOf(fire), text;
  snn::FixedNeuronAttr form = fire.getFixed();
  std::vector<int64_t> zones(form.getZones().asArrayRef());
  int64_t reach = form.getReach(), hysteresis = static_cast<int64_t>(fire.getHysteresis());
  text += fmt::format("static const snn_dead_zones {0}_sample = {{{0}_zones, {1}, {2}}};\n", name,
                      *std::min_element(zones.begin(), zones.end()), reach);
  if (hysteresis == 0)
    return text;
  for (int64_t &zone : zones)
    zone = std::max(zone, hysteresis);
  text += makeTable(name + ": dead zones of updates", "int32_t", name + "_update_zones", zones);
  return text +
         fmt::format("static const snn_dead_zones {0}_update = {{{0}_update_zones, {1}, {2}}};\n",
                     name, *std::min_element(zones.begin(), zones.end()), reach);
}

} // namespace

std::string UpdateWriter::writeTables(const Network &network) {
  std::string text;
  ArrayRef<int64_t> thresholds = *network.encode.getThresholds();
  if (llvm::any_of(thresholds, [](int64_t threshold) { return threshold > 0; }))
    text += makeTable("input: what a change must exceed to be sent, by channel", "int32_t",
                      "input_thresholds", std::vector<int64_t>(thresholds));
  for (LayerOp layer : network.layers)
    for (TaskOpInterface task : getTasks(layer)) {
      if (auto fire = dyn_cast<FireOp>(task.getOperation()))
        text += writeZones(network, fire);
      auto deliver = dyn_cast<DeliverOp>(task.getOperation());
      if (!deliver)
        continue;
      std::string reach =
          getPopulation(deliver.getTarget()) ? addReach(network, deliver, text) : "NULL, NULL";
      text +=
          fmt::format("static const snn_path {} = {{{}, {}}};\n\n", network.nameOf(deliver, "path"),
                      TableWriter::getKernel(network, deliver), reach);
    }
  return text;
}

//===- A layer ------------------------------------------------------------------------------------------===//

std::string UpdateWriter::getTouched(Value sums) const {
  FireOp fire = getPopulation(sums);
  return fire ? "marks_" + network.nameOf(fire) + ".touched" : "NULL";
}

/// Trains and marks of the populations that a layer has or hears.
std::string UpdateWriter::writeVariables(LayerOp layer) const {
  std::string code = layers.writeVariables(layer);
  for (Value source : getSources(layer))
    if (auto fire = dyn_cast<FireOp>(getSender(source).getOperation()))
      code += fmt::format("  const snn_source heard_{0} = {{&{1}, {2}, {3}, {4}}};\n",
                          network.nameOf(fire), network.getEvents(source),
                          network.marksAt(fire.getMarks()[1]),
                          static_cast<int64_t>(fire.getStart()), network.stepsOf(source).size());
  for (TaskOpInterface task : getTasks(layer)) {
    auto fire = dyn_cast<FireOp>(task.getOperation());
    if (!fire)
      continue;
    std::string name = network.nameOf(fire), marks = network.marksAt(fire.getMarks()[2]);
    int64_t words = countMarkWords(fire.getSpikes().getType().getNumElements());
    code += fmt::format(
        "  const snn_marks marks_{0} = {{\n      {1}, {2}, {3}, {3} + {4}, {3} + {5}}};\n", name,
        network.marksAt(fire.getMarks()[0]), network.marksAt(fire.getMarks()[1]), marks, words,
        2 * words);
    if (static_cast<int64_t>(fire.getHysteresis()) > 0)
      code += fmt::format(
          "  const snn_dead_zones *zones = is_update ? &{0}_update : &{0}_sample;\n", name);
  }
  return code;
}

/// Whether anything happens to a layer.
std::string UpdateWriter::writeIsReached(LayerOp layer) const {
  std::vector<std::string> ways;
  for (Value source : getSources(layer)) {
    TaskOpInterface sender = getSender(source);
    if (auto pass = dyn_cast<PassOp>(sender.getOperation()))
      ways.push_back(fmt::format("*({}) != 0", network.at(pass.getMarks())));
    else if (auto fire = dyn_cast<FireOp>(sender.getOperation()))
      ways.push_back(fmt::format("snn_any_mark({}, {})", network.marksAt(fire.getMarks()[1]),
                                 getStreamSize(source)));
    else
      ways.push_back(fmt::format("snn_any_mark({}, {})",
                                 network.marksAt(cast<EncodeOp>(sender.getOperation()).getMarks()),
                                 getStreamSize(source)));
  }
  if (auto fire = dyn_cast<FireOp>(getLast(layer).getOperation()))
    ways.push_back(fmt::format("snn_any_mark(marks_{}.restless, {})", network.nameOf(fire),
                               getStreamSize(fire.getSpikes())));
  return ways.empty() ? "0" : fmt::format("{}", fmt::join(ways, " ||\n      "));
}

/// Parameters and variables that a layer has no use for.
static std::string getUnused(LayerOp layer) {
  auto fire = dyn_cast<FireOp>(getLast(layer).getOperation());
  bool hasZones = fire && static_cast<int64_t>(fire.getHysteresis()) > 0;
  return fmt::format("{}{}", hasZones ? "" : "  (void)is_update;\n",
                     getSources(layer).empty() ? "  (void)from;\n" : "");
}

std::string UpdateWriter::writeLayer(LayerOp layer) const {
  TaskOpInterface last = getLast(layer);
  if (isa<EncodeOp>(last.getOperation()))
    return "";
  auto fire = dyn_cast<FireOp>(last.getOperation());
  auto pass = dyn_cast<PassOp>(last.getOperation());
  uint64_t neurons = fire ? getStreamSize(fire.getSpikes()) : 0;
  std::string name = network.nameOf(layer), begin, end;
  if (fire) {
    begin = fmt::format("  snn_begin_marks(&marks_{}, {});\n", name, neurons);
    end = fmt::format("  snn_end_marks(&marks_{}, {});\n", name, neurons);
  }
  std::string leave = pass ? fmt::format("    *({}) = 0;\n", network.at(pass.getMarks())) : "";
  if (pass)
    begin = fmt::format("  *({}) = 1;\n", network.at(pass.getMarks()));
  return fmt::format(
      "/* {} */\nstatic void run_{}({}_state *state, int is_update) {{\n{}  uint32_t t, "
      "from = 0;\n{}{}  if (!({})) {{\n{}    return;\n  }}\n{}{}}}\n\n",
      layers.describe(layer), name, network.options.name, writeVariables(layer), getUnused(layer),
      begin, writeIsReached(layer), leave, writeSteps(layer, last), end);
}

std::string UpdateWriter::writeSteps(LayerOp layer, TaskOpInterface last) const {
  std::string code;
  llvm::SetVector<Value> cleared;
  for (TaskOpInterface task : getTasks(layer))
    if (!isa<FireOp, DecodeOp>(task.getOperation()))
      for (Value sums : task.getReadSums())
        cleared.insert(sums);
  for (Value sums : cleared)
    code += fmt::format("    snn_clear32({}, {});\n", network.at(sums), getSize(sums));
  for (TaskOpInterface task : getTasks(layer))
    code += writeTask(task);
  // A population's sums get what comes behind its last step at once, a decoder's everything.
  std::string steps = network.options.name + "_STEPS";
  auto fire = dyn_cast<FireOp>(last.getOperation());
  int64_t first = getFirstStep(layer), end = fire
                                                 ? first + fire.getFixed().getSteps().size()
                                                 : static_cast<int64_t>(network.program.getSteps());
  bool goesOn = end < static_cast<int64_t>(network.program.getSteps());
  return fmt::format(
      "  for (t = {0}; t {1} {2}; ++t) {{\n    const uint32_t until = {3};\n{4}    from = "
      "until;\n  }}\n",
      first, goesOn ? "<=" : "<", goesOn ? fmt::format("{}U", end) : steps,
      goesOn ? fmt::format("t < {}U ? t + 1U : {}", end, steps) : "t + 1U", code);
}

std::string UpdateWriter::writeTask(TaskOpInterface task) const {
  return llvm::TypeSwitch<Operation *, std::string>(task.getOperation())
      .Case([&](DeliverOp deliver) { return writeDeliver(deliver); })
      .Case([&](FireOp fire) { return writeFire(fire); })
      .Case<MultiplyOp, RequantizeOp>([&](Operation *op) { return writeProduct(op); })
      .Default([](Operation *) { return ""; });
}

std::string UpdateWriter::writeDeliver(DeliverOp deliver) const {
  TaskOpInterface sender = getSender(deliver.getStream());
  std::string path = network.nameOf(deliver, "path"),
              to = network.at(deliver.getTarget()) + ", " + getTouched(deliver.getTarget());
  if (isa<FireOp>(sender.getOperation()))
    return fmt::format("    snn_deliver_changes(&{}, &heard_{}, from, until, {});\n", path,
                       network.nameOf(sender), to);
  uint64_t size = getStreamSize(deliver.getStream());
  if (auto encode = dyn_cast<EncodeOp>(sender.getOperation()))
    return fmt::format(
        "    if (from == 0U) {{\n      snn_deliver_marked(&{}, {}, {}, {}, {});\n    }}\n", path,
        network.at(encode.getSent()), network.marksAt(encode.getMarks()), size, to);
  auto pass = cast<PassOp>(sender.getOperation());
  if (getLayer(pass) == getLayer(deliver))
    return fmt::format("    snn_deliver_passed(&{}, {}, {}, {});\n", path,
                       network.at(pass.getFrom()), size, to);
  // Sums of all steps: those from the last step that was looked at on.
  return fmt::format("    if (*({0}) != 0) {{\n      uint32_t u;\n      for (u = from > {1}U ? "
                     "from : {1}U; u < until; ++u) {{\n"
                     "        snn_deliver_passed(&{2}, {3}, {4}, {5});\n      }}\n    }}\n",
                     network.at(pass.getMarks()), getFirstStep(getLayer(pass)), path,
                     network.at(pass.getFrom(), "u"), size, to);
}

/// Products of two streams and requantizes: where an operand changed, whatever they are added to may.
std::string UpdateWriter::writeProduct(Operation *task) const {
  auto product = cast<TaskOpInterface>(task);
  std::vector<std::string> ways;
  for (Value sums : product.getReadSums())
    ways.push_back(fmt::format("snn_any_value({}, {})", network.at(sums), getSize(sums)));
  std::string touched = getTouched(product.getFilledSums()), mark;
  if (touched != "NULL")
    mark = fmt::format("      snn_mark_all({}, {});\n", touched, getSize(product.getFilledSums()));
  return fmt::format("    if ({}) {{\n  {}{}    }}\n", fmt::join(ways, " || "),
                     layers.writeProduct(task), mark);
}

std::string UpdateWriter::writeFire(FireOp fire) const {
  std::string name = network.nameOf(fire);
  bool hasZones = static_cast<int64_t>(fire.getHysteresis()) > 0;
  int64_t start = static_cast<int64_t>(fire.getStart());
  std::string code =
      fmt::format("{}snn_fire_changes(&{}_neurons, operands, {}, t - {}U, &{}, {}, &marks_{});\n",
                  layers.writeTrace(fire, "t"), name, hasZones ? "zones" : "&" + name + "_sample",
                  start, network.getEvents(fire.getSpikes()), network.at(fire.getOutputs()), name);
  return fmt::format("    if (t < {}U) {{\n      {}    }}\n",
                     start + fire.getFixed().getSteps().size(), code);
}

//===- The network --------------------------------------------------------------------------------------===//

/// What changed of the input, and all layers.
std::string UpdateWriter::writeInput() const {
  EncodeOp encode = network.encode;
  bool hasThresholds = llvm::any_of(*encode.getThresholds(), [](int64_t t) { return t > 0; });
  std::string calls;
  for (LayerOp layer : network.layers)
    if (!isa<EncodeOp>(getLast(layer).getOperation()))
      calls += fmt::format("  run_{}(state, is_update);\n", network.nameOf(layer));
  return fmt::format(
      "/* A frame: what changed of the input, and all layers, one after another. */\n"
      "static void run_frame({0}_state *state, const {1} *input, int is_update,\n    {10} "
      "*output) "
      "{{\n  {2}  snn_change_{3}(&input_form, {4}, input, {5}, {6}, {7});\n{8}{9}}}\n\n",
      network.options.name, network.inputType(), layers.writeTrace(encode, "0U"),
      network.isByte() ? "u8" : "i16",
      hasThresholds ? "is_update ? input_thresholds : NULL" : "NULL",
      network.at(encode.getValues()), network.at(encode.getSent()),
      network.marksAt(encode.getMarks()), calls, layers.writeDecode(), network.outputType());
}

std::string UpdateWriter::writeStart() const {
  std::string code = fmt::format("  snn_clear16({}, {});\n", network.at(network.encode.getValues()),
                                 network.inputSize());
  for (LayerOp layer : network.layers) {
    code += layers.writeStarts(layer);
    if (auto fire = dyn_cast<FireOp>(getLast(layer).getOperation())) {
      uint64_t size = getStreamSize(fire.getSpikes());
      std::string marks = network.marksAt(fire.getMarks()[0]);
      code += fmt::format("  snn_clear32({}, {});\n  snn_mark_all({}, {});\n",
                          network.at(fire.getMarks()[0]), getSize(fire.getMarks()[0]), marks, size);
    }
  }
  return code;
}

std::string UpdateWriter::write() const {
  std::string functions;
  for (LayerOp layer : network.layers)
    functions += writeLayer(layer);
  return functions + writeInput() +
         fmt::format("void {0}_run({0}_state *state, const {1} input[{0}_INPUT_SIZE],\n    {3} "
                     "output[{0}_OUTPUT_SIZE]) {{\n{2}  run_frame(state, input, 0, output);\n}}\n\n"
                     "void {0}_update({0}_state *state, const {1} input[{0}_INPUT_SIZE],\n    {3} "
                     "output[{0}_OUTPUT_SIZE]) {{\n  run_frame(state, input, 1, output);\n}}\n",
                     network.options.name, network.inputType(), writeStart(), network.outputType());
}

} // namespace snnc::c
