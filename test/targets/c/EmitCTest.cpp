//===- Generated C computes what the runtime does, bit for bit --------------------------------------------===//
//
// Random integer networks of all bit widths, emitted step by step and layer by layer, some with inline
// kernels, compiled together with every warning as an error, and run: the outputs after every step (step by
// step) and in the end (all) are the runtime's, and so are the events of every layer in every step. Networks whose
// layers begin once their inputs are final also run by values. Those that take updates follow random sequences of frames.
//
//===------------------------------------------------------------------------------------------------===//
#include "targets/c/EmitC.h"

#include "compiler/schedule/Schedule.h"
#include "snn/Engine.h"
#include "targets/c/SelfTest.h"
#include "targets/c/cost/ChooseProducts.h"
#include "targets/cpu/ProgramWriter.h"
#include "test/equivalence/IntegerNetwork.h"
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <optional>
#include <sstream>
#include <unistd.h>

using namespace mlir;
namespace fs = std::filesystem;

namespace snnc::test {

namespace {

constexpr uint32_t kSteps = 9, kStreamSteps = 12;
constexpr const char *kWarnings =
    "-std=c99 -O0 -pedantic -Wall -Wextra -Wconversion -Wshadow "
    "-Wstrict-prototypes -Wcast-qual -Wundef -Werror -DSNN_TRACE_EVENTS";
/// Fraction bits that outputs of 8 bits have less than those of 32.
constexpr int kDropped = 7;
/// Checksums that the main function has room for.
constexpr size_t kTrace = 4096;

/// A processor to which products cost nothing, and all else does.
c::Processor makeMultiplier() {
  c::Processor processor;
  for (size_t i = 0; i < c::kCosts; ++i)
    processor.instructions[i] = StringRef(c::kCostInfos[i].name).starts_with("dot_") ? 0 : 1;
  return processor;
}

/// A random network in integers, as the runtime has it and as C is written of it.
class Network {
public:
  Network(OwningOpRef<ModuleOp> module, ::snn::Program program, uint32_t steps)
      : program(std::move(program)), steps(steps), module(std::move(module)) {}

  const ::snn::Program program;
  const uint32_t steps;

  /// The program to print, in an order, with outputs of a form. Null, and a problem, of outputs without classes.
  exec::ProgramOp schedule(exec::Order order, uint64_t shortIndices,
                           exec::OutputForm form = exec::OutputForm::Int32) {
    scheduled = module->clone();
    exec::ScheduleOptions options{"random", steps, exec::stringifyOrder(order).str(), shortIndices};
    options.outputForm = exec::stringifyOutputForm(form).str();
    if (form == exec::OutputForm::Int8)
      scheduled->walk([&](snn::DecodeOp decode) {
        options.outputFractions.push_back(decode.getFixed()->getFraction() - kDropped);
      });
    ScopedDiagnosticHandler silence(scheduled->getContext(), [&](Diagnostic &diagnostic) {
      problem = diagnostic.str();
      return success();
    });
    auto ready = exec::schedule(*scheduled, options);
    if (failed(ready))
      return {};
    if (isDense)
      c::chooseProducts(ready->program, c::measureActivity(ready->program, program, {}),
                        makeMultiplier());
    return ready->program;
  }

  bool isDense = false; ///< multiplies all inputs where it can

  /// Whether it can run by values.
  bool isStaged() {
    scheduled = module->clone();
    auto ready = exec::schedule(*scheduled, {"random", steps, "auto", exec::kShortIndices});
    return succeeded(ready) && ready->program.getOrder() == exec::Order::Values;
  }

  /// The program that takes updates, or null.
  exec::ProgramOp scheduleStream(uint64_t shortIndices, double inputThreshold) {
    scheduled = module->clone();
    ScopedDiagnosticHandler silence(scheduled->getContext(), [&](Diagnostic &diagnostic) {
      problem = diagnostic.str();
      return success();
    });
    exec::ScheduleOptions options{"random", steps, "layers", shortIndices};
    options.updates = true;
    options.inputThreshold = inputThreshold;
    auto ready = exec::schedule(*scheduled, options);
    return succeeded(ready) ? ready->program : exec::ProgramOp();
  }

