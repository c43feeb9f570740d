#include "test/equivalence/RandomNetwork.h"

#include "snn/Functions.h"
#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <random>

namespace snnc::test {

namespace {

using Shape = std::vector<int64_t>;

/// Writes a network operation by operation, keeping the stream that the next one reads.
class Builder {
public:
  Builder(uint32_t seed, Networks networks, Sizes sizes, Outputs outputs)
      : random(seed), seed(seed), isInteger(networks != Networks::Any),
        takesUpdates(networks == Networks::Updatable), isLarge(sizes == Sizes::Large),
        variant(outputs == Outputs::Several ? seed % 3 : 0) {}

  RandomNetwork make() {
    isRate = pick(6) == 0 && !isInteger;
    shape = pick(4) == 0 ? Shape{pick(3, 6)}
                         : (pick(4) == 0 ? Shape{pick(1, 4), pick(4, 7)}
                                         : Shape{pick(1, 3), pick(3, 6), pick(3, 6)});
    if (isLarge) // rows that make whole words of events now and then
      shape = shape.size() == 1   ? Shape{32 * shape[0]}
              : shape.size() == 2 ? Shape{8 * shape[0], 4 * shape[1]}
                                  : Shape{4 << pick(3), 8 + 2 * shape[1], 4 + 4 * pick(2)};
    Shape input = shape;
    encode();
    taps.push_back({value, kind, shape});
    for (int64_t layers = pick(1, 4); layers > 0; --layers) {
      // What is between several synapses is computed in order: large networks have fewer of those.
      for (int64_t synapses = isLarge && pick(3) ? 1 : pick(1, 3); synapses > 0; --synapses)
        synapse();
      if (kind == "current")
        taps.push_back({value, kind, shape});
      neuron();
      taps.push_back({value, kind, shape});
    }
    connect(pick(2, 4));
    decode();
    RandomNetwork network;
    network.text = fmt::format("func.func @main(%x: {}) -> ({}) {{\n{}{}}}\n", tensor(input),
                               resultTypes, constants, body);
    for (int64_t i = count(input); i > 0; --i)
      network.input.push_back(number());
    return network;
  }

private:
  std::mt19937 random;
  uint32_t seed;
  bool isInteger = false;    ///< only what has an integer form
  bool takesUpdates = false; ///< only the direct and the ternary code, and schedules that end
  bool isLarge = false;
  bool isRate = false;
  Shape shape;             ///< of the current stream
  std::string value, kind; ///< its name, and "current" or its spike code
  std::string constants, body;
  int names = 0;
  struct Tap {
    std::string value, kind;
    Shape shape;
  };
  std::vector<Tap> taps;            ///< streams that may be outputs
  uint32_t variant = 0;             ///< 0: one output; else several
  std::string results, resultTypes; ///< of the function

  int64_t pick(int64_t below) { return static_cast<int64_t>(random() % below); }
  int64_t pick(int64_t low, int64_t high) { return low + pick(high - low + 1); }
  double number() { return static_cast<double>(pick(-1000000, 1000000)) / 500000.0; }
  /// A power of ten between 1e-6 and 1e6.
  double size() { return std::pow(10, pick(-6, 6)); }
  static int64_t count(const Shape &dims) {
    int64_t product = 1;
    for (int64_t dim : dims)
      product *= dim;
    return product;
  }
  static std::string join(const Shape &dims) { return fmt::format("{}", fmt::join(dims, "x")); }
  static std::string list(const Shape &numbers) {
    return fmt::format("[{}]", fmt::join(numbers, ", "));
  }
  static std::string tensor(const Shape &dims) {
    return fmt::format("tensor<?x{}xf64>", join(dims));
  }

  std::string type() const { return type(shape); }
  std::string type(const Shape &dims) const {
    if (kind == "current")
      return fmt::format("!snn.current<{}{}>", join(dims), isRate ? ", rate" : "");
    return fmt::format("!snn.spikes<{}, {}>", join(dims), kind);
  }

