#include "targets/c/cost/Windows.h"

#include "snn/SlidingWindow.h"

using namespace mlir;

namespace snnc::c {

namespace {

/// Places of all windows that are not padding.
double countTaps(const ::snn::SlidingWindow &window, int64_t windows) {
  int64_t taps = 0;
  for (int64_t i = 0; i < windows; ++i)
    taps += window.countCovered(i);
  return static_cast<double>(taps);
}

} // namespace

Window::Window(exec::DeliverOp deliver) {
  ::snn::IndexMap map = deliver.getIndexMap();
  SmallVector<int64_t> in(map.out().begin(), map.out().end());
  ArrayRef<int64_t> out = exec::getShape(deliver.getTarget());
  SmallVector<int64_t> kernel, strides, pads, dilations;
  outputsPerGroup = 1;
  if (auto conv = dyn_cast<exec::ConvAttr>(*deliver.getSynapse())) {
    ArrayRef<int64_t> shape = deliver.getWeights()->getShapedType().getShape();
    kernel.assign(shape.begin() + 2, shape.end());
    strides.assign(conv.getStrides().asArrayRef().begin(), conv.getStrides().asArrayRef().end());
    pads.assign(conv.getPads().asArrayRef().begin(), conv.getPads().asArrayRef().end());
    dilations.assign(conv.getDilations().asArrayRef().begin(),
                     conv.getDilations().asArrayRef().end());
    outputsPerGroup = static_cast<double>(shape[0] / conv.getGroup());
  } else {
    auto pool = cast<exec::PoolAttr>(*deliver.getSynapse());
    kernel.assign(pool.getKernel().asArrayRef().begin(), pool.getKernel().asArrayRef().end());
    strides.assign(pool.getStrides().asArrayRef().begin(), pool.getStrides().asArrayRef().end());
    pads.assign(pool.getPads().asArrayRef().begin(), pool.getPads().asArrayRef().end());
    dilations.assign(kernel.size(), 1);
  }
  inChannels = static_cast<double>(in[0]);
  inPixels = outPixels = kernelSize = 1;
  taps[0] = taps[1] = 1;
  for (size_t d = 0, rank = kernel.size(); d < rank; ++d) {
    inPixels *= static_cast<double>(in[d + 1]);
    outPixels *= static_cast<double>(out[d + 1]);
    kernelSize *= static_cast<double>(kernel[d]);
    taps[d + 2 - rank] =
        countTaps({in[d + 1], kernel[d], strides[d], pads[d], 0, dilations[d]}, out[d + 1]);
  }
  outWidth = static_cast<double>(out.back());
  kernelHeight = kernel.size() > 1 ? static_cast<double>(kernel[0]) : 1;
}

} // namespace snnc::c
