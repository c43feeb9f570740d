#include "compiler/quantize/InputMoments.h"

#include "compiler/quantize/Windows.h"
#include <algorithm>
#include <cmath>

using namespace mlir;

namespace snnc::quantize {

namespace {

/// About so many windows are looked at, of all images together.
constexpr int64_t kSamples = 4096;
/// Of the mean variance; added to every variance, so that none is 0, but at most kMostDamping times what it adds to: inputs
/// in units of another size keep their own.
constexpr double kDamping = 0.01, kMostDamping = 100;

void addScaled(const double *from, double factor, size_t count, double *to) {
  for (size_t i = 0; i < count; ++i)
    to[i] += factor * from[i];
}

/// `factor`: the lower triangle of a positive definite matrix; then that of its Cholesky factor.
void factorize(Numbers &factor, size_t size) {
  auto row = [&](size_t i) { return factor.data() + i * (i + 1) / 2; };
  for (size_t i = 0; i < size; ++i)
    for (size_t j = 0; j <= i; ++j) {
      double rest = row(i)[j];
      for (size_t k = 0; k < j; ++k)
        rest -= row(i)[k] * row(j)[k];
      row(i)[j] = i == j ? std::sqrt(rest) : rest / row(j)[j];
    }
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
  Numbers window(inputs);
  for (int64_t n = 0; n < perImage; ++n) {
    int64_t position = perImage == positions ? n : static_cast<int64_t>(random()) % positions;
    for (int64_t group = 0; group < groups; ++group) {
      gather(in, position, group, window);
      Sums &sum = sums[group];
      for (int64_t i = 0; i < inputs; ++i)
        sum.first[i] += window[i];
      for (size_t block = 0; block < sum.second.size(); ++block) {
        const double *x = window.data() + block * InputMoments::kBlock;
        size_t size = std::min(InputMoments::kBlock, inputs - block * InputMoments::kBlock);
        double *row = sum.second[block].data();
        for (size_t i = 0; i < size; row += ++i)
          if (x[i] != 0)
            addScaled(x, x[i], i + 1, row);
      }
    }
    ++samples;
  }
}

std::vector<InputMoments> InputSampler::finish(double headroom) const {
  std::vector<InputMoments> all;
  const double damping = kDamping * headroom;
  double count = static_cast<double>(std::max<int64_t>(samples, 1));
  for (const Sums &sum : sums) {
    InputMoments moments{sum.first, sum.second};
    for (double &mean : moments.means)
      mean /= count;
    for (size_t block = 0; block < moments.factors.size(); ++block) {
      const double *mean = moments.means.data() + block * InputMoments::kBlock;
      size_t size = std::min(InputMoments::kBlock, inputs - block * InputMoments::kBlock);
      // Few samples show covariances that are not there: the fewer, the less they count.
      double trust = count / (count + static_cast<double>(size)), variance = 0;
      double *row = moments.factors[block].data();
      for (size_t i = 0; i < size; row += ++i) {
        for (size_t j = 0; j <= i; ++j)
          row[j] = (row[j] / count - mean[i] * mean[j]) * (i == j ? 1 : trust);
        variance += std::max(row[i], 0.0) / static_cast<double>(size);
      }
      row = moments.factors[block].data();
      for (size_t i = 0; i < size; row += ++i)
        row[i] = row[i] > 0 ? row[i] + std::min(damping * variance, kMostDamping * row[i])
                            : (variance > 0 ? damping * variance : 1);
      factorize(moments.factors[block], size);
    }
    all.push_back(std::move(moments));
  }
  return all;
}

} // namespace snnc::quantize