  /// A constant of random numbers; returns its name and adds its type to `types`.
  std::string constant(const Shape &dims, std::string &types, double size = 1) {
    std::string name = fmt::format("%w{}", names++), numbers;
    for (int64_t i = count(dims); i > 0; --i)
      numbers += fmt::format("{}{:.6e}", numbers.empty() ? "" : ", ", size * number());
    std::string flat = fmt::format("tensor<{}xf64>", count(dims)),
                shaped = fmt::format("tensor<{}xf64>", join(dims));
    // Elements are written flat, in the nesting that the shape asks for.
    constants +=
        fmt::format("  {} = arith.constant dense<{}> : {}\n", name, nest(dims, numbers), shaped);
    types += ", " + shaped;
    return name;
  }

  static std::string nest(const Shape &dims, const std::string &flat) {
    std::vector<std::string> parts;
    for (size_t from = 0; from < flat.size();) {
      size_t to = std::min(flat.find(", ", from), flat.size());
      parts.push_back(flat.substr(from, to - from));
      from = to + 2;
    }
    for (size_t d = dims.size(); d-- > 0;) {
      std::vector<std::string> grouped;
      for (size_t i = 0; i < parts.size(); i += dims[d])
        grouped.push_back(
            fmt::format("[{}]", fmt::join(parts.begin() + i, parts.begin() + i + dims[d], ", ")));
      parts = grouped;
    }
    return parts.front();
  }

  void emit(const std::string &operation, const std::string &arguments, const std::string &types,
            const Shape &result) {
    std::string name = fmt::format("%v{}", names++), in = type();
    shape = result;
    kind = "current";
    body += fmt::format("  {} = snn.{} {}{} : ({}{}) -> {}\n", name, operation, value, arguments,
                        in, types, type());
    value = name;
  }

  /// The current stream, and by the variant those of some taps, with functions behind them.
  void decode() {
    addOutput("y", variant == 2 ? "ann.softmax {0} axis = 1 : ({1}) -> {1}" : "");
    for (size_t i = 0; variant > 0 && i < taps.size(); i += variant) {
      value = taps[i].value;
      kind = taps[i].kind;
      shape = taps[i].shape;
      if (kind != "current")
        emit("reshape", " shape = " + list(shape), "", shape);
      addOutput(fmt::format("t{}", i), i % 2 ? "ann.sigmoid {0} : {1}" : "");
    }
    body += fmt::format("  return {} : {}\n", results, resultTypes);
  }

  void addOutput(const std::string &name, const std::string &head) {
    std::string result = tensor(shape), output = "%" + name;
    body += fmt::format("  {} = snn.decode {} {}: {} -> {}\n", output, value,
                        isRate ? "schedule <inverse(1.0)> " : "", type(), result);
    if (!head.empty()) {
      body += fmt::format("  {}h = {}\n", output, fmt::format(fmt::runtime(head), output, result));
      output += "h";
    }
    results += (results.empty() ? "" : ", ") + output;
    resultTypes += (resultTypes.empty() ? "" : ", ") + result;
  }

  std::string schedule() {
    std::string stage = pick(2) ? fmt::format(", start = {}", pick(4)) : "";
    stage += pick(2) || takesUpdates ? fmt::format(", steps = {}", pick(3, 9)) : "";
    switch (pick(4)) {
    case 0:
      return fmt::format("<exponential(0.5, 0.875){}>", stage);
    case 1:
      return fmt::format("<inverse(1.0){}>", stage);
    case 2:
      return fmt::format("<constant(0.0625){}>", stage);
    default:
      return fmt::format("<dyadic(1.0, {}){}>", pick(1, 2), stage);
    }
  }

  void encode() {
    const char *codes[] = {"direct", "float", "spike"};
    int64_t code = takesUpdates ? 0 : pick(3);
    kind = isRate ? "analog" : code == 2 ? "sign" : "graded";
    value = "%in";
    std::string how = isRate ? "analog" : codes[code];
    if (!isRate && code > 0)
      how += " schedule " + schedule();
    body += fmt::format("  %in = snn.encode %x {} : {} -> {}\n", how, tensor(shape), type());
  }

  void synapse() {
    switch (pick(15)) {
    case 13:
      return unlike();
    case 14:
      return decay();
    case 0:
    case 1:
    case 2:
      return shape.size() > 1 ? convolve() : connect(pick(3, 8) * (isLarge ? 24 : 1));
    case 3:
      return connect(pick(3, 6) * (isLarge ? 16 : 1));
    case 4:
      return shape.size() > 1 ? pool() : scale("scale");
    case 5:
      return scale(pick(2) ? "scale" : "bias");
    case 6:
      return residual();
    case 7:
      return transpose();
    case 8:
      return pick(2) ? pad() : slice();
    case 9:
      return emit("reshape", fmt::format(" shape = [{}]", count(shape)), "", Shape{count(shape)});
    case 10:
      return gather();
    case 11:
      return shape.size() > 1 ? convolveTransposed() : scale("bias");
    default:
      return isRate ? scale("scale") : multiply();
    }
  }

