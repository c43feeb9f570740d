#include "targets/cpu/ProgramReader.h"

#include "dialects/ann/ANN.h"
#include "dialects/snn/SNN.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "runtime/format/program_generated.h"

using namespace mlir;
namespace fb = ::snn::format;

namespace snnc::cpu {

namespace {

template <typename Numbers>
SmallVector<int64_t> toShape(const Numbers *numbers) {
  return numbers ? SmallVector<int64_t>(numbers->begin(), numbers->end()) : SmallVector<int64_t>();
}

class Reader {
public:
  Reader(MLIRContext &context, const fb::Program &program)
      : context(context), builder(&context), program(program) {}

  OwningOpRef<ModuleOp> read() {
    OwningOpRef<ModuleOp> module = ModuleOp::create(builder.getUnknownLoc());
    builder.setInsertionPointToEnd(module->getBody());
    Type input = getTensorType(toShape(program.input()->shape()));
    auto network = builder.create<func::FuncOp>(builder.getUnknownLoc(), "main",
                                                builder.getFunctionType({input}, {}));
    builder.setInsertionPointToEnd(network.addEntryBlock());
    nameInputs(network);
    for (const fb::Operation *op : *program.operations())
      readOperation(op, network.getArgument(0));
    SmallVector<Value> results;
    SmallVector<StringRef> names;
    if (!program.outputs()) {
      results.push_back(decoded[0]);
      names.push_back("output");
    } else {
      for (const fb::Output *output : *program.outputs()) {
        results.push_back(readHead(output));
        names.push_back(output->name() ? output->name()->c_str() : "");
      }
    }
    auto end = builder.create<func::ReturnOp>(builder.getUnknownLoc(), results);
    network.setType(builder.getFunctionType({input}, end.getOperandTypes()));
    for (auto [i, name] : llvm::enumerate(names))
      network.setResultAttr(i, "ann.name", builder.getStringAttr(name));
    return module;
  }

private:
  MLIRContext &context;
  OpBuilder builder;
  const fb::Program &program;
  std::vector<Value> streams; ///< by number
  std::vector<Value> decoded; ///< by decoder

  bool isFixed() const { return program.precision() == fb::Precision_Fixed; }

  Type getRealType() {
    return program.precision() == fb::Precision_F64 ? Type(builder.getF64Type())
                                                    : Type(builder.getF32Type());
  }

  /// With the batch.
  RankedTensorType getTensorType(ArrayRef<int64_t> shape) {
    SmallVector<int64_t> all{ShapedType::kDynamic};
    all.append(shape.begin(), shape.end());
    return RankedTensorType::get(all, getRealType());
  }

  void nameInputs(func::FuncOp network) {
    auto *parts = program.input()->parts();
    if (!parts || parts->size() == 0)
      return;
    if (parts->size() == 1) {
      network.setArgAttr(0, "ann.name", builder.getStringAttr((*parts)[0]->name()->c_str()));
      return;
    }
    SmallVector<Attribute> entries;
    for (const fb::InputPart *part : *parts)
      entries.push_back(builder.getDictionaryAttr(
          {builder.getNamedAttr("name", builder.getStringAttr(part->name()->c_str())),
           builder.getNamedAttr("shape", builder.getDenseI64ArrayAttr(toShape(part->shape())))}));
    network.setArgAttr(0, "ann.parts", builder.getArrayAttr(entries));
  }

  // ---- Parts ----

  Type getStreamType(const fb::Stream *stream) {
    SmallVector<int64_t> shape = toShape(stream->shape());
    if (stream->kind() == fb::StreamKind_Spikes)
      return snn::SpikesType::get(&context, shape, snn::SpikeCode(stream->code()), isFixed());
    auto meaning = stream->rate() ? snn::StreamMeaning::Rate : snn::StreamMeaning::Change;
    return snn::CurrentType::get(&context, shape, meaning, isFixed());
  }

