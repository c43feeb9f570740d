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
  files[options.name + ".c"] = writeSource(layout);
  files[options.name + ".h"] = writeHeader(layout);
  for (const auto &[path, text] : kKernelFiles)
    files[std::string(path)] = text;
  if (options.withProject) {
    for (const auto &[path, text] : kExampleFiles)
      files[std::string(path)] = text;
    files["model.mk"] = "MODEL := " + options.name + "\n";
    files["model.cmake"] = "set(MODEL " + options.name + ")\n";
  }
  return files;
}

} // namespace snnc::c
