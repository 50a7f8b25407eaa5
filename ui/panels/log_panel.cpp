#include "ui/panels/log_panel.h"

#include "ui/common/runs.h"
#include "ui/common/theme.h"
#include "ui/document/run_text.h"

#include <QTime>

namespace athanor {

LogPanel::LogPanel(QWidget* parent)
    : QPlainTextEdit(parent)
{
    constexpr int narrowest = 320;
    setMinimumWidth(narrowest);
    setReadOnly(true);
    setMaximumBlockCount(maxLines);
    setFrameShape(QFrame::NoFrame);
    setFont(monospaceFont());
    setAccessibleName(tr("Log"));
    setPlaceholderText(tr("What runs do is told here."));
    setStyleSheet(QStringLiteral("QPlainTextEdit { border: 0; border-radius: 0; padding: 4px 8px; }"));
}

void LogPanel::add(const QString& text, Level level)
{
    const Theme& t = themeOf(*this);
    QTextCharFormat time, words;
    time.setForeground(t.dim);
    words.setForeground(level == Level::Error ? t.error : level == Level::Warning ? t.warning : t.text);
    QTextCursor cursor(document());
    cursor.movePosition(QTextCursor::End);
    if (!document()->isEmpty())
        cursor.insertBlock();
    cursor.insertText(QTime::currentTime().toString(QStringLiteral("HH:mm:ss  ")), time);
    cursor.insertText(text, words);
}

void LogPanel::add(const RunMessage& message)
{
    using Kind = RunEvent::Kind;
    constexpr int cancelled = 8;
    const RunEvent& event = message.event;
    const QString run = tr("Run %1: ").arg(message.run), text = runText(QString::fromStdString(event.text));
    const QString title = QString::fromStdString(event.title);
    switch (event.kind) {
    case Kind::NodeDone:
        return add(run + tr("%1 took %2").arg(title, durationText(event.seconds)));
    case Kind::NodeCached:
        return add(run + tr("%1 has not changed").arg(title));
    case Kind::Saved:
        return add(run + tr("saved %1").arg(text));
    case Kind::Warning:
        return add(
            message.run ? run + (title.isEmpty() ? text : title + QStringLiteral(": ") + text) : text, Level::Warning);
    case Kind::Problem:
        return add(run + text, Level::Error);
    case Kind::Done:
        return add(run
            + (event.code == cancelled ? tr("cancelled after %1") : tr("finished in %1"))
                  .arg(durationText(event.seconds)));
    default:
        break;
    }
}

}
