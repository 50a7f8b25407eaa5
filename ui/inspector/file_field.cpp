#include "ui/inspector/file_field.h"

#include "ui/common/flat_button.h"
#include "ui/common/theme.h"
#include "ui/document/labels.h"
#include "ui/inspector/field_edit.h"
#include "ui/inspector/search_popup.h"

#include <QDropEvent>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMimeData>

#include <string>
#include <variant>

namespace athanor {

namespace {

// The first file of this machine in what is dragged; empty: none.
QString firstDroppedFile(const QMimeData* data)
{
    for (const QUrl& url : data->urls())
        if (url.isLocalFile())
            return url.toLocalFile();
    return {};
}

QString patterns(ParamKind kind)
{
    return rowOf(kind).file == FileKind::Image
        ? FileField::tr("Pictures (*.png *.jpg *.jpeg *.webp *.bmp);;All files (*)")
        : FileField::tr("Models (*.safetensors *.ckpt *.pt *.pth *.bin *.onnx);;All files (*)");
}

}

FileField::FileField(const Param& param, Studio& studio, QWidget* parent)
    : ParamWidget(parent)
    , m_kind(param.kind)
    , m_studio(studio)
    , m_edit(new FieldEdit(this))
    , m_popup(new SearchPopup(this))
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addWidget(m_edit);
    m_edit->setFont(monospaceFont());
    m_edit->installEventFilter(this);
    setFocusProxy(m_edit);
    auto* list = new FlatButton("chevron-down", tr("Files in the folder (Alt+Down)"), this);
    list->setObjectName("list");
    auto* disk = new FlatButton("folder", tr("Choose a file…"), this);
    layout->addWidget(list);
    layout->addWidget(disk);
    connect(m_edit, &FieldEdit::committed, this, &FileField::offer);
    connect(m_popup, &SearchPopup::chosen, this, &FileField::offer);
    connect(list, &FlatButton::clicked, this, &FileField::openList);
    connect(disk, &FlatButton::clicked, this, &FileField::browse);
}

void FileField::display(const ParamValue& value, bool mixed)
{
    const auto* name = std::get_if<std::string>(&value);
    const QString text = name && !mixed ? toText(*name) : QString();
    m_edit->setPlaceholderText(mixed ? tr("several") : tr("Drop a file here"));
    m_edit->display(text);
    m_edit->setToolTip(plainTip(text));
}

void FileField::openList()
{
    m_popup->open(m_studio.files(m_kind), m_edit->text(), tr("No file of this kind is in the folder yet"));
}

void FileField::browse()
{
    const QString path = QFileDialog::getOpenFileName(this, tr("Choose a file"), m_edit->text(), patterns(m_kind));
    if (!path.isEmpty())
        offer(path);
}

void FileField::offer(const QString& name)
{
    if (!name.isEmpty())
        emit changed(name.toStdString(), {});
}

bool FileField::eventFilter(QObject* object, QEvent* event)
{
    switch (event->type()) {
    case QEvent::DragEnter:
    case QEvent::DragMove:
    case QEvent::Drop: { // before the line takes it as text
        auto& drop = *static_cast<QDropEvent*>(event);
        const QString path = firstDroppedFile(drop.mimeData());
        if (path.isEmpty())
            return false;
        drop.acceptProposedAction();
        if (event->type() == QEvent::Drop)
            offer(path);
        return true;
    }
    case QEvent::KeyPress: {
        const auto& key = *static_cast<QKeyEvent*>(event);
        if (key.key() != Qt::Key_Down || key.modifiers() != Qt::AltModifier)
            return false;
        openList();
        return true;
    }
    default:
        return ParamWidget::eventFilter(object, event);
    }
}

}
