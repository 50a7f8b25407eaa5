#include "ui/panels/models_panel.h"

#include "inference/weights/families.h"
#include "ui/canvas/canvas_drop.h"
#include "ui/common/theme.h"
#include "ui/panels/model_delegate.h"

#include <QComboBox>
#include <QDesktopServices>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPointer>
#include <QPushButton>
#include <QShortcut>
#include <QToolButton>
#include <QUrl>
#include <QVBoxLayout>

#include <vector>

namespace athanor {

namespace {

constexpr int mostPictures = 400;

}

ModelsPanel::ModelsPanel(ModelSource& source, QWidget* parent)
    : QWidget(parent)
    , m_source(source)
    , m_filter(m_models)
    , m_search(new QLineEdit(this))
    , m_families(new QComboBox(this))
    , m_list(new QListView(this))
    , m_state(new QLabel(this))
    , m_noteText(new QLabel)
    , m_note(makeNote())
    , m_pictures(mostPictures)
{
    constexpr int narrowest = 248;
    setMinimumWidth(narrowest);
    setAttribute(Qt::WA_StyledBackground);
    m_list->setModel(&m_filter);
    m_list->setItemDelegate(new ModelDelegate(*this));
    m_list->setUniformItemSizes(true);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setMouseTracking(true);
    m_list->setDragEnabled(true);
    m_list->setDragDropMode(QAbstractItemView::DragOnly);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setAccessibleName(tr("Models"));
    m_state->setProperty("role", "dim");
    m_state->setContentsMargins(12, 4, 12, 6);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeHead());
    column->addWidget(m_list, 1);
    column->addWidget(m_note);
    column->addWidget(m_state);

    connect(m_list, &QListView::doubleClicked, this, &ModelsPanel::choose);
    for (const auto key : {Qt::Key_Return, Qt::Key_Enter}) {
        auto* shortcut = new QShortcut(key, m_list, nullptr, nullptr, Qt::WidgetShortcut);
        connect(shortcut, &QShortcut::activated, this, [this] { choose(m_list->currentIndex()); });
    }
    auto* clear = new QShortcut(Qt::Key_Escape, m_search, nullptr, nullptr, Qt::WidgetShortcut);
    connect(clear, &QShortcut::activated, m_search, &QLineEdit::clear);
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_filter.setWords(text);
        refresh();
    });
    connect(m_search, &QLineEdit::returnPressed, this, [this] {
        if (!m_list->currentIndex().isValid())
            m_list->setCurrentIndex(m_filter.index(0, 0));
        m_list->setFocus();
    });
    connect(m_families, &QComboBox::currentIndexChanged, this, [this] {
        m_filter.setFamily(m_families->currentData().toInt());
        refresh();
    });
    connect(&source, &ModelSource::scanBegan, this, &ModelsPanel::refresh);
    connect(&source, &ModelSource::found, this, [this](const std::vector<ModelEntry>& entries) {
        m_models.take(entries);
        refresh();
    });
    connect(&source, &ModelSource::scanEnded, this, [this](const QStringList& paths, int skipped) {
        m_models.keepOnly(paths);
        m_skipped = skipped;
        m_scanned = true;
        refresh();
        emit onlyStarter(!m_models.hasOwn());
    });
    refresh();
}

QWidget* ModelsPanel::makeHead()
{
    auto* head = new QWidget(this);
    m_search->setPlaceholderText(tr("Search models"));
    m_families->addItem(tr("All families"), -1);
    for (const ModelFamily family : {ModelFamily::Checkpoint, ModelFamily::DiffusionModel, ModelFamily::TextEncoder,
             ModelFamily::ControlNet, ModelFamily::Vae, ModelFamily::Lora, ModelFamily::Embedding,
             ModelFamily::Upscaler, ModelFamily::Preprocessor})
        m_families->addItem(familyText(family), int(family));
    m_families->addItem(tr("Not usable"), int(ModelFamily::Unsupported));
    m_families->setAccessibleName(tr("Family"));
    const auto button = [&](const char* iconName, const QString& tip) {
        auto* made = new QToolButton(head);
        made->setProperty("flat", true);
        made->setIcon(icon(QString::fromLatin1(iconName)));
        made->setToolTip(tip);
        made->setAccessibleName(tip);
        return made;
    };
    QToolButton* again = button("reset", tr("Look through the folders again"));
    again->setObjectName(QStringLiteral("rescan"));
    QToolButton* open = button("folder", tr("Open the folder of models"));
    connect(again, &QToolButton::clicked, &m_source, &ModelSource::scan);
    connect(open, &QToolButton::clicked, this, &ModelsPanel::openFolder);
    auto* row = new QHBoxLayout;
    row->setSpacing(4);
    row->addWidget(m_families, 1);
    row->addWidget(again);
    row->addWidget(open);
    auto* column = new QVBoxLayout(head);
    column->setContentsMargins(8, 8, 8, 8);
    column->setSpacing(8);
    column->addWidget(m_search);
    column->addLayout(row);
    return head;
}

