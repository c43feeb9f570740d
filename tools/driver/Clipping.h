//===- Clipping: what of a run lay beyond what calibration showed ---------------------------------------------===//
//
// The input's range is known from calibration. Neurons come as far from their start as their steps add up to; what the
// ANN gives beyond that is clipped.
//
//===------------------------------------------------------------------------------------------------------===//
#ifndef SNNC_TOOLS_DRIVER_CLIPPING_H
#define SNNC_TOOLS_DRIVER_CLIPPING_H

#include "compiler/data/Dataset.h"
#include "snn/Batch.h"
#include <nlohmann/json.hpp>

namespace snnc {

struct Clipping {
  uint64_t images = 0;        ///< that were run
  uint64_t inputImages = 0;   ///< with an input outside its range
  double inputValues = 0;     ///< share of all input values
  uint64_t neuronImages = 0;  ///< with a neuron that is clipped
  double neurons = 0;         ///< share of all neurons' values
  std::vector<double> layers; ///< the same per Program::layers()
  std::string max;            ///< the layer with the largest share
  double maxShare = 0;
};

Clipping findClipping(const ::snn::Program &program, const ::snn::BatchResult &result,
                      const data::Dataset &dataset, uint64_t images);

/// The same of neurons alone.
Clipping findNeuronClipping(const ::snn::Program &program, const ::snn::BatchResult &result,
                            uint64_t images);

/// A line, or nothing where nothing was clipped.
std::string toText(const Clipping &clipping);
/// What is to be said aloud: empty while it is little.
std::string getWarning(const Clipping &clipping);
nlohmann::ordered_json toJSON(const Clipping &clipping);

} // namespace snnc

#endif