  snn::ScheduleAttr readSchedule(const fb::Schedule *schedule) {
    if (!schedule)
      return {};
    return snn::ScheduleAttr::get(&context, snn::ScheduleKind(schedule->kind()), schedule->first(),
                                  schedule->ratio(), schedule->repeat(), schedule->start(),
                                  schedule->steps());
  }

  ElementsAttr readTensor(const fb::Tensor *tensor) {
    if (!tensor)
      return {};
    Type element = isFixed() ? builder.getIntegerType(tensor->bits()) : getRealType();
    auto type = RankedTensorType::get(toShape(tensor->shape()), element);
    const auto *data = reinterpret_cast<const char *>(tensor->data()->data());
    return makeConstant(type, std::string(data, tensor->data()->size()));
  }

  Value readConstant(const fb::Tensor *tensor, Location loc) {
    return tensor ? builder.create<arith::ConstantOp>(loc, readTensor(tensor)).getResult()
                  : Value();
  }

  template <typename Numbers>
  DenseI64ArrayAttr toArray(const Numbers *numbers) {
    return builder.getDenseI64ArrayAttr(toShape(numbers));
  }

  DenseF64ArrayAttr toReals(const flatbuffers::Vector<double> *numbers) {
    if (!numbers || numbers->size() == 0)
      return {};
    return builder.getDenseF64ArrayAttr(SmallVector<double>(numbers->begin(), numbers->end()));
  }

  snn::FixedInputAttr readFixed(const fb::FixedInput *fixed) {
    if (!fixed)
      return {};
    return snn::FixedInputAttr::get(&context, snn::RawInput(fixed->raw()), fixed->raw_fraction(),
                                    toArray(fixed->multipliers()), toArray(fixed->offsets()),
                                    fixed->shift(), fixed->fraction(), fixed->event_fraction(),
                                    toArray(fixed->steps()));
  }

  snn::FixedNeuronAttr readFixed(const fb::FixedNeuron *fixed) {
    if (!fixed)
      return {};
    SmallVector<Attribute> multipliers;
    for (const fb::Tensor *tensor : *fixed->multipliers())
      multipliers.push_back(readTensor(tensor));
    bool hasTable = fixed->table() && fixed->table()->size() > 0;
    return snn::FixedNeuronAttr::get(
        &context, fixed->state_bits(), fixed->event_fraction(), fixed->operand_fraction(),
        toArray(fixed->steps()), toArray(fixed->zones()), toArray(fixed->shifts()),
        builder.getArrayAttr(multipliers), hasTable ? toArray(fixed->table()) : DenseI64ArrayAttr(),
        readTensor(fixed->gains()), fixed->gain_shift(), fixed->align(), fixed->epsilon(),
        readTensor(fixed->lower()), readTensor(fixed->upper()));
  }

  snn::FixedOutputAttr readFixed(const fb::FixedOutput *fixed) {
    if (!fixed)
      return {};
    return snn::FixedOutputAttr::get(&context, fixed->shift(), fixed->fraction(),
                                     readTensor(fixed->multipliers()));
  }

  // ---- Operations ----

  void readOperation(const fb::Operation *op, Value input) {
    Location loc = op->name() && op->name()->size() > 0
                       ? Location(NameLoc::get(builder.getStringAttr(op->name()->c_str())))
                       : builder.getUnknownLoc();
    SmallVector<Value> inputs;
    for (int64_t stream : toShape(op->inputs()))
      inputs.push_back(streams[static_cast<size_t>(stream)]);
    if (auto *decode = op->body_as_Decode()) {
      Type type = getTensorType(snn::getStreamShape(inputs[0].getType()));
      decoded.push_back(builder.create<snn::DecodeOp>(
          loc, type, inputs[0], readSchedule(decode->schedule()), readFixed(decode->fixed())));
      return;
    }
    auto number = static_cast<size_t>(op->output());
    streams.resize(std::max(streams.size(), number + 1));
    if (auto *encode = op->body_as_Encode())
      streams[number] = builder.create<snn::EncodeOp>(
          loc, getStreamType((*program.streams())[op->output()]), input,
          snn::InputCode(encode->code()), readSchedule(encode->schedule()),
          toReals(program.input()->mean()), toReals(program.input()->std()),
          readFixed(encode->fixed()));
    else if (auto *neuron = op->body_as_Neuron())
      streams[number] = readNeuron(op, neuron, inputs, loc);
    else if (auto *average = op->body_as_IntegrateAndFire())
      streams[number] =
          builder.create<snn::IfOp>(loc, getStreamType((*program.streams())[op->output()]),
                                    inputs[0], readSchedule(average->schedule()));
    else
      streams[number] = readSynapse(op, inputs, loc);
  }

