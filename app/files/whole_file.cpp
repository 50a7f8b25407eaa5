#include "app/files/whole_file.h"

#include "inference/weights/printable.h"
#include "render/error.h"
#include "render/regular_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <system_error>
#include <unistd.h>

namespace athanor {

namespace {

constexpr std::string_view draftName = ".athanor-";

[[noreturn]] void cannotWrite(const std::string& path, const std::string& reason)
{
    throw Error(ErrorKind::CannotWrite, "cannot write " + printable(path) + ": " + reason);
}

std::string systemReason()
{
    return std::generic_category().message(errno);
}

// Makes the rename last through a power cut. File systems that cannot sync a folder do it by themselves.
void syncFolderOf(const std::string& path)
{
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    const int handle = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool failed = handle >= 0 && fsync(handle) != 0 && errno != EINVAL;
    const std::string reason = systemReason();
    if (handle >= 0)
        close(handle);
    if (failed)
        cannotWrite(path, reason);
}

// What a chain of links leads to, whether it exists or not.
std::string behindLinks(std::string path)
{
    constexpr int longestChain = 40; // as in Linux
    std::error_code error;
    for (int i = 0; i < longestChain && std::filesystem::is_symlink(path, error); ++i)
        path = (std::filesystem::path(path).parent_path() / std::filesystem::read_symlink(path, error)).string();
    return path;
}

mode_t newFileMode()
{
    static const mode_t mask = [] { // the system tells it only by changing it
        const mode_t now = umask(0);
        umask(now);
        return now;
    }();
    return 0666 & ~mask;
}

// A file under a name that nobody uses beside the one that it is to replace, taken away again unless it does.
class Draft {
public:
    explicit Draft(const std::string& path)
        : m_path(path)
        , m_target(behindLinks(path))
    {
        struct stat status = {};
        const bool exists = stat(path.c_str(), &status) == 0;
        if (!exists && errno != ENOENT) // too long, no folder before the name, …
            cannotWrite(path, systemReason());
        if (exists && !S_ISREG(status.st_mode)) // a device node would be gone
            cannotWrite(path,
                "this is " + std::string(kindOfFile(status.st_mode)) + ", and only files are replaced; choose a name");
        if (exists && access(m_target.c_str(), W_OK) != 0)
            cannotWrite(path, systemReason());
        const std::filesystem::path folder = std::filesystem::path(m_target).parent_path();
        do {
            if (m_file >= 0)
                close(m_file);
            m_draft = (folder / (draftPrefix() + "XXXXXX")).string();
            m_file = mkostemp(m_draft.data(), O_CLOEXEC);
            if (m_file < 0)
                cannotWrite(path, systemReason());
        } while (!holdDraft(m_file));
        if (fchmod(m_file, exists ? status.st_mode & 0777 : newFileMode()) != 0) // some file systems know no modes
            errno = 0;
    }
    ~Draft()
    {
        if (m_file < 0)
            return;
        close(m_file);
        unlink(m_draft.c_str());
    }
    Draft(const Draft&) = delete;
    Draft& operator=(const Draft&) = delete;

    int file() const { return m_file; }

    void replace()
    {
        if (rename(m_draft.c_str(), m_target.c_str()) != 0)
            cannotWrite(m_path, systemReason());
        close(m_file);
        m_file = -1;
        syncFolderOf(m_target);
    }

private:
    const std::string m_path, m_target;
    std::string m_draft;
    int m_file = -1;
};

// False with errno set when not everything could be written.
bool writeAll(int file, std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t written = write(file, bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR)
            return false;
        bytes.remove_prefix(size_t(std::max<ssize_t>(written, 0)));
    }
    return true;
}

bool holds(int file, std::string_view bytes)
{
    std::array<char, 65'536> block;
    for (size_t at = 0; at < bytes.size();) {
        const ssize_t count = pread(file, block.data(), std::min(block.size(), bytes.size() - at), off_t(at));
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0 || bytes.substr(at, size_t(count)) != std::string_view(block.data(), size_t(count)))
            return false;
        at += size_t(count);
    }
    return true;
}

