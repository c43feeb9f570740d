#include "tools/driver/Logits.h"

#include "compiler/data/Npy.h"
#include <cctype>
#include <filesystem>
#include <set>

namespace snnc {

namespace {

/// One path for each output. What may not be in a file's name becomes _.
std::vector<std::string> getPaths(const std::string &path, const snn::Program &program) {
  std::vector<std::string> paths;
  std::filesystem::path file(path);
  std::set<std::string> used;
  for (const snn::OutputInfo &output : program.outputs()) {
    if (paths.empty()) {
      paths.push_back(path);
      continue;
    }
    std::string base = output.name, name;
    for (char &c : base)
      if (!std::isalnum(static_cast<unsigned char>(c)) && c != '_' && c != '-' && c != '.')
        c = '_';
    name = base;
    for (int i = 2; !used.insert(name).second; ++i)
      name = base + "_" + std::to_string(i);
    std::filesystem::path other = file;
    other.replace_filename(file.stem().string() + "-" + name + file.extension().string());
    paths.push_back(other.string());
  }
  return paths;
}

/// The elements of one output in rows that hold all of them.
void pick(const snn::OutputInfo &output, uint64_t total, const std::vector<float> &rows,
          std::vector<float> &to) {
  for (size_t first = output.offset; first < rows.size(); first += total)
    to.insert(to.end(), rows.begin() + static_cast<std::ptrdiff_t>(first),
              rows.begin() + static_cast<std::ptrdiff_t>(first + output.size));
}

} // namespace

data::Status writeLogits(const std::string &path, const snn::Program &program,
                         const snn::BatchResult &result) {
  const std::vector<std::string> paths = getPaths(path, program);
  for (size_t i = 0; i < paths.size(); ++i) {
    const snn::OutputInfo &output = program.outputs()[i];
    std::vector<float> all;
    for (const std::vector<float> &outputs : result.outputs)
      pick(output, program.outputSize(), outputs, all);
    auto steps = static_cast<int64_t>(result.steps.size());
    auto elements = static_cast<int64_t>(output.size);
    int64_t images = static_cast<int64_t>(all.size()) / steps / elements;
    if (auto status = data::writeNpy(paths[i], data::makeArray({steps, images, elements}, all));
        !status)
      return status;
  }
  return data::success();
}

data::Status writeAnnLogits(const std::string &path, const snn::Program &program,
                            const snn::BatchResult &result) {
  const std::vector<std::string> paths = getPaths(path, program);
  for (size_t i = 0; i < paths.size(); ++i) {
    const snn::OutputInfo &output = program.outputs()[i];
    std::vector<float> all;
    pick(output, program.outputSize(), result.ann, all);
    auto elements = static_cast<int64_t>(output.size);
    int64_t images = static_cast<int64_t>(all.size()) / elements;
    if (auto status = data::writeNpy(paths[i], data::makeArray({images, elements}, all)); !status)
      return status;
  }
  return data::success();
}

} // namespace snnc