  Value readNeuron(const fb::Operation *op, const fb::Neuron *neuron, ArrayRef<Value> inputs,
                   Location loc) {
    auto code = snn::CodeAttr::get(&context, snn::SpikeCode(neuron->code()), neuron->dead_zone(),
                                   toReals(neuron->early_dead_zones()));
    return builder.create<snn::NeuronOp>(
        loc, getStreamType((*program.streams())[op->output()]), inputs,
        snn::FunctionAttr::get(&context, snn::Function(neuron->function())),
        readSchedule(neuron->schedule()), code, readTensor(neuron->range()),
        toReals(neuron->parameters()), readTensor(neuron->initial()), readTensor(neuron->offset()),
        neuron->hysteresis() > 0 ? builder.getF64FloatAttr(neuron->hysteresis()) : FloatAttr(),
        readFixed(neuron->fixed()));
  }

  Value readSynapse(const fb::Operation *op, ArrayRef<Value> inputs, Location loc) {
    ArrayRef<int64_t> all = snn::getStreamShape(getStreamType((*program.streams())[op->output()]));
    SmallVector<int64_t> shape(all);
    switch (op->body_type()) {
    case fb::Body_Conv: {
      auto *conv = op->body_as_Conv();
      return builder.create<snn::ConvOp>(
          loc, inputs[0], readConstant(conv->weight(), loc), readConstant(conv->bias(), loc),
          toArray(conv->strides()), toArray(conv->pads()), toArray(conv->dilations()),
          builder.getI64IntegerAttr(conv->group()), builder.getI64IntegerAttr(conv->shift()));
    }
    case fb::Body_Gemm: {
      auto *gemm = op->body_as_Gemm();
      return builder.create<snn::GemmOp>(loc, inputs[0], readConstant(gemm->weight(), loc),
                                         readConstant(gemm->bias(), loc),
                                         builder.getI64IntegerAttr(gemm->shift()));
    }
    case fb::Body_AveragePool: {
      auto *pool = op->body_as_AveragePool();
      return builder.create<snn::AveragePoolOp>(
          loc, inputs[0], toArray(pool->kernel()), toArray(pool->strides()), toArray(pool->pads()),
          pool->count_include_pad() ? builder.getUnitAttr() : UnitAttr());
    }
    case fb::Body_Scale:
      return builder.create<snn::ScaleOp>(loc, inputs[0],
                                          readConstant(op->body_as_Scale()->factor(), loc));
    case fb::Body_Bias:
      return builder.create<snn::BiasOp>(loc, inputs[0],
                                         readConstant(op->body_as_Bias()->value(), loc));
    case fb::Body_Add:
      return builder.create<snn::AddOp>(loc, inputs[0], inputs[1]);
    case fb::Body_Reshape:
      return builder.create<snn::ReshapeOp>(loc, inputs[0], builder.getDenseI64ArrayAttr(shape));
    case fb::Body_Transpose:
      return builder.create<snn::TransposeOp>(loc, inputs[0],
                                              toArray(op->body_as_Transpose()->perm()));
    case fb::Body_Pad:
      return builder.create<snn::PadOp>(loc, inputs[0], toArray(op->body_as_Pad()->pads()),
                                        builder.getF64FloatAttr(op->body_as_Pad()->value()));
    case fb::Body_Slice:
      return builder.create<snn::SliceOp>(loc, inputs[0], toArray(op->body_as_Slice()->starts()),
                                          builder.getDenseI64ArrayAttr(shape),
                                          toArray(op->body_as_Slice()->steps()));
    case fb::Body_Concat:
      return builder.create<snn::ConcatOp>(loc, inputs,
                                           builder.getI64IntegerAttr(op->body_as_Concat()->axis()));
    case fb::Body_Gather:
      return builder.create<snn::GatherOp>(loc, inputs[0],
                                           builder.getI64IntegerAttr(op->body_as_Gather()->axis()),
                                           toArray(op->body_as_Gather()->indices()));
    case fb::Body_MatMul:
      return builder.create<snn::MatMulOp>(loc, inputs[0], inputs[1]);
    case fb::Body_Mul:
      return builder.create<snn::MulOp>(loc, inputs[0], inputs[1]);
    default:
      return readRequantize(op->body_as_Requantize(), inputs[0], loc);
    }
  }

