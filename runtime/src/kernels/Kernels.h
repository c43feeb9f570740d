//===- Kernels: events through synapses ------------------------------------------------------------------===//
//
// A delivery takes the events of one stream and adds what they are worth, times weights, to an
// accumulator. Streams of three dimensions (channels, height, width) are stored channel-last, so that an
// event of a convolution adds contiguous rows; all others are row-major. A convolution can be delivered
// in three ways, whichever is expected to be quickest (docs/rationale/event-engine.md):
//
//   events   every event adds its rows of weights: work proportional to the number of events
//   table    five or six neighbouring channels at a time, through a table of the sums of their weights:
//            for signs and spikes, of which about every second element has one
//   dense    every element, with its number or 0: for graded events and sums of many steps
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_KERNELS_KERNELS_H
#define SNN_SRC_KERNELS_KERNELS_H

#include "runtime/src/kernels/Events.h"
#include "runtime/src/network/Network.h"
#include "runtime/src/support/Aligned.h"
#include <array>

namespace snn::detail {

/// Geometry of convolutions and pools, in elements. One-dimensional windows have height 1.
struct Window {
  struct Size {
    uint32_t channels, height, width;
  };
  Size in{}, out{};
  uint32_t kernelHeight = 1, kernelWidth = 1;
  uint32_t strideY = 1, strideX = 1, padY = 0, padX = 0, dilationY = 1, dilationX = 1;
  uint32_t inputsPerGroup = 1, outputsPerGroup = 1;
  uint32_t paddedOutputs = 0; ///< of rows of weights in the vectorized kernels

  uint32_t paddedHeight() const {
    return in.height + 2 * padY + kernelHeight * dilationY + strideY;
  }
  uint32_t paddedWidth() const { return in.width + 2 * padX + kernelWidth * dilationX + strideX; }

  /// The inputs of a window come in runs of neighbours: a row of taps, or a tap where they are apart.
  uint32_t runCount() const { return dilationX == 1 ? 1 : kernelWidth; }
  uint32_t runLength() const { return dilationX == 1 ? kernelWidth * in.channels : in.channels; }
  /// The rows of inputs that the windows of some rows of outputs reach.
  Range inputsOf(Range rows) const {
    const int64_t first = int64_t{rows.begin} * strideY - padY;
    const int64_t last = (int64_t{rows.endOf(out.height)} - 1) * strideY - padY +
                         int64_t{kernelHeight - 1} * dilationY;
    return {static_cast<uint32_t>(std::clamp<int64_t>(first, 0, in.height)),
            static_cast<uint32_t>(std::clamp<int64_t>(last + 1, 0, in.height))};
  }
  /// What those rows of outputs reach in a plane of inputs with the border of the window.
  Range paddedInputsOf(Range rows) const {
    return {rows.begin * strideY,
            (rows.endOf(out.height) - 1) * strideY + (kernelHeight - 1) * dilationY + 1};
  }
  uint32_t countInputs() const { return in.channels * in.height * in.width; }
  /// Multiply-accumulates of a dense product, with those of the border.
  double countMacs() const {
    return double(inputsPerGroup) * kernelHeight * kernelWidth * out.channels * out.height *
           out.width;
  }
  /// Words of codes of a pixel, of 16 channels each (kernels/Convolution.h); and of all, with the border.
  uint32_t countWords() const { return (in.channels + 15) / 16; }
  size_t countCodes() const { return size_t{paddedHeight()} * paddedWidth() * countWords(); }
};

/// Integer weights of a plain convolution in 8 bits, and where they go in rows of 16-bit sums.
struct ByteWeights {
  static constexpr uint32_t kMaxLines = 32; ///< of a window
  /// Neighbouring taps of a line, and the columns of inputs that they take to the outputs of a row, which are
  /// neighbours: `count` of them from `column` on, `step` apart.
  struct Taps {
    uint32_t column, count, step;
    uint32_t weights, sums, length; ///< of a column: where they begin, and how many
  };

  /// [input channel][tap][output channel], rows padded with zeros to `paddedOutputs`.
  Aligned<int8_t> numbers;
  /// Of the input at a time: no sum of some of their weights exceeds 16 bits.
  uint32_t channels = 0;
  std::vector<Taps> taps; ///< of a line of the window
  uint32_t rows = 0;      ///< of outputs that get events at the same time
  uint32_t rowLength = 0; ///< sums of a row of outputs, with those beyond its ends
  uint32_t margin = 0;    ///< sums before its first output

