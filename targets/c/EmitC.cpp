#include "targets/c/EmitC.h"

#include "compiler/support/Text.h"
#include "targets/c/Kernels.h"
#include "targets/c/NetworkWriter.h"
#include <algorithm>
#include <cctype>
#include <fmt/format.h>

namespace snnc::c {

namespace {

/// Headers that a firmware may include while the network's folder is searched, and macros that they define: a
/// network of such a name would be taken for them.
constexpr std::string_view kHeadersOfC[] = {
    "assert", "complex",  "ctype",  "errno",  "fenv",   "float",   "inttypes", "iso646",
    "limits", "locale",   "math",   "memory", "setjmp", "signal",  "stdarg",   "stdbool",
    "stddef", "stdint",   "stdio",  "stdlib", "string", "strings", "tgmath",   "time",
    "wchar",  "features", "unistd", "endian", "malloc", "wctype",  "threads",  "uchar"};
constexpr std::string_view kMacrosOfC[] = {"NULL",   "EOF",   "stdin", "stdout", "stderr", "errno",
                                           "assert", "true",  "false", "bool",   "BUFSIZ", "linux",
                                           "unix",   "MODEL", "NAMES", "i386"};

template <typename Names>
bool contains(const Names &names, std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

/// The program of the project that follows a stream.
constexpr std::string_view kFollower = "follow.c";

bool isIdentifier(const std::string &name) {
  return !name.empty() && std::isalpha(static_cast<unsigned char>(name[0])) &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
         });
}

std::string toLower(std::string text) {
  for (char &c : text)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

} // namespace

std::string checkName(const std::string &name) {
  if (!isIdentifier(name))
    return "is not a C identifier";
  // Some file systems do not tell upper case from lower.
  std::string lower = toLower(name);
  for (const std::string &file : {lower + ".c", lower + ".h"}) {
    bool isOurs = file == "self_test.h";
    for (const auto *files : {&kKernelFiles, &kExampleFiles})
      for (const auto &[path, text] : *files)
        isOurs |= toLower(std::string(path)) == file;
    if (isOurs)
      return fmt::format("is taken: {} is a file of the project", file);
  }
  if (contains(kHeadersOfC, lower))
    return fmt::format("is taken: {}.h is a header of C", lower);
  if (contains(kMacrosOfC, name))
    return "is taken: it is a macro of C";
  return "";
}

std::string chooseName(const std::string &model) {
  std::string name = toIdentifier(model);
  return checkName(name).empty() ? name : name + "_network";
}

::snn::Result<Files> emitC(exec::ProgramOp program, const EmitOptions &options) {
  if (std::string problem = checkName(options.name); !problem.empty())
    return ::snn::Error{fmt::format("name '{}' {}", options.name, problem)};
  if (!program.getArena())
    return ::snn::Error{"the program's buffers have no places yet (--exec-place-buffers)"};
  Network network(program, options);
  bool updates = network.takesUpdates();
  bool hasRawInput = network.inputForm() == exec::InputForm::Raw;
  bool isFormed = getOutputForm(program) != exec::OutputForm::Int32;
  Files files;
  for (const auto &[path, text] : kKernelFiles)
    if ((updates || path.rfind("snn_updates", 0) != 0) &&
        (!hasRawInput || path.rfind("snn_input_forms", 0) != 0) &&
        (isFormed || path.rfind("snn_outputs", 0) != 0))
      files[std::string(path)] = text;
  if (options.withProject) {
    for (const auto &[path, text] : kExampleFiles)
      if (updates || path != kFollower)
        files[std::string(path)] = text;
    std::string kernels, programs = updates ? "classify follow" : "classify";
    if (options.kernels == Kernels::Shared)
      kernels = fmt::format("{}", fmt::join(getKernelSources(program), " "));
    files["model.mk"] =
        "MODEL := " + options.name + "\nKERNELS := " + kernels + "\nPROGRAMS := " + programs + "\n";
    files["model.cmake"] = "set(MODEL " + options.name + ")\nset(KERNELS " + kernels +
                           ")\nset(PROGRAMS " + programs + ")\n";
  }
  files[options.name + ".c"] = writeSource(network);
  files[options.name + ".h"] = writeHeader(network);
  return files;
}

namespace {

/// A file without its includes of the others.
std::string inlineFile(const std::string &text) {
  std::string kept;
  for (size_t start = 0; start < text.size();) {
    size_t end = std::min(text.find('\n', start), text.size() - 1) + 1;
    std::string line = text.substr(start, end - start);
    if (line.rfind("#include \"", 0) != 0)
      kept += line;
    start = end;
  }
  return kept;
}

} // namespace

::snn::Result<std::string> emitOneFile(exec::ProgramOp program, const EmitOptions &options) {
  EmitOptions alone = options;
  alone.withProject = false;
  auto files = emitC(program, alone);
  if (!files)
    return ::snn::Error{files.error()};
  std::string text = options.kernels == Kernels::Inline ? kInlineKernels : "";
  std::vector<std::string> paths = {"snn_fixed.h", "snn_trace.h", "snn_kernels.h", "snn_values.h"};
  if (program.getUpdates())
    paths.emplace_back("snn_updates.h");
  if (getOutputForm(program) != exec::OutputForm::Int32)
    paths.emplace_back("snn_outputs.h");
  if (exec::getEncode(program).getForm() != exec::InputForm::Raw)
    paths.emplace_back("snn_input_forms.h");
  paths.push_back(options.name + ".h");
  for (const std::string &source : getKernelSources(program))
    paths.push_back(source);
  paths.push_back(options.name + ".c");
  for (const std::string &path : paths)
    text += inlineFile((*files)[path]) + "\n";
  return text;
}

uint64_t getStateBytes(exec::ProgramOp program) {
  llvm::ArrayRef<int64_t> arena = *program.getArena();
  auto bytes =
      static_cast<uint64_t>(arena[0] * 4 + arena[1] * 2 + (arena.size() > 2 ? arena[2] : 0));
  return (bytes + 3) / 4 * 4 + (program.getOrder() == exec::Order::Steps ? 4 : 0);
}

} // namespace snnc::c
