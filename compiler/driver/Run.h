//===- Run: `snnc run`, a program on a set of images -------------------------------------------------------===//
#ifndef SNNC_COMPILER_DRIVER_RUN_H
#define SNNC_COMPILER_DRIVER_RUN_H

#include <cstdint>
#include <string>
#include <vector>

namespace snnc {

struct RunOptions {
  std::string program;              ///< .snnb
  std::string data;                 ///< .npz, .npy or IDX images
  std::string labels;               ///< .npy or IDX; empty: those of the .npz
  std::string reference;            ///< .npy or .npz of another tool's outputs; empty: none
  std::vector<std::string> metrics; ///< [NAME=]KIND; empty: what fits
  uint64_t limit = 0;               ///< use only the first images; 0: all
  uint32_t steps = 0;               ///< time steps; 0: the program's
  unsigned threads = 0;             ///< 0: one per processor
  unsigned threadsPerImage = 0;     ///< 0: those that images leave over
  std::string order =
      "auto"; ///< of the work: layers, steps, or what is expected to be quicker; a stop
              ///< rule goes by steps
  bool layerErrors = false; ///< report how far each layer is from the ANN's
  std::string stopWhen;     ///< confident[:MARGIN[,STEPS]]; empty: every image takes all steps
  std::string json;         ///< file for the report in JSON; "-": standard output, and no table
  std::string logits;       ///< .npy for the decoded outputs per reported step
  std::string annLogits;    ///< .npy for the outputs of the ANN that the program carries
};

/// Returns the exit code.
int run(const RunOptions &options);

} // namespace snnc

#endif
