//===- Npz: numpy's file of several named arrays ------------------------------------------------------------===//
//
// A .npz file is a zip archive with one .npy file per array; libzip reads it. The directory is read when the file is
// opened, an array when it is asked for, and its checksum is verified. Members are stored or deflated, as np.savez and
// np.savez_compressed write them.
//
//     Result<Npz> npz = Npz::open("test.npz");
//     if (!npz) return fail(npz.error());
//     Result<Array> images = npz->read("x");
//
//===--------------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_DATA_NPZ_H
#define SNNC_COMPILER_DATA_NPZ_H

#include "compiler/data/Npy.h"
#include <memory>
#include <optional>

struct zip;

namespace snnc::data {

class Npz {
public:
  static Result<Npz> open(const std::string &path);

  /// The same for a file in memory, which is called `path` in messages.
  static Result<Npz> parse(Bytes file, const std::string &path);

  /// The arrays' names as numpy shows them: without ".npy", in the file's order.
  std::vector<std::string> names() const;
  bool contains(std::string_view name) const { return find(name).has_value(); }
  Result<Array> read(std::string_view name) const;

private:
  struct Close {
    void operator()(zip *archive) const;
  };

  /// The number of an array's member.
  std::optional<uint64_t> find(std::string_view name) const;
  Result<Bytes> unpack(uint64_t member, const std::string &where) const;

  std::string path;
  Bytes file; ///< which the archive reads from
  std::unique_ptr<zip, Close> archive;
};

/// Whether a file begins as a zip archive does.
bool looksLikeZip(ByteSpan file);

} // namespace snnc::data

#endif