  template <typename Op>
  bool has() {
    return module->walk([](Op) { return WalkResult::interrupt(); }).wasInterrupted();
  }

  std::string problem; ///< why there is none

private:
  OwningOpRef<ModuleOp> module, scheduled;
};

/// Lets each population begin when all before it have ended. Returns the steps that the network takes.
uint32_t stage(ModuleOp module) {
  uint32_t steps = kSteps;
  module.walk([&](snn::NeuronOp neuron) {
    neuron.setScheduleAttr(neuron.getSchedule().withStart(steps));
    steps += kSteps;
  });
  return steps;
}

/// Random network `seed`, when it has an integer form.
std::optional<Network> makeNetwork(MLIRContext &context, const RandomNetwork &random, uint32_t seed,
                                   bool isStaged = false, uint32_t ends = kSteps) {
  ScopedDiagnosticHandler silence(&context, [](Diagnostic &) { return success(); });
  OwningOpRef<ModuleOp> module = quantize(context, random, seed, ends);
  if (!module)
    return std::nullopt;
  const uint32_t steps = isStaged ? stage(*module) : ends;
  auto bytes = cpu::writeProgram(*module->getOps<func::FuncOp>().begin(), {"random", steps});
  auto *first = reinterpret_cast<const std::byte *>(bytes->data());
  auto program = ::snn::Program::fromBytes({first, first + bytes->size()}, "random");
  if (!program)
    return std::nullopt;
  return std::optional<Network>(std::in_place, std::move(module), *program, steps);
}

/// The runtime's outputs after every step, as integers, one line each.
std::vector<std::string> traceRuntime(exec::ProgramOp network, const ::snn::Program &program,
                                      const std::vector<double> &input) {
  std::vector<std::string> lines;
  ::snn::Engine engine(program);
  engine.start(input.data());
  for (uint32_t t = 0; t < program.steps(); ++t) {
    engine.step();
    std::string line;
    size_t next = 0;
    network.walk([&](exec::DecodeOp decode) {
      int64_t size = cast<MemRefType>(decode.getFrom().getType()).getNumElements();
      for (int64_t i = 0; i < size; ++i)
        line += fmt::format(" {}", static_cast<int64_t>(std::ldexp(
                                       engine.decoded()[next++],
                                       static_cast<int>(decode.getFixed().getFraction()))));
    });
    lines.push_back(line);
  }
  return lines;
}

/// What a form makes of the runtime's numbers of 32 bits.
std::string giveForm(exec::ProgramOp network, const ::snn::Program &program,
                     const std::vector<double> &input) {
  std::istringstream numbers(traceRuntime(network, program, input).back());
  std::string line;
  network.walk([&](exec::DecodeOp decode) {
    std::vector<double> of(
        static_cast<size_t>(cast<MemRefType>(decode.getFrom().getType()).getNumElements()));
    for (double &number : of)
      numbers >> number;
    if (decode.getForm() == exec::OutputForm::Class)
      line += fmt::format(" {}", std::max_element(of.begin(), of.end()) - of.begin());
    else
      for (double number : of)
        line += fmt::format(" {}", static_cast<int>(std::clamp(
                                       std::round(std::ldexp(number, -kDropped)), -127.0, 127.0)));
  });
  return line;
}

/// Networks, and a main function that prints what they find.
class Batch {
public:
  explicit Batch(fs::path folder) : folder(std::move(folder)) {
    fs::remove_all(this->folder);
    fs::create_directories(this->folder);
  }

