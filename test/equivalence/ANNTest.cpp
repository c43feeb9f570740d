//===- The program carries its ANN ------------------------------------------------------------------------===//
//
// A network goes the whole way (port, calibrate, convert, write), and the runtime's `evaluate` gives
// what the evaluator gives for the network before: nothing is lost in fusing, decomposing, scaling and
// folding, for any granularity of the scales.
//
//===------------------------------------------------------------------------------------------------===//
#include "dialects/ann/ANN.h"
#include "compiler/data/Npy.h"
#include "compiler/pipeline/Pipeline.h"
#include "compiler/reference/Evaluator.h"
#include "dialects/snn/SNN.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "snn/Engine.h"
#include "test/equivalence/MakeProgram.h"
#include <filesystem>
#include <gtest/gtest.h>
#include <random>

using namespace mlir;

namespace snnc::test {

namespace {

struct Case {
  const char *name;
  std::vector<int64_t> input; ///< shape of one sample
  const char *text;
};

// Weights are %w0, %w1 ... with a shape; the test fills in random numbers.
const Case kCases[] = {
    {"ConvBatchNormResidual",
     {2, 4, 4},
     R"(func.func @main(%x: tensor<?x2x4x4xf64>) -> tensor<?x3xf64> {
  %c0 = ann.conv %x, %w0 bias %w1 strides = [1, 1] pads = [1, 1, 1, 1] dilations = [1, 1] : (tensor<?x2x4x4xf64>, tensor<4x2x3x3xf64>, tensor<4xf64>) -> tensor<?x4x4x4xf64>
  %b0 = ann.batch_norm %c0, %w2, %w3, %w4, %v5 epsilon = 1.0e-5 : (tensor<?x4x4x4xf64>, tensor<4xf64>, tensor<4xf64>, tensor<4xf64>, tensor<4xf64>) -> tensor<?x4x4x4xf64>
  %r0 = ann.relu %b0 : tensor<?x4x4x4xf64>
  %c1 = ann.conv %r0, %w6 strides = [2, 2] pads = [1, 1, 1, 1] dilations = [1, 1] group = 2 : (tensor<?x4x4x4xf64>, tensor<4x2x3x3xf64>) -> tensor<?x4x2x2xf64>
  %b1 = ann.batch_norm %c1, %w2, %w3, %w4, %v5 epsilon = 1.0e-5 : (tensor<?x4x2x2xf64>, tensor<4xf64>, tensor<4xf64>, tensor<4xf64>, tensor<4xf64>) -> tensor<?x4x2x2xf64>
  %s = ann.slice %r0 starts = [0, 0, 0, 0] sizes = [-1, 4, 2, 2] steps = [1, 1, 2, 2] : (tensor<?x4x4x4xf64>) -> tensor<?x4x2x2xf64>
  %a = ann.add %b1, %s : (tensor<?x4x2x2xf64>, tensor<?x4x2x2xf64>) -> tensor<?x4x2x2xf64>
  %r1 = ann.relu %a : tensor<?x4x2x2xf64>
  %g = ann.global_average_pool %r1 : (tensor<?x4x2x2xf64>) -> tensor<?x4x1x1xf64>
  %f = ann.flatten %g axis = 1 : (tensor<?x4x1x1xf64>) -> tensor<?x4xf64>
  %y = ann.gemm %f, %w7 bias %w8 transpose_b : (tensor<?x4xf64>, tensor<3x4xf64>, tensor<3xf64>) -> tensor<?x3xf64>
  return %y : tensor<?x3xf64>
})"},
    {"MaxPoolWithBorder",
     {2, 5, 5},
     R"(func.func @main(%x: tensor<?x2x5x5xf64>) -> tensor<?x3xf64> {
  %c0 = ann.conv %x, %w0 strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (tensor<?x2x5x5xf64>, tensor<3x2x1x1xf64>) -> tensor<?x3x5x5xf64>
  %r0 = ann.relu %c0 : tensor<?x3x5x5xf64>
  %p = ann.max_pool %r0 kernel_shape = [3, 3] strides = [2, 2] pads = [1, 1, 1, 1] dilations = [1, 1] : (tensor<?x3x5x5xf64>) -> tensor<?x3x3x3xf64>
  %q = ann.max_pool %p kernel_shape = [2, 2] strides = [2, 2] pads = [0, 0, 0, 0] dilations = [1, 1] ceil_mode : (tensor<?x3x3x3xf64>) -> tensor<?x3x2x2xf64>
  %m = ann.reduce_mean %q axes = [2, 3] : (tensor<?x3x2x2xf64>) -> tensor<?x3xf64>
  %y = ann.gemm %m, %w1 : (tensor<?x3xf64>, tensor<3x3xf64>) -> tensor<?x3xf64>
  return %y : tensor<?x3xf64>
})"},
    {"ShapesAndMatrices",
     {2, 6},
     R"(func.func @main(%x: tensor<?x2x6xf64>) -> tensor<?x8xf64> {
  %t = ann.transpose %x perm = [0, 2, 1] : (tensor<?x2x6xf64>) -> tensor<?x6x2xf64>
  %m = ann.matmul %t, %w0 : (tensor<?x6x2xf64>, tensor<2x4xf64>) -> tensor<?x6x4xf64>
  %a = ann.add %m, %w1 : (tensor<?x6x4xf64>, tensor<4xf64>) -> tensor<?x6x4xf64>
  %r = ann.relu %a : tensor<?x6x4xf64>
  %n = ann.matmul %w2, %r : (tensor<3x6xf64>, tensor<?x6x4xf64>) -> tensor<?x3x4xf64>
  %p = ann.pad %n pads = [0, 1, 0, 0, 0, 0] value = 0.5 : (tensor<?x3x4xf64>) -> tensor<?x4x4xf64>
  %s = ann.relu %p : tensor<?x4x4xf64>
  %c = ann.concat %s, %r axis = 1 : (tensor<?x4x4xf64>, tensor<?x6x4xf64>) -> tensor<?x10x4xf64>
  %h = ann.reshape %c shape = [-1, 5, 8] : (tensor<?x10x4xf64>) -> tensor<?x5x8xf64>
  %e = ann.reduce_mean %h axes = [1] : (tensor<?x5x8xf64>) -> tensor<?x8xf64>
  return %e : tensor<?x8xf64>
})"},
    {"PoolsAndOneDimension",
     {4, 9},
     R"(func.func @main(%x: tensor<?x4x9xf64>) -> tensor<?x2x3xf64> {
  %c = ann.conv %x, %w0 bias %w1 strides = [1] pads = [2, 2] dilations = [2] group = 4 : (tensor<?x4x9xf64>, tensor<4x1x3xf64>, tensor<4xf64>) -> tensor<?x4x9xf64>
  %r = ann.relu %c : tensor<?x4x9xf64>
  %p = ann.average_pool %r kernel_shape = [3] strides = [3] pads = [1, 0] dilations = [1] : (tensor<?x4x9xf64>) -> tensor<?x4x3xf64>
  %d = ann.conv %p, %w2 strides = [1] pads = [0, 0] dilations = [1] : (tensor<?x4x3xf64>, tensor<2x4x1xf64>) -> tensor<?x2x3xf64>
  %s = ann.relu %d : tensor<?x2x3xf64>
  return %s : tensor<?x2x3xf64>
})"},
    {"TransposedConvolutions",
     {4, 3, 3},
     R"(func.func @main(%x: tensor<?x4x3x3xf64>) -> tensor<?x2x9xf64> {
  %c = ann.conv_transpose %x, %w0 bias %w1 strides = [2, 3] pads = [1, 0, 1, 1] dilations = [1, 2] output_padding = [1, 0] group = 2 : (tensor<?x4x3x3xf64>, tensor<4x3x3x2xf64>, tensor<6xf64>) -> tensor<?x6x6x8xf64>
  %r = ann.relu %c : tensor<?x6x6x8xf64>
  %d = ann.conv_transpose %r, %w2 strides = [1, 1] pads = [1, 1, 1, 1] dilations = [1, 1] output_padding = [0, 0] : (tensor<?x6x6x8xf64>, tensor<6x2x1x1xf64>) -> tensor<?x2x4x6xf64>
  %e = ann.erf %d : tensor<?x2x4x6xf64>
  %m = ann.reduce_mean %e axes = [2] : (tensor<?x2x4x6xf64>) -> tensor<?x2x6xf64>
  %f = ann.conv_transpose %m, %w3 strides = [2] pads = [2, 2] dilations = [1] output_padding = [0] : (tensor<?x2x6xf64>, tensor<2x2x2xf64>) -> tensor<?x2x8xf64>
  %p = ann.pad %f pads = [0, 0, 0, 0, 0, 1] value = 0.0 : (tensor<?x2x8xf64>) -> tensor<?x2x9xf64>
  return %p : tensor<?x2x9xf64>
})"},
    {"SoftmaxAndGate",
     {3, 5},
     R"(func.func @main(%x: tensor<?x3x5xf64>) -> tensor<?x3x16xf64> {
  %s = ann.softmax %x axis = 2 : (tensor<?x3x5xf64>) -> tensor<?x3x5xf64>
  %t = ann.tanh %x : tensor<?x3x5xf64>
  %g = ann.mul %t, %s : (tensor<?x3x5xf64>, tensor<?x3x5xf64>) -> tensor<?x3x5xf64>
  %y = ann.matmul %g, %w0 : (tensor<?x3x5xf64>, tensor<5x16xf64>) -> tensor<?x3x16xf64>
  return %y : tensor<?x3x16xf64>
})"},
    {"MeansOfOddWindows",
     {2, 7, 8},
     R"(func.func @main(%x: tensor<?x2x7x8xf64>) -> tensor<?x2x20xf64> {
  %p = ann.average_pool %x kernel_shape = [3, 3] strides = [2, 2] pads = [1, 1, 1, 1] dilations = [1, 1] ceil_mode {count_include_pad} : (tensor<?x2x7x8xf64>) -> tensor<?x2x4x5xf64>
  %q = ann.average_pool %x kernel_shape = [2, 3] strides = [2, 2] pads = [1, 2, 1, 2] dilations = [2, 2] ceil_mode : (tensor<?x2x7x8xf64>) -> tensor<?x2x4x5xf64>
  %a = ann.add %p, %q : (tensor<?x2x4x5xf64>, tensor<?x2x4x5xf64>) -> tensor<?x2x4x5xf64>
  %r = ann.relu %a : tensor<?x2x4x5xf64>
  %f = ann.reshape %r shape = [-1, 2, 20] : (tensor<?x2x4x5xf64>) -> tensor<?x2x20xf64>
  %l = ann.reduce_min %f axes = [1] keepdims : (tensor<?x2x20xf64>) -> tensor<?x1x20xf64>
  %y = ann.sub %f, %l : (tensor<?x2x20xf64>, tensor<?x1x20xf64>) -> tensor<?x2x20xf64>
  return %y : tensor<?x2x20xf64>
})"},
    {"ThreeDimensions",
     {2, 4, 5, 6},
     R"(func.func @main(%x: tensor<?x2x4x5x6xf64>) -> tensor<?x4x1xf64> {
  %c = ann.conv %x, %w0 bias %w1 strides = [1, 2, 1] pads = [1, 0, 2, 0, 1, 1] dilations = [2, 1, 2] group = 2 : (tensor<?x2x4x5x6xf64>, tensor<4x1x2x3x3xf64>, tensor<4xf64>) -> tensor<?x4x3x2x5xf64>
  %b = ann.batch_norm %c, %w2, %w3, %w4, %v5 epsilon = 1.0e-5 : (tensor<?x4x3x2x5xf64>, tensor<4xf64>, tensor<4xf64>, tensor<4xf64>, tensor<4xf64>) -> tensor<?x4x3x2x5xf64>
  %r = ann.relu %b : tensor<?x4x3x2x5xf64>
  %p = ann.average_pool %r kernel_shape = [2, 2, 2] strides = [1, 1, 2] pads = [1, 0, 0, 0, 0, 1] dilations = [1, 1, 1] : (tensor<?x4x3x2x5xf64>) -> tensor<?x4x3x1x3xf64>
  %d = ann.conv %p, %w6 strides = [1, 1, 1] pads = [0, 0, 0, 0, 0, 0] dilations = [1, 1, 1] : (tensor<?x4x3x1x3xf64>, tensor<4x4x1x1x1xf64>) -> tensor<?x4x3x1x3xf64>
  %s = ann.mish %d : tensor<?x4x3x1x3xf64>
  %g = ann.global_average_pool %s : (tensor<?x4x3x1x3xf64>) -> tensor<?x4x1x1x1xf64>
  %y = ann.reshape %g shape = [-1, 4, 1] : (tensor<?x4x1x1x1xf64>) -> tensor<?x4x1xf64>
  return %y : tensor<?x4x1xf64>
})"},
    {"LogarithmsAndExtrema",
     {3, 5},
     R"(func.func @main(%x: tensor<?x3x5xf64>) -> tensor<?x3x5xf64> {
  %s = ann.log_softmax %x axis = 2 : (tensor<?x3x5xf64>) -> tensor<?x3x5xf64>
  %t = ann.softsign %s : tensor<?x3x5xf64>
  %m = ann.reduce_max %t axes = [1, 2] keepdims : (tensor<?x3x5xf64>) -> tensor<?x1x1xf64>
  %d = ann.sub %t, %m : (tensor<?x3x5xf64>, tensor<?x1x1xf64>) -> tensor<?x3x5xf64>
  %c = ann.cos %d : tensor<?x3x5xf64>
  %h = ann.shrink %c lambda = 0.9 bias = 0.5 : tensor<?x3x5xf64>
  return %h : tensor<?x3x5xf64>
})"},
};

