//===- Npz: numpy's file of several named arrays
//-----------------------------------------------===//
//
// A .npz file is a zip archive with one .npy file per array. The directory at its end is read when
// the file is opened, an array when it is asked for. Stored and deflated members and the 64-bit
// extension are understood, and checksums are verified.
//
//     Result<Npz> npz = Npz::open("test.npz");
//     if (!npz) return fail(npz.error());
//     Result<Array> images = npz->read("x");
//
//===------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_IMPORT_NUMPY_NPZ_H
#define SNNC_COMPILER_IMPORT_NUMPY_NPZ_H

#include "compiler/import/numpy/Npy.h"

namespace snnc::numpy {

class Npz {
public:
  static Result<Npz> open(const std::string &path);

  /// The same for a file in memory, which is called `path` in messages.
  static Result<Npz> parse(Bytes file, const std::string &path);

  /// The arrays' names as numpy shows them: without ".npy", in the file's order.
  std::vector<std::string> names() const;
  bool contains(std::string_view name) const;
  Result<Array> read(std::string_view name) const;

private:
  struct Member {
    std::string name;
    uint32_t method = 0;
    uint32_t checksum = 0;
    bool isEncrypted = false;
    uint64_t packedSize = 0;
    uint64_t size = 0;
    uint64_t offset = 0;
  };
  struct Directory;

  Error damaged(std::string_view what) const;
  Result<Directory> findDirectory() const;
  Status readDirectory();
  Status readMember(uint64_t &at, uint64_t end);
  bool readLongFields(ByteSpan extra, Member &member) const;
  const Member *find(std::string_view name) const;
  Result<ByteSpan> packedBytes(const Member &member, const std::string &where) const;
  Result<Bytes> unpack(const Member &member, const std::string &where) const;

  std::string path;
  Bytes file;
  std::vector<Member> members;
};

/// Whether a file begins as a zip archive does.
bool looksLikeZip(ByteSpan file);

} // namespace snnc::numpy

#endif
