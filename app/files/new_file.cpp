#include "app/files/new_file.h"

#include "app/files/whole_file.h"
#include "inference/run/output_name.h"
#include "inference/weights/printable.h"
#include "render/error.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <dirent.h>
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

std::atomic<unsigned> nextDraft = 0; // several threads write to one folder

// A file under a name that nobody uses, taken away again unless it got its own.
class NewDraft {
public:
    NewDraft(const Handle& folder, const std::string& path, std::string_view bytes)
        : m_folder(folder)
    {
        do {
            m_name = draftPrefix() + std::to_string(nextDraft++) + ".part";
            m_file =
                Handle(openat(folder.get(), m_name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666));
            if (!m_file && errno != EEXIST) // of a process of this number that was killed, or of another container
                cannotWrite(path, errno);
        } while (!m_file || !holdDraft(m_file.get()));
        if (const int reason = writeAndCheck(m_file.get(), bytes)) {
            remove();
            throw Error(ErrorKind::CannotWrite,
                "cannot write " + printable(path, 1'000) + ": " + writeProblem(reason, path, bytes.size()));
        }
    }
    ~NewDraft() { remove(); }
    NewDraft(const NewDraft&) = delete;
    NewDraft& operator=(const NewDraft&) = delete;

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
    std::string m_name;
    Handle m_file{-1};
};

std::string numbered(const std::string& stem, int number)
{
    if (stem.find(counterMark) == stem.npos)
        return stem + (number > 1 ? '-' + std::to_string(number) : "");
    std::string name;
    for (const char c : stem)
        name += c == counterMark ? counterText(number) : std::string(1, c);
    return name;
}

// The number that a file's name has where `stem` has its first mark; 0: it is another name.
int numberIn(std::string_view name, std::string_view stem)
{
    const size_t mark = stem.find(counterMark);
    name = name.substr(0, name.rfind('.'));
    if (!name.starts_with(stem.substr(0, mark)))
        return 0;
    int number = 0;
    const auto [end, error] = std::from_chars(name.data() + mark, name.data() + name.size(), number);
    return error == std::errc() && number > 0 && number < maxNumber && numbered(std::string(stem), number) == name
        ? number
        : 0;
}

int largestNumber(const Handle& folder, const std::string& stem)
{
    int largest = 0;
    DIR* open = fdopendir(dup(folder.get()));
    if (!open)
        return 0;
    rewinddir(open); // it shares its place with the handle
    while (const dirent* entry = readdir(open))
        largest = std::max(largest, numberIn(entry->d_name, stem));
    closedir(open);
    return largest;
}

}

void requireNewFile(const NewFile& file)
{
    const std::string wanted = file.folder.empty() ? file.name : file.folder + '/' + file.name;
    // In the deepest folder that is there: who may make a file in it may make the others.
    std::filesystem::path there = file.folder.empty() ? "." : file.folder;
    std::error_code error;
    while (std::filesystem::symlink_status(there, error).type() == std::filesystem::file_type::not_found
        && there != there.parent_path())
        there = there.has_parent_path() ? there.parent_path() : ".";
    Handle folder(open(there.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder)
        cannotWrite(wanted, errno);
    std::string_view rest;
    if (file.folder.empty() || there == file.folder)
        rest = file.name;
    for (size_t slash; (slash = rest.find('/')) != rest.npos; rest.remove_prefix(slash + 1)) {
        const std::string part(rest.substr(0, slash));
        Handle next(openat(folder.get(), part.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!next && errno != ENOENT)
            cannotWrite(wanted, errno);
        if (!next)
            break;
        folder = std::move(next);
    }
    const NewDraft draft(folder, wanted, "");
}

WrittenFile writeNewFile(const NewFile& file, std::string_view bytes)
{
    std::string path;
    const Handle folder = openFolder(file, path);
    const std::string stem = file.name.substr(file.name.rfind('/') + 1);
    const NewDraft draft(folder, path + '/' + numbered(stem, 1), bytes);
    int first = std::max(1, file.number);
    if (stem.find(counterMark) != stem.npos)
        first = std::max(first, largestNumber(folder, stem) + 1);
    for (int number = first; number < maxNumber; ++number) {
        const std::string name = numbered(stem, number) + file.ending;
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
    cannotWrite(path + '/' + numbered(stem, 1), EEXIST);
}

}
