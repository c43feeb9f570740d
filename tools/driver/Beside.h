//===- Beside: a run beside another tool's outputs, and beside what compiling measured -------------------------===//
#ifndef SNNC_TOOLS_DRIVER_BESIDE_H
#define SNNC_TOOLS_DRIVER_BESIDE_H

#include "compiler/evaluate/Task.h"
#include "snn/Batch.h"
#include <nlohmann/json.hpp>

namespace snnc {

/// One output beside that of another tool.
struct Beside {
  std::string output;
  Judgement program, ann; ///< after the last step; of the ANN that the program carries
};

struct FileReference {
  std::string file;
  uint64_t images = 0;
  std::vector<Beside> outputs;
};

/// The outputs in `file` for the samples of a run: a .npy of shape (N, ...) for the first output, or a .npz with an
/// array for each output by its name. Reads only; nothing has been run yet.
class ReferenceFile {
public:
  static data::Result<ReferenceFile> read(const std::string &file,
                                          const std::vector<OutputTask> &tasks, uint64_t images);

  FileReference compare(const ::snn::Program &program, const ::snn::BatchResult &result,
                        const std::vector<OutputTask> &tasks) const;

private:
  std::string file;
  uint64_t images = 0;
  std::vector<std::vector<float>> wanted; ///< per output; empty: not in the file
};

std::string toText(const FileReference &reference);
nlohmann::ordered_json toJSON(const FileReference &reference);

/// What compiling measured, a line for each output.
std::string toText(const std::vector<::snn::Reference> &references);

} // namespace snnc

#endif
