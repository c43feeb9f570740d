//===- The reference evaluator against numbers computed by hand ---------------------------------------------===//
#include "compiler/reference/Evaluator.h"
#include "dialects/ann/ANN.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include <cmath>
#include <gtest/gtest.h>

using namespace mlir;

namespace snnc::test {

namespace {

using reference::Tensor;
using Numbers = std::vector<double>;

/// The result of `operation`, which reads %x: TYPE and whatever constants `before` makes.
Tensor evaluate(const std::string &type, const std::string &result, const std::string &operation,
                const Tensor &input, const std::string &before = "") {
  MLIRContext context;
  context.loadDialect<ann::ANNDialect, func::FuncDialect>();
  auto module =
      parseSourceString<ModuleOp>("func.func @f(%x: " + type + ") -> " + result + " {\n" + before +
                                      "\n%y = " + operation + "\nreturn %y : " + result + "\n}",
                                  &context);
  EXPECT_TRUE(module);
  if (!module)
    return {};
  auto evaluator = reference::Evaluator::create(*module->getOps<func::FuncOp>().begin());
  EXPECT_TRUE(succeeded(evaluator));
  auto results = evaluator->run(input);
  EXPECT_TRUE(results) << results.error();
  return results ? results->front() : Tensor();
}

/// 1, 2, 3, ... in this shape.
Tensor count(const std::vector<int64_t> &shape) {
  Tensor tensor(shape);
  for (int64_t i = 0; i < tensor.size(); ++i)
    tensor.data[i] = static_cast<double>(i + 1);
  return tensor;
}

void expectNear(const Tensor &tensor, const std::vector<int64_t> &shape, const Numbers &numbers) {
  EXPECT_EQ(tensor.shape, shape);
  ASSERT_EQ(tensor.data.size(), numbers.size());
  for (size_t i = 0; i < numbers.size(); ++i)
    EXPECT_NEAR(tensor.data[i], numbers[i], 1e-12) << "element " << i;
}

//===- Linear ---------------------------------------------------------------------------------------------===//

TEST(Evaluator, ConvWithPaddingStrideAndBias) {
  // The image 1 2 3 / 4 5 6 / 7 8 9 with a border of zeros; the kernel is 1 2 / 3 4.
  auto y =
      evaluate("tensor<?x1x3x3xf64>", "tensor<?x1x2x2xf64>",
               "ann.conv %x, %w bias %b strides = [2, 2] pads = [1, 1, 0, 0] dilations = [1, 1] : "
               "(tensor<?x1x3x3xf64>, tensor<1x1x2x2xf64>, tensor<1xf64>) -> tensor<?x1x2x2xf64>",
               count({1, 1, 3, 3}),
               "%w = ann.constant dense<[[[[1.0, 2.0], [3.0, 4.0]]]]> : tensor<1x1x2x2xf64>\n"
               "%b = ann.constant dense<0.5> : tensor<1xf64>");
  // 4*1; 3*2 + 4*3; 2*4 + 4*7; 1*5 + 2*6 + 3*8 + 4*9.
  expectNear(y, {1, 1, 2, 2}, {4.5, 18.5, 36.5, 77.5});
}

TEST(Evaluator, ConvWithGroupsAndDilation) {
  // Two channels of their own; the kernel of three reaches over five elements.
  auto y = evaluate(
      "tensor<?x2x5xf64>", "tensor<?x2x1xf64>",
      "ann.conv %x, %w strides = [1] pads = [0, 0] dilations = [2] group = 2 : "
      "(tensor<?x2x5xf64>, tensor<2x1x3xf64>) -> tensor<?x2x1xf64>",
      count({1, 2, 5}),
      "%w = ann.constant dense<[[[1.0, 1.0, 1.0]], [[1.0, 0.0, -1.0]]]> : tensor<2x1x3xf64>");
  expectNear(y, {1, 2, 1}, {1 + 3 + 5, 6 - 10});
}

TEST(Evaluator, GemmAndItsTransposedWeights) {
  const char *weights = "%w = ann.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf64>\n"
                        "%b = ann.constant dense<[10.0, 20.0]> : tensor<2xf64>";
  auto y =
      evaluate("tensor<?x2xf64>", "tensor<?x2xf64>",
               "ann.gemm %x, %w bias %b : (tensor<?x2xf64>, tensor<2x2xf64>, tensor<2xf64>) -> "
               "tensor<?x2xf64>",
               count({2, 2}), weights);
  expectNear(y, {2, 2}, {1 + 6 + 10, 2 + 8 + 20, 3 + 12 + 10, 6 + 16 + 20});
  y = evaluate("tensor<?x2xf64>", "tensor<?x2xf64>",
               "ann.gemm %x, %w bias %b transpose_b : (tensor<?x2xf64>, tensor<2x2xf64>, "
               "tensor<2xf64>) -> tensor<?x2xf64>",
               count({1, 2}), weights);
  expectNear(y, {1, 2}, {1 + 4 + 10, 3 + 8 + 20});
}

TEST(Evaluator, MatMulPerSample) {
  auto y =
      evaluate("tensor<?x2x2xf64>", "tensor<?x2x2xf64>",
               "ann.matmul %x, %x : (tensor<?x2x2xf64>, tensor<?x2x2xf64>) -> tensor<?x2x2xf64>",
               count({2, 2, 2}));
  expectNear(y, {2, 2, 2}, {7, 10, 15, 22, 67, 78, 91, 106});
}

TEST(Evaluator, BatchNorm) {
  auto y =
      evaluate("tensor<?x2x1xf64>", "tensor<?x2x1xf64>",
               "ann.batch_norm %x, %s, %b, %m, %v epsilon = 1.0 : (tensor<?x2x1xf64>, "
               "tensor<2xf64>, tensor<2xf64>, tensor<2xf64>, tensor<2xf64>) -> tensor<?x2x1xf64>",
               Tensor({1, 2, 1}, {5, 7}),
               "%s = ann.constant dense<[2.0, 3.0]> : tensor<2xf64>\n"
               "%b = ann.constant dense<[1.0, -1.0]> : tensor<2xf64>\n"
               "%m = ann.constant dense<[3.0, 4.0]> : tensor<2xf64>\n"
               "%v = ann.constant dense<[3.0, 8.0]> : tensor<2xf64>");
  expectNear(y, {1, 2, 1}, {2 * (5 - 3) / 2.0 + 1, 3 * (7 - 4) / 3.0 - 1});
}

//===- Element by element ---------------------------------------------------------------------------------===//

TEST(Evaluator, ReluMaxAndAdd) {
  Tensor x({1, 4}, {-1, 0, 2, -3});
  expectNear(evaluate("tensor<?x4xf64>", "tensor<?x4xf64>", "ann.relu %x : tensor<?x4xf64>", x),
             {1, 4}, {0, 0, 2, 0});
  const char *row = "%r = ann.constant dense<[1.0, -1.0, 0.0, -5.0]> : tensor<4xf64>";
  const char *types = "(tensor<?x4xf64>, tensor<4xf64>) -> tensor<?x4xf64>";
  expectNear(evaluate("tensor<?x4xf64>", "tensor<?x4xf64>",
                      std::string("ann.max %x, %r : ") + types, x, row),
             {1, 4}, {1, 0, 2, -3});
  expectNear(evaluate("tensor<?x4xf64>", "tensor<?x4xf64>",
                      std::string("ann.add %x, %r : ") + types, x, row),
             {1, 4}, {0, -1, 2, -8});
}

//===- Windows --------------------------------------------------------------------------------------------===//

TEST(Evaluator, PoolsAtTheBorder) {
  const char *attributes = "kernel_shape = [2] strides = [2] pads = [1, 0] dilations = [1]";
  const char *types = " : (tensor<?x1x3xf64>) -> tensor<?x1x2xf64>";
  Tensor x({1, 1, 3}, {-4, 2, 6});
  auto pool = [&](const std::string &op, const std::string &flags) {
    return evaluate("tensor<?x1x3xf64>", "tensor<?x1x2xf64>",
                    "ann." + op + " %x " + attributes + flags + types, x);
  };
  // Padding is no zero of a maximum, and counts in a mean only when it shall.
  expectNear(pool("max_pool", ""), {1, 1, 2}, {-4, 6});
  expectNear(pool("average_pool", ""), {1, 1, 2}, {-4, 4});
  expectNear(pool("average_pool", " {count_include_pad}"), {1, 1, 2}, {-2, 4});
}

TEST(Evaluator, CeilModeTakesWhatIsLeft) {
  auto y =
      evaluate("tensor<?x1x3xf64>", "tensor<?x1x2xf64>",
               "ann.max_pool %x kernel_shape = [2] strides = [2] pads = [0, 0] dilations = [1] "
               "ceil_mode : (tensor<?x1x3xf64>) -> tensor<?x1x2xf64>",
               count({1, 1, 3}));
  expectNear(y, {1, 1, 2}, {2, 3});
}

TEST(Evaluator, Means) {
  expectNear(evaluate("tensor<?x2x1x2xf64>", "tensor<?x2x1x1xf64>",
                      "ann.global_average_pool %x : (tensor<?x2x1x2xf64>) -> tensor<?x2x1x1xf64>",
                      count({1, 2, 1, 2})),
             {1, 2, 1, 1}, {1.5, 3.5});
  expectNear(evaluate("tensor<?x2x2xf64>", "tensor<?x2xf64>",
                      "ann.reduce_mean %x axes = [1] : (tensor<?x2x2xf64>) -> tensor<?x2xf64>",
                      count({2, 2, 2})),
             {2, 2}, {2, 3, 6, 7});
}

TEST(Evaluator, Extrema) {
  Tensor x({1, 2, 3}, {3, -1, 2, 5, 0, -7});
  auto reduce = [&](const std::string &operation, const std::string &result) {
    return evaluate("tensor<?x2x3xf64>", result, operation + " : (tensor<?x2x3xf64>) -> " + result,
                    x);
  };
  expectNear(reduce("ann.reduce_max %x axes = [1]", "tensor<?x3xf64>"), {1, 3}, {5, 0, 2});
  expectNear(reduce("ann.reduce_min %x axes = [1, 2] keepdims", "tensor<?x1x1xf64>"), {1, 1, 1},
             {-7});
}

TEST(Evaluator, LogSoftmax) {
  // Exponentials of 1, 1 and 2, of sum 4, behind a number that would overflow them.
  double large = 1000, log2 = std::log(2.0);
  auto y = evaluate("tensor<?x3xf64>", "tensor<?x3xf64>",
                    "ann.log_softmax %x axis = 1 : (tensor<?x3xf64>) -> tensor<?x3xf64>",
                    Tensor({1, 3}, {large, large, large + log2}));
  expectNear(y, {1, 3}, {-2 * log2, -2 * log2, -log2});
}

//===- Functions ------------------------------------------------------------------------------------------===//

TEST(Evaluator, FunctionsOfOneElement) {
  auto apply = [&](const std::string &function, const Numbers &x) {
    auto size = static_cast<int64_t>(x.size());
    std::string type = "tensor<?x" + std::to_string(size) + "xf64>";
    return evaluate(type, type, "ann." + function + " : " + type, Tensor({1, size}, x)).data;
  };
  auto expect = [](const Numbers &found, const Numbers &wanted) {
    ASSERT_EQ(found.size(), wanted.size());
    for (size_t i = 0; i < found.size(); ++i)
      EXPECT_NEAR(found[i], wanted[i], 1e-12) << "element " << i;
  };
  // tanh(log(1 + e^x)) is 3/5 at x = 0, where e^x + 1 = 2; and (w^2 - 1) / (w^2 + 1) of w = 1 + e^x elsewhere.
  double w = 1 + std::exp(1.5);
  expect(apply("mish %x", {0, 1.5}), {0, 1.5 * (w * w - 1) / (w * w + 1)});
  expect(apply("softsign %x", {-3, 0, 1}), {-0.75, 0, 0.5});
  expect(apply("log %x", {1, 2}), {0, std::log(2.0)});
  expect(apply("sin %x", {0, 0.5}), {0, 0.479425538604203});
  expect(apply("cos %x", {0, 0.5}), {1, 0.877582561890373});
  expect(apply("sign %x", {-2, 0, 0.5}), {-1, 0, 1});
  expect(apply("floor %x", {-1.5, 1.5, 2}), {-2, 1, 2});
  expect(apply("ceil %x", {-1.5, 1.5, 2}), {-1, 2, 2});
  expect(apply("round %x", {-1.5, 0.5, 1.5, 1.6}), {-2, 0, 2, 2});
  expect(apply("thresholded_relu %x alpha = 1.0", {-2, 0.5, 1, 1.5}), {0, 0, 0, 1.5});
  expect(apply("shrink %x lambda = 1.0 bias = 0.5", {-2, -1, 0.5, 3}), {-1.5, 0, 0, 2.5});
}

//===- Elements that move ---------------------------------------------------------------------------------===//

TEST(Evaluator, MovesOfElements) {
  Tensor x = count({1, 2, 3});
  auto move = [&](const std::string &operation, const std::string &result) {
    return evaluate("tensor<?x2x3xf64>", result, operation + " : (tensor<?x2x3xf64>) -> " + result,
                    x);
  };
  expectNear(move("ann.transpose %x perm = [0, 2, 1]", "tensor<?x3x2xf64>"), {1, 3, 2},
             {1, 4, 2, 5, 3, 6});
  expectNear(move("ann.reshape %x shape = [-1, 3, 2]", "tensor<?x3x2xf64>"), {1, 3, 2},
             {1, 2, 3, 4, 5, 6});
  expectNear(move("ann.flatten %x axis = 1", "tensor<?x6xf64>"), {1, 6}, {1, 2, 3, 4, 5, 6});
  expectNear(move("ann.slice %x starts = [0, 1, 2] sizes = [-1, 1, 2] steps = [1, 1, -2]",
                  "tensor<?x1x2xf64>"),
             {1, 1, 2}, {6, 4});
  // A border of 9 before, and one element less behind.
  expectNear(move("ann.pad %x pads = [0, 0, 1, 0, 0, -1] value = 9.0", "tensor<?x2x3xf64>"),
             {1, 2, 3}, {9, 1, 2, 9, 4, 5});
  expectNear(evaluate("tensor<?x2x3xf64>", "tensor<?x4x3xf64>",
                      "ann.concat %x, %x axis = 1 : (tensor<?x2x3xf64>, tensor<?x2x3xf64>) -> "
                      "tensor<?x4x3xf64>",
                      x),
             {1, 4, 3}, {1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6});
}

//===- What does not fit ----------------------------------------------------------------------------------===//

TEST(Evaluator, FunctionsThatEndNetworks) {
  // Columns 0, ln 3 and 2, 2: softmax 1/4, 3/4 and 1/2, 1/2.
  Tensor x({1, 2, 2}, {0.0, 2.0, std::log(3.0), 2.0});
  const std::string type = "tensor<?x2x2xf64>", ends = " : (" + type + ") -> " + type;
  expectNear(evaluate(type, type, "ann.softmax %x axis = 1" + ends, x), {1, 2, 2},
             {0.25, 0.5, 0.75, 0.5});
  expectNear(evaluate(type, type, "ann.log_softmax %x axis = 1" + ends, x), {1, 2, 2},
             {-std::log(4.0), -std::log(2.0), std::log(0.75), -std::log(2.0)});
  // Far from 0 nothing overflows.
  expectNear(evaluate("tensor<?x2xf64>", "tensor<?x2xf64>",
                      "ann.log_softmax %x axis = 1 : (tensor<?x2xf64>) -> tensor<?x2xf64>",
                      Tensor({1, 2}, {2000.0, 1000.0})),
             {1, 2}, {0.0, -1000.0});
  // Of equal elements the first counts.
  expectNear(evaluate(type, "tensor<?x1x2xf64>",
                      "ann.argmax %x axis = 1 : (" + type + ") -> tensor<?x1x2xf64>", x),
             {1, 1, 2}, {1.0, 0.0});
}

TEST(Evaluator, SaysWhichShapeItWanted) {
  MLIRContext context;
  context.loadDialect<ann::ANNDialect, func::FuncDialect>();
  auto module = parseSourceString<ModuleOp>(
      "func.func @f(%x: tensor<?x3xf64>) -> tensor<?x3xf64> { return %x : tensor<?x3xf64> }",
      &context);
  auto evaluator = reference::Evaluator::create(*module->getOps<func::FuncOp>().begin());
  ASSERT_TRUE(succeeded(evaluator));
  auto results = evaluator->run(count({2, 4}));
  ASSERT_FALSE(results);
  EXPECT_NE(results.error().find("2x4"), std::string::npos) << results.error();
  EXPECT_FALSE(evaluator->run(ArrayRef<Tensor>()));
}

} // namespace
} // namespace snnc::test
