//===- Result: a value or the reason why there is none
//-----------------------------------------===//
//
// Files come from outside, so that failing to read one is ordinary. Every function here that can
// fail returns a Result: test it, then use `*result`, or show `result.error()`, which is a whole
// sentence that names the file. Nothing throws.
//
//===------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_DATA_RESULT_H
#define SNNC_COMPILER_DATA_RESULT_H

#include <string>
#include <utility>
#include <variant>

namespace snnc::data {

struct Error {
  std::string message;
};

template <typename T>
class [[nodiscard]] Result {
public:
  Result(T value) : state(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return state.index() == 0; }

  /// The value; only where there is one.
  T &operator*() { return *std::get_if<0>(&state); }
  const T &operator*() const { return *std::get_if<0>(&state); }
  T *operator->() { return std::get_if<0>(&state); }
  const T *operator->() const { return std::get_if<0>(&state); }

  /// Why there is no value; only where there is none.
  const std::string &error() const { return std::get_if<1>(&state)->message; }

private:
  std::variant<T, Error> state;
};

/// The result of doing something that gives no value.
using Status = Result<std::monostate>;
inline Status success() { return std::monostate(); }

} // namespace snnc::data

#endif