  void convolve() {
    int64_t group = shape[0] % 2 == 0 && pick(2) ? 2 : 1, outputs = group * pick(1, 3);
    outputs *= isLarge ? 8 : 1;
    Shape weight{outputs, shape[0] / group}, strides, pads, dilations, result{outputs};
    for (size_t d = 1; d < shape.size(); ++d) {
      int64_t kernel = pick(1, std::min<int64_t>(3, shape[d]));
      weight.push_back(kernel);
      strides.push_back(pick(1, 2));
      pads.push_back(pick(2));
      dilations.push_back((kernel - 1) * 2 < shape[d] ? pick(1, 2) : 1);
    }
    size_t spatial = strides.size();
    for (size_t d = 0; d < spatial; ++d) {
      pads.push_back(pick(2));
      int64_t room =
          shape[d + 1] + pads[d] + pads[spatial + d] - dilations[d] * (weight[d + 2] - 1) - 1;
      result.push_back(room / strides[d] + 1);
    }
    std::string types, name = constant(weight, types);
    std::string bias = pick(2) ? " bias " + constant({outputs}, types) : "";
    emit("conv",
         fmt::format(", {}{} strides = {} pads = {} dilations = {} group = {}", name, bias,
                     list(strides), list(pads), list(dilations), group),
         types, result);
  }

  /// What a transposed convolution becomes: a convolution over elements with silence between them.
  void convolveTransposed() {
    Shape apart{shape[0]}, ends{0}, together{shape[0]};
    for (size_t d = 1; d < shape.size(); ++d) {
      int64_t stride = shape[d] < 5 ? pick(1, 2) : 1;
      apart.insert(apart.end(), {shape[d], 1});
      ends.insert(ends.end(), {0, stride - 1});
      together.push_back(shape[d] * stride);
    }
    Shape pads(ends.size(), 0), spread = apart;
    for (size_t d = 0; d < spread.size(); ++d)
      spread[d] += ends[d];
    pads.insert(pads.end(), ends.begin(), ends.end());
    emit("reshape", " shape = " + list(apart), "", apart);
    emit("pad", fmt::format(" pads = {} value = 0.0", list(pads)), "", spread);
    emit("reshape", " shape = " + list(together), "", together);
    convolve();
  }

  void connect(int64_t columns, double size = 1, double biasSize = 1) {
    Shape result = shape;
    result.back() = columns;
    std::string types, name = constant({shape.back(), columns}, types, size);
    std::string bias = pick(2) ? " bias " + constant({columns}, types, biasSize) : "";
    emit("gemm", fmt::format(", {}{}", name, bias), types, result);
  }

  void pool() {
    Shape kernel, strides, pads, result{shape[0]};
    for (size_t d = 1; d < shape.size(); ++d) {
      kernel.push_back(pick(1, std::min<int64_t>(2, shape[d])));
      strides.push_back(pick(1, 2));
      pads.push_back(pick(2));
    }
    for (size_t d = 0; d < kernel.size(); ++d)
      result.push_back((shape[d + 1] + 2 * pads[d] - kernel[d]) / strides[d] + 1);
    Shape both = pads;
    both.insert(both.end(), pads.begin(), pads.end());
    emit("average_pool",
         fmt::format(" kernel_shape = {} strides = {} pads = {}{}", list(kernel), list(strides),
                     list(both), pick(2) ? " {count_include_pad}" : ""),
         "", result);
  }

  void scale(const std::string &operation) {
    Shape factor = shape;
    for (int64_t &dim : factor)
      dim = pick(2) ? dim : 1;
    std::string types, name = constant(factor, types);
    emit(operation, ", " + name, types, shape);
  }

  /// The stream, and a scaled copy of it, added or side by side.
  void residual() {
    std::string before = value, beforeType = type();
    scale("scale");
    if (pick(2))
      return emit("add", ", " + before, ", " + beforeType, shape);
    Shape result = shape;
    int64_t axis = pick(static_cast<int64_t>(shape.size()));
    result[axis] *= 2;
    emit("concat", fmt::format(", {} axis = {}", before, axis), ", " + beforeType, result);
  }

