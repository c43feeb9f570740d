//===- Read a program file, and believe nothing ------------------------------------------------------------===//
//
// FlatBuffers' verifier makes sure that every offset stays inside the file. What the numbers mean is
// checked here: indices, shapes, weights, schedules, and the order of operations.
//
//===----------------------------------------------------------------------------------------------------===//
#include "runtime/format/program_generated.h"
#include "runtime/src/network/CheckOperation.h"
#include "runtime/src/network/Network.h"
#include "runtime/src/network/ReadFixed.h"
#include "runtime/src/network/ReadOutputs.h"
#include "runtime/src/network/ToVector.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace fb = snn::format;

namespace snn::detail {

namespace {

using Kind = Operation::Kind;

/// Versions up to this one are read.
constexpr uint32_t kVersion = 3;
/// Elements are numbered with 32 bits, with room for signs.
constexpr uint64_t kLargestStream = std::numeric_limits<int32_t>::max();

// The format's enums have the cases of the runtime's, in the same order.
static_assert(int(fb::SpikeCode_MAX) == int(SpikeCode::Analog));
static_assert(int(fb::InputCode_MAX) == int(InputCode::Analog));
static_assert(int(fb::ScheduleKind_MAX) == int(Schedule::Kind::Dyadic));
static_assert(int(fb::Body_MAX) == int(Kind::Requantize) + 1);

class Reader {
public:
  Reader(const fb::Program *file, std::string name) : file(file), name(std::move(name)) {}

  Result<Network> read() {
    if (file->version() < 1 || file->version() > kVersion)
      return fail("has format version " + std::to_string(file->version()) +
                  ", but this runtime reads versions 1 to " + std::to_string(kVersion) +
                  "; compile the model again");
    if (file->precision() > fb::Precision_MAX)
      return fail("has an unknown precision");
    network.model = file->model() ? file->model()->str() : "";
    network.precision = Precision(file->precision());
    network.steps = file->steps();
    network.inputShape = toVector(file->input()->shape());
    network.mean = toVector(file->input()->mean());
    network.std = toVector(file->input()->std());
    if (!readCosts() || !readMeasured() || !readStreams() || !readOperations() || !checkEnds() ||
        !readParts())
      return Error{message};
    if (std::string problem = readOutputs(*file, network); !problem.empty())
      return fail(problem);
    return std::move(network);
  }

private:
  const fb::Program *file;
  std::string name, message;
  Network network;
  std::vector<bool> defined;

  Error fail(const std::string &text) {
    message = name + ": " + text;
    return Error{message};
  }
  bool bad(const std::string &text) {
    fail(text);
    return false;
  }
  bool bad(const Operation &op, const std::string &text) {
    return bad("operation " + std::to_string(network.operations.size()) + " ('" + op.name + "') " +
               text);
  }

  bool readStreams() {
    for (const fb::Stream *in : *file->streams()) {
      Stream stream;
      stream.shape = toVector(in->shape());
      stream.size = countElements(stream.shape);
      if (stream.shape.empty() || stream.size == 0 || stream.size > kLargestStream)
        return bad("stream " + std::to_string(network.streams.size()) +
                   " has no elements, or too many to number");
      if (in->kind() > fb::StreamKind_MAX || in->code() > fb::SpikeCode_MAX)
        return bad("stream " + std::to_string(network.streams.size()) + " is of no known kind");
      stream.isSpikes = in->kind() == fb::StreamKind_Spikes;
      stream.code = SpikeCode(in->code());
      stream.isRate = stream.isSpikes ? stream.code >= SpikeCode::Binary : in->rate();
      network.streams.push_back(std::move(stream));
    }
    return true;
  }

  bool readOperations() {
    defined.assign(network.streams.size(), false);
    for (const fb::Operation *in : *file->operations()) {
      Operation op;
      if (!readOperation(in, op))
        return false;
      if (std::string problem = checkOperation(network, defined, op); !problem.empty())
        return bad(op, problem);
      if (op.output >= 0)
        defined[op.output] = true;
      network.operations.push_back(std::move(op));
    }
    return true;
  }

