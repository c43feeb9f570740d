#include "compiler/data/Dataset.h"
#include "compiler/data/Idx.h"
#include "compiler/data/Npz.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace snnc::data {

namespace {

/// The file, unpacked where it is gzipped.
Result<Bytes> readMaybeGzipped(const std::string &path) {
  Result<Bytes> file = readFile(path);
  if (file && file->size() >= 2 && (*file)[0] == std::byte(0x1f) && (*file)[1] == std::byte(0x8b))
    return gunzip(*file, path);
  return file;
}

/// The one array in a .npy or IDX file.
Result<Array> parseSingle(ByteSpan file, const std::string &path) {
  if (looksLikeNpy(file))
    return parseNpy(file, path);
  if (looksLikeIdx(file))
    return parseIdx(file, path);
  return Error{fmt::format("{}: not a .npz, .npy or IDX file; save the images with "
                           "np.savez(file, x=images, y=labels)",
                           path)};
}

Result<Array> readLabelFile(const std::string &path) {
  Result<Bytes> file = readMaybeGzipped(path);
  if (!file)
    return Error{file.error()};
  if (!looksLikeZip(*file))
    return parseSingle(*file, path);
  Result<Npz> npz = Npz::parse(std::move(*file), path);
  if (!npz)
    return Error{npz.error()};
  return npz->read("y");
}

/// The extents that are not one.
Shape squeezed(ShapeRef shape) {
  Shape result;
  std::copy_if(shape.begin(), shape.end(), std::back_inserter(result),
               [](int64_t extent) { return extent != 1; });
  return result;
}

/// What would help where images of shape `all`, the first dimension included, have the right number of elements.
std::string_view hintFor(ShapeRef all, ShapeRef wanted) {
  if (squeezed(all) == squeezed(wanted))
    return "; of one alone make N with x[None]";
  ShapeRef found = all.subspan(1);
  if (found.size() != 3 || wanted.size() != 3)
    return "";
  if (found[0] == wanted[1] && found[1] == wanted[2] && found[2] == wanted[0])
    return "; put the channels first with x.transpose(0, 3, 1, 2)";
  if (found[1] == wanted[0] && found[2] == wanted[1] && found[0] == wanted[2])
    return "; put the channels last with x.transpose(0, 2, 3, 1)";
  return "";
}

/// Whether images of shape `found` can be fed to an input of shape `wanted`.
bool fits(ShapeRef found, ShapeRef wanted) {
  Shape have = squeezed(found), want = squeezed(wanted);
  bool isFlat = have.size() <= 1 || want.size() <= 1;
  return have == want || (isFlat && countElements(have) == countElements(want));
}

std::string listInputs(const std::vector<InputPart> &inputs) {
  std::string text;
  for (const InputPart &input : inputs)
    text += fmt::format("{}'{}' {}", text.empty() ? "" : ", ", input.name, printShape(input.shape));
  return text;
}

/// The arrays of several inputs, one after another in every row.
Result<Array> joinInputs(const Npz &npz, const std::vector<InputPart> &inputs,
                         const std::string &path) {
  std::vector<Array> arrays;
  int64_t elements = 0;
  bool isShort = true; // float32 holds every number
  for (const InputPart &input : inputs) {
    if (!npz.contains(input.name))
      return Error{fmt::format("{}: has no array '{}'; the network has the inputs {}, and takes an "
                               "array (N, ...) by the name of each (this file has {})",
                               path, input.name, listInputs(inputs), fmt::join(npz.names(), ", "))};
    Result<Array> array = npz.read(input.name);
    if (!array)
      return Error{array.error()};
    std::string where = fmt::format("{}: array '{}'", path, input.name);
    if (array->shape.empty() || !fits(ShapeRef(array->shape).subspan(1), input.shape))
      return Error{fmt::format("{} has shape {}, but the network's input takes (N, ...) of {}",
                               where, printShape(array->shape), printShape(input.shape))};
    if (!arrays.empty() && array->shape[0] != arrays.front().shape[0])
      return Error{fmt::format("{} has {} samples, but '{}' has {}", where, array->shape[0],
                               inputs.front().name, arrays.front().shape[0])};
    elements += *countElements(input.shape);
    isShort &= itemSize(array->type) <= 2 || array->type == Array::Type::F32;
    arrays.push_back(std::move(*array));
  }
  const int64_t samples = arrays.front().shape[0];
  std::vector<double> all;
  all.reserve(static_cast<size_t>(samples * elements));
  for (int64_t i = 0; i < samples; ++i)
    for (const Array &array : arrays) {
      const int64_t size = array.size() / samples;
      const double unit = array.type == Array::Type::U8 ? 255 : 1;
      for (int64_t k = i * size; k < (i + 1) * size; ++k)
        all.push_back(array.toDouble(k) / unit);
    }
  if (!isShort)
    return makeArray({samples, elements}, all);
  return makeArray({samples, elements}, std::vector<float>(all.begin(), all.end()));
}

} // namespace

