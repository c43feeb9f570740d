//===- IndexMap: where the elements of an array come from ------------------------------------------------===//
//
// Reshape, transpose, slice, pad, gather, concat and broadcast move elements and change nothing else: each of them, and
// any of them behind one another, is a table that says for every element of the result which element of the
// argument it is, or that it is none. Elements are counted in row-major order.
//
// Needs nothing but the standard library: compiler and runtime share it.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_INDEXMAP_H
#define SNN_INDEXMAP_H

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace snn {

class IndexMap {
public:
  using Shape = std::vector<int64_t>;
  static constexpr int64_t kNone = -1; ///< the source of an element that is always 0

  /// Every element of an array of `shape`, where it is.
  explicit IndexMap(Shape shape) : from(shape), to(std::move(shape)) {
    for (int64_t i = 0, count = countElements(to); i < count; ++i)
      table.push_back(i);
  }

  /// Shapes of argument and result.
  const Shape &in() const { return from; }
  const Shape &out() const { return to; }
  /// By element of the result: the element of the argument, or kNone.
  const std::vector<int64_t> &sources() const & { return table; }
  std::vector<int64_t> sources() && { return std::move(table); }

  // ---- What may follow; arguments as in ONNX, and checked by the caller ----

  /// As many elements, in the same order.
  IndexMap reshape(Shape shape) const { return {from, std::move(shape), table}; }

  /// Dimension i of the result is dimension perm[i].
  IndexMap transpose(const Shape &perm) const {
    Shape shape;
    for (int64_t dimension : perm)
      shape.push_back(to[static_cast<size_t>(dimension)]);
    return build(std::move(shape), [&](const Shape &at, Shape &source) {
      for (size_t d = 0; d < at.size(); ++d)
        source[static_cast<size_t>(perm[d])] = at[d];
    });
  }

  /// Element i of dimension d is element starts[d] + i * steps[d].
  IndexMap slice(const Shape &starts, Shape sizes, const Shape &steps) const {
    return build(std::move(sizes), [&](const Shape &at, Shape &source) {
      for (size_t d = 0; d < at.size(); ++d)
        source[d] = starts[d] + at[d] * steps[d];
    });
  }

  /// pads[d] elements before dimension d, and pads[rank + d] behind it; negative ones crop.
  IndexMap pad(const Shape &pads) const {
    Shape shape;
    for (size_t d = 0; d < to.size(); ++d)
      shape.push_back(to[d] + pads[d] + pads[to.size() + d]);
    return build(std::move(shape), [&](const Shape &at, Shape &source) {
      for (size_t d = 0; d < at.size(); ++d)
        source[d] = at[d] - pads[d];
    });
  }

  /// Element i of dimension `axis` is element indices[i].
  IndexMap gather(int64_t axis, const Shape &indices) const {
    auto along = static_cast<size_t>(axis);
    Shape shape = to;
    shape[along] = static_cast<int64_t>(indices.size());
    return build(std::move(shape), [&](const Shape &at, Shape &source) {
      source = at;
      source[along] = indices[static_cast<size_t>(at[along])];
    });
  }

  /// The part of a concatenation of `size` elements along `axis` that begins with element `offset`.
  IndexMap insert(int64_t axis, int64_t offset, int64_t size) const {
    Shape pads(2 * to.size(), 0);
    auto along = static_cast<size_t>(axis);
    pads[along] = offset;
    pads[to.size() + along] = size - offset - to[along];
    return pad(pads);
  }

  /// Dimensions of 1 are repeated.
  IndexMap broadcast(Shape shape) const {
    return build(std::move(shape), [&](const Shape &at, Shape &source) {
      for (size_t d = 0; d < at.size(); ++d)
        source[d] = to[d] == 1 ? 0 : at[d];
    });
  }

  /// This map, and then `next`, whose argument has the shape of this map's result.
  IndexMap then(const IndexMap &next) const {
    std::vector<int64_t> both;
    for (int64_t source : next.table)
      both.push_back(source == kNone ? kNone : table[static_cast<size_t>(source)]);
    return {from, next.to, std::move(both)};
  }

  // ---- What it is like ----

  /// Whether every element stays where it is.
  bool isIdentity() const {
    for (size_t i = 0; i < table.size(); ++i)
      if (table[i] != static_cast<int64_t>(i))
        return false;
    return static_cast<int64_t>(table.size()) == countElements(from);
  }

  /// By element of the argument: the element of the result, or kNone. Only of a map that gives none of them twice.
  std::vector<int64_t> getTargets() const {
    std::vector<int64_t> targets(static_cast<size_t>(countElements(from)), kNone);
    for (size_t i = 0; i < table.size(); ++i)
      if (table[i] != kNone)
        targets[static_cast<size_t>(table[i])] = static_cast<int64_t>(i);
    return targets;
  }

  /// Whether no element of the argument is given twice.
  bool isInjective() const {
    std::vector<bool> isGiven(static_cast<size_t>(countElements(from)), false);
    for (int64_t source : table) {
      if (source == kNone)
        continue;
      if (isGiven[static_cast<size_t>(source)])
        return false;
      isGiven[static_cast<size_t>(source)] = true;
    }
    return true;
  }

  static int64_t countElements(const Shape &shape) {
    int64_t count = 1;
    for (int64_t size : shape)
      count *= size;
    return count;
  }

private:
  Shape from, to;
  std::vector<int64_t> table;

  IndexMap(Shape from, Shape to, std::vector<int64_t> table)
      : from(std::move(from)), to(std::move(to)), table(std::move(table)) {}

  /// `locate(at, source)` gives the position in the present result of what the next has at `at`; positions outside
  /// are none.
  template <typename Locate>
  IndexMap build(Shape shape, Locate locate) const {
    std::vector<int64_t> next;
    Shape at(shape.size(), 0), source(to.size(), 0);
    for (int64_t i = 0, count = countElements(shape); i < count; ++i) {
      locate(at, source);
      int64_t index = 0;
      for (size_t d = 0; d < to.size(); ++d)
        index = index == kNone || source[d] < 0 || source[d] >= to[d] ? kNone
                                                                      : index * to[d] + source[d];
      next.push_back(index == kNone ? kNone : table[static_cast<size_t>(index)]);
      for (size_t d = at.size(); d-- > 0 && ++at[d] == shape[d];)
        at[d] = 0;
    }
    return {from, std::move(shape), std::move(next)};
  }
};

} // namespace snn

#endif
