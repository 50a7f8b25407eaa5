// Asks how and where a picture is to be saved: format, quality, folder, name, and whether it tells how it was made.
#pragma once
#include "ui/common/window_files.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSlider;
class QSpinBox;

namespace athanor {

class ExportDialog : public QDialog {
    Q_OBJECT
public:
    // `request` says which picture; the rest is as the user chose last. `details`: of that picture.
    ExportDialog(const ExportRequest& request, const PictureDetails& details, QWidget* parent = nullptr);

    ExportRequest request() const; // as it stands
    void keepChoices() const; // for the next time

    QComboBox& format() { return *m_format; }
    QSpinBox& quality() { return *m_quality; }
    QLineEdit& folder() { return *m_folder; }
    QLineEdit& name() { return *m_name; }
    QCheckBox& keeps() { return *m_keeps; }
    QPushButton& save() { return *m_save; }
    QLabel& outcome() { return *m_outcome; }

private:
    QWidget* qualityRow();
    QWidget* nameRow();
    QWidget* buttonRow();
    void readChoices();
    void refresh();

    const ExportRequest m_request;
    const Infotext m_info;
    const bool m_tells; // the picture has texts to keep
    QComboBox* m_format;
    QSlider* m_slider;
    QSpinBox* m_quality;
    QLineEdit *m_folder, *m_name;
    QCheckBox* m_keeps;
    QLabel *m_picture, *m_outcome;
    QPushButton* m_save;
};

}
