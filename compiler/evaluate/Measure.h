//===- Measure: a finished program beside the network that it was made of -------------------------------------===//
//
// Whatever was converted, tuned and rounded: the program runs on some calibration images, and so does the network as
// it was imported. What schedule and bits let one expect is an error that is known roughly; more is said aloud.
//
//===------------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_EVALUATE_MEASURE_H
#define SNNC_COMPILER_EVALUATE_MEASURE_H

#include "compiler/evaluate/Departure.h"
#include "compiler/evaluate/Task.h"

namespace snnc {

struct MeasureOptions {
  std::string data;       ///< calibration images
  MetricRequests metrics; ///< as the user asked for
  /// What it is made of, for what one may expect: the last step of the schedules in units of a neuron's range, how
  /// many layers follow each other, and bits of the weights; 0: real numbers.
  double lastStep = 0;
  int64_t depth = 1;
  unsigned weightBits = 0, stateBits = 0;
};

struct Measured {
  struct Output {
    std::string name;
    Metric metric;
    Judgement judgement; ///< of the program, beside the network
    Errors annErrors;    ///< of the ANN that the program carries: what does not come of time steps
    double expected = 0; ///< error that schedule and bits explain
  };
  uint64_t images = 0;
  std::vector<Output> outputs;
  std::string warning;                         ///< what is wrong; empty: nothing
  std::optional<::snn::InputRange> inputRange; ///< of all images
};

/// `imported` is the network as it came, `ported` the one whose activations the layers are. On so many images as are
/// affordable, at most 200, taken evenly from the file.
data::Result<Measured> measure(const RealNetwork &imported, const RealNetwork &ported,
                               const ::snn::Program &program, const MeasureOptions &options);

/// A line for each output.
std::string toText(const Measured &measured);
/// As the program keeps it.
std::vector<::snn::Reference> toReferences(const Measured &measured);

} // namespace snnc

#endif