  bool empty() const { return numbers.empty(); }
};

/// Integer weights of a plain convolution in 8 bits once more, those of four neighbouring inputs of a run side by side:
/// where the machine multiplies four bytes at a time (kernels::hasQuads).
struct QuadWeights {
  /// [block of outputs][run][four inputs][output][which of the four]. Blocks are of 64 outputs, then of 32 and of 16.
  Aligned<int8_t> weights;
  /// By output, -128 times the sum of its weights: where inputs are 128 higher than they are.
  Aligned<int32_t> starts;
  uint32_t shift = 0; ///< weights count 2^shift

  bool empty() const { return weights.empty(); }
};

template <typename T>
struct Delivery : Window {
  enum class Kind {
    Conv,  ///< weights [input channel][tap][output channel of its group]
    Gemm,  ///< weights [k][m]; those of many rows, with a table or `bytes`, are Conv
    Pool,  ///< weights [output position]: one over the number of inputs
    Scale, ///< weights [element]
    Move,  ///< target [element]: where it goes, or -1; weights [element], or none
    Copy   ///< target [first[element] ... first[element + 1]]: where it goes
  };
  /// Neighbours that move to neighbours.
  struct Run {
    uint32_t from, to, count;
  };

  /// Neighbours of whose events each causes `less` operations than most (modulo 2^64).
  struct Border {
    uint32_t first, end;
    uint64_t less;
  };

  Kind kind = Kind::Move;
  Aligned<T> weights; ///< of a plain convolution in a plan for passes: none, for `dense` has them
  std::vector<int32_t> target;
  std::vector<uint32_t> first;  ///< Copy: one more than there are elements
  std::vector<Run> runs;        ///< Move: the same as `target`, empty where runs are short
  std::vector<uint32_t> fanOut; ///< Conv, Pool: operations of an event, by input position
  uint32_t usualFanOut = 0;     ///< the most frequent of them
  std::vector<Border> borders;  ///< channel-last: the elements that have another
  Costs costs = kFormerCosts;   ///< by which a way through a convolution is chosen

  // The weights of a plain or depthwise convolution once more, rows padded with zeros to `paddedOutputs`.
  Aligned<T> dense; ///< [tap][input channel][output channel]; depthwise: [tap][channel]
  /// Sums of weights: [block of outputs][row of taps][16 inputs][tap][pattern of their bits][output]. Empty: not
  /// for this.
  Aligned<T> table;
  /// Integers whose every sum fits in 16 bits, in place of `table`; they count 2^shift.
  Aligned<int16_t> shortTable;
  ByteWeights bytes;  ///< integers that fit, for events that are bits; they count 2^shift
  uint32_t shift = 0; ///< zeros at the end of every integer
  Aligned<int16_t>
      pairs; ///< integers that fit: [16 outputs][run][two inputs][output][which of the two]; depthwise: [..][two taps][..]
  QuadWeights quads;
  bool takesBytes =
      false; ///< whether inputs of a depthwise one may be bytes: its weights have 16 bits

  bool channelLast = true;        ///< else row-major: one-dimensional windows
  uint32_t rows = 1, columns = 1; ///< Gemm: K and M
  uint32_t inner = 1; ///< Gemm: elements between two neighbours along the last dimension

  /// Whether the vectorized convolutions can do it.
  bool isPlain() const {
    return kind == Kind::Conv && channelLast && inputsPerGroup == in.channels;
  }
  /// Whether every channel has a window of its own.
  bool isDepthwise() const {
    return kind == Kind::Conv && channelLast && inputsPerGroup == 1 && outputsPerGroup == 1 &&
           !isPlain();
  }
  /// Numbers of `pairs` for 16 outputs. The last input of a run of an odd length, or the last tap, is by itself.
  size_t pairsOfPanel() const {
    const size_t pairs = isDepthwise()
                             ? (size_t{kernelHeight} * kernelWidth + 1) / 2
                             : size_t{kernelHeight} * runCount() * ((runLength() + 1) / 2);
    return pairs * 16 * 2;
  }
  /// Whether there is more than one way through it.
  bool hasWays() const { return isPlain() || isDepthwise(); }
  /// Whether neighbouring outputs of a row take neighbouring taps, so that `weights` of a plain
  /// convolution hold the taps of a row from right to left: in the order of the outputs.
  bool hasReversedTaps() const { return isPlain() && strideX == 1 && dilationX == 1; }
  /// Where `weights` of a convolution have the weight of a tap.
  uint32_t getPlace(uint32_t tap) const {
    uint32_t column = tap % kernelWidth;
    return hasReversedTaps() ? tap - column + kernelWidth - 1 - column : tap;
  }
  /// Whether events of a form take `bytes`.
  bool hasBytesFor(typename Events<T>::Form form) const {
    return !bytes.empty() && form != Events<T>::Form::Graded;
  }
  bool hasTable() const { return !table.empty() || !shortTable.empty(); }

