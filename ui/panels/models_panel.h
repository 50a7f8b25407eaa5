// The models in the folders: what each is, to be searched and put on the canvas.
#pragma once
#include "ui/panels/model_list_model.h"

#include <QCache>
#include <QSet>
#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QListView;
class QToolButton;

namespace athanor {

struct LoaderNode;

class ModelsPanel : public QWidget {
    Q_OBJECT
public:
    // The source outlives the panel.
    explicit ModelsPanel(ModelSource& source, QWidget* parent = nullptr);

    QLineEdit& search() { return *m_search; }
    QComboBox& families() { return *m_families; }
    QListView& list() { return *m_list; }
    const ModelListModel& models() const { return m_models; }
    QString note() const; // below the list; empty: none
    QString state() const; // "12 models"
    // The picture of a model if it is there; asks for it otherwise, and paints again when it comes.
    const QImage* picture(const ModelEntry& entry) const;

signals:
    void loaderWanted(const athanor::LoaderNode& loader); // on the canvas, where there is room
    void refused(const QString& why); // one sentence
    void onlyStarter(bool only); // there is no model but those that came with the program

public slots:
    void openFolder();

private:
    QWidget* makeHead();
    QWidget* makeNote();
    void choose(const QModelIndex& index);
    void refresh();

    ModelSource& m_source;
    ModelListModel m_models;
    ModelFilter m_filter;
    QLineEdit* m_search;
    QComboBox* m_families;
    QListView* m_list;
    QLabel *m_state, *m_noteText;
    QWidget* m_note;
    int m_skipped = 0;
    bool m_scanned = false;
    mutable QCache<QString, QImage> m_pictures; // by path; null ones too
    mutable QSet<QString> m_asked;
};

}
