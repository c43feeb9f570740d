#include "targets/cpu/ProgramWriter.h"

#include "compiler/data/InputParts.h"
#include "dialects/snn/SNN.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Locations.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "runtime/format/program_generated.h"
#include "snn/Costs.h"
#include "targets/cpu/OutputWriter.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/TypeSwitch.h"
#include <algorithm>
#include <cstring>

using namespace mlir;
namespace fb = ::snn::format;

namespace snnc::cpu {

std::string getName(Operation *op) {
  std::string name = getFirstName(op->getLoc());
  return name.empty() ? op->getName().stripDialect().str() : name;
}

namespace {

constexpr size_t kAlignment = 64;

// The enums of dialect and format list the same cases in the same order.
static_assert(int(fb::SpikeCode_Analog) == int(snn::SpikeCode::Analog));
static_assert(int(fb::InputCode_Analog) == int(snn::InputCode::Analog));
static_assert(int(fb::ScheduleKind_Dyadic) == int(snn::ScheduleKind::Dyadic));
static_assert(int(fb::RawInput_I16) == int(snn::RawInput::I16));

std::vector<uint32_t> toUnsigned(ArrayRef<int64_t> numbers) {
  return {numbers.begin(), numbers.end()};
}

class Writer {
public:
  Writer(func::FuncOp network, const ProgramInfo &info) : network(network), info(info) {}

  FailureOr<std::vector<uint8_t>> write() {
    for (Operation &op : network.front())
      if (!isa<snn::DecodeOp>(op) && failed(write(&op)))
        return failure();
    if (!encode)
      return network.emitError() << "has no 'snn.encode': not a spiking network";
    // Decoders end a program, wherever they stand.
    for (auto decode : network.getOps<snn::DecodeOp>())
      if (failed(write(decode)))
        return failure();
    OutputWriter outputs(network, builder);
    if (failed(outputs.write()))
      return failure();
    return finish(outputs);
  }

private:
  func::FuncOp network;
  const ProgramInfo &info;
  flatbuffers::FlatBufferBuilder builder;
  std::vector<flatbuffers::Offset<fb::Stream>> streams;
  std::vector<flatbuffers::Offset<fb::Operation>> operations;
  llvm::DenseMap<Value, uint32_t> indices;
  snn::EncodeOp encode;
  bool isDouble = false;
  bool hasBounds = false; ///< of integers

  LogicalResult write(Operation *op) {
    if (isa<func::ReturnOp, arith::ConstantOp>(op) || op->hasTrait<Head>())
      return success();
    if (auto first = dyn_cast<snn::EncodeOp>(op)) {
      if (encode)
        return op->emitOpError() << "is a second one; a program has one input";
      encode = first;
      isDouble = cast<RankedTensorType>(encode.getInput().getType()).getElementType().isF64();
    }
    Body body = writeBody(op);
    if (body.type == fb::Body_NONE)
      return op->emitOpError() << "has no place in an event program";
    std::vector<uint32_t> inputs;
    for (Value operand : op->getOperands())
      if (auto found = indices.find(operand); found != indices.end())
        inputs.push_back(found->second);
    int32_t output = -1;
    if (op->getNumResults() == 1 && !isa<snn::DecodeOp>(op)) {
      output = static_cast<int32_t>(streams.size());
      indices[op->getResult(0)] = static_cast<uint32_t>(output);
      streams.push_back(writeStream(op->getResult(0).getType()));
    }
    operations.push_back(fb::CreateOperationDirect(builder, getName(op).c_str(), &inputs, output,
                                                   countMACs(op), body.type, body.offset));
    return success();
  }

