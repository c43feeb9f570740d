#include "targets/c/Network.h"

#include "dialects/exec/Storage.h"
#include "targets/c/State.h"
#include <algorithm>
#include <fmt/format.h>

using namespace mlir;

namespace snnc::c {

Network::Network(exec::ProgramOp program, const EmitOptions &options)
    : program(program), options(options), layers(program.getBody().op_begin<exec::LayerOp>(),
                                                 program.getBody().op_end<exec::LayerOp>()),
      encode(exec::getEncode(program)) {
  for (exec::LayerOp layer : layers)
    for (auto [i, op] : llvm::enumerate(layer.getBody().front())) {
      numbers[&op] = static_cast<unsigned>(i);
      if (isa<exec::EncodeOp, exec::FireOp>(op))
        traceNumbers.try_emplace(&op, static_cast<uint32_t>(traceNumbers.size()));
      if (auto decode = dyn_cast<exec::DecodeOp>(op)) {
        decoders.push_back({decode, decodedSize, static_cast<uint64_t>(decode.getGivenSize())});
        decodedSize += decoders.back().size;
      }
    }
  for (const StateRegion &region : getRegions(program))
    for (exec::BufferOp buffer : region.buffers)
      members[buffer] = getMember(region, buffer);
}

uint64_t Network::offsetOf(exec::DecodeOp decode) const {
  return llvm::find_if(decoders, [&](const Decoder &one) { return one.op == decode; })->offset;
}

bool Network::writesOutput(exec::LayerOp layer) const {
  return llvm::any_of(layer.getBody().front().getOps<exec::DecodeOp>(), [](exec::DecodeOp decode) {
    exec::BufferOp sums = exec::getBuffer(decode.getFrom());
    return sums.getOutput() || sums.getPart();
  });
}

uint64_t Network::inputSize() const { return getStreamSize(encode.getSpikes()); }

std::string Network::nameOf(Operation *task) const {
  return nameOf(task->getParentOfType<exec::LayerOp>());
}

std::string Network::nameOf(Operation *task, const char *what) const {
  return fmt::format("{}_{}{}", nameOf(task), what, numbers.lookup(task));
}

std::string Network::senderOf(Value stream) const { return nameOf(exec::getSender(stream)); }

uint32_t Network::getTraceNumber(Operation *task) const { return traceNumbers.lookup(task); }

bool Network::isGraded(Value stream) const {
  auto spikes = dyn_cast<snn::SpikesType>(stream.getType());
  return !spikes || spikes.getCode() == snn::SpikeCode::Graded;
}

bool Network::hasTrain(Value stream) const {
  Operation *sender = exec::getSender(stream);
  if (auto fire = dyn_cast<exec::FireOp>(sender))
    return fire.getTrain();
  auto first = dyn_cast<exec::EncodeOp>(sender);
  return first && first.getTrain();
}

unsigned Network::getEventBits(Value stream) const {
  return cast<snn::SpikesType>(stream.getType()).getCode() == snn::SpikeCode::Ternary ? 2 : 1;
}

exec::BufferOp Network::eventsOf(Value stream) const {
  Operation *sender = exec::getSender(stream);
  auto fire = dyn_cast<exec::FireOp>(sender);
  return exec::getBuffer(fire ? fire.getEvents() : cast<exec::EncodeOp>(sender).getEvents());
}

ArrayRef<int64_t> Network::stepsOf(Value stream) const {
  Operation *sender = exec::getSender(stream);
  if (auto fire = dyn_cast<exec::FireOp>(sender))
    return fire.getFixed().getSteps().asArrayRef();
  return cast<exec::EncodeOp>(sender).getFixed().getSteps().asArrayRef();
}

uint32_t Network::startOf(Value stream) const {
  Operation *sender = exec::getSender(stream);
  auto fire = dyn_cast<exec::FireOp>(sender);
  return static_cast<uint32_t>(fire ? fire.getStart() : cast<exec::EncodeOp>(sender).getStart());
}

std::string Network::at(Value memory, const char *time) const {
  exec::BufferOp buffer = exec::getBuffer(memory);
  if (buffer.getOutput())
    return fmt::format("&output[{}]", *buffer.getAt());
  std::string place = buffer.getSlots() == 1 ? "0" : fmt::format("{} * {}U", time, getSize(memory));
  return fmt::format("&state->{}[{}]", members.at(buffer), place);
}

std::string Network::stepOf(Value stream) const {
  return fmt::format("snn_at({}_steps, {}, {}, t)", senderOf(stream), stepsOf(stream).size(),
                     startOf(stream));
}

std::string Network::stepNumberOf(Value stream) const {
  uint32_t start = startOf(stream);
  return start == 0 ? "t" : fmt::format("t - {}U", start);
}

exec::OutputForm getOutputForm(exec::ProgramOp program) {
  exec::OutputForm form = exec::OutputForm::Int32;
  program.walk([&](exec::DecodeOp decode) { form = decode.getForm(); });
  return form;
}

Network::NumberType Network::inputNumbers() const {
  switch (inputForm()) {
  case exec::InputForm::Int8:
    return {"int8_t", 8};
  case exec::InputForm::Float:
    return {"float", 32};
  default:
    return isByte() ? NumberType{"uint8_t", 8} : NumberType{"int16_t", 16};
  }
}

const char *Network::outputType() const {
  switch (getOutputForm(program)) {
  case exec::OutputForm::Int8:
    return "int8_t";
  case exec::OutputForm::Class:
    return "uint16_t";
  default:
    return "int32_t";
  }
}

unsigned Network::outputBits() const {
  switch (getOutputForm(program)) {
  case exec::OutputForm::Int8:
    return 8;
  case exec::OutputForm::Class:
    return 16;
  default:
    return 32;
  }
}

std::vector<std::string> getKernelSources(exec::ProgramOp program) {
  std::vector<std::string> sources = {"snn_synapses.c", "snn_neurons.c", "snn_input.c"};
  if (program.getUpdates())
    sources.emplace_back("snn_updates.c");
  if (exec::getEncode(program).getForm() != exec::InputForm::Raw)
    sources.emplace_back("snn_input_forms.c");
  if (getOutputForm(program) != exec::OutputForm::Int32)
    sources.emplace_back("snn_outputs.c");
  if (program.getOrder() == exec::Order::Values)
    for (const char *name :
         {"snn_gather.c", "snn_gather_conv.c", "snn_gather_depthwise.c", "snn_gather_gemm.c",
          "snn_gather_columns.c", "snn_gather_input.c", "snn_gather_move.c", "snn_gather_pool.c",
          "snn_gather_product.c", "snn_end.c", "snn_end_periodic.c", "snn_round.c", "snn_dot.c",
          "snn_dot_columns.c", "snn_dot_conv.c", "snn_dot_gemm.c", "snn_dot_input.c"})
      sources.emplace_back(name);
  return sources;
}

uint64_t getSize(Value memory) {
  return static_cast<uint64_t>(cast<MemRefType>(memory.getType()).getNumElements());
}

uint64_t getStreamSize(Value stream) {
  return static_cast<uint64_t>(ShapedType::getNumElements(snn::getStreamShape(stream.getType())));
}

Synapse getSynapse(const Network &network, exec::DeliverOp deliver) {
  Synapse synapse{false, false, exec::toStored(deliver.getIndexMap())};
  bool stays = synapse.map.isIdentity();
  const std::vector<int64_t> &sources = synapse.map.sources();
  // The last place that an element goes to.
  auto last = std::find_if(sources.rbegin(), sources.rend(),
                           [](int64_t source) { return source != ::snn::IndexMap::kNone; });
  auto places = static_cast<uint64_t>(sources.rend() - last);
  synapse.isWide = !stays && places > network.options.shortIndices;
  synapse.isMapped = deliver.getSynapse() && (!stays || deliver.getFactors());
  return synapse;
}

int64_t getInner(exec::DeliverOp deliver) {
  // A stream of three dimensions has its channels between neighbours along the last of them.
  ::snn::IndexMap map = deliver.getIndexMap();
  bool isWindow = isa<exec::ConvAttr>(*deliver.getSynapse());
  return !isWindow && map.out().size() == 3 ? map.out()[0] : 1;
}

std::optional<unsigned> getDotBits(exec::DeliverOp deliver) {
  auto range = exec::getBuffer(deliver.getTarget()).getRange();
  // A part of what is added is the difference of two sums that may be there.
  if (!range || (*range)[1] - (*range)[0] >= INT32_MAX ||
      llvm::any_of(exec::readIntegers(*deliver.getWeights()),
                   [](int32_t weight) { return weight == INT8_MIN; }))
    return std::nullopt;
  // 256 times the product of the second, and that of the first.
  return (*range)[1] - (*range)[0] < (1 << 23) - (1 << 15) ? 24 : 32;
}

} // namespace snnc::c