Status Normalization::check(int64_t channels) const {
  for (auto [name, list] : {std::pair("mean", &mean), std::pair("std", &std)})
    if (list->size() > 1 && static_cast<int64_t>(list->size()) != channels)
      return Error{
          fmt::format("--{} has {} numbers, but the input has {} channels; give one number, "
                      "or one per channel",
                      name, list->size(), channels)};
  for (double number : mean)
    if (!std::isfinite(number))
      return Error{fmt::format("--mean must be finite numbers, found {}", number)};
  for (double number : std)
    if (!std::isfinite(number) || number <= 0)
      return Error{fmt::format("--std must be positive, found {}", number)};
  return success();
}

template <typename T>
void Normalization::apply(std::span<T> image, int64_t channels) const {
  if (mean.empty() && std.empty())
    return;
  auto numberOf = [](const std::vector<double> &list, int64_t channel, double otherwise) {
    return list.empty() ? otherwise : list[list.size() == 1 ? 0 : channel];
  };
  int64_t plane = static_cast<int64_t>(image.size()) / channels;
  for (int64_t channel = 0; channel < channels; ++channel) {
    double shift = numberOf(mean, channel, 0), scale = numberOf(std, channel, 1);
    for (T &number : image.subspan(channel * plane, plane))
      number = static_cast<T>((number - shift) / scale);
  }
}

template void Normalization::apply(std::span<float>, int64_t) const;
template void Normalization::apply(std::span<double>, int64_t) const;

Status Dataset::checkImages(const std::string &where) const {
  if (images.shape.size() < 2)
    return Error{
        fmt::format("{}: images need a shape (N, ...), found {}", where, printShape(images.shape))};
  if (images.size() == 0)
    return Error{fmt::format("{}: shape {} has no elements, at least one image is needed", where,
                             printShape(images.shape))};
  if (!images.isFloat())
    return success();
  for (int64_t i = 0, count = images.size(); i < count; ++i)
    if (double number = images.toDouble(i); !std::isfinite(number))
      return Error{fmt::format("{}: element {} is {}, all images must be finite numbers", where,
                               printIndex(i, images.shape), number)};
  return success();
}

Status Dataset::readTargets(Array array, const std::string &where) {
  if (array.shape.empty())
    return Error{
        fmt::format("{}: labels need the shape (N,), found {}", where, printShape(array.shape))};
  if (array.shape[0] != size())
    return Error{fmt::format("{}: {} labels for {} images", where, array.shape[0], size())};
  for (int64_t i = 0; array.isFloat() && i < array.size(); ++i)
    if (double number = array.toDouble(i); !std::isfinite(number))
      return Error{fmt::format("{}: element {} is {}, all targets must be finite numbers", where,
                               printIndex(i, array.shape), number)};
  labels.clear();
  for (int64_t i = 0; !array.isFloat() && array.size() == size() && i < size(); ++i)
    if (std::optional<int64_t> label = array.toInteger(i); label && *label >= 0)
      labels.push_back(*label);
  if (static_cast<int64_t>(labels.size()) != size())
    labels.clear(); // targets then, which may be below 0
  known = std::move(array);
  place = where;
  return success();
}

