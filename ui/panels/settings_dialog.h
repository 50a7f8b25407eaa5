// Folders, device, precision and previews, as the user wants them from now on.
#pragma once
#include <QDialog>
#include <QStringList>

class QComboBox;
class QLineEdit;
class QPlainTextEdit;
class QSpinBox;

namespace athanor {

class SettingsDialog : public QDialog {
    Q_OBJECT
public:
    struct Values {
        QString outFolder;
        QStringList modelFolders;
        QString device; // a part of its name, or its number; empty: the best
        QString precision; // "", "fp16", "fp32"
        int decodeEvery = 5; // steps, 1 … 100
        QString language; // as in language.h
    };
    SettingsDialog(const Values& values, QWidget* parent); // goes when it is closed

    Values values() const;

private:
    QLineEdit *m_out, *m_device;
    QPlainTextEdit* m_models;
    QComboBox *m_precision, *m_language;
    QSpinBox* m_decodeEvery;
};

}