  bool readOperation(const fb::Operation *in, Operation &op) {
    op.name = in->name() ? in->name()->str() : "";
    op.inputs = toVector(in->inputs());
    op.output = in->output();
    op.annMacs = in->ann_macs();
    if (in->body_type() == fb::Body_NONE || in->body_type() > fb::Body_MAX)
      return bad(op, "is of no kind that this runtime knows");
    op.kind = Kind(in->body_type() - 1);
    return readBody(in, op);
  }

  bool readBody(const fb::Operation *in, Operation &op) {
    switch (op.kind) {
    case Kind::Encode:
      op.inputCode = InputCode(in->body_as_Encode()->code());
      return (in->body_as_Encode()->code() <= fb::InputCode_MAX ||
              bad(op, "has an unknown input code")) &&
             readSchedule(in->body_as_Encode()->schedule(), op) &&
             readForm(in->body_as_Encode()->fixed(), op);
    case Kind::Conv:
      return readConv(in->body_as_Conv(), op);
    case Kind::Gemm:
      op.shift = in->body_as_Gemm()->shift();
      return readTensor(in->body_as_Gemm()->weight(), op.weight, op) &&
             readTensor(in->body_as_Gemm()->bias(), op.bias, op);
    case Kind::AveragePool:
      return readPool(in->body_as_AveragePool(), op);
    case Kind::Scale:
      return readTensor(in->body_as_Scale()->factor(), op.weight, op);
    case Kind::Bias:
      return readTensor(in->body_as_Bias()->value(), op.weight, op);
    case Kind::Transpose:
      op.perm = toVector(in->body_as_Transpose()->perm());
      return true;
    case Kind::Pad:
      op.pads = toVector(in->body_as_Pad()->pads());
      op.border = in->body_as_Pad()->value();
      return std::isfinite(op.border) || bad(op, "has a border that is not a finite number");
    case Kind::Slice:
      op.starts = toVector(in->body_as_Slice()->starts());
      op.steps = toVector(in->body_as_Slice()->steps());
      return true;
    case Kind::Concat:
      op.axis = in->body_as_Concat()->axis();
      return true;
    case Kind::Neuron:
      return readNeuron(in->body_as_Neuron(), op);
    case Kind::IntegrateAndFire:
      return readSchedule(in->body_as_IntegrateAndFire()->schedule(), op);
    case Kind::Decode:
      return readSchedule(in->body_as_Decode()->schedule(), op) &&
             readForm(in->body_as_Decode()->fixed(), op);
    case Kind::Gather:
      op.axis = in->body_as_Gather()->axis();
      op.indices = toVector(in->body_as_Gather()->indices());
      return true;
    case Kind::Requantize:
      op.shift = in->body_as_Requantize()->shift();
      op.limit = in->body_as_Requantize()->limit();
      return readTensor(in->body_as_Requantize()->multipliers(), op.weight, op);
    case Kind::Add:
    case Kind::Reshape:
    case Kind::MatMul:
    case Kind::Mul:
      return true;
    }
    return true;
  }

  static std::vector<int32_t> toSigned(const flatbuffers::Vector<uint32_t> *vector) {
    std::vector<int32_t> result;
    for (uint32_t value : toVector(vector))
      result.push_back(value > kLargestStream ? -1 : static_cast<int32_t>(value));
    return result;
  }

  bool readConv(const fb::Conv *in, Operation &op) {
    op.strides = toVector(in->strides());
    op.pads = toSigned(in->pads());
    op.dilations = toVector(in->dilations());
    op.group = in->group();
    op.shift = in->shift();
    return readTensor(in->weight(), op.weight, op) && readTensor(in->bias(), op.bias, op);
  }

  bool readPool(const fb::AveragePool *in, Operation &op) {
    op.kernel = toVector(in->kernel());
    op.strides = toVector(in->strides());
    op.pads = toSigned(in->pads());
    op.countIncludePad = in->count_include_pad();
    return true;
  }