QWidget* ModelsPanel::makeNote()
{
    auto* note = new QWidget(this);
    m_noteText->setTextFormat(Qt::PlainText);
    m_noteText->setWordWrap(true);
    m_noteText->setProperty("role", "secondary");
    m_noteText->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* open = new QPushButton(tr("Open the folder"), note);
    open->setObjectName(QStringLiteral("openFolder"));
    connect(open, &QPushButton::clicked, this, &ModelsPanel::openFolder);
    auto* column = new QVBoxLayout(note);
    column->setContentsMargins(12, 8, 12, 8);
    column->setSpacing(8);
    column->addWidget(m_noteText);
    column->addWidget(open, 0, Qt::AlignLeft);
    return note;
}

void ModelsPanel::refresh()
{
    const int all = m_models.rowCount(), shown = m_filter.rowCount(), unread = m_models.countUnread();
    QString text = shown == all ? tr("Models: %1").arg(all) : tr("Models: %1 of %2").arg(shown).arg(all);
    if (m_source.isScanning())
        text += unread > 0 ? tr(" · reading %1").arg(unread) : tr(" · looking");
    else if (m_skipped > 0)
        text += tr(" · files skipped, as their names are no text: %1").arg(m_skipped);
    m_state->setText(text);
    m_noteText->setText(tr("Only what comes with Athanor is here. Put models of your own – .safetensors files or "
                           "diffusers folders of %2 – into %1")
                            .arg(m_source.userFolder(), QString::fromStdString(familyTitles())));
    m_note->setVisible(m_scanned && !m_models.hasOwn());
}

QString ModelsPanel::note() const
{
    return m_note->isHidden() ? QString() : m_noteText->text();
}

QString ModelsPanel::state() const
{
    return m_state->text();
}

// Scanned anew, as a folder that was not there could not be watched.
void ModelsPanel::openFolder()
{
    if (!QDir().mkpath(m_source.userFolder())) {
        emit refused(tr("The folder %1 cannot be made.").arg(m_source.userFolder()));
        return;
    }
    QDesktopServices::openUrl(QUrl::fromLocalFile(m_source.userFolder()));
    m_source.scan();
}

void ModelsPanel::choose(const QModelIndex& index)
{
    if (!index.isValid())
        return;
    const ModelEntry& entry = m_filter.entry(index);
    if (const QString why = whyUnusable(entry); !why.isEmpty()) {
        emit refused(entry.shown + QStringLiteral(": ") + why);
        return;
    }
    const ModelLoader loader = loaderOf(entry.family);
    emit loaderWanted({loader.type, loader.param, m_models.fileOf(entry)});
}

const QImage* ModelsPanel::picture(const ModelEntry& entry) const
{
    if (entry.picture.isEmpty())
        return nullptr;
    if (const QImage* known = m_pictures.object(entry.picture))
        return known->isNull() ? nullptr : known;
    if (m_asked.contains(entry.picture))
        return nullptr;
    m_asked.insert(entry.picture);
    const auto take = [panel = QPointer<const ModelsPanel>(this), path = entry.picture](QImage picture) {
        if (!panel)
            return;
        panel->m_asked.remove(path);
        panel->m_pictures.insert(path, new QImage(std::move(picture)));
        panel->m_list->viewport()->update();
    };
    m_source.readPicture(entry.picture, ModelDelegate::pictureSide * 2, take);
    return nullptr;
}

}
