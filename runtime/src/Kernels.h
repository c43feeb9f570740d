//===- Kernels: events through synapses ------------------------------------------------------------------===//
//
// A delivery takes the events of one stream and adds what they are worth, times weights, to an
// accumulator: the work is proportional to the number of events. Streams of three dimensions
// (channels, height, width) are stored channel-last, so that an event of a convolution adds contiguous
// rows; all others are row-major.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_KERNELS_H
#define SNN_SRC_KERNELS_H

#include "runtime/src/Events.h"
#include "runtime/src/Network.h"

namespace snn::detail {

template <typename T>
struct Delivery {
  enum class Kind {
    Conv,  ///< weights [input channel][tap][output channel of its group]
    Gemm,  ///< weights [k][m]
    Pool,  ///< weights [output position]: one over the number of inputs
    Scale, ///< weights [element]
    Move   ///< target [element]: where it goes, or -1
  };

  Kind kind = Kind::Move;
  std::vector<T> weights;
  std::vector<int32_t> target;

  // Geometry of Conv, Pool and Gemm, in elements. One-dimensional windows have height 1.
  struct Size {
    uint32_t channels, height, width;
  };
  Size in{}, out{};
  uint32_t kernelHeight = 1, kernelWidth = 1;
  uint32_t strideY = 1, strideX = 1, padY = 0, padX = 0, dilationY = 1, dilationX = 1;
  uint32_t inputsPerGroup = 1, outputsPerGroup = 1;
  bool channelLast = true;        ///< else row-major: one-dimensional windows
  uint32_t rows = 1, columns = 1; ///< Gemm: K and M
  uint32_t inner = 1; ///< Gemm: elements between two neighbours along the last dimension
};

/// Adds the events to `accumulator` and returns the number of synaptic operations: additions of a
/// weight, or of a bare event.
template <typename T>
uint64_t deliver(const Delivery<T> &delivery, const Events<T> &events, T *accumulator);

} // namespace snn::detail

#endif
