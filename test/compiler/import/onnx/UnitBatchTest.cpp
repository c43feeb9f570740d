//===- A network that moves its batch around computes the same for many samples as for each alone ------------------===//
#include "compiler/import/onnx/ONNXImport.h"
#include "compiler/reference/Evaluator.h"
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>
#include <random>
#include <unistd.h>

namespace {

using snnc::reference::Tensor;

Tensor evaluate(const std::string &path, bool keepBatch, const Tensor &input) {
  mlir::MLIRContext context;
  snnc::ONNXImportOptions options;
  options.keepBatch = keepBatch;
  auto module = snnc::importONNXFile(path, context, options);
  if (!module)
    return {};
  auto evaluator =
      snnc::reference::Evaluator::create(*module->getOps<mlir::func::FuncOp>().begin());
  EXPECT_TRUE(succeeded(evaluator));
  if (failed(evaluator))
    return {};
  auto results = evaluator->run({input});
  EXPECT_TRUE(results) << results.error();
  return results ? results->front() : Tensor();
}

/// A copy of a model whose batch is one sample; no batch has to be found in it.
std::string fixToOneSample(const std::string &path) {
  ONNX_NAMESPACE::ModelProto model;
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(model.ParseFromIstream(&file)) << path;
  model.mutable_graph()
      ->mutable_input(0)
      ->mutable_type()
      ->mutable_tensor_type()
      ->mutable_shape()
      ->mutable_dim(0)
      ->set_dim_value(1);
  auto fixed =
      std::filesystem::temp_directory_path() / ("snnc-" + std::to_string(getpid()) + "-one.onnx");
  std::ofstream(fixed, std::ios::binary) << model.SerializeAsString();
  return fixed.string();
}

class UnitBatch : public testing::TestWithParam<std::pair<const char *, std::vector<int64_t>>> {};

TEST_P(UnitBatch, SamplesDoNotMix) {
  std::string path = std::string(SNNC_TEST_DIR "/models/") + GetParam().first;
  constexpr int64_t kSamples = 3;
  std::vector<int64_t> shape = GetParam().second;
  Tensor one(shape);
  shape[0] = kSamples;
  Tensor all(shape);
  std::mt19937 random(1);
  for (double &element : all.data)
    element = std::uniform_real_distribution<>(-1, 1)(random);
  Tensor together = evaluate(path, /*keepBatch=*/false, all);
  ASSERT_EQ(together.shape, (std::vector<int64_t>{kSamples, 10}));
  std::string fixed = fixToOneSample(path);
  for (int64_t n = 0; n < kSamples; ++n) {
    std::copy_n(all.data.begin() + n * one.size(), one.size(), one.data.begin());
    Tensor alone = evaluate(fixed, /*keepBatch=*/true, one);
    ASSERT_EQ(alone.size(), 10);
    for (int64_t i = 0; i < 10; ++i)
      EXPECT_NEAR(together.data[n * 10 + i], alone.data[i], 1e-9);
  }
  std::filesystem::remove(fixed);
}

INSTANTIATE_TEST_SUITE_P(
    Models, UnitBatch,
    testing::Values(std::pair("fashion_vit.onnx", std::vector<int64_t>{1, 1, 28, 28}),
                    std::pair("digits_vit.onnx", std::vector<int64_t>{1, 1, 8, 8})));

} // namespace
