//===- Bundled models, from the ONNX file to spikes -----------------------------------------------------===//
//
// Each model of test/models goes through `snnc compile` as a user would type it. The program carries
// an ANN, which must be PyTorch's, number for number; and the spiking network must find the ANN's
// classes, in the paper's mode. docs/results/models.md has the figures on all images.
//
//===------------------------------------------------------------------------------------------------===//
#include "compiler/data/Npz.h"
#include "tools/driver/Compile.h"
#include "tools/driver/Run.h"
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace snnc::test {

namespace {

constexpr uint32_t kSteps = 64;
/// The paper's schedule, 0.15 * 0.95^k, at the last step.
const double kLastStep = 0.15 * std::pow(0.95, kSteps - 1);
/// Largest difference from PyTorch's logits, in units of the largest logit: both compute in float32,
/// in another order.
constexpr double kTolerance = 2e-5;

struct Model {
  const char *name;
  const char *images;     ///< which test and calibration set
  uint64_t annImages;     ///< images on which the ANN is compared with PyTorch
  uint64_t spikingImages; ///< images that run as spikes
  int64_t sameAfterSteps; ///< of those, at least so many get the ANN's class after kSteps steps
};

// The spiking counts are measured ones less one or two images, to leave room for other rounding.
const Model kModels[] = {
    {"digits_cnn", "digits", 360, 50, 49},      {"digits_mlp", "digits", 360, 50, 49},
    {"digits_leaky", "digits", 360, 25, 24},    {"digits_mixer", "digits", 50, 10, 9},
    {"digits_resmlp", "digits", 50, 10, 9},     {"digits_silu", "digits", 100, 25, 24},
    {"digits_vit", "digits", 20, 5, 4},         {"fashion_convnext", "fashion", 20, 5, 4},
    {"fashion_gelu", "fashion", 100, 25, 24},   {"fashion_maxpool", "fashion", 100, 25, 23},
    {"fashion_mobilenet", "fashion", 20, 5, 4}, {"fashion_vit", "fashion", 20, 5, 4},
};

void PrintTo(const Model &model, std::ostream *stream) { *stream << model.name; }

std::string inModels(const std::string &file) {
  return std::string(SNNC_TEST_DIR "/models/") + file;
}

/// What the driver reads and writes for one model; the files it wrote are removed at the end.
class BundledModel : public testing::TestWithParam<Model> {
protected:
  void TearDown() override { std::filesystem::remove_all(folder); }

  /// Compiles the model in the paper's mode. Returns the exit code.
  int compileModel() {
    std::filesystem::create_directory(folder);
    CompileOptions options;
    options.model = inModels(std::string(model.name) + ".onnx");
    options.output = program;
    options.pipeline.calibration = inModels(std::string(model.images) + "_calibration.npz");
    if (std::string_view(model.images) == "fashion") {
      options.mean = {0.2860};
      options.std = {0.3530};
    }
    return compile(options);
  }

  RunOptions runOptions(uint64_t limit, uint32_t steps) {
    RunOptions options;
    options.program = program;
    options.data = inModels(std::string(model.images) + "_test.npz");
    options.limit = limit;
    options.steps = steps;
    return options;
  }

  const Model &model = GetParam();
  std::string folder =
      testing::TempDir() + "/bundled_" + std::to_string(getpid()) + "_" + model.name;
  std::string program = folder + "/net.snnb";
};

TEST_P(BundledModel, CarriesPyTorchsNetworkAndFindsItsClasses) {
  ASSERT_EQ(compileModel(), 0);

  RunOptions carried = runOptions(model.annImages, 1);
  carried.annLogits = folder + "/ann.npy";
  ASSERT_EQ(run(carried), 0);
  auto found = data::readNpy(carried.annLogits);
  ASSERT_TRUE(found) << found.error();
  auto npz = data::Npz::open(inModels(std::string(model.name) + "_logits.npz"));
  ASSERT_TRUE(npz) << npz.error();
  auto wanted = npz->read("logits");
  ASSERT_TRUE(wanted) << wanted.error();
  ASSERT_EQ(found->shape, (data::Shape{static_cast<int64_t>(model.annImages), wanted->shape[1]}));
  double largest = 0, difference = 0;
  for (int64_t i = 0; i < found->size(); ++i) {
    largest = std::max(largest, std::abs(wanted->toDouble(i)));
    difference = std::max(difference, std::abs(found->toDouble(i) - wanted->toDouble(i)));
  }
  EXPECT_LE(difference, kTolerance * largest) << "of logits up to " << largest;

  RunOptions spiking = runOptions(model.spikingImages, kSteps);
  spiking.json = folder + "/report.json";
  spiking.layerErrors = true;
  ASSERT_EQ(run(spiking), 0);
  nlohmann::json report = nlohmann::json::parse(std::ifstream(spiking.json));
  double same = report["agreement"].back().get<double>() * static_cast<double>(model.spikingImages);
  EXPECT_GE(std::lround(same), model.sameAfterSteps);
  // The input is exact, and neurons that see only the input end within a step of their target.
  EXPECT_EQ(report["layers"][0]["error"], 0.0);
  EXPECT_GT(report["layers"][1]["error"], 0.0);
  EXPECT_LT(report["layers"][1]["error"], kLastStep);
  RecordProperty("difference", testing::PrintToString(difference / largest));
  RecordProperty("same", testing::PrintToString(same));
}

INSTANTIATE_TEST_SUITE_P(All, BundledModel, testing::ValuesIn(kModels),
                         [](const auto &info) { return std::string(info.param.name); });

} // namespace
} // namespace snnc::test
