#include "targets/c/EmitC.h"

#include "targets/c/Kernels.h"
#include "targets/c/NetworkWriter.h"

namespace snnc::c {

::snn::Result<Files> emitC(const ::snn::Program &program, const EmitOptions &options) {
  if (program.precision() != ::snn::Precision::Fixed)
    return ::snn::Error{"C is emitted for integer networks; compile with --quantize"};
  Layout layout(program, options);
  if (std::string problem = layout.check(); !problem.empty())
    return ::snn::Error{problem};
  Files files;
  for (const auto &[path, text] : kKernelFiles)
    files[std::string(path)] = text;
  if (options.withProject) {
    for (const auto &[path, text] : kExampleFiles)
      files[std::string(path)] = text;
    std::string kernels = options.kernels == Kernels::Shared ? "snn_synapses.c snn_neurons.c" : "";
    files["model.mk"] = "MODEL := " + options.name + "\nKERNELS := " + kernels + "\n";
    files["model.cmake"] = "set(MODEL " + options.name + ")\nset(KERNELS " + kernels + ")\n";
  }
  for (const std::string &path : {options.name + ".c", options.name + ".h"})
    if (files.count(path) || path == "self_test.h")
      return ::snn::Error{path + " is a file of its own; give the network another name"};
  files[options.name + ".c"] = writeSource(layout);
  files[options.name + ".h"] = writeHeader(layout);
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

::snn::Result<std::string> emitOneFile(const ::snn::Program &program, const EmitOptions &options) {
  EmitOptions alone = options;
  alone.withProject = false;
  auto files = emitC(program, alone);
  if (!files)
    return ::snn::Error{files.error()};
  std::string text = options.kernels == Kernels::Inline ? kInlineKernels : "";
  for (const std::string &path :
       {std::string("snn_fixed.h"), std::string("snn_trace.h"), std::string("snn_kernels.h"),
        options.name + ".h", std::string("snn_synapses.c"), std::string("snn_neurons.c"),
        options.name + ".c"})
    text += inlineFile((*files)[path]) + "\n";
  return text;
}

uint64_t getStateBytes(const ::snn::Program &program, const EmitOptions &options) {
  return Layout(program, options).getStateBytes();
}

} // namespace snnc::c
