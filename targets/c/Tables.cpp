#include "targets/c/Tables.h"

#include "dialects/exec/Storage.h"
#include "dialects/support/Shapes.h"
#include <fmt/format.h>

using namespace mlir;

namespace snnc::c {

namespace {

class Packer {
public:
  Packer(ElementsAttr weights, int64_t perRow) : columns(static_cast<size_t>(perRow)) {
    packed.bits = weights.getElementType().getIntOrFloatBitWidth();
    perByte = 8 / packed.bits;
    packed.rowBytes = static_cast<uint32_t>((columns + perByte - 1) / perByte);
  }

  void addRow() { packed.bytes.resize(packed.bytes.size() + packed.rowBytes, 0); }
  /// Weight `column` of the last row, the first in the lowest bits.
  void set(size_t column, int32_t weight) {
    unsigned mask = (1u << packed.bits) - 1;
    packed.bytes[packed.bytes.size() - packed.rowBytes + column / perByte] |=
        (static_cast<unsigned>(weight) & mask) << (column % perByte * packed.bits);
  }

  PackedWeights packed;

private:
  size_t columns, perByte;
};

} // namespace

std::string toFloat(double number) {
  std::string text = fmt::format("{:.9g}", number);
  return text + (text.find_first_of(".en") == std::string::npos ? ".0F" : "F");
}

PackedWeights packRows(ElementsAttr weights) {
  int64_t columns = weights.getShapedType().getShape()[1];
  std::vector<int32_t> numbers = exec::readIntegers(weights);
  Packer packer(weights, columns);
  for (size_t i = 0; i < numbers.size(); ++i) {
    size_t column = i % static_cast<size_t>(columns);
    if (column == 0)
      packer.addRow();
    packer.set(column, numbers[i]);
  }
  return packer.packed;
}

PackedWeights packWindows(ElementsAttr weights, int64_t group) {
  ArrayRef<int64_t> shape = weights.getShapedType().getShape();
  auto perGroup = static_cast<size_t>(shape[1]);
  auto taps = static_cast<size_t>(countElements(shape.drop_front(2)));
  auto outputs = static_cast<size_t>(shape[0] / group);
  std::vector<int32_t> numbers = exec::readIntegers(weights);
  Packer packer(weights, static_cast<int64_t>(outputs));
  for (size_t channel = 0; channel < perGroup * static_cast<size_t>(group); ++channel)
    for (size_t tap = 0; tap < taps; ++tap) {
      packer.addRow();
      for (size_t o = 0; o < outputs; ++o) {
        size_t output = channel / perGroup * outputs + o;
        packer.set(o, numbers[(output * perGroup + channel % perGroup) * taps + tap]);
      }
    }
  return packer.packed;
}

PackedWeights packTaps(ElementsAttr weights) {
  ArrayRef<int64_t> shape = weights.getShapedType().getShape();
  auto inputs = static_cast<size_t>(shape[1]), outputs = static_cast<size_t>(shape[0]);
  auto taps = static_cast<size_t>(countElements(shape.drop_front(2)));
  std::vector<int32_t> numbers = exec::readIntegers(weights);
  Packer packer(weights, shape[0]);
  for (size_t tap = 0; tap < taps; ++tap)
    for (size_t channel = 0; channel < inputs; ++channel) {
      packer.addRow();
      for (size_t output = 0; output < outputs; ++output)
        packer.set(output, numbers[(output * inputs + channel) * taps + tap]);
    }
  return packer.packed;
}

PackedWeights packChannels(ElementsAttr weights) {
  ArrayRef<int64_t> shape = weights.getShapedType().getShape();
  auto channels = static_cast<size_t>(shape[0]);
  auto taps = static_cast<size_t>(countElements(shape.drop_front(2)));
  std::vector<int32_t> numbers = exec::readIntegers(weights);
  Packer packer(weights, shape[0]);
  for (size_t tap = 0; tap < taps; ++tap) {
    packer.addRow();
    for (size_t channel = 0; channel < channels; ++channel)
      packer.set(channel, numbers[channel * taps + tap]);
  }
  return packer.packed;
}

std::vector<int32_t> packDot(const PackedWeights &rows, size_t columns) {
  const size_t count = rows.bytes.size() / rows.rowBytes;
  auto get = [&](size_t row, size_t column) {
    return row < count && column < columns
               ? static_cast<int8_t>(rows.bytes[row * rows.rowBytes + column])
               : 0;
  };
  std::vector<int32_t> packed;
  for (size_t column = 0; column < columns; column += 4)
    for (size_t row = 0; row < (count + 3) / 4 * 4; row += 2)
      for (size_t pair : {column, column + 2}) {
        auto of = [&](size_t input) { return get(input, pair) + 256 * get(input, pair + 1); };
        packed.push_back(static_cast<int32_t>(static_cast<uint32_t>(of(row)) & 0xffffU) +
                         65536 * of(row + 1));
      }
  return packed;
}

} // namespace snnc::c
