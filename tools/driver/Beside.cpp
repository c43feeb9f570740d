#include "tools/driver/Beside.h"

#include "compiler/data/Npz.h"
#include "tools/driver/Scores.h"
#include <algorithm>
#include <fmt/format.h>
#include <iterator>

namespace snnc {

namespace {

std::vector<int64_t> squeeze(std::span<const int64_t> shape) {
  std::vector<int64_t> extents;
  std::copy_if(shape.begin(), shape.end(), std::back_inserter(extents),
               [](int64_t extent) { return extent != 1; });
  return extents;
}

/// The first `images` rows of `array`, which fit the output of `task`.
data::Result<std::vector<float>> readRows(const data::Array &array, const OutputTask &task,
                                          uint64_t images, const std::string &where) {
  bool fits = !array.shape.empty() && array.shape[0] >= static_cast<int64_t>(images) &&
              squeeze(data::ShapeRef(array.shape).subspan(1)) == squeeze(task.shape);
  if (!fits)
    return data::Error{fmt::format("{}: has the shape {}, but (N, {}) with N of at least {} is "
                                   "needed: the outputs for the images that are run",
                                   where, data::printShape(array.shape),
                                   fmt::join(task.shape, ", "), images)};
  std::vector<float> rows;
  for (int64_t i = 0; i < static_cast<int64_t>(images * task.size); ++i)
    rows.push_back(static_cast<float>(array.toDouble(i)));
  return rows;
}

/// "agreement 0.9950, error 0.0210", or the latter alone.
std::string describe(const std::optional<double> &agreement, double error) {
  return fmt::format("{}error {:.4f}",
                     agreement ? fmt::format("agreement {:.4f}, ", *agreement) : "", error);
}

} // namespace

data::Result<ReferenceFile> ReferenceFile::read(const std::string &file,
                                                const std::vector<OutputTask> &tasks,
                                                uint64_t images) {
  ReferenceFile reference;
  reference.file = file;
  reference.images = images;
  reference.wanted.resize(tasks.size());
  auto bytes = data::readFile(file);
  if (!bytes)
    return data::Error{bytes.error()};
  auto add = [&](const data::Result<data::Array> &array, size_t i,
                 const std::string &where) -> data::Status {
    if (!array)
      return data::Error{array.error()};
    auto rows = readRows(*array, tasks[i], images, where);
    if (!rows)
      return data::Error{rows.error()};
    reference.wanted[i] = std::move(*rows);
    return data::success();
  };
  if (!data::looksLikeZip(*bytes)) {
    if (auto status = add(data::parseNpy(*bytes, file), 0, file); !status)
      return data::Error{status.error()};
    return reference;
  }
  auto npz = data::Npz::parse(std::move(*bytes), file);
  if (!npz)
    return data::Error{npz.error()};
  std::string names;
  bool isAny = false;
  for (size_t i = 0; i < tasks.size(); ++i) {
    const std::string &name = tasks[i].name;
    names += (names.empty() ? "'" : "', '") + name;
    if (!npz->contains(name))
      continue;
    isAny = true;
    if (auto status = add(npz->read(name), i, fmt::format("{}: array '{}'", file, name)); !status)
      return data::Error{status.error()};
  }
  if (!isAny)
    return data::Error{
        fmt::format("{}: has no array that is named as an output ({}')", file, names)};
  return reference;
}

FileReference ReferenceFile::compare(const ::snn::Program &program,
                                     const ::snn::BatchResult &result,
                                     const std::vector<OutputTask> &tasks) const {
  FileReference reference{file, images, {}};
  for (size_t i = 0; i < tasks.size(); ++i) {
    if (wanted[i].empty())
      continue;
    OutputTask task = tasks[i];
    task.truth = {};
    reference.outputs.push_back(
        {task.name, judge(task, task.pick(result.outputs.back(), program.outputSize()), wanted[i]),
         judge(task, task.pick(result.ann, program.outputSize()), wanted[i])});
  }
  return reference;
}

std::string toText(const FileReference &reference) {
  std::string text;
  for (const Beside &output : reference.outputs)
    fmt::format_to(std::back_inserter(text), "  beside {}{}: {} (the ANN: {})\n", reference.file,
                   reference.outputs.size() > 1 ? fmt::format(", output '{}'", output.output) : "",
                   describe(output.program.agreement, output.program.errors.getRelative()),
                   describe(output.ann.agreement, output.ann.errors.getRelative()));
  return text;
}

nlohmann::ordered_json toJSON(const FileReference &reference) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Beside &output : reference.outputs) {
    nlohmann::ordered_json one;
    if (reference.outputs.size() > 1)
      one["output"] = output.output;
    if (output.program.agreement)
      one["agreement"] = *output.program.agreement;
    one["output_error"] = output.program.errors.getRelative();
    one["largest_error"] = output.program.errors.largest;
    if (output.ann.agreement)
      one["ann_agreement"] = *output.ann.agreement;
    one["ann_output_error"] = output.ann.errors.getRelative();
    one["ann_largest_error"] = output.ann.errors.largest;
    list.push_back(std::move(one));
  }
  nlohmann::ordered_json json{{"file", reference.file}, {"images", reference.images}};
  json.update(list.front());
  if (list.size() > 1)
    json["outputs"] = std::move(list);
  return json;
}

std::string toText(const std::vector<::snn::Reference> &references) {
  std::string text;
  for (const ::snn::Reference &reference : references)
    fmt::format_to(std::back_inserter(text),
                   "  as compiled         {}{} beside the network as imported, on {} calibration "
                   "images\n",
                   references.size() > 1 ? fmt::format("'{}': ", reference.output) : "",
                   describe(reference.agreement, reference.outputError), reference.images);
  return text.empty() ? "  as compiled         not measured beside the network as imported\n"
                      : text;
}

} // namespace snnc
