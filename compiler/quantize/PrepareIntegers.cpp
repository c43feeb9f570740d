#include "compiler/quantize/PrepareIntegers.h"

#include "compiler/quantize/Passes.h"
#include "compiler/quantize/Requantizes.h"
#include "compiler/reference/Indexing.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_PREPAREINTEGERSPASS
#include "compiler/quantize/Passes.h.inc"

namespace quantize {

bool isWeighted(Operation *op) {
  return isa<snn::WeightedOpInterface, snn::ScaleOp, snn::RequantizeOp>(op);
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
  std::vector<double> value;
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

/// How many products each element of a bilinear synapse is the sum of.
int64_t getInner(Operation *op) {
  return isa<snn::MatMulOp>(op) ? snn::getStreamShape(op->getOperand(0).getType()).back() : 1;
}

/// Requantizes what products multiply, and weights behind sums.
void requantizeFactors(func::FuncOp network) {
  for (Operation *op : llvm::to_vector(llvm::make_pointer_range(network.front()))) {
    auto synapse = dyn_cast<snn::SynapseOpInterface>(op);
    if (!synapse || isa<snn::RequantizeOp>(op))
      continue;
    if (synapse.isBilinear()) {
      int bits = (kProductBits - static_cast<int>(llvm::Log2_64_Ceil(getInner(op)))) / 2;
      for (OpOperand &operand : op->getOpOperands())
        insertRequantize(operand, std::min(bits, kSumBits), SharedBy::All);
    } else if (isWeighted(op) && isWide(op->getOperand(0))) {
      requantizeSources(op->getOpOperand(0), kFactorBits);
    }
  }
}

} // namespace

bool isInserted(snn::ScaleOp op) { return op->hasAttr(snn::kCommonAttrName); }

bool hasCommonUnit(snn::ScaleOp op) {
  auto attr = op->getAttrOfType<BoolAttr>(snn::kCommonAttrName);
  return attr && attr.getValue();
}

static unsigned getNumber(Operation *op, StringRef name) {
  auto attr = op->getAttrOfType<IntegerAttr>(name);
  return attr ? static_cast<unsigned>(attr.getInt()) : 0;
}

unsigned getCoarser(Operation *op) { return getNumber(op, snn::kCoarserAttrName); }

unsigned getLostBits(Operation *op) { return getNumber(op, snn::kLostAttrName); }

void makeCoarser(Operation *op, unsigned bits, unsigned lost) {
  Builder builder(op->getContext());
  op->setAttr(snn::kCoarserAttrName, builder.getI64IntegerAttr(getCoarser(op) + bits));
  op->setAttr(snn::kLostAttrName, builder.getI64IntegerAttr(getLostBits(op) + lost));
}

void insertScale(OpOperand &operand, bool hasCommonUnit) {
  Operation *op = operand.getOwner();
  OpBuilder builder(op);
  SmallVector<int64_t> shape(snn::getStreamShape(operand.get().getType()).size(), 1);
  Value one = createConstant(builder, op->getLoc(),
                             getRealType(op->getParentOfType<func::FuncOp>()), shape, {1.0});
  auto scale = builder.create<snn::ScaleOp>(op->getLoc(), operand.get(), one);
  scale->setAttr(snn::kCommonAttrName, builder.getBoolAttr(hasCommonUnit));
  operand.set(scale);
}

namespace {

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

/// Whether the LSB of what is added can be chosen, for this sum alone.
bool isLeafWithLSB(OpOperand *leaf) {
  Operation *definition = leaf->get().getDefiningOp();
  return joins(*leaf) && definition && isWeighted(definition);
}

} // namespace

LogicalResult checkIntegerForm(func::FuncOp network) {
  if (network.isDeclaration() || network.getOps<snn::EncodeOp>().empty())
    return network.emitError() << "has no 'snn.encode': convert the network to spikes first";
  for (Operation &op : network.front()) {
    if (auto end = dyn_cast<snn::DecodeOp>(op); end && end.getCurrent().getType().getIsFixed())
      return op.emitOpError() << "is in integers already";
    if (isa<snn::IfOp>(op) ||
        (isa<snn::EncodeOp>(op) && cast<snn::EncodeOp>(op).getCode() == snn::InputCode::Analog))
      return op.emitOpError() << "carries rates, which have no integer form; convert the network "
                                 "with signgd dynamics";
    if (auto neuron = dyn_cast<snn::NeuronOp>(op);
        neuron && !snn::hasIntegerForm(neuron.getFunction()))
      return op.emitOpError() << "follows " << snn::stringifyFunction(neuron.getFunction())
                              << ", which has no integer form; convert with norm clamped";
    if (!isa<snn::EncodeOp, snn::DecodeOp, snn::NeuronOp, snn::SynapseOpInterface,
             arith::ConstantOp, func::ReturnOp>(op) &&
        !op.hasTrait<Head>())
      return op.emitOpError() << "has no integer form";
  }
  return success();
}

bool hasProducts(func::FuncOp network) {
  return llvm::any_of(network.getOps<snn::SynapseOpInterface>(),
                      [](snn::SynapseOpInterface synapse) { return synapse.isBilinear(); });
}

void prepareIntegers(func::FuncOp network) {
  for (snn::PadOp pad : llvm::to_vector(network.getOps<snn::PadOp>()))
    moveBorder(pad);
  // Sums of products never fit behind others.
  bool rounds = hasProducts(network);
  if (rounds)
    requantizeFactors(network);
  for (Operation *op : llvm::to_vector(llvm::make_pointer_range(network.front()))) {
    bool isRoot = isSum(op) && llvm::none_of(op->getUses(), [](OpOperand &use) {
                    return isSum(use.getOwner()) && joins(use);
                  });
    if (!isRoot)
      continue;
    SmallVector<OpOperand *> leaves;
    collectLeaves(op, leaves);
    for (OpOperand *leaf : leaves) {
      if (leaves.size() == 1 || isLeafWithLSB(leaf))
        continue;
      if (rounds && isWide(leaf->get()))
        insertRequantize(*leaf, kSumBits, SharedBy::Sum);
      else
        insertScale(*leaf);
    }
  }
}

LogicalResult checkPrepared(func::FuncOp network) {
  for (Operation &op : network.front()) {
    auto synapse = dyn_cast<snn::SynapseOpInterface>(op);
    bool isPrepared = true;
    if (isa<snn::AddOp>(op)) {
      SmallVector<OpOperand *> leaves;
      collectLeaves(&op, leaves);
      isPrepared = llvm::all_of(leaves, isLeafWithLSB);
    } else if (synapse && synapse.isBilinear()) {
      isPrepared = llvm::all_of(synapse.getStreams(), [](Value stream) {
        auto requantize = stream.getDefiningOp<snn::RequantizeOp>();
        return requantize && getSharedBy(requantize) == SharedBy::All;
      });
    } else if (auto pad = dyn_cast<snn::PadOp>(op)) {
      isPrepared = pad.getValue().isZero();
    }
    if (!isPrepared)
      return op.emitOpError() << "is not prepared for integers; run --snn-prepare-integers";
  }
  return success();
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

llvm::EquivalenceClasses<Operation *> getLinearParts(func::FuncOp network) {
  llvm::EquivalenceClasses<Operation *> parts;
  for (auto synapse : network.getOps<snn::SynapseOpInterface>()) {
    parts.insert(synapse);
    for (Value stream : synapse.getStreams())
      if (auto source = stream.getDefiningOp<snn::SynapseOpInterface>())
        parts.unionSets(source, synapse);
  }
  return parts;
}

} // namespace quantize

namespace {

struct PrepareIntegers : impl::PrepareIntegersPassBase<PrepareIntegers> {
  using PrepareIntegersPassBase::PrepareIntegersPassBase;

  void runOnOperation() override {
    if (failed(quantize::checkIntegerForm(getOperation())))
      return signalPassFailure();
    for (Operation &op : getOperation().front())
      if (op.hasAttr(snn::kBitsAttrName) || op.hasAttr(snn::kCommonAttrName)) {
        op.emitOpError() << "is there already: the network is prepared for integers";
        return signalPassFailure();
      }
    quantize::prepareIntegers(getOperation());
  }
};

} // namespace
} // namespace snnc
