//===- snnc: the driver ------------------------------------------------------------------------------------===//
#include "compiler/support/Ranks.h"
#include "tools/Failures.h"
#include "tools/Flags.h"
#include "tools/driver/Check.h"
#include "tools/driver/Compile.h"
#include "tools/driver/Defaults.h"
#include "tools/driver/Diagnostics.h"
#include "tools/driver/Emit.h"
#include "tools/driver/Map.h"
#include "tools/driver/Run.h"
#include "tools/driver/RunStream.h"
#include "llvm/ADT/STLExtras.h"
#include <cctype>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fmt/core.h>
#include <set>

/// Those flags of a network that the command takes.
static void addNetwork(CLI::App &command, snnc::CompileOptions &options,
                       llvm::function_ref<bool(llvm::StringRef flag)> takes) {
#define SNNC_OPTION_NETWORK(type, member, initial, flag, help, ...)                                \
  if (takes(flag))                                                                                 \
    snnc::add(command, flag, options.member, help, {__VA_ARGS__});
#define SNNC_OPTION_PIPELINE(type, member, initial, flag, help, ...)                               \
  if (takes(flag))                                                                                 \
    snnc::add(command, flag, options.pipeline.member, help, {__VA_ARGS__});
#define SNNC_OPTION_TUNING(type, member, initial, flag, help, ...)                                 \
  if (takes(flag))                                                                                 \
    snnc::add(command, flag, options.pipeline.tuning.member, help, {__VA_ARGS__});
#include "compiler/options/Options.inc"
}

static void addReport(CLI::App &command, snnc::CompileOptions &options) {
#define SNNC_OPTION_REPORT(type, member, initial, flag, help, ...)                                 \
  snnc::add(command, flag, options.member, help, {__VA_ARGS__});
#include "compiler/options/Options.inc"
}

static void addCompile(CLI::App &app, snnc::CompileOptions &options) {
  CLI::App &command =
      *app.add_subcommand("compile", "turn a trained network into an event program");
  addNetwork(command, options, [](llvm::StringRef) { return true; });
#define SNNC_OPTION_COMPILE(type, member, initial, flag, help, ...)                                \
  snnc::add(command, flag, options.member, help, {__VA_ARGS__});
#include "compiler/options/Options.inc"
  addReport(command, options);
}

/// For firmware and cores, networks are always quantized; their --stream follows frames.
static bool isOpenToTargets(llvm::StringRef flag) {
  return flag != "--quantize" && flag != "--stream";
}

static void addMap(CLI::App &app, snnc::MapOptions &options) {
  CLI::App &command =
      *app.add_subcommand("map", "lay a network out over the cores of a neuromorphic chip");
  options.compile.pipeline.quantize = true;
  addNetwork(command, options.compile, isOpenToTargets);
#define SNNC_OPTION_MAP(type, member, initial, flag, help, ...)                                    \
  snnc::add(command, flag, options.member, help, {__VA_ARGS__});
#include "compiler/options/Options.inc"
}

static void addCheck(CLI::App &app, snnc::CheckOptions &options) {
  CLI::App &command = *app.add_subcommand("check", "show what becomes of each node of a model");
  addNetwork(command, options.compile, [](llvm::StringRef flag) {
    return llvm::is_contained({"model", "--dynamics", "--head", "--output-name", "--input-shape"},
                              flag);
  });
#define SNNC_OPTION_CHECK(type, member, initial, flag, help, ...)                                  \
  snnc::add(command, flag, options.member, help, {__VA_ARGS__});
#include "compiler/options/Options.inc"
}

static void addRun(CLI::App &app, snnc::RunOptions &options) {
  CLI::App &command = *app.add_subcommand("run", "run an event program on images");
#define SNNC_OPTION_RUN(type, member, initial, flag, help, ...)                                    \
  snnc::add(command, flag, options.member, help, {__VA_ARGS__});
#include "compiler/options/Options.inc"
}

/// What a flag that takes several values may have taken of what is missed; empty where there is none.
static std::string describeTaken(const CLI::App &command) {
  for (const CLI::Option *option : command.get_options())
    if (option->get_items_expected_max() > 1 && option->results().size() > 1)
      return fmt::format("; '{}' is taken as a value of {}: put it in front of the flags",
                         option->results().back(), option->get_name());
  return {};
}

