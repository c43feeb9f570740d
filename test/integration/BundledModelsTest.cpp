//===- Bundled models, from the ONNX file to spikes -----------------------------------------------------===//
//
// Each model of test/models goes through `snnc compile` as a user would type it. The program carries
// an ANN, which must be PyTorch's, number for number; and the spiking network must find the ANN's
// classes, in the paper's mode. docs/results/models.md has the figures on all images.
//
//===------------------------------------------------------------------------------------------------===//
#include "compiler/driver/Compile.h"
#include "compiler/import/numpy/Dataset.h"
#include "compiler/import/numpy/Npz.h"
#include "snn/Batch.h"
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <gtest/gtest.h>

namespace snnc::test {

namespace {

constexpr uint32_t kSteps = 64;
/// Largest difference from PyTorch's logits, in units of the largest logit: both compute in float32,
/// in another order.
constexpr double kTolerance = 2e-5;

struct Model {
  const char *name;
  const char *images;      ///< which test and calibration set
  uint64_t annImages;      ///< images on which the ANN is compared with PyTorch
  uint64_t spikingImages;  ///< images that run as spikes
  uint64_t sameAfterSteps; ///< of those, at least so many get the ANN's class after kSteps steps
};

// The spiking counts are measured ones less one or two images, to leave room for other rounding.
const Model kModels[] = {
    {"digits_cnn", "digits", 360, 50, 49},
    {"digits_mlp", "digits", 360, 50, 49},
    {"fashion_maxpool", "fashion", 100, 25, 23},
};

void PrintTo(const Model &model, std::ostream *stream) { *stream << model.name; }

std::string inModels(const std::string &file) {
  return std::string(SNNC_TEST_DIR "/models/") + file;
}

/// Compiles the model in the paper's mode and loads what was written.
snn::Result<snn::Program> compileModel(const Model &model) {
  CompileOptions options;
  options.model = inModels(std::string(model.name) + ".onnx");
  options.output = testing::TempDir() + "/bundled_" + model.name + ".snnb";
  options.pipeline.calibration = inModels(std::string(model.images) + "_calibration.npz");
  if (std::string_view(model.images) == "fashion") {
    options.mean = {0.2860};
    options.std = {0.3530};
  }
  if (compile(options) != 0)
    return snn::Error{"the driver failed"};
  auto program = snn::Program::load(options.output);
  std::filesystem::remove(options.output);
  return program;
}

size_t getClass(const float *logits, size_t classes) {
  return std::max_element(logits, logits + classes) - logits;
}

class BundledModel : public testing::TestWithParam<Model> {};

TEST_P(BundledModel, CarriesPyTorchsNetworkAndFindsItsClasses) {
  const Model &model = GetParam();
  auto program = compileModel(model);
  ASSERT_TRUE(program) << program.error();
  auto data = numpy::Dataset::load(inModels(std::string(model.images) + "_test.npz"));
  ASSERT_TRUE(data) << data.error();
  auto npz = numpy::Npz::open(inModels(std::string(model.name) + "_logits.npz"));
  ASSERT_TRUE(npz) << npz.error();
  auto logits = npz->read("logits");
  ASSERT_TRUE(logits) << logits.error();
  size_t classes = program->outputSize();
  ASSERT_EQ(logits->shape, (numpy::Shape{data->size(), static_cast<int64_t>(classes)}));

  double largest = 0;
  for (int64_t i = 0; i < logits->size(); ++i)
    largest = std::max(largest, std::abs(logits->toDouble(i)));
  snn::Engine engine(*program);
  std::vector<double> image(program->inputSize()), found(classes);
  double difference = 0;
  for (uint64_t n = 0; n < model.annImages; ++n) {
    data->image(static_cast<int64_t>(n), image.data());
    engine.evaluate(image.data(), found.data());
    for (size_t c = 0; c < classes; ++c)
      difference = std::max(difference, std::abs(found[c] - logits->toDouble(n * classes + c)));
  }
  EXPECT_LE(difference, kTolerance * largest) << "of logits up to " << largest;

  snn::BatchOptions batch;
  batch.steps = kSteps;
  auto source = [&](uint64_t n, double *out) { data->image(static_cast<int64_t>(n), out); };
  auto result = snn::runBatch(*program, model.spikingImages, source, batch);
  ASSERT_TRUE(result) << result.error();
  uint64_t same = 0;
  for (uint64_t n = 0; n < model.spikingImages; ++n)
    same += getClass(&result->outputs.back()[n * classes], classes) ==
            getClass(&result->ann[n * classes], classes);
  EXPECT_GE(same, model.sameAfterSteps);
  RecordProperty("difference", std::to_string(difference / largest));
  RecordProperty("same", static_cast<int>(same));
}

INSTANTIATE_TEST_SUITE_P(All, BundledModel, testing::ValuesIn(kModels),
                         [](const auto &info) { return std::string(info.param.name); });

} // namespace
} // namespace snnc::test
