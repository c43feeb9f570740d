//===- snnc: the driver ------------------------------------------------------------------------------------===//
#include "compiler/driver/Check.h"
#include "compiler/driver/Compile.h"
#include "compiler/driver/Defaults.h"
#include "compiler/driver/Diagnostics.h"
#include "compiler/driver/Emit.h"
#include "compiler/driver/Map.h"
#include "compiler/driver/Run.h"
#include "compiler/tools/Failures.h"
#include <CLI/CLI.hpp>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fmt/core.h>
#include <set>

static void addMetric(CLI::App *command, std::vector<std::string> &metrics) {
  command->add_option("--metric", metrics,
                      "how outputs are judged: classes[:AXIS] | threshold[:T] | regression, or "
                      "NAME=METRIC for the output of that name [what fits shapes and labels]");
}

/// How neurons send: what is left open, Defaults.cpp chooses.
static void addWay(CLI::App *command, snnc::PipelineOptions &pipeline, std::string &paper) {
  command->add_option("--dynamics", pipeline.dynamics, "signgd | subgradient")
      ->capture_default_str();
  command->add_option("--schedule", pipeline.schedule,
                      "auto: as many steps as the calibration images ask for | "
                      "exponential:ETA0,GAMMA | inverse:ETA0 | constant:ETA0 | "
                      "dyadic:ETA0,REPEAT,STEPS [auto]");
  command->add_option("--code", pipeline.code, "sign | ternary[:DEAD_ZONE] [ternary:0.66]");
  command->add_option("--skew", pipeline.skew,
                      "time steps by which each layer starts later [what the schedule auto says]");
  command->add_option("--input-code", pipeline.inputCode, "direct | float | spike")
      ->capture_default_str();
  command->add_flag("--paper{settings}", paper,
                    "the paper's settings (--code sign --schedule exponential:0.15,0.95 --skew 0); "
                    "--paper=network: all else of its public code, too");
}

static void addInputShape(CLI::App *command, std::vector<std::string> &shapes) {
  command->add_option(
      "--input-shape", shapes,
      "NAME=1x3x224x224: sizes that an ONNX file leaves open (without NAME where it "
      "has one input)");
}

