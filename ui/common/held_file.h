// A file that a program holds as long as it runs. The system lets go of it at the program's end, however that comes, so
// that nothing depends on process numbers, which come again (in containers at every start).
#pragma once
#include <QString>

#include <memory>

namespace athanor {

class HeldFile {
public:
    // Makes the file; null where it cannot be made, or another holds it.
    static std::unique_ptr<HeldFile> make(const QString& path);
    // Takes one over that is there; null if another holds it, or it cannot be opened.
    static std::unique_ptr<HeldFile> takeOver(const QString& path);
    ~HeldFile(); // lets go of it; the file stays
    HeldFile(const HeldFile&) = delete;
    HeldFile& operator=(const HeldFile&) = delete;

private:
    explicit HeldFile(int file)
        : m_file(file)
    {
    }
    static std::unique_ptr<HeldFile> hold(const QString& path, int flags);

    int m_file;
};

}