/// The module with every %w or %v that is used declared as a constant of random numbers (those of %v
/// positive), of the type that its first use gives it.
OwningOpRef<ModuleOp> parse(const Case &network, MLIRContext &context) {
  // Weights become arguments first, so that the parser finds their types.
  auto module = [&] {
    std::string text = network.text, declared;
    for (int i = 0; i < 10; ++i)
      for (char kind : {'w', 'v'}) {
        std::string name = std::string("%") + kind + std::to_string(i);
        size_t use = text.find(name);
        if (use == std::string::npos)
          continue;
        // The position of the operand among its operation's operands gives the type.
        size_t line = text.rfind("ann.", use), types = text.find(" : (", use) + 4;
        size_t position = 0;
        for (size_t at = text.find('%', line); at < use; at = text.find('%', at + 1))
          ++position;
        for (; position > 0; --position)
          types = text.find(", ", types) + 2;
        size_t end = text.find_first_of(",)", types);
        declared += ", " + name + ": " + text.substr(types, end - types);
      }
    text.insert(text.find(") ->"), declared);
    return parseSourceString<ModuleOp>(text, &context);
  }();
  if (!module)
    return nullptr;
  auto function = *module->getOps<func::FuncOp>().begin();
  OpBuilder builder(&function.front(), function.front().begin());
  std::mt19937 random(7);
  std::normal_distribution<double> normal;
  std::vector<bool> positive;
  for (BlockArgument weight : llvm::make_early_inc_range(function.getArguments().drop_front())) {
    auto type = cast<RankedTensorType>(weight.getType());
    bool isVariance = llvm::any_of(weight.getUses(), [](OpOperand &use) {
      return isa<ann::BatchNormOp>(use.getOwner()) && use.getOperandNumber() == 4;
    });
    std::vector<double> numbers(type.getNumElements());
    for (double &number : numbers)
      number = isVariance ? std::abs(normal(random)) + 0.5 : normal(random);
    weight.replaceAllUsesWith(builder.create<ann::ConstantOp>(
        function.getLoc(), DenseElementsAttr::get(type, ArrayRef(numbers))));
  }
  BitVector weights(function.getNumArguments(), true);
  weights.reset(0);
  function.eraseArguments(weights);
  return module;
}