  bool readNeuron(const fb::Neuron *in, Operation &op) {
    if (in->function() >= kFunctionCount)
      return bad(op, "has a function that this runtime does not know");
    op.function = Function(in->function());
    if (!readParameters(in, op))
      return false;
    op.code = SpikeCode(in->code());
    op.deadZone = in->dead_zone();
    op.earlyDeadZones = toVector(in->early_dead_zones());
    auto isZone = [](double zone) { return zone >= 0 && std::isfinite(zone); };
    if (op.code > SpikeCode::Ternary || !isZone(op.deadZone) ||
        !std::all_of(op.earlyDeadZones.begin(), op.earlyDeadZones.end(), isZone))
      return bad(op, "has neither the sign code nor a ternary code with a dead zone of at least 0");
    op.hysteresis = in->hysteresis();
    if (!isZone(op.hysteresis))
      return bad(op, "has a hysteresis that is not a number of at least 0");
    if (!readSchedule(in->schedule(), op) || !readTensor(in->range(), op.range, op) ||
        !readTensor(in->initial(), op.initial, op) || !readTensor(in->offset(), op.offset, op))
      return false;
    for (size_t i = 0; i < op.range.size; ++i)
      if (!(op.range[i] > 0))
        return bad(op, "has a range that is not positive");
    if (op.hysteresis > 0 && (op.code != SpikeCode::Ternary || op.schedule.steps < 0))
      return bad(op, "has a hysteresis without a ternary code and a schedule that ends");
    return readForm(in->fixed(), op);
  }

  bool readParameters(const fb::Neuron *in, Operation &op) {
    op.parameters = toVector(in->parameters());
    const FunctionInfo &info = getInfo(op.function);
    if (op.parameters.size() != info.parameterCount())
      return bad(op, "has " + std::to_string(op.parameters.size()) + " parameters, but " +
                         std::string(info.name) + " takes " +
                         std::to_string(info.parameterCount()));
    for (size_t i = 0; i < op.parameters.size(); ++i)
      if (!isLegal(op.function, i, op.parameters.data()))
        return bad(op, "has a parameter '" + std::string(info.parameters[i].name) +
                           "' that is out of range");
    return true;
  }

  bool readSchedule(const fb::Schedule *in, Operation &op) {
    op.hasSchedule = in != nullptr;
    if (!in)
      return true;
    if (in->kind() > fb::ScheduleKind_MAX)
      return bad(op, "has an unknown schedule");
    op.schedule = {Schedule::Kind(in->kind()),
                   in->first(),
                   in->ratio(),
                   in->repeat(),
                   in->start(),
                   in->steps()};
    bool good =
        in->first() > 0 && std::isfinite(in->first()) && in->repeat() >= 1 &&
        (in->steps() == -1 || in->steps() >= 1) &&
        (in->kind() != fb::ScheduleKind_Exponential || (in->ratio() >= 0.5 && in->ratio() < 1));
    return good || bad(op, "has a schedule whose numbers are out of range");
  }

  bool readTensor(const fb::Tensor *in, TensorView &tensor, const Operation &op) {
    if (!in)
      return true;
    uint64_t bytes = setElement(tensor, network.precision, in->bits());
    if (bytes == 0)
      return bad(op, "has integers of " + std::to_string(in->bits()) +
                         " bits; 2, 4, 8, 16 and 32 are known");
    tensor.shape = toVector(in->shape());
    tensor.data = in->data()->data();
    uint64_t elements = countElements(tensor.shape);
    if (elements == 0 || elements > kLargestStream || elements * bytes != in->data()->size())
      return bad(op, "has a tensor whose shape does not fit its data");
    tensor.size = elements;
    for (size_t i = 0; i < elements; ++i)
      if (!std::isfinite(tensor[i]))
        return bad(op, "has a weight that is not a finite number");
      else if (tensor.bits > 0 && !fitsBits(tensor[i], tensor.bits))
        return bad(op, "has a weight of more bits than it says");
    return true;
  }

  /// The integer form of an encoder, a population or a decoder: there when the program is in integers.
  template <typename Form>
  bool readForm(const Form *in, Operation &op) {
    bool isFixed = network.precision == Precision::Fixed;
    if (isFixed != (in != nullptr))
      return bad(op, isFixed ? "lacks its integer form" : "has an integer form among real numbers");
    if (!in)
      return true;
    auto read = [&](const fb::Tensor *from, TensorView &to) {
      return from && readTensor(from, to, op);
    };
    std::string problem = readFixed(in, op, read);
    return problem.empty() || (message.empty() && bad(op, problem));
  }

