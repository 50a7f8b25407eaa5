#include "render/regular_file.h"

#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <unistd.h>

namespace athanor {

int openRegular(const std::string& path, struct stat& status)
{
    // Asked before opening, because opening some devices acts on them; asked again after, because names can move.
    if (stat(path.c_str(), &status) != 0)
        return -1;
    if (!S_ISREG(status.st_mode)) {
        errno = 0;
        return -1;
    }
    const int file = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (file < 0)
        return -1;
    const int problem = fstat(file, &status) != 0 ? errno : 0;
    if (problem == 0 && S_ISREG(status.st_mode))
        return file;
    close(file);
    errno = problem;
    return -1;
}

std::optional<std::string> readSmallFile(const std::string& path, size_t maxBytes)
{
    struct stat status = {};
    const int file = openRegular(path, status);
    if (file < 0)
        return {};
    std::optional<std::string> text;
    if (uint64_t(status.st_size) <= maxBytes) {
        text.emplace(size_t(status.st_size), '\0');
        for (size_t done = 0; text && done < text->size();) {
            const ssize_t got = read(file, text->data() + done, text->size() - done);
            if (got > 0)
                done += size_t(got);
            else if (got == 0 || errno != EINTR)
                text.reset(); // shorter by now, or unreadable
        }
    }
    close(file);
    return text;
}

bool isReplaceable(const std::string& path)
{
    struct stat status = {};
    return stat(path.c_str(), &status) == 0 ? S_ISREG(status.st_mode) : errno == ENOENT;
}

std::string_view kindOfFile(mode_t mode)
{
    return S_ISREG(mode) ? "a file"
        : S_ISDIR(mode)  ? "a folder"
        : S_ISFIFO(mode) ? "a FIFO"
        : S_ISSOCK(mode) ? "a socket"
                         : "a device";
}

}