  bool isWindowed() const { return kind == Kind::Conv || kind == Kind::Pool; }
  /// The rows of outputs that a part of the accumulator is.
  Range rowsOf(Range part) const {
    const uint32_t perRow = out.width * out.channels;
    return {part.begin / perRow, part.endOf(size_t{perRow} * out.height) / perRow};
  }
  /// The inputs that a part of the accumulator gets something from, as far as they lie together.
  Range inputsOfPart(Range part) const;
};

/// Memory that deliveries of one engine work in.
template <typename T>
struct Scratch {
  std::vector<int16_t> shorts; ///< of all elements, with a border of zeros
  Aligned<int16_t> sums;       ///< of rows of outputs: 0 but while events are added
  std::vector<T> values;       ///< of all elements, with a border of zeros
  std::vector<T> all;          ///< of all elements
  std::vector<uint32_t> index; ///< a list of events
  std::vector<T> worth;        ///< what they are worth

  void reserve(const Delivery<T> &delivery);
};

/// By which way a delivery went.
enum class Way { Events, Table, Dense };

/// What a delivery by each Way is expected to take, in picoseconds; infinity where there is no such way.
using Expectation = std::array<double, 3>;

/// Of `count` events of a form: additions, times what one of them costs.
template <typename T>
Expectation expect(const Delivery<T> &delivery, typename Events<T>::Form form, uint64_t count);

/// The way that costs least.
Way choose(const Expectation &expectation);

/// Whether tables are expected to be the quickest way for the events of a step.
template <typename T>
bool prefersTable(const Delivery<T> &delivery, const Events<T> &events) {
  return choose(expect(delivery, events.form, events.count)) == Way::Table;
}

/// Whether a number of every element, `count` of which are not 0, goes as a dense product: deliverAll's choice, also for
/// those who have the numbers in another form ready.
template <typename T>
bool goesDense(const Delivery<T> &delivery, uint64_t count) {
  return choose(expect(delivery, Events<T>::Form::Graded, count)) == Way::Dense;
}

/// What `count` events of a form are expected to take through a delivery of any kind, in picoseconds: only to know
/// how much work there is.
template <typename T>
double expectTime(const Delivery<T> &delivery, typename Events<T>::Form form, uint64_t count);

/// Adds the events to `accumulator`, one by one or as a dense product: to a part of it, which is whole rows of
/// outputs where there are windows. It gets the same numbers whatever the part is.
template <typename T>
Way deliver(const Delivery<T> &delivery, const Events<T> &events, Scratch<T> &scratch,
            T *accumulator, Range part = {});

/// The same by the way that `choose` gave, Events or Dense.
template <typename T>
void deliver(const Delivery<T> &delivery, const Events<T> &events, Way way, Scratch<T> &scratch,
             T *accumulator, Range part);

/// The same for a number of every element, `count` of which are not 0; `list` has room for them.
template <typename T>
Way deliverAll(const Delivery<T> &delivery, const T *values, uint64_t elements, uint32_t count,
               Events<T> &list, Scratch<T> &scratch, T *accumulator, Range part = {});

/// The number of synaptic operations that the events stand for: additions of a weight, or of a bare
/// event. It does not depend on the way. Of a part of the elements that the events have (modulo 2^64): the numbers of
/// parts that cover them add up to that of all.
template <typename T>
uint64_t countOperations(const Delivery<T> &delivery, const Events<T> &events, Range part = {});

/// Adds the worth of the events of some of `elements` to sums, element by element.
template <typename T>
void accumulate(const Events<T> &events, uint32_t elements, T *sums, Range part = {});

/// Graded events: the values of some of `elements` that are not 0.
template <typename T>
void collect(const T *values, uint32_t elements, Events<T> &events, Range part = {});

/// A bilinear synapse: lhs (rows x inner) by rhs (inner x columns), `batch` times over; an elementwise
/// product is 1 x 1 by 1 x 1 in every one of its elements. Strides are in elements.
struct Product {
  struct Layout {
    uint32_t batch, row, column;
  };
  uint32_t batch = 1, rows = 1, inner = 1, columns = 1;
  Layout lhs{}, rhs{}, out{};
  /// Which matrix, row and column an element of lhs (of rhs) is.
  struct Place {
    uint32_t batch, row, column;
  };
  std::vector<Place> lhsPlace, rhsPlace;
};

/// The changes of both operands change the product by dP * Q + (P + dP) * dQ, which is added to
/// `accumulator`; the estimates P and Q follow. Returns the number of multiply-accumulates: a row or a
/// column of the other operand per event.
template <typename T>
uint64_t multiply(const Product &product, const Events<T> (&changes)[2], T *p, T *q,
                  T *accumulator);

} // namespace snn::detail

#endif
