// A sentence across the window that wants an answer or none: what is missing, what can be brought back.
#pragma once
#include <QFrame>

#include <cstdint>
#include <functional>
#include <vector>

class QHBoxLayout;
class QLabel;

namespace athanor {

class Banner : public QFrame {
    Q_OBJECT
public:
    enum class Kind : uint8_t { Note, Warning, Error };
    struct Choice {
        QString text;
        std::function<void()> chosen; // may be empty
    };
    explicit Banner(QWidget* parent = nullptr); // hidden at first

    // In place of what it said before. It goes when a choice is taken or it is closed.
    void say(Kind kind, const QString& text, const std::vector<Choice>& choices = {});
    QString text() const;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Kind m_kind = Kind::Note;
    QLabel *m_sign, *m_text;
    QHBoxLayout* m_choices;
};

}