  void add(Network &network, const std::vector<double> &input, const std::string &name,
           exec::Order order, c::Kernels kernels = c::Kernels::Shared,
           uint64_t shortIndices = exec::kShortIndices) {
    exec::ProgramOp scheduled = network.schedule(order, shortIndices);
    ASSERT_TRUE(scheduled) << network.problem;
    auto files = c::emitC(scheduled, {name, kernels, /*withProject=*/false, shortIndices});
    ASSERT_TRUE(files) << files.error();
    addFiles(*files, name);
    includes += fmt::format("#include \"{}.h\"\n", name);
    std::vector<std::string> lines = traceRuntime(scheduled, network.program, input);
    body += "  {\n" + declare(scheduled, name) + addInput(scheduled, "input", input);
    if (order == exec::Order::Steps) {
      body +=
          fmt::format("    {0}_init(&state, input);\n    for (t = 0; t < {1}; ++t) {{\n      "
                      "{0}_step(&state);\n      {0}_output(&state, output);\n      print(\"{0}\", "
                      "output, {0}_OUTPUT_SIZE);\n    }}\n",
                      name, kSteps);
      for (const std::string &line : lines)
        expected.push_back(name + line);
    }
    std::vector<uint32_t> events = c::answer(scheduled, network.program, input).events;
    ASSERT_LE(events.size(), kTrace);
    body += fmt::format("    memset(snn_trace, 0, sizeof(snn_trace));\n    {0}_run(&state, input, "
                        "output);\n    print(\"{0}\", output, {0}_OUTPUT_SIZE);\n    "
                        "print_trace({1});\n  }}\n",
                        name, events.size());
    expected.push_back(name + lines.back());
    expected.push_back(fmt::format("events {}", fmt::join(events, " ")));
  }

  /// A whole sample with outputs of a form. Returns whether the network has it.
  bool addForm(Network &network, const std::vector<double> &input, const std::string &name,
               exec::Order order, exec::OutputForm form, c::Kernels kernels) {
    exec::ProgramOp scheduled = network.schedule(order, exec::kShortIndices, form);
    if (!scheduled) {
      EXPECT_EQ(form, exec::OutputForm::Class) << network.problem;
      EXPECT_NE(network.problem.find("gives a class of 2 to 65535 numbers"), std::string::npos)
          << network.problem;
      return false;
    }
    auto files = c::emitC(scheduled, {name, kernels, /*withProject=*/false});
    EXPECT_TRUE(files) << files.error();
    addFiles(*files, name);
    includes += fmt::format("#include \"{}.h\"\n", name);
    body += "  {\n" + declare(scheduled, name) + addInput(scheduled, "input", input) +
            fmt::format("    int32_t numbers[{0}_OUTPUT_SIZE];\n    {0}_run(&state, input, "
                        "output);\n    for (t = 0; t < (int){0}_OUTPUT_SIZE; ++t) {{\n      "
                        "numbers[t] = output[t];\n    }}\n    print(\"{0}\", numbers, "
                        "{0}_OUTPUT_SIZE);\n  }}\n",
                        name);
    expected.push_back(name + giveForm(scheduled, network.program, input));
    return true;
  }

