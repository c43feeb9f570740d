//===- SelfTest: images and what a network must find in them, as a C header ------------------------------===//
#ifndef SNNC_TARGETS_C_SELFTEST_H
#define SNNC_TARGETS_C_SELFTEST_H

#include "dialects/exec/Exec.h"
#include "snn/Program.h"
#include <string>
#include <vector>

namespace snnc::c {

/// The integers that the border gives for `values`, which an engine would be started with.
std::vector<int32_t> readRaw(exec::ProgramOp network, const std::vector<double> &values);

/// What the runtime gives and sends for an image in all steps of a program, which is that of `network`.
struct Answer {
  std::vector<int32_t> outputs;
  /// Checksums of the events (kernels/snn_trace.h), Program::steps() of each layer.
  std::vector<uint32_t> events;
};
Answer answer(exec::ProgramOp network, const ::snn::Program &program,
              const std::vector<double> &image);

/// What a network sends, by encoder and population in order, on average over images: events of an image, and the share of
/// elements whose events do not add up to 0.
struct Activity {
  std::vector<double> events, nonZero;
  uint64_t images = 0; ///< 0: assumed
};
/// Without images one event of each neuron, and half of all elements.
Activity measureActivity(exec::ProgramOp network, const ::snn::Program &program,
                         const std::vector<std::vector<double>> &images);

/// The same as `answer` for the frames of a stream: the first is a sample, all others are updates. `inputThreshold` as that of
/// ::snn::EngineOptions.
std::vector<Answer> answerStream(exec::ProgramOp network, const ::snn::Program &program,
                                 const std::vector<std::vector<double>> &frames,
                                 double inputThreshold);

/// `images` as the network reads them, with the runtime's answers: of a program with updates those of a stream.
std::string writeSelfTest(exec::ProgramOp network, const ::snn::Program &program,
                          const std::vector<std::vector<double>> &images,
                          double inputThreshold = 0);

} // namespace snnc::c

#endif