  std::vector<uint8_t> finish(OutputWriter &outputs) {
    std::vector<uint32_t> shape = toUnsigned(encode.getSpikes().getType().getShape());
    auto numbers = [](std::optional<ArrayRef<double>> values) {
      return values ? std::vector<double>(values->begin(), values->end()) : std::vector<double>();
    };
    std::vector<double> mean = numbers(encode.getMean()), deviation = numbers(encode.getStd());
    flatbuffers::Optional<double> min, max;
    if (info.inputRange) {
      min = info.inputRange->min;
      max = info.inputRange->max;
    }
    auto parts = writeParts();
    auto input = fb::CreateInputDirect(builder, &shape, &mean, &deviation,
                                       parts.empty() ? nullptr : &parts, min, max);
    const ::snn::Costs &costs = ::snn::kMeasuredCosts;
    auto expected =
        fb::CreateCosts(builder, costs.event, costs.table, costs.shortTable, costs.dense,
                        costs.pair, costs.load, costs.cacheBytes, costs.shortEvent);
    // Readers of version 1 know neither heads nor several inputs and outputs, those of version 2 no bounds of integers.
    uint32_t version = hasBounds ? 3 : parts.size() < 2 && outputs.isPlain() ? 1 : 2;
    std::vector<flatbuffers::Offset<fb::Reference>> references = writeReferences();
    std::vector<flatbuffers::Offset<flatbuffers::String>> metrics;
    for (const std::string &metric : info.metrics)
      metrics.push_back(builder.CreateString(metric));
    auto program = fb::CreateProgramDirect(
        builder, version, "snnc " SNNC_VERSION, info.model.c_str(), getPrecision(), info.steps,
        input, &streams, &operations, expected, &outputs.get(),
        references.empty() ? nullptr : &references, metrics.empty() ? nullptr : &metrics);
    fb::FinishProgramBuffer(builder, program);
    return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
  }

  /// The inputs by their names, as far as they are known.
  std::vector<flatbuffers::Offset<fb::InputPart>> writeParts() {
    std::vector<flatbuffers::Offset<fb::InputPart>> parts;
    for (const data::InputPart &input : getInputParts(network)) {
      std::vector<uint32_t> shape = toUnsigned(input.shape);
      parts.push_back(fb::CreateInputPartDirect(builder, input.name.c_str(), &shape));
    }
    return parts;
  }

  std::vector<flatbuffers::Offset<fb::Reference>> writeReferences() {
    std::vector<flatbuffers::Offset<fb::Reference>> references;
    for (const ::snn::Reference &reference : info.references) {
      flatbuffers::Optional<double> agreement;
      if (reference.agreement)
        agreement = *reference.agreement;
      references.push_back(fb::CreateReferenceDirect(
          builder, reference.output.c_str(), static_cast<uint32_t>(reference.images),
          reference.metric.c_str(), agreement, reference.outputError));
    }
    return references;
  }

  fb::Precision getPrecision() {
    if (encode.getSpikes().getType().getIsFixed())
      return fb::Precision_Fixed;
    return isDouble ? fb::Precision_F64 : fb::Precision_F32;
  }

  // ---- Parts ----

  struct Body {
    fb::Body type = fb::Body_NONE;
    flatbuffers::Offset<void> offset = 0;
  };
  template <typename T>
  static Body make(fb::Body type, flatbuffers::Offset<T> offset) {
    return {type, offset.Union()};
  }

  flatbuffers::Offset<fb::Stream> writeStream(Type type) {
    std::vector<uint32_t> shape = toUnsigned(snn::getStreamShape(type));
    auto spikes = dyn_cast<snn::SpikesType>(type);
    return fb::CreateStreamDirect(builder, spikes ? fb::StreamKind_Spikes : fb::StreamKind_Current,
                                  &shape,
                                  spikes ? fb::SpikeCode(spikes.getCode()) : fb::SpikeCode_Sign,
                                  snn::getStreamMeaning(type) == snn::StreamMeaning::Rate);
  }

  flatbuffers::Offset<fb::Schedule> writeSchedule(snn::ScheduleAttr schedule) {
    if (!schedule)
      return 0;
    return fb::CreateSchedule(builder, fb::ScheduleKind(schedule.getKind()), schedule.getFirst(),
                              schedule.getRatio(), static_cast<uint32_t>(schedule.getRepeat()),
                              static_cast<uint32_t>(schedule.getStart()),
                              static_cast<int32_t>(schedule.getSteps()));
  }

