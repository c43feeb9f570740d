//===- Result: a value, or one sentence about why there is none --------------------------------===//
#ifndef SNN_RESULT_H
#define SNN_RESULT_H

#include <string>
#include <utility>
#include <variant>

namespace snn {

/// Why something could not be done: one line for a person, lower case, no final full stop.
struct Error {
  std::string message;
};

/// Either a T or an Error. The runtime throws no exceptions of its own.
template <typename T>
class [[nodiscard]] Result {
public:
  Result(T value) : state(std::move(value)) {}
  Result(Error error) : state(std::move(error)) {}

  explicit operator bool() const { return state.index() == 0; }
  T &operator*() { return std::get<0>(state); }
  const T &operator*() const { return std::get<0>(state); }
  T *operator->() { return &std::get<0>(state); }
  const T *operator->() const { return &std::get<0>(state); }

  /// The message of the error; only when there is one.
  const std::string &error() const { return std::get<1>(state).message; }

private:
  std::variant<T, Error> state;
};

} // namespace snn

#endif
