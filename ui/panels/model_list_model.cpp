#include "ui/panels/model_list_model.h"

#include "inference/weights/families.h"
#include "ui/canvas/canvas_drop.h"

#include <QCoreApplication>
#include <QLocale>
#include <QSet>
#include <QTextDocument>

#include <algorithm>

namespace athanor {

QString ModelListModel::fileOf(const ModelEntry& entry) const
{
    const auto first = std::ranges::find(m_entries, entry.name, &ModelEntry::name);
    return first != m_entries.end() && first->path == entry.path ? entry.name : entry.path;
}

bool ModelListModel::hasOwn() const
{
    return !std::ranges::all_of(m_entries, &ModelEntry::isShipped);
}

int ModelListModel::countUnread() const
{
    return int(std::ranges::count(m_entries, ModelFamily::Unread, &ModelEntry::family));
}

void ModelListModel::take(const std::vector<ModelEntry>& entries)
{
    std::vector<ModelEntry> added;
    int first = rowCount(), last = -1;
    for (const ModelEntry& entry : entries) {
        const auto row = m_rows.constFind(entry.path);
        if (row == m_rows.cend()) {
            added.push_back(entry);
            continue;
        }
        m_entries[size_t(*row)] = entry;
        first = std::min(first, *row);
        last = std::max(last, *row);
    }
    if (last >= 0)
        emit dataChanged(index(first), index(last), {familyRole});
    if (added.empty())
        return;
    beginInsertRows({}, rowCount(), rowCount() + int(added.size()) - 1);
    for (ModelEntry& entry : added) {
        m_rows.insert(entry.path, rowCount());
        m_entries.push_back(std::move(entry));
    }
    endInsertRows();
}

void ModelListModel::keepOnly(const QStringList& paths)
{
    const QSet<QString> kept(paths.begin(), paths.end());
    if (std::ranges::all_of(m_entries, [&](const ModelEntry& entry) { return kept.contains(entry.path); }))
        return;
    beginResetModel();
    std::erase_if(m_entries, [&](const ModelEntry& entry) { return !kept.contains(entry.path); });
    m_rows.clear();
    for (int row = 0; row < rowCount(); ++row)
        m_rows.insert(entry(row).path, row);
    endResetModel();
}

int ModelListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_entries.size());
}

QVariant ModelListModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const ModelEntry& entry = m_entries[size_t(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return entry.shown;
    case Qt::AccessibleTextRole:
        return QString(entry.shown + QStringLiteral(", ") + familyText(entry.family));
    case Qt::ToolTipRole:
        return Qt::convertFromPlainText(tipOf(entry), Qt::WhiteSpaceNormal);
    case entryRole:
        return QVariant::fromValue(static_cast<const void*>(&entry));
    case familyRole:
        return int(entry.family);
    default:
        return {};
    }
}

Qt::ItemFlags ModelListModel::flags(const QModelIndex& index) const
{
    const Qt::ItemFlags flags = QAbstractListModel::flags(index);
    const bool usable = index.isValid() && whyUnusable(entry(index.row())).isEmpty();
    return usable ? flags | Qt::ItemIsDragEnabled : flags;
}

QStringList ModelListModel::mimeTypes() const
{
    return {QStringLiteral("text/uri-list")};
}

QMimeData* ModelListModel::mimeData(const QModelIndexList& indexes) const
{
    if (indexes.isEmpty())
        return nullptr;
    const ModelEntry& model = entry(indexes.front().row());
    const ModelLoader loader = loaderOf(model.family);
    return mimeOf({loader.type, loader.param, fileOf(model)}, model.path);
}

ModelFilter::ModelFilter(ModelListModel& models, QObject* parent)
    : QSortFilterProxyModel(parent)
    , m_models(models)
{
    setSourceModel(&models);
    setFilterRole(ModelListModel::familyRole);
    sort(0);
}

void ModelFilter::setWords(const QString& words)
{
    m_words = words.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    invalidateFilter();
}

void ModelFilter::setFamily(int family)
{
    m_family = family;
    invalidateFilter();
}

const ModelEntry& ModelFilter::entry(const QModelIndex& index) const
{
    return m_models.entry(mapToSource(index).row());
}

bool ModelFilter::filterAcceptsRow(int row, const QModelIndex&) const
{
    const ModelEntry& entry = m_models.entry(row);
    const auto family = entry.family == ModelFamily::Damaged ? ModelFamily::Unsupported : entry.family;
    return (m_family < 0 || m_family == int(family)) && std::ranges::all_of(m_words, [&](const QString& word) {
        return entry.name.contains(word, Qt::CaseInsensitive);
    });
}

bool ModelFilter::lessThan(const QModelIndex& a, const QModelIndex& b) const
{
    const ModelEntry &left = m_models.entry(a.row()), &right = m_models.entry(b.row());
    const int order = left.shown.compare(right.shown, Qt::CaseInsensitive);
    return order != 0 ? order < 0 : left.path < right.path;
}

struct Models {
    Q_DECLARE_TR_FUNCTIONS(Models)
};

QString familyText(ModelFamily family)
{
    switch (family) {
    case ModelFamily::Unread:
        return Models::tr("reading…");
    case ModelFamily::Checkpoint:
        return Models::tr("Checkpoint");
    case ModelFamily::DiffusionModel:
        return Models::tr("Diffusion model");
    case ModelFamily::TextEncoder:
        return Models::tr("Text encoder");
    case ModelFamily::ControlNet:
        return QStringLiteral("ControlNet");
    case ModelFamily::Vae:
        return QStringLiteral("VAE");
    case ModelFamily::Lora:
        return QStringLiteral("LoRA");
    case ModelFamily::Embedding:
        return Models::tr("Embedding");
    case ModelFamily::Upscaler:
        return Models::tr("Upscaler");
    case ModelFamily::Preprocessor:
        return Models::tr("Preprocessor");
    case ModelFamily::Unsupported:
        return Models::tr("not supported yet");
    case ModelFamily::Damaged:
        return Models::tr("damaged");
    }
    return {};
}

QString sizeText(quint64 bytes)
{
    return bytes > 1 ? QLocale().formattedDataSize(qint64(bytes), 1, QLocale::DataSizeSIFormat) : QString();
}

QString whyUnusable(const ModelEntry& entry)
{
    if (!loaderOf(entry.family).type.isEmpty())
        return {};
    switch (entry.family) {
    case ModelFamily::Unread:
        return Models::tr("It has not been read yet.");
    case ModelFamily::Preprocessor:
        return Models::tr("The preprocessors that need this network find it by themselves.");
    case ModelFamily::Unsupported:
        return Models::tr("This is not supported yet: %1. Athanor takes checkpoints, ControlNets and VAEs of %2.")
            .arg(entry.kind, QString::fromStdString(familyTitles()));
    case ModelFamily::Damaged:
        return Models::tr("It cannot be used: %1").arg(entry.problem);
    default:
        return Models::tr("No node takes this yet: %1.").arg(entry.kind);
    }
}

QString tipOf(const ModelEntry& entry)
{
    const QString why = whyUnusable(entry);
    const QString use = why.isEmpty() ? Models::tr("Drag it onto the canvas, or press Enter.") : why;
    const QString kind = entry.kind.isEmpty() ? familyText(entry.family) : entry.kind;
    QString path = entry.path;
    for (QChar& c : path)
        if (!c.isPrint())
            c = QChar::ReplacementCharacter;
    return path + QLatin1Char('\n') + kind + QLatin1Char('\n') + use;
}

}
