//===- Dataset: images and their labels
//--------------------------------------------------------===//
//
// What calibration, tuning and `snnc run` are fed with. Images come from a .npz file (`x`, and `y`
// where there are labels or targets), a .npy file, or an IDX file as MNIST has them, gzipped or not; what a
// file is, its first bytes say. Everything is checked on loading, so that reading an image cannot
// fail.
//
//     Result<Dataset> data = Dataset::load("test.npz");
//     if (Status status = data->checkShape({1, 28, 28}); !status) return fail(status.error());
//     std::vector<float> image(data->imageSize());
//     data->image(i, image.data());
//     normalization.apply<float>(image, /*channels=*/1);
//
//===------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_DATA_DATASET_H
#define SNNC_COMPILER_DATA_DATASET_H

#include "compiler/data/Array.h"
#include <map>

namespace snnc::data {

/// Subtracts a mean and divides by a standard deviation, per channel. Both lists are empty (nothing
/// is done), have one number for all channels, or one per channel.
struct Normalization {
  std::vector<double> mean;
  std::vector<double> std;

  /// Whether the lists fit `channels` channels and no deviation is zero, negative or not a number.
  Status check(int64_t channels) const;

  /// Applies it to an image of `channels` planes that follow each other, after `check`.
  template <typename T>
  void apply(std::span<T> image, int64_t channels) const;
};

/// An input of a network, for which a .npz file may have an array.
struct InputPart {
  std::string name;
  Shape shape; ///< without the batch
};

class Npz;

class Dataset {
public:
  /// `labels` names a .npy or IDX file of labels; they replace those of a .npz file. Of a network with several
  /// `inputs` a .npz file has an array by the name of each, and an image is their elements, one input after another.
  /// That of a network with one is `x`, or has its name.
  static Result<Dataset> load(const std::string &path, const std::string &labels = {},
                              const std::vector<InputPart> &inputs = {});

  int64_t size() const { return images.shape.front(); }
  ShapeRef imageShape() const { return ShapeRef(images.shape).subspan(1); }
  int64_t imageSize() const { return images.size() / size(); }

  /// Whether the images can be fed to an input of shape `wanted` (without the batch). Axes of one
  /// element do not count, so that (28, 28) fits (1, 28, 28), and flat images fit any shape of as
  /// many elements, as any images fit a flat input.
  Status checkShape(ShapeRef wanted) const;

  /// Writes image i to `out`: bytes are divided by 255, all other types are given as they are.
  template <typename T>
  void image(int64_t i, T *out) const;

  /// Whether the images are stored as bytes, which `image` divides by 255.
  bool hasBytes() const;
  /// Whether they can be fed to a network that takes bytes as they are, and so gets them times 255.
  Status checkBytes() const;

  /// Whether every sample has a class number.
  bool hasLabels() const { return !labels.empty(); }
  int64_t label(int64_t i) const { return labels[i]; }

  /// What is known of every sample, one row for each: class numbers, or targets of any shape and type. Null
  /// where nothing is.
  const Array *targets() const { return known ? &*known : nullptr; }
  /// The same of the output of that name: the array `y_NAME` of a .npz file.
  const Array *targets(const std::string &output) const {
    auto found = others.find(output);
    return found == others.end() ? nullptr : &found->second;
  }
  /// Where they are, for messages.
  const std::string &targetsPlace() const { return place; }

private:
  Status checkImages(const std::string &where) const;
  Status readTargets(Array array, const std::string &where);
  Status readOtherTargets(const Npz &npz);

  std::string path;
  Array images;
  std::optional<Array> known;
  std::map<std::string, Array> others; ///< by name of the output
  std::string place;
  std::vector<int64_t> labels; ///< `known` as class numbers, where it is that
};

} // namespace snnc::data

#endif
