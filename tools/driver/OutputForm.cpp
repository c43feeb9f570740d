#include "tools/driver/OutputForm.h"

#include "compiler/data/Dataset.h"
#include "compiler/data/InputParts.h"
#include "dialects/snn/SNN.h"
#include "snn/Engine.h"
#include <cmath>
#include <sstream>

using namespace mlir;

namespace snnc {

namespace {

/// As many fraction bits as hold what each output is on calibration images, which numbers of 8 bits have at the most.
data::Result<std::vector<int64_t>>
chooseFractions(const std::string &calibration, const ::snn::Program &program, ModuleOp network) {
  constexpr int64_t kImages = 200;
  if (calibration.empty())
    return data::Error{"--output-form int8 takes its fraction bits from the images of --calibrate; "
                       "without them, give them: int8:BITS"};
  auto dataset = data::Dataset::load(calibration, {}, getInputParts(program));
  if (!dataset)
    return data::Error{dataset.error()};
  std::vector<double> image(program.inputSize()), max(program.decodedSize());
  ::snn::Engine engine(program);
  for (int64_t i = 0; i < std::min<int64_t>(dataset->size(), kImages); ++i) {
    dataset->image(i, image.data());
    engine.start(image.data());
    engine.run(program.steps());
    for (size_t k = 0; k < max.size(); ++k)
      max[k] = std::max(max[k], std::abs(engine.decoded()[k]));
  }
  std::vector<int64_t> fractions;
  size_t next = 0;
  network.walk([&](snn::DecodeOp decode) {
    double largest = 0;
    for (int64_t k = 0; k < decode.getCurrent().getType().getNumElements(); ++k)
      largest = std::max(largest, max[next++]);
    // 127 is the largest number.
    int64_t all = decode.getFixed()->getFraction();
    double bits = largest > 0 ? std::floor(std::log2(127 / largest)) : static_cast<double>(all);
    fractions.push_back(std::min(static_cast<int64_t>(bits), all));
  });
  return fractions;
}

} // namespace

data::Result<OutputChoice> readOutputForm(const std::string &text, const std::string &calibration,
                                          const ::snn::Program &program, ModuleOp network) {
  size_t colon = text.find(':');
  OutputChoice choice{text.substr(0, colon), {}};
  bool isByte = choice.form == "int8";
  if ((!isByte && colon != std::string::npos) ||
      (!isByte && choice.form != "int32" && choice.form != "class"))
    return data::Error{"--output-form takes int32, int8, int8:BITS or class, found '" + text + "'"};
  if (!isByte)
    return choice;
  if (colon == std::string::npos) {
    auto fractions = chooseFractions(calibration, program, network);
    if (!fractions)
      return data::Error{fractions.error()};
    choice.fractions = *fractions;
    return choice;
  }
  std::istringstream words(text.substr(colon + 1));
  for (std::string word; std::getline(words, word, ',');) {
    int bits = 0;
    if (StringRef(word).getAsInteger(10, bits) || bits < -100 || bits > 100)
      return data::Error{"--output-form int8:BITS takes fraction bits of -100 to 100, found '" +
                         word + "'"};
    choice.fractions.push_back(bits);
  }
  return choice;
}

} // namespace snnc
