// How much an error of a neuron moves the outputs, against the outputs of one event of each neuron.
#include "compiler/tune/Sensitivity.h"

#include "compiler/reference/Synapses.h"
#include "compiler/tune/Settings.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include <gtest/gtest.h>

using namespace mlir;
namespace reference = snnc::reference;
namespace tune = snnc::tune;

namespace {

/// A population of shape `in` that the outputs, of shape `out`, hear through `synapse` (of %s to %c).
std::string makeNetwork(const std::string &in, const std::string &out, const std::string &synapse) {
  return "func.func @main(%x: tensor<?x" + in + "xf32>) -> tensor<?x" + out +
         "xf32> {\n"
         "%in = snn.encode %x direct : tensor<?x" +
         in + "xf32> -> !snn.spikes<" + in +
         ", graded>\n"
         "%i = snn.add %in, %in : (!snn.spikes<" +
         in + ", graded>, !snn.spikes<" + in + ", graded>) -> !snn.current<" + in +
         ">\n"
         "%s = snn.neuron relu(%i) schedule <dyadic(0.5, 1), steps = 5> code <ternary, 0.7> : "
         "(!snn.current<" +
         in + ">) -> !snn.spikes<" + in + ", ternary>\n" + synapse + " : (!snn.spikes<" + in +
         ", ternary>) -> !snn.current<" + out +
         ">\n"
         "%y = snn.decode %c : !snn.current<" +
         out + "> -> tensor<?x" + out +
         "xf32>\n"
         "return %y : tensor<?x" +
         out + "xf32>\n}\n";
}

/// The same with weights, which have a type of their own.
std::string makeWeighted(const std::string &in, const std::string &out, const std::string &weights,
                         const std::string &synapse) {
  std::string text = makeNetwork(in, out, "%w = arith.constant dense<" + weights + "\n" + synapse);
  std::string type = weights.substr(weights.find("tensor"));
  size_t at = text.find("ternary>)", text.find("%c = "));
  return text.insert(at + 8, ", " + type);
}

class SensitivityTest : public testing::TestWithParam<std::string> {
protected:
  MLIRContext context;
  OwningOpRef<ModuleOp> module;

  func::FuncOp parse(const std::string &text) {
    context.loadDialect<func::FuncDialect, arith::ArithDialect, snnc::snn::SNNDialect>();
    module = parseSourceString<ModuleOp>(text, &context);
    return module ? *module->getOps<func::FuncOp>().begin() : func::FuncOp();
  }
};

TEST_P(SensitivityTest, IsTheSquareOfWhatAnEventDelivers) {
  func::FuncOp network = parse(GetParam());
  ASSERT_TRUE(network) << GetParam();
  snnc::snn::NeuronOp neuron = tune::getNeurons(network).front();
  std::vector<double> found = tune::getSensitivities(network)[neuron];
  auto synapse = cast<snnc::snn::SynapseOpInterface>(*neuron.getSpikes().getUsers().begin());
  for (size_t i = 0; i < found.size(); ++i) {
    reference::Numbers event(found.size(), 0.0);
    event[i] = 1;
    double sum = 0;
    for (double moved : reference::applySynapse(synapse, {&event}, reference::Part::Linear))
      sum += moved * moved;
    EXPECT_NEAR(found[i], sum, 1e-6 * (1 + sum)) << "neuron " << i;
  }
}

const char *kKernel = "[[[[1.0, 2.0, 3.0]], [[-1.0, 0.5, 0.0]]], [[[2.0, 0.0, 1.0]], [[0.1, 0.2, "
                      "0.3]]]]> : tensor<2x2x1x3xf32>";
const char *kGrouped =
    "[[[[1.0, 2.0], [3.0, 4.0]]], [[[5.0, 6.0], [7.0, 8.0]]]]> : tensor<2x1x2x2xf32>";

INSTANTIATE_TEST_SUITE_P(
    Synapses, SensitivityTest,
    testing::Values(
        makeWeighted(
            "2x3x4", "2x3x2", kKernel,
            "%c = snn.conv %s, %w strides = [1, 2] pads = [0, 1, 0, 1] dilations = [1, 1]"),
        makeWeighted("2x4x4", "2x2x2", kGrouped,
                     "%c = snn.conv %s, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [2, 2] "
                     "group = 2"),
        makeWeighted("2x5", "1x4", "[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]> : tensor<1x2x3xf32>",
                     "%c = snn.conv %s, %w strides = [1] pads = [1, 0] dilations = [1]"),
        makeWeighted("2x3", "2x2", "[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>",
                     "%c = snn.gemm %s, %w"),
        makeWeighted("2x3", "2x3", "[[2.0], [3.0]]> : tensor<2x1xf32>", "%c = snn.scale %s, %w"),
        makeNetwork(
            "2x4x4", "2x2x2",
            "%c = snn.average_pool %s kernel_shape = [2, 2] strides = [2, 2] pads = [0, 0, 0, 0]"),
        makeNetwork("2x3", "3x2", "%c = snn.transpose %s perm = [1, 0]"),
        makeNetwork("2x3", "2x5", "%c = snn.pad %s pads = [0, 1, 0, 1] value = 0.0"),
        makeNetwork("2x1", "2x3", "%c = snn.gather %s axis = 1 indices = [0, 0, 0]")));

TEST_F(SensitivityTest, PathsAddUp) {
  func::FuncOp network = parse(R"(func.func @main(%x: tensor<?x1xf32>) -> tensor<?x3xf32> {
    %in = snn.encode %x direct : tensor<?x1xf32> -> !snn.spikes<1, graded>
    %i = snn.reshape %in shape = [1] : (!snn.spikes<1, graded>) -> !snn.current<1>
    %s = snn.neuron relu(%i) schedule <dyadic(0.5, 1), steps = 5> code <ternary, 0.7> : (!snn.current<1>) -> !snn.spikes<1, ternary>
    %w = arith.constant dense<[[3.0, 4.0]]> : tensor<1x2xf32>
    %g = snn.gemm %s, %w : (!snn.spikes<1, ternary>, tensor<1x2xf32>) -> !snn.current<2>
    %t = snn.neuron relu(%g) schedule <dyadic(0.5, 1), steps = 5> code <ternary, 0.7> : (!snn.current<2>) -> !snn.spikes<2, ternary>
    %c = snn.concat %s, %t axis = 0 : (!snn.spikes<1, ternary>, !snn.spikes<2, ternary>) -> !snn.current<3>
    %y = snn.decode %c : !snn.current<3> -> tensor<?x3xf32>
    return %y : tensor<?x3xf32>
  })");
  ASSERT_TRUE(network);
  // 1 of its own, and 9 + 16 of which ReLUs pass half on.
  EXPECT_DOUBLE_EQ(tune::getSensitivities(network)[tune::getNeurons(network).front()][0], 13.5);
}

} // namespace
