//===- Operators of com.microsoft: what ONNX Runtime's optimizers make of ONNX's own --------------------------------===//
#include "compiler/import/onnx/Handlers.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;

namespace snnc::onnx_import {

namespace {

//===- Fused activations -------------------------------------------------------------------------------------------===//

using Parameters = std::vector<double>;

template <typename Op>
FailureOr<Value> activate(Node &node, Value value, const Parameters &) {
  return node.create<Op>(value);
}

template <typename Op>
FailureOr<Value> activateAlpha(Node &node, Value value, const Parameters &parameters) {
  return node.create<Op>(value, llvm::APFloat(parameters[0]));
}

FailureOr<Value> activateClip(Node &node, Value value, const Parameters &parameters) {
  Builder builder(value.getContext());
  return node.create<ann::ClipOp>(value, builder.getF64FloatAttr(parameters[0]),
                                  builder.getF64FloatAttr(parameters[1]));
}

FailureOr<Value> activateHardSigmoid(Node &node, Value value, const Parameters &parameters) {
  return node.create<ann::HardSigmoidOp>(value, llvm::APFloat(parameters[0]),
                                         llvm::APFloat(parameters[1]));
}

struct Activation {
  FailureOr<Value> (*create)(Node &, Value, const Parameters &);
  Parameters usual; ///< its parameters, where the node gives none
};

const llvm::StringMap<Activation> &getActivations() {
  static const llvm::StringMap<Activation> table = {
      {"Relu", {activate<ann::ReluOp>, {}}},
      {"Tanh", {activate<ann::TanhOp>, {}}},
      {"Sigmoid", {activate<ann::SigmoidOp>, {}}},
      {"Softplus", {activate<ann::SoftplusOp>, {}}},
      {"Softsign", {activate<ann::SoftsignOp>, {}}},
      {"HardSwish", {activate<ann::HardSwishOp>, {}}},
      {"LeakyRelu", {activateAlpha<ann::LeakyReluOp>, {0.01}}},
      {"Elu", {activateAlpha<ann::EluOp>, {1.0}}},
      {"Clip",
       {activateClip, {std::numeric_limits<double>::lowest(), std::numeric_limits<double>::max()}}},
      {"HardSigmoid", {activateHardSigmoid, {0.2, 0.5}}},
  };
  return table;
}

/// The activation that attribute `activation` names, with the parameters that the node gives.
FailureOr<Value> applyActivation(Node &node, Value value, const Parameters &given) {
  std::string name = node.getString("activation", "");
  if (name.empty())
    return value;
  auto found = getActivations().find(name);
  if (found == getActivations().end())
    return node.error() << "activation '" << name << "' is not supported";
  Parameters parameters = found->second.usual;
  for (size_t i = 0; i < std::min(parameters.size(), given.size()); ++i)
    parameters[i] = given[i];
  return found->second.create(node, value, parameters);
}

/// Conv, plus another activation, then an activation.
FailureOr<Value> importFusedConv(Node &node) {
  FailureOr<Value> result = importConv(node), other = getOptionalInput(node, 3);
  if (succeeded(result) && succeeded(other) && *other)
    result = node.create<ann::AddOp>(*result, *other);
  if (failed(result) || failed(other))
    return failure();
  Parameters parameters;
  if (const auto *attribute = node.getAttribute("activation_params"))
    parameters.assign(attribute->floats().begin(), attribute->floats().end());
  return applyActivation(node, *result, parameters);
}

FailureOr<Value> importFusedGemm(Node &node) {
  FailureOr<Value> result = importGemm(node);
  if (failed(result))
    return failure();
  Parameters parameters;
  for (StringRef name : {"activation_alpha", "activation_beta", "activation_gamma"})
    if (node.hasAttribute(name))
      parameters.push_back(node.getFloat(name, 0));
  return applyActivation(node, *result, parameters);
}

//===- Products ----------------------------------------------------------------------------------------------------===//

FailureOr<Value> transposeLast(Node &node, Value value) {
  auto rank = static_cast<int64_t>(Node::shapeOf(value).size());
  if (rank < 2)
    return value;
  auto perm = llvm::to_vector(llvm::seq(rank));
  std::swap(perm[rank - 1], perm[rank - 2]);
  return node.create<ann::TransposeOp>(value, perm);
}

FailureOr<Value> importFusedMatMul(Node &node) {
  FailureOr<Value> lhs = node.getInput(0), rhs = node.getInput(1);
  if (failed(lhs) || failed(rhs))
    return failure();
  for (StringRef name : {"transBatchA", "transBatchB"})
    if (node.getInt(name, 0) != 0)
      return node.error() << "attribute '" << name << "' is not supported";
  if (node.getInt("transA", 0) != 0)
    lhs = transposeLast(node, *lhs);
  if (node.getInt("transB", 0) != 0)
    rhs = transposeLast(node, *rhs);
  if (failed(lhs) || failed(rhs))
    return failure();
  FailureOr<Value> product = node.create<ann::MatMulOp>(*lhs, *rhs);
  return failed(product) ? product : scaleBy(node, *product, node.getFloat("alpha", 1));
}

//===- GELU --------------------------------------------------------------------------------------------------------===//

/// The input plus the bias that input 1 may be.
FailureOr<Value> getBiased(Node &node) {
  FailureOr<Value> input = node.getInput(0), bias = getOptionalInput(node, 1);
  if (failed(input) || failed(bias))
    return failure();
  return *bias ? node.create<ann::AddOp>(*input, *bias) : input;
}

template <ann::GeluForm form>
FailureOr<Value> importGeluOf(Node &node) {
  FailureOr<Value> input = getBiased(node);
  return failed(input) ? input : node.create<ann::GeluOp>(*input, form);
}

/// x * sigmoid(alpha x) is SiLU of alpha x, divided by alpha.
FailureOr<Value> importQuickGelu(Node &node) {
  FailureOr<Value> input = node.getInput(0);
  double alpha = node.getFloat("alpha", 1.702);
  if (failed(input))
    return failure();
  if (alpha == 0)
    return scaleBy(node, *input, 0.5);
  FailureOr<Value> scaled = scaleBy(node, *input, alpha);
  if (failed(scaled))
    return failure();
  FailureOr<Value> silu = node.create<ann::SiluOp>(*scaled);
  return failed(silu) ? silu : scaleBy(node, *silu, 1 / alpha);
}

//===- Normalizations of a sum -------------------------------------------------------------------------------------===//

/// input + skip + bias, which is also the node's fourth output.
FailureOr<Value> addSkip(Node &node, int64_t biasIndex) {
  FailureOr<Value> input = node.getInput(0), skip = node.getInput(1),
                   bias = getOptionalInput(node, biasIndex);
  if (failed(input) || failed(skip) || failed(bias))
    return failure();
  FailureOr<Value> sum = node.create<ann::AddOp>(*input, *skip);
  if (succeeded(sum) && *bias)
    sum = node.create<ann::AddOp>(*sum, *bias);
  if (succeeded(sum)) {
    node.addOutput({}); // mean and deviation are of training
    node.addOutput({});
    node.addOutput(*sum);
  }
  return sum;
}

FailureOr<Value> importSkipLayerNorm(Node &node) {
  FailureOr<Value> sum = addSkip(node, 4), scale = node.getInput(2),
                   bias = getOptionalInput(node, 3);
  if (failed(sum) || failed(scale) || failed(bias))
    return failure();
  auto rank = static_cast<int64_t>(Node::shapeOf(*sum).size());
  return createLayerNorm(node, *sum, *scale, *bias, rank - 1, node.getFloat("epsilon", 1e-12));
}

FailureOr<Value> importSkipRMSNorm(Node &node) {
  FailureOr<Value> sum = addSkip(node, 3), scale = node.getInput(2);
  if (failed(sum) || failed(scale))
    return failure();
  auto rank = static_cast<int64_t>(Node::shapeOf(*sum).size());
  return createRMSNorm(node, *sum, *scale, rank - 1, node.getFloat("epsilon", 1e-12));
}

} // namespace

void addContribHandlers(HandlerTable &table) {
  auto add = [&](const std::string &name, Handler handler) {
    table["com.microsoft::" + name] = handler;
  };
  add("BiasGelu", importGeluOf<ann::GeluForm::None>);
  add("FastGelu", importGeluOf<ann::GeluForm::Tanh>);
  add("FusedConv", importFusedConv);
  add("FusedGemm", importFusedGemm);
  add("FusedMatMul", importFusedMatMul);
  add("Gelu", importGeluOf<ann::GeluForm::None>);
  add("LayerNormalization", importLayerNorm);
  add("QuickGelu", importQuickGelu);
  add("SimplifiedLayerNormalization", importRMSNorm);
  add("SkipLayerNormalization", importSkipLayerNorm);
  add("SkipSimplifiedLayerNormalization", importSkipRMSNorm);
  // ONNX Runtime has given its own normalizations to ONNX's domain, too.
  table["SimplifiedLayerNormalization"] = importRMSNorm;
}

} // namespace snnc::onnx_import
