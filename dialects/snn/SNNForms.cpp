//===- Integer networks: which functions have a form, and what it takes (docs/spec/fixed-point.md) -----------===//
#include "dialects/snn/SNN.h"
#include "snn/SlidingWindow.h"
#include <cstdint>
#include <numeric>

using namespace mlir;

namespace snnc::snn {

bool hasIntegerForm(Function function) {
  return ::snn::getInfo(function).integers != ::snn::IntegerForm::None;
}

bool needsTable(Function function) {
  return ::snn::getInfo(function).integers == ::snn::IntegerForm::Table;
}

bool takesBounds(Function function) {
  return ::snn::getInfo(function).integers == ::snn::IntegerForm::Bounds;
}

bool takesRange(Function function, unsigned index) {
  ::snn::Homogeneity homogeneity = ::snn::getInfo(function).homogeneity;
  return homogeneity == ::snn::Homogeneity::All || takesBounds(function) ||
         (homogeneity == ::snn::Homogeneity::First && index == 0);
}

std::optional<int64_t> getLargestAlign(Function function) {
  uint32_t max = ::snn::getInfo(function).largestAlign;
  return max > 0 ? std::optional<int64_t>(max) : std::nullopt;
}

int64_t getCommonCount(AveragePoolOp pool) {
  ArrayRef<int64_t> in = getStreamShape(pool.getStream().getType());
  ArrayRef<int64_t> out = pool.getCurrent().getType().getShape();
  // Counts of a window are products of one count per dimension.
  SmallVector<int64_t> counts{1};
  for (size_t d = 0; d + 1 < in.size(); ++d) {
    const ::snn::SlidingWindow window{in[d + 1], pool.getKernelShape()[d], pool.getStrides()[d],
                                      pool.getPads()[d]};
    SmallVector<int64_t> products;
    for (int64_t i = 0; i < out[d + 1]; ++i)
      for (int64_t count : counts)
        products.push_back(count *
                           (pool.getCountIncludePad() ? window.kernel : window.countCovered(i)));
    llvm::sort(products);
    products.erase(llvm::unique(products), products.end());
    counts = products;
  }
  int64_t common = 1;
  for (int64_t count : counts)
    if (count > 0 && common <= INT16_MAX)
      common = std::lcm(common, count);
  return common <= INT16_MAX ? common : 0;
}

} // namespace snnc::snn
