#include "compiler/data/Files.h"

#include "compiler/support/Ranks.h"
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <set>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

namespace snnc::data {

namespace {

constexpr size_t kChunk = size_t(1) << 20;

Error systemError(const std::string &path, std::string_view what, int code) {
  return Error{fmt::format("{}: cannot be {}: {}", path, what, std::strerror(code))};
}

/// Writes everything to an open file and closes it. Returns errno of what failed, or 0.
int writeAndClose(int file, ByteSpan content) {
  int code = 0;
  while (!content.empty() && code == 0) {
    ssize_t written = ::write(file, content.data(), content.size());
    if (written > 0)
      content = content.subspan(written);
    else if (written < 0 && errno != EINTR)
      code = errno;
  }
  if (::close(file) != 0 && code == 0)
    code = errno;
  return code;
}

/// A new file beside `path`; its name goes into `temporary`. Returns -1 with errno set on failure.
int createBeside(const std::string &path, std::string &temporary) {
  for (int attempt = 0;; ++attempt) {
    temporary = fmt::format("{}.{}-{}.tmp", path, ::getpid(), attempt);
    int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file >= 0 || errno != EEXIST)
      return file;
  }
}

/// One gzip stream over all of `packed`. Returns zlib's code: Z_STREAM_END is the only good one. `unused` is what follows
/// the stream.
int inflateAll(ByteSpan packed, Bytes &result, size_t &unused) {
  z_stream stream = {};
  int code = inflateInit2(&stream, MAX_WBITS + 16);
  size_t taken = 0, given = 0;
  while (code == Z_OK) {
    if (given == result.size())
      result.resize(std::max(2 * given, kChunk));
    size_t in = std::min(packed.size() - taken, kChunk);
    size_t out = std::min(result.size() - given, kChunk);
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<std::byte *>(packed.data() + taken));
    stream.avail_in = static_cast<uInt>(in);
    stream.next_out = reinterpret_cast<Bytef *>(result.data() + given);
    stream.avail_out = static_cast<uInt>(out);
    code = inflate(&stream, Z_NO_FLUSH);
    taken += in - stream.avail_in;
    given += out - stream.avail_out;
  }
  inflateEnd(&stream);
  result.resize(given);
  unused = packed.size() - taken;
  return code;
}

} // namespace

Result<Bytes> readFile(const std::string &path) {
  int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return systemError(path, "opened", errno);
  Bytes content;
  int code = 0;
  for (size_t filled = 0;;) {
    content.resize(filled + std::max(kChunk, filled / 2));
    ssize_t got = ::read(file, content.data() + filled, content.size() - filled);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      code = errno;
    filled += std::max<ssize_t>(got, 0);
    content.resize(filled);
    if (got <= 0)
      break;
  }
  ::close(file);
  if (code != 0)
    return systemError(path, "read", code);
  return content;
}

Status writeFile(const std::string &path, ByteSpan content) {
  if (!ranks::isFirst())
    return success();
  // A link is followed, so that it stays a link and what it points at is replaced.
  std::error_code ignored;
  std::string target = path;
  if (std::filesystem::is_symlink(path, ignored))
    target = std::filesystem::weakly_canonical(path, ignored).string();
  struct stat info = {};
  bool isSpecial = ::stat(target.c_str(), &info) == 0 && !S_ISREG(info.st_mode);
  std::string temporary = target;
  int file =
      isSpecial ? ::open(target.c_str(), O_WRONLY | O_CLOEXEC) : createBeside(target, temporary);
  if (file < 0)
    return systemError(path, "written", errno);
  int code = writeAndClose(file, content);
  if (isSpecial)
    return code == 0 ? success() : systemError(path, "written", code);
  if (code == 0 && ::rename(temporary.c_str(), target.c_str()) == 0)
    return success();
  if (code == 0)
    code = errno;
  ::unlink(temporary.c_str());
  return systemError(path, "written", code);
}

FolderWriter::~FolderWriter() {
  for (const auto &[now, then] : temporary)
    ::unlink(now.c_str());
  for (size_t i = made.size(); i-- > 0;)
    ::rmdir(made[i].c_str()); // stays when somebody else has put something into it
}

Status FolderWriter::make() {
  std::error_code code;
  std::vector<std::filesystem::path> missing;
  for (std::filesystem::path path = std::filesystem::absolute(folder, code).lexically_normal();
       !path.empty() && !std::filesystem::exists(path, code) && path != path.parent_path();
       path = path.parent_path())
    if (path.has_filename())
      missing.push_back(path);
  for (size_t i = missing.size(); i-- > 0;) {
    std::filesystem::create_directory(missing[i], code);
    if (code)
      return Error{fmt::format("{}: cannot be made: {}", folder, code.message())};
    made.push_back(missing[i].string());
  }
  if (!std::filesystem::is_directory(folder, code))
    return Error{fmt::format("{}: cannot be made: {}", folder, std::strerror(ENOTDIR))};
  return success();
}

Status FolderWriter::add(const std::string &name, ByteSpan content) {
  if (!ranks::isFirst())
    return success();
  if (temporary.empty())
    if (Status status = make(); !status)
      return status;
  std::string path = (std::filesystem::path(folder) / name).string(), beside;
  int file = createBeside(path, beside);
  if (file < 0)
    return systemError(path, "written", errno);
  temporary.emplace_back(beside, path);
  if (int code = writeAndClose(file, content); code != 0)
    return systemError(path, "written", code);
  return success();
}

Status FolderWriter::commit(const std::function<bool(const std::string &)> &isOurs) {
  if (!ranks::isFirst())
    return success();
  std::error_code code;
  for (const auto &[now, then] : temporary)
    if (std::filesystem::is_directory(then, code))
      return systemError(then, "written", EISDIR);
  std::set<std::string> written;
  for (const auto &[now, then] : temporary) {
    if (::rename(now.c_str(), then.c_str()) != 0)
      return systemError(then, "written", errno);
    written.insert(std::filesystem::path(then).filename().string());
  }
  temporary.clear();
  made.clear();
  if (isOurs)
    for (const auto &entry : std::filesystem::directory_iterator(folder, code))
      if (std::string name = entry.path().filename().string(); !written.count(name) && isOurs(name))
        std::filesystem::remove(entry.path(), code);
  return success();
}

Result<Bytes> gunzip(ByteSpan packed, const std::string &where) {
  Bytes result;
  size_t unused = 0;
  int code = inflateAll(packed, result, unused);
  if (code != Z_STREAM_END || unused != 0)
    return Error{fmt::format("{}: the gzip data are damaged or cut short after {} unpacked bytes",
                             where, result.size())};
  return result;
}

} // namespace snnc::data
