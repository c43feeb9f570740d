//===- OutputForm: what a network in C gives of its outputs -------------------------------------------------===//
#ifndef SNNC_TOOLS_DRIVER_OUTPUTFORM_H
#define SNNC_TOOLS_DRIVER_OUTPUTFORM_H

#include "compiler/data/Result.h"
#include "mlir/IR/BuiltinOps.h"
#include "snn/Program.h"
#include <string>
#include <vector>

namespace snnc {

/// The form, as exec-form-outputs takes it, and the fraction bits of numbers of 8 bits: one for all outputs or one for each.
struct OutputChoice {
  std::string form;
  std::vector<int64_t> fractions;
};

/// Of what --output-form says. The fraction bits of `int8` alone are those that hold all outputs on images in the file
/// `calibration`, as the runtime gives them.
data::Result<OutputChoice> readOutputForm(const std::string &text, const std::string &calibration,
                                          const ::snn::Program &program, mlir::ModuleOp network);

} // namespace snnc

#endif