/// How a trained network becomes a spiking one.
static void addNetwork(CLI::App *command, snnc::CompileOptions &options, std::string &paper) {
  snnc::PipelineOptions &pipeline = options.pipeline;
  command->add_option("model", options.model, "the trained network: .onnx, .mlir or .mlirbc")
      ->required();
  command->add_option(
      "--calibrate", pipeline.calibration,
      "training images (.npz with x, .npy, IDX) that show how large activations get");
  addWay(command, pipeline, paper);
  command->add_option("--gelu", pipeline.gelu, "exact | sigmoid: x * sigmoid(1.702 x)")
      ->capture_default_str();
  command
      ->add_option("--norm", pipeline.norm,
                   "clamped | unclamped: whether a variance that is estimated below 0 counts as 0")
      ->capture_default_str();
  command
      ->add_option("--products", pipeline.products,
                   "auto | synapse | neuron: how two activations are multiplied")
      ->capture_default_str();
  command
      ->add_option(
          "--softmax", pipeline.softmax,
          "max | bound: exponentials relative to the row's maximum, or to a calibrated bound")
      ->capture_default_str();
  command
      ->add_option(
          "--head", pipeline.head,
          "host | spikes: where a softmax, sigmoid or argmax that ends the network is computed")
      ->capture_default_str();
  command->add_option("--output-name", options.outputNames,
                      "the output to keep, by its name in the model (several) [all]");
  command->add_option("--scale-per", pipeline.scalePer, "channel | neuron | tensor")
      ->capture_default_str();
  command
      ->add_option(
          "--units", pipeline.units,
          "balanced | range: whether channels that matter less to those who hear them count "
          "in larger units (ternary code), or all in their own range [balanced with schedule auto, "
          "else range]")
      ->check(CLI::IsMember({"balanced", "range"}));
  command
      ->add_option("--headroom", pipeline.headroom,
                   "by what the input and activations may exceed what calibration shows")
      ->capture_default_str()
      ->check(CLI::Range(1.0, 1024.0));
  command->add_option("--precision", pipeline.precision, "f32 | f64")->capture_default_str();
  command
      ->add_option("--steps", options.steps,
                   "time steps to run by default; with --schedule auto or --tune: at most [until "
                   "the schedule ends, else 32]")
      ->check(CLI::Range(1, 1 << 20));
  command->add_option("--weight-bits", pipeline.weightBits, "of a quantized network: 8 | 4 | 2")
      ->capture_default_str();
  command->add_option("--state-bits", pipeline.stateBits, "of a quantized network: 16 | 32")
      ->capture_default_str();
  command->add_option(
      "--tune", pipeline.tuning.goal,
      "events | steps | energy: choose steps, scales and dead zones per layer on the "
      "calibration images (--steps: at most so many time steps)");
  command->add_option(
      "--budget", pipeline.tuning.budget,
      "of --tune: agreement=SHARE with the ANN, or points=P of accuracy lost at most; "
      "error=E, alone or after a comma: share of the ANN's outputs unexplained at most "
      "[agreement=0.99,error=0.004; error=0.01 of a regression]");
  command->add_option(
      "--confidence", pipeline.tuning.confidence,
      "of --budget: how sure it must be that more images like those measured keep it "
      "too, 0.5 to 1 [what was measured counts]");
  command
      ->add_option(
          "--safety", pipeline.tuning.safety,
          "of --budget: it must hold even if outputs were so many times as far from the ANN's")
      ->capture_default_str();
  command->add_option("--tune-images", pipeline.tuning.images, "use only the first images [all]");
  command->add_option("--tune-state", pipeline.tuning.state,
                      "file that keeps what was found, so that a run that was cut off goes on");
  command->add_option("--tune-report", pipeline.tuning.reports,
                      "what was tried: FILE.svg, FILE.json or a table in any other file");
  command->add_flag("--correct-bias", pipeline.tuning.correctBias,
                    "let receivers know the mean error that each channel is left with");
  addInputShape(command, options.inputShapes);
  addMetric(command, options.metrics);
  command->add_option("--mean", options.mean, "subtracted per channel (of x / 255 for bytes)")
      ->delimiter(',');
  command->add_option("--std", options.std, "divided by per channel")->delimiter(',');
  command->add_option("--emit-ir", options.emitIR,
                      "PHASE=FILE: write the IR after import, port, calibrate, convert or tune");
  command->add_flag("-v,--verbose", options.verbose, "show what each pass did");
}

static void addCompile(CLI::App &app, snnc::CompileOptions &options, std::string &paper) {
  CLI::App *command = app.add_subcommand("compile", "turn a trained network into an event program");
  addNetwork(command, options, paper);
  command->add_option("-o,--output", options.output, "the program (.snnb) to write [MODEL.snnb]");
  command->add_flag("--quantize", options.pipeline.quantize, "turn the network into integers");
  command->add_option(
      "--json", options.json,
      "write what was measured, and with --quantize what it did to every layer, as JSON");
}

static void addMap(CLI::App &app, snnc::MapOptions &options, std::string &paper) {
  CLI::App *command =
      app.add_subcommand("map", "lay a network out over the cores of a neuromorphic chip");
  options.compile.pipeline.quantize = true;
  addNetwork(command, options.compile, paper);
  command->add_option("--core", options.cores, "core models by name, FILE.toml, or all (several)")
      ->required();
  command->add_option("-o,--output", options.output,
                      "folder for the program: IR, .snnk, JSON and C of each core, a picture");
  command->add_option("--data", options.data,
                      "images to simulate: .npz with x (and y), .npy, or IDX");
  command->add_option("--labels", options.labels, "labels: .npy or IDX [y of the .npz]");
  command->add_option("--limit", options.limit, "use only the first images; 0: all")
      ->capture_default_str();
  command->add_option("--threads", options.threads, "of the simulator [one per processor]")
      ->check(CLI::Range(1, 1024));
  command->add_option("--json", options.json, "write the report as JSON; - for standard output");
}

