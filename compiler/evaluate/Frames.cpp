#include "compiler/evaluate/Frames.h"

#include "compiler/data/Npy.h"
#include "compiler/data/Npz.h"
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace snnc {

namespace {

/// An array in memory.
class ArrayReader final : public FrameReader {
public:
  ArrayReader(data::Array all, uint64_t streams, uint64_t limit)
      : all(std::move(all)), streamCount(streams),
        stored(static_cast<uint64_t>(this->all.shape[streams == 1 ? 0 : 1])),
        frameCount(limit > 0 ? std::min(limit, stored) : stored) {
    size = this->all.size() / static_cast<int64_t>(streamCount * stored);
  }
  /// The same of an array (1, frames, ...).
  static std::unique_ptr<FrameReader> make(data::Array all, bool hasStreams, uint64_t limit) {
    uint64_t streams = hasStreams ? static_cast<uint64_t>(all.shape[0]) : 1;
    if (hasStreams && streams == 1)
      all.shape.erase(all.shape.begin());
    return std::make_unique<ArrayReader>(std::move(all), streams, limit);
  }

  uint64_t streams() const override { return streamCount; }
  std::optional<uint64_t> frames() const override { return frameCount; }

  data::Result<bool> read(uint64_t stream, uint64_t frame, double *values) override {
    if (frame >= frameCount)
      return false;
    const int64_t begin = static_cast<int64_t>(stream * stored + frame) * size;
    const bool isByte = all.type == data::Array::Type::U8;
    for (int64_t i = 0; i < size; ++i)
      values[i] =
          isByte ? std::to_integer<int>(all.bytes[begin + i]) / 255.0 : all.toDouble(begin + i);
    return true;
  }

private:
  data::Array all;
  uint64_t streamCount, stored, frameCount;
  int64_t size = 0; ///< of a frame
};

/// Bytes of a pipe.
class PipeReader final : public FrameReader {
public:
  PipeReader(std::FILE *file, const ::snn::Program &program, uint64_t limit)
      : file(file), bytes(program.inputSize()), limit(limit) {
    const std::vector<uint32_t> &shape = program.inputShape();
    if (shape.size() == 3 && (shape[0] == 3 || shape[0] == 4))
      channels = shape[0];
  }

  uint64_t streams() const override { return 1; }
  std::optional<uint64_t> frames() const override { return std::nullopt; }

  data::Result<bool> read(uint64_t, uint64_t frame, double *values) override {
    if (limit > 0 && frame >= limit)
      return false;
    const size_t count = std::fread(bytes.data(), 1, bytes.size(), file);
    if (std::ferror(file))
      return data::Error{fmt::format("frame {}: standard input cannot be read", frame)};
    if (count == 0)
      return false;
    if (count < bytes.size())
      return data::Error{fmt::format("frame {}: the stream ends after {} of its {} bytes", frame,
                                     count, bytes.size())};
    const size_t pixels = bytes.size() / channels;
    for (size_t i = 0; i < bytes.size(); ++i)
      values[i % channels * pixels + i / channels] = bytes[i] / 255.0;
    return true;
  }

private:
  std::FILE *file;
  std::vector<uint8_t> bytes;
  size_t channels = 1; ///< that come pixel by pixel, and go plane by plane
  uint64_t limit;
};

data::Shape squeeze(data::ShapeRef shape) {
  data::Shape result;
  std::copy_if(shape.begin(), shape.end(), std::back_inserter(result),
               [](int64_t extent) { return extent != 1; });
  return result;
}

/// Whether the dimensions of `shape` from `first` on are those of the input, but for dimensions of 1; or flat.
bool fits(const data::Shape &shape, size_t first, const data::Shape &wanted) {
  if (shape.size() < first)
    return false;
  const data::ShapeRef rest = data::ShapeRef(shape).subspan(first);
  const data::Shape have = squeeze(rest), want = squeeze(wanted);
  const bool isFlat = have.size() <= 1 && rest.size() <= 1;
  return have == want || (isFlat && data::countElements(have) == data::countElements(want));
}

data::Result<data::Array> readArray(const std::string &path, const ::snn::Program &program) {
  auto file = data::readFile(path);
  if (!file)
    return data::Error{file.error()};
  if (!data::looksLikeZip(*file)) {
    if (data::looksLikeNpy(*file))
      return data::parseNpy(*file, path);
    return data::Error{path + ": frames come in a .npz or .npy file, or from a pipe (--stream -)"};
  }
  auto npz = data::Npz::parse(std::move(*file), path);
  if (!npz)
    return data::Error{npz.error()};
  for (const std::string &name :
       {std::string("x"), std::string("frames"), program.inputs().front().name})
    if (npz->contains(name))
      return npz->read(name);
  return data::Error{fmt::format("{}: no array 'x' or 'frames', the file has '{}'", path,
                                 fmt::join(npz->names(), "', '"))};
}

} // namespace

data::Result<std::unique_ptr<FrameReader>>
openFrames(const std::string &path, const ::snn::Program &program, uint64_t limit) {
  auto array = readArray(path, program);
  if (!array)
    return data::Error{array.error()};
  const data::Shape wanted(program.inputShape().begin(), program.inputShape().end());
  const bool isOne = fits(array->shape, 1, wanted);
  if (!isOne && !fits(array->shape, 2, wanted))
    return data::Error{fmt::format(
        "{}: the frames have shape {}, but the network takes (frames, ...) or (streams, frames, "
        "...) of {}",
        path, data::printShape(array->shape), data::printShape(wanted))};
  if (array->size() == 0)
    return data::Error{fmt::format("{}: shape {} has no elements, at least one frame is needed",
                                   path, data::printShape(array->shape))};
  for (int64_t i = 0; array->isFloat() && i < array->size(); ++i)
    if (double number = array->toDouble(i); !std::isfinite(number)) {
      const auto size = static_cast<int64_t>(program.inputSize());
      const int64_t frames = array->shape[isOne ? 0 : 1], frame = i / size;
      return data::Error{
          fmt::format("{}: {}frame {}: element {} is {}, all frames must be finite numbers", path,
                      isOne ? "" : fmt::format("stream {}, ", frame / frames), frame % frames,
                      i % size, number)};
    }
  return ArrayReader::make(std::move(*array), !isOne, limit);
}

std::unique_ptr<FrameReader> openPipe(std::FILE *file, const ::snn::Program &program,
                                      uint64_t limit) {
  return std::make_unique<PipeReader>(file, program, limit);
}

data::Result<Streams> readStreams(FrameReader &reader, size_t numbers) {
  Streams streams(reader.streams());
  std::vector<double> frame(numbers);
  for (size_t stream = 0; stream < streams.size(); ++stream)
    while (true) {
      auto isThere = reader.read(stream, streams[stream].size(), frame.data());
      if (!isThere)
        return data::Error{isThere.error()};
      if (!*isThere)
        break;
      streams[stream].push_back(frame);
    }
  return streams;
}

} // namespace snnc