/// What is known of other outputs than the first.
Status Dataset::readOtherTargets(const Npz &npz) {
  for (const std::string &name : npz.names()) {
    if (name.rfind("y_", 0) != 0)
      continue;
    Result<Array> array = npz.read(name);
    if (!array)
      return Error{array.error()};
    if (array->shape.empty() || array->shape[0] != size())
      return Error{fmt::format("{}: array '{}' has the shape {}, but there are {} images", path,
                               name, printShape(array->shape), size())};
    others.emplace(name.substr(2), std::move(*array));
  }
  return success();
}

Result<Dataset> Dataset::load(const std::string &path, const std::string &labels,
                              const std::vector<InputPart> &inputs) {
  Result<Bytes> file = readMaybeGzipped(path);
  if (!file)
    return Error{file.error()};
  bool isZip = looksLikeZip(*file);
  Result<Npz> npz = isZip ? Npz::parse(std::move(*file), path) : Npz();
  if (!npz)
    return Error{npz.error()};
  const bool isSeveral = inputs.size() > 1;
  if (isSeveral && !isZip)
    return Error{fmt::format("{}: the network has the inputs {}; give a .npz file with an array "
                             "(N, ...) by the name of each",
                             path, listInputs(inputs))};
  std::string name = "x"; // or that of the only input, where there is no x
  if (isZip && inputs.size() == 1 && !npz->contains(name) && npz->contains(inputs.front().name))
    name = inputs.front().name;
  Result<Array> images = isSeveral ? joinInputs(*npz, inputs, path)
                         : isZip   ? npz->read(name)
                                   : parseSingle(*file, path);
  if (!images)
    return Error{images.error()};
  Dataset dataset;
  dataset.path = path;
  dataset.images = std::move(*images);
  if (Status status = dataset.checkImages(isSeveral ? path
                                          : isZip   ? fmt::format("{}: array '{}'", path, name)
                                                    : path);
      !status)
    return Error{status.error()};
  bool isInput = std::any_of(inputs.begin(), inputs.end(),
                             [](const InputPart &input) { return input.name == "y"; });
  bool hasOwnLabels = labels.empty() && isZip && !isInput && npz->contains("y");
  if (isZip)
    if (Status status = dataset.readOtherTargets(*npz); !status)
      return Error{status.error()};
  if (labels.empty() && !hasOwnLabels)
    return dataset;
  Result<Array> numbers = hasOwnLabels ? npz->read("y") : readLabelFile(labels);
  if (!numbers)
    return Error{numbers.error()};
  std::string where = hasOwnLabels ? path + ": array 'y'" : labels;
  if (Status status = dataset.readTargets(std::move(*numbers), where); !status)
    return Error{status.error()};
  return dataset;
}

Status Dataset::checkShape(ShapeRef wanted) const {
  if (fits(imageShape(), wanted))
    return success();
  return Error{fmt::format("{}: the images have shape {}, but the network takes {}{}", path,
                           printShape(imageShape()), printShape(wanted),
                           hintFor(images.shape, wanted))};
}

bool Dataset::hasBytes() const { return images.type == Array::Type::U8; }

Status Dataset::checkBytes() const {
  if (hasBytes())
    return success();
  return Error{
      fmt::format("{}: the network takes bytes, from 0 to 255, but the images are {}; save "
                  "them as x.astype('uint8')",
                  path, typeName(images.type))};
}

template <typename T>
void Dataset::image(int64_t i, T *out) const {
  int64_t count = imageSize(), begin = i * count;
  if (images.type == Array::Type::U8) {
    for (int64_t k = 0; k < count; ++k)
      out[k] = static_cast<T>(std::to_integer<int>(images.bytes[begin + k]) / 255.0);
    return;
  }
  for (int64_t k = 0; k < count; ++k)
    out[k] = static_cast<T>(images.toDouble(begin + k));
}

template void Dataset::image(int64_t, float *) const;
template void Dataset::image(int64_t, double *) const;

} // namespace snnc::data
