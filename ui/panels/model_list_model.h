// The models that were found as rows of a list, and those of them that are searched for.
#pragma once
#include "ui/common/model_source.h"

#include <QAbstractListModel>
#include <QHash>
#include <QSortFilterProxyModel>

#include <vector>

namespace athanor {

class ModelListModel : public QAbstractListModel {
    Q_OBJECT
public:
    using QAbstractListModel::QAbstractListModel;
    static constexpr int entryRole = Qt::UserRole, familyRole = Qt::UserRole + 1; // ModelEntry*, int

    const ModelEntry& entry(int row) const { return m_entries[size_t(row)]; }
    // What a parameter names the file by: its name, or its path where another file goes first by that name.
    QString fileOf(const ModelEntry& entry) const;
    bool hasOwn() const; // any that did not come with the program
    int countUnread() const;

    void take(const std::vector<ModelEntry>& entries);
    void keepOnly(const QStringList& paths);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QStringList mimeTypes() const override;
    QMimeData* mimeData(const QModelIndexList& indexes) const override;

private:
    std::vector<ModelEntry> m_entries;
    QHash<QString, int> m_rows; // by path
};

class ModelFilter : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit ModelFilter(ModelListModel& models, QObject* parent = nullptr);
    void setWords(const QString& words); // all of which the name has, in any order
    void setFamily(int family); // of ModelFamily; −1: any. Unsupported and Damaged count as one.
    const ModelEntry& entry(const QModelIndex& index) const;

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
    bool lessThan(const QModelIndex& a, const QModelIndex& b) const override;

private:
    ModelListModel& m_models;
    QStringList m_words;
    int m_family = -1;
};

// For people, in their language.
QString familyText(ModelFamily family);
QString sizeText(quint64 bytes); // "2.1 GB"
// Why the model cannot be put on the canvas, and what to do instead; empty: it can.
QString whyUnusable(const ModelEntry& entry);
// Path, what it is and why it cannot be used; plain text.
QString tipOf(const ModelEntry& entry);

}