/// A mistake on the command line is one line, as every other error is.
static int reportUsage(const CLI::App &app, const CLI::ParseError &error, const char *first) {
  if (error.get_exit_code() == 0)
    return app.exit(error); // --help and --version
  std::string names, message = error.what(), command;
  const CLI::App *at = &app;
  while (!at->get_subcommands().empty()) {
    at = at->get_subcommands().front();
    command += at->get_name() + " ";
  }
  // Also where something that is required is missed: a flag with a slip of the pen may be why.
  if (std::string unknown = snnc::describeUnknown(*at); !unknown.empty())
    message = unknown;
  else if (error.get_name() == "RequiredError")
    message += describeTaken(*at);
  for (const CLI::App *known : at->get_subcommands({}))
    names += (names.empty() ? "" : ", ") + known->get_name();
  std::vector<std::string> rest = at->remaining();
  if (command.empty() && first)
    rest = {first};
  if (!names.empty() && (rest.empty() || rest.front()[0] != '-'))
    message = rest.empty() ? fmt::format("one of the commands {} is needed", names)
                           : fmt::format("'{}' is not one of the commands {}", rest.front(), names);
  message[0] = static_cast<char>(std::tolower(message[0]));
  snnc::printError(fmt::format("{} (see snnc {}--help)", message, command));
  return 1;
}

static void addEmit(CLI::App &app, snnc::EmitCOptions &options) {
  CLI::App *command = app.add_subcommand("emit", "write a network as source code");
  command->require_subcommand(1);
  CLI::App &c =
      *command->add_subcommand("c", "C99 for firmware, in integers, with an example project");
  options.compile.pipeline.quantize = true;
  addNetwork(c, options.compile, isOpenToTargets);
  c.get_option("model")->description(
      "a trained network (.onnx, .mlir or .mlirbc), with the options of compile, or a program "
      "(.snnb) compiled with --quantize");
#define SNNC_OPTION_EMITC(type, member, initial, flag, help, ...)                                  \
  snnc::add(c, flag, options.member, help, {__VA_ARGS__});
#include "compiler/options/Options.inc"
  addReport(c, options.compile);
}

/// Sets what the user has left open; whether that worked.
static bool complete(snnc::Target target, const CLI::App &command, snnc::CompileOptions &options) {
  auto isGiven = [&](llvm::StringRef flag) {
    const CLI::Option *option = command.get_option_no_throw("--" + flag.str());
    // Any order but that of values has steps.
    return option && option->count() > 0 &&
           !(flag == "order" &&
             (option->as<std::string>() == "values" || option->as<std::string>() == "auto"));
  };
  std::string problem = snnc::setDefaults(target, options.paper, isGiven, options.pipeline);
  if (!problem.empty())
    snnc::printError(problem);
  return problem.empty();
}

/// "output" of "-o,--output".
static std::string getLongName(llvm::StringRef flag) {
  return flag.substr(flag.rfind(',') + 1).ltrim('-').str();
}

/// Takes what --budget says of RAM and flash out of it; all else is the tuner's.
static void takeMemoryBudget(snnc::EmitCOptions &options) {
  std::string rest;
  llvm::SmallVector<llvm::StringRef> words;
  std::string given = options.compile.pipeline.tuning.budget;
  llvm::StringRef(given).split(words, ',', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef word : words) {
    bool isMemory = word.starts_with("ram=") || word.starts_with("flash=");
    std::string &to = isMemory ? options.memoryBudget : rest;
    to += (to.empty() ? "" : ",") + word.str();
  }
  options.compile.pipeline.tuning.budget = rest;
}

/// Notes a flag that means nothing for a network that is compiled already.
static void findCompileFlag(const CLI::App &command, snnc::EmitCOptions &options) {
  std::set<std::string> ofEmit = {"model", "json"};
#define SNNC_OPTION_EMITC(type, member, initial, flag, ...) ofEmit.insert(getLongName(flag));
#include "compiler/options/Options.inc"
  for (const CLI::Option *option : command.get_options())
    if (std::string name = option->get_single_name();
        option->count() > 0 && !ofEmit.count(name) &&
        (name != "budget" || !options.compile.pipeline.tuning.budget.empty()))
      options.compileFlag = "--" + name;
}