class CarriedANN : public testing::TestWithParam<std::tuple<Case, std::string>> {};

TEST_P(CarriedANN, IsTheNetworkBeforeConversion) {
  const auto &[network, granularity] = GetParam();
  MLIRContext context;
  context.loadDialect<ann::ANNDialect, snn::SNNDialect, arith::ArithDialect, func::FuncDialect>();
  auto module = parse(network, context);
  ASSERT_TRUE(module);
  auto before = module->clone();
  OwningOpRef<ModuleOp> owner = before;
  auto original = reference::Evaluator::create(*before.getOps<func::FuncOp>().begin());
  ASSERT_TRUE(succeeded(original));

  std::vector<int64_t> shape{8};
  shape.insert(shape.end(), network.input.begin(), network.input.end());
  reference::Tensor images(shape);
  std::mt19937 random(11);
  for (double &number : images.data)
    number = std::normal_distribution<double>()(random);
  std::string file = testing::TempDir() + "/" + network.name + granularity + ".npy";
  ASSERT_TRUE(data::writeNpy(file, data::makeArray(shape, std::span<const double>(images.data))));

  PipelineOptions options;
  options.precision = "f64";
  options.calibration = file;
  options.scalePer = granularity;
  PassManager manager(&context);
  for (Phase phase : kPhases)
    addPhase(manager, phase, options);
  ScopedDiagnosticHandler quiet(&context, [](Diagnostic &diagnostic) {
    return success(diagnostic.getSeverity() == DiagnosticSeverity::Remark);
  });
  ASSERT_TRUE(succeeded(manager.run(*module)));
  std::filesystem::remove(file);
  auto program = makeProgram(*module->getOps<func::FuncOp>().begin(), network.name, 8);
  ASSERT_TRUE(program) << program.error();

  auto wanted = original->run(images);
  ASSERT_TRUE(wanted) << wanted.error();
  ::snn::Engine engine(*program);
  std::vector<double> found(program->outputSize());
  size_t size = images.data.size() / 8;
  for (size_t n = 0; n < 8; ++n) {
    engine.evaluate(images.data.data() + n * size, found.data());
    for (size_t i = 0; i < found.size(); ++i)
      ASSERT_NEAR(found[i], wanted->front().data[n * found.size() + i], 1e-9) << n << ", " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(AllNetworks, CarriedANN,
                         testing::Combine(testing::ValuesIn(kCases),
                                          testing::Values("channel", "neuron", "tensor")),
                         [](const auto &info) {
                           return std::string(std::get<0>(info.param).name) + "_" +
                                  std::get<1>(info.param);
                         });

} // namespace
} // namespace snnc::test
