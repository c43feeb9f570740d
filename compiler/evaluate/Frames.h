//===- Frames: streams of inputs, from a file or a pipe -------------------------------------------------------===//
//
// A file has an array of the shape (frames, ...) or (streams, frames, ...): a .npy file, or `x`, `frames` or the input's
// name in a .npz file. A pipe has the bytes of one frame after another, as `ffmpeg -f rawvideo` gives them: with three or
// four channels pixel by pixel (rgb24, rgba). Bytes are divided by 255, as in Dataset.
//
//===----------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_EVALUATE_FRAMES_H
#define SNNC_COMPILER_EVALUATE_FRAMES_H

#include "compiler/data/Array.h"
#include "snn/Program.h"
#include <cstdio>
#include <memory>

namespace snnc {

/// Where frames come from. Frames of a stream are asked for in order; different streams by different threads.
class FrameReader {
public:
  virtual ~FrameReader() = default;
  /// How many streams there are.
  virtual uint64_t streams() const = 0;
  /// Frames of a stream, where that is known.
  virtual std::optional<uint64_t> frames() const = 0;
  /// Writes a frame, or says that there is none any more, or why it cannot be read.
  virtual data::Result<bool> read(uint64_t stream, uint64_t frame, double *values) = 0;
};

/// Reads a file whose frames fit `program`'s input; only the first `limit` of each stream, unless it is 0.
data::Result<std::unique_ptr<FrameReader>>
openFrames(const std::string &path, const ::snn::Program &program, uint64_t limit);

/// Reads frames from an open file until it ends.
std::unique_ptr<FrameReader> openPipe(std::FILE *file, const ::snn::Program &program,
                                      uint64_t limit);

/// The frames of each stream, in memory.
using Streams = std::vector<std::vector<std::vector<double>>>;

/// Reads all streams to their ends; a frame has so many numbers.
data::Result<Streams> readStreams(FrameReader &reader, size_t numbers);

} // namespace snnc

#endif
