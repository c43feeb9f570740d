#include "targets/c/LayerWriter.h"

#include "compiler/support/Text.h"
#include "targets/c/TableWriter.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>
#include <fmt/format.h>

using namespace mlir;

namespace snnc::c {

using namespace exec;

namespace {

/// The second of two operands has names with a 2.
const char *suffix(size_t operand) { return operand ? "2" : ""; }

/// Whether what a task reads are states: sums that last from step to step.
bool readsStates(Operation *task) {
  auto fire = dyn_cast<FireOp>(task);
  return isa<DecodeOp>(task) || (fire && fire.getFixed().getState() != 16);
}

} // namespace

std::string LayerWriter::writeTrace(Operation *task, const std::string &time) const {
  return fmt::format("SNN_TRACE({}U, {}_STEPS, {});\n", network.getTraceNumber(task),
                     network.options.name, time);
}

std::string LayerWriter::describe(LayerOp layer) const {
  std::string text;
  for (TaskOpInterface task : getTasks(layer)) {
    if (isa<PassOp, BackgroundOp>(task.getOperation()))
      continue;
    text += (text.empty() ? "" : ", ") + getTaskName(task);
    if (auto fire = dyn_cast<FireOp>(task.getOperation()))
      text += fmt::format(" ({})", snn::stringifyFunction(fire.getFunction()).str());
  }
  TaskOpInterface last = getLast(layer);
  Value given = last.getGivenStream(); // an output and an operand of a product are no streams
  ArrayRef<int64_t> shape =
      given ? snn::getStreamShape(given.getType()) : exec::getShape(last.getReadSums()[0]);
  return toComment(fmt::format("{}: {}", text, fmt::join(shape, "x")));
}

//===- Before the first step ---------------------------------------------------------------------------===//

/// What normalizes the input to `values`.
std::string LayerWriter::writeRead(const std::string &values) const {
  const int64_t fraction = network.encode.getFixed().getRawFraction();
  switch (network.inputForm()) {
  case InputForm::Int8:
    return fmt::format("snn_read_int8(&input_form, input, {}, {}U, {});\n",
                       network.isByte() ? 128 : 0, fraction, values);
  case InputForm::Float:
    return fmt::format("snn_read_float(&input_form, input, {:.17g}, {}, {});\n",
                       network.isByte() ? 255 : std::ldexp(1, static_cast<int>(fraction)),
                       network.isByte() ? "0, 255" : "-32768, 32767", values);
  default:
    return fmt::format("snn_read_{}(&input_form, input, {});\n", network.isByte() ? "u8" : "i16",
                       values);
  }
}

std::string LayerWriter::writeInit() const {
  EncodeOp encode = network.encode;
  if (!encode.getValues()) // it is read where it is
    return "  " + writeTrace(encode, "0U") +
           (network.isByte() ? "  SNN_TRACE_BYTES(&input_form, input_normalized, input);\n"
                             : "  SNN_TRACE_HALVES(&input_form, input);\n");
  std::string values = network.at(encode.getValues());
  std::string code = "  " + writeRead(values);
  if (encode.getCode() == snn::InputCode::Direct)
    code += "  " + writeTrace(encode, "0U") +
            fmt::format("  SNN_EVENTS({}, {});\n", values, network.inputSize());
  if (encode.getEstimates())
    code += fmt::format("  snn_clear32({}, {});\n", network.at(encode.getEstimates()),
                        network.inputSize());
  return code;
}

std::string LayerWriter::writeStart(FireOp fire) const {
  std::string name = network.nameOf(fire);
  ArrayRef<int64_t> shifts = fire.getFixed().getShifts().asArrayRef();
  std::string code;
  for (auto [n, sums] : llvm::enumerate(fire.getSums())) {
    uint64_t size = getSize(sums);
    if (readsStates(fire))
      code += fmt::format("  snn_start_sums({}_start{}, {}, {});\n", name, suffix(n), size,
                          network.at(sums));
    else
      code += fmt::format("  snn_start_estimates({0}_start{1}, {0}_scale{1}, {2}, {3}, {4});\n",
                          name, suffix(n), shifts[n], size, network.at(fire.getEstimates()[n]));
  }
  if (fire.getOutputs())
    code +=
        fmt::format("  snn_start_outputs(&{}_neurons, {});\n", name, network.at(fire.getOutputs()));
  return code;
}

std::string LayerWriter::writeStarts(LayerOp layer) const {
  std::string code;
  auto startKept = [&](Operation *task, OperandRange kept) {
    for (auto [n, memory] : llvm::enumerate(kept))
      code += fmt::format(
          "  snn_start_{}({}_start{}, {}, {});\n", getBuffer(memory).isShort() ? "factors" : "sums",
          network.nameOf(task, "product"), suffix(n), getSize(memory), network.at(memory));
  };
  for (TaskOpInterface task : getTasks(layer))
    llvm::TypeSwitch<Operation *>(task.getOperation())
        .Case([&](FireOp fire) { code += writeStart(fire); })
        .Case([&](DecodeOp decode) {
          code += fmt::format("  snn_start_sums({}_start, {}, {});\n", network.nameOf(decode),
                              getSize(decode.getFrom()), network.at(decode.getFrom()));
        })
        .Case([&](MultiplyOp product) { startKept(product, product.getKept()); })
        .Case(
            [&](RequantizeOp product) { startKept(product, product->getOperands().take_back(1)); });
  return code;
}

std::string LayerWriter::writeTrainStarts() const {
  std::string code;
  for (LayerOp layer : network.layers)
    if (Value sent = layer.getSent(); sent && network.hasTrain(sent))
      code += fmt::format("  {{\n  {}    snn_clear_train(&{});\n  }}\n", writeTrain(sent),
                          network.getEvents(sent));
  return code;
}

std::string LayerWriter::writeLayerStart(LayerOp layer) const {
  std::string code = writeStarts(layer);
  if (Value sent = layer.getSent(); sent && network.hasTrain(sent))
    code += fmt::format("  snn_clear_train(&{});\n", network.getEvents(sent));
  return code;
}

/// A train by its place, and what it holds.
std::string LayerWriter::writeTrain(Value stream) const {
  BufferOp events = network.eventsOf(stream);
  bool isShort = events.isShort();
  std::string place =
      fmt::format("({} *){}", isShort ? "uint16_t" : "uint32_t", network.at(events.getMemory()));
  return fmt::format("  const snn_train {} = {{\n      {}{}{}, {}, {}, {}_steps}};\n",
                     network.getEvents(stream), isShort ? "" : "NULL, ", place,
                     isShort ? ", NULL" : "", getStreamSize(stream), network.getEventBits(stream),
                     network.senderOf(stream));
}

std::string LayerWriter::writeVariables(LayerOp layer) const {
  std::string code;
  llvm::SetVector<Value> streams; // as their senders give them
  for (TaskOpInterface task : getTasks(layer)) {
    for (Value stream : {task.getTakenStream(), task.getGivenStream()})
      if (stream && network.hasTrain(stream))
        streams.insert(getSender(stream).getGivenStream());
    if (auto fire = dyn_cast<FireOp>(task.getOperation()))
      code += writeOperands(fire);
  }
  for (Value stream : streams)
    code += writeTrain(stream);
  return code;
}

//===- A time step -------------------------------------------------------------------------------------===//

std::string LayerWriter::writeStep(LayerOp layer) const {
  std::string code = writeClears(layer);
  for (TaskOpInterface task : getTasks(layer))
    code += writeTask(task);
  return code;
}

/// Sums that a step begins with 0: all but those that are states.
std::string LayerWriter::writeClears(LayerOp layer) const {
  llvm::SetVector<Value> cleared;
  for (TaskOpInterface task : getTasks(layer))
    if (!readsStates(task))
      for (Value sums : task.getReadSums())
        cleared.insert(sums);
  std::string code;
  for (Value sums : cleared)
    code += fmt::format("    snn_clear32({}, {});\n", network.at(sums), getSize(sums));
  return code;
}

std::string LayerWriter::writeTask(TaskOpInterface task) const {
  return llvm::TypeSwitch<Operation *, std::string>(task.getOperation())
      .Case([&](DeliverOp deliver) { return writeDeliver(deliver); })
      .Case([&](BackgroundOp background) { return writeBackground(background); })
      .Case([&](FireOp fire) { return writeFire(fire); })
      .Case([&](EncodeOp encode) { return writeEncode(encode); })
      .Case<MultiplyOp, RequantizeOp>([&](Operation *op) { return writeProduct(op); })
      .Default([](Operation *) { return ""; });
}

//===- Synapses ----------------------------------------------------------------------------------------===//

std::string LayerWriter::writeDeliver(DeliverOp deliver) const {
  Value stream = deliver.getStream();
  if (!network.isGraded(stream))
    return writeDeliverEvents(deliver);
  std::string synapse = TableWriter::getKernel(network, deliver),
              sums = network.at(deliver.getTarget());
  uint64_t size = getStreamSize(stream);
  Operation *sender = getSender(stream);
  if (auto pass = dyn_cast<PassOp>(sender))
    return fmt::format("    snn_deliver_values32({}, {}, {}, {});\n", synapse,
                       network.at(pass.getFrom()), size, sums);
  auto encode = cast<EncodeOp>(sender);
  if (encode.getCode() == snn::InputCode::Direct)
    return fmt::format("    if (t == 0U) {{\n      snn_deliver_values16({}, {}, {}, {});\n    }}\n",
                       synapse, network.at(encode.getValues()), size, sums);
  return fmt::format("    snn_deliver_values32({}, {}, {}, {});\n", synapse,
                     network.at(encode.getSent()), size, sums);
}

std::string LayerWriter::writeDeliverEvents(DeliverOp deliver) const {
  Value stream = deliver.getStream();
  // A sign counts twice: all neurons have moved the other way, which is in the background.
  bool isTernary = cast<snn::SpikesType>(stream.getType()).getCode() == snn::SpikeCode::Ternary;
  bool isTrain = network.hasTrain(stream);
  return fmt::format("    step = {};\n    if (step != 0) {{\n      snn_deliver{}({}, &{}, {}{}, "
                     "{});\n    }}\n",
                     network.stepOf(stream), isTrain ? "_train" : "",
                     TableWriter::getKernel(network, deliver), network.getEvents(stream),
                     isTrain ? network.stepNumberOf(stream) + ", " : "",
                     isTernary ? "step" : "-2 * step", network.at(deliver.getTarget()));
}

std::string LayerWriter::writeBackground(BackgroundOp background) const {
  return fmt::format(
      "    step = {};\n    if (step != 0) {{\n      snn_add_background({}, {}, step, "
      "{});\n    }}\n",
      network.stepOf(background.getStream()), network.nameOf(background, "background"),
      getSize(background.getTarget()), network.at(background.getTarget()));
}

/// Products of two streams and requantizes.
std::string LayerWriter::writeProduct(Operation *task) const {
  auto product = dyn_cast<MultiplyOp>(task);
  std::string operands;
  for (Value sums : cast<TaskOpInterface>(task).getReadSums())
    operands += network.at(sums) + ", ";
  OperandRange kept = product ? product.getKept() : task->getOperands().take_back(1);
  for (Value memory : kept)
    operands += network.at(memory) + ", ";
  const char *kernel = !product                            ? "snn_pass_rounded"
                       : getBuffer(kept.front()).isShort() ? "snn_multiply16"
                                                           : "snn_multiply32";
  return fmt::format("    {}(&{}, {}{});\n", kernel, network.nameOf(task, "product"), operands,
                     network.at(cast<TaskOpInterface>(task).getFilledSums()));
}

//===- Neurons -----------------------------------------------------------------------------------------===//

std::string LayerWriter::writeOperands(FireOp fire) const {
  std::string name = network.nameOf(fire), operands;
  ArrayRef<int64_t> shifts = fire.getFixed().getShifts().asArrayRef();
  for (auto [n, sums] : llvm::enumerate(fire.getSums()))
    operands += fmt::format("{}{{{}, {}, {}_scale{}, {}}}", n ? ", " : "",
                            readsStates(fire) ? "NULL" : network.at(fire.getEstimates()[n]),
                            network.at(sums), name, suffix(n), shifts[n]);
  return fmt::format("  const snn_operand operands[{}] = {{{}}};\n", fire.getSums().size(),
                     operands);
}

std::string LayerWriter::writeFire(FireOp fire) const {
  Value stream = fire.getSpikes();
  std::string name = network.nameOf(fire), k = network.stepNumberOf(stream), code;
  ArrayRef<int64_t> shifts = fire.getFixed().getShifts().asArrayRef();
  // 16-bit estimates take the sums of the step.
  for (auto [n, estimates] : llvm::enumerate(fire.getEstimates()))
    code += fmt::format("    snn_charge_all({}, {}_scale{}, {}, {}, {});\n",
                        network.at(fire.getSums()[n]), name, suffix(n), shifts[n],
                        getSize(estimates), network.at(estimates));
  bool isTernary = fire.getSpikes().getType().getCode() == snn::SpikeCode::Ternary;
  std::string kernel = isTernary ? "snn_fire_ternary" : "snn_fire_sign";
  std::string zone = isTernary ? fmt::format("{}_zones[{}], ", name, k) : "";
  code += fmt::format("    step = {};\n    if (step != 0) {{\n      {}", network.stepOf(stream),
                      writeTrace(fire, "t"));
  if (fire.getTrain())
    code += fmt::format("      {}_train(&{}_neurons, operands, {}{}, &{});\n", kernel, name, zone,
                        k, network.getEvents(stream));
  else
    code += fmt::format("      {}(&{}_neurons, operands, step, {}{}, &{});\n", kernel, name, zone,
                        network.at(fire.getOutputs()), network.getEvents(stream));
  return code + "    }\n";
}

//===- Input and output --------------------------------------------------------------------------------===//

std::string LayerWriter::writeEncode(EncodeOp encode) const {
  snn::FixedInputAttr form = encode.getFixed();
  if (encode.getCode() == snn::InputCode::Direct)
    return "";
  Value stream = encode.getSpikes();
  std::string values = network.at(encode.getValues());
  std::string code =
      fmt::format("    step = {};\n    {}", network.stepOf(stream), writeTrace(encode, "t"));
  if (encode.getCode() == snn::InputCode::Float)
    return code + fmt::format("    snn_send_rest({}, {}, step, {}, {}, {});\n", values,
                              network.inputSize(), form.getEventFraction(),
                              network.at(encode.getEstimates()), network.at(encode.getSent()));
  int64_t up = form.getFraction() - form.getEventFraction();
  if (encode.getTrain())
    return code +
           fmt::format(
               "    if (step != 0) {{\n      snn_send_signs_train({}, {}, {}, &{});\n    }}\n",
               values, up, network.stepNumberOf(stream), network.getEvents(stream));
  return code +
         fmt::format(
             "    if (step != 0) {{\n      snn_send_signs({}, {}, {}, step, {}, &{});\n    }}\n",
             values, network.inputSize(), up, network.at(encode.getEstimates()),
             network.getEvents(stream));
}

std::string LayerWriter::writeDecode() const {
  std::string code;
  for (const Network::Decoder &decoder : network.decoders) {
    DecodeOp op = decoder.op;
    if (getBuffer(op.getFrom()).getPart())
      continue; // its layer has written it
    ArrayRef<int64_t> shape = exec::getShape(op.getFrom());
    uint64_t size = getSize(op.getFrom());
    auto channels = static_cast<uint64_t>(shape.size() == 3 ? shape[0] : 1);
    std::string from = fmt::format("{}, {}_scale, {}", network.at(op.getFrom()), network.nameOf(op),
                                   op.getFixed().getShift()),
                to = decoder.offset ? fmt::format("output + {}", decoder.offset) : "output";
    switch (op.getForm()) {
    case OutputForm::Int32:
      code += fmt::format("  snn_decode({}, {}, {}, {});\n", from, channels, size / channels, to);
      break;
    case OutputForm::Int8:
      code += fmt::format("  snn_decode_bytes({}, {}, {}, {}, {});\n", from, channels,
                          size / channels, static_cast<int64_t>(op.getDrop()), to);
      break;
    case OutputForm::Class:
      code += fmt::format("  output[{}] = snn_decode_class({}, {});\n", decoder.offset, from, size);
      break;
    }
  }
  return code;
}

} // namespace snnc::c
