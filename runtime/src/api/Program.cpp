#include "snn/Program.h"

#include "runtime/src/plan/Heads.h"
#include "runtime/src/plan/Plan.h"
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace snn {

namespace {

/// A file mapped for reading, for as long as this lives.
class MappedFile {
public:
  explicit MappedFile(const std::string &path) {
    descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat status{};
    if (descriptor < 0 || fstat(descriptor, &status) != 0) {
      problem = std::string("cannot be opened: ") + std::strerror(errno);
      return;
    }
    if (!S_ISREG(status.st_mode)) {
      problem = "is not a regular file";
      return;
    }
    length = static_cast<size_t>(status.st_size);
    if (length == 0)
      return;
    void *mapped = mmap(nullptr, length, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (mapped == MAP_FAILED)
      problem = std::string("cannot be read: ") + std::strerror(errno);
    else
      bytes = static_cast<const uint8_t *>(mapped);
  }
  ~MappedFile() {
    if (bytes)
      munmap(const_cast<uint8_t *>(bytes), length);
    if (descriptor >= 0)
      close(descriptor);
  }
  MappedFile(const MappedFile &) = delete;
  MappedFile &operator=(const MappedFile &) = delete;

  const uint8_t *data() const { return bytes; }
  size_t size() const { return bytes ? length : 0; }
  /// Why it could not be mapped; empty when it was.
  const std::string &error() const { return problem; }

private:
  int descriptor = -1;
  size_t length = 0;
  const uint8_t *bytes = nullptr;
  std::string problem;
};

Result<std::shared_ptr<const detail::Plan>> plan(const uint8_t *bytes, size_t size,
                                                 const std::string &name) {
  Result<detail::Network> network = detail::readProgram(bytes, size, name);
  if (!network)
    return Error{network.error()};
  detail::SumProof proof;
  if (network->precision == Precision::Fixed)
    proof = detail::proveSums(*network);
  if (!proof.problem.empty())
    return Error{name + ": " + proof.problem};
  auto plan = std::make_shared<detail::Plan>(detail::makePlan(std::move(*network)));
  plan->updateProblem = std::move(proof.updateProblem);
  return std::shared_ptr<const detail::Plan>(std::move(plan));
}

} // namespace

Result<Program> Program::load(const std::string &path) {
  MappedFile file(path);
  if (!file.error().empty())
    return Error{path + ": " + file.error()};
  auto planned = snn::plan(file.data(), file.size(), path);
  if (!planned)
    return Error{planned.error()};
  return Program(*planned);
}

Result<Program> Program::fromBytes(std::vector<std::byte> bytes, const std::string &name) {
  auto planned = snn::plan(reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size(), name);
  if (!planned)
    return Error{planned.error()};
  return Program(*planned);
}

const std::string &Program::model() const { return shared->network.model; }
Precision Program::precision() const { return shared->network.precision; }
uint32_t Program::steps() const { return shared->network.steps; }
const std::vector<uint32_t> &Program::inputShape() const { return shared->network.inputShape; }
uint64_t Program::inputSize() const { return shared->inputOrder.size(); }
const std::vector<InputInfo> &Program::inputs() const { return shared->inputs; }
const std::vector<OutputInfo> &Program::outputs() const { return shared->outputs; }
uint64_t Program::outputSize() const { return detail::getOutputSize(*shared); }
uint64_t Program::decodedSize() const { return shared->decodedSize; }
const std::vector<Reference> &Program::references() const { return shared->network.references; }
const std::optional<InputRange> &Program::inputRange() const { return shared->network.inputRange; }
const std::vector<std::string> &Program::metrics() const { return shared->network.metrics; }
const std::vector<LayerInfo> &Program::layers() const { return shared->layers; }

uint64_t Program::annMacs() const {
  uint64_t sum = 0;
  for (const LayerInfo &layer : shared->layers)
    sum += layer.annMacs;
  return sum;
}

} // namespace snn
