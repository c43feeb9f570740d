//===- Give every synapse an integer form ------------------------------------------------------------------===//
#include "compiler/quantize/StreamScales.h"

#include "compiler/quantize/ChooseFractions.h"
#include "compiler/reference/Indexing.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>

using namespace mlir;

namespace snnc::quantize {

bool isWeighted(Operation *op) {
  return isa<snn::ConvOp, snn::GemmOp, snn::ScaleOp, snn::RequantizeOp>(op);
}

namespace {

Type getRealType(func::FuncOp network) {
  return cast<RankedTensorType>(network.getArgument(0).getType()).getElementType();
}

Value createConstant(OpBuilder &builder, Location loc, Type element, ArrayRef<int64_t> shape,
                     ArrayRef<double> numbers) {
  return builder.create<arith::ConstantOp>(
      loc, makeConstant(RankedTensorType::get(shape, element), numbers));
}

/// A border becomes a bias there: it has another integer in every channel.
void moveBorder(snn::PadOp pad) {
  double border = pad.getValue().convertToDouble();
  if (border == 0)
    return;
  ArrayRef<int64_t> in = snn::getStreamShape(pad.getStream().getType());
  ArrayRef<int64_t> out = pad.getCurrent().getType().getShape();
  Numbers value;
  reference::forEach(out, [&](reference::Shape at) {
    SmallVector<int64_t> from(at);
    for (size_t d = 0; d < at.size(); ++d)
      from[d] -= pad.getPads()[d];
    value.push_back(reference::flatten(from, in) >= 0 ? 0.0 : border);
  });
  OpBuilder builder(pad->getContext());
  builder.setInsertionPointAfter(pad);
  Value constant = createConstant(builder, pad.getLoc(),
                                  getRealType(pad->getParentOfType<func::FuncOp>()), out, value);
  auto bias = builder.create<snn::BiasOp>(pad.getLoc(), pad.getCurrent(), constant);
  pad.setValueAttr(builder.getF64FloatAttr(0));
  pad.getCurrent().replaceAllUsesExcept(bias.getCurrent(), bias);
}

/// Whether `operand` of an addition or bias shares the LSBs of its result.
bool joins(OpOperand &operand) {
  return isa<snn::CurrentType>(operand.get().getType()) && operand.get().hasOneUse();
}

bool isSum(Operation *op) { return isa<snn::AddOp, snn::BiasOp>(op); }

constexpr StringRef kMagnitude = "snn.magnitude", kBits = "snn.bits";
/// Bits of a sum that weights multiply, and of one that joins others.
constexpr int kFactorBits = 14, kSumBits = 15;
/// Products of two streams and their changes stay below this.
constexpr int kProductBits = 30;

/// Whether the integers of `stream` are sums of products already, of no known size.
bool isWide(Value stream) {
  Operation *op = stream.getDefiningOp();
  if (!isa<snn::SynapseOpInterface>(op) || isa<snn::RequantizeOp>(op))
    return false;
  if (isWeighted(op) || isa<snn::AddOp, snn::MatMulOp, snn::MulOp>(op))
    return true;
  return llvm::any_of(cast<snn::SynapseOpInterface>(op).getStreams(), isWide);
}

/// Puts a requantize before operands, one for all that want the same of a stream.
class Requantizer {
public:
  explicit Requantizer(const llvm::DenseMap<Value, double> &magnitudes) : magnitudes(magnitudes) {}

  void insert(OpOperand &operand, int bits, bool isShared) {
    Value stream = operand.get();
    snn::RequantizeOp &made = requantized[{stream, bits}];
    snn::RequantizeOp op = isShared ? made : snn::RequantizeOp();
    if (!op) {
      OpBuilder builder(operand.getOwner());
      if (isShared)
        builder.setInsertionPointAfterValue(stream);
      SmallVector<int64_t> ones(snn::getStreamShape(stream.getType()).size(), 1);
      auto one = makeConstant(RankedTensorType::get(ones, builder.getI32Type()), Numbers{1.0});
      op = builder.create<snn::RequantizeOp>(operand.getOwner()->getLoc(), stream, one,
                                             builder.getI64IntegerAttr(0),
                                             builder.getI64IntegerAttr(1));
      op->setAttr(kMagnitude, builder.getF64FloatAttr(getMagnitudeOf(stream)));
      op->setAttr(kBits, builder.getI64IntegerAttr(bits));
      if (isShared)
        made = op;
    }
    operand.set(op.getCurrent());
  }

private:
  const llvm::DenseMap<Value, double> &magnitudes;
  llvm::DenseMap<std::pair<Value, int>, snn::RequantizeOp> requantized;