  template <typename T>
  flatbuffers::Offset<fb::Tensor> writeTensor(ArrayRef<int64_t> shape, const auto &numbers,
                                              unsigned bits = 0) {
    std::vector<T> elements(numbers.begin(), numbers.end());
    size_t bytes = elements.size() * sizeof(T);
    builder.ForceVectorAlignment(bytes, 1, kAlignment);
    uint8_t *data;
    auto vector = builder.CreateUninitializedVector<uint8_t>(bytes, &data);
    std::memcpy(data, elements.data(), bytes);
    auto shapeOffset = builder.CreateVector(toUnsigned(shape));
    return fb::CreateTensor(builder, shapeOffset, vector, static_cast<uint8_t>(bits));
  }

  flatbuffers::Offset<fb::Tensor> writeTensor(ElementsAttr attr) {
    ArrayRef<int64_t> shape = attr.getShapedType().getShape();
    if (isa<IntegerType>(attr.getElementType())) {
      FailureOr<std::vector<int32_t>> numbers = readElements<int32_t>(attr);
      unsigned bits = attr.getElementType().getIntOrFloatBitWidth();
      return bits == 32   ? writeTensor<int32_t>(shape, *numbers, bits)
             : bits == 16 ? writeTensor<int16_t>(shape, *numbers, bits)
                          : writeTensor<int8_t>(shape, *numbers, bits);
    }
    return isDouble ? writeTensor<double>(shape, *readElements<double>(attr))
                    : writeTensor<float>(shape, *readElements<float>(attr));
  }

  flatbuffers::Offset<fb::Tensor> writeTensor(std::optional<ElementsAttr> attr) {
    return attr ? writeTensor(*attr) : flatbuffers::Offset<fb::Tensor>(0);
  }

  flatbuffers::Offset<fb::Tensor> writeTensor(Value constant) {
    return constant ? writeTensor(getConstantAttr(constant)) : flatbuffers::Offset<fb::Tensor>(0);
  }

  // ---- Integers ----

  static std::vector<int32_t> toIntegers(DenseI64ArrayAttr numbers) {
    return {numbers.asArrayRef().begin(), numbers.asArrayRef().end()};
  }
  static uint8_t toByte(int64_t number) { return static_cast<uint8_t>(number); }

  flatbuffers::Offset<fb::FixedInput> writeFixed(std::optional<snn::FixedInputAttr> fixed) {
    if (!fixed)
      return 0;
    std::vector<int32_t> multipliers = toIntegers(fixed->getMultipliers()),
                         offsets = toIntegers(fixed->getOffsets()),
                         steps = toIntegers(fixed->getSteps());
    return fb::CreateFixedInputDirect(
        builder, fb::RawInput(fixed->getRaw()), static_cast<int8_t>(fixed->getRawFraction()),
        &multipliers, &offsets, toByte(fixed->getShift()),
        static_cast<int8_t>(fixed->getFraction()), toByte(fixed->getEventFraction()), &steps);
  }

  flatbuffers::Offset<fb::FixedNeuron> writeFixed(std::optional<snn::FixedNeuronAttr> fixed) {
    if (!fixed)
      return 0;
    std::vector<int32_t> steps = toIntegers(fixed->getSteps()),
                         zones = toIntegers(fixed->getZones());
    std::vector<uint8_t> shifts;
    DenseI64ArrayAttr ofOperands = fixed->getShifts();
    for (int64_t shift : ofOperands.asArrayRef())
      shifts.push_back(toByte(shift));
    std::vector<flatbuffers::Offset<fb::Tensor>> multipliers;
    for (Attribute numbers : fixed->getMultipliers())
      multipliers.push_back(writeTensor(cast<ElementsAttr>(numbers)));
    std::vector<int16_t> table;
    if (fixed->getTable())
      table.assign(fixed->getTable().asArrayRef().begin(), fixed->getTable().asArrayRef().end());
    flatbuffers::Offset<fb::Tensor> gains;
    if (fixed->getGains())
      gains = writeTensor(fixed->getGains());
    flatbuffers::Offset<fb::Tensor> lower, upper;
    if (fixed->getLower()) {
      hasBounds = true;
      lower = writeTensor(fixed->getLower());
      upper = writeTensor(fixed->getUpper());
    }
    return fb::CreateFixedNeuronDirect(
        builder, toByte(fixed->getState()), toByte(fixed->getEventFraction()),
        toByte(fixed->getOperandFraction()), &steps, &zones, &shifts, &multipliers, &table,
        toByte(fixed->getAlign()), static_cast<int16_t>(fixed->getEpsilon()), gains,
        toByte(fixed->getGainShift()), lower, upper);
  }