  /// The first frame as a sample, all others as updates. Nothing is added of a network that takes none.
  bool addStream(Network &network, const std::vector<std::vector<double>> &frames,
                 const std::string &name, double threshold, c::Kernels kernels,
                 uint64_t shortIndices) {
    exec::ProgramOp scheduled = network.scheduleStream(shortIndices, threshold);
    if (::snn::checkUpdates(network.program)) {
      EXPECT_FALSE(scheduled) << name;
      return false;
    }
    if (!scheduled) { // other than the runtime, C has no more steps than its program
      EXPECT_NE(network.problem.find("its schedule ends after"), std::string::npos)
          << network.problem;
      return false;
    }
    auto files = c::emitC(scheduled, {name, kernels, /*withProject=*/false, shortIndices});
    EXPECT_TRUE(files) << files.error();
    addFiles(*files, name);
    includes += fmt::format("#include \"{}.h\"\n", name);
    body += "  {\n" + declare(scheduled, name);
    std::vector<c::Answer> answers = c::answerStream(scheduled, network.program, frames, threshold);
    for (size_t i = 0; i < frames.size(); ++i) {
      std::string input = fmt::format("input{}", i);
      body += "    {\n" + addInput(scheduled, input, frames[i]);
      body += fmt::format("    memset(snn_trace, 0, sizeof(snn_trace));\n    {0}_{1}(&state, {2}, "
                          "output);\n    print(\"{0}\", output, {0}_OUTPUT_SIZE);\n    "
                          "print_trace({3});\n    }}\n",
                          name, i == 0 ? "run" : "update", input, answers[i].events.size());
      expected.push_back(fmt::format("{} {}", name, fmt::join(answers[i].outputs, " ")));
      expected.push_back(fmt::format("events {}", fmt::join(answers[i].events, " ")));
      EXPECT_LE(answers[i].events.size(), kTrace);
    }
    body += "  }\n";
    return true;
  }

  /// Compiles and runs everything, and compares line by line.
  void check() {
    std::ofstream(folder / "main.c")
        << includes << "#include <stdio.h>\n#include <string.h>\n"
        << fmt::format("uint32_t snn_trace[{}];\nuint32_t snn_trace_at;\n", kTrace)
        << "static void print(const char *name, const int32_t *output, unsigned "
           "size) {\n  unsigned i;\n  printf(\"%s\", name);\n  for (i = 0; i < size; ++i) {\n    "
           "printf(\" %ld\", (long)output[i]);\n  }\n  printf(\"\\n\");\n}\n"
           "static void print_trace(unsigned size) {\n  unsigned i;\n  printf(\"events\");\n  for "
           "(i "
           "= 0; i < size; ++i) {\n    printf(\" %lu\", (unsigned long)snn_trace[i]);\n  }\n  "
           "printf(\"\\n\");\n}\nint main(void) {\n  int t;\n"
        << body << "  (void)t;\n  (void)print_trace;\n  return 0;\n}\n";
    std::string command = fmt::format("cd '{}' && {} {} -o run main.c snn_*.c{} "
                                      "> log 2>&1 && ./run > out",
                                      folder.string(), C_COMPILER, kWarnings, sources);
    int code = std::system(command.c_str());
    std::stringstream log, out;
    log << std::ifstream(folder / "log").rdbuf();
    out << std::ifstream(folder / "out").rdbuf();
    ASSERT_EQ(code, 0) << log.str().substr(0, 2000);
    std::string line;
    for (const std::string &wanted : expected) {
      ASSERT_TRUE(std::getline(out, line)) << "ends before " << wanted;
      ASSERT_EQ(line, wanted) << folder;
    }
  }

  size_t size() const { return expected.size(); }

  /// How often a layer calls a kernel.
  size_t countCalls(const std::string &kernel) const {
    size_t calls = 0;
    for (size_t at = code.find(kernel + "("); at != std::string::npos;
         at = code.find(kernel + "(", at + 1))
      ++calls;
    return calls;
  }

private:
  void addFiles(const c::Files &files, const std::string &name) {
    for (const auto &[path, text] : files)
      std::ofstream(folder / path) << text;
    sources += " " + name + ".c";
    code += files.at(name + ".c");
  }

  static std::string declare(exec::ProgramOp scheduled, const std::string &name) {
    const char *type = "int32_t";
    scheduled.walk([&](exec::DecodeOp decode) {
      type = decode.getForm() == exec::OutputForm::Int8    ? "int8_t"
             : decode.getForm() == exec::OutputForm::Class ? "uint16_t"
                                                           : "int32_t";
    });
    return fmt::format("    static {0}_state state;\n    {1} output[{0}_OUTPUT_SIZE];\n", name,
                       type);
  }
  static std::string addInput(exec::ProgramOp scheduled, const std::string &name,
                              const std::vector<double> &input) {
    bool isByte = exec::getEncode(scheduled).getFixed().getRaw() == snn::RawInput::U8;
    return fmt::format("    static const {} {}[] = {{{}}};\n", isByte ? "uint8_t" : "int16_t", name,
                       fmt::join(c::readRaw(scheduled, input), ", "));
  }

