#include "compiler/import/onnx/UnitBatch.h"

#include "dialects/ann/ANN.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace snnc::onnx_import {

namespace {

using Shape = SmallVector<int64_t>;

/// `first`, then `rest`.
Shape prepend(int64_t first, ArrayRef<int64_t> rest) {
  Shape shape{first};
  llvm::append_range(shape, rest);
  return shape;
}

/// Every activation of shape 1 x S has up to two forms: N x S, where its first dimension has become the
/// batch, and N x 1 x S, where the batch stands before all of its dimensions. Operators that leave the
/// batch alone work on the first, all others on the second.
class Batcher {
public:
  Batcher(func::FuncOp function, bool hasBatch)
      : function(function), hasBatch(hasBatch), builder(function) {}

  LogicalResult run() {
    Block &block = function.front();
    auto operations = llvm::map_to_vector(block, [](Operation &op) { return &op; });
    for (BlockArgument argument : block.getArguments()) {
      Shape shape(getTensorShape(argument));
      if (hasBatch && (shape.empty() || shape[0] != 1))
        return failure();
      // Its type changes below, when nothing reads the old one any more.
      (hasBatch ? plain : full)[argument] = argument;
      argument.setType(withBatch(ArrayRef(shape).drop_front(hasBatch ? 1 : 0), argument));
      original[argument] = std::move(shape);
    }
    for (Operation *op : operations) {
      builder.setInsertionPoint(op);
      if (isa<func::ReturnOp>(op) ? failed(finish(op)) : failed(convert(op)))
        return failure();
    }
    for (Operation *op : llvm::reverse(operations))
      if (!isa<func::ReturnOp>(op) && op->use_empty())
        op->erase();
    return success();
  }

private:
  func::FuncOp function;
  bool hasBatch; ///< whether the leading dimension of the inputs is that of the batch
  OpBuilder builder;
  llvm::DenseMap<Value, Value> plain, full; ///< N x S, and N x 1 x S
  llvm::DenseMap<Value, Shape> original;    ///< of arguments, whose type has changed

  ArrayRef<int64_t> shapeOf(Value value) {
    auto found = original.find(value);
    return found == original.end() ? getTensorShape(value) : ArrayRef<int64_t>(found->second);
  }
  bool isActivation(Value value) { return plain.count(value) || full.count(value); }
  static Type withBatch(ArrayRef<int64_t> sample, Value like) {
    auto element = cast<RankedTensorType>(like.getType()).getElementType();
    return RankedTensorType::get(prepend(ShapedType::kDynamic, sample), element);
  }

  Value reshape(Location loc, Value value, ArrayRef<int64_t> sample) {
    if (getTensorShape(value).drop_front() == sample)
      return value;
    return builder.create<ann::ReshapeOp>(loc, value, prepend(-1, sample));
  }

  /// N x S, or null when the first dimension is not 1.
  Value getPlain(Value value) {
    Value &known = plain[value];
    ArrayRef<int64_t> shape = shapeOf(value);
    if (!known && !shape.empty() && shape[0] == 1)
      known = reshape(value.getLoc(), full.lookup(value), shape.drop_front());
    return known;
  }

  /// N x all dimensions, with ones before them up to `rank`.
  Value getFull(Value value, size_t rank = 0) {
    ArrayRef<int64_t> shape = shapeOf(value);
    if (!full.count(value))
      full[value] = reshape(value.getLoc(), plain.lookup(value), shape);
    if (shape.size() >= rank)
      return full[value];
    Shape padded(rank - shape.size(), 1);
    llvm::append_range(padded, shape);
    return reshape(value.getLoc(), full[value], padded);
  }

  LogicalResult finish(Operation *op) {
    SmallVector<Type> inputs(function.front().getArgumentTypes()), results;
    for (OpOperand &operand : op->getOpOperands()) {
      if (!isActivation(operand.get()))
        return failure();
      Value value = hasBatch ? getPlain(operand.get()) : Value();
      if (!value)
        value = getFull(operand.get());
      operand.set(value);
      results.push_back(value.getType());
    }
    function.setType(builder.getFunctionType(inputs, results));
    return success();
  }

  LogicalResult convert(Operation *op) {
    if (llvm::none_of(op->getOperands(), [&](Value value) { return isActivation(value); }))
      return success();
    if (Value value = convertPlain(op)) {
      plain[op->getResult(0)] = value;
      return success();
    }
    Value value = convertFull(op);
    if (value)
      full[op->getResult(0)] = value;
    return success(value);
  }

