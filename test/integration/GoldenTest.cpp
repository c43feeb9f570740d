//===- The paper's results, number for number and class for class -------------------------------------------===//
//
// The networks of test/models/golden go through the driver in the paper's settings (scales per neuron,
// float input code, float64) and are held to what the paper's public code gave for them; README.md
// beside the files says how those numbers were made. SNNC_GOLDEN_IMAGES sets how many images are run
// (default 8; at most 64 of the float64 files and 360 of the float32 ones).
//
//===------------------------------------------------------------------------------------------------===//
#include "compiler/data/Npy.h"
#include "compiler/data/Npz.h"
#include "compiler/reference/SpikingEvaluator.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "snn/Engine.h"
#include "tools/driver/Compile.h"
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <limits>
#include <optional>

using namespace mlir;

namespace snnc::test {

namespace {

int64_t getImageCount(int64_t available) {
  const char *wanted = std::getenv("SNNC_GOLDEN_IMAGES");
  return std::clamp<int64_t>(wanted ? std::atoll(wanted) : 8, 1, available);
}

/// An array of a .npz file of the golden folder; fails the test when it is not there.
data::Array readGolden(const std::string &file, const std::string &array) {
  auto npz = data::Npz::open(std::string(SNNC_TEST_DIR "/models/golden/") + file);
  EXPECT_TRUE(npz) << npz.error();
  if (!npz)
    return {};
  auto numbers = npz->read(array);
  EXPECT_TRUE(numbers) << numbers.error();
  return numbers ? *numbers : data::Array();
}

struct Mode {
  const char *results; ///< array of the results
  const char *dynamics, *schedule;
};

/// A network in the paper's settings, as a program and as the IR that it was made of.
class Golden {
public:
  /// Of NAME.onnx, scaled by the images `calibration`.
  Golden(const std::string &name, const Mode &mode, const data::Array &calibration) {
    context.loadDialect<snn::SNNDialect, arith::ArithDialect, func::FuncDialect>();
    std::string base = testing::TempDir() + "/golden_" + name + mode.results;
    CompileOptions options;
    options.model = SNNC_TEST_DIR "/models/golden/" + name + ".onnx";
    options.output = base + ".snnb";
    options.emitIR = {"convert=" + base + ".mlirbc"};
    PipelineOptions &pipeline = options.pipeline;
    pipeline.calibration = base + ".npy";
    pipeline.precision = "f64";
    pipeline.scalePer = "neuron";
    pipeline.gelu = "sigmoid";
    pipeline.norm = "unclamped";
    pipeline.products = "neuron";
    pipeline.softmax = "bound";
    pipeline.dynamics = mode.dynamics;
    pipeline.schedule = mode.schedule;
    if (pipeline.dynamics == "signgd")
      pipeline.inputCode = "float";
    auto written = data::writeNpy(pipeline.calibration, calibration);
    EXPECT_TRUE(written) << written.error();
    EXPECT_EQ(compile(options), 0);
    auto loaded = ::snn::Program::load(options.output);
    EXPECT_TRUE(loaded) << loaded.error();
    if (loaded)
      program.emplace(std::move(*loaded));
    module = parseSourceFile<ModuleOp>(base + ".mlirbc", &context);
    for (const char *suffix : {".mlirbc", ".snnb", ".npy"})
      std::filesystem::remove(base + suffix);
  }

  std::optional<::snn::Program> program; ///< nothing where the driver has failed

