#include "app/new_file.h"

#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace athanor {

namespace {

constexpr int maxNumber = 10'000'000;

[[noreturn]] void cannotWrite(const std::string& path, int reason)
{
    const bool link = reason == ELOOP || reason == ENOTDIR;
    throw Error(ErrorKind::CannotWrite,
        "cannot write " + printable(path, 1'000) + ": "
            + (link ? "a part of it is no folder, or a link" : std::generic_category().message(reason)));
}

// An open file or folder.
class Handle {
public:
    explicit Handle(int number)
        : m_number(number)
    {
    }
    ~Handle()
    {
        if (m_number >= 0)
            close(m_number);
    }
    Handle(Handle&& other) noexcept
        : m_number(std::exchange(other.m_number, -1))
    {
    }
    Handle& operator=(Handle&& other) noexcept
    {
        std::swap(m_number, other.m_number);
        return *this;
    }
    explicit operator bool() const { return m_number >= 0; }
    int get() const { return m_number; }

private:
    int m_number;
};

// The folder that holds the file, made where it is missing. `path` follows for messages.
Handle openFolder(const NewFile& file, std::string& path)
{
    std::error_code error;
    std::filesystem::create_directories(file.folder.empty() ? "." : file.folder, error);
    path = file.folder;
    Handle folder(open(file.folder.empty() ? "." : file.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder)
        cannotWrite(path, errno);
    std::string_view rest = file.name;
    for (size_t slash; (slash = rest.find('/')) != rest.npos; rest.remove_prefix(slash + 1)) {
        const std::string part(rest.substr(0, slash));
        path += '/' + part;
        if (mkdirat(folder.get(), part.c_str(), 0777) != 0 && errno != EEXIST)
            cannotWrite(path, errno);
        folder = Handle(openat(folder.get(), part.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!folder)
            cannotWrite(path, errno);
    }
    return folder;
}

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

// A file under a name that nobody uses, taken away again unless it got its own.
class Draft {
public:
    Draft(const Handle& folder, const std::string& path, std::string_view bytes)
        : m_folder(folder)
        , m_name(".athanor-" + std::to_string(getpid()) + ".part")
    {
        unlinkat(folder.get(), m_name.c_str(), 0); // left behind by a process of this number that was killed
        const Handle file(
            openat(folder.get(), m_name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
        if (!file)
            cannotWrite(path, errno);
        if (!writeAll(file.get(), bytes) || fsync(file.get()) != 0) {
            const int reason = errno;
            remove();
            cannotWrite(path, reason);
        }
    }
    ~Draft() { remove(); }
    Draft(const Draft&) = delete;
    Draft& operator=(const Draft&) = delete;

    // False with errno EEXIST where the name is taken.
    bool rename(const std::string& name) const
    {
        if (renameat2(m_folder.get(), m_name.c_str(), m_folder.get(), name.c_str(), RENAME_NOREPLACE) == 0)
            return true;
        if (errno != EINVAL && errno != ENOSYS)
            return false;
        return linkat(m_folder.get(), m_name.c_str(), m_folder.get(), name.c_str(), 0) == 0; // older file systems
    }

private:
    void remove() const { unlinkat(m_folder.get(), m_name.c_str(), 0); }

    const Handle& m_folder;
    const std::string m_name;
};

}

WrittenFile writeNewFile(const NewFile& file, std::string_view bytes)
{
    std::string path;
    const Handle folder = openFolder(file, path);
    const std::string stem = file.name.substr(file.name.rfind('/') + 1);
    const Draft draft(folder, path + '/' + stem, bytes);
    for (int number = std::max(1, file.number); number < maxNumber; ++number) {
        const std::string name = stem + (number > 1 ? '-' + std::to_string(number) : "") + file.ending;
        if (faccessat(folder.get(), name.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0)
            continue;
        if (draft.rename(name)) {
            if (fsync(folder.get()) != 0 && errno != EINVAL)
                cannotWrite(path + '/' + name, errno);
            return {path.empty() ? name : path + '/' + name, number};
        }
        if (errno != EEXIST)
            cannotWrite(path + '/' + name, errno);
    }
    cannotWrite(path + '/' + stem, EEXIST);
}

}