  /// The stream beside a linear map of it that is much larger or smaller, or their sum, read together.
  void unlike() {
    std::string before = value, beforeType = type();
    double gain = size();
    connect(shape.back(), gain, gain);
    if (pick(2)) {
      emit("add", ", " + before, ", " + beforeType, shape);
      if (pick(2))
        return;
    }
    Shape result = shape;
    int64_t axis = pick(static_cast<int64_t>(shape.size()));
    result[axis] *= 2;
    emit("concat", fmt::format(", {} axis = {}", before, axis), ", " + beforeType, result);
    connect(pick(2, 4));
  }

  /// Weights that are almost nothing, or nothing, beside a bias that is not.
  void decay() { connect(pick(2, 4), pick(3) ? size() * 1e-9 : 0); }

  void transpose() {
    Shape perm, result;
    for (size_t d = 0; d < shape.size(); ++d)
      perm.push_back(static_cast<int64_t>(d));
    std::shuffle(perm.begin(), perm.end(), random);
    for (int64_t d : perm)
      result.push_back(shape[d]);
    emit("transpose", " perm = " + list(perm), "", result);
  }

  void pad() {
    Shape pads(2 * shape.size(), 0), result = shape;
    size_t d = pick(static_cast<int64_t>(shape.size()));
    pads[d] = pick(2);
    pads[shape.size() + d] = shape[d] > 2 ? pick(-1, 1) : 1;
    result[d] += pads[d] + pads[shape.size() + d];
    emit("pad", fmt::format(" pads = {} value = {:.6f}", list(pads), number()), "", result);
  }

  void gather() {
    size_t d = pick(static_cast<int64_t>(shape.size()));
    Shape indices, result = shape;
    for (int64_t i = pick(1, shape[d] + 2); i > 0; --i)
      indices.push_back(pick(shape[d]));
    result[d] = static_cast<int64_t>(indices.size());
    emit("gather", fmt::format(" axis = {} indices = {}", d, list(indices)), "", result);
  }

  /// The stream times itself, as spikes or as a current, or times a linear map of itself.
  void multiply() {
    std::string first = value, firstType = type();
    Shape before = shape;
    if (shape.size() < 2 || pick(3) == 0) {
      if (pick(2))
        scale("bias");
      return emit("mul", ", " + first, ", " + firstType, shape);
    }
    Shape perm, swapped = shape;
    for (size_t d = 0; d < shape.size(); ++d)
      perm.push_back(static_cast<int64_t>(d));
    std::swap(perm[shape.size() - 1], perm[shape.size() - 2]);
    std::swap(swapped[shape.size() - 1], swapped[shape.size() - 2]);
    emit("transpose", " perm = " + list(perm), "", swapped);
    connect(pick(1, 3));
    // value: ... x K x M; the stream before it: ... x N x K with N the columns of the transpose.
    std::string second = value, secondType = type();
    int64_t columns = shape.back();
    value = first;
    shape = before;
    Shape result = before;
    result.back() = columns;
    std::string name = fmt::format("%v{}", names++);
    kind = "current";
    shape = result;
    body += fmt::format("  {} = snn.matmul {}, {} : ({}, {}) -> {}\n", name, first, second,
                        firstType, secondType, type());
    value = name;
  }

  void slice() {
    Shape starts(shape.size(), 0), steps(shape.size(), 1), sizes = shape;
    size_t d = pick(static_cast<int64_t>(shape.size()));
    if (pick(2)) {
      starts[d] = shape[d] - 1;
      steps[d] = -1;
    } else if (shape[d] > 2) {
      steps[d] = 2;
      sizes[d] = (shape[d] + 1) / 2;
    }
    emit("slice",
         fmt::format(" starts = {} sizes = {} steps = {}", list(starts), list(sizes), list(steps)),
         "", sizes);
  }

  /// Those of a clip, which stands for every other relu in integers: out of reach, within it, at either side of 0, or none.
  std::string getBounds() const {
    constexpr const char *kNone = "1.0e+30", *kNoneBelow = "-1.0e+30";
    const std::array<std::pair<const char *, const char *>, 6> bounds = {{{"0.0", "6.0"},
                                                                          {"0.0", "0.4"},
                                                                          {"-0.3", "0.5"},
                                                                          {kNoneBelow, "0.5"},
                                                                          {"0.1", kNone},
                                                                          {"0.0", kNone}}};
    auto [min, max] = bounds[(seed + static_cast<uint32_t>(names)) / 2 % bounds.size()];
    return fmt::format(" params [{}, {}", min, max);
  }