/// `snnc run`, in one of its two forms.
static int runProgram(const CLI::App &command, snnc::RunOptions &options) {
  auto fail = [](const std::string &message) {
    snnc::printError(message);
    return 1;
  };
  if (options.program == "-")
    std::swap(options.program, options.frames);
  if (!options.frames.empty() && (options.frames != "-" || !options.isStream))
    return fail(fmt::format("'{}' is one argument too many (see snnc run --help)", options.frames));
  if (options.frames.empty() == options.data.empty())
    return fail(options.isStream ? "--stream needs frames: --data FILE, or - for standard input"
                                 : "--data is required (see snnc run --help)");
  if (!options.isStream && command.count("--input-threshold") > 0)
    return fail("--input-threshold is for --stream");
  if (!options.isStream)
    return snnc::run(options);
  for (const char *flag : {"--labels", "--reference", "--stop-when", "--layer-errors",
                           "--threads-per-image", "--memory-limit"})
    if (command.count(flag) > 0)
      return fail(fmt::format("{} is not for --stream", flag));
  if (!(options.inputThreshold >= 0) || !std::isfinite(options.inputThreshold))
    return fail("--input-threshold is a number of at least 0");
  return snnc::runStream(options);
}

/// `snnc map`, on images or on frames.
static int mapNetwork(const CLI::App &command, snnc::MapOptions &options) {
  auto fail = [](const std::string &message) {
    snnc::printError(message);
    return 1;
  };
  if (options.compile.model == "-")
    std::swap(options.compile.model, options.frames);
  if (!options.frames.empty() && (options.frames != "-" || !options.isStream))
    return fail(fmt::format("'{}' is one argument too many (see snnc map --help)", options.frames));
  if (!options.frames.empty() && !options.data.empty())
    return fail("frames come from --data FILE or from standard input (-), not from both");
  if (!options.isStream && command.count("--input-threshold") > 0)
    return fail("--input-threshold is for --stream");
  if (options.isStream && command.count("--labels") > 0)
    return fail("--labels is not for --stream");
  if (!(options.inputThreshold >= 0) || !std::isfinite(options.inputThreshold))
    return fail("--input-threshold is a number of at least 0");
  return snnc::map(options);
}

static int runCommand(int argc, char **argv) try {
  CLI::App app("snnc: an MLIR compiler for spiking neural networks");
  app.set_version_flag("--version", "snnc " SNNC_VERSION);
  app.require_subcommand(1);
  snnc::CheckOptions checkOptions;
  snnc::CompileOptions compileOptions;
  snnc::RunOptions runOptions;
  addCompile(app, compileOptions);
  snnc::EmitCOptions emitOptions;
  addRun(app, runOptions);
  addCheck(app, checkOptions);
  addEmit(app, emitOptions);
  snnc::MapOptions mapOptions;
  addMap(app, mapOptions);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    return reportUsage(app, error, argc > 1 ? argv[1] : nullptr);
  }
  const CLI::App &c = *app.get_subcommand("emit")->get_subcommand("c");
  takeMemoryBudget(emitOptions);
  findCompileFlag(c, emitOptions);
  if (!complete(snnc::Target::Program, *app.get_subcommand("compile"), compileOptions) ||
      !complete(snnc::Target::C, c, emitOptions.compile) ||
      !complete(snnc::Target::Cores, *app.get_subcommand("map"), mapOptions.compile))
    return 1;
  int code = app.got_subcommand("check")     ? snnc::check(checkOptions)
             : app.got_subcommand("emit")    ? snnc::emitC(emitOptions)
             : app.got_subcommand("map")     ? mapNetwork(*app.get_subcommand("map"), mapOptions)
             : app.got_subcommand("compile") ? snnc::compile(compileOptions)
                                             : runProgram(*app.get_subcommand("run"), runOptions);
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

int main(int argc, char **argv) {
  snnc::installFailureMessages("snnc");
  if (std::string problem = snnc::ranks::start(); !problem.empty()) {
    snnc::printError(problem);
    return 1;
  }
  return snnc::ranks::finish(runCommand(argc, argv));
}
