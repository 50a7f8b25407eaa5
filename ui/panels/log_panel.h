// What happened, one line each, newest last.
#pragma once
#include "ui/common/run_message.h"

#include <QPlainTextEdit>

#include <cstdint>

namespace athanor {

class LogPanel : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit LogPanel(QWidget* parent = nullptr);

    enum class Level : uint8_t { Note, Warning, Error };
    void add(const QString& text, Level level = Level::Note);
    void add(const RunMessage& message);
    static constexpr int maxLines = 5000;
};

}
