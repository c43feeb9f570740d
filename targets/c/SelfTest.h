//===- SelfTest: images and what a network must find in them, as a C header ------------------------------===//
#ifndef SNNC_TARGETS_C_SELFTEST_H
#define SNNC_TARGETS_C_SELFTEST_H

#include "snn/Program.h"
#include <string>
#include <vector>

namespace snnc::c {

/// The integers that the border gives for `values`, which an engine would be started with.
std::vector<int32_t> readRaw(const ::snn::Program &program, const std::vector<double> &values);

/// `images` as the network reads them, with the outputs that the runtime gives after the program's steps,
/// and how many events its neurons send until then.
std::string writeSelfTest(const ::snn::Program &program,
                          const std::vector<std::vector<double>> &images);

} // namespace snnc::c

#endif