  void neuron() {
    // Without a bias, estimates at exactly 0 would make ties of every silent neuron.
    scale("bias");
    std::string name = fmt::format("%s{}", names++), currents = type();
    if (isRate) {
      kind = "binary";
      body += fmt::format("  {} = snn.if {} schedule <inverse(1.0)> : {} -> {}\n", name, value,
                          currents, type());
    } else {
      auto function = static_cast<::snn::Function>(pick(3) ? pick(::snn::kFunctionCount) : 0);
      if (isInteger && function == ::snn::Function::NormUnclamped)
        function = ::snn::Function::Norm;
      const ::snn::FunctionInfo &info = ::snn::getInfo(function);
      std::string operands = value;
      if (info.operands == 2) {
        std::string first = value;
        scale("bias");
        operands = first + ", " + value;
        currents += ", " + type();
      }
      std::string params;
      const bool isClip = isInteger && function == ::snn::Function::Relu && names % 2 == 0;
      if (isClip)
        params = getBounds();
      for (unsigned i = 0; i < info.parameterCount(); ++i)
        params +=
            fmt::format("{}{:.6f}", i ? ", " : " params [", i + 0.25 + std::abs(number()) / 4);
      if (!params.empty())
        params += "]";
      std::string types, range;
      bool isTernary = takesUpdates || pick(2) != 0;
      const char *codes[] = {"ternary, 0.5", "ternary, 0.625, early = [0.875, 0.75]"};
      std::string code = isTernary ? codes[pick(2)] : "sign";
      if (pick(3) == 0) {
        std::string unused, before = constants;
        Shape units = shape;
        std::fill(units.begin() + 1, units.end(), 1);
        // Channels have ranges of their own, every other one the same.
        std::string open(shape.size() - 1, '['), close(shape.size() - 1, ']'), values;
        unsigned first = pick(2);
        for (int64_t c = 0; c < static_cast<int64_t>(units[0]); ++c)
          values +=
              fmt::format("{}{}{}{}", c ? ", " : "", open, (c + first) % 2 ? 0.5 : 1.75, close);
        range = fmt::format(" range dense<[{}]> : tensor<{}xf64>", values, join(units));
      }
      for (const char *name : {"initial", "offset"})
        if (pick(4) == 0)
          range +=
              fmt::format(" {} dense<{:.8f}> : tensor<{}xf64>", name, number() / 4, join(shape));
      if (takesUpdates && function != ::snn::Function::Norm && pick(3) == 0)
        range += fmt::format(" hysteresis {:.2f}", 1 + std::abs(number()));
      kind = isTernary ? "ternary" : "sign";
      body += fmt::format("  {} = snn.neuron {}({}){} schedule {} code <{}>{} : ({}) -> {}\n", name,
                          isClip ? "clip" : info.name, operands, params, schedule(), code, range,
                          currents, type());
    }
    value = name;
  }
};

} // namespace

RandomNetwork makeRandomNetwork(uint32_t seed, Networks networks, Sizes sizes, Outputs outputs) {
  return Builder(seed, networks, sizes, outputs).make();
}

std::vector<std::vector<double>> makeFrames(const std::vector<double> &first, size_t count,
                                            uint32_t seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> value(-2, 2);
  std::vector<std::vector<double>> frames{first};
  while (frames.size() < count) {
    std::vector<double> frame = frames.back();
    switch (random() % 6) {
    case 0: // nothing
      break;
    case 1: // one element
      frame[random() % frame.size()] = value(random);
      break;
    case 2: // a few, by little
      for (double &number : frame)
        number += random() % 5 == 0 ? value(random) / 16 : 0;
      break;
    case 3: // everything
      for (double &number : frame)
        number = value(random);
      break;
    case 4: // more than outputs can follow
      for (double &number : frame)
        number = 8 * value(random);
      break;
    default: // what was
      frame = frames[random() % frames.size()];
    }
    frames.push_back(frame);
  }
  return frames;
}

} // namespace snnc::test