  fs::path folder;
  std::string sources, includes, body, code;
  std::vector<std::string> expected;
};

/// Every fourth network has layers of many pixels, which are written over what they have read, and outputs of many numbers.
Sizes sizeOf(uint32_t seed) { return seed % 4 == 1 ? Sizes::Large : Sizes::Small; }

TEST(EmitC, StagedNetworksComputeByValuesWhatTheRuntimeDoes) {
  MLIRContext context;
  loadDialects(context);
  Batch batch(fs::temp_directory_path() / fmt::format("snnc-values-{}", ::getpid()));
  uint32_t cases = getCases("SNNC_EMITTED_CASES", 40), emitted = 0;
  uint32_t requantizes = 0, matrices = 0, products = 0;
  for (uint32_t seed = 0; emitted < cases; ++seed) {
    ASSERT_LT(seed, 100 + 60 * cases) << "too few networks can run by values";
    RandomNetwork random =
        makeRandomNetwork(seed, Networks::Integer, sizeOf(seed), Outputs::Several);
    auto network = makeNetwork(context, random, seed, /*isStaged=*/true);
    if (!network || !network->isStaged())
      continue;
    ++emitted;
    requantizes += network->has<snn::RequantizeOp>();
    matrices += network->has<snn::MatMulOp>();
    products += network->has<snn::MulOp>();
    network->isDense = emitted % 2 == 1;
    batch.add(*network, random.input, fmt::format("values{}", seed), exec::Order::Values);
    if (emitted % 4 == 0 || emitted % 8 == 5)
      batch.add(*network, random.input, fmt::format("inline{}", seed), exec::Order::Values,
                c::Kernels::Inline);
  }
  EXPECT_GT(requantizes, cases / 10);
  EXPECT_GT(matrices, cases / 40);
  EXPECT_GT(products, cases / 40);
  for (const char *kernel : {"snn_dot_conv", "snn_dot_gemm"})
    EXPECT_GT(batch.countCalls(kernel), cases / 40) << kernel;
  batch.check();
  if (!HasFailure())
    fs::remove_all(fs::temp_directory_path() / fmt::format("snnc-values-{}", ::getpid()));
}

TEST(EmitC, RandomNetworksComputeWhatTheRuntimeDoes) {
  MLIRContext context;
  loadDialects(context);
  Batch batch(fs::temp_directory_path() / fmt::format("snnc-emit-{}", ::getpid()));
  uint32_t cases = getCases("SNNC_EMITTED_CASES", 40), emitted = 0;
  uint32_t seed = 0;
  for (; emitted < cases; ++seed) {
    ASSERT_LT(seed, 100 + 20 * cases) << "too few networks have an integer form";
    RandomNetwork random =
        makeRandomNetwork(seed, Networks::Integer, Sizes::Small, Outputs::Several);
    auto network = makeNetwork(context, random, seed);
    if (!network)
      continue;
    ++emitted;
    batch.add(*network, random.input, fmt::format("steps{}", seed), exec::Order::Steps);
    batch.add(*network, random.input, fmt::format("layers{}", seed), exec::Order::Layers);
    // As if 16 bits numbered three elements: lists become trains, and places take 32 bits.
    if (emitted % 2 == 0)
      batch.add(*network, random.input, fmt::format("wide{}", seed), exec::Order::Steps,
                c::Kernels::Shared, 4);
    else
      batch.add(*network, random.input, fmt::format("wide_layers{}", seed), exec::Order::Layers,
                c::Kernels::Shared, 4);
    if (emitted % 4 == 0) // they take longest to compile
      batch.add(*network, random.input, fmt::format("inline{}", seed), exec::Order::Layers,
                c::Kernels::Inline);
  }
  expectPinned("SNNC_EMITTED_CASES", seed, 40, "networks that were tried");
  batch.check();
  EXPECT_GT(batch.size(), emitted * (kSteps + 1));
  if (!HasFailure())
    fs::remove_all(fs::temp_directory_path() / fmt::format("snnc-emit-{}", ::getpid()));
}

TEST(EmitC, OutputsHaveTheFormsThatWereAskedFor) {
  MLIRContext context;
  loadDialects(context);
  fs::path folder = fs::temp_directory_path() / fmt::format("snnc-forms-{}", ::getpid());
  Batch batch(folder);
  uint32_t cases = getCases("SNNC_EMITTED_CASES", 40), emitted = 0, classes = 0, refused = 0;
  for (uint32_t seed = 0; emitted < cases; ++seed) {
    ASSERT_LT(seed, 100 + 60 * cases) << "too few networks have an integer form";
    RandomNetwork random =
        makeRandomNetwork(seed, Networks::Integer, sizeOf(seed), Outputs::Several);
    auto network = makeNetwork(context, random, seed, /*isStaged=*/seed % 2 == 1);
    if (!network)
      continue;
    ++emitted;
    exec::Order order = network->isStaged() ? exec::Order::Values
                        : seed % 3 == 0     ? exec::Order::Steps
                                            : exec::Order::Layers;
    c::Kernels kernels = emitted % 8 == 0 ? c::Kernels::Inline : c::Kernels::Shared;
    network->isDense = emitted % 2 == 1;
    batch.addForm(*network, random.input, fmt::format("bytes{}", seed), order,
                  exec::OutputForm::Int8, kernels);
    bool hasClass = batch.addForm(*network, random.input, fmt::format("classes{}", seed), order,
                                  exec::OutputForm::Class, kernels);
    (hasClass ? classes : refused) += 1;
  }
  EXPECT_GT(classes, 0u);
  EXPECT_GT(refused, 0u);
  batch.check();
  if (!HasFailure())
    fs::remove_all(folder);
}

TEST(EmitC, RandomNetworksFollowStreamsAsTheRuntimeDoes) {
  MLIRContext context;
  loadDialects(context);
  fs::path folder = fs::temp_directory_path() / fmt::format("snnc-emit-stream-{}", ::getpid());
  Batch batch(folder);
  uint32_t cases = getCases("SNNC_EMITTED_CASES", 40), emitted = 0, refused = 0;
  for (uint32_t seed = 0; emitted < cases; ++seed) {
    ASSERT_LT(seed, 100 + 40 * cases) << "too few networks take updates";
    RandomNetwork random =
        makeRandomNetwork(seed, Networks::Updatable, Sizes::Small, Outputs::Several);
    auto network = makeNetwork(context, random, seed, /*isStaged=*/seed % 4 == 1, kStreamSteps);
    if (!network)
      continue;
    double threshold = seed % 3 == 0 ? 0.03 : 0;
    // As if 16 bits numbered three elements: places take 32 bits.
    uint64_t shortIndices = emitted % 3 == 1 ? 4 : exec::kShortIndices;
    bool isAdded = batch.addStream(
        *network, makeFrames(random.input, 6, seed), fmt::format("stream{}", seed), threshold,
        emitted % 4 == 3 ? c::Kernels::Inline : c::Kernels::Shared, shortIndices);
    (isAdded ? emitted : refused) += 1;
    if (HasFailure())
      return;
  }
  batch.check();
  RecordProperty("refused", static_cast<int>(refused));
  if (!HasFailure())
    fs::remove_all(folder);
}

} // namespace
} // namespace snnc::test
