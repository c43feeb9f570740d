#include "compiler/data/Npz.h"

#include <fmt/format.h>
#include <string_view>
#include <zip.h>

namespace snnc::data {

namespace {

/// Deflate cannot shrink anything more than this: a damaged size does not fill the memory.
constexpr uint64_t kDeflateRatio = 1032;

/// libzip's words for what went wrong; `error` is its own afterwards.
std::string takeMessage(zip_error_t &error) {
  std::string message = zip_error_strerror(&error);
  zip_error_fini(&error);
  return message;
}

bool beginsWith(ByteSpan file, std::string_view signature) {
  return file.size() >= signature.size() &&
         std::string_view(reinterpret_cast<const char *>(file.data()), signature.size()) ==
             signature;
}

} // namespace

void Npz::Close::operator()(zip *archive) const { zip_discard(archive); }

Result<Npz> Npz::parse(Bytes file, const std::string &path) {
  Npz npz;
  npz.path = path;
  npz.file = std::move(file);
  auto broken = [&](const std::string &what) {
    return Error{
        fmt::format("{}: cannot be read as a zip archive ({}); it is cut short, damaged or "
                    "not a .npz file",
                    path, what)};
  };
  if (npz.file.empty())
    return broken("The file is empty");
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t *source =
      zip_source_buffer_create(npz.file.data(), npz.file.size(), /*freep=*/0, &error);
  if (source)
    npz.archive.reset(zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error));
  if (npz.archive)
    return npz;
  if (source)
    zip_source_free(source);
  return broken(takeMessage(error));
}

Result<Npz> Npz::open(const std::string &path) {
  Result<Bytes> file = readFile(path);
  if (!file)
    return Error{file.error()};
  return parse(std::move(*file), path);
}

std::vector<std::string> Npz::names() const {
  std::vector<std::string> result;
  for (zip_int64_t i = 0, count = zip_get_num_entries(archive.get(), 0); i < count; ++i) {
    const char *member = zip_get_name(archive.get(), static_cast<uint64_t>(i), ZIP_FL_ENC_RAW);
    std::string_view name = member ? member : "";
    result.emplace_back(name.ends_with(".npy") ? name.substr(0, name.size() - 4) : name);
  }
  return result;
}

std::optional<uint64_t> Npz::find(std::string_view name) const {
  if (!archive)
    return std::nullopt;
  for (const std::string &member : {std::string(name), std::string(name) + ".npy"})
    if (zip_int64_t at = zip_name_locate(archive.get(), member.c_str(), ZIP_FL_ENC_RAW); at >= 0)
      return static_cast<uint64_t>(at);
  return std::nullopt;
}

Result<Bytes> Npz::unpack(uint64_t member, const std::string &where) const {
  auto damaged = [&](const std::string &what) {
    return Error{fmt::format("{}: cannot be unpacked ({}); the file is damaged", where, what)};
  };
  zip_stat_t info;
  zip_stat_init(&info);
  constexpr uint64_t kNeeded =
      ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
  if (zip_stat_index(archive.get(), member, 0, &info) != 0 || (info.valid & kNeeded) != kNeeded)
    return damaged("its size or method is not known");
  if (info.encryption_method != ZIP_EM_NONE)
    return Error{fmt::format("{}: encrypted members are not supported", where)};
  if (info.comp_method != ZIP_CM_STORE && info.comp_method != ZIP_CM_DEFLATE)
    return Error{fmt::format("{}: compression method {} is not supported, only 0 (stored) and 8 "
                             "(deflate) as np.savez and np.savez_compressed write",
                             where, info.comp_method)};
  if (info.size / kDeflateRatio > info.comp_size)
    return damaged(fmt::format("{} bytes cannot come from {}", info.size, info.comp_size));
  std::unique_ptr<zip_file_t, int (*)(zip_file_t *)> open(zip_fopen_index(archive.get(), member, 0),
                                                          zip_fclose);
  if (!open)
    return damaged(zip_strerror(archive.get()));
  Bytes bytes(info.size);
  zip_int64_t got = zip_fread(open.get(), bytes.data(), bytes.size());
  // Behind its last byte the checksum of a member is verified.
  std::byte next;
  zip_int64_t more = got < 0 ? got : zip_fread(open.get(), &next, 1);
  if (more < 0)
    return damaged(zip_file_strerror(open.get()));
  if (static_cast<uint64_t>(got) != info.size || more > 0)
    return damaged(fmt::format("it has not {} bytes", info.size));
  return bytes;
}

Result<Array> Npz::read(std::string_view name) const {
  std::optional<uint64_t> member = find(name);
  if (!member)
    return Error{fmt::format("{}: no array '{}', the file has '{}'", path, name,
                             fmt::join(names(), "', '"))};
  std::string where = fmt::format("{}: array '{}'", path, name);
  Result<Bytes> bytes = unpack(*member, where);
  if (!bytes)
    return Error{bytes.error()};
  return parseNpy(*bytes, where);
}

bool looksLikeZip(ByteSpan file) {
  return beginsWith(file, "PK\3\4") || beginsWith(file, "PK\5\6");
}

} // namespace snnc::data
