// The window's pictures: read, described and saved on a thread of their own.
#pragma once
#include "ui/common/window_files.h"

#include <QObject>
#include <QThreadPool>

#include <atomic>
#include <cstdint>
#include <functional>

namespace athanor {

class PictureService : public QObject {
    Q_OBJECT
public:
    explicit PictureService(QObject* parent = nullptr);
    ~PictureService() override; // waits for what is being written; what is only being read is given up

    // Puts its functions among those of the window. Answers come only as long as it lives.
    void offer(WindowFiles& files);
    // The pictures below the folder, the newest first.
    void listResults(const QString& folder, int most, std::function<void(QStringList)> then);

private:
    enum class Kind : uint8_t { Read, ReadLate, Write };
    template <class Work, class Answer> void inBackground(Kind kind, Work work, Answer answer);

    std::atomic<bool> m_leaving = false;
    QThreadPool m_pool;
};

}
