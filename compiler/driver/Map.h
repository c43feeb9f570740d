//===- Map: `snnc map`, a network on the cores of neuromorphic chips ----------------------------------------===//
#ifndef SNNC_COMPILER_DRIVER_MAP_H
#define SNNC_COMPILER_DRIVER_MAP_H

#include "compiler/driver/Compile.h"

namespace snnc {

struct MapOptions {
  CompileOptions compile;         ///< the network; it is always quantized
  std::vector<std::string> cores; ///< names of models, files, or "all"
  std::string output;       ///< folder to write to; with several models one folder in it for each
  std::string data, labels; ///< images to simulate; empty: none
  uint64_t limit = 10;      ///< use only the first images; 0: all
  unsigned threads = 0;     ///< 0: one per processor
  std::string json;         ///< file for the report in JSON; "-": standard output, and no text
};

/// Returns the exit code: 0 when the network runs on at least one of the models.
int map(const MapOptions &options);

} // namespace snnc

#endif