  /// A copy of `op` with other operands, whose type is inferred; null where they do not fit.
  Value infer(Operation *op, function_ref<void(Operation *)> change) {
    Operation *copy = builder.clone(*op);
    {
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPoint(copy);
      change(copy);
    }
    ScopedDiagnosticHandler quiet(op->getContext(), [](Diagnostic &) { return success(); });
    SmallVector<Type> types;
    if (failed(cast<InferTypeOpInterface>(copy).inferReturnTypes(
            copy->getContext(), copy->getLoc(), copy->getOperands(), copy->getRawDictionaryAttrs(),
            copy->getPropertiesStorage(), copy->getRegions(), types))) {
      copy->erase();
      return {};
    }
    copy->getResult(0).setType(types.front());
    return copy->getResult(0);
  }

  /// The operator on N x S, where it keeps the batch in its place.
  Value convertPlain(Operation *op) {
    ArrayRef<int64_t> result = getTensorShape(op->getResult(0));
    if (result.empty() || result[0] != 1)
      return {};
    std::optional<size_t> rank;
    for (Value operand : op->getOperands()) {
      if (!isActivation(operand))
        continue;
      // Aligned at their last dimension, tensors of different ranks would mix up their batches.
      if (!getPlain(operand) || (rank && *rank != shapeOf(operand).size()))
        return {};
      rank = shapeOf(operand).size();
    }
    Value value = infer(op, [&](Operation *copy) {
      for (OpOperand &operand : copy->getOpOperands())
        if (isActivation(operand.get()))
          operand.set(getPlain(operand.get()));
      if (auto reshape = dyn_cast<ann::ReshapeOp>(copy))
        reshape.setShape(prepend(-1, result.drop_front()));
      if (auto slice = dyn_cast<ann::SliceOp>(copy); slice && slice.getStarts()[0] == 0)
        slice.setSizes(prepend(-1, slice.getSizes().drop_front()));
      if (auto expand = dyn_cast<ann::ExpandOp>(copy);
          expand && expand.getShape().size() == result.size())
        expand.setShape(prepend(-1, expand.getShape().drop_front()));
    });
    if (value && getTensorShape(value) ==
                     ArrayRef<int64_t>(prepend(ShapedType::kDynamic, result.drop_front())))
      return value;
    if (value)
      value.getDefiningOp()->erase();
    return {};
  }

  /// The operator on N x 1 x S.
  Value convertFull(Operation *op) {
    ArrayRef<int64_t> result = getTensorShape(op->getResult(0));
    if (isa<ann::FlattenOp, ann::ReshapeOp>(op))
      return reshape(op->getLoc(), getFull(op->getOperand(0)), result);
    if (auto gemm = dyn_cast<ann::GemmOp>(op))
      return convertGemm(gemm);
    if (auto concat = dyn_cast<ann::ConcatOp>(op);
        concat &&
        !llvm::all_of(op->getOperands(), [&](Value value) { return isActivation(value); }))
      return convertConcat(concat);
    bool isKnown = isa<ann::ElementwiseOpInterface, ann::MatMulOp, ann::LayerNormOp, ann::SoftmaxOp,
                       ann::LogSoftmaxOp, ann::ArgMaxOp, ann::ReduceMeanOp, ann::ReduceSumOp,
                       ann::ReduceMaxOp, ann::ReduceMinOp, ann::TransposeOp, ann::PadOp,
                       ann::SliceOp, ann::ConcatOp, ann::GatherOp, ann::ExpandOp>(op);
    if (!isKnown || combinesSamples(op))
      return {};
    bool broadcasts = isa<ann::ElementwiseOpInterface, ann::MatMulOp, ann::ExpandOp>(op);
    if (broadcasts && repeatsSamples(op))
      return {};
    Value value = infer(op, [&](Operation *copy) {
      for (OpOperand &operand : copy->getOpOperands())
        if (isActivation(operand.get()))
          operand.set(getFull(operand.get(), broadcasts ? result.size() : 0));
      shift(copy, result);
    });
    bool fits = value && getTensorShape(value).drop_front() == result;
    return fits ? value : Value();
  }

  /// Whether `op` computes across a dimension of one element, which may well be the batch: the mean of
  /// one sample is no mean over samples.
  bool combinesSamples(Operation *op) {
    if (!hasBatch)
      return false;
    ArrayRef<int64_t> shape = shapeOf(op->getOperand(0));
    SmallVector<int64_t> axes;
    llvm::TypeSwitch<Operation *>(op)
        .Case<ann::ReduceMeanOp, ann::ReduceSumOp, ann::ReduceMaxOp, ann::ReduceMinOp>(
            [&](auto reduce) { llvm::append_range(axes, reduce.getAxes()); })
        .Case<ann::SoftmaxOp, ann::LogSoftmaxOp, ann::ArgMaxOp, ann::GatherOp, ann::LayerNormOp>(
            [&](auto along) { axes.push_back(static_cast<int64_t>(along.getAxis())); });
    return llvm::any_of(axes, [&](int64_t axis) { return shape[axis] == 1; });
  }

