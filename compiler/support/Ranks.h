//===- Ranks: processes that share the work, on one machine or many ------------------------------------------===//
//
// `mpirun -n N snnc ...` starts N processes. All of them do the same, step by step, but for long loops over samples:
// there each takes a share, and all exchange what they found, so that afterwards every one knows everything and goes the
// same way. Results are therefore those of one process. Only the first one prints and writes files.
//
// Without mpirun there is one rank, and nothing here costs anything.
//
//===------------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_SUPPORT_RANKS_H
#define SNNC_COMPILER_SUPPORT_RANKS_H

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace snnc::ranks {

/// Joins the processes that a launcher (mpirun, srun) started with this one; from then on all but the first are silent.
/// Returns what is wrong, or nothing: a launcher without MPI built in would do everything several times.
std::string start();

/// Leaves them with the exit code `code`; returns the one for this process. When another rank failed and the first did
/// not, the first says what the other had to say.
int finish(int code);

unsigned count();
unsigned index();
inline bool isFirst() { return index() == 0; }
/// How many of them are on this machine: they share its processors.
unsigned countHere();

/// Items `begin` to `end` (not included) of some that are shared out in order.
struct Share {
  int64_t begin = 0, end = 0;
  int64_t size() const { return end - begin; }
};
Share getShare(int64_t items, unsigned rank);
inline Share getShare(int64_t items) { return getShare(items, index()); }

/// What every rank gives, in the order of ranks. All ranks must call it, in the same order, each with the same `what`.
/// A rank that failed, or that is somewhere else, ends all of them with a message.
std::vector<std::string> exchange(std::string_view mine, std::string_view what);

/// Completes `rows`, of which this rank has filled those of its share, `perItem` numbers an item.
template <typename T>
void exchangeRows(std::vector<T> &rows, int64_t items, std::string_view what) {
  static_assert(std::is_trivially_copyable_v<T>);
  if (count() == 1 || items == 0)
    return;
  const size_t perItem = rows.size() / static_cast<size_t>(items) * sizeof(T);
  auto *bytes = reinterpret_cast<char *>(rows.data());
  Share mine = getShare(items);
  // Other numbers of items mean other places.
  std::vector<std::string> all = exchange({bytes + static_cast<size_t>(mine.begin) * perItem,
                                           static_cast<size_t>(mine.size()) * perItem},
                                          std::string(what) + " of " + std::to_string(items) +
                                              " times " + std::to_string(perItem) + " bytes");
  for (unsigned rank = 0; rank < all.size(); ++rank)
    std::memcpy(bytes + static_cast<size_t>(getShare(items, rank).begin) * perItem,
                all[rank].data(), all[rank].size());
}

/// What each rank has, in the order of ranks.
template <typename T>
std::vector<T> exchangeValue(const T &mine, std::string_view what) {
  static_assert(std::is_trivially_copyable_v<T>);
  std::vector<T> values;
  for (const std::string &bytes :
       exchange({reinterpret_cast<const char *>(&mine), sizeof(T)}, what))
    std::memcpy(&values.emplace_back(), bytes.data(), sizeof(T));
  return values;
}

} // namespace snnc::ranks

#endif