  bool readCosts() {
    constexpr double kLargestCost = 1e12;
    if (!file->costs())
      return true;
    const fb::Costs &costs = *file->costs();
    const double shortEvent = costs.short_event().value_or(costs.event());
    network.costs = {costs.event(), shortEvent,   costs.sum_of_four(), costs.short_sum_of_four(),
                     costs.dense(), costs.pair(), costs.load(),        costs.cache_bytes()};
    for (double cost : {costs.event(), shortEvent, costs.sum_of_four(), costs.short_sum_of_four(),
                        costs.dense(), costs.pair(), costs.load(), costs.cache_bytes()})
      if (!(cost > 0 && cost < kLargestCost))
        return bad("expects its work to take a time that is not positive, or none that ends");
    return true;
  }

  /// Several inputs, which the one that is encoded holds one after another.
  bool readParts() {
    const auto *parts = file->input()->parts();
    uint64_t sum = 0;
    for (flatbuffers::uoffset_t i = 0; parts && i < parts->size(); ++i) {
      const fb::InputPart *part = parts->Get(i);
      InputPart &input = network.inputParts.emplace_back();
      input.name = part->name() ? part->name()->str() : "";
      input.shape = toVector(part->shape());
      uint64_t size = countElements(input.shape);
      if (size == 0 || size > kLargestStream)
        return bad("has an input without elements, or with too many to number");
      sum += size;
    }
    return network.inputParts.empty() || sum == countElements(network.inputShape) ||
           bad("has inputs that do not fit what is encoded");
  }

  /// What the compiler found on its data.
  bool readMeasured() {
    const fb::Input &input = *file->input();
    if (input.min() && input.max()) {
      if (!std::isfinite(*input.min()) || !(*input.min() <= *input.max()) ||
          !std::isfinite(*input.max()))
        return bad("has a range of its input that is none");
      network.inputRange = {*input.min(), *input.max()};
    }
    auto text = [](const flatbuffers::String *string) { return string ? string->str() : ""; };
    for (size_t i = 0; file->references() && i < file->references()->size(); ++i) {
      const fb::Reference &in = *file->references()->Get(i);
      Reference reference{text(in.output()), text(in.metric()), in.images(), {}, in.output_error()};
      if (in.agreement())
        reference.agreement = *in.agreement();
      double agreement = reference.agreement.value_or(0);
      if (reference.images == 0 || !(agreement >= 0 && agreement <= 1) ||
          !(reference.outputError >= 0))
        return bad("was measured with a result that is none");
      network.references.push_back(std::move(reference));
    }
    for (size_t i = 0; file->metrics() && i < file->metrics()->size(); ++i)
      network.metrics.push_back(file->metrics()->Get(i)->str());
    return true;
  }

  bool checkEnds() {
    if (network.operations.empty() || network.operations.back().kind != Kind::Decode)
      return bad("does not end with a decoder");
    if (network.steps == 0)
      return bad("runs for no time steps");
    for (const std::vector<double> *numbers : {&network.mean, &network.std})
      for (double number : *numbers)
        if (numbers->size() != network.inputShape[0] || !std::isfinite(number) ||
            (numbers == &network.std && !(number > 0)))
          return bad("normalizes its input with numbers that do not fit");
    return true;
  }
};

} // namespace

Result<Network> readProgram(const uint8_t *bytes, size_t size, const std::string &name) {
  if (size < 8 || !fb::ProgramBufferHasIdentifier(bytes))
    return Error{name + ": is not an event program (.snnb)"};
  flatbuffers::Verifier verifier(bytes, size, /*max_depth=*/64, /*max_tables=*/10'000'000);
  if (!fb::VerifyProgramBuffer(verifier))
    return Error{name + ": is truncated or damaged"};
  return Reader(fb::GetProgram(bytes), name).read();
}

} // namespace snn::detail