  /// Whether a first dimension of one element, which may well be the batch, broadcasts to several: constants
  /// that differ from sample to sample are not for one of them.
  bool repeatsSamples(Operation *op) {
    ArrayRef<int64_t> result = getTensorShape(op->getResult(0));
    return hasBatch && llvm::any_of(op->getOperands(), [&](Value operand) {
             ArrayRef<int64_t> shape = shapeOf(operand);
             return isActivation(operand) && !shape.empty() && shape[0] == 1 &&
                    shape.size() <= result.size() && result[result.size() - shape.size()] != 1;
           });
  }

  /// Dimensions of attributes count one more.
  void shift(Operation *op, ArrayRef<int64_t> result) {
    auto add = [](ArrayRef<int64_t> dimensions) {
      return llvm::map_to_vector(dimensions, [](int64_t dimension) { return dimension + 1; });
    };
    llvm::TypeSwitch<Operation *>(op)
        .Case<ann::LayerNormOp, ann::SoftmaxOp, ann::LogSoftmaxOp, ann::ArgMaxOp, ann::ConcatOp,
              ann::GatherOp>([&](auto axis) { axis.setAxis(axis.getAxis() + 1); })
        .Case<ann::ReduceMeanOp, ann::ReduceSumOp, ann::ReduceMaxOp, ann::ReduceMinOp>(
            [&](auto reduce) { reduce.setAxes(add(reduce.getAxes())); })
        .Case([&](ann::TransposeOp transpose) {
          transpose.setPerm(prepend(0, add(transpose.getPerm())));
        })
        .Case([&](ann::SliceOp slice) {
          slice.setStarts(prepend(0, slice.getStarts()));
          slice.setSizes(prepend(-1, slice.getSizes()));
          slice.setSteps(prepend(1, slice.getSteps()));
        })
        .Case([&](ann::PadOp pad) {
          ArrayRef<int64_t> pads = pad.getPads();
          Shape all = prepend(0, pads.take_front(pads.size() / 2));
          all.append(prepend(0, pads.drop_front(pads.size() / 2)));
          pad.setPads(all);
        })
        .Case([&](ann::ExpandOp expand) { expand.setShape(prepend(-1, result)); });
  }

  /// Rows times a matrix, for each sample.
  Value convertGemm(ann::GemmOp gemm) {
    Value weight = gemm.getWeight(), bias = gemm.getBias();
    if (isActivation(weight) || (bias && isActivation(bias)))
      return {};
    if (gemm.getTransposeB())
      weight = builder.create<ann::TransposeOp>(gemm.getLoc(), weight, ArrayRef<int64_t>{1, 0});
    Value product = builder.create<ann::MatMulOp>(gemm.getLoc(), getFull(gemm.getInput()), weight);
    return bias ? builder.create<ann::AddOp>(gemm.getLoc(), product, bias) : product;
  }

  /// Constants beside an activation (the class token): zeros beside it, to which they are added.
  Value convertConcat(ann::ConcatOp concat) {
    ArrayRef<int64_t> result = getTensorShape(concat.getOutput());
    auto axis = static_cast<int64_t>(concat.getAxis());
    auto type = cast<RankedTensorType>(concat.getType());
    Value sum;
    SmallVector<Value> constants;
    int64_t first = 0;
    for (Value input : concat.getInputs()) {
      int64_t size = shapeOf(input)[axis];
      if (!isActivation(input)) {
        constants.push_back(input);
        first += size;
        continue;
      }
      Shape zeros(shapeOf(input)), pads(2 * result.size() + 2, 0);
      std::vector<double> numbers(countElements(zeros), 0.0);
      constants.push_back(builder.create<ann::ConstantOp>(
          concat.getLoc(), makeConstant(type.clone(zeros), numbers)));
      pads[1 + axis] = first;
      pads[result.size() + 2 + axis] = result[axis] - first - size;
      Value padded =
          builder.create<ann::PadOp>(concat.getLoc(), getFull(input), pads, llvm::APFloat(0.0));
      sum = sum ? builder.create<ann::AddOp>(concat.getLoc(), sum, padded) : padded;
      first += size;
    }
    Value all = builder.create<ann::ConcatOp>(concat.getLoc(), constants, concat.getAxis());
    return builder.create<ann::AddOp>(concat.getLoc(), sum, all);
  }
};

} // namespace

LogicalResult addBatch(func::FuncOp function, bool hasBatch) {
  return Batcher(function, hasBatch).run();
}

} // namespace snnc::onnx_import