  double getMagnitudeOf(Value stream) const {
    if (magnitudes.empty())
      return kUsualEstimate;
    auto found = magnitudes.find(stream);
    if (found != magnitudes.end())
      return std::max(found->second, 1e-6);
    // Made here: a bias in place of a border.
    return getMagnitudeOf(stream.getDefiningOp()->getOperand(0));
  }
};

/// How many products each element of a bilinear synapse is the sum of.
int64_t getInner(Operation *op) {
  return isa<snn::MatMulOp>(op) ? snn::getStreamShape(op->getOperand(0).getType()).back() : 1;
}

/// Requantizes what weights behind sums, or products, multiply.
void requantizeFactors(func::FuncOp network, Requantizer &requantizer) {
  for (Operation *op : llvm::to_vector(llvm::make_pointer_range(network.front()))) {
    auto synapse = dyn_cast<snn::SynapseOpInterface>(op);
    if (!synapse || isa<snn::RequantizeOp>(op))
      continue;
    if (synapse.isBilinear()) {
      int bits = (kProductBits - static_cast<int>(llvm::Log2_64_Ceil(getInner(op)))) / 2;
      for (OpOperand &operand : op->getOpOperands())
        requantizer.insert(operand, std::min(bits, kSumBits), /*isShared=*/true);
    } else if (isWeighted(op) && isWide(op->getOperand(0))) {
      requantizer.insert(op->getOpOperand(0), kFactorBits, /*isShared=*/true);
    }
  }
}

/// Puts a scale by 1 before `operand`, so that its LSB can be chosen.
void insertScale(OpOperand &operand) {
  Operation *op = operand.getOwner();
  OpBuilder builder(op);
  SmallVector<int64_t> shape(snn::getStreamShape(operand.get().getType()).size(), 1);
  Value one = createConstant(builder, op->getLoc(),
                             getRealType(op->getParentOfType<func::FuncOp>()), shape, {1.0});
  operand.set(builder.create<snn::ScaleOp>(op->getLoc(), operand.get(), one));
}

/// The operands of a tree of additions that do not come from an addition.
void collectLeaves(Operation *op, SmallVectorImpl<OpOperand *> &leaves) {
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<snn::SpikesType, snn::CurrentType>(operand.get().getType()))
      continue;
    Operation *definition = operand.get().getDefiningOp();
    if (joins(operand) && definition && isSum(definition))
      collectLeaves(definition, leaves);
    else
      leaves.push_back(&operand);
  }
}

} // namespace

void prepareIntegers(func::FuncOp network, const llvm::DenseMap<Value, double> &magnitudes,
                     bool rounds) {
  for (snn::PadOp pad : llvm::to_vector(network.getOps<snn::PadOp>()))
    moveBorder(pad);
  Requantizer requantizer(magnitudes);
  if (rounds)
    requantizeFactors(network, requantizer);
  for (Operation *op : llvm::to_vector(llvm::make_pointer_range(network.front()))) {
    bool isRoot = isSum(op) && llvm::none_of(op->getUses(), [](OpOperand &use) {
                    return isSum(use.getOwner()) && joins(use);
                  });
    if (!isRoot)
      continue;
    SmallVector<OpOperand *> leaves;
    collectLeaves(op, leaves);
    for (OpOperand *leaf : leaves) {
      Operation *definition = leaf->get().getDefiningOp();
      if (leaves.size() == 1 || (joins(*leaf) && definition && isWeighted(definition)))
        continue;
      if (rounds && isWide(leaf->get()))
        requantizer.insert(*leaf, kSumBits, /*isShared=*/false);
      else
        insertScale(*leaf);
    }
  }
}

double getMagnitude(snn::RequantizeOp op) {
  return op->getAttrOfType<FloatAttr>(kMagnitude).getValueAsDouble();
}

int getBits(snn::RequantizeOp op) {
  return static_cast<int>(op->getAttrOfType<IntegerAttr>(kBits).getInt());
}

void CurrentSets::unite(Value one, Value other) {
  one = getLeader(one);
  other = getLeader(other);
  if (one == other)
    return;
  Set &to = sets[one];
  for (Value member : sets.lookup(other)) {
    to.push_back(member);
    leaders[member] = one;
  }
  sets.erase(other);
}

CurrentSets getSums(func::FuncOp network) {
  CurrentSets sets;
  for (Operation &op : network.front()) {
    if (op.getNumResults() != 1 || !isa<snn::CurrentType>(op.getResult(0).getType()))
      continue;
    sets.insert(op.getResult(0));
    if (!isSum(&op))
      continue;
    for (OpOperand &operand : op.getOpOperands())
      if (joins(operand))
        sets.unite(op.getResult(0), operand.get());
  }
  return sets;
}

} // namespace snnc::quantize
