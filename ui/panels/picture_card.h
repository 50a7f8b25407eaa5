// What a picture tells of itself: how it looks, its prompt and settings; and what can be done with it. Nothing of it
// runs.
#pragma once
#include "ui/common/window_files.h"

#include <QDialog>

class QPlainTextEdit;
class QPushButton;
class QVBoxLayout;

namespace athanor {

class PictureCard : public QDialog {
    Q_OBJECT
public:
    // `asks`: loading its workflow will ask about unsaved changes first.
    PictureCard(const QString& path, const PictureDetails& details, bool asks, QWidget* parent = nullptr);

    QPlainTextEdit& prompt() { return *m_prompt; }
    QPushButton& load() { return *m_load; }
    QPushButton& use() { return *m_use; }

    // "a red house, by the sea · Seed 7 · 20 steps"; empty where nothing is told.
    static QString summary(const PictureDetails& details);

signals:
    void workflowWanted();
    void pictureWanted();

private:
    QPlainTextEdit* addText(QVBoxLayout& column, const QString& title, const QString& text, int lines);
    QWidget* settingsOf(const PictureDetails& details);

    QPlainTextEdit* m_prompt = nullptr;
    QPushButton *m_load, *m_use;
};

}
