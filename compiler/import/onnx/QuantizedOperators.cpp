//===- Quantized operators as what they stand for: DequantizeLinear, an operator, QuantizeLinear -----------===//
#include "compiler/import/onnx/Steps.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace ONNX_NAMESPACE;

namespace snnc::onnx_import {

namespace {

/// Where an operator has its tensors. A quantized one is followed by its scale and its zero point, unless said
/// otherwise.
struct Form {
  const char *op, *base;
  std::vector<int> operands; ///< quantized tensors
  int output;    ///< scale of the output; zero point behind it. -1: the output is of floats
  int bias = -1; ///< of integers, in the scales of both operands
  bool isStandard = false; ///< of the standard domain, too
};

const std::vector<Form> &getForms() {
  static const std::vector<Form> forms = {
      {"QLinearConv", "Conv", {0, 3}, 6, 8, true},
      {"QLinearMatMul", "MatMul", {0, 3}, 6, -1, true},
      {"QGemm", "Gemm", {0, 3}, 7, 6},
      {"QLinearAdd", "Add", {0, 3}, 6},
      {"QLinearMul", "Mul", {0, 3}, 6},
      {"QLinearSigmoid", "Sigmoid", {0}, 3},
      {"QLinearLeakyRelu", "LeakyRelu", {0}, 3},
      {"QLinearSoftmax", "Softmax", {0}, 3},
      {"QLinearAveragePool", "AveragePool", {0}, 3},
      {"QLinearGlobalAveragePool", "GlobalAveragePool", {0}, 3},
      {"QLinearReduceMean", "ReduceMean", {0}, 3},
      {"QLinearConcat", "Concat", {}, 0}, // its operands begin behind the output's scale
      {"MatMulIntegerToFloat", "MatMul", {}, -1},
      {"DynamicQuantizeMatMul", "MatMul", {}, -1},
      {"QuantizeLinear", "QuantizeLinear", {}, -1},
      {"DequantizeLinear", "DequantizeLinear", {}, -1},
  };
  return forms;
}

class Expansion {
public:
  Expansion(const NodeProto &node, std::string name, std::shared_ptr<const Opsets> opsets,
            Steps &steps)
      : node(node), name(std::move(name)), opsets(std::move(opsets)), steps(steps) {}

  void expand(const Form &form) {
    std::string op = form.op;
    if (op == form.base)
      return copy(); // the same operator of another domain
    if (op == "MatMulIntegerToFloat")
      return addBias(6,
                     emit("MatMul", {dequantize(0, 2, 4, 0), dequantize(1, 3, 5, -1)}, "product"));
    if (op == "DynamicQuantizeMatMul")
      return addBias(4, emit("MatMul", {input(0), dequantize(1, 2, 3, -1)}, "product"));
    std::vector<std::string> operands;
    std::vector<int> places = form.operands;
    for (int i = 2; op == "QLinearConcat" && i < node.input_size(); i += 3)
      places.push_back(i);
    for (int place : places)
      operands.push_back(dequantize(place, place + 1, place + 2, getAxis(op, place)));
    if (form.bias >= 0 && !input(form.bias).empty()) {
      std::string scale = emit("Mul", {input(1), input(4)}, "bias_scale");
      operands.push_back(
          emit("DequantizeLinear", {input(form.bias), scale}, "bias", {{"axis", 0}}));
    }
    bool isFloat = input(form.output).empty();
    std::string result =
        emit(form.base, operands, isFloat ? "" : "result", {}, /*keepsAttributes=*/true);
    if (!isFloat)
      emit("QuantizeLinear", {result, input(form.output), input(form.output + 1)}, "");
  }

private:
  const NodeProto &node;
  std::string name;
  std::shared_ptr<const Opsets> opsets;
  Steps &steps;
  bool isFirst = true;

  std::string input(int index) const {
    return index >= 0 && index < node.input_size() ? node.input(index) : "";
  }

  int64_t getAttribute(const char *which, int64_t usual) const {
    for (const AttributeProto &attribute : node.attribute())
      if (attribute.name() == which)
        return attribute.i();
    return usual;
  }

  /// Along which dimension an operand may have several scales.
  int64_t getAxis(const std::string &op, int place) const {
    if (op == "QLinearConv")
      return place == 3 ? 0 : 1;
    if (op == "QLinearMatMul")
      return place == 3 ? -1 : -2;
    if (op == "QGemm" && place == 3)
      return getAttribute("transB", 0) ? 0 : 1;
    return 1;
  }

  std::string dequantize(int tensor, int scale, int zero, int64_t axis) {
    return emit("DequantizeLinear", {input(tensor), input(scale), input(zero)},
                "operand" + std::to_string(tensor), {{"axis", axis}});
  }

  void addBias(int index, const std::string &product) {
    std::string bias = input(index);
    emit(bias.empty() ? "Identity" : "Add",
         bias.empty() ? std::vector{product} : std::vector{product, bias}, "");
  }

  Step &add() {
    Step &step = steps.emplace_back();
    step.name = name;
    step.op = spellOperator(node);
    step.opsets = opsets;
    step.isPart = !isFirst;
    isFirst = false;
    return step;
  }

  void copy() {
    Step &step = add();
    step.node = node;
    step.node.clear_domain();
  }

  /// Attributes of the operator itself go to its base; those that only say how it is computed do not.
  void copyAttributes(Step &step) {
    auto own = std::make_shared<Opsets>(*opsets);
    for (const AttributeProto &attribute : node.attribute()) {
      bool isUsual = attribute.name() == "channels_last" && attribute.i() == 0;
      if (attribute.name() == "opset")
        own->versions[""] = attribute.i();
      else if (!isUsual)
        *step.node.add_attribute() = attribute;
    }
    step.opsets = std::move(own);
  }

  /// A step whose output is called after `result`, or as the node's own where that is empty.
  std::string emit(const std::string &op, const std::vector<std::string> &inputs,
                   const std::string &result,
                   const std::vector<std::pair<std::string, int64_t>> &attributes = {},
                   bool keepsAttributes = false) {
    Step &step = add();
    step.node.set_op_type(op);
    for (const std::string &in : inputs)
      step.node.add_input(in);
    std::string output = result.empty() ? node.output(0) : name + "/" + result;
    step.node.add_output(output);
    if (keepsAttributes)
      copyAttributes(step);
    for (const auto &[key, value] : attributes) {
      AttributeProto *attribute = step.node.add_attribute();
      attribute->set_name(key);
      attribute->set_type(AttributeProto::INT);
      attribute->set_i(value);
    }
    return output;
  }
};

} // namespace

bool expandQuantized(const NodeProto &node, const std::string &name,
                     std::shared_ptr<const Opsets> opsets, Steps &steps) {
  std::string domain = getDomain(node);
  for (const Form &form : getForms())
    if (node.op_type() == form.op && node.output_size() > 0 &&
        (domain == "com.microsoft" || (domain.empty() && form.isStandard))) {
      Expansion(node, name, std::move(opsets), steps).expand(form);
      return true;
    }
  return false;
}

std::vector<std::string> listQuantizedOperators() {
  std::vector<std::string> names;
  for (const Form &form : getForms())
    names.push_back(form.isStandard ? form.op : std::string("com.microsoft::") + form.op);
  return names;
}

} // namespace snnc::onnx_import