static void addCheck(CLI::App &app, snnc::CheckOptions &options) {
  CLI::App *command = app.add_subcommand("check", "show what becomes of each node of a model");
  command->add_option("model", options.model, "the trained network: .onnx, .mlir or .mlirbc")
      ->required();
  command
      ->add_option("--dynamics", options.pipeline.dynamics, "signgd | subgradient, as for compile")
      ->capture_default_str();
  addInputShape(command, options.inputShapes);
  command->add_option("--head", options.pipeline.head, "host | spikes, as for compile")
      ->capture_default_str();
  command->add_option("--output-name", options.outputNames, "the output to keep (several) [all]");
  command->add_option("--json", options.json, "write the table as JSON; - for standard output");
}

static void addRun(CLI::App &app, snnc::RunOptions &options) {
  CLI::App *command = app.add_subcommand("run", "run an event program on images");
  command->add_option("program", options.program, "the program (.snnb)")->required();
  command->add_option("--data", options.data, "images: .npz with x (and y), .npy, or IDX")
      ->required();
  command->add_option("--labels", options.labels, "labels: .npy or IDX [y of the .npz]");
  addMetric(command, options.metrics);
  command->add_option("--reference", options.reference,
                      "another tool's outputs to compare with: .npy (images, ...), or .npz with an "
                      "array for each output");
  command->add_option("--limit", options.limit, "use only the first images [all]")
      ->check(CLI::Range(1, 1 << 30));
  command->add_option("--steps", options.steps, "time steps [the program's]")
      ->check(CLI::Range(1, 1 << 20));
  command->add_option("--threads", options.threads, "[one per processor]")
      ->check(CLI::Range(1, 1024));
  command
      ->add_option("--threads-per-image", options.threadsPerImage,
                   "of those, how many work on one image, layer by layer [those that images leave "
                   "over]")
      ->check(CLI::Range(1, 1024));
  command->add_option("--stop-when", options.stopWhen,
                      "confident[:MARGIN[,STEPS]]: end an image once its largest output has led by "
                      "MARGIN [3] for STEPS [2] steps");
  command
      ->add_option("--order", options.order,
                   "of the work: layers | steps | auto: what is expected to be quicker; the "
                   "results are the same")
      ->check(CLI::IsMember({"auto", "layers", "steps"}))
      ->capture_default_str();
  command->add_option("--json", options.json, "write the report as JSON; - for standard output");
  command->add_option("--logits", options.logits,
                      "write the outputs as float32 .npy (reported steps, images, classes)");
  command->add_flag("--layer-errors", options.layerErrors,
                    "show how far each layer is from the ANN's after the last step");
  command->add_option("--ann-logits", options.annLogits,
                      "write the ANN's outputs as float32 .npy (images, classes)");
}

/// A mistake on the command line is one line, as every other error is.
static int reportUsage(const CLI::App &app, const CLI::ParseError &error, const char *first) {
  if (error.get_exit_code() == 0)
    return app.exit(error); // --help and --version
  std::string names,
      message = error.what(),
      command =
          app.get_subcommands().empty() ? "" : app.get_subcommands().front()->get_name() + " ";
  for (const CLI::App *known : app.get_subcommands({}))
    names += (names.empty() ? "" : ", ") + known->get_name();
  if (command.empty() && (!first || first[0] != '-'))
    message = first ? fmt::format("'{}' is not one of the commands {}", first, names)
                    : fmt::format("one of the commands {} is needed", names);
  message[0] = static_cast<char>(std::tolower(message[0]));
  snnc::printError(fmt::format("{} (see snnc {}--help)", message, command));
  return 1;
}