  flatbuffers::Offset<fb::FixedOutput> writeFixed(std::optional<snn::FixedOutputAttr> fixed) {
    if (!fixed)
      return 0;
    auto multipliers = writeTensor(fixed->getMultipliers());
    return fb::CreateFixedOutput(builder, toByte(fixed->getShift()),
                                 static_cast<int8_t>(fixed->getFraction()), multipliers);
  }

  Body writeBody(snn::EncodeOp op) {
    auto schedule = writeSchedule(op.getScheduleAttr());
    auto fixed = writeFixed(op.getFixed());
    return make(fb::Body_Encode,
                fb::CreateEncode(builder, fb::InputCode(op.getCode()), schedule, fixed));
  }
  Body writeBody(snn::ConvOp op) {
    auto weight = writeTensor(op.getWeight()), bias = writeTensor(op.getBias());
    std::vector<uint32_t> strides = toUnsigned(op.getStrides()), pads = toUnsigned(op.getPads()),
                          dilations = toUnsigned(op.getDilations());
    return make(fb::Body_Conv,
                fb::CreateConvDirect(builder, weight, bias, &strides, &pads, &dilations,
                                     static_cast<uint32_t>(op.getGroup()), toByte(op.getShift())));
  }
  Body writeBody(snn::GemmOp op) {
    auto weight = writeTensor(op.getWeight()), bias = writeTensor(op.getBias());
    return make(fb::Body_Gemm, fb::CreateGemm(builder, weight, bias, toByte(op.getShift())));
  }
  Body writeBody(snn::AveragePoolOp op) {
    std::vector<uint32_t> kernel = toUnsigned(op.getKernelShape()),
                          strides = toUnsigned(op.getStrides()), pads = toUnsigned(op.getPads());
    return make(fb::Body_AveragePool, fb::CreateAveragePoolDirect(builder, &kernel, &strides, &pads,
                                                                  op.getCountIncludePad()));
  }
  Body writeBody(snn::ScaleOp op) {
    return make(fb::Body_Scale, fb::CreateScale(builder, writeTensor(op.getFactor())));
  }
  Body writeBody(snn::BiasOp op) {
    return make(fb::Body_Bias, fb::CreateBias(builder, writeTensor(op.getValue())));
  }
  Body writeBody(snn::AddOp) { return make(fb::Body_Add, fb::CreateAdd(builder)); }
  Body writeBody(snn::ReshapeOp) { return make(fb::Body_Reshape, fb::CreateReshape(builder)); }
  Body writeBody(snn::TransposeOp op) {
    std::vector<uint32_t> perm = toUnsigned(op.getPerm());
    return make(fb::Body_Transpose, fb::CreateTransposeDirect(builder, &perm));
  }
  Body writeBody(snn::PadOp op) {
    std::vector<int32_t> pads(op.getPads().begin(), op.getPads().end());
    return make(fb::Body_Pad, fb::CreatePadDirect(builder, &pads, op.getValue().convertToDouble()));
  }
  Body writeBody(snn::SliceOp op) {
    std::vector<uint32_t> starts = toUnsigned(op.getStarts());
    std::vector<int32_t> steps(op.getSteps().begin(), op.getSteps().end());
    return make(fb::Body_Slice, fb::CreateSliceDirect(builder, &starts, &steps));
  }
  Body writeBody(snn::ConcatOp op) {
    return make(fb::Body_Concat, fb::CreateConcat(builder, static_cast<uint32_t>(op.getAxis())));
  }
  Body writeBody(snn::GatherOp op) {
    std::vector<uint32_t> indices = toUnsigned(op.getIndices());
    return make(fb::Body_Gather,
                fb::CreateGatherDirect(builder, static_cast<uint32_t>(op.getAxis()), &indices));
  }
  Body writeBody(snn::RequantizeOp op) {
    auto multipliers = writeTensor(op.getMultipliers());
    return make(fb::Body_Requantize,
                fb::CreateRequantize(builder, multipliers, toByte(op.getShift()),
                                     static_cast<int32_t>(op.getLimit())));
  }
  Body writeBody(snn::MatMulOp) { return make(fb::Body_MatMul, fb::CreateMatMul(builder)); }
  Body writeBody(snn::MulOp) { return make(fb::Body_Mul, fb::CreateMul(builder)); }
  Body writeBody(snn::NeuronOp op) {
    auto schedule = writeSchedule(op.getSchedule());
    auto range = writeTensor(op.getRange()), initial = writeTensor(op.getInitial()),
         offset = writeTensor(op.getOffset());
    llvm::ArrayRef<double> zones = op.getCode().getEarlyDeadZones();
    auto early = zones.empty() ? flatbuffers::Offset<flatbuffers::Vector<double>>(0)
                               : builder.CreateVector(zones.data(), zones.size());
    flatbuffers::Offset<flatbuffers::Vector<double>> parameters = 0;
    if (op.getParams())
      parameters = builder.CreateVector(op.getParams()->data(), op.getParams()->size());
    auto fixed = writeFixed(op.getFixed());
    return make(fb::Body_Neuron,
                fb::CreateNeuron(builder, static_cast<uint8_t>(op.getFunction()), schedule,
                                 fb::SpikeCode(op.getCode().getKind()), op.getCode().getDeadZone(),
                                 range, parameters, early, initial, offset, fixed,
                                 op.getHysteresis() ? op.getHysteresis()->convertToDouble() : 0));
  }
  Body writeBody(snn::IfOp op) {
    return make(fb::Body_IntegrateAndFire,
                fb::CreateIntegrateAndFire(builder, writeSchedule(op.getSchedule())));
  }
  Body writeBody(snn::DecodeOp op) {
    auto schedule = writeSchedule(op.getScheduleAttr());
    auto fixed = writeFixed(op.getFixed());
    return make(fb::Body_Decode, fb::CreateDecode(builder, schedule, fixed));
  }