  /// How near any neuron came to the place where its sign changes, in float64, in the first `steps` steps
  /// of an image: what rounding cannot tell apart from a tie falls either way.
  double getNearestTie(const std::vector<double> &image, int64_t steps) {
    auto evaluator = reference::SpikingEvaluator::create(*module->getOps<func::FuncOp>().begin());
    EXPECT_TRUE(succeeded(evaluator));
    double nearest = std::numeric_limits<double>::infinity();
    evaluator->start(image);
    for (int64_t t = 0; t < steps; ++t) {
      evaluator->step();
      nearest = std::min(nearest, evaluator->nearestTie());
    }
    return nearest;
  }

private:
  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

std::vector<double> getImage(const data::Array &images, int64_t n) {
  int64_t size = images.size() / images.shape[0];
  std::vector<double> image(size);
  for (int64_t i = 0; i < size; ++i)
    image[i] = images.toDouble(n * size + i);
  return image;
}

//===- float64: every logit ---------------------------------------------------------------------------===//

struct Exact {
  const char *name;
  Mode mode;
  double tolerance;
  int64_t lastStep; ///< after it exact ties fall the other way
};

const Mode kExponential = {"exp", "signgd", "exponential:0.15,0.95"};
const Mode kInverse = {"inv1", "signgd", "inverse:1"};
const Mode kSubgradient = {"subg", "subgradient", "inverse:1"};

// Tolerances are those of README.md: the files of the two convolutional networks hold weights that the
// exporter has rounded to float32 after folding, so that they agree to about 1e-6. With steps 1 / k their
// maximum neurons meet exact ties (1 - 1/2 - 1/3 - 1/6 = 0) from step 6 on: the engine, which adds a
// background and takes events away, rounds them another way than the reference. The transformers' quotients,
// norms and products are compared as the reference compares them, numbers that are none included.
const Exact kExact[] = {
    {"digits_mlp_relu", kExponential, 1e-10, 128}, {"digits_mlp_relu", kInverse, 1e-10, 128},
    {"digits_mlp_relu", kSubgradient, 1e-10, 128}, {"digits_cnn_relu", kExponential, 2e-6, 32},
    {"digits_cnn_relu", kInverse, 2e-6, 4},        {"digits_cnnpad_relu", kExponential, 2e-6, 64},
    {"digits_cnnpad_relu", kInverse, 2e-6, 4},     {"digits_cnn_gelu", kExponential, 2e-6, 64},
    {"digits_cnn_lrelu", kExponential, 2e-6, 64},  {"digits_mixer", kExponential, 1e-10, 128},
    {"digits_mixerr", kExponential, 1e-10, 128},   {"digits_vitr", kExponential, 1e-10, 128},
    {"digits_vit", kExponential, 1e-10, 128},
};

/// At most this share of images may part from the reference, behind a near-tie.
constexpr double kMaxPart = 0.25;

void PrintTo(const Exact &exact, std::ostream *stream) { *stream << exact.name; }

class GoldenExact : public testing::TestWithParam<Exact> {};

TEST_P(GoldenExact, LogitsAreThoseOfTheReference) {
  const Exact &exact = GetParam();
  data::Array images = readGolden("digits-data.npz", "x");
  data::Array calibration = readGolden("digits-data.npz", "calibration_x");
  std::string file = std::string(exact.name) + ".npz";
  data::Array wanted = readGolden(file, exact.mode.results);
  data::Array steps = readGolden(file, std::string(exact.mode.results) + "_steps");
  ASSERT_FALSE(HasFailure());
  Golden golden(exact.name, exact.mode, calibration);
  ASSERT_TRUE(golden.program);

  int64_t all = images.shape[0], count = getImageCount(all), parted = 0;
  auto classes = static_cast<int64_t>(golden.program->outputSize());
  ::snn::Engine engine(*golden.program);
  for (int64_t n = 0; n < count; ++n) {
    std::vector<double> image = getImage(images, n);
    engine.start(image.data());
    for (int64_t s = 0; s < steps.size() && *steps.toInteger(s) <= exact.lastStep; ++s) {
      while (engine.time() < *steps.toInteger(s))
        engine.step();
      double difference = 0;
      for (int64_t c = 0; c < classes; ++c)
        difference = std::max(difference, std::abs(engine.output()[c] -
                                                   wanted.toDouble((s * all + n) * classes + c)));
      if (difference <= exact.tolerance)
        continue;
      ++parted;
      ASSERT_LT(golden.getNearestTie(image, engine.time()), exact.tolerance)
          << "image " << n << " is off by " << difference << " after " << engine.time()
          << " steps, and no neuron was near a tie";
      break;
    }
  }
  EXPECT_LE(static_cast<double>(parted), kMaxPart * static_cast<double>(count));
  if (parted > 0)
    std::printf("%lld of %lld images part from the reference, each behind a near-tie\n",
                static_cast<long long>(parted), static_cast<long long>(count));
}

INSTANTIATE_TEST_SUITE_P(All, GoldenExact, testing::ValuesIn(kExact), [](const auto &info) {
  return std::string(info.param.name) + "_" + info.param.mode.results;
});

//===- float32: every class ---------------------------------------------------------------------------===//

struct Classes {
  const char *name;
  Mode mode;
};

const Mode kExponential32 = {"snn_exponential", "signgd", "exponential:0.15,0.95"};
const Mode kInverse32 = {"snn_inverse", "signgd", "inverse:1"};
const Classes kClasses[] = {
    {"mlp_relu", kExponential32},
    {"mlp_relu", kInverse32},
    {"cnn_relu", kExponential32},
    {"cnn_relu", kInverse32},
    {"resnet_relu", kExponential32},
    {"resnet_relu", kInverse32},
    {"cnn_maxpool", kExponential32},
    {"cnn_maxpool", kInverse32},
    {"cnn_gelu", kExponential32},
    {"cnn_gelu", kInverse32},
    {"cnn_leakyrelu", kExponential32},
    {"cnn_leakyrelu", kInverse32},
    {"mixer_gelu_layernorm", kExponential32},
    {"mixer_gelu_layernorm", kInverse32},
};

void PrintTo(const Classes &classes, std::ostream *stream) { *stream << classes.name; }

/// Float32 numbers about 1 are this far apart, times what a sum of some hundred of them loses.
constexpr double kRounding = 2e-5;
/// At most this share of all comparisons of classes may differ, near-tie or not.
constexpr double kMaxDiffer = 0.01;

int64_t getClass(const std::vector<double> &logits) {
  return std::max_element(logits.begin(), logits.end()) - logits.begin();
}

class GoldenClasses : public testing::TestWithParam<Classes> {};

TEST_P(GoldenClasses, AreThoseOfTheReference) {
  const Classes &param = GetParam();
  std::string file = std::string(param.name) + ".npz";
  data::Array images = readGolden(file, "x"), wanted = readGolden(file, param.mode.results);
  data::Array steps = readGolden(file, "steps");
  ASSERT_FALSE(HasFailure());
  Golden golden(param.name, param.mode, readGolden(file, "calibration_x"));
  ASSERT_TRUE(golden.program);

  int64_t all = images.shape[0], count = getImageCount(all), compared = 0, ties = 0;
  auto classes = static_cast<int64_t>(golden.program->outputSize());
  ::snn::Engine engine(*golden.program);
  for (int64_t n = 0; n < count; ++n) {
    std::vector<double> image = getImage(images, n), reference(classes);
    engine.start(image.data());
    for (int64_t s = 0; s < steps.size(); ++s, ++compared) {
      while (engine.time() < *steps.toInteger(s))
        engine.step();
      for (int64_t c = 0; c < classes; ++c)
        reference[c] = wanted.toDouble((s * all + n) * classes + c);
      if (getClass({engine.output(), engine.output() + classes}) == getClass(reference))
        continue;
      ++ties;
      EXPECT_LT(golden.getNearestTie(image, engine.time()), kRounding)
          << "image " << n << " has another class after " << engine.time()
          << " steps, and no neuron was near a tie";
    }
  }
  EXPECT_LE(static_cast<double>(ties), kMaxDiffer * static_cast<double>(compared));
  if (ties > 0)
    std::printf("%lld of %lld classes differ, each behind a near-tie\n",
                static_cast<long long>(ties), static_cast<long long>(compared));
}

INSTANTIATE_TEST_SUITE_P(All, GoldenClasses, testing::ValuesIn(kClasses), [](const auto &info) {
  return std::string(info.param.name) + "_" + info.param.mode.results;
});

} // namespace
} // namespace snnc::test
