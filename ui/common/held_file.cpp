#include "ui/common/held_file.h"

#include <QFile>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace athanor {

std::unique_ptr<HeldFile> HeldFile::hold(const QString& path, int flags)
{
    constexpr int ownersOnly = 0600;
    const int file =
        ::open(QFile::encodeName(path).constData(), flags | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW, ownersOnly);
    if (file < 0)
        return nullptr;
    if (::flock(file, LOCK_EX | LOCK_NB) == 0)
        return std::unique_ptr<HeldFile>(new HeldFile(file));
    ::close(file);
    return nullptr;
}

std::unique_ptr<HeldFile> HeldFile::make(const QString& path)
{
    return hold(path, O_RDWR | O_CREAT);
}

std::unique_ptr<HeldFile> HeldFile::takeOver(const QString& path)
{
    return hold(path, O_RDONLY);
}

HeldFile::~HeldFile()
{
    ::close(m_file);
}

}
