#include "compiler/quantize/InputMoments.h"

#include "compiler/quantize/RoundingKernels.h"
#include "compiler/quantize/Windows.h"
#include <algorithm>
#include <cmath>

using namespace mlir;

namespace snnc::quantize {

namespace {

/// About so many windows are looked at, of all images together.
constexpr int64_t kSamples = 4096;
/// Of the mean variance; added to every variance, so that none is 0, but at most kMaxDamping times what it adds to: inputs
/// in units of another size keep their own.
constexpr double kDamping = 0.01, kMaxDamping = 100;
/// A variance that is a smaller part of its mean square is what rounding left of a constant: below 0 as often as above, and so are
/// its covariances.
constexpr double kRounding = 1e-12;
/// Rows that are added to another one in one pass over it.
constexpr size_t kTogether = 8;

/// `factor`: the lower triangle of a positive definite matrix, row by row; then that of its Cholesky factor. Column by
/// column, so that the elements of one are worked at together.
void factorize(double *factor, size_t size) {
  auto row = [&](size_t i) { return factor + i * (i + 1) / 2; };
  Numbers columns(size * (size + 1) / 2);
  auto column = [&](size_t j) { return columns.data() + j * size - j * (j + 1) / 2; };
  for (size_t i = 0; i < size; ++i)
    for (size_t j = 0; j <= i; ++j)
      column(j)[i] = row(i)[j];
  const double *rows[kTogether];
  double factors[kTogether];
  for (size_t j = 0; j < size; ++j) {
    double *to = column(j);
    for (size_t k = 0; k < j; k += kTogether) {
      const size_t count = std::min(kTogether, j - k);
      for (size_t n = 0; n < count; ++n) {
        rows[n] = column(k + n) + j;
        factors[n] = -column(k + n)[j];
      }
      kernels::addScaledRows(rows, factors, count, size - j, to + j);
    }
    to[j] = std::sqrt(to[j]);
    for (size_t i = j + 1; i < size; ++i)
      to[i] /= to[j];
  }
  for (size_t i = 0; i < size; ++i)
    for (size_t j = 0; j <= i; ++j)
      row(i)[j] = column(j)[i];
}

} // namespace

InputSampler::InputSampler(Operation *op, int64_t images) : op(op) {
  if (auto conv = dyn_cast<snn::ConvOp>(op)) {
    Plane out = getPlane(conv.getCurrent());
    groups = conv.getGroup();
    inputs = countElements(getTensorShape(conv.getWeight()).drop_front());
    positions = out.height * out.width;
  } else {
    inputs = getTensorShape(op->getOperand(1))[0];
    positions = countElements(snn::getStreamShape(op->getOperand(0).getType())) / inputs;
  }
  perImage = std::min(positions, (kSamples + images - 1) / std::max<int64_t>(images, 1));
  Sums empty{Numbers(inputs, 0.0), {}};
  for (size_t first = 0; first < static_cast<size_t>(inputs); first += InputMoments::kBlock) {
    size_t size = std::min(InputMoments::kBlock, inputs - first);
    empty.second.emplace_back(size * (size + 1) / 2, 0.0);
  }
  sums.assign(groups, empty);
}

void InputSampler::gather(const Numbers &in, int64_t position, int64_t group,
                          Numbers &window) const {
  auto conv = dyn_cast<snn::ConvOp>(op);
  if (!conv) {
    std::copy_n(in.begin() + position * inputs, inputs, window.begin());
    return;
  }
  Window shape = getWindow(conv);
  Plane from = getPlane(conv.getStream()), to = getPlane(conv.getCurrent());
  int64_t channels = getTensorShape(conv.getWeight())[1];
  int64_t top = position / to.width * shape.strideY - shape.padY;
  int64_t left = position % to.width * shape.strideX - shape.padX;
  double *next = window.data();
  for (int64_t c = group * channels; c < (group + 1) * channels; ++c)
    for (int64_t ky = 0; ky < shape.height; ++ky)
      for (int64_t kx = 0; kx < shape.width; ++kx) {
        int64_t y = top + ky * shape.dilationY, x = left + kx * shape.dilationX;
        bool isInside = y >= 0 && y < from.height && x >= 0 && x < from.width;
        *next++ = isInside ? in[(c * from.height + y) * from.width + x] : 0.0;
      }
}

void InputSampler::add(const Numbers &in) {
  std::vector<int64_t> chosen;
  for (int64_t n = 0; n < perImage; ++n)
    chosen.push_back(perImage == positions ? n : static_cast<int64_t>(random()) % positions);
  std::vector<Numbers> windows(kTogether, Numbers(inputs));
  for (ArrayRef<int64_t> rest = chosen; !rest.empty();) {
    ArrayRef<int64_t> some = rest.take_front(kTogether);
    for (int64_t group = 0; group < groups; ++group) {
      for (auto [window, position] : llvm::zip(windows, some))
        gather(in, position, group, window);
      include(ArrayRef(windows).take_front(some.size()), sums[group]);
    }
    rest = rest.drop_front(some.size());
  }
  samples += perImage;
}

void InputSampler::include(ArrayRef<Numbers> windows, Sums &sum) const {
  for (const Numbers &window : windows)
    for (int64_t i = 0; i < inputs; ++i)
      sum.first[i] += window[i];
  const double *rows[kTogether];
  double factors[kTogether];
  for (size_t block = 0; block < sum.second.size(); ++block) {
    const size_t first = block * InputMoments::kBlock;
    const size_t size = std::min(InputMoments::kBlock, inputs - first);
    double *row = sum.second[block].data();
    for (size_t i = 0; i < size; row += ++i) {
      size_t count = 0;
      for (const Numbers &window : windows)
        if (window[first + i] != 0) {
          rows[count] = window.data() + first;
          factors[count++] = window[first + i];
        }
      kernels::addScaledRows(rows, factors, count, i + 1, row);
    }
  }
}

/// Makes covariances of mean products, a triangle row by row; those of a constant are 0. `trust`: how much those of two inputs count.
static void takeOutMeans(double *products, const double *mean, size_t size, double trust) {
  std::vector<bool> isConstant(size);
  double *row = products;
  for (size_t i = 0; i < size; row += ++i)
    isConstant[i] = row[i] - mean[i] * mean[i] <= kRounding * row[i];
  row = products;
  for (size_t i = 0; i < size; row += ++i)
    for (size_t j = 0; j <= i; ++j)
      row[j] =
          isConstant[i] || isConstant[j] ? 0 : (row[j] - mean[i] * mean[j]) * (i == j ? 1 : trust);
}

GroupMoments InputSampler::finish(double headroom) const {
  GroupMoments all;
  all.groups = sums.size();
  all.factors.reserve(sums.size() * snn::countMomentFactors(inputs));
  const double damping = kDamping * headroom;
  double count = static_cast<double>(std::max<int64_t>(samples, 1));
  for (const Sums &sum : sums) {
    const size_t first = all.means.size();
    for (double mean : sum.first)
      all.means.push_back(mean / count);
    for (size_t block = 0; block < sum.second.size(); ++block) {
      const double *mean = all.means.data() + first + block * InputMoments::kBlock;
      size_t size = std::min(InputMoments::kBlock, inputs - block * InputMoments::kBlock);
      double *const factor = &*all.factors.insert(all.factors.end(), sum.second[block].begin(),
                                                  sum.second[block].end());
      // Few samples show covariances that are not there: the fewer, the less they count.
      double trust = count / (count + static_cast<double>(size)), variance = 0;
      for (size_t i = 0; i < size * (size + 1) / 2; ++i)
        factor[i] /= count;
      takeOutMeans(factor, mean, size, trust);
      double *row = factor;
      for (size_t i = 0; i < size; row += ++i)
        variance += row[i] / static_cast<double>(size);
      row = factor;
      for (size_t i = 0; i < size; row += ++i)
        row[i] = row[i] > 0 ? row[i] + std::min(damping * variance, kMaxDamping * row[i])
                            : (variance > 0 ? damping * variance : 1);
      factorize(factor, size);
    }
  }
  return all;
}

std::vector<InputMoments> divide(size_t groups, ArrayRef<double> means, ArrayRef<double> factors,
                                 const void *key) {
  std::vector<InputMoments> all;
  const size_t inputs = means.size() / groups;
  for (size_t group = 0; group < groups; ++group) {
    InputMoments moments{means.take_front(inputs), {}, {key, group}};
    means = means.drop_front(inputs);
    for (size_t first = 0; first < inputs; first += InputMoments::kBlock) {
      const size_t size = std::min(InputMoments::kBlock, inputs - first);
      moments.factors.push_back(factors.take_front(size * (size + 1) / 2));
      factors = factors.drop_front(size * (size + 1) / 2);
    }
    all.push_back(std::move(moments));
  }
  return all;
}

} // namespace snnc::quantize
