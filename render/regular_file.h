// Small files that the program opens for itself. Anything may lie where one is expected, and a FIFO or a device there
// must neither block the program nor be acted on, nor be replaced.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include <sys/stat.h>

namespace athanor {

// A handle for reading a regular file, links followed. −1 with errno where it cannot be opened, −1 with errno 0 and
// `status` where it is something else.
int openRegular(const std::string& path, struct stat& status);

// All of it; nothing where there is no regular file, it cannot be read, or it has more bytes.
std::optional<std::string> readSmallFile(const std::string& path, size_t maxBytes);

// Whether a file may be put there in place of what is there: nothing or a regular file, links followed.
bool isReplaceable(const std::string& path);

std::string_view kindOfFile(mode_t mode); // "a FIFO"

}