// A process of our own number was another one, which is gone, or it is us: then the lock tells.
bool isGone(pid_t writer)
{
    return writer == getpid() || (kill(writer, 0) != 0 && errno == ESRCH);
}

// Unless a process holds it: one of a container or of another machine has a number that says nothing here.
void removeUnheld(const std::string& path)
{
    const int file = ::open(path.c_str(), O_RDWR | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    struct stat status = {};
    if (file >= 0 && fstat(file, &status) == 0 && S_ISREG(status.st_mode) && flock(file, LOCK_EX | LOCK_NB) == 0)
        unlink(path.c_str());
    if (file >= 0)
        close(file);
}

}

std::string draftPrefix()
{
    return std::string(draftName) + std::to_string(getpid()) + '-';
}

bool holdDraft(int file)
{
    flock(file, LOCK_EX); // goes with the process; where the file system knows no locks, nobody removes it either
    struct stat status = {};
    return fstat(file, &status) != 0 || status.st_nlink > 0;
}

void removeDrafts(const std::string& folder)
{
    std::error_code error;
    std::filesystem::directory_iterator it(folder.empty() ? "." : folder, error);
    for (; !error && it != std::filesystem::directory_iterator(); it.increment(error)) {
        const std::string name = it->path().filename().string();
        if (!name.starts_with(draftName))
            continue;
        pid_t writer = 0;
        const auto [end, problem] = std::from_chars(name.data() + draftName.size(), name.data() + name.size(), writer);
        if (problem == std::errc() && end != name.data() + name.size() && *end == '-' && writer > 0 && isGone(writer))
            removeUnheld(it->path().string());
    }
}

int writeAndCheck(int file, std::string_view bytes)
{
    if (!writeAll(file, bytes) || fsync(file) != 0)
        return errno;
    return holds(file, bytes) ? 0 : EIO;
}

std::string writeProblem(int reason, const std::string& path, size_t bytes)
{
    const std::string text = std::generic_category().message(reason);
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    struct statvfs disk = {};
    if ((reason != ENOSPC && reason != EDQUOT && reason != EFBIG)
        || statvfs(folder.empty() ? "." : folder.c_str(), &disk) != 0)
        return text;
    constexpr uint64_t kibi = 1024;
    const uint64_t free = uint64_t(disk.f_bavail) * disk.f_frsize;
    return text + "; it needs " + std::to_string((bytes + kibi - 1) / kibi) + " KiB, " + std::to_string(free / kibi)
        + " KiB are free";
}

void writeWhole(const std::string& path, std::string_view bytes)
{
    Draft draft(path);
    if (const int reason = writeAndCheck(draft.file(), bytes))
        cannotWrite(path, writeProblem(reason, path, bytes.size()));
    draft.replace();
}

void requireWritable(const std::string& path)
{
    const Draft draft(path);
}

void requireWritableFolder(const std::string& path)
{
    std::error_code error;
    std::filesystem::path there = path.empty() ? "." : path;
    while (!there.empty() && std::filesystem::status(there, error).type() == std::filesystem::file_type::not_found)
        there = there.has_filename() ? there.parent_path() : there.parent_path().parent_path();
    if (there.empty())
        there = ".";
    struct stat status = {};
    if (stat(there.c_str(), &status) != 0)
        cannotWrite(path, systemReason());
    if (!S_ISDIR(status.st_mode))
        cannotWrite(
            path, printable(there.string()) + " is " + std::string(kindOfFile(status.st_mode)) + ", not a folder");
    if (access(there.c_str(), W_OK | X_OK) != 0)
        cannotWrite(path, systemReason());
}

void keepSmallFile(const std::string& path, std::string_view bytes)
{
    std::error_code error;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
    try {
        writeWhole(path, bytes);
    } catch (const Error&) { // it costs time, nothing else
    }
}

}