  Body writeBody(Operation *op) {
    return llvm::TypeSwitch<Operation *, Body>(op)
        .Case<snn::EncodeOp, snn::ConvOp, snn::GemmOp, snn::AveragePoolOp, snn::ScaleOp,
              snn::BiasOp, snn::AddOp, snn::ReshapeOp, snn::TransposeOp, snn::PadOp, snn::SliceOp,
              snn::ConcatOp, snn::GatherOp, snn::RequantizeOp, snn::MatMulOp, snn::MulOp,
              snn::NeuronOp, snn::IfOp, snn::DecodeOp>([&](auto op) { return writeBody(op); })
        .Default([](Operation *) { return Body(); });
  }

  /// Multiply-accumulates of the ANN's counterpart: dense ones, whatever the events.
  static uint64_t countMACs(Operation *op) {
    auto elements = [](Value stream) {
      uint64_t count = 1;
      for (int64_t dimension : snn::getStreamShape(stream.getType()))
        count *= dimension;
      return count;
    };
    if (auto weighted = dyn_cast<snn::WeightedOpInterface>(op))
      return elements(weighted.getCurrent()) *
             static_cast<uint64_t>(weighted.getWeightLayout().getFanIn());
    if (auto matmul = dyn_cast<snn::MatMulOp>(op))
      return elements(matmul.getCurrent()) * snn::getStreamShape(matmul.getLhs().getType()).back();
    return 0;
  }
};

} // namespace

FailureOr<std::vector<uint8_t>> writeProgram(func::FuncOp network, const ProgramInfo &info) {
  return Writer(network, info).write();
}

} // namespace snnc::cpu