static void addEmit(CLI::App &app, snnc::EmitCOptions &options, std::string &paper) {
  CLI::App *command = app.add_subcommand("emit", "write a network as source code");
  command->require_subcommand(1);
  CLI::App *c =
      command->add_subcommand("c", "C99 for firmware, in integers, with an example project");
  options.compile.pipeline.quantize = true;
  addNetwork(c, options.compile, paper);
  c->get_option("model")->description(
      "a trained network (.onnx, .mlir or .mlirbc), with the options of compile, or a program "
      "(.snnb) compiled with --quantize");
  c->add_option("--json", options.compile.json, "write what was done to every layer as JSON");
  c->add_option("-o,--output", options.output, "the folder to write")->required();
  c->add_option("--name", options.name, "prefix of all names [the model's name]");
  c->add_option("--order", options.order,
                "steps: step by step, all state live | layers: layer by layer | auto: what takes "
                "less memory")
      ->capture_default_str();
  c->add_option("--kernels", options.kernels,
                "shared: by all layers | inline: compiled for each layer, fewest instructions")
      ->capture_default_str();
  c->add_option("--data", options.data, "images for the project's self-test (.npz, .npy, IDX)");
  c->add_option("--limit", options.limit, "how many of them")->capture_default_str();
}

/// Sets what the user has left open; whether that worked.
static bool complete(snnc::Target target, const CLI::App &command, const std::string &paper,
                     snnc::PipelineOptions &pipeline) {
  auto isGiven = [&](const char *flag) { return command.count(std::string("--") + flag) > 0; };
  std::string problem = snnc::setDefaults(target, paper, isGiven, pipeline);
  if (!problem.empty())
    snnc::printError(problem);
  return problem.empty();
}

/// Notes a flag that means nothing for a network that is compiled already.
static void findCompileFlag(const CLI::App &command, snnc::EmitCOptions &options) {
  const std::set<std::string> ofEmit = {"model",   "output", "name", "order",
                                        "kernels", "data",   "limit"};
  for (const CLI::Option *option : command.get_options())
    if (std::string name = option->get_single_name(); option->count() > 0 && !ofEmit.count(name))
      options.compileFlag = "--" + name;
}

int main(int argc, char **argv) try {
  snnc::installFailureMessages("snnc");
  CLI::App app("snnc: an MLIR compiler for spiking neural networks");
  app.set_version_flag("--version", "snnc " SNNC_VERSION);
  app.require_subcommand(1);
  snnc::CheckOptions checkOptions;
  snnc::CompileOptions compileOptions;
  snnc::RunOptions runOptions;
  std::string paper;
  addCompile(app, compileOptions, paper);
  snnc::EmitCOptions emitOptions;
  addRun(app, runOptions);
  addCheck(app, checkOptions);
  addEmit(app, emitOptions, paper);
  snnc::MapOptions mapOptions;
  addMap(app, mapOptions, paper);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    return reportUsage(app, error, argc > 1 ? argv[1] : nullptr);
  }
  const CLI::App &c = *app.get_subcommand("emit")->get_subcommand("c");
  findCompileFlag(c, emitOptions);
  if (!complete(snnc::Target::Program, *app.get_subcommand("compile"), paper,
                compileOptions.pipeline) ||
      !complete(snnc::Target::C, c, paper, emitOptions.compile.pipeline) ||
      !complete(snnc::Target::Cores, *app.get_subcommand("map"), paper,
                mapOptions.compile.pipeline))
    return 1;
  int code = app.got_subcommand("check")     ? snnc::check(checkOptions)
             : app.got_subcommand("emit")    ? snnc::emitC(emitOptions)
             : app.got_subcommand("map")     ? snnc::map(mapOptions)
             : app.got_subcommand("compile") ? snnc::compile(compileOptions)
                                             : snnc::run(runOptions);
  if (code == 0 && std::fflush(stdout) != 0) {
    snnc::printError(fmt::format("standard output cannot be written: {}", std::strerror(errno)));
    return 1;
  }
  return code;
} catch (const std::bad_alloc &) {
  snnc::printError("out of memory");
  return 1;
} catch (const std::exception &error) {
  snnc::printError(error.what());
  return 1;
}
