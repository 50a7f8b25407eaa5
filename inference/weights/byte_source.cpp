#include "inference/weights/byte_source.h"

#include "inference/weights/printable.h"
#include "render/error.h"
#include "render/regular_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace athanor {

namespace {

std::string systemText()
{
    return std::generic_category().message(errno);
}

FileStamp stampOf(const struct stat& status)
{
    return {uint64_t(status.st_dev), uint64_t(status.st_ino), uint64_t(status.st_size), status.st_mtim.tv_sec,
        status.st_mtim.tv_nsec};
}

}

FileStamp stampOf(const std::string& path)
{
    struct stat status;
    if (stat(path.c_str(), &status) != 0)
        throw Error(ErrorKind::FileMissing, printable(path) + ": " + systemText());
    return stampOf(status);
}

ByteSource::ByteSource(const std::string& path)
    : m_path(path)
{
    struct stat status = {};
    m_file = openRegular(path, status);
    if (m_file < 0 && errno != 0)
        throw Error(ErrorKind::FileMissing,
            path.empty() ? "the name of the file is empty" : printable(path) + ": " + systemText());
    if (m_file < 0)
        throw Error(
            ErrorKind::BadFile, printable(path) + " is " + std::string(kindOfFile(status.st_mode)) + ", not a file");
    m_stamp = stampOf(status);
}

ByteSource::ByteSource(std::string name, std::span<const std::byte> memory)
    : m_path(std::move(name))
    , m_memory(memory)
{
    m_stamp.size = memory.size();
}

ByteSource::~ByteSource()
{
    if (m_file >= 0)
        close(m_file);
}

void ByteSource::refuse(const std::string& sentence) const
{
    throw Error(ErrorKind::BadFile, printable(m_path) + ": " + sentence);
}

void ByteSource::read(uint64_t offset, std::span<std::byte> out) const
{
    if (offset > size() || out.size() > size() - offset)
        refuse("ends too early: " + std::to_string(out.size()) + " bytes wanted at byte " + std::to_string(offset)
            + ", the file has " + std::to_string(size()));
    if (m_file < 0) {
        std::copy_n(m_memory.data() + offset, out.size(), out.data());
        return;
    }
    for (size_t done = 0; done < out.size();) {
        const ssize_t got = pread(m_file, out.data() + done, out.size() - done, off_t(offset + done));
        if (got == 0)
            refuse("the file changed while reading: it is now shorter; try again when nothing writes to it");
        if (got < 0 && errno != EINTR)
            throw Error(ErrorKind::FileMissing,
                printable(m_path) + ": cannot read at byte " + std::to_string(offset + done) + ": " + systemText());
        done += got > 0 ? size_t(got) : 0;
    }
    struct stat status;
    if (fstat(m_file, &status) != 0 || stampOf(status) != m_stamp)
        refuse("the file changed while reading; try again when nothing writes to it");
}

std::vector<std::byte> ByteSource::read(uint64_t offset, uint64_t count) const
{
    if (offset > size() || count > size() - offset)
        read(offset,
            std::span<std::byte>(static_cast<std::byte*>(nullptr), count)); // throws: nothing is allocated first
    std::vector<std::byte> bytes(count);
    read(offset, bytes);
    return bytes;
}

}
