#include "runtime/src/network/ReadOutputs.h"
#include "runtime/src/network/ToVector.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace fb = snn::format;

namespace snn::detail {

namespace {

using Kind = HeadStep::Kind;

static_assert(int(fb::HeadFunction_MAX) == int(Kind::ArgMax));

bool isPermutation(const Shape &perm, size_t rank) {
  Shape sorted = perm;
  std::sort(sorted.begin(), sorted.end());
  for (size_t d = 0; d < sorted.size(); ++d)
    if (sorted[d] != d)
      return false;
  return sorted.size() == rank;
}

/// Whether a step gives what it says for numbers of shape `from`.
bool fits(const HeadStep &step, const Shape &from) {
  switch (step.kind) {
  case Kind::Reshape:
    return countElements(step.shape) == countElements(from);
  case Kind::Transpose: {
    if (!isPermutation(step.perm, from.size()) || step.shape.size() != from.size())
      return false;
    for (size_t d = 0; d < from.size(); ++d)
      if (step.shape[d] != from[step.perm[d]])
        return false;
    return true;
  }
  case Kind::Softmax:
  case Kind::LogSoftmax:
    return step.axis < from.size() && step.shape == from;
  case Kind::ArgMax: {
    Shape wanted = from;
    if (step.axis >= from.size())
      return false;
    wanted[step.axis] = 1;
    return step.shape == wanted;
  }
  case Kind::HardSigmoid:
    return step.shape == from && step.parameters.size() == 2 &&
           std::all_of(step.parameters.begin(), step.parameters.end(),
                       [](double number) { return std::isfinite(number); });
  case Kind::Sigmoid:
  case Kind::Tanh:
    return step.shape == from;
  }
  return false;
}

std::string readHead(const fb::Output &in, Shape shape, Output &output) {
  const auto *steps = in.head();
  for (flatbuffers::uoffset_t i = 0; steps && i < steps->size(); ++i) {
    const fb::HeadStep *from = steps->Get(i);
    if (from->function() > fb::HeadFunction_MAX)
      return "ends in a function that this runtime does not know";
    HeadStep &step = output.head.emplace_back();
    step.kind = Kind(from->function());
    step.shape = toVector(from->shape());
    step.axis = from->axis();
    step.perm = toVector(from->perm());
    step.parameters = toVector(from->parameters());
    if (!fits(step, shape))
      return "ends in a function that does not fit what is decoded";
    shape = step.shape;
  }
  return "";
}

} // namespace

std::vector<uint32_t> Network::getDecoders() const {
  std::vector<uint32_t> decoders;
  for (uint32_t i = 0; i < operations.size(); ++i)
    if (operations[i].kind == Operation::Kind::Decode)
      decoders.push_back(i);
  return decoders;
}

std::string readOutputs(const fb::Program &file, Network &network) {
  const std::vector<uint32_t> decoders = network.getDecoders();
  const auto *outputs = file.outputs();
  if (!outputs || outputs->size() == 0) {
    for (uint32_t i = 0; i < decoders.size(); ++i)
      network.outputs.push_back({"output", i, {}});
    return network.outputs.size() == 1 ? "" : "has several decoders, but does not name its outputs";
  }
  std::vector<bool> isRead(decoders.size(), false);
  for (const fb::Output *in : *outputs) {
    Output &output = network.outputs.emplace_back();
    output.name = in->name() ? in->name()->str() : "";
    output.decoder = in->decoder();
    std::string where = "output '" + output.name + "' ";
    if (output.decoder >= decoders.size())
      return where + "is of a decoder that there is not";
    isRead[output.decoder] = true;
    const Operation &decoder = network.operations[decoders[output.decoder]];
    const Shape &shape = network.streams[decoder.inputs[0]].shape;
    if (std::string problem = readHead(*in, shape, output); !problem.empty())
      return where + problem;
  }
  bool isComplete = std::all_of(isRead.begin(), isRead.end(), [](bool read) { return read; });
  return isComplete ? "" : "has a decoder that is no output";
}

} // namespace snn::detail