  Value readRequantize(const fb::Requantize *requantize, Value stream, Location loc) {
    return builder.create<snn::RequantizeOp>(loc, stream, readTensor(requantize->multipliers()),
                                             builder.getI64IntegerAttr(requantize->shift()),
                                             builder.getI64IntegerAttr(requantize->limit()));
  }

  // ---- Outputs ----

  Value readHead(const fb::Output *output) {
    Value value = decoded[output->decoder()];
    Location loc = builder.getUnknownLoc();
    if (!output->head())
      return value;
    for (const fb::HeadStep *step : *output->head()) {
      int64_t axis = int64_t{step->axis()} + 1; // with the batch
      switch (step->function()) {
      case fb::HeadFunction_Reshape: {
        SmallVector<int64_t> shape{-1};
        shape.append(toShape(step->shape()));
        value = builder.create<ann::ReshapeOp>(loc, value, builder.getDenseI64ArrayAttr(shape));
        break;
      }
      case fb::HeadFunction_Transpose: {
        SmallVector<int64_t> perm{0};
        for (int64_t dimension : toShape(step->perm()))
          perm.push_back(dimension + 1);
        value = builder.create<ann::TransposeOp>(loc, value, builder.getDenseI64ArrayAttr(perm));
        break;
      }
      case fb::HeadFunction_Softmax:
        value = builder.create<ann::SoftmaxOp>(loc, value, builder.getI64IntegerAttr(axis));
        break;
      case fb::HeadFunction_LogSoftmax:
        value = builder.create<ann::LogSoftmaxOp>(loc, value, builder.getI64IntegerAttr(axis));
        break;
      case fb::HeadFunction_ArgMax:
        value = builder.create<ann::ArgMaxOp>(loc, value, builder.getI64IntegerAttr(axis));
        break;
      case fb::HeadFunction_Sigmoid:
        value = builder.create<ann::SigmoidOp>(loc, value);
        break;
      case fb::HeadFunction_Tanh:
        value = builder.create<ann::TanhOp>(loc, value);
        break;
      case fb::HeadFunction_HardSigmoid:
        value = builder.create<ann::HardSigmoidOp>(
            loc, value, builder.getF64FloatAttr((*step->parameters())[0]),
            builder.getF64FloatAttr((*step->parameters())[1]));
        break;
      }
    }
    return value;
  }
};

} // namespace

OwningOpRef<ModuleOp> readProgram(MLIRContext &context, std::span<const std::byte> bytes) {
  context.loadDialect<ann::ANNDialect, snn::SNNDialect, arith::ArithDialect, func::FuncDialect>();
  return Reader(context, *fb::GetProgram(bytes.data())).read();
}

} // namespace snnc::cpu
